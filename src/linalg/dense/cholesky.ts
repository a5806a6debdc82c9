// Cholesky factorization with complete pivoting of a positive semidefinite matrix, and the triangular solve that goes with it:
// the exact change of a task's statistics to as many coordinates as the data have rank.
import { checkInteger, checkNumber, describe } from '../../check.js'
import { DTypeError, RangeArgError, ShapeError } from '../../errors.js'
import { checkDense } from './check-dense.js'
import { axpy } from './vector.js'

const EPS = 2 ** -52

/** `A = factor' factor` to rounding. */
export interface PivotedCholesky {
  /** Shape (rank, n) row-major, columns in the original order; its columns `pivots` form an upper triangular matrix. */
  factor: Float64Array
  /** Number of pivots above the tolerance. */
  rank: number
  /** The pivot columns in the order of elimination, shape (rank). */
  pivots: Int32Array
}

/**
 * Cholesky factorization with complete pivoting `A = F' F` of a symmetric positive semidefinite matrix; stops when no diagonal
 * element of the remainder exceeds `tolerance` times the largest of A.
 *
 * @param a row-major, shape (n, n), symmetric positive semidefinite up to rounding; not changed
 * @param n order, 0 and more
 * @param tolerance relative to the largest diagonal element; in [0, 1), default n eps
 * @returns factor (rank, n), rank, pivots (rank). Every element of A - F'F is at most about (tolerance + rank eps) max A_ii
 * @throws {RangeArgError} `a` is not symmetric, is indefinite beyond rounding, or holds NaN or infinity
 * @throws {DTypeError} {ShapeError} `a` is not a Float64Array of n n numbers
 * @example pivotedCholesky(new Float64Array([4, 2, 2, 1]), 2) // -> { factor: [2, 1], rank: 1, pivots: [0] }
 * @see Higham, Accuracy and Stability of Numerical Algorithms, section 10.3
 */
export function pivotedCholesky(a: Float64Array, n: number, tolerance: number = n * EPS): PivotedCholesky {
  checkDense(a, 'a', n, n)
  checkNumber(tolerance, 'tolerance', { min: 0, below: 1 })
  let largest = 0
  for (let i = 0; i < n; i++) largest = Math.max(largest, a[i * n + i])
  // Rounding in a product of data may leave this much asymmetry or indefiniteness; more is another matrix.
  const slack = Math.max(tolerance, 1e3 * n * EPS) * largest
  checkSymmetric(a, n, slack)

  const rest = a.slice()
  const active = Int32Array.from({ length: n }, (_, i) => i)
  const pivots = new Int32Array(n)
  const factor = new Float64Array(n * n)
  let rank = 0
  while (rank < n) {
    let best = rank
    for (let t = rank + 1; t < n; t++) {
      if (rest[active[t] * n + active[t]] > rest[active[best] * n + active[best]]) best = t
    }
    const p = active[best]
    if (!(rest[p * n + p] > tolerance * largest)) break
    active[best] = active[rank]
    active[rank] = p
    pivots[rank] = p
    const root = Math.sqrt(rest[p * n + p])
    const row = rank * n
    factor[row + p] = root
    for (let t = rank + 1; t < n; t++) factor[row + active[t]] = rest[p * n + active[t]] / root
    for (let t = rank + 1; t < n; t++) {
      const i = active[t]
      axpy(-factor[row + i], factor, row, rest, i * n, n)
    }
    rank++
  }
  // What is left of a semidefinite matrix is as small as its diagonal.
  for (let t = rank; t < n; t++) {
    for (let u = rank; u < n; u++) {
      const left = rest[active[t] * n + active[u]]
      if (Math.abs(left) > slack) {
        throw new RangeArgError(
          `a must be positive semidefinite, but elimination leaves ${left} at (${active[t]}, ${active[u]})`,
          { argument: 'a', data: { row: active[t], column: active[u] } },
        )
      }
    }
  }
  return { factor: factor.slice(0, rank * n), rank, pivots: pivots.slice(0, rank) }
}

/**
 * The Y with `Y F = S` for a factor F of `pivotedCholesky`, where the rows of S lie in the row space of F.
 *
 * Only the pivot columns of S are read: `Y F_p = S_p` with F_p upper triangular is solved forwards. For S in the row space the
 * other columns follow; for any other S they do not.
 *
 * @param factor shape (rank, n) row-major
 * @param pivots shape (rank)
 * @param rank rank of the factor
 * @param n columns of factor and s
 * @param s row-major, shape (rows, n)
 * @param rows rows of s
 * @returns Y, shape (rows, rank) row-major; backward stable: the error is that of a perturbation of F_p by rank eps
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together, or a zero pivot
 * @example rightSolveFactor(new Float64Array([2, 1]), new Int32Array([0]), 1, 2, new Float64Array([4, 2]), 1) // -> [2]
 */
export function rightSolveFactor(
  factor: Float64Array,
  pivots: Int32Array,
  rank: number,
  n: number,
  s: Float64Array,
  rows: number,
): Float64Array {
  checkDense(factor, 'factor', rank, n)
  checkDense(s, 's', rows, n)
  checkPivots(pivots, rank, n)
  for (let k = 0; k < rank; k++) {
    if (factor[k * n + pivots[k]] === 0) {
      throw new RangeArgError(`factor has a zero pivot at (${k}, ${pivots[k]})`, { argument: 'factor' })
    }
  }
  const y = new Float64Array(rows * rank)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < rank; k++) {
      let sum = s[i * n + pivots[k]]
      for (let l = 0; l < k; l++) sum -= y[i * rank + l] * factor[l * n + pivots[k]]
      y[i * rank + k] = sum / factor[k * n + pivots[k]]
    }
  }
  return y
}

function checkSymmetric(a: Float64Array, n: number, slack: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(a[i * n + j] - a[j * n + i]) > slack) {
        throw new RangeArgError(
          `a must be symmetric, but a[${i}, ${j}] = ${a[i * n + j]} and a[${j}, ${i}] = ${a[j * n + i]}`,
          { argument: 'a', data: { row: i, column: j } },
        )
      }
    }
  }
}

function checkPivots(pivots: Int32Array, rank: number, n: number): void {
  if (!(pivots instanceof Int32Array)) {
    throw new DTypeError(`pivots must be an Int32Array, got ${describe(pivots)}`, { argument: 'pivots' })
  }
  if (pivots.length !== rank) {
    throw new ShapeError(`pivots must hold ${rank} indices, got ${pivots.length}`, { argument: 'pivots' })
  }
  for (let k = 0; k < rank; k++) checkInteger(pivots[k], `pivots[${k}]`, { max: n - 1 })
}
