// Singular values of matrix handles: options, and the choice of a method.
import { checkChoice, checkInteger, checkOptions } from '../check.js'
import { Matrix, notMatrix } from '../engine/matrix.js'
import { ConvergenceError } from '../errors.js'
import { type PowerSvd, type PowerSvdOptions, powerSvd } from './block-power.js'
import { jacobiSvd } from './dense/svd.js'
import { decomposeByQr, SWEEPS_PER_VALUE, valuesByQr } from './svd-qr.js'

/** A thin decomposition `A = u diag(s) v'`. */
export interface Svd {
  /** Left singular vectors, (m, r). */
  readonly u: Matrix
  /** Singular values, descending, length r = min(m, n), or `rank`. */
  readonly s: Float64Array
  /** Right singular vectors, (n, r). */
  readonly v: Matrix
}

/** More sweeps than this are a slip: they would take days. */
const MOST_SWEEPS = 100_000_000

/** Options of `svd`. */
export interface SvdOptions {
  /** How many of the largest singular values, 1 .. min(m, n). Default: all. */
  rank?: number
  /**
   * `'qr'` (default): reduction to bidiagonal form and implicit QR sweeps, in the element type of `a`; errors of the size of rounding
   * beside the largest singular value. `'jacobi'`: one-sided Jacobi in float64 in TypeScript; slower, and accurate for small singular
   * values of columns of very different sizes too. `'power'`: block iteration for a few leading triples of a large matrix; see `powerSvd`.
   */
  method?: 'qr' | 'jacobi'
  /** Cap on the sweeps, 1 .. 10^8. Default 30 min(m, n) for `'qr'`, where 2 min(m, n) are usual; 30 for `'jacobi'`, where 3 to 8 are. */
  maxIterations?: number
}

/**
 * Thin singular value decomposition `A = u diag(s) v'`, or its leading part.
 *
 * @param a (m, n), finite
 * @returns u (m, r), s (r) descending, v (n, r) with r = min(m, n) or `rank`, of the element type of `a`; s in float64. The caller
 *   disposes u and v. |A - u diag(s) v'| <= c eps |A|, |I - u'u|, |I - v'v| <= c eps with c a small multiple of max(m, n), for
 *   rank-deficient and zero matrices too. `s(2^k A) = 2^k s(A)` to the last bit where nothing underflows
 * @throws {RangeArgError} NaN or an infinity in `a`, a largest singular value beyond 1.8e308, or `rank` out of range
 * @throws {ConvergenceError} `maxIterations` ended the sweeps; `data.residual` is the largest off-diagonal element that was left
 * @throws {OptionError} {DTypeError} an unknown or impossible option, or `a` is not a Matrix
 * @throws {MemoryError} no room for the factors or for scratch
 * @example
 * Array.from(svd(engine.matrix([[3, 0], [0, -2]])).s) // -> [3, 2]
 * @see Golub, Kahan (1965), SIAM J. Numer. Anal. 2, 205-224; Demmel, Kahan (1990), SIAM J. Sci. Stat. Comput. 11, 873-912
 */
export function svd(a: Matrix, options: PowerSvdOptions & { method: 'power' }): PowerSvd
export function svd(a: Matrix, options?: SvdOptions): Svd
export function svd(a: Matrix, options?: SvdOptions | (PowerSvdOptions & { method: 'power' })): Svd | PowerSvd {
  if (isPower(options)) return byPower(checked(a), options)
  const given = checkOptions(options, 'options', ['rank', 'method', 'maxIterations'])
  const method = checkChoice(given.method ?? 'qr', 'options.method', ['qr', 'jacobi'])
  const { rows, cols } = checked(a)
  const least = Math.min(rows, cols)
  const rank =
    given.rank === undefined ? least : checkInteger(given.rank, 'options.rank', { min: Math.min(1, least), max: least })
  const cap = (standard: number) =>
    checkInteger(given.maxIterations ?? standard, 'options.maxIterations', { min: 1, max: MOST_SWEEPS })
  switch (method) {
    case 'qr':
      return decomposeByQr(a, rank, cap(SWEEPS_PER_VALUE * Math.max(1, least)))
    case 'jacobi':
      return decomposeByJacobi(a, rank, cap(30))
  }
}

/**
 * Singular values alone, descending, length min(m, n), in a fraction of the time of `svd`.
 *
 * @param a (m, n), finite
 * @returns for float64 those of `svd` to the last bit; of a float32 matrix they are computed in float64, so that small ones are as
 *   accurate as its entries allow
 * @throws as `svd` does
 * @example
 * Array.from(singularValues(engine.matrix([[3, 0], [0, -2]]))) // -> [3, 2]
 */
export function singularValues(a: Matrix): Float64Array {
  const { rows, cols } = checked(a)
  return valuesByQr(a, SWEEPS_PER_VALUE * Math.max(1, Math.min(rows, cols)))
}

/** Block iteration has options of its own, and a status instead of an error. */
function isPower(options: object | undefined): options is PowerSvdOptions & { method: 'power' } {
  if (typeof options !== 'object' || options === null || !Object.hasOwn(options, 'method')) return false
  return (options as { method?: unknown }).method === 'power'
}

function byPower(a: Matrix, options: PowerSvdOptions & { method: 'power' }): PowerSvd {
  const { method: _, ...given } = options
  return powerSvd(a, a.size === 0 ? given : { rank: Math.min(a.rows, a.cols), ...given })
}

function decomposeByJacobi(a: Matrix, rank: number, maxSweeps: number): Svd {
  const { engine, rows, cols, dtype } = a
  const { u, s, v, converged, sweeps } = jacobiSvd(Float64Array.from(a.view()), rows, cols, { maxSweeps })
  if (!converged) {
    throw new ConvergenceError(`Jacobi rotations did not converge in ${sweeps} sweeps; raise maxIterations`, {
      data: { sweeps },
    })
  }
  const left = engine.matrix([rows, rank], leading(u, s.length, rank), { dtype })
  try {
    return { u: left, s: s.slice(0, rank), v: engine.matrix([cols, rank], leading(v, s.length, rank), { dtype }) }
  } catch (error) {
    left.dispose()
    throw error
  }
}

/** The first `count` of `columns` columns. */
function leading(data: Float64Array, columns: number, count: number): Float64Array {
  if (count === columns) return data
  return Float64Array.from({ length: (data.length / columns) * count }, (_, t) => {
    return data[Math.floor(t / count) * columns + (t % count)]
  })
}

function checked(a: Matrix): Matrix {
  if (!(a instanceof Matrix)) throw notMatrix(a, 'a')
  void a.pointer // throws if it was disposed
  return a
}
