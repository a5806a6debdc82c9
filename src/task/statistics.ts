// Tasks that are quadratic in the end-to-end map, from second moments instead of samples.
//
//   C(W) = 1/2 tr(W Sigma_xx W') - tr(W Sigma_yx') + const,   G = W Sigma_xx - Sigma_yx
//
// The loss itself is not formed like that: near the minimum it cancels to noise and may turn negative. It is a sum of squares:
//   Sigma_xx = F'F (pivoted Cholesky, F of full row rank), Z F = Sigma_yx:   C(W) = C_min + 1/2 |W F' - Z|_F^2
//   Sigma_xx = diag(lam), B = Sigma_yx diag(1/lam):                          C(W) = C_min + 1/2 |(W - B) diag(lam)^(1/2)|_F^2
// The second costs a product of entries instead of a product of matrices, and keeps eigenvalues however far apart.
import { checkNumber, checkOptions } from '../check.js'
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { OptionError, RangeArgError, ShapeError } from '../errors.js'
import { type PivotedCholesky, pivotedCholesky, rightSolveFactor } from '../linalg/dense/cholesky.js'
import { digest } from '../math/digest.js'
import type { BoundTask, Task } from './task.js'
import { bindMatrices } from './task.js'

const EPS = 2 ** -52
/** How much rounding in the moments of well conditioned inputs may take from tr(Sigma_yy), relative. */
const TRACE_SLACK = 1e-9

/** A task that second moments define. */
export interface StatisticsTask extends Task {
  /** X X'/P, (n_0, n_0) row-major. */
  readonly sigmaXX: Float64Array
  /** Y X'/P, (n_L, n_0) row-major. */
  readonly sigmaYX: Float64Array
  /** The least loss that any W reaches. */
  readonly minimumLoss: number
}

/** Options of `fromStatistics`. */
export interface StatisticsOptions {
  /** X X'/P or the covariance of the inputs, (n_0, n_0), symmetric positive semidefinite. */
  sigmaXX: MatrixLike
  /** Y X'/P or the covariance of targets and inputs, (n_L, n_0); its rows lie in the range of `sigmaXX`, as those of data do. */
  sigmaYX: MatrixLike
  /** The least loss that any W reaches, at least 0. Default 0: the loss then counts from there. */
  minimumLoss?: number
  /** Instead of `minimumLoss`: `tr(Y Y')/P`, from which it follows as `(traceYY - tr(Sigma_yx Sigma_xx^+ Sigma_yx'))/2`. */
  traceYY?: number
}

/**
 * Linear regression known by its second moments alone: `C(W) = 1/2 tr(W Sigma_xx W') - tr(W Sigma_yx') + const`, the loss
 * `1/(2P) |Y - W X|_F^2` of every data set with these moments, or half the expected squared error of a population.
 *
 * The constant is such that the minimum is `minimumLoss`. A diagonal `sigmaXX` is used entry by entry, which is faster and keeps
 * eigenvalues of any ratio; of any other one the loss (not the gradient) leaves out directions with less than `n_0 eps` of the
 * largest variance.
 *
 * @throws {ShapeError} `sigmaXX` is not square, or `sigmaYX` has another number of columns
 * @throws {RangeArgError} `sigmaXX` is not symmetric positive semidefinite; `sigmaYX` has a part outside its range, so that the
 *   loss would have no lower bound; `traceYY` is less than `sigmaYX` needs; numbers that are not finite or overflow
 * @throws {OptionError} both `minimumLoss` and `traceYY`
 * @example
 * fromStatistics({ sigmaXX: [[2, 0], [0, 1]], sigmaYX: [[2, 1]], traceYY: 4 }).minimumLoss // -> 0.5
 */
export function fromStatistics(options: StatisticsOptions): StatisticsTask {
  const given = checkOptions(options, 'fromStatistics', ['sigmaXX', 'sigmaYX', 'minimumLoss', 'traceYY'])
  const xx = readCovariance(given.sigmaXX, 'sigmaXX')
  const yx = readDense(given.sigmaYX, 'sigmaYX', { finite: true })
  if (yx.cols !== xx.rows) {
    throw new ShapeError(`sigmaYX must have the ${xx.rows} columns of sigmaXX, got ${yx.rows} x ${yx.cols}`, {
      argument: 'sigmaYX',
    })
  }
  if (yx.rows === 0) throw new ShapeError('sigmaYX has no rows (outputs)', { argument: 'sigmaYX' })
  if (given.minimumLoss !== undefined && given.traceYY !== undefined) {
    throw new OptionError('fromStatistics takes either minimumLoss or traceYY', { argument: 'traceYY' })
  }
  const least = checkNumber(given.minimumLoss ?? 0, 'minimumLoss', { min: 0 })
  const trace = given.traceYY === undefined ? undefined : checkNumber(given.traceYY, 'traceYY', { min: 0 })
  const [n, m] = [xx.rows, yx.rows]
  const moments = { n, m, sigmaXX: xx.data, sigmaYX: yx.data }
  const variances = diagonalOf(xx.data, n)
  if (variances !== undefined) {
    const target = diagonalTarget(variances, yx.data, m)
    const task = diagonalTask(
      'statistics',
      variances,
      target.data,
      m,
      minimumFrom(least, trace, target.explained, TRACE_SLACK),
    )
    return { ...task, sigmaXX: xx.data, sigmaYX: yx.data }
  }
  const square = completeSquare(moments, 'sigmaXX')
  const minimumLoss = minimumFrom(least, trace, square.explained, TRACE_SLACK + 100 * n * EPS * conditionOf(square))
  checkRange(moments, square, 2 * minimumLoss + square.explained)
  return denseTask('statistics', moments, square, minimumLoss)
}

