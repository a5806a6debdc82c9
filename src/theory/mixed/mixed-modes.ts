// The closed form of mixed dynamics for aligned modes, and its inverse.
import { checkNumber } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { checkNumbers, checkPerMode } from '../numerics/arrays.js'
import { checkScale, mixedSize, mixedTime, SIZES } from './mode.js'

/**
 * The modes of a wide two-layer linear network of any initial variance, under gradient flow with whitened inputs, from lazy (a << c) to balanced (a >> c):
 *
 *     da/dt = 2 sqrt(a^2 + c^2) (s - a),  c = sigma^2 w
 *     y = (a + sqrt(a^2 + c^2)) / c,  q = (y+ - y) / (y - y-) = q_0 e^(-2 S t),  S = sqrt(s^2 + c^2),  y+- = (s +- S) / c
 *
 * valid where A_0 = 0 or A_0 shares the singular vectors of the target. The form evaluated is `a = a_0 + (c/2) d (1 + 1 / (y y_0))`, `d = y - y_0`, from
 * differences that do not cancel; the textbook form loses 12 digits for c = 1e-8.
 *
 * @param values targets s, any sign, up to 1e75, shape (r): singular values of `Sigma_yx`
 * @param initial a_0, any sign, up to 1e75, one number or shape (r); 0 for a network whose map starts at zero
 * @param scale c in 1e-75 .. 1e75: variance of a weight times the width
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @returns a, shape (T, r) row-major; relative error below 8 eps (1 + 2 S t) (absolute, in units of c, where a changes its sign)
 * @throws {RangeArgError} {DTypeError} {ShapeError} a number out of its range, or arrays that do not fit together
 * @example mixedModes([3, 1.5, 0.5], 0, 0.5, [0.5]) // -> [1.991040882126798, 0.7060516205324673, 0.20113867460187543]
 * @see Tu, Aranguri, Jacot (2024), Mixed dynamics in linear networks, arXiv:2405.17580, equation (1); the closed form is its integral
 */
export function mixedModes(
  values: ArrayLike<number>,
  initial: number | ArrayLike<number>,
  scale: number,
  times: ArrayLike<number>,
): Float64Array {
  const s = checkNumbers(values, 'values', SIZES)
  const a0 = checkPerMode(initial, 'initial', s.length, SIZES)
  checkScale(scale)
  const t = checkNumbers(times, 'times', { min: 0 })
  const modes = new Float64Array(t.length * s.length)
  for (let i = 0; i < t.length; i++) {
    for (let k = 0; k < s.length; k++) {
      const mirror = mirrorOf(s[k], a0[k])
      modes[i * s.length + k] = mirror * mixedSize(mirror * s[k], mirror * a0[k], scale, t[i])
    }
  }
  return modes
}

/**
 * The time that a mode of `mixedModes` takes from one size to another: `ln[q(from) / q(to)] / (2 S)`.
 *
 * From 0 to s/2 it is about `ln(2 s / c) / (2 s)` for c << s and `ln 2 / (2 c)` for c >> s.
 *
 * @param value the target s, any sign
 * @param from the start
 * @param to the end, on the way from `from` to s, s itself excluded: it takes for ever
 * @param scale c in 1e-75 .. 1e75
 * @returns the time, in units of 1 / learning rate; relative error below 1e-14
 * @throws {RangeArgError} {DTypeError} a number out of its range; `to` is not on the way
 * @example mixedModeTime(3, 0, 1.5, 0.5) // -> 0.39114539165789464
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580
 */
export function mixedModeTime(value: number, from: number, to: number, scale: number): number {
  checkNumber(value, 'value', SIZES)
  checkNumber(from, 'from', SIZES)
  checkNumber(to, 'to', SIZES)
  checkScale(scale)
  if (from === to && from !== value) return 0
  if (!(from < value ? to >= from && to < value : to <= from && to > value)) {
    throw new RangeArgError(
      `to must lie on the way from ${from} to the target ${value}, which itself takes for ever; got ${to}`,
      { argument: 'to' },
    )
  }
  const mirror = mirrorOf(value, from)
  return mixedTime(mirror * value, mirror * from, mirror * to, scale)
}

/** -1 for a mode whose mirror image is to be taken: a negative target, or none and a negative start. */
function mirrorOf(value: number, start: number): number {
  return value < 0 || (value === 0 && start < 0) ? -1 : 1
}
