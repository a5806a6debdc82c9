// Centred kernel alignment of hidden representations, from products in the inputs' rotated frame (inputs.ts): no matrix of samples by
// samples is formed.
import { checkInteger, checkOptions, describe } from '../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import { DTypeError, ShapeError } from '../errors.js'
import type { Network } from '../network/network.js'
import { cosine, frobenius } from './arrays.js'
import { centred, gramOf, identity, readInputs, reduceInputs, samplesOf, transpose } from './inputs.js'
import { checkLayer, linearChain } from './parts.js'
import type { Probe } from './probe.js'
import { type Inputs, type Products, productsOf, readNow } from './products.js'
import { atStart } from './start.js'

/** Options of `cka`. */
export interface CkaOptions {
  /** The layer whose representation `H_l = W_l ... W_1 X` is compared, 1 .. L; L are the outputs. */
  layer: number
  /** `'start'` (default): the same layer when the run was made. Or any representation of the same samples (m, P), such as the targets. */
  to?: 'start' | MatrixLike
  /** X - (n_0, P), finite. Default: the identity, which stands for whitened inputs. */
  inputs?: MatrixLike
  /** Take the mean over the samples out first. Default true. */
  center?: boolean
}

/**
 * Linear CKA of a hidden representation H and a reference R: `|H R'|_F^2 / (|H H'|_F |R R'|_F)`, with the means over the samples taken out of both;
 * from 0 to 1. It does not change under rotations and a common factor of either. NaN where one of them is zero.
 * @throws {ShapeError} inputs or a reference that do not fit
 * @throws {RangeArgError} a layer out of range
 * @throws {OptionError} a network that is not a chain of linear layers (two layers in Gram form are)
 * @example
 * probes.cka({ layer: 1, to: [[1, 0, 0, 1], [0, 1, 1, 0]] })
 * @see Kornblith, Norouzi, Lee, Hinton (2019), Similarity of neural network representations revisited, arXiv:1905.00414
 */
export function cka(options: CkaOptions): Probe<'cka', number> {
  const given = checkOptions(options, 'cka', ['layer', 'to', 'inputs', 'center'])
  const layer = checkInteger(given.layer, 'layer', { min: 1 })
  const to = given.to ?? 'start'
  const reference = to === 'start' ? undefined : readReference(to)
  const inputs = readInputs(given.inputs)
  const center = given.center ?? true
  if (typeof center !== 'boolean') {
    throw new DTypeError(`center must be true or false, got ${describe(center)}`, { argument: 'center' })
  }
  const self = {}
  return {
    name: 'cka',
    shape: () => [],
    emit(p, context) {
      const net = linearChain(context.net, 'cka')
      checkLayer(layer, net, net.depth)
      const samples = samplesOf(inputs, net)
      if (reference !== undefined && reference.cols !== samples) {
        throw new ShapeError(`to has ${reference.cols} samples (columns), the inputs are ${samples}`, {
          argument: 'to',
        })
      }
      const reduced = reduceInputs(net.engine, center ? centred(inputs ?? square(samples)) : inputs)
      const emit = (products: Products) => emitGram(products, reduced.inputs, layer)
      const read = emit(productsOf(p, context, net))
      if (reference === undefined) {
        const start = atStart(context, self, () => readNow(net, emit))
        return () => nonNegative(cosine(read(), start))
      }
      const other = center ? centred(reference) : reference
      const seen = gramOf(net.engine, reduced.rotate(other))
      // What of the reference no inputs of this rank can show.
      const share = frobenius(seen) / frobenius(smallGram(net, other))
      return () => nonNegative(cosine(read(), seen) * share)
    },
  }
}

/** Inner products of positive semidefinite matrices, but for rounding. */
function nonNegative(value: number): number {
  return Math.max(0, value)
}

function readReference(to: unknown): DenseMatrix {
  if (typeof to === 'string') {
    throw new DTypeError(`to must be 'start' or a matrix of the same samples, got ${describe(to)}`, { argument: 'to' })
  }
  return readDense(to, 'to', { finite: true })
}

function emitGram(products: Products, inputs: Inputs, layer: number): () => Float64Array {
  const gram = products.hiddenGram(inputs, layer)
  return () => new Float64Array(gram.view())
}

/** R R' or R'R, whichever is smaller: their norms are equal. */
function smallGram(net: Network, r: DenseMatrix): Float64Array {
  if (r.cols <= r.rows) return gramOf(net.engine, r)
  return gramOf(net.engine, transpose(r))
}

function square(order: number): DenseMatrix {
  return { rows: order, cols: order, data: identity(order) }
}
