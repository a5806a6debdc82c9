// exp, log and pow with the same bits on every engine. ECMAScript leaves the host's Math.exp, Math.log and Math.pow
// "implementation-approximated"; these use only + - * / and exponent bits, which IEEE 754 fixes exactly.
//
// The algorithms and error bounds are those of fdlibm 5.3 (e_exp.c, e_log.c, e_pow.c), which carries this notice:
//   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved.
//   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
//
// The errors below are the largest seen against mpmath at 210 000 points; test/math repeats it on committed points. Constants
// are in the shortest decimal form that names the same float64.
import { fromWords, head, highWord, lowWord, scaleByPowerOfTwo } from './power-of-two.js'

const LN2 = Math.LN2
/** ln 2 in two parts; the head has 21 trailing zero bits, so that k * LN2_HEAD is exact for |k| < 2^11. */
const LN2_HEAD = 0.6931471803691238
const LN2_TAIL = 1.9082149292705877e-10
const LOG2_E = Math.LOG2E

// x / 2 * coth(x / 2) = 1 + x^2 P(x^2): the even function behind exp, |x| <= ln(2) / 2.
const P1 = 0.16666666666666602
const P2 = -2.7777777777015593e-3
const P3 = 6.613756321437934e-5
const P4 = -1.6533902205465252e-6
const P5 = 4.1381367970572385e-8

/** `x - x^2 P(x^2)`, from which `exp(x) = 1 + x + x c / (2 - c)`. */
function expCore(x: number): number {
  const z = x * x
  return x - z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * P5))))
}

/**
 * The exponential function e^x.
 *
 * x = k ln 2 + r with |r| <= ln(2) / 2, a rational approximation of e^r, then an exact scaling by 2^k.
 *
 * @param x any number; above 709.782712893384 gives Infinity, below -745.1332191019411 gives 0, NaN gives NaN
 * @returns e^x, error below 1 ulp (largest measured: 0.84)
 * @example exp(1) // -> 2.718281828459045
 * @see fdlibm 5.3, e_exp.c
 */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : x
  if (x < -745.1332191019411) return 0
  let k = 0
  let hi = x
  let lo = 0
  if (x > 0.5 * LN2 || x < -0.5 * LN2) {
    k = Math.floor(LOG2_E * x + 0.5)
    hi = x - k * LN2_HEAD
    lo = k * LN2_TAIL
  }
  const r = hi - lo
  const c = expCore(r)
  const y = 1 + ((r * c) / (2 - c) - lo + hi)
  return k === 0 ? y : scaleByPowerOfTwo(y, k)
}

// log((1 + s) / (1 - s)) = 2 s + s R(s^2)
const LG1 = 0.6666666666666735
const LG2 = 0.3999999999940942
const LG3 = 0.2857142874366239
const LG4 = 0.22222198432149784
const LG5 = 0.1818357216161805
const LG6 = 0.15313837699209373
const LG7 = 0.14798198605116586

/**
 * The natural logarithm.
 *
 * x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), s = f / (2 + f), a polynomial in s^2.
 *
 * @param x any number; 0 gives -Infinity, Infinity gives Infinity, a negative number or NaN gives NaN
 * @returns ln x, error below 1 ulp (largest measured: 0.76)
 * @example log(10) // -> 2.302585092994046
 * @see fdlibm 5.3, e_log.c
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  let k = 0
  let y = x
  if (y < 2 ** -1022) {
    k = -54
    y *= 2 ** 54
  }
  // Adding the distance from sqrt(1/2) to 1 rounds the exponent to the nearest power of two in one integer sum.
  const high = highWord(y) + (0x3ff00000 - 0x3fe6a09e)
  k += (high >>> 20) - 1023
  const f = fromWords((high & 0xfffff) + 0x3fe6a09e, lowWord(y)) - 1
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (LG2 + w * (LG4 + w * LG6))
  const odd = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)))
  const half = 0.5 * f * f
  return s * (half + (odd + even)) + k * LN2_TAIL - half + f + k * LN2_HEAD
}

// log2(x) in head and tail: s = (x - b) / (x + b) with b = 1 or 3/2, then 2 / (3 ln 2) times 3 s + s^3 + ...
const L1 = 0.5999999999999946
const L2 = 0.4285714285785502
const L3 = 0.33333332981837743
const L4 = 0.272728123808534
const L5 = 0.23066074577556175
const L6 = 0.20697501780033842
const CP = 0.9617966939259756
const CP_HEAD = 0.9617967009544373
const CP_TAIL = -7.028461650952758e-9
const LOG2_3_2_HEAD = 0.5849624872207642
const LOG2_3_2_TAIL = 1.350039202129749e-8
/** 21 bits: exact times an in-range t, which has at most 32. The 24 bits of e_pow.c cost up to 500 ulp there. */
const LOG2_E_HEAD = 1.4426946640014648
const LOG2_E_TAIL = 3.768874985636099e-7
const LN2_HALF_HEAD = 0.6931471824645996
const LN2_HALF_TAIL = -1.904654299957768e-9

