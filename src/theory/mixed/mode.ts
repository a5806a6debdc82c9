// One mode of mixed dynamics, da/dt = 2 sqrt(a^2 + c^2) (s - a), in y = e^(asinh(a / c)) = (a + sqrt(a^2 + c^2)) / c:
//
//   q = (y+ - y) / (y - y-) decays as e^(-2 S t),  S = sqrt(s^2 + c^2),  y+ = (s + S) / c,  y- = -c / (s + S)
//
// Here s >= 0; a negative target is the mirror image.
import { checkNumber } from '../../check.js'
import { exp } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { expm1, hypotenuse } from '../numerics/expm1.js'

/** What sizes, targets and scales may be, so that products of two y neither overflow nor vanish. */
export const SIZES = { min: -1e75, max: 1e75 }
const SCALES = { min: 1e-75, max: 1e75 }

/** A scale c that mixed dynamics takes. */
export function checkScale(scale: unknown): number {
  return checkNumber(scale, 'scale', SCALES)
}

/** y of a, by the sum that does not cancel. */
export function scaleOf(a: number, c: number): number {
  const root = hypotenuse(a, c)
  return a >= 0 ? (a + root) / c : c / (root - a)
}

/** c (y(to) - y(from)), from the difference of the sizes. */
function scaleGap(from: number, to: number, yFrom: number, yTo: number): number {
  const product = yFrom * yTo
  return 2 * (to - from) * (product / (1 + product))
}

/**
 * a(t) for s >= 0, and a_0 > 0 where s = 0. Between 0 and s the start plus what is gained; above s the target plus what is left: sums of terms of one sign.
 */
export function mixedSize(s: number, a0: number, c: number, t: number): number {
  if (t === 0 || a0 === s) return a0
  const speed = hypotenuse(s, c)
  const yEnd = scaleOf(s, c)
  const yLow = -1 / yEnd
  const y0 = scaleOf(a0, c)
  const ahead = scaleGap(a0, s, y0, yEnd) / c
  const q0 = ahead / (y0 - yLow)
  const decay = exp(-2 * speed * t)
  const gone = -expm1(-2 * speed * t)
  const q = q0 * decay
  // 1 + q, where q may be close to -1 (a start far above the target).
  const sum = q0 < 0 ? (yEnd - yLow) / (y0 - yLow) - q0 * gone : 1 + q
  const step = (ahead * gone) / sum
  const y = a0 > s ? yEnd - (q * (yEnd - yLow)) / sum : y0 + step
  // A start of the other sign: the definition, which is right to eps c, but where c exceeds both ends and the size is small.
  if (a0 < 0 && (y < 0.5 || y > 2 || c < Math.max(s, -a0))) return 0.5 * c * (y - 1 / y)
  if (a0 > s || (a0 < 0 && q <= 1)) return s - speed * (q / sum) * (1 + 1 / (y * yEnd))
  return a0 + 0.5 * c * step * (1 + 1 / (y * y0))
}

/** The time from `from` to `to`, both on one side of s >= 0, s itself excluded. */
export function mixedTime(s: number, from: number, to: number, c: number): number {
  const yEnd = scaleOf(s, c)
  const [y0, y] = [scaleOf(from, c), scaleOf(to, c)]
  const step = scaleGap(from, to, y0, y)
  const left = scaleGap(to, s, y, yEnd)
  const speed = hypotenuse(s, c)
  // q(from) / q(to) - 1 = (y+ - y-) (y - y0) / ((y+ - y) (y0 - y-)): two logarithms would cancel far from the target.
  return log1p((step / left) * ((2 * speed) / c / (y0 + 1 / yEnd))) / (2 * speed)
}
