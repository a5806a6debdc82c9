// Sizes of balanced modes at given times, any depth.
import { checkInteger, checkNumber } from '../../check.js'
import { pow } from '../../math/elementary.js'
import { checkNumbers, checkPerMode } from '../numerics/arrays.js'
import { checkTarget, LARGEST_SIZE, LEAST_SIZE, logitOf } from './balanced-time.js'
import { logitAfter, sizeOf } from './deep-clock.js'
import { twoLayerMode } from './two-layer-mode.js'

/**
 * The modes of a deep linear network that starts balanced and aligned, under gradient flow with whitened inputs:
 *
 *     da/dt = L a^(2 - 2/L) (s - a),  a(0) = a0
 *     L = 2:  a(t) = s / (1 - e^-x + (s / a0) e^-x),  x = 2 s t
 *
 * each mode by itself. For L > 2 the time as a function of the size is known (`balancedModeTime`); it is inverted here in the logit of a / s.
 *
 * @param values targets s, each 0 or 1e-150 .. 1e100, shape (r): the singular values of `Sigma_yx`
 * @param initial a0, at least 1e-300 and 1e-300 s (0 is a saddle), one number or shape (r)
 * @param depth the number of layers L, at least 2
 * @param times each >= 0, in units of 1 / learning rate, shape (T), in any order
 * @returns a, shape (T, r) row-major. For L = 2 the relative error is below 4 eps (1 + x); for L > 2 it is that of a clock with the relative error
 *   1e-15: largest just before the mode escapes, where a rounding of t moves it by `eps (a / a0)^(1 - 2/L)`
 * @throws {RangeArgError} {DTypeError} {ShapeError} a number out of its range, or arrays that do not fit together
 * @example balancedModes([1], 0.01, 2, [0, 5]) // -> [0.01, 0.9955255179295147]
 * @see Saxe, McClelland, Ganguli (2014), arXiv:1312.6120; Arora, Cohen, Hu, Luo (2019), arXiv:1905.13655, theorem 3
 */
export function balancedModes(
  values: ArrayLike<number>,
  initial: number | ArrayLike<number>,
  depth: number,
  times: ArrayLike<number>,
): Float64Array {
  const s = checkNumbers(values, 'values')
  s.forEach((value, k) => {
    checkTarget(value, `values[${k}]`)
  })
  const a0 = checkPerMode(initial, 'initial', s.length, { min: LEAST_SIZE, max: LARGEST_SIZE })
  checkInteger(depth, 'depth', { min: 2 })
  const t = checkNumbers(times, 'times', { min: 0 })
  const modes = new Float64Array(t.length * s.length)
  for (let i = 0; i < t.length; i++) {
    for (let k = 0; k < s.length; k++) {
      modes[i * s.length + k] = depth === 2 ? twoLayerMode(s[k], 1, a0[k], t[i]) : deepMode(s[k], a0[k], depth, t[i])
    }
  }
  return modes
}

function deepMode(s: number, a0: number, depth: number, t: number): number {
  if (t === 0 || a0 === s) return a0
  const p = 2 - 2 / depth
  if (s === 0) return a0 * pow(1 + depth * p * t * pow(a0, p), -1 / p)
  checkNumber(a0 / s, 'initial / values', { min: LEAST_SIZE, max: 1 / LEAST_SIZE })
  const above = a0 > s
  const tau = depth * pow(s, p) * t
  // No clock goes that far.
  if (tau === Infinity) return s
  const u = logitAfter(logitOf(s, a0), tau, 1 - 2 / depth, above)
  return s * sizeOf(u, above).q
}
