// How long the next step may be. The error of a step of length h is about c h^k, so h (1/error)^(1/k) would just meet the tolerance.
// A PID controller looks at the last three errors, which keeps the length smooth where stability limits it:
//
//   factor = safety e_n^(-(p + i + d)/k) e_{n-1}^((p + 2 d)/k) e_{n-2}^(-d/k),   within [shrink, grow].
//
// G. Soderlind, Digital filters in adaptive time-stepping, ACM Transactions on Mathematical Software 29 (2003) 1-26.
import { checkNumber, checkOptions } from '../check.js'
import { pow } from '../math/elementary.js'

/** Coefficients of the step-size controller. */
export interface ControllerOptions {
  /** Proportional part, default 0.2. */
  p?: number
  /** Integral part, default 0.65; `{ p: 0, i: 1, d: 0 }` is the elementary controller. */
  i?: number
  /** Derivative part, default 0. */
  d?: number
  /** Aim below the tolerance by this, default 0.9. */
  safety?: number
  /** Least factor between two steps, default 0.2. */
  shrink?: number
  /** Largest factor between two steps, default 8. */
  grow?: number
}

/** Decides on steps by their errors in units of the tolerance. */
export interface Controller {
  /** Whether to take the step. */
  accepts(error: number): boolean
  /** The factor from this step's length to the next attempt's; called once for each attempt. */
  factor(error: number): number
}

/** All steps of one length, whatever their error; for measurements of order. */
export const fixed: Controller = { accepts: (error) => !Number.isNaN(error), factor: () => 1 }

/** A PID controller for a method whose error estimate shrinks as h^k. */
export function pid(options: ControllerOptions | undefined, k: number): Controller {
  const given = checkOptions(options, 'controller', ['p', 'i', 'd', 'safety', 'shrink', 'grow'])
  const p = checkNumber(given.p ?? 0.2, 'controller.p', { min: 0, max: 2 })
  const i = checkNumber(given.i ?? 0.65, 'controller.i', { above: 0, max: 2 })
  const d = checkNumber(given.d ?? 0, 'controller.d', { min: 0, max: 2 })
  const safety = checkNumber(given.safety ?? 0.9, 'controller.safety', { above: 0, below: 1 })
  const shrink = checkNumber(given.shrink ?? 0.2, 'controller.shrink', { above: 0, below: 1 })
  const grow = checkNumber(given.grow ?? 8, 'controller.grow', { above: 1 })
  let last = 1
  let beforeLast = 1
  let rejected = false
  return {
    accepts: (error) => error <= 1,
    factor(error) {
      if (!(error < Infinity)) {
        rejected = true
        return shrink
      }
      if (error > 1) {
        rejected = true
        return Math.max(shrink, safety * pow(error, -1 / k))
      }
      // A step without any error says no more than a very small one.
      const e = Math.max(error, 1e-10)
      const wish = safety * pow(e, -(p + i + d) / k) * pow(last, (p + 2 * d) / k) * pow(beforeLast, -d / k)
      beforeLast = last
      last = e
      // What was just refused is not tried again at once.
      const most = rejected ? 1 : grow
      rejected = false
      return Math.min(most, Math.max(shrink, wish))
    },
  }
}