/** Second moments of n inputs and m outputs. */
export interface Moments {
  readonly n: number
  readonly m: number
  /** (n, n) row-major. */
  readonly sigmaXX: Float64Array
  /** (m, n) row-major. */
  readonly sigmaYX: Float64Array
}

/** `Sigma_xx = factor' factor` and `z factor = Sigma_yx`. */
export interface Square {
  /** (rank, n) row-major. */
  readonly factor: Float64Array
  readonly rank: number
  /** The columns of `factor` that form an upper triangular matrix, (rank). */
  readonly pivots: Int32Array
  /** (m, rank) row-major. */
  readonly z: Float64Array
  /** `|z|_F^2`, the part of tr(Sigma_yy) that the inputs explain. */
  readonly explained: number
}

/** The factor of the inputs' covariance and the targets in its coordinates. `name` is how errors call the covariance. */
export function completeSquare({ n, m, sigmaXX, sigmaYX }: Moments, name: string): Square {
  const { factor, rank, pivots } = factorCovariance(sigmaXX, n, name)
  const z = rightSolveFactor(factor, pivots, rank, n, sigmaYX, m)
  let explained = 0
  for (const value of z) explained += value * value
  return { factor, rank, pivots, z, explained }
}

/** The task `minimumLoss + 1/2 |W factor' - z|_F^2`. */
export function denseTask(
  name: string,
  { n, m, sigmaXX, sigmaYX }: Moments,
  { factor, rank, z }: Pick<Square, 'factor' | 'rank' | 'z'>,
  minimumLoss: number,
): StatisticsTask {
  return {
    name,
    inputs: n,
    outputs: m,
    sigmaXX,
    sigmaYX,
    minimumLoss,
    fingerprint: () => digest(sigmaXX, sigmaYX, Float64Array.of(minimumLoss)),
    bind(engine, dtype): BoundTask {
      const bound = bindMatrices(engine, dtype, {
        xx: { rows: n, cols: n, data: sigmaXX },
        yx: { rows: m, cols: n, data: sigmaYX },
        factor: { rows: rank, cols: n, data: factor },
        z: { rows: m, cols: rank, data: z },
      })
      return {
        emitGradient(p, w) {
          const product = p.note('gradient W Sigma_xx - Sigma_yx').gemm({ a: w, b: bound.xx })
          return p.subtract(product, bound.yx, product)
        },
        emitLoss(p, w) {
          const residual = p.note('loss').gemm({ a: w, b: bound.factor.T })
          p.subtract(residual, bound.z, residual)
          return p.slotAxpy(0.5, p.sumOfSquares(residual), p.scalar(minimumLoss))
        },
        dispose: () => {
          for (const matrix of Object.values(bound)) matrix.dispose()
        },
      }
    },
  }
}

/**
 * The task `minimumLoss + 1/2 sum_ik lam_k (W_ik - B_ik)^2`, with gradient `lam_k (W_ik - B_ik)`.
 * @param variances lam, (n), at least 0
 * @param target B, (m, n) row-major
 */
export function diagonalTask(
  name: string,
  variances: Float64Array,
  target: Float64Array,
  m: number,
  minimumLoss: number,
): Task & { readonly minimumLoss: number } {
  const n = variances.length
  return {
    name,
    inputs: n,
    outputs: m,
    minimumLoss,
    fingerprint: () => digest(variances, target, Float64Array.of(minimumLoss)),
    bind(engine, dtype): BoundTask {
      const rows = (entry: (k: number) => number) => {
        const data = new Float64Array(m * n)
        for (let at = 0; at < data.length; at++) data[at] = entry(at % n)
        return { rows: m, cols: n, data }
      }
      const bound = bindMatrices(engine, dtype, {
        variance: rows((k) => variances[k]),
        deviation: rows((k) => Math.sqrt(variances[k])),
        target: { rows: m, cols: n, data: target },
      })
      return {
        emitGradient(p, w) {
          const residual = p.note('gradient (W - B) diag(lam)').subtract(w, bound.target)
          return p.multiply(residual, bound.variance, residual)
        },
        emitLoss(p, w) {
          const residual = p.note('loss').subtract(w, bound.target)
          p.multiply(residual, bound.deviation, residual)
          return p.slotAxpy(0.5, p.sumOfSquares(residual), p.scalar(minimumLoss))
        },
        dispose: () => {
          for (const matrix of Object.values(bound)) matrix.dispose()
        },
      }
    },
  }
}

