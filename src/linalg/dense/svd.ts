// Singular value decomposition of a dense matrix: QR with column pivoting, then one-sided Jacobi on the rows of R, which a
// pivoted R has nearly orthogonal already.
//
//   A P = Q R,   J R = S Z   (J orthogonal, Z with orthonormal rows)   =>   A = (Q J') S (P Z')'
//
// For m < n the same on A'. The matrix is scaled by a power of two first.
import { checkInteger, checkOptions, describe } from '../../check.js'
import { DTypeError, RangeArgError } from '../../errors.js'
import { exponentOf, scaleByPowerOfTwo } from '../../math/power-of-two.js'
import { checkDense } from './check-dense.js'
import { applyReflections, reflectColumns } from './householder.js'
import { rotateRows } from './jacobi-rotations.js'
import { normalizeRows } from './orthonormal-rows.js'
import { norm } from './vector.js'

/** Options of `jacobiSvd`. */
export interface JacobiSvdOptions {
  /** Whether u and v are wanted (default true); without them the work is about half. */
  vectors?: boolean
  /** Cap on the sweeps over all pairs (default 30); 3 to 8 are usual. */
  maxSweeps?: number
}

/** `A = u diag(s) v'`, r = min(m, n). */
export interface Svd {
  /** Left singular vectors, shape (m, r) row-major; empty without vectors. */
  u: Float64Array
  /** Singular values, descending, shape (r). */
  s: Float64Array
  /** Right singular vectors, shape (n, r) row-major; empty without vectors. */
  v: Float64Array
  /** Sweeps done. */
  sweeps: number
  /** False if `maxSweeps` ended the iteration: the product still holds, the orthogonality of one factor does not. */
  converged: boolean
}

/**
 * Thin singular value decomposition `A = u diag(s) v'` by one-sided Jacobi.
 *
 * @param a row-major, shape (m, n), finite; not changed
 * @param m rows, 0 and more
 * @param n columns, 0 and more
 * @returns u (m, r), s (r) descending, v (n, r), r = min(m, n). |A - u diag(s) v'| <= c eps |A|, |I - u'u| and |I - v'v| <= c eps
 *   with c below 4 max(m, n) on LAPACK's test matrices; u and v are orthonormal for rank-deficient and zero A too. For
 *   A = B D with D diagonal and B well conditioned even tiny singular values are relatively accurate. `s(2^k A) = 2^k s(A)` to the
 *   last bit where nothing underflows. Signs of the columns are those that the rotations leave
 * @throws {DTypeError} {ShapeError} {RangeArgError} `a` is not a Float64Array of m n finite numbers, or s_max exceeds 1.8e308
 * @throws {OptionError} {DTypeError} {RangeArgError} an unknown or impossible option
 * @example jacobiSvd(new Float64Array([3, 0, 0, -4]), 2, 2).s // -> [4, 3]
 * @see Drmac, Veselic (2008), New fast and accurate Jacobi SVD algorithm I, SIAM J. Matrix Anal. Appl. 29, 1322-1342
 */
export function jacobiSvd(a: Float64Array, m: number, n: number, options?: JacobiSvdOptions): Svd {
  const { vectors, maxSweeps } = checkSvdOptions(options)
  const largest = checkDense(a, 'a', m, n)
  const tall = m >= n
  const rows = tall ? m : n
  const r = tall ? n : m
  if (r === 0) {
    return { u: new Float64Array(0), s: new Float64Array(0), v: new Float64Array(0), sweeps: 0, converged: true }
  }
  const exponent = largest === 0 ? 0 : exponentOf(largest)
  const w = scaledColumns(a, m, n, exponent)
  const { tau, diagonal, order } = reflectColumns(w, rows, r, true)

  const x = new Float64Array(r * r)
  for (let k = 0; k < r; k++) {
    x[k * r + k] = diagonal[k]
    for (let j = k + 1; j < r; j++) x[k * r + j] = w[j * rows + k]
  }
  const rotations = vectors ? identity(r) : undefined
  const { sweeps, converged } = rotateRows(x, r, rotations, maxSweeps)

  const lengths = new Float64Array(r)
  for (let k = 0; k < r; k++) lengths[k] = norm(x, k * r, r)
  const rank = descending(lengths)
  const s = new Float64Array(r)
  for (let k = 0; k < r; k++) s[k] = scaleByPowerOfTwo(lengths[rank[k]], exponent)
  if (s[0] === Infinity) {
    throw new RangeArgError('the largest singular value of a exceeds 1.8e308; scale a down', { argument: 'a' })
  }
  if (rotations === undefined) return { u: new Float64Array(0), s, v: new Float64Array(0), sweeps, converged }

  // The long side is Q times the rotations, orthonormal by construction.
  const long = new Float64Array(rows * r)
  const column = new Float64Array(rows)
  for (let k = 0; k < r; k++) {
    column.fill(0)
    for (let t = 0; t < r; t++) column[t] = rotations[rank[k] * r + t]
    applyReflections(w, rows, tau, r - 1, column, 0)
    for (let i = 0; i < rows; i++) long[i * r + k] = column[i]
  }
  // The short side is what the rotations have left of R, each row divided by its singular value.
  const z = new Float64Array(r * r)
  const sorted = new Float64Array(r)
  for (let k = 0; k < r; k++) {
    sorted[k] = lengths[rank[k]]
    for (let t = 0; t < r; t++) z[k * r + t] = x[rank[k] * r + t]
  }
  normalizeRows(z, r, r, sorted, 2 ** -51 * Math.sqrt(r) * sorted[0])
  const short = new Float64Array(r * r)
  for (let k = 0; k < r; k++) for (let t = 0; t < r; t++) short[order[t] * r + k] = z[k * r + t]
  return { u: tall ? long : short, s, v: tall ? short : long, sweeps, converged }
}

function checkSvdOptions(options: JacobiSvdOptions | undefined): Required<JacobiSvdOptions> {
  const { vectors = true, maxSweeps = 30 } = checkOptions(options, 'options', ['vectors', 'maxSweeps'])
  if (typeof vectors !== 'boolean') {
    throw new DTypeError(`options.vectors must be true or false, got ${describe(vectors)}`, {
      argument: 'options.vectors',
    })
  }
  return { vectors, maxSweeps: checkInteger(maxSweeps, 'options.maxSweeps', { min: 1 }) }
}

/** The columns of A (of A' if m < n) times 2^-exponent, each contiguous. */
function scaledColumns(a: Float64Array, m: number, n: number, exponent: number): Float64Array {
  // Two factors: 2^1074 is not a float64.
  const half = Math.floor(-exponent / 2)
  const first = scaleByPowerOfTwo(1, half)
  const second = scaleByPowerOfTwo(1, -exponent - half)
  const w = new Float64Array(m * n)
  if (m < n) {
    for (let i = 0; i < w.length; i++) w[i] = a[i] * first * second
  } else {
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) w[j * m + i] = a[i * n + j] * first * second
  }
  return w
}

function identity(n: number): Float64Array {
  const eye = new Float64Array(n * n)
  for (let i = 0; i < n; i++) eye[i * n + i] = 1
  return eye
}

/** Indices that sort the values in descending order; equal values keep their order. The values come nearly sorted. */
function descending(values: Float64Array): Int32Array {
  const indices = new Int32Array(values.length)
  for (let k = 0; k < values.length; k++) {
    let place = k
    for (; place > 0 && values[indices[place - 1]] < values[k]; place--) indices[place] = indices[place - 1]
    indices[place] = k
  }
  return indices
}
