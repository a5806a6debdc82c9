// Norms, condition number and numerical rank of matrix handles.
import { checkNumber, checkOptions, describe } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { OptionError } from '../errors.js'
import { elementBytes } from '../kernels/kernels.js'
import { checkFinite, checkMatrix, EPSILON } from './solve-operands.js'
import { singularValues } from './svd.js'

/** Which norm: Frobenius, largest column sum, largest row sum, largest singular value, largest entry, sum of singular values. */
export type NormKind = 'fro' | 1 | typeof Infinity | 2 | 'max' | 'nuclear'

const KINDS: readonly unknown[] = ['fro', 1, Infinity, 2, 'max', 'nuclear']

/**
 * A norm of a matrix.
 *
 * | kind | value |
 * |---|---|
 * | `'fro'` (default) | square root of the sum of squares |
 * | `1`, `Infinity` | largest sum of magnitudes of a column, of a row |
 * | `2`, `'nuclear'` | largest singular value, sum of the singular values |
 * | `'max'` | largest magnitude (not submultiplicative) |
 *
 * @param a (m, n), finite
 * @returns in float64, with a relative error of a few eps of float64 (of max(m, n) eps for `2` and `'nuclear'`). Neither squares
 *   nor float32 sums overflow or underflow on the way; 0 for an empty matrix, Infinity only where the norm itself exceeds 1.8e308
 * @throws {RangeArgError} NaN or an infinity in `a`
 * @throws {OptionError} another kind
 * @example
 * norm(engine.matrix([[3, 0], [0, -4]])) // -> 5
 */
export function norm(a: Matrix, kind: NormKind = 'fro'): number {
  const { engine, dtype, rows, cols, size, pointer } = checkMatrix(a, 'a')
  if (!KINDS.includes(kind)) {
    throw new OptionError(`kind must be one of 'fro', 1, 2, Infinity, 'max', 'nuclear'; got ${describe(kind)}`, {
      argument: 'kind',
    })
  }
  checkFinite(a, 'a')
  if (size === 0) return 0
  if (kind === 2) return singularValues(a)[0]
  if (kind === 'nuclear') return singularValues(a).reduceRight((sum, s) => sum + s, 0)
  if (kind === 1) return largestColumnSum(a)
  return engine.guard((kernels) => {
    const { nrm2, asum, iamax } =
      dtype === 'float64'
        ? { nrm2: kernels.dnrm2, asum: kernels.dasum, iamax: kernels.idamax }
        : { nrm2: kernels.snrm2, asum: kernels.sasum, iamax: kernels.isamax }
    if (kind === 'fro') return nrm2(size, pointer, 1)
    if (kind === 'max') return Math.abs(a.view()[iamax(size, pointer, 1)])
    let largest = 0
    for (let i = 0; i < rows; i++) {
      largest = Math.max(largest, asum(cols, pointer + i * cols * elementBytes(dtype), 1))
    }
    return largest
  })
}

/**
 * The condition number `s_max / s_min` in the 2-norm.
 *
 * @param a (m, n), finite
 * @returns at least 1; Infinity when the smallest of the min(m, n) singular values is 0; 0 for an empty matrix
 * @throws {RangeArgError} NaN or an infinity in `a`
 * @example
 * cond(engine.matrix([[4, 0], [0, 2]])) // -> 2
 */
export function cond(a: Matrix): number {
  checkFinite(checkMatrix(a, 'a'), 'a')
  const s = singularValues(a)
  if (s.length === 0) return 0
  return s[s.length - 1] === 0 ? Infinity : s[0] / s[s.length - 1]
}

/** Options of `rank`, `pinv` and `leastSquares`. */
export interface ToleranceOptions {
  /** Singular values up to `tolerance * s_max` count as zero; in [0, 1). Default `max(m, n) eps`, eps of the element type. */
  tolerance?: number
}

/**
 * The numerical rank: the number of singular values above `tolerance * s_max`.
 *
 * @param a (m, n), finite
 * @throws {RangeArgError} NaN or an infinity in `a`, or a tolerance outside [0, 1)
 * @example
 * rank(engine.matrix([[1, 2], [2, 4]])) // -> 1
 */
export function rank(a: Matrix, options?: ToleranceOptions): number {
  const tolerance = checkTolerance(checkMatrix(a, 'a'), options)
  checkFinite(a, 'a')
  return countAbove(singularValues(a), tolerance)
}

/** The checked tolerance. */
export function checkTolerance(a: Matrix, options: ToleranceOptions | undefined): number {
  const { tolerance } = checkOptions(options, 'options', ['tolerance'])
  return checkNumber(tolerance ?? Math.min(0.5, Math.max(a.rows, a.cols) * EPSILON[a.dtype]), 'tolerance', {
    min: 0,
    below: 1,
  })
}

/** How many of the descending singular values exceed `tolerance` times the first. */
export function countAbove(s: Float64Array, tolerance: number): number {
  let count = 0
  while (count < s.length && s[count] > tolerance * s[0]) count++
  return count
}

function largestColumnSum(a: Matrix): number {
  const data = a.view()
  const sums = new Float64Array(a.cols)
  for (let i = 0, k = 0; i < a.rows; i++) for (let j = 0; j < a.cols; j++, k++) sums[j] += Math.abs(data[k])
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0)
}