/** A square matrix of at least one row, finite. Whether it is a covariance shows when it is factored. `hint`: a cure. */
export function readCovariance(source: unknown, name: string, hint = ''): { rows: number; data: Float64Array } {
  const { rows, cols, data } = readDense(source, name, { finite: true })
  if (rows !== cols || rows === 0) {
    throw new ShapeError(`${name} must be square with at least one row, got ${rows} x ${cols}${hint}`, {
      argument: name,
    })
  }
  return { rows, data }
}

/** Pivoted Cholesky, whose errors name the caller's argument. */
export function factorCovariance(sigma: Float64Array, n: number, name: string): PivotedCholesky {
  try {
    return pivotedCholesky(sigma, n)
  } catch (cause) {
    if (!(cause instanceof RangeArgError)) throw cause
    const message = cause.message.replace(/\ba(?=\[| must)/g, name)
    throw new RangeArgError(`${name} is no covariance: ${message}`, { argument: name, data: cause.data, cause })
  }
}

/** The diagonal, if nothing else is nonzero. */
function diagonalOf(sigma: Float64Array, n: number): Float64Array | undefined {
  for (let at = 0; at < sigma.length; at++) {
    if (sigma[at] !== 0 && at % (n + 1) !== 0) return undefined
  }
  return Float64Array.from({ length: n }, (_, k) => sigma[k * (n + 1)])
}

/** B = Sigma_yx diag(1/lam), 0 where lam is, and sum lam_k B_ik^2. */
function diagonalTarget(
  variances: Float64Array,
  sigmaYX: Float64Array,
  m: number,
): { data: Float64Array; explained: number } {
  const n = variances.length
  const data = new Float64Array(m * n)
  let explained = 0
  for (let k = 0; k < n; k++) {
    if (variances[k] < 0) {
      throw new RangeArgError(`sigmaXX is no covariance: its diagonal entry ${k} is ${variances[k]}`, {
        argument: 'sigmaXX',
        data: { row: k, column: k },
      })
    }
    for (let at = k; at < data.length; at += n) {
      if (sigmaYX[at] === 0) continue
      if (variances[k] === 0) throw outsideRange((at - k) / n, k, sigmaYX[at])
      data[at] = sigmaYX[at] / variances[k]
      explained += sigmaYX[at] * data[at]
    }
  }
  return { data, explained }
}

/** The largest pivot of a covariance over the smallest: rounding in its entries comes back in the last ones so much larger. */
function conditionOf({ factor, rank, pivots }: Square): number {
  const n = factor.length / rank
  return rank === 0 ? 1 : (factor[pivots[0]] / factor[(rank - 1) * n + pivots[rank - 1]]) ** 2
}

/** The least loss, as given or from tr(Sigma_yy); `slack` is what rounding may have added to `explained`, relative. */
function minimumFrom(least: number, traceYY: number | undefined, explained: number, slack: number): number {
  if (!Number.isFinite(explained)) {
    throw new RangeArgError('sigmaYX is so large against sigmaXX that the best map overflows; scale the data', {
      argument: 'sigmaYX',
    })
  }
  if (traceYY === undefined) return least
  if (traceYY < explained * (1 - slack)) {
    throw new RangeArgError(
      `traceYY = ${traceYY} is less than the ${explained} that sigmaYX explains: no data have these moments`,
      { argument: 'traceYY' },
    )
  }
  return Math.max(0, (traceYY - explained) / 2)
}

/**
 * Rows of Sigma_yx must lie in the range of Sigma_xx. What Cholesky left over has diagonal entries up to n eps of the largest, so by
 * Cauchy and Schwarz moments of data may leave as much as its root times that of tr(Sigma_yy).
 */
function checkRange({ n, m, sigmaXX, sigmaYX }: Moments, { factor, rank, z }: Square, traceYY: number): void {
  let largest = 0
  for (let k = 0; k < n; k++) largest = Math.max(largest, sigmaXX[k * (n + 1)])
  const slack = Math.sqrt(1e3 * n * EPS * largest) * Math.sqrt(traceYY)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let rest = sigmaYX[i * n + j]
      for (let r = 0; r < rank; r++) rest -= z[i * rank + r] * factor[r * n + j]
      if (!(Math.abs(rest) <= slack)) throw outsideRange(i, j, rest)
    }
  }
}

function outsideRange(row: number, column: number, rest: number): RangeArgError {
  return new RangeArgError(
    `sigmaYX has a part outside the range of sigmaXX (${rest} in row ${row}, column ${column}): the loss has no lower bound, and no data have these moments`,
    { argument: 'sigmaYX', data: { row, column } },
  )
}
