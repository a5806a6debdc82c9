// Reduced dynamics without a closed form: the integrator of the library, on a right-hand side that is pure theory.
import { ConvergenceError } from '../../errors.js'
import { integrate } from '../../flow/integrate.js'
import { checkNumbers } from './arrays.js'

/** Accuracy of an integrated curve. */
export interface CurveOptions {
  /** Relative tolerance of one step, 1e-14 .. 0.1; default 1e-11. */
  rtol?: number
  /** Absolute tolerance of one step; default 1e-3 rtol. */
  atol?: number
}

/**
 * The states at the given times, from `start` at time 0.
 *
 * @param times each >= 0, in any order
 * @returns shape (T, size)
 * @throws {ConvergenceError} the integration did not reach the last time
 */
export function solveFlow(
  rhs: (t: number, y: Float64Array, dy: Float64Array) => void,
  start: Float64Array,
  times: unknown,
  { rtol = 1e-11, atol }: CurveOptions = {},
): Float64Array {
  const t = checkNumbers(times, 'times', { min: 0 })
  const order = [...new Set(t)].sort((a, b) => a - b)
  const states = new Float64Array(t.length * start.length)
  if (t.length === 0) return states
  const {
    status,
    message,
    states: found,
  } = integrate(rhs, start, 0, order[order.length - 1], { rtol, atol, at: order })
  if (status !== 'completed') throw new ConvergenceError(message ?? status, { argument: 'times' })
  const place = new Map(order.map((time, i) => [time, i]))
  t.forEach((time, i) => {
    const at = place.get(time)! * start.length
    states.set(found.subarray(at, at + start.length), i * start.length)
  })
  return states
}

/** The keys of `CurveOptions`. */
export const CURVE_KEYS = ['rtol', 'atol'] as const
