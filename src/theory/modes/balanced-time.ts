// How long a balanced mode takes from one size to another.
import { checkInteger, checkNumber } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { log, pow } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { expm1, logRatio } from '../numerics/expm1.js'
import { scaledTime } from './deep-clock.js'

/** Sizes and targets beyond these have powers, or reciprocals of powers, that overflow. */
export const LEAST_SIZE = 1e-300
export const LARGEST_SIZE = 1e100

/** A target: 0, or a number whose square neither overflows nor vanishes. */
export function checkTarget(value: unknown, name: string): number {
  return checkNumber(value, name, value === 0 ? {} : { min: 1e-150, max: LARGEST_SIZE })
}

/** The logit of a mode with a target s > 0: ln(a / (s - a)) below it, ln(a / (a - s)) above it. */
export function logitOf(s: number, a: number): number {
  return a > s ? -log1p(-s / a) : log(a / (s - a))
}

/**
 * The time that a balanced mode of a deep linear network takes from size `from` to size `to` under gradient flow, `1/2 (s - a)^2`:
 *
 *     da/dt = L a^(2 - 2/L) (s - a)
 *     L = 2:  t = ln[ a (s - a0) / (a0 (s - a)) ] / (2 s)
 *     L > 2:  t = [Phi(a) - Phi(a0)] / L,  Phi(a) = a^(1-p) / (s (1-p)) 2F1(1, 1-p; 2-p; a/s),  p = 2 - 2/L
 *
 * summed so that nothing cancels: not for deep networks, nor for sizes close to each other or to the target.
 *
 * @param value the target s, 0 or 1e-150 .. 1e100, a singular value of `Sigma_yx`
 * @param from the start a0, at least 1e-300 and 1e-300 s (0 is a saddle: nothing would ever be learned), other than s
 * @param to the end, from `from` towards s, s itself excluded: it takes for ever
 * @param depth the number of layers L, at least 2
 * @returns the time, in units of 1 / learning rate; relative error below 1e-14
 * @throws {RangeArgError} {DTypeError} a number out of its range; `to` is not on the way from `from` to s
 * @example balancedModeTime(1, 1e-3, 0.5, 2) // -> 3.453377389324277
 * @example balancedModeTime(2, 0.001, 1, 3) // -> 4.661327539136588
 * @see Saxe, McClelland, Ganguli (2014), arXiv:1312.6120, the deep form; the time of Saxe's N_l layers of neurons is that of L = N_l - 1
 */
export function balancedModeTime(value: number, from: number, to: number, depth: number): number {
  checkTarget(value, 'value')
  checkNumber(from, 'from', { min: LEAST_SIZE, max: LARGEST_SIZE })
  checkNumber(to, 'to', { min: LEAST_SIZE, max: LARGEST_SIZE })
  checkInteger(depth, 'depth', { min: 2 })
  if (from === to && from !== value) return 0
  if (!(from < value ? to >= from && to < value : to <= from && to > value)) {
    throw new RangeArgError(
      `to must lie on the way from ${from} to the target ${value}, which itself takes for ever; got ${to}`,
      { argument: 'to' },
    )
  }
  const p = 2 - 2 / depth
  if (value === 0) return (pow(to, -p) * -expm1(p * logRatio(to, from))) / (depth * p)
  // How much the logit rises, from the difference of the sizes, which is exact where they are close.
  const step = log1p((value * Math.abs(to - from)) / from / Math.abs(value - to))
  if (depth === 2) return step / (2 * value)
  checkNumber(from / value, 'from / value', { min: LEAST_SIZE, max: 1 / LEAST_SIZE })
  return scaledTime(logitOf(value, from), step, 1 - 2 / depth, from > value) / (depth * pow(value, p))
}
