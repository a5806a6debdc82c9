// The clock of a balanced mode, L > 2: what its size q = a / s says about the time.
//
//   L s^p dt = dq / (q^p (1 - q)),  p = 2 - 2/L        =>  with the logit u:  L s^p dt = q^-e du,  e = 1 - 2/L
//   q = 1 / (1 + e^-u) below the target, 1 / (1 - e^-u) with u > 0 above it
//
// u rises with time on both sides, linearly at the end; q^-e falls linearly at the beginning.
import { exp, log, pow } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { expm1 } from '../numerics/expm1.js'
import { constantAtOne, geometricSeries } from '../numerics/geometric-series.js'
import { integral } from '../numerics/quadrature.js'

/** q and 1 - q (q - 1 above the target) from u, both to full relative accuracy. */
export function sizeOf(u: number, above: boolean): { q: number; rest: number } {
  // Far below the target e^-u may overflow.
  if (!above && u < -40) return { q: exp(u), rest: 1 }
  const decay = exp(-u)
  const q = above ? -1 / expm1(-u) : 1 / (1 + decay)
  return { q, rest: q * decay }
}

/** From here on the clock is the logit and a constant, to rounding. */
const LATE = 40

/** Scaled time `L s^p t` up to a constant, as a function of u. */
function clock(u: number, e: number, above: boolean): number {
  if (u > LATE) return u + lateConstant(e, above)
  const { q, rest } = sizeOf(u, above)
  if (above) {
    const p = 1 + e
    const v = 1 / q
    return pow(v, p) * (1 / p + geometricSeries(v, rest * v, p))
  }
  const b = 1 - e
  const logSize = rest < 0.5 ? log1p(-rest) : log(q)
  // 1 / b is left out of the series and of q^b / b: it is huge for deep networks.
  return -pow(q, -e) / e + expm1(b * logSize) / b + pow(q, b) * geometricSeries(q, rest, b)
}

/** The clock less the logit where q = 1. */
function lateConstant(e: number, above: boolean): number {
  return above ? 1 / (1 + e) + constantAtOne(1 + e) : constantAtOne(1 - e) - 1 / e
}

/**
 * Scaled time `L s^p t` from q0 to q, both on the same side of 1.
 *
 * @param u0 logit at the start
 * @param step how much the logit rises, given apart so that close sizes lose no digits
 */
export function scaledTime(u0: number, step: number, e: number, above: boolean): number {
  // Near in u, the difference of two clocks would cancel; the integrand is smooth there.
  if (step <= (above ? 0.3 * Math.min(1, u0) : 0.5)) {
    return integral((u) => pow(sizeOf(u, above).q, -e), u0, step)
  }
  return clock(u0 + step, e, above) - clock(u0, e, above)
}

/**
 * The logit after the scaled time tau: Newton's iteration on the clock, which is concave below the target and convex above it, so that it
 * converges from everywhere, monotonically after the first step.
 */
export function logitAfter(u0: number, tau: number, e: number, above: boolean): number {
  const start = clock(u0, e, above)
  const goal = start + tau
  const late = goal - lateConstant(e, above)
  let u = above ? Math.min(late, u0 + tau * pow(sizeOf(u0, above).q, e)) : firstGuess(u0, late, tau, e)
  for (let k = 0; k < 100; k++) {
    const step = (goal - clock(u, e, above)) * pow(sizeOf(u, above).q, e)
    u += step
    if (!(Math.abs(step) > 1e-15 * Math.max(1, Math.abs(u)))) break
  }
  return Math.max(u, u0)
}

/** Early q^-e falls linearly; late the logit rises linearly. */
function firstGuess(u0: number, late: number, tau: number, e: number): number {
  const left = pow(sizeOf(u0, false).q, -e) - e * tau
  if (left > 1) {
    const q = pow(left, -1 / e)
    if (q < 0.5) return log(q / (1 - q))
  }
  return Math.max(u0, late)
}

/**
 * The scaled time from a start so small that only its blow-up counts, to q below 1: the clock whose leading term is `-q^-e / e` and that has no constant,
 * `q^(1-p) / (1-p) 2F1(1, 1-p; 2-p; q)`.
 */
export function clockFromBlowUp(q: number, e: number): number {
  return clock(log(q / (1 - q)), e, false) + 1 / (1 - e)
}
