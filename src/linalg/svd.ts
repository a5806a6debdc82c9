// Singular values of matrix handles.
import { checkOptions } from '../check.js'
import { Matrix } from '../engine/matrix.js'
import { ConvergenceError, DTypeError } from '../errors.js'
import { jacobiSvd } from './dense/svd.js'

/** A thin decomposition `A = u diag(s) v'`. */
export interface Svd {
  /** Left singular vectors, (m, r). */
  readonly u: Matrix
  /** Singular values, descending, length r = min(m, n). */
  readonly s: Float64Array
  /** Right singular vectors, (n, r). */
  readonly v: Matrix
}

/**
 * Thin singular value decomposition by one-sided Jacobi.
 *
 * @param a (m, n), finite
 * @returns u (m, r), s (r) descending, v (n, r) with r = min(m, n); backward stable, computed in float64 whatever the element type
 * @throws {RangeArgError} NaN or an infinity in `a`
 * @throws {ConvergenceError} the sweeps ended at their cap
 * @example
 * Array.from(svd(engine.matrix([[3, 0], [0, -2]])).s) // -> [3, 2]
 */
export function svd(a: Matrix, options?: Record<string, never>): Svd {
  checkOptions(options, 'options', [])
  const { engine, rows, cols, dtype } = checked(a)
  const { u, s, v, converged, sweeps } = jacobiSvd(Float64Array.from(a.view()), rows, cols)
  if (!converged) throw notConverged(sweeps)
  const rank = Math.min(rows, cols)
  const left = engine.matrix([rows, rank], u, { dtype })
  try {
    return { u: left, s, v: engine.matrix([cols, rank], v, { dtype }) }
  } catch (error) {
    left.dispose()
    throw error
  }
}

/**
 * Singular values alone, descending, length min(m, n). See `svd`.
 * @example
 * Array.from(singularValues(engine.matrix([[3, 0], [0, -2]]))) // -> [3, 2]
 */
export function singularValues(a: Matrix): Float64Array {
  const { rows, cols } = checked(a)
  const { s, converged, sweeps } = jacobiSvd(Float64Array.from(a.view()), rows, cols, { vectors: false })
  if (!converged) throw notConverged(sweeps)
  return s
}

function checked(a: Matrix): Matrix {
  if (!(a instanceof Matrix)) throw new DTypeError('a must be a Matrix; make one with engine.matrix', { argument: 'a' })
  return a
}

function notConverged(sweeps: number): ConvergenceError {
  return new ConvergenceError(`Jacobi rotations did not converge in ${sweeps} sweeps`, { data: { sweeps } })
}
