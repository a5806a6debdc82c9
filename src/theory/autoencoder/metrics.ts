// How near an encoder or decoder is to the principal directions, and probabilistic PCA from a trained decoder.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../../engine/coerce.js'
import { RangeArgError, ShapeError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { multiplyLeftTransposed } from '../numerics/dense.js'

/**
 * Distance of directions from principal ones, signs apart: `sum_j min(|u_j - w_j|, |u_j + w_j|)`; 0 if they are the same, at most sqrt(2) each.
 *
 * @param found w_1 .. w_k in the columns, shape (n, k), brought to length 1 here
 * @param directions u_1 .. in the columns, shape (n, k) or wider
 * @throws {ShapeError|RangeArgError|DTypeError} matrices that do not fit, a column of zeros
 * @example axisError([[0], [-2]], [[0], [1]]) // -> 0
 */
export function axisError(found: MatrixLike, directions: MatrixLike): number {
  const [w, u] = readPair(found, directions)
  let error = 0
  for (let j = 0; j < w.cols; j++) {
    const [a, b] = [columnOf(w, j, 'found'), columnOf(u, j, 'directions')]
    let [apart, across] = [0, 0]
    for (let i = 0; i < a.length; i++) {
      apart += (a[i] - b[i]) ** 2
      across += (a[i] + b[i]) ** 2
    }
    error += Math.sqrt(Math.min(apart, across))
  }
  return error
}

/**
 * The sine of the largest angle between the span of the columns of `found` and that of the first k principal directions, as the norm of what
 * projection leaves: accurate also where the angle is tiny.
 *
 * @param found shape (n, k), of full rank k
 * @param directions orthonormal columns, shape (n, k) or wider
 * @throws {ShapeError|RangeArgError|DTypeError} matrices that do not fit, a span of less than k dimensions
 * @example subspaceSin([[3], [4]], [[1], [0]]) // -> 0.8
 */
export function subspaceSin(found: MatrixLike, directions: MatrixLike): number {
  const [w, u] = readPair(found, directions)
  const [n, k] = [w.rows, w.cols]
  const { u: q, s } = jacobiSvd(w.data, n, k)
  if (!(s[k - 1] > 1e-14 * s[0])) {
    throw new RangeArgError(`found must have rank ${k}; its singular values are ${Array.from(s).join(', ')}`, {
      argument: 'found',
    })
  }
  const leading = new Float64Array(n * k)
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) leading[i * k + j] = u.data[i * u.cols + j]
  const inside = multiplyLeftTransposed(leading, q, k, n, k)
  const outside = q.slice()
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      for (let a = 0; a < k; a++) outside[i * k + j] -= leading[i * k + a] * inside[a * k + j]
    }
  }
  return Math.min(1, jacobiSvd(outside, n, k, { vectors: false }).s[0])
}

/** Principal directions as a trained decoder shows them. */
export interface LaePpca {
  /** Left singular vectors of the decoder, shape (n, k). */
  readonly directions: Float64Array
  /** Variances `lambda/(1 - s^2)`, s the singular values of the decoder, falling, shape (k); a unit that kept nothing shows lambda. */
  readonly variances: Float64Array
  /** Loadings of probabilistic PCA, `U (variance/P - noise)^(1/2)`, shape (n, k). */
  readonly loadings: Float64Array
  /** Its noise, lambda/P. */
  readonly noise: number
}

/**
 * Probabilistic PCA from the decoder of an autoencoder at the minimum of the sum-penalised loss, without the data: left singular vectors are
 * the principal directions, and `s^2 = 1 - lambda/variance`.
 *
 * @param decoder W_2, shape (n, k), n >= k, singular values below 1
 * @param options.lambda the penalty that it was trained with, > 0, in units of C
 * @param options.samples P, if C was `X X'` and not divided by it; default 1
 * @throws {RangeArgError} a singular value of 1 or more: not a minimum of this loss
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit
 * @example ppcaFromLae([[0.6], [0]], { lambda: 2.56 }).variances // -> [4]
 * @see Kunin, Bloom, Goeva, Seed (2019), arXiv:1901.08168; Tipping, Bishop (1999), Probabilistic principal component analysis
 */
export function ppcaFromLae(decoder: MatrixLike, options: { lambda: number; samples?: number }): LaePpca {
  const given = checkOptions(options, 'options', ['lambda', 'samples'])
  const lambda = checkNumber(given.lambda, 'lambda', { above: 0 })
  const samples = checkInteger(given.samples ?? 1, 'samples', { min: 1 })
  const { rows: n, cols: k, data } = readDense(decoder, 'decoder', { finite: true })
  if (k === 0 || n < k) {
    throw new ShapeError(`decoder must have at least as many rows as columns, got ${n} x ${k}`, { argument: 'decoder' })
  }
  const { u, s } = jacobiSvd(data, n, k)
  if (!(s[0] < 1)) {
    throw new RangeArgError(`the singular values of decoder must be below 1 at a minimum of this loss, got ${s[0]}`, {
      argument: 'decoder',
    })
  }
  const noise = lambda / samples
  const rest = s.map((value) => (1 - value) * (1 + value))
  const loadings = new Float64Array(n * k)
  for (let j = 0; j < k; j++) {
    const length = s[j] * Math.sqrt(noise / rest[j])
    for (let i = 0; i < n; i++) loadings[i * k + j] = length * u[i * k + j]
  }
  return { directions: u, variances: rest.map((value) => lambda / value), loadings, noise }
}

function readPair(found: MatrixLike, directions: MatrixLike): [DenseMatrix, DenseMatrix] {
  const w = readDense(found, 'found', { finite: true })
  const u = readDense(directions, 'directions', { finite: true })
  if (w.cols === 0 || w.rows < w.cols || u.rows !== w.rows || u.cols < w.cols) {
    throw new ShapeError(
      `found must be n x k with k <= n and directions n x k or wider; got ${w.rows} x ${w.cols} and ${u.rows} x ${u.cols}`,
      { argument: 'found' },
    )
  }
  return [w, u]
}

/** Column j, of length 1. */
function columnOf({ rows, cols, data }: DenseMatrix, j: number, name: string): Float64Array {
  const column = Float64Array.from({ length: rows }, (_, i) => data[i * cols + j])
  const largest = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest === 0) throw new RangeArgError(`column ${j} of ${name} is zero`, { argument: name })
  const scaled = column.map((value) => value / largest)
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0))
  return scaled.map((value) => value / length)
}
