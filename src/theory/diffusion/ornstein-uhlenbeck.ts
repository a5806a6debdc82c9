// One mode as an Ornstein-Uhlenbeck process: d theta = v dt, dv = -omega^2 theta dt - 2 gamma v dt + sqrt(w) dW, with
//
//   gamma = (1 - b) / (eta (1 + b)),   omega^2 = 2 h / (eta (1 + b)),   w = 4 V / (eta (1 + b)^2),   h = rho + lambda,  V = Sigma / S
//
// The mean has a closed form. A step with its noise is that of a short time, by series, squared until it is long enough.
import { cosPi, sinPi } from '../../math/cosine.js'
import { exp } from '../../math/elementary.js'
import { meanDecay } from '../numerics/expm1.js'
import { integral } from '../numerics/quadrature.js'
import { compose, type GaussianStep } from './gaussian-step.js'
import type { CheckedSgd } from './mode-parameters.js'

/** An oscillator with friction. */
export interface Oscillator {
  readonly gamma: number
  readonly omegaSquared: number
  /** Strength of the noise on the velocity. */
  readonly w: number
}

/** The oscillator of a mode with restoring force h and gradient noise V of a minibatch. */
export function oscillatorOf(h: number, v: number, { eta, b }: CheckedSgd): Oscillator {
  const scale = eta * (1 + b)
  return { gamma: (1 - b) / scale, omegaSquared: (2 * h) / scale, w: (4 * v) / (scale * (1 + b)) }
}

/**
 * `e^(-A t)` row by row: `e^(-gamma t) [[C + gamma S, S], [-omega^2 S, C - gamma S]]`, with `C = cos(Omega t)`, `S = sin(Omega t) / Omega`, `Omega^2 = omega^2 - gamma^2`. Overdamped
 * the exponents are put together first: cosh would overflow.
 */
export function propagator({ gamma, omegaSquared }: Oscillator, t: number): [number, number, number, number] {
  const square = omegaSquared - gamma * gamma
  const size = Math.sqrt(Math.abs(square))
  let [c, s] = [0, 0]
  if (square > 0) {
    const decay = exp(-gamma * t)
    const turn = (size * t) / Math.PI
    c = decay * cosPi(turn)
    s = (decay * sinPi(turn)) / size
  } else {
    const slow = exp(-(omegaSquared / (gamma + size)) * t)
    s = slow * t * meanDecay(2 * size * t)
    c = 0.5 * (slow + exp(-(gamma + size) * t))
  }
  return [c + gamma * s, s, -omegaSquared * s, c - gamma * s]
}

/** The step of time t with its noise: relative error of the order of eps (1 + (gamma + omega) t). */
export function ouStep(oscillator: Oscillator, t: number): GaussianStep {
  const { gamma, omegaSquared } = oscillator
  const rate = 2 * gamma + Math.sqrt(omegaSquared)
  let doublings = 0
  let short = t
  for (; rate * short > 0.5; doublings++) short *= 0.5
  let step = shortStep(oscillator, short)
  for (; doublings > 0; doublings--) step = compose(step, step)
  return step
}

/** Terms of the series below: for (2 gamma + omega) s <= 1/2 the next is below 2^-24 / 24!. */
const TERMS = 18

/** f'' = -2 gamma f' - omega^2 f with f(0) = 0, f'(0) = 1, at s: its series, for (2 gamma + omega) s <= 1/2. */
function response(drag: number, force: number, s: number): number {
  // The terms of s^(n-1) and s^n, n = 2, 3, ...
  let [before, term, f] = [0, s, s]
  const [dragged, forced] = [drag * s, force * s * s]
  for (let n = 2; n < TERMS; n++) {
    const next = -(dragged * (n - 1) * term + forced * before) / (n * (n - 1))
    before = term
    term = next
    f += term
  }
  return f
}

/** The step of a short time. With f as above its noise has the covariance `w [int f^2, f^2/2, int f'^2]`. */
function shortStep({ gamma, omegaSquared, w }: Oscillator, t: number): GaussianStep {
  const drag = 2 * gamma
  const f = response(drag, omegaSquared, t)
  const area = integral((s) => response(drag, omegaSquared, s), 0, t)
  const fall = drag * f + omegaSquared * area
  const c11 = w * integral((s) => response(drag, omegaSquared, s) ** 2, 0, t)
  const c12 = 0.5 * w * f * f
  return {
    n11: -omegaSquared * area,
    n12: f,
    n21: -omegaSquared * f,
    n22: -fall,
    c11,
    c12,
    // The equation of the covariance, dC_12/dt = C_22 - 2 gamma C_12 - omega^2 C_11: terms of one sign.
    c22: w * f * (1 - fall) + drag * c12 + omegaSquared * c11,
  }
}

/** Stationary covariance [theta, cross, v]; Infinity where there is no restoring force. */
export function ouStationary(h: number, v: number, { eta, b }: CheckedSgd): [number, number, number] {
  return [h === 0 ? (v === 0 ? 0 : Infinity) : (eta * v) / (2 * (1 - b) * h), 0, v / (1 - b * b)]
}
