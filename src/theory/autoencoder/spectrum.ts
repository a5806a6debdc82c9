// Principal directions: what a linear autoencoder is measured against. The covariance is used as it is given, C = X X' or X X'/P.
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../../check.js'
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { RangeArgError, ShapeError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { checkNumbers } from '../numerics/arrays.js'

/** Principal directions and their variances. */
export interface PrincipalComponents {
  /** Unit vectors, in the columns, shape (n, r), falling variance; their signs are arbitrary. */
  readonly directions: Float64Array
  /** Eigenvalues of C, falling, shape (r): the squares of the singular values of X. */
  readonly variances: Float64Array
  /** Singular values sigma of X with `C = X X'`, shape (r). */
  readonly singularValues: Float64Array
  readonly n: number
}

/**
 * Principal directions by singular value decomposition: of a covariance C (n, n), r = n, or of samples X (n, P) without forming `X X'`,
 * r = min(n, P), which keeps small singular values accurate. Data are not centred here.
 *
 * @param matrix C, symmetric positive semidefinite, or X with columns as samples
 * @throws {ShapeError|RangeArgError|DTypeError|OptionError} no finite matrix, or a covariance that is not symmetric
 * @example laePca([[4, 0], [0, 9]]).singularValues // -> [3, 2]
 * @example laePca([[3, 0], [0, 2]], { from: 'samples' }).variances // -> [9, 4]
 */
export function laePca(matrix: MatrixLike, options?: { from?: 'covariance' | 'samples' }): PrincipalComponents {
  const from = checkChoice(checkOptions(options, 'options', ['from']).from ?? 'covariance', 'from', [
    'covariance',
    'samples',
  ])
  const { rows: n, cols, data } = readDense(matrix, 'matrix', { finite: true })
  if (n === 0 || cols === 0) throw new ShapeError('matrix must have rows and columns', { argument: 'matrix' })
  if (from === 'covariance') checkSymmetric(data, n, cols)
  const { u, s } = jacobiSvd(data, n, cols)
  const samples = from === 'samples'
  return {
    directions: u,
    variances: samples ? s.map((value) => value * value) : s,
    singularValues: samples ? s : s.map(Math.sqrt),
    n,
  }
}

function checkSymmetric(c: Float64Array, n: number, cols: number): void {
  if (n !== cols) {
    throw new ShapeError(`matrix must be square, got ${n} x ${cols}; for samples in columns say from: 'samples'`, {
      argument: 'matrix',
    })
  }
  const largest = c.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  for (let i = 0; i < n; i++) {
    if (c[i * n + i] < 0) throw new RangeArgError('matrix must be positive semidefinite', { argument: 'matrix' })
    for (let j = 0; j < i; j++) {
      if (Math.abs(c[i * n + j] - c[j * n + i]) > 1e-10 * largest) {
        throw new RangeArgError('matrix must be symmetric, as a covariance is', { argument: 'matrix' })
      }
    }
  }
}

/** What is added to the loss: `lambda |W_2 W_1|^2` or `lambda (|W_1|^2 + |W_2|^2)`. */
export type LaePenalty = 'none' | 'product' | 'sum'

/** Penalty and lambda of a regularised linear autoencoder. */
export interface LaeLoss {
  /** Default `'sum'`. */
  penalty?: LaePenalty
  /** lambda >= 0, in units of the variances; not with `'none'`. Default 0. */
  lambda?: number
}

/** The same, checked. */
export function checkLoss({ penalty: given, lambda: weight }: { penalty?: unknown; lambda?: unknown }) {
  const penalty = checkChoice(given ?? 'sum', 'penalty', ['none', 'product', 'sum'])
  const lambda = checkNumber(weight ?? 0, 'lambda', { min: 0 })
  if (penalty === 'none' && lambda > 0) {
    throw new RangeArgError("lambda must be 0 with penalty 'none'", { argument: 'lambda' })
  }
  return { penalty, lambda }
}

/** Variances, falling, >= 0. */
export function readVariances(given: unknown): Float64Array {
  const variances = checkNumbers(given, 'variances', { min: 0 })
  for (let i = 1; i < variances.length; i++) {
    if (variances[i] > variances[i - 1]) {
      throw new RangeArgError('variances must fall', { argument: 'variances', data: { index: i } })
    }
  }
  return variances
}

/** Distinct indices of variances, at most `hidden` of them, rising. */
export function readIndices(given: unknown, count: number, hidden: number): number[] {
  const indices = Array.from(checkNumbers(given, 'indices'), (value, i) =>
    checkInteger(value, `indices[${i}]`, { max: count - 1 }),
  ).sort((a, b) => a - b)
  if (indices.length > hidden || indices.some((value, i) => value === indices[i - 1])) {
    throw new ShapeError(`indices must be at most ${hidden} different ones, as many as hidden units`, {
      argument: 'indices',
    })
  }
  return indices
}
