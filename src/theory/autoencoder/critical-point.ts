// The critical points of a regularised linear autoencoder: one family for each set of principal directions that is kept.
import { checkInteger, checkOptions } from '../../check.js'
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { RangeArgError, ShapeError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { multiply } from '../numerics/dense.js'
import { shrink } from './shrinkage.js'
import { checkLoss, type LaeLoss, laePca, readIndices } from './spectrum.js'

/** Options of `laeCriticalPoint`. */
export interface CriticalPointOptions extends LaeLoss {
  /** Hidden units k. */
  hidden: number
  /** Which principal directions are kept, counted from 0 in falling variance, at most k. Default: those of the global minimum. */
  indices?: readonly number[]
  /**
   * G, shape (k, l), of full rank l, the number of kept directions: how the hidden units mix them. Its columns must be orthonormal with `'sum'`.
   * Default: the first l columns of the identity.
   */
  mix?: MatrixLike
}

/** A critical point. */
export interface CriticalPoint {
  /** W_1, shape (k, n). */
  readonly encoder: Float64Array
  /** W_2, shape (n, k). */
  readonly decoder: Float64Array
  /** W_2 W_1, shape (n, n). */
  readonly map: Float64Array
  /** Its singular values along the kept directions, shape (l). */
  readonly singularValues: Float64Array
  /** `tr((I - W) C (I - W)')` plus the penalty, `lambda |W_2 W_1|^2` or `lambda (|W_1|^2 + |W_2|^2)`: twice the loss of the task `autoencoder`. */
  readonly loss: number
  readonly indices: readonly number[]
}

/**
 * A critical point of `|X - W_2 W_1 X|^2 + penalty`, C = X X': `W_1 = G S^(1/2) U_I'`, `W_2 = U_I S^(1/2) G^+`, S the singular values of
 * `laeShrinkage`; with the sum penalty G has orthonormal columns and `W_1 = W_2'`.
 *
 * @param covariance C, shape (n, n)
 * @throws {RangeArgError} a kept direction of variance <= lambda with the sum penalty, which has no such critical point, or of variance 0
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example laeCriticalPoint([[4, 0], [0, 1]], { hidden: 1, lambda: 2 }).map // -> [0.5, 0, 0, 0]
 * @example laeCriticalPoint([[4, 0], [0, 1]], { hidden: 1, indices: [1], penalty: 'none' }).loss // -> 4
 * @see Kunin, Bloom, Goeva, Seed (2019), Loss landscapes of regularized linear autoencoders, arXiv:1901.08168, theorem 4.2
 */
export function laeCriticalPoint(covariance: MatrixLike, options: CriticalPointOptions): CriticalPoint {
  const given = checkOptions(options, 'options', ['penalty', 'lambda', 'hidden', 'indices', 'mix'])
  const loss = checkLoss(given)
  const { directions, variances, n } = laePca(covariance)
  const k = checkInteger(given.hidden, 'hidden', { min: 1 })
  const best = Array.from({ length: Math.min(k, n) }, (_, i) => i).filter((i) => shrink(variances[i], loss) > 0)
  const indices = given.indices === undefined ? best : readIndices(given.indices, n, k)
  const kept = Float64Array.from(indices, (i) => shrink(variances[i], loss))
  const lost = kept.indexOf(0)
  if (lost >= 0) {
    throw new RangeArgError(
      `indices[${lost}] names a direction of variance ${variances[indices[lost]]}, which is not kept: it must be above ${loss.penalty === 'sum' ? `lambda = ${loss.lambda}` : 0}`,
      { argument: 'indices' },
    )
  }
  const l = indices.length
  const { mix, inverse } = readMix(given.mix as MatrixLike | undefined, k, l, loss.penalty === 'sum')
  const [down, up] = [new Float64Array(l * n), new Float64Array(n * l)]
  indices.forEach((index, a) => {
    const root = Math.sqrt(kept[a])
    for (let i = 0; i < n; i++) down[a * n + i] = up[i * l + a] = root * directions[i * n + index]
  })
  const encoder = multiply(mix, down, k, l, n)
  const decoder = multiply(up, inverse, n, l, k)
  let value = 0
  variances.forEach((variance, i) => {
    const at = indices.indexOf(i)
    value += at < 0 ? variance : variance * rest(kept[at], variance, loss)
  })
  return { encoder, decoder, map: multiply(up, down, n, l, n), singularValues: kept, loss: value, indices }
}

/** The share of its variance that a kept direction leaves in the loss. */
function rest(s: number, variance: number, { penalty, lambda }: ReturnType<typeof checkLoss>): number {
  if (penalty === 'none') return 0
  // 1 - s with s = v/(v + lambda); 1 - s^2 with 1 - s = lambda/v.
  return penalty === 'product' ? lambda / (variance + lambda) : (lambda / variance) * (1 + s)
}

/** G and its pseudoinverse. */
function readMix(given: MatrixLike | undefined, k: number, l: number, orthonormal: boolean) {
  const mix = new Float64Array(k * l)
  if (given === undefined) for (let a = 0; a < l; a++) mix[a * l + a] = 1
  else {
    const dense = readDense(given, 'mix', { finite: true })
    if (dense.rows !== k || dense.cols !== l) {
      throw new ShapeError(
        `mix must be ${k} x ${l}, hidden units by kept directions; got ${dense.rows} x ${dense.cols}`,
        {
          argument: 'mix',
        },
      )
    }
    mix.set(dense.data)
  }
  const { u, s, v } = jacobiSvd(mix, k, l)
  const inverse = new Float64Array(l * k)
  for (let a = 0; a < l; a++) {
    if (!(s[a] > 1e-12 * s[0]) || (orthonormal && Math.abs(s[a] - 1) > 1e-10)) {
      const what = orthonormal ? "orthonormal columns with penalty 'sum'" : 'full rank'
      throw new RangeArgError(`mix must have ${what}; its singular values are ${Array.from(s).join(', ')}`, {
        argument: 'mix',
      })
    }
    for (let i = 0; i < l; i++) for (let j = 0; j < k; j++) inverse[i * k + j] += (v[i * l + a] * u[j * l + a]) / s[a]
  }
  return { mix, inverse }
}
