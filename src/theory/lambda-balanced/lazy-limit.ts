// What is left of the blocks when |lambda| is large and the larger layer need not turn: the smaller layer takes up the whole structure of the task,
// the larger one stays a multiple of the identity ("semi-structured").
import { checkNumber } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { multiplyLeftTransposed, multiplyRightTransposed } from '../numerics/dense.js'
import type { ShapedMatrix } from './flow-at.js'
import { regimeLimit } from './regimes.js'
import { identityOf } from './small-matrix.js'
import { type TaskLike, taskBasis } from './task-basis.js'

/**
 * The converged blocks to leading order in 1/|lambda|, hidden = min(inputs, outputs): `A = S' S/lambda`, `B = lambda I` for lambda > 0;
 * `A = |lambda| I`, `B = S S'/|lambda|` for lambda < 0. Relative errors are O(1/lambda^2), the kernel moves by O(1/lambda^4).
 *
 * @param sigmaYX S, (outputs, inputs)
 * @param lambda not 0, of the sign that is lazy for this shape
 * @throws {RangeArgError} lambda = 0, or the sign that is delayed rich: there the larger layer turns
 * @throws {ShapeError|DTypeError} not a matrix
 * @example
 * lazyLimit([[2]], 8).a.data // -> [0.5]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623
 */
export function lazyLimit(sigmaYX: TaskLike, lambda: number): { a: ShapedMatrix; b: ShapedMatrix } {
  const { sigma, inputs, outputs } = taskBasis(sigmaYX)
  const size = Math.abs(checkNumber(lambda, 'lambda'))
  const regime = regimeLimit([inputs, Math.min(inputs, outputs), outputs], lambda)
  if (regime !== 'lazy') {
    throw new RangeArgError(`lambda = ${lambda} is ${regime} for ${inputs} inputs and ${outputs} outputs, not lazy`, {
      argument: 'lambda',
    })
  }
  const scaled = (matrix: Float64Array, factor: number) => matrix.map((value) => value * factor)
  const a =
    lambda > 0
      ? scaled(multiplyLeftTransposed(sigma, sigma, inputs, outputs, inputs), 1 / size)
      : scaled(identityOf(inputs), size)
  const b =
    lambda > 0
      ? scaled(identityOf(outputs), size)
      : scaled(multiplyRightTransposed(sigma, sigma, outputs, inputs, outputs), 1 / size)
  return { a: { data: a, shape: [inputs, inputs] }, b: { data: b, shape: [outputs, outputs] } }
}
