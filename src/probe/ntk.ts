// The neural tangent kernel. Of linear networks (of others see feedforward-kernel.ts):
//
//   K[(p, i), (q, j)] = <d f_i(x_p)/d theta, d f_j(x_q)/d theta>,   K = sum_l (F_{l-1} X)' (F_{l-1} X) (x) T_l T_l',   l = 1..L
//
// with F_l = W_l ... W_1, T_l = W_L ... W_{l+1}, F_0 = I, T_L = I. Only `ntk` itself puts the products together; distance and alignment of
// kernels (kernel-distance.ts, kernel-alignment.ts) work on the factors.
import { checkOptions } from '../check.js'
import type { MatrixLike } from '../engine/coerce.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import type { FeedforwardNetwork } from '../network/feedforward.js'
import type { GramNetwork } from '../network/gram.js'
import { emitFeedforwardKernel, samplesFor } from './feedforward-kernel.js'
import { checkRecorded, gramOf, identity, readInputs, samplesOf } from './inputs.js'
import type { KroneckerTerm } from './kronecker.js'
import { linearChain } from './parts.js'
import type { Probe } from './probe.js'
import { type Inputs, type Products, productsOf } from './products.js'

/**
 * The neural tangent kernel on given inputs, shape (P n_L, P n_L): the element in row `p n_L + i`, column `q n_L + j` belongs to output i at
 * sample p and output j at sample q, so that the kernel acts on the columns of the outputs (n_L, P) one after the other. With one
 * output it is (P, P). Gradient flow moves the outputs by `d vec(f) / dt = -K vec(f - Y) / P`.
 *
 * `kernelDistance` and `kernelAlignment` form no such matrix, and take any number of samples and outputs.
 * @param options.inputs X - (n_0, P), finite. Default: the identity, which stands for whitened inputs
 * @throws {ShapeError} inputs that do not fit the network
 * @throws {RangeArgError} P n_L above 1024
 * @throws {OptionError} a network that is neither made of layers nor two layers in Gram form, or has masks or feedback matrices
 * @example
 * probes.ntk({ inputs: [[1, 0, 2], [0, 1, 1]] })
 * @see Jacot, Gabriel, Hongler (2018), Neural tangent kernel, arXiv:1806.07572
 */
export function ntk(options?: { inputs?: MatrixLike }): Probe<'ntk', Float64Array> {
  const inputs = readInputs(checkOptions(options, 'ntk', ['inputs']).inputs)
  const order = (net: DeepLinearNetwork | GramNetwork | FeedforwardNetwork) =>
    checkRecorded(
      samplesOf(inputs, net) * net.sizes[net.depth],
      'the kernel',
      'pass fewer inputs, or use probes.kernelDistance, which never forms it',
    )
  return {
    name: 'ntk',
    shape(network) {
      const size = order(network.kind === 'feedforward' ? network : linearChain(network, 'ntk'))
      return [size, size]
    },
    emit(p, context) {
      if (context.net.kind === 'feedforward') {
        order(context.net)
        return emitFeedforwardKernel(p, context.net, samplesFor(inputs, context.net), 'ntk')
      }
      const net = linearChain(context.net, 'ntk')
      const outputs = net.sizes[net.depth]
      const samples = order(net) / outputs
      const read = emitKernel(productsOf(p, context, net), net, inputs)
      return () => formed(read(), samples, outputs)
    },
  }
}

/** Emit the factors of K; what reads them gives one term for each layer. */
export function emitKernel(
  products: Products,
  { depth, sizes, engine }: DeepLinearNetwork | GramNetwork,
  inputs: Inputs,
): () => KroneckerTerm[] {
  const first = inputs === undefined ? identity(sizes[0]) : gramOf(engine, inputs)
  const last = identity(sizes[depth])
  const factors = Array.from({ length: depth }, (_, i) => ({
    a: i === 0 ? undefined : products.hiddenGram(inputs, i),
    b: i === depth - 1 ? undefined : products.outputGram(i + 1),
  }))
  return () =>
    factors.map(({ a, b }) => ({
      a: a === undefined ? first : new Float64Array(a.view()),
      b: b === undefined ? last : new Float64Array(b.view()),
    }))
}

/** The sum of A (x) B with A (samples, samples) and B (outputs, outputs). */
function formed(terms: readonly KroneckerTerm[], samples: number, outputs: number): Float64Array {
  const size = samples * outputs
  const kernel = new Float64Array(size * size)
  for (const { a, b } of terms) {
    for (let p = 0; p < samples; p++) {
      for (let i = 0; i < outputs; i++) {
        const row = (p * outputs + i) * size
        for (let q = 0; q < samples; q++) {
          const value = a[p * samples + q]
          for (let j = 0; j < outputs; j++) kernel[row + q * outputs + j] += value * b[i * outputs + j]
        }
      }
    }
  }
  return kernel
}