/** What a result just below 2^1024 may lack before it must round to infinity, in units of the exponent. */
const OVERFLOW_SLACK = 8.008566259537294e-17

/**
 * x raised to the power y, for x >= 0.
 *
 * x^y = 2^(y log2 x), with log2 x carried in a head and a tail so that a large y does not magnify its rounding.
 *
 * @param x base; a negative base gives NaN even where y is an integer; 0 gives 0, 1 or Infinity for y > 0, = 0, < 0
 * @param y exponent, any number; `pow(x, 0)` and `pow(1, y)` are 1 even for NaN and infinities, as in IEEE 754 (and unlike
 *   `**`, which gives NaN for an exponent of NaN or for 1 ** Infinity)
 * @returns x^y, error below 1 ulp for normal results (largest measured: 0.87)
 * @example pow(2, 0.5) // -> 1.4142135623730951
 * @see fdlibm 5.3, e_pow.c
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1
  if (!(x >= 0) || Number.isNaN(y)) return NaN
  const vanishes = x < 1 ? y > 0 : y < 0
  if (x === 0 || x === Infinity || y === Infinity || y === -Infinity) return vanishes ? 0 : Infinity
  if (y === 1) return x

  let logHead: number
  let logTail: number
  if (y > 2 ** 31 || y < -(2 ** 31)) {
    // Only bases next to 1 stay in range: log2(1 + t) by its series, |t| < 2^-20.
    if (x < 1 - 2 ** -20 || x >= 1 + 2 ** -20) return vanishes ? 0 : Infinity
    const t = x - 1
    const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25))
    const u = LOG2_E_HEAD * t
    const v = t * LOG2_E_TAIL - w * LOG2_E
    logHead = head(u + v)
    logTail = v - (logHead - u)
  } else {
    let n = 0
    let a = x
    if (a < 2 ** -1022) {
      n = -53
      a *= 2 ** 53
    }
    let high = highWord(a)
    n += (high >>> 20) - 1023
    const mantissa = high & 0xfffff
    high = mantissa | 0x3ff00000
    // b = 1 for mantissas below sqrt(3/2), 3/2 up to sqrt(3), else 1 after halving.
    let aboutThreeHalves = 0
    if (mantissa > 0x3988e) {
      if (mantissa < 0xbb67a) aboutThreeHalves = 1
      else {
        n += 1
        high -= 0x100000
      }
    }
    const b = aboutThreeHalves === 1 ? 1.5 : 1
    a = fromWords(high, lowWord(a))
    const u = a - b
    const v = 1 / (a + b)
    const s = u * v
    const sHead = head(s)
    // The head of a + b straight from the bits, and what it leaves.
    const sumHead = fromWords(((high >> 1) | 0x20000000) + 0x80000 + (aboutThreeHalves << 18), 0)
    const sumTail = a - (sumHead - b)
    const sTail = v * (u - sHead * sumHead - sHead * sumTail)
    const z = s * s
    let r = z * z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * L6)))))
    r += sTail * (sHead + s)
    const square = sHead * sHead
    const cubeHead = head(3 + square + r)
    const cubeTail = r - (cubeHead - 3 - square)
    const productHigh = sHead * cubeHead
    const productLow = sTail * cubeHead + cubeTail * s
    const pHead = head(productHigh + productLow)
    const pTail = productLow - (pHead - productHigh)
    const zHead = CP_HEAD * pHead
    const zTail = CP_TAIL * pHead + pTail * CP + (aboutThreeHalves === 1 ? LOG2_3_2_TAIL : 0)
    const offset = aboutThreeHalves === 1 ? LOG2_3_2_HEAD : 0
    logHead = head(zHead + zTail + offset + n)
    logTail = zTail - (logHead - n - offset - zHead)
  }

  // y log2 x in two parts, then 2 to that power.
  const yHead = head(y)
  const low = (y - yHead) * logHead + y * logTail
  let main = yHead * logHead
  const total = low + main
  if (total > 1024 || (total === 1024 && low + OVERFLOW_SLACK > total - main)) return Infinity
  if (total < -1075 || (total === -1075 && low <= total - main)) return 0
  let n = 0
  if (total > 0.5 || total < -0.5) {
    n = Math.floor(total + 0.5)
    main -= n
  }
  const t = head(low + main)
  const u = t * LN2_HALF_HEAD
  const v = (low - (t - main)) * LN2 + t * LN2_HALF_TAIL
  const z = u + v
  const w = v - (z - u)
  const c = expCore(z)
  const r = (z * c) / (c - 2) - (w + z * w)
  return scaleByPowerOfTwo(1 - (r - z), n)
}
