// The charge of the heavy ball in continuous time is a damped oscillator driven by the kinetic term,
//
//   m Q'' + mu Q' + c lambda Q = 2 m |theta'|^2,   m = eta (1 + beta)/2,   mu = 1 - beta,
//
// c = 2 for scale and rescale symmetry, c = 1 and no drive for translation. In discrete time it is a linear recurrence of order 2.
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../../check.js'
import { cosPi } from '../../math/cosine.js'
import { exp } from '../../math/elementary.js'
import { meanDecay } from '../numerics/expm1.js'
import { BALL_KEYS, type CheckedBall, checkBall, type HeavyBall } from './heavy-ball.js'

/** `Q'' + 2 gamma Q' + omega^2 Q = 0`. */
export interface Oscillator {
  /** (1 - beta) / (eta (1 + beta)). */
  readonly gamma: number
  /** 2 c lambda / (eta (1 + beta)). */
  readonly omegaSquared: number
}

export function oscillatorOf({ eta, beta, lambda }: CheckedBall, c: number): Oscillator {
  return { gamma: (1 - beta) / (eta * (1 + beta)), omegaSquared: (2 * c * lambda) / (eta * (1 + beta)) }
}

/**
 * The matrix `[[a, b], [d, e]]` that takes (Q, Q') over a time h without drive. Over-damped, `e^(-gamma h) cosh` is formed from its two
 * exponentials, the slow one with `gamma - s = omega^2/(gamma + s)`, so that nothing overflows or cancels.
 */
export function propagator({ gamma, omegaSquared }: Oscillator, h: number): [number, number, number, number] {
  const discriminant = gamma * gamma - omegaSquared
  let [even, odd] = [0, 0]
  if (discriminant >= 0) {
    const s = Math.sqrt(discriminant)
    const slow = exp((-omegaSquared / (gamma + s)) * h)
    even = 0.5 * (slow + exp(-(gamma + s) * h))
    odd = slow * h * meanDecay(2 * s * h)
  } else {
    const s = Math.sqrt(-discriminant)
    const turns = (s * h) / Math.PI
    const decay = exp(-gamma * h)
    even = decay * cosPi(turns)
    odd = (decay * cosPi(turns - 0.5)) / s
  }
  return [even + gamma * odd, odd, -omegaSquared * odd, even - gamma * odd]
}

/** Options of `dampedOscillator`. */
export interface OscillatorOptions extends HeavyBall {
  /** c: 1 (default) for translation, 2 for scale and rescale. */
  order?: 1 | 2
  /** Q at the start. Default 1. */
  start?: number
  /** Q'(0) of the continuous curve: `'velocity'` (default) as a ball that is let go at rest sets out, `-c lambda Q(0)/(1 + beta)`; or `'rest'`, 0. */
  slope?: 'velocity' | 'rest'
}

/** What `dampedOscillator` finds. */
export interface DampedOscillator {
  /** Q after 0 .. steps steps of the rule, exact. */
  readonly discrete: Float64Array
  /** Q(t) of the differential equation at t = eta * step. */
  readonly continuous: Float64Array
  /** Roots of `r^2 - (1 + beta - c eta lambda) r + beta = 0`: Q moves as their powers. Complex ones are conjugates, `[re, +-im]`. */
  readonly roots: readonly [readonly [number, number], readonly [number, number]]
  /** (1 - beta) / (eta (1 + beta)). */
  readonly gamma: number
  /** sqrt(2 c lambda / (eta (1 + beta))). */
  readonly omega: number
  /** Of the differential equation: `'under'` where omega > gamma. */
  readonly damping: 'under' | 'critical' | 'over'
}

/**
 * A charge under momentum and weight decay without kinetic term, such as the sum of parameters before a softmax: in discrete time
 * `Q_{n+1} = (1 + beta - c eta lambda) Q_n - beta Q_{n-1}`, `Q_1 = (1 - c eta lambda) Q_0`; in continuous time a damped oscillator.
 *
 * @param steps 0 .. 2^24
 * @returns both curves, shape (steps + 1). With `slope: 'velocity'` they differ by O(eta^2) once the ball has found its speed, after a few times
 *   (1 + beta)/(1 - beta) steps; before, and with `'rest'` (as in the paper's code) for ever, by O(eta)
 * @throws {OptionError} {DTypeError} {RangeArgError} bad options
 * @example dampedOscillator({ learningRate: 0.5, weightDecay: 1 }, 2).discrete // -> [1, 0.5, 0.25]
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728
 */
export function dampedOscillator(options: OscillatorOptions, steps: number): DampedOscillator {
  const given = checkOptions(options, 'options', [...BALL_KEYS, 'order', 'start', 'slope'])
  const ball = checkBall(given)
  const order = checkInteger(given.order ?? 1, 'order', { min: 1, max: 2 })
  const start = checkNumber(given.start ?? 1, 'start')
  const slope = checkChoice(given.slope ?? 'velocity', 'slope', ['velocity', 'rest'])
  checkInteger(steps, 'steps', { max: 2 ** 24 })
  const { eta, beta, lambda } = ball
  const pull = order * eta * lambda
  const discrete = new Float64Array(steps + 1)
  const continuous = new Float64Array(steps + 1)
  let [q, p] = [start, 0]
  const oscillator = oscillatorOf(ball, order)
  const [a, b, d, e] = propagator(oscillator, eta)
  let [x, y] = [start, slope === 'rest' ? 0 : (-order * lambda * start) / (1 + beta)]
  for (let n = 0; n <= steps; n++) {
    discrete[n] = q
    continuous[n] = x
    // The step itself, rather than the recurrence, which subtracts neighbours.
    p = beta * p + order * lambda * q
    q -= eta * p
    ;[x, y] = [a * x + b * y, d * x + e * y]
  }
  const middle = (1 + beta - pull) / 2
  const square = middle * middle - beta
  const root = Math.sqrt(Math.abs(square))
  // The larger root first, the other from their product.
  const large = middle + (middle < 0 ? -root : root)
  const small = large === 0 ? 0 : beta / large
  const { gamma, omegaSquared } = oscillator
  const omega = Math.sqrt(omegaSquared)
  return {
    discrete,
    continuous,
    roots:
      square < 0
        ? [
            [middle, root],
            [middle, -root],
          ]
        : [
            [large, 0],
            [small, 0],
          ],
    gamma,
    omega,
    damping: omega > gamma ? 'under' : omega < gamma ? 'over' : 'critical',
  }
}
