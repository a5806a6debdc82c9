// The conserved matrix of two linear layers, D = W_2' W_2 - W_1 W_1', and the lambda nearest to it.

import { checkNumber } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError } from '../../errors.js'
import { frobenius, inner, multiplyLeftTransposed, multiplyRightTransposed } from '../numerics/dense.js'
import { readLayers } from './operands.js'
import { traceOf } from './small-matrix.js'

/** How far two layers are from lambda-balanced. */
export interface LambdaBalance {
  /** D = W_2' W_2 - W_1 W_1', shape (hidden, hidden). Gradient flow conserves it for any start, inputs and task. */
  readonly matrix: Float64Array
  /** tr D/hidden: the lambda I nearest to D. */
  readonly lambda: number
  /** |D - lambda I|_F. */
  readonly error: number
  /** The error over max(1, |D|_F). */
  readonly relativeError: number
  /** |W_1|_F^2 + |W_2|_F^2. */
  readonly size: number
  /** The error over the size: a few eps is what rounding leaves. */
  readonly scaledError: number
}

/**
 * The balance of two layers: `D = W_2' W_2 - W_1 W_1'`, `lambda = tr D/hidden`, and `|D - lambda I|_F`.
 *
 * @param w1 W_1, shape (hidden, inputs)
 * @param w2 W_2, shape (outputs, hidden)
 * @returns positive lambda: the output layer is the larger one
 * @throws {ShapeError|DTypeError|RangeArgError} not two finite matrices that chain
 * @example
 * lambdaBalance([[1, 0], [0, 1]], [[2, 0], [0, 2]]).lambda // -> 3
 * @see Domine, Anguita, Proca, Braun, Kunin, Mediano, Saxe (2024), From lazy to rich, arXiv:2409.14623, definition of lambda-balance
 */
export function lambdaBalance(w1: MatrixLike, w2: MatrixLike): LambdaBalance {
  const layers = readLayers(w1, w2)
  return balanceOf(layers.w1.data, layers.w2.data, layers.w1.rows, layers.w1.cols, layers.w2.rows)
}

/** The same on flat arrays. */
export function balanceOf(
  w1: Float64Array,
  w2: Float64Array,
  hidden: number,
  inputs: number,
  outputs: number,
): LambdaBalance {
  const matrix = multiplyLeftTransposed(w2, w2, hidden, outputs, hidden)
  const below = multiplyRightTransposed(w1, w1, hidden, inputs, hidden)
  for (let i = 0; i < matrix.length; i++) matrix[i] -= below[i]
  const lambda = traceOf(matrix, hidden) / hidden
  const error = frobenius(deviation(matrix, hidden, lambda))
  const size = inner(w1, w1) + inner(w2, w2)
  return {
    matrix,
    lambda,
    error,
    relativeError: error / Math.max(1, frobenius(matrix)),
    size,
    scaledError: error === 0 ? 0 : error / size,
  }
}

function deviation(matrix: Float64Array, n: number, lambda: number): Float64Array {
  return matrix.map((value, i) => (i % (n + 1) === 0 ? value - lambda : value))
}

/**
 * The lambda of a start that the lambda-balanced solution can take, or an error that says how far the start is from one.
 *
 * @param lambda as the caller knows it, or undefined for the estimate
 * @param tolerance bound on |D - lambda I|_F over |W_1|^2 + |W_2|^2
 */
export function checkBalanced(
  balance: LambdaBalance,
  hidden: number,
  lambda: unknown,
  tolerance: unknown,
): { lambda: number; error: number } {
  const allowed = tolerance === Infinity ? Infinity : checkNumber(tolerance ?? 1e-8, 'tolerance', { min: 0 })
  const value = lambda === undefined ? balance.lambda : checkNumber(lambda, 'lambda')
  const error = lambda === undefined ? balance.error : frobenius(deviation(balance.matrix, hidden, value))
  const scaled = error === 0 ? 0 : error / balance.size
  if (!(scaled <= allowed)) {
    throw new RangeArgError(
      `w1, w2 are not lambda-balanced: |W_2' W_2 - W_1 W_1' - lambda I|_F = ${error} for lambda = ${value}, ${scaled} of |W_1|^2 + |W_2|^2 (allowed: ${allowed}); start from lambdaBalancedWeights or lambdaBalancedFactors, or pass a larger tolerance for an approximation`,
      { argument: 'w1, w2', data: { lambda: value, error, scaledError: scaled } },
    )
  }
  return { lambda: value, error }
}
