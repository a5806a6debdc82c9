// exp, log and pow with the same bits on every engine. ECMAScript leaves the host's Math.exp, Math.log and Math.pow
// "implementation-approximated"; these use only + - * / and exponent bits, which IEEE 754 fixes exactly.
//
// All three rest on two functions in double-double: the logarithm as head + tail and the exponential of head + tail.
// Their arguments are brought so close to 1 and 0 that a few terms of the Taylor series are enough. The errors stated
// below are the largest seen against mpmath at 830 000 points; test/math measures them again on committed points.
import { productTail, sumTail } from './double-double.js'
import { fromWords, highWord } from './power-of-two.js'
import { LN2_HEAD, LN2_TAIL, LOGARITHMS, POWERS, STEP_HEAD, STEP_TAIL } from './tables.js'

const TWO_M43 = 1 / 0x800_0000_0000
const TWO_M85 = TWO_M43 / 0x400_0000_0000
const TWO_54 = 0x40_0000_0000_0000
const MIN_NORMAL = fromWords(0x00100000, 0)

/** The tail of the last logarithm: the second result of `logPair`, without an object to carry it. */
const logTail = new Float64Array(1)

/** ln(1 + r) - r + r^2 / 2 = r^3 (1/3 - r/4 + ...) for |r| < 2^-7.9, all of the series that a float64 can carry. */
function logSeries(r: number, square: number): number {
  const high = 1 / 5 - r * (1 / 6) + square * (1 / 7 - r * 0.125 + square * (1 / 9))
  return r * square * (1 / 3 - r * 0.25 + square * high)
}

/**
 * Head of ln x for a positive finite x; the tail goes to `logTail`. Together they are exact to about 2^-69 of ln x.
 *
 * With x = 2^k m and c the multiple of 1/256 nearest to 1/m, ln x = k ln 2 - ln c + ln(1 + r). r = m c - 1 is a
 * multiple of 2^-60 below 2^-7.9, hence a float64. For x close to 1, c is 1 or 1/2 and the other two terms vanish.
 */
function logPair(x: number): number {
  const scaled = x < MIN_NORMAL ? x * TWO_54 : x
  const high = highWord(scaled)
  const biased = high >>> 20
  // m, and its first 20 places as the short factor of an exact product.
  const m = scaled * fromWords((2047 - biased) << 20, 0) * 0.5
  const top = 1 + (high & 0xfffff) * (1 / 0x100000)
  const n = (256 / top + 0.5) | 0
  const c = n * (1 / 256)
  const r = top * c - 1 + (m - top) * c
  // Above about sqrt(2) m counts as half of the next power of two, so that k ln 2 and -ln c never cancel.
  const k = biased - (x < MIN_NORMAL ? 1077 : 1023) + (n > 181 ? 0 : 1)

  // Fixed point, exact: the integers stay below 2^53.
  const base = (k * LN2_HEAD + LOGARITHMS[2 * n - 256]) * TWO_M43
  const baseTail = (k * LN2_TAIL + LOGARITHMS[2 * n - 255]) * TWO_M85

  const square = r * r
  const squareTail = productTail(r, r, square)
  const first = base + r
  const second = first - square * 0.5
  const rest =
    sumTail(base, r, first) +
    sumTail(first, -square * 0.5, second) +
    (baseTail - squareTail * 0.5 + logSeries(r, square))
  const head = second + rest
  logTail[0] = sumTail(second, rest, head)
  return head
}

/**
 * e^(x + tail), rounded once, for -750 <= x <= 750 and a tail below an ulp of x.
 *
 * With n the multiple of ln(2) / 64 nearest to x, n = 64 k + j, it is 2^k 2^(j/64) e^r, where |r| < 2^-7.5.
 */
function expPair(x: number, tail: number): number {
  const n = Math.floor(x * (64 * Math.LOG2E) + 0.5)
  // Exact: n has 17 bits and STEP_HEAD 37, and the difference has no bit below both operands' last.
  const near = x - n * STEP_HEAD * TWO_M43
  const rest = tail - n * STEP_TAIL
  const r = near + rest
  const square = r * r
  const series = 0.5 + r * (1 / 6) + square * (1 / 24 + r * (1 / 120) + square * (1 / 720))
  const j = n & 63
  const power = POWERS[2 * j]
  const growth = power * (r + (sumTail(near, rest, r) + square * series)) + POWERS[2 * j + 1]
  const sum = power + growth
  const k = n >> 6
  // Doubled first: sum may lie just below 1, and k may be 1024.
  if (k > -1022) return sum * 2 * fromWords((k + 1022) << 20, 0)
  return subnormal(sum, sumTail(power, growth, sum), k)
}

/** `(sum + tail) * 2^k` for 0 < sum < 2 and -2044 <= k <= -1022, rounded once. */
function subnormal(sum: number, tail: number, k: number): number {
  const scale = fromWords((k + 2045) << 20, 0)
  const shifted = sum * scale
  if (shifted >= 1) return shifted * MIN_NORMAL
  // Between 1 and 2 the float64 are as dense as the subnormals in units of 2^-1022: adding 1 rounds at the right
  // place, and what that leaves over decides the rounding again together with the tail.
  const rounded = 1 + shifted
  return (rounded + (sumTail(1, shifted, rounded) + tail * scale) - 1) * MIN_NORMAL
}

/**
 * The exponential function e^x.
 *
 * @param x any number; above 709.782712893384 gives Infinity, below -745.1332191019411 gives 0, NaN gives NaN
 * @returns e^x, error below 0.52 ulp (largest measured: 0.511), subnormal results included
 * @example exp(1) // -> 2.718281828459045
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN
  if (x > 710) return Infinity
  if (x < -746) return 0
  return expPair(x, 0)
}

/**
 * The natural logarithm.
 *
 * @param x any number; 0 gives -Infinity, Infinity gives Infinity, a negative number or NaN gives NaN
 * @returns ln x, error below 0.51 ulp (largest measured: 0.500, every result the nearest float64)
 * @example log(10) // -> 2.302585092994046
 */
export function log(x: number): number {
  if (x > 0 && x < Infinity) return logPair(x)
  if (x === 0) return -Infinity
  return x === Infinity ? Infinity : NaN
}

/**
 * x raised to the power y, for x >= 0.
 *
 * x^y = e^(y ln x), with ln x and the product carried in a head and a tail so that a large y magnifies no rounding.
 *
 * @param x base; a negative base gives NaN even where y is an integer; 0 gives 0, 1 or Infinity for y > 0, = 0, < 0
 * @param y exponent, any number; `pow(x, 0)` and `pow(1, y)` are 1 even for NaN and infinities, as in IEEE 754 (and
 *   unlike `**`, which gives NaN for an exponent of NaN or for 1 ** Infinity)
 * @returns x^y, error below 0.52 ulp (largest measured: 0.510), subnormal results included
 * @example pow(2, 0.5) // -> 1.4142135623730951
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1
  if (!(x >= 0) || Number.isNaN(y)) return NaN
  const vanishes = x < 1 ? y > 0 : y < 0
  if (x === 0 || x === Infinity) return vanishes ? 0 : Infinity
  const head = logPair(x)
  const product = y * head
  // Beyond this no tail can bring the result back into range. Within it |y| < 2^63, as |ln x| > 2^-54.
  if (product < -750 || product > 750) return vanishes ? 0 : Infinity
  return expPair(product, productTail(y, head, product) + y * logTail[0])
}
