// Thin QR factorization by Householder reflections.
import { exponentOf, scaleByPowerOfTwo } from '../../math/power-of-two.js'
import { checkDense } from './check-dense.js'
import { applyReflections, reflectColumns } from './householder.js'

/** The factors of `A = Q R`, r = min(m, n). */
export interface QrFactors {
  /** Orthonormal columns, shape (m, r) row-major. */
  q: Float64Array
  /** Upper triangular (trapezoidal if m < n) with a non-negative diagonal, shape (r, n) row-major. */
  r: Float64Array
}

/**
 * Thin QR factorization `A = Q R` with `R_kk >= 0`, which makes it unique for a matrix of full column rank: with A Gaussian,
 * Q is then Haar distributed.
 *
 * Columns are scaled by powers of two first, so neither tiny nor huge columns lose accuracy, however unequal they are.
 *
 * @param a row-major, shape (m, n), finite; not changed
 * @param m rows, 0 and more
 * @param n columns, 0 and more
 * @returns q (m, r) and r (r, n), r = min(m, n). |A - Q R| <= c eps |A| column by column, |I - Q'Q| <= c eps with c of the
 *   order of max(m, n); q is orthonormal for rank-deficient A too
 * @throws {DTypeError} {ShapeError} {RangeArgError} `a` is not a Float64Array of m n finite numbers
 * @example householderQr(new Float64Array([3, 0, 4, 5]), 2, 2).r // -> [5, 4, 0, 3]
 * @see Golub, Van Loan, Matrix Computations, section 5.2; Mezzadri (2007), arXiv:math-ph/0609050, on the sign convention
 */
export function householderQr(a: Float64Array, m: number, n: number): QrFactors {
  checkDense(a, 'a', m, n)
  const rank = Math.min(m, n)
  const columns = new Float64Array(n * m)
  const exponents = new Int32Array(n)
  for (let j = 0; j < n; j++) {
    let largest = 0
    for (let i = 0; i < m; i++) largest = Math.max(largest, Math.abs(a[i * n + j]))
    exponents[j] = largest === 0 ? 0 : exponentOf(largest)
    for (let i = 0; i < m; i++) columns[j * m + i] = scaleByPowerOfTwo(a[i * n + j], -exponents[j])
  }
  const { tau, diagonal } = reflectColumns(columns, m, n, false)
  const q = new Float64Array(m * rank)
  const r = new Float64Array(rank * n)
  const column = new Float64Array(m)
  for (let k = 0; k < rank; k++) {
    const sign = diagonal[k] < 0 ? -1 : 1
    r[k * n + k] = scaleByPowerOfTwo(sign * diagonal[k], exponents[k])
    for (let j = k + 1; j < n; j++) r[k * n + j] = scaleByPowerOfTwo(sign * columns[j * m + k], exponents[j])
    column.fill(0)
    column[k] = 1
    applyReflections(columns, m, tau, k, column, 0)
    for (let i = 0; i < m; i++) q[i * rank + k] = sign * column[i]
  }
  return { q, r }
}
