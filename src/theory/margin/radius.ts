// How far a sample may be moved before a linear classifier changes its mind.
import { checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { norm } from '../../linalg/dense/vector.js'
import { checkNumbers } from '../numerics/arrays.js'
import { least, type MarginData, marginsOf, readSamples } from './model.js'

/**
 * The robust radius of a linear classifier, `min_n y_n beta.x_n/|beta|_2`: the distance of the nearest sample to the decision boundary, negative where one is
 * misclassified. The l2 maximum-margin classifier has the largest.
 *
 * @param beta shape (d), not zero
 * @param data samples x (d, P) and signs y (P)
 * @throws {RangeArgError} beta = 0, labels that are no signs
 * @throws {DTypeError|ShapeError|OptionError} what does not fit together
 * @example
 * robustRadius([3, 4], { x: [[1, -1], [0, 0]], y: [1, -1] }) // -> 0.6
 * @see Kunin et al. (2022), arXiv:2210.03820
 */
export function robustRadius(beta: ArrayLike<number>, data: MarginData): number {
  const samples = readSamples(checkOptions(data, 'data', ['x', 'y']))
  const direction = checkNumbers(beta, 'beta', {}, samples.d)
  if (direction.every((value) => value === 0)) {
    throw new RangeArgError('beta is zero and has no boundary', { argument: 'beta' })
  }
  return robustness(least(marginsOf(samples, direction, new Float64Array(samples.count))), direction)
}

/** The same from the margin. */
export function robustness(margin: number, beta: Float64Array): number {
  const largest = beta.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const length = norm(
    beta.map((value) => value / largest),
    0,
    beta.length,
  )
  return margin / largest / length
}
