// Feedback alignment of one neuron from nothing: w_1' = b e, w_2' = e w_1, e = y - w_2 w_1.
//
// w_2 = w_1^2 / (2b) all the way, so w_1 ends at A = (2 b y)^(1/3), and z = w_1 / A runs as dz/dt = (A^2 / 2)(1 - z^3):
//
//   t = (2 / A^2) F(z),   F(z) = int_0^z dx / (1 - x^3) = u/3 + ln(1 + z + z^2)/6 + atan(sqrt3 z / (2 + z)) / sqrt3,   u = -ln(1 - z)
//
// F is solved for u, in which its slope is 1 / (1 + z + z^2), between 1/3 and 1: Newton's method cannot miss, and 1 - z = e^-u keeps its digits to the end.
import { checkNumber } from '../../check.js'
import { atan } from '../../math/arctangent.js'
import { exp, pow } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { checkNumbers } from '../numerics/arrays.js'
import { expm1 } from '../numerics/expm1.js'

/** Columns of `scalarFeedbackAlignment`, each of shape (T). */
export interface ScalarFeedback {
  first: Float64Array
  second: Float64Array
  /** `e = y - w_2 w_1`. */
  error: Float64Array
}

/**
 * The gradient flow of `1/2 (y - w_2 w_1)^2` with feedback b in place of w_2, from `w_1 = w_2 = 0`.
 *
 * @param feedback b, not 0
 * @param target y, not 0
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @returns `{ first, second, error }`: w_1, w_2 and e; relative error below 1e-14 in the weights, and `(1 + u) 1e-15` in e
 * @throws {RangeArgError|DTypeError} arguments out of range
 * @example scalarFeedbackAlignment(0.5, 1, [0, 1e9]).first // -> [0, 1]
 * @see Lillicrap, Cownden, Tweed, Akerman (2016), Nature Communications 7
 */
export function scalarFeedbackAlignment(feedback: number, target: number, times: ArrayLike<number>): ScalarFeedback {
  const b = checkNumber(feedback, 'feedback')
  const y = checkNumber(target, 'target')
  checkNumber(Math.abs(b), 'the size of feedback', { above: 0 })
  checkNumber(Math.abs(y), 'the size of target', { above: 0 })
  const t = checkNumbers(times, 'times', { min: 0 })
  const size = pow(2 * Math.abs(b) * Math.abs(y), 1 / 3)
  const end = b * y > 0 ? size : -size
  const u = t.map((time) => solve(0.5 * size * size * time))
  const z = u.map((value) => -expm1(-value))
  return {
    first: z.map((value) => end * value),
    second: z.map((value) => ((end * value) / (2 * b)) * (end * value)),
    error: u.map((value, i) => y * exp(-value) * (1 + z[i] + z[i] * z[i])),
  }
}

/** u with F(u) = f. */
function solve(f: number): number {
  // The slope falls from 1 to 1/3: from below every step falls short, and the first one is below.
  let u = f
  for (let pass = 0; pass < 100; pass++) {
    const z = -expm1(-u)
    const value = u / 3 + log1p(z + z * z) / 6 + atan((Math.sqrt(3) * z) / (2 + z)) / Math.sqrt(3)
    const next = u + (f - value) * (1 + z + z * z)
    if (!(Math.abs(next - u) > 2 ** -50 * u)) return next
    u = next
  }
  return u
}
