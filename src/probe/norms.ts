// Norms of weights, layer by layer and neuron by neuron.
import { checkChoice, checkInteger, checkOptions } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { layersOf } from '../network/layers-of.js'
import { checkLayer } from './parts.js'
import type { Probe } from './probe.js'

/**
 * The Frobenius norms `|W_l|_F`, shape (L). In Gram form they are the roots of `tr W_1' W_1` and `tr W_2 W_2'`.
 * @throws {OptionError} a network without layers
 * @example
 * probes.weightNorms()
 */
export function weightNorms(): Probe<'weightNorms', Float64Array> {
  return {
    name: 'weightNorms',
    shape: (net) => [net.depth],
    emit(p, { net }) {
      if (net.kind === 'gram') {
        return () => Float64Array.from([net.c2, net.c1], (gram) => Math.sqrt(Math.max(0, trace(gram))))
      }
      p.note('weight norms')
      const squares = layersOf(net, 'probes.weightNorms').map((w) => p.sumOfSquares(w))
      return () => Float64Array.from(squares, ({ value }) => Math.sqrt(value))
    },
  }
}

/**
 * The norms of the weights of the neurons of a hidden layer l, shape (n_l): of the rows of `W_l`, or of the columns of `W_{l+1}`.
 * @param options.layer l - 1 .. L-1
 * @param options.side `'incoming'` (default) or `'outgoing'`
 * @throws {RangeArgError} a layer out of range
 * @throws {OptionError} a network without layers
 * @example
 * probes.neuronNorms({ layer: 1, side: 'outgoing' })
 */
export function neuronNorms(options: {
  layer: number
  side?: 'incoming' | 'outgoing'
}): Probe<'neuronNorms', Float64Array> {
  const given = checkOptions(options, 'neuronNorms', ['layer', 'side'])
  const layer = checkInteger(given.layer, 'layer', { min: 1 })
  const side = checkChoice(given.side ?? 'incoming', 'side', ['incoming', 'outgoing'])
  return {
    name: 'neuronNorms',
    shape: (net) => [net.sizes[checkLayer(layer, net, net.depth - 1)]],
    emit(_p, { net }) {
      const weights = layersOf(net, 'probes.neuronNorms')
      checkLayer(layer, net, net.depth - 1)
      const read = side === 'incoming' ? rowProducts : columnProducts
      const matrix = weights[side === 'incoming' ? layer - 1 : layer]
      return () => read(matrix, matrix).map(Math.sqrt)
    },
  }
}

/** The products of the rows of x and y, one by one. */
export function rowProducts(x: Matrix, y: Matrix): Float64Array {
  const [a, b] = [x.view(), y.view()]
  const out = new Float64Array(x.rows)
  for (let i = 0, k = 0; i < x.rows; i++) for (let j = 0; j < x.cols; j++, k++) out[i] += a[k] * b[k]
  return out
}

/** The products of the columns of x and y, one by one. */
export function columnProducts(x: Matrix, y: Matrix): Float64Array {
  const [a, b] = [x.view(), y.view()]
  const out = new Float64Array(x.cols)
  for (let i = 0, k = 0; i < x.rows; i++) for (let j = 0; j < x.cols; j++, k++) out[j] += a[k] * b[k]
  return out
}

/** The sum of the diagonal. */
export function trace(matrix: Matrix): number {
  const data = matrix.view()
  let sum = 0
  for (let i = 0; i < data.length; i += matrix.cols + 1) sum += data[i]
  return sum
}
