// Representational similarity: which samples look alike to the hidden layer, seen from below and from above.
import { checkNumber } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { ConvergenceError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { compose, multiply, multiplyLeftTransposed } from '../numerics/dense.js'
import { readMatrix } from './operands.js'

/**
 * Similarity of hidden representations, `X' A X`, `A = W_1' W_1`.
 *
 * @param a A, (inputs, inputs)
 * @param x X, (inputs, P)
 * @returns shape (P, P)
 * @throws {ShapeError|DTypeError|RangeArgError} matrices that do not fit together
 * @example
 * hiddenSimilarity([[2, 0], [0, 3]], [[1], [1]]) // -> [5]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, representational similarity
 */
export function hiddenSimilarity(a: MatrixLike, x: MatrixLike): Float64Array {
  const { rows, cols, data } = readMatrix(x, 'x')
  return sandwich(readMatrix(a, 'a', rows, rows).data, data, rows, cols)
}

/**
 * Similarity that the outputs ask of the hidden layer, `Y' B^+ Y`, `B = W_2 W_2'` with its pseudo-inverse. After convergence it equals
 * `hiddenSimilarity` where Y = W X.
 *
 * @param b B, (outputs, outputs), symmetric positive semidefinite
 * @param y Y, (outputs, P)
 * @param tolerance singular values of B below this times the largest count as 0, default 1e-12
 * @returns shape (P, P)
 * @throws {ShapeError|DTypeError|RangeArgError} matrices that do not fit together
 * @example
 * outputSimilarity([[2, 0], [0, 0]], [[4], [1]]) // -> [8]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, representational similarity
 */
export function outputSimilarity(b: MatrixLike, y: MatrixLike, tolerance = 1e-12): Float64Array {
  checkNumber(tolerance, 'tolerance', { min: 0, below: 1 })
  const { rows, cols, data } = readMatrix(y, 'y')
  const { u, s, v, converged } = jacobiSvd(readMatrix(b, 'b', rows, rows).data, rows, rows)
  if (!converged)
    throw new ConvergenceError('the singular value decomposition of b did not converge', { argument: 'b' })
  const inverse = s.map((value) => (value > tolerance * s[0] ? 1 / value : 0))
  return sandwich(compose(v, inverse, u, rows, rows), data, rows, cols)
}

/** X' M X with M (rows, rows), X (rows, cols). */
function sandwich(m: Float64Array, x: Float64Array, rows: number, cols: number): Float64Array {
  return multiplyLeftTransposed(x, multiply(m, x, rows, rows, cols), cols, rows, cols)
}
