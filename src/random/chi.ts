// Chi-distributed lengths: the norm of a Gaussian vector without the vector. A layer of a million units, or the bidiagonal
// form of a Gaussian matrix, needs only these.
import { checkNumber, describe } from '../check.js'
import { ConvergenceError, DTypeError } from '../errors.js'
import { log, pow } from '../math/elementary.js'
import { checkKey, foldIn, type Key } from './key.js'
import { normalQuantile } from './normal-quantile.js'
import { openUniform } from './uniform.js'

/** One attempt fails with probability below 0.05: 64 in a row are not met in the age of the universe. */
const MAX_ATTEMPTS = 64

/** Counter of the uniform that carries shapes below 1; no attempt reaches it. */
const BOOST_COUNTER = 2 ** 32

/**
 * Chi-distributed random numbers: square roots of chi-squared numbers with real degrees of freedom.
 *
 * By Marsaglia and Tsang: for a = dof / 2 >= 1, d = a - 1/3, v = (1 + x / sqrt(9 d))^3 with x normal, accepted with
 * probability e^(x^2 / 2 + d (1 - v + ln v)), gives d v ~ Gamma(a); below 1, chi(dof) = chi(dof + 2) U^(1 / dof).
 *
 * @param key the stream; one use a key
 * @param degreesOfFreedom each above 0 and at most 1e12, shape (n)
 * @returns float64, shape (n); the i-th depends on `key`, i and its own degrees of freedom only. Degrees of freedom below
 *   about 0.05 give values that underflow to 0, as the exact distribution does in float64
 * @throws {RangeArgError} a value outside its range; `argument` names it
 * @throws {DTypeError} not a key, or not an array of numbers
 * @example chi(key(3), [1, 10, 1e12])
 * @see Marsaglia, Tsang (2000), A simple method for generating gamma variables, ACM TOMS 26, 363-372
 */
export function chi(key: Key, degreesOfFreedom: Float64Array | readonly number[]): Float64Array {
  checkKey(key)
  if (!Array.isArray(degreesOfFreedom) && !(degreesOfFreedom instanceof Float64Array)) {
    throw new DTypeError(`degreesOfFreedom must be an array of numbers, got ${describe(degreesOfFreedom)}`, {
      argument: 'degreesOfFreedom',
    })
  }
  const n = degreesOfFreedom.length
  for (let i = 0; i < n; i++) checkNumber(degreesOfFreedom[i], `degreesOfFreedom[${i}]`, { above: 0, max: 1e12 })
  const values = new Float64Array(n)
  for (let i = 0; i < n; i++) values[i] = drawChi(foldIn(key, i), degreesOfFreedom[i])
  return values
}

function drawChi(key: Key, dof: number): number {
  if (dof >= 2) return Math.sqrt(2 * drawGamma(key, dof / 2))
  const boost = pow(openUniform(key[0], key[1], BOOST_COUNTER), 1 / dof)
  return Math.sqrt(2 * drawGamma(key, dof / 2 + 1)) * boost
}

/** Gamma(shape) with unit scale, shape >= 1. Attempt j reads counters 2 j and 2 j + 1 of the element's own key. */
function drawGamma(key: Key, shape: number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const x = normalQuantile(openUniform(key[0], key[1], 2 * attempt))
    const t = c * x
    if (t <= -1) continue
    const u = openUniform(key[0], key[1], 2 * attempt + 1)
    if (log(u) < logAcceptance(x, t, d)) return d * (1 + t) * (1 + t) * (1 + t)
  }
  throw new ConvergenceError(`no gamma number of shape ${shape} accepted in ${MAX_ATTEMPTS} attempts`)
}

/**
 * `x^2 / 2 + d (1 - v + ln v)` with v = (1 + t)^3. The terms up to t^3 cancel exactly; for small t what is left is summed as
 * a series, or a shape of 1e12 would lose every digit of it.
 */
function logAcceptance(x: number, t: number, d: number): number {
  if (t > -1 / 64 && t < 1 / 64) {
    const series = 1 / 4 - t * (1 / 5 - t * (1 / 6 - t * (1 / 7 - t * (1 / 8 - t * (1 / 9 - t * (1 / 10 - t / 11))))))
    return -3 * d * (t * t) * (t * t) * series
  }
  return 0.5 * x * x + d * (3 * log(1 + t) - t * (3 + t * (3 + t)))
}
