// A charge Q along training from the recorded kinetic terms alone: by the exact recursion, and by the formulas in continuous time.
import { checkChoice, checkNumber, checkOptions } from '../../check.js'
import { OptionError } from '../../errors.js'
import { exp } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { BALL_KEYS, checkBall, type HeavyBall } from './heavy-ball.js'
import { oscillatorOf, propagator } from './oscillator.js'

/** Options of `brokenConservation`. */
export interface BrokenConservationOptions extends HeavyBall {
  /** Q at the start: |theta|^2 for scale, |out|^2 - |in|^2 for rescale symmetry. */
  start: number
  /**
   * Of each step: |V|^2 of the scale-invariant parameters, or the same difference, of the velocities after their update (`of: 'velocity'`) or of
   * the gradients of the loss (`of: 'gradient'`, without momentum only). Shape (steps).
   */
  squares: ArrayLike<number>
  of?: 'velocity' | 'gradient'
  /**
   * `'exact'` (default): the recursion, to rounding. `'flow'`: `e^(-2 lambda t) Q(0) + eta int e^(-2 lambda (t - tau)) squares dtau`, O(eta) away.
   * `'modified'`: the decay rate to the next order in eta, O(eta^2) away. `'oscillator'`: the driven oscillator of the heavy ball, O(eta^2)
   * away after the first few times (1 + beta)/(1 - beta) steps.
   * `'flow'` and `'modified'` are for training without momentum.
   */
  kind?: 'exact' | 'flow' | 'modified' | 'oscillator'
  /** Of `'oscillator'`: Q'(0) as a ball let go at rest sets out, `-2 lambda Q(0)/(1 + beta)` (`'velocity'`, default), or 0 (`'rest'`): O(eta) away. */
  slope?: 'velocity' | 'rest'
}

/**
 * The charge of a scale or rescale symmetry after 0, 1, .. steps, given how large the steps were.
 *
 * @returns Q, shape (steps + 1); sums run forward and no term grows, so that long runs with much decay do not overflow
 * @throws {OptionError} {DTypeError} {RangeArgError} options that do not fit together
 * @example brokenConservation({ start: 1, squares: [4, 4], learningRate: 0.5 }) // -> [1, 2, 3]
 * @example brokenConservation({ start: 1, squares: [0], learningRate: 0.1, weightDecay: 0.5, of: 'gradient' }) // -> [1, 0.9025]
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728; `'exact'`, `'modified'` and the slope are ours
 */
export function brokenConservation(options: BrokenConservationOptions): Float64Array {
  const given = checkOptions(options, 'options', [...BALL_KEYS, 'start', 'squares', 'of', 'kind', 'slope'])
  const ball = checkBall(given)
  const { eta, beta, lambda } = ball
  const start = checkNumber(given.start, 'start')
  const squares = checkNumbers(given.squares, 'squares')
  const of = checkChoice(given.of ?? 'velocity', 'of', ['velocity', 'gradient'])
  const kind = checkChoice(given.kind ?? 'exact', 'kind', ['exact', 'flow', 'modified', 'oscillator'])
  const slope = checkChoice(given.slope ?? 'velocity', 'slope', ['velocity', 'rest'])
  if (beta > 0 && (of === 'gradient' || kind === 'flow' || kind === 'modified')) {
    throw new OptionError(
      "with momentum the charge follows from the velocities: use of: 'velocity' and kind 'exact' or 'oscillator'",
      { argument: of === 'gradient' ? 'of' : 'kind' },
    )
  }
  if (kind === 'oscillator') {
    if (of === 'gradient') {
      throw new OptionError("kind 'oscillator' takes squares of velocities", { argument: 'of' })
    }
    return driven(ball, start, squares, slope === 'rest' ? 0 : (-2 * lambda * start) / (1 + beta))
  }
  const curve = new Float64Array(squares.length + 1)
  curve[0] = start
  if (kind === 'exact' && of === 'velocity') {
    let p = 0
    for (let n = 0; n < squares.length; n++) {
      const m = beta * p + lambda * curve[n]
      curve[n + 1] = curve[n] - eta * (2 * m - eta * squares[n])
      p = m - eta * squares[n]
    }
    return curve
  }
  // ln of (1 - eta lambda)^2, or of 1 - 2 eta lambda for velocities that hold the decay, to second order.
  const next = kind === 'modified' ? (of === 'gradient' ? 0.5 : 1) * eta * lambda : 0
  const decay = kind === 'exact' ? (1 - eta * lambda) ** 2 : exp(-2 * lambda * eta * (1 + next))
  for (let n = 0; n < squares.length; n++) curve[n + 1] = decay * curve[n] + eta * eta * squares[n]
  return curve
}

/** The driven oscillator, each step's drive as one push in the middle of the step. */
function driven(ball: ReturnType<typeof checkBall>, start: number, squares: Float64Array, slope: number): Float64Array {
  const { eta } = ball
  const [a, b, d, e] = propagator(oscillatorOf(ball, 2), eta / 2)
  const curve = new Float64Array(squares.length + 1)
  let [q, p] = [start, slope]
  curve[0] = q
  for (let n = 0; n < squares.length; n++) {
    const [middle, push] = [a * q + b * p, d * q + e * p + 2 * eta * squares[n]]
    q = a * middle + b * push
    p = d * middle + e * push
    curve[n + 1] = q
  }
  return curve
}
