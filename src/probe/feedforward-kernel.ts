// The neural tangent kernel of feedforward networks, formed sample by sample: with h_l the activities and d_l^i the errors of layer l when output i is 1,
//
//   K[(p, i), (q, j)] = sum_l (m_l^2 h_{l-1}(x_p).h_{l-1}(x_q) + c_l^2 [layer l has a bias]) d_l^i(x_p).d_l^j(x_q)
import type { DenseMatrix } from '../engine/coerce.js'
import type { Matrix } from '../engine/matrix.js'
import { OptionError } from '../errors.js'
import type { FeedforwardNetwork } from '../network/feedforward.js'
import { PlanBuilder } from '../plan/builder.js'
import { identity } from './inputs.js'
import type { Inputs } from './products.js'

/** The inputs as given, or the unit vectors. */
export function samplesFor(inputs: Inputs, { sizes }: FeedforwardNetwork): DenseMatrix {
  return inputs ?? { rows: sizes[0], cols: sizes[0], data: identity(sizes[0]) }
}

/**
 * Emit the kernel on X (n_0, P); what reads it gives (P n_L, P n_L) row by row.
 * @throws {OptionError} masks, or feedback matrices, with which gradients are no Hadamard products of Gram matrices
 */
export function emitFeedforwardKernel(
  p: PlanBuilder,
  net: FeedforwardNetwork,
  { rows, cols: samples, data }: DenseMatrix,
  probe: string,
): () => Float64Array {
  const { engine, dtype, layers, depth, sizes } = net
  if (layers.some(({ mask, feedback }) => mask !== undefined || feedback !== undefined)) {
    throw new OptionError(`probes.${probe} is not for networks with masks or feedback matrices`, { argument: probe })
  }
  const constant = (m: number, n: number, values: Float64Array) => p.own(engine.matrix([m, n], values, { dtype }))
  const pass = net.emitLayers(p.note('tangent kernel'), constant(rows, samples, data))
  const outputs = sizes[depth]
  const errors = Array.from({ length: outputs }, (_, i) => {
    const one = new Float64Array(outputs * samples).fill(1, i * samples, (i + 1) * samples)
    return pass.emitErrors(p.copy(constant(outputs, samples, one)))
  })
  const grams = layers.map(({ bias, multiplier, biasMultiplier }, l) => {
    const h = pass.activities[l]!
    const gram = p.gemm({ alpha: multiplier * multiplier, a: h.T, b: h })
    if (bias !== undefined) {
      p.axpy(biasMultiplier * biasMultiplier, constant(samples, samples, new Float64Array(samples ** 2).fill(1)), gram)
    }
    return gram
  })
  const blocks = errors.map((first) =>
    errors.map((second) =>
      grams.reduce((sum: Matrix | undefined, gram, l) => {
        const part = p.gemm({ a: first[l].T, b: second[l] })
        p.multiply(part, gram, part)
        if (sum === undefined) return part
        p.axpy(1, part, sum)
        return sum
      }, undefined),
    ),
  )
  return () => {
    const size = samples * outputs
    const kernel = new Float64Array(size * size)
    blocks.forEach((row, i) => {
      row.forEach((block, j) => {
        const entries = block!.view()
        for (let x = 0; x < samples; x++) {
          const to = (x * outputs + i) * size + j
          for (let y = 0; y < samples; y++) kernel[to + y * outputs] = entries[x * samples + y]
        }
      })
    })
    return kernel
  }
}

/** What a plan of its own reads of a network now. */
export function readFeedforward<T>(net: FeedforwardNetwork, emit: (p: PlanBuilder) => () => T): T {
  const p = new PlanBuilder(net.engine, net.dtype)
  try {
    const read = emit(p)
    const plan = p.build()
    try {
      plan.run(1)
      return read()
    } finally {
      plan.dispose()
    }
  } catch (error) {
    p.discard()
    throw error
  }
}
