// Linear autoencoders: the map learns to reproduce its own inputs through fewer hidden units.
//
//   C(W) = 1/2 tr((I - W) C (I - W)') = 1/2 |W F' - F'|_F^2,   C = F'F the covariance of the inputs,   G = W C - C
//   'product':  + lambda/2 |W|_F^2, that is the moments Sigma_xx = C + lambda I, Sigma_yx = C and
//               C_min = lambda/2 tr(C (C + lambda I)^-1)
//   'sum':      + lambda/2 sum_l |W_l|_F^2, a function of the layers and not of W: handed to training as `weightPenalty`
import { checkChoice, checkNumber, checkOptions } from '../check.js'
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { OptionError, RangeArgError, ShapeError } from '../errors.js'
import { rightSolveFactor } from '../linalg/dense/cholesky.js'
import { productOverSamples } from './regression.js'
import { completeSquare, denseTask, factorCovariance, readCovariance, type StatisticsTask } from './statistics.js'

/** What is added to the reconstruction loss of a linear autoencoder. */
export type AutoencoderPenalty = 'none' | 'product' | 'sum'

/** Options of `autoencoder`. */
export interface AutoencoderOptions {
  /** What the first argument is: a covariance C (n, n) (default), or samples X (n, P), of which `C = X X'/P` is taken. */
  from?: 'covariance' | 'samples'
  /** `'none'` (default); `'product'`: lambda/2 |W|_F^2; `'sum'`: lambda/2 (|W_1|_F^2 + ... + |W_L|_F^2). */
  penalty?: AutoencoderPenalty
  /** lambda >= 0, in units of the eigenvalues of C. Needed with a penalty, refused without. */
  lambda?: number
}

/** An autoencoding task with the covariance that it is about. */
export interface AutoencoderTask extends StatisticsTask {
  /** C, (n, n) row-major. */
  readonly covariance: Float64Array
  readonly penalty: AutoencoderPenalty
  readonly lambda: number
  /** The least loss that any W of full rank reaches, without `weightPenalty`. */
  readonly minimumLoss: number
}

/**
 * A linear autoencoder: reconstruct inputs of covariance C; the loss is `C(W) = 1/2 tr((I - W) C (I - W)')`, plus
 * `lambda/2 |W|_F^2` (`'product'`) or `lambda/2 sum_l |W_l|_F^2` (`'sum'`, in `weightPenalty`).
 *
 * With two layers and k hidden units the minimum keeps the k leading eigenvectors of C, eigenvalues c_i: singular values of W are 1 (`'none'`),
 * `c_i/(c_i + lambda)` (`'product'`), `1 - lambda/c_i` where `c_i > lambda` and 0 elsewhere (`'sum'`). Only `'sum'` finds the
 * eigenvectors themselves, the others their span.
 *
 * **Scale.** lambda is measured against the eigenvalues of C. Papers and code often take `C = X X'`, not divided by the number of
 * samples P, and the loss `|X - W X|_F^2 + lambda (...)`: that is `2P` times this one with `C = X X'/P` and lambda/P here, so
 * that time runs P times slower here (at the half gradients that such code uses). Either pass their `X X'` and their lambda, or
 * divide both by P. C is centred if the data are; principal components of PCA libraries come from centred data.
 *
 * @param matrix C or X, finite, as `from` says
 * @throws {ShapeError} a covariance that is not square, no samples
 * @throws {RangeArgError} a covariance that is not symmetric positive semidefinite; a lambda that is negative
 * @throws {OptionError} lambda without a penalty, or a penalty without lambda
 * @example
 * autoencoder([[3, 0], [0, 1]], { penalty: 'sum', lambda: 0.5 }).weightPenalty // -> 0.5
 * @see Kunin, Bloom, Goeva, Seed (2019), Loss landscapes of regularized linear autoencoders, arXiv:1901.08168
 */
export function autoencoder(matrix: MatrixLike, options: AutoencoderOptions = {}): AutoencoderTask {
  const given = checkOptions(options, 'autoencoder', ['from', 'penalty', 'lambda'])
  const from = checkChoice(given.from ?? 'covariance', 'from', ['covariance', 'samples'])
  const penalty = checkChoice(given.penalty ?? 'none', 'penalty', ['none', 'product', 'sum'])
  if ((given.lambda === undefined) !== (penalty === 'none')) {
    const cure = penalty === 'none' ? "lambda needs penalty: 'product' or 'sum'" : `penalty '${penalty}' needs lambda`
    throw new OptionError(cure, { argument: 'lambda' })
  }
  const lambda = checkNumber(given.lambda ?? 0, 'lambda', { min: 0 })
  const { n, c } = from === 'samples' ? covarianceOf(matrix) : readSquare(matrix)
  const { factor, rank } = factorCovariance(c, n, 'matrix')
  const task = penalty === 'product' && lambda > 0 ? ridge(c, n, factor, rank, lambda) : plain(c, n, factor, rank)
  const shared = { ...task, name: 'autoencoder', covariance: c, penalty, lambda }
  return penalty === 'sum' ? { ...shared, weightPenalty: lambda } : shared
}

/** The reconstruction loss alone: both moments are C, and the targets in the coordinates of F are F' itself. */
function plain(c: Float64Array, n: number, factor: Float64Array, rank: number): StatisticsTask {
  const z = new Float64Array(n * rank)
  for (let r = 0; r < rank; r++) {
    for (let i = 0; i < n; i++) z[i * rank + r] = factor[r * n + i]
  }
  return denseTask('autoencoder', { n, m: n, sigmaXX: c, sigmaYX: c }, { factor, rank, z }, 0)
}

/** With lambda/2 |W|^2. For C = F'F and C + lambda I = S'S, tr(C (C + lambda I)^-1) = |F S^-1|^2: nothing cancels. */
function ridge(c: Float64Array, n: number, factor: Float64Array, rank: number, lambda: number): StatisticsTask {
  const shifted = c.slice()
  for (let i = 0; i < n; i++) shifted[i * (n + 1)] += lambda
  if (!shifted.every(Number.isFinite)) {
    throw new RangeArgError(`lambda = ${lambda} is so large that C + lambda I overflows`, { argument: 'lambda' })
  }
  const moments = { n, m: n, sigmaXX: shifted, sigmaYX: c }
  const square = completeSquare(moments, 'matrix')
  let kept = 0
  for (const value of rightSolveFactor(square.factor, square.pivots, square.rank, n, factor, rank))
    kept += value * value
  return denseTask('autoencoder', moments, square, (lambda / 2) * kept)
}

function readSquare(matrix: MatrixLike): { n: number; c: Float64Array } {
  const { rows, data } = readCovariance(matrix, 'matrix', "; for samples in columns say from: 'samples'")
  return { n: rows, c: data }
}

function covarianceOf(matrix: MatrixLike): { n: number; c: Float64Array } {
  const x = readDense(matrix, 'matrix', { finite: true })
  if (x.rows === 0 || x.cols === 0) {
    throw new ShapeError(`matrix must hold samples (columns) of at least one feature, got ${x.rows} x ${x.cols}`, {
      argument: 'matrix',
    })
  }
  const c = productOverSamples(x, x)
  if (!c.every(Number.isFinite)) {
    throw new RangeArgError('the samples are so large that their squares overflow; scale the data', {
      argument: 'matrix',
    })
  }
  return { n: x.rows, c }
}
