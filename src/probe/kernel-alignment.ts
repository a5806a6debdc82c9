// How much of the neural tangent kernel lies along the targets, from its Kronecker factors (ntk.ts): the kernel is never formed.
//
//   y' (A (x) B) y = <B Y, Y A>   for y = vec(Y), columns one after the other
import { checkOptions } from '../check.js'
import type { DenseMatrix, MatrixLike } from '../engine/coerce.js'
import type { EngineCore } from '../engine/core.js'
import { RangeArgError, ShapeError } from '../errors.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import type { GramNetwork } from '../network/gram.js'
import type { PlanBuilder } from '../plan/builder.js'
import { checkRows, product, readInputs, readSamples, reduceInputs, samplesOf, transpose } from './inputs.js'
import { kroneckerNorm, kroneckerSum } from './kronecker.js'
import { emitKernel } from './ntk.js'
import { linearChain } from './parts.js'
import type { Probe } from './probe.js'
import { type Inputs, type Products, productsOf } from './products.js'

/**
 * Kernel-target alignment `y' K y / (|K|_F |y|^2)`, from 0 to 1, of the neural tangent kernel and the targets y = vec(Y). The cost does not
 * depend on the number of samples. NaN while the kernel is zero, as at the origin, or not finite.
 * @param options.targets Y - (n_L, P), finite, not zero; with whitened inputs `Sigma_yx`
 * @param options.inputs X - (n_0, P), finite. Default: the identity, which stands for whitened inputs
 * @throws {ShapeError} inputs and targets that do not fit together or to the network
 * @throws {RangeArgError} targets that are zero
 * @throws {OptionError} a network that is not a chain of linear layers (two layers in Gram form are)
 * @example
 * probes.kernelAlignment({ targets: [[3, 0], [0, 1]] })
 * @see Cristianini, Shawe-Taylor, Elisseeff, Kandola (2001), On kernel-target alignment, NIPS 14
 */
export function kernelAlignment(options: {
  targets: MatrixLike
  inputs?: MatrixLike
}): Probe<'kernelAlignment', number> {
  const given = checkOptions(options, 'kernelAlignment', ['targets', 'inputs'])
  const inputs = readInputs(given.inputs)
  const targets = readSamples(given.targets, 'targets')
  const size = targets.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (size === 0) throw new RangeArgError('targets must not be zero: zero has no direction', { argument: 'targets' })
  // Only the direction of y matters: of unit size its squares neither overflow nor underflow.
  const unit: DenseMatrix = { ...targets, data: targets.data.map((value) => value / size) }
  const square = unit.data.reduce((sum, value) => sum + value * value, 0)
  return {
    name: 'kernelAlignment',
    shape: () => [],
    emit(p, context) {
      const net = linearChain(context.net, 'kernelAlignment')
      const samples = samplesOf(inputs, net)
      checkRows(targets, net.sizes[net.depth], 'targets')
      if (targets.cols !== samples) {
        throw new ShapeError(`targets has ${targets.cols} samples (columns), the inputs are ${samples}`, {
          argument: 'targets',
        })
      }
      const reduced = reduceInputs(net.engine, inputs)
      const products = productsOf(p, context, net)
      const read = emitKernel(products, net, reduced.inputs)
      const along = emitAlong(p, products, net, reduced.inputs, reduced.rotate(unit))
      return () => Math.min(1, along() / (kroneckerNorm(kroneckerSum(read())) * square))
    },
  }
}

/** Emit y' K y. */
function emitAlong(
  p: PlanBuilder,
  products: Products,
  { depth, engine }: DeepLinearNetwork | GramNetwork,
  inputs: Inputs,
  targets: DenseMatrix,
): () => number {
  const { dtype } = p
  const put = ({ rows, cols, data }: DenseMatrix) => p.own(engine.matrix([rows, cols], data, { dtype }))
  const y = put(targets)
  const first = inputs === undefined ? y : put(timesGram(engine, targets, inputs))
  const parts = Array.from({ length: depth }, (_, i) => {
    const right = i === 0 ? first : products.hiddenGram(inputs, i)
    const above = i === depth - 1 ? undefined : products.outputGram(i + 1)
    p.note(`alignment of layer ${i + 1}`)
    const left = above === undefined ? y : p.gemm({ a: above, b: y })
    return p.dot(left, i === 0 ? right : p.gemm({ a: y, b: right }))
  })
  return () => parts.reduce((sum, slot) => sum + slot.value, 0)
}

/** Y X' X. */
function timesGram(engine: EngineCore, y: DenseMatrix, x: DenseMatrix): DenseMatrix {
  return product(engine, product(engine, y, transpose(x)), x)
}
