// Whether scores are conserved: what goes into a neuron goes out of it, and all layers sum to the same.
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { ShapeError } from '../../errors.js'

/** What scores sum to. */
export interface SaliencyConservation {
  /** The sum of each layer, shape (L). */
  readonly layerSums: Float64Array
  /** (largest - smallest) layer sum over the largest size of one; 0 where all scores are 0. */
  readonly layerSpread: number
  /** Of each hidden layer, `in_i - out_i` of every neuron: the row of S_l less the column of S_{l+1}. */
  readonly neuronDefects: readonly Float64Array[]
  /** The largest size of a defect over that of `in_i` or `out_i`, whichever is larger. */
  readonly largestDefect: number
}

/**
 * Sums of scores by layer and by neuron. Scores `W o dR/dW` of a function R of the outputs are conserved by every hidden neuron that is homogeneous and
 * has no bias, such as linear and ReLU ones; scores of biases count as going in.
 *
 * @param scores S_1 .. S_L, each (n_l, n_{l-1})
 * @param biasScores one column (n_l, 1) a layer, or undefined
 * @throws {ShapeError|RangeArgError|DTypeError} scores that do not fit together or are not finite
 * @example
 * saliencyConservation([[[4, 8], [0, 2]], [[12, 2]]]).largestDefect // -> 0
 * @see Tanaka et al. (2020), arXiv:2006.05467
 */
export function saliencyConservation(
  scores: readonly MatrixLike[],
  biasScores: readonly (MatrixLike | undefined)[] = [],
): SaliencyConservation {
  if (!Array.isArray(scores) || scores.length === 0) {
    throw new ShapeError('scores must be an array of matrices, one a layer', { argument: 'scores' })
  }
  const layers = scores.map((matrix, l) => readDense(matrix, `scores[${l}]`, { finite: true }))
  const layerSums = Float64Array.from(layers, ({ data }) => data.reduce((sum, value) => sum + value, 0))
  const largest = layerSums.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const spread = layerSums.reduce((most, value) => Math.max(most, value), -Infinity)
  const least = layerSums.reduce((most, value) => Math.min(most, value), Infinity)
  let largestDefect = 0
  const neuronDefects = layers.slice(1).map((above, i) => {
    const below = layers[i]
    if (above.cols !== below.rows) {
      throw new ShapeError(`scores[${i + 1}] must have ${below.rows} columns, got ${above.cols}`, {
        argument: `scores[${i + 1}]`,
      })
    }
    const bias =
      biasScores[i] === undefined ? undefined : readDense(biasScores[i], `biasScores[${i}]`, { finite: true })
    if (bias !== undefined && bias.data.length !== below.rows) {
      throw new ShapeError(`biasScores[${i}] must be ${below.rows} x 1, got ${bias.rows} x ${bias.cols}`, {
        argument: `biasScores[${i}]`,
      })
    }
    return Float64Array.from({ length: below.rows }, (_, j) => {
      let [into, out] = [bias?.data[j] ?? 0, 0]
      for (let k = 0; k < below.cols; k++) into += below.data[j * below.cols + k]
      for (let k = 0; k < above.rows; k++) out += above.data[k * above.cols + j]
      const size = Math.max(Math.abs(into), Math.abs(out))
      if (size > 0) largestDefect = Math.max(largestDefect, Math.abs(into - out) / size)
      return into - out
    })
  })
  return { layerSums, layerSpread: largest === 0 ? 0 : (spread - least) / largest, neuronDefects, largestDefect }
}
