// The pseudoinverse of matrix handles.
import type { Matrix } from '../engine/matrix.js'
import { matmul } from './matmul.js'
import { checkTolerance, countAbove, type ToleranceOptions } from './norm.js'
import { checkFinite, checkMatrix } from './solve-operands.js'
import { svd } from './svd.js'

/**
 * The Moore-Penrose pseudoinverse `A+ = V diag(1 / s) U'`, over the singular values above the tolerance.
 *
 * @param a (m, n), finite
 * @returns A+ - (n, m), of the element type of `a`; the caller disposes it. A A+ and A+ A are the orthogonal projections on the
 *   ranges of A and A', to about cond(A) eps
 * @throws {RangeArgError} NaN or an infinity in `a`, or a tolerance outside [0, 1)
 * @throws {ConvergenceError} the singular value decomposition did not converge
 * @example
 * pinv(engine.matrix([[2, 0], [0, 0]])).toNested() // -> [[0.5, 0], [0, 0]]
 * @see Golub, Van Loan, Matrix Computations, section 5.5
 */
export function pinv(a: Matrix, options?: ToleranceOptions): Matrix {
  const tolerance = checkTolerance(checkMatrix(a, 'a'), options)
  checkFinite(a, 'a')
  const { u, s, v } = svd(a)
  try {
    divideColumns(v, s, countAbove(s, tolerance))
    return matmul(v, u, { transposeB: true })
  } finally {
    u.dispose()
    v.dispose()
  }
}

/** Divide column k by s_k for k < count, and clear the others. */
export function divideColumns(v: Matrix, s: Float64Array, count: number): void {
  const data = v.view()
  for (let i = 0, at = 0; i < v.rows; i++) {
    for (let k = 0; k < v.cols; k++, at++) data[at] = k < count ? data[at] / s[k] : 0
  }
}
