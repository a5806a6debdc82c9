// First and second moments of minibatch SGD on linear regression, exactly: the noise of a minibatch depends on where the weights are, and the recursion of the two moments
// closes all the same.
//
//   m+ = A m + c,   Q+ = A Q A' + A m c' + c (A m)' + c c' + B Gamma B'/S,   z = (theta - theta*, v)
//   A = [[I - eta (H + lambda), eta b], [-(H + lambda), b]],   B = [eta I; I],   c = -lambda [eta theta*; theta*]
//   Gamma = mean_n x x' (x' C x - 2 eps x'm_theta + eps^2) - H C H,   C = Q_theta_theta,  eps = y - theta*' x
import { checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'
import { inner, multiply, multiplyRightTransposed } from '../numerics/dense.js'
import { checkSgd, SGD_KEYS, type SgdParameters } from './mode-parameters.js'
import { fromModes, minimumOf, type RegressionData, readRegression } from './regression-data.js'
import { checkSteps } from './sgd-mode.js'

/** Options of `sgdMomentRecursion`. */
export interface SgdMomentOptions extends SgdParameters {
  /** X, (d, N), columns are samples; d at most 64. */
  inputs: MatrixLike
  /** y, shape (N). */
  outputs: ArrayLike<number>
  /** Shape (d). */
  theta0: ArrayLike<number>
  /** Shape (d). Default 0. */
  v0?: ArrayLike<number>
}

/** Moments at the steps asked for. */
export interface SgdMoments {
  /** The least-squares minimum theta*, shape (d): the shortest, where there are many. */
  readonly minimum: Float64Array
  /** Mean position, shape (T, d). */
  readonly theta: Float64Array
  /** Mean velocity, shape (T, d). */
  readonly v: Float64Array
  /** Covariance of (theta, v), shape (T, 2d, 2d). */
  readonly covariance: Float64Array
}

/**
 * Mean and covariance of SGD with momentum and weight decay on `1/(2N) |y - theta' X|^2`, batches of S samples drawn with replacement: exact at every step, to rounding.
 *
 * @param steps integers >= 0, in any order, at most 10^6, shape (T); the cost is that of the largest
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} a bad option, or moments that leave the range of numbers before a step asked for
 * @example
 * const moments = sgdMomentRecursion({ inputs: [[1, -1]], outputs: [2, -1], theta0: [0], learningRate: 0.5 }, [1])
 * moments.theta // -> [0.75]
 * moments.covariance[0] // -> 0.0625
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function sgdMomentRecursion(options: SgdMomentOptions, steps: ArrayLike<number>): SgdMoments {
  const given = checkOptions(options, 'sgdMomentRecursion', [...SGD_KEYS, 'inputs', 'outputs', 'theta0', 'v0'])
  const { eta, b, batch, decay } = checkSgd(given)
  const data = readRegression(given.inputs, given.outputs)
  const { dimension: d, samples, x, y, hessian } = data
  const theta0 = checkNumbers(given.theta0, 'theta0', { min: -1e100, max: 1e100 }, d)
  const v0 = checkNumbers(given.v0 ?? new Float64Array(d), 'v0', { min: -1e100, max: 1e100 }, d)
  const at = checkSteps(steps)
  const last = at.reduce((most, step) => Math.max(most, step), 0)
  if (last > 1e6) throw new RangeArgError(`steps must be at most 1e6, got ${last}`, { argument: 'steps' })
  const minimum = fromModes(data.vectors, minimumOf(data, 0))
  const size = 2 * d
  const residual = y.map((value, n) => {
    let sum = value
    for (let i = 0; i < d; i++) sum -= minimum[i] * x[i * samples + n]
    return sum
  })
  const a = new Float64Array(size * size)
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const h = hessian[i * d + j] + (i === j ? decay : 0)
      a[i * size + j] = (i === j ? 1 : 0) - eta * h
      a[(d + i) * size + j] = -h
    }
    a[i * size + d + i] = eta * b
    a[(d + i) * size + d + i] = b
  }
  const shift = Float64Array.from({ length: size }, (_, i) => -decay * (i < d ? eta : 1) * minimum[i % d])
  let m = Float64Array.from({ length: size }, (_, i) => (i < d ? theta0[i] - minimum[i] : v0[i - d]))
  // The covariance itself, not the second moment: near the minimum the difference of the two would cancel.
  let covariance = new Float64Array(size * size)
  const found: SgdMoments = {
    minimum,
    theta: new Float64Array(at.length * d),
    v: new Float64Array(at.length * d),
    covariance: new Float64Array(at.length * size * size),
  }
  for (let step = 0; ; step++) {
    at.forEach((wanted, i) => {
      if (wanted !== step) return
      if (!m.every(Number.isFinite) || !covariance.every(Number.isFinite)) {
        throw new RangeArgError(`the moments have left the range of numbers before step ${step}`, { argument: 'steps' })
      }
      for (let l = 0; l < d; l++) found.theta[i * d + l] = minimum[l] + m[l]
      found.v.set(m.subarray(d), i * d)
      found.covariance.set(covariance, i * size * size)
    })
    if (step >= last) return found
    const noise = gradientNoise(data, residual, m, covariance)
    const next = multiplyRightTransposed(multiply(a, covariance, size, size, size), a, size, size, size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const weight = (i < d ? eta : 1) * (j < d ? eta : 1)
        next[i * size + j] += (weight * noise[(i % d) * d + (j % d)]) / batch
      }
    }
    covariance = next as Float64Array<ArrayBuffer>
    m = multiply(a, m, size, size, 1).map((value, i) => value + shift[i]) as Float64Array<ArrayBuffer>
  }
}

/** Covariance of the gradient of one sample, over samples and over weights of mean m and the given covariance: E[x x' (x'delta - eps)^2] - H E[delta delta'] H. */
function gradientNoise(
  { dimension: d, samples, x, hessian }: RegressionData,
  residual: Float64Array,
  m: Float64Array,
  covariance: Float64Array,
): Float64Array {
  const size = 2 * d
  const second = new Float64Array(d * d)
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) second[i * d + j] = covariance[i * size + j] + m[i] * m[j]
  const gamma = new Float64Array(d * d)
  const column = new Float64Array(d)
  for (let n = 0; n < samples; n++) {
    for (let i = 0; i < d; i++) column[i] = x[i * samples + n]
    let along = -residual[n]
    for (let i = 0; i < d; i++) along += column[i] * m[i]
    let square = along * along
    for (let i = 0; i < d; i++)
      square += column[i] * inner(column, covariance.subarray(i * size, i * size + d) as Float64Array)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) gamma[i * d + j] += (column[i] * column[j] * square) / samples
  }
  const moved = multiply(multiply(hessian, second, d, d, d), hessian, d, d, d)
  return gamma.map((value, i) => value - moved[i])
}
