// The Gamma function with the same bits on every engine, and two of its companions in forms that neither overflow nor cancel.
//
// From 16 on Stirling's series, ln Gamma(x) = (x - 1/2) ln x - x + ln(2 pi)/2 + S(x); below, the recurrence brings x there, and the product of
// its factors is kept in a head and a tail.
import { productTail } from './double-double.js'
import { exp, log, pow } from './elementary.js'
import { log1p } from './hyperbolic.js'

const ROOT_TWO_PI = 2.5066282746310007
/** Where Stirling's series is exact to rounding. */
const FAR = 16

/** S(x) = 1/(12 x) - 1/(360 x^3) + ..., for x >= 16. */
function stirling(x: number): number {
  const z = 1 / (x * x)
  const high = 1 / 1188 - z * (691 / 360360 - z * (1 / 156))
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * high)))) / x
}

/**
 * Gamma(x) for x > 0.
 *
 * @param x any number; above 171.624376956302 gives Infinity, below 5.6e-309 too; 0, negative numbers and NaN give NaN
 * @returns relative error below 4 ulp (largest measured: 3.1)
 * @example gamma(5) // -> 24
 * @see Abramowitz, Stegun (1964), Handbook of mathematical functions, 6.1.40
 */
export function gamma(x: number): number {
  if (!(x > 0)) return NaN
  if (x > 171.7) return Infinity
  if (x >= FAR) return farGamma(x, 0)
  // x (x + 1) ... (x + n - 1) as head + tail; what x + k loses in rounding counts too.
  const n = Math.ceil(FAR - x)
  let head = x
  let tail = 0
  for (let k = 1; k < n; k++) {
    const factor = x + k
    const lost = k > x ? x - (factor - k) : k - (factor - x)
    const product = head * factor
    tail = tail * factor + head * lost + productTail(head, factor, product)
    head = product
  }
  const top = x + n
  const lost = n > x ? x - (top - n) : n - (top - x)
  return farGamma(top, lost) / (head + tail)
}

/** Gamma(x + rest) for x >= 16 and a rest below an ulp of x. */
function farGamma(x: number, rest: number): number {
  // Half of the power at a time: x^(x - 1/2) leaves the range before Gamma does.
  const half = pow(x, 0.5 * x - 0.25)
  return half * (exp(-x) * ROOT_TWO_PI * half) * (1 + (expm1Small(stirling(x)) + rest * log(x)))
}

/** e^s - 1 for 0 <= s < 1/100. */
function expm1Small(s: number): number {
  return s * (1 + s * (1 / 2 + s * (1 / 6 + s * (1 / 24 + s * (1 / 120 + s * (1 / 720))))))
}

/**
 * Gamma(x + a) / Gamma(x) for x > 0, x + a > 0: also where both overflow.
 *
 * @param x finite, > 0
 * @param a finite, > -x
 * @returns relative error below (10 + 4 |a|) eps; NaN out of range
 * @example gammaRatio(1e6, 1) // -> 1e6
 */
export function gammaRatio(x: number, a: number): number {
  if (!(x > 0 && x + a > 0)) return NaN
  if (a === 0) return 1
  // Up by the recurrence until both are far: each step is a factor (x + k) / (x + a + k).
  let [from, factor] = [x, 1]
  for (; Math.min(from, from + a) < FAR; from++) factor *= from / (from + a)
  // (x + a)^(x + a - 1/2) / x^(x - 1/2) e^-a = x^a e^((x + a - 1/2) ln(1 + a/x) - a)
  const end = from + a
  return factor * pow(from, a) * exp((end - 0.5) * log1p(a / from) - a + (stirling(end) - stirling(from)))
}

/**
 * y^k e^-y / Gamma(k), that is y times the density of the Gamma distribution of shape k: also where its factors overflow.
 *
 * @param k shape, finite, > 0
 * @param y >= 0
 * @returns relative error below (20 + 2 |k - y|) eps; NaN out of range
 * @example gammaKernel(1, 0) // -> 0
 * @see Loader (2000), Fast and accurate computation of binomial probabilities
 */
export function gammaKernel(k: number, y: number): number {
  if (!(k > 0 && k < Infinity && y >= 0)) return NaN
  if (y === 0 || y === Infinity) return 0
  if (k < FAR) return (pow(y, k) / gamma(k)) * exp(-y)
  return Math.sqrt(k) * (exp(-k * excess((y - k) / k) - stirling(k)) / ROOT_TWO_PI)
}

/** u - ln(1 + u) >= 0 for u > -1. */
function excess(u: number): number {
  if (!(u > -0.2 && u < 0.25)) return u - log1p(u)
  // ln(1 + u) = 2 (v + v^3/3 + v^5/5 + ...), v = u / (2 + u), and u - 2 v = u v.
  const v = u / (2 + u)
  const square = v * v
  let sum = 0
  let power = v * square
  for (let n = 3; Math.abs(power) > 1e-18 * u * v; n += 2) {
    sum += power / n
    power *= square
  }
  return u * v - 2 * sum
}
