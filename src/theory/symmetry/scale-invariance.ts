// Training of parameters whose length the loss does not see: their squared length r^2 is the optimizer's own adaptive step size. With ghat the
// gradient at length 1, |g| = |ghat|/r.
import { checkChoice, checkNumber, checkOptions } from '../../check.js'
import { OptionError, RangeArgError } from '../../errors.js'
import { exp } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { BALL_KEYS, checkBall, type HeavyBall } from './heavy-ball.js'

/**
 * The learning rate that the direction u = q/r feels: `eta / (r^2 (1 - beta) (1 - eta lambda))`, the last factor without momentum only. Without
 * momentum `u := w/|w|`, `w = u - effective ghat(u)` is gradient descent itself.
 *
 * @param squaredRadius r^2 > 0
 * @throws {OptionError} {DTypeError} {RangeArgError} bad numbers
 * @example effectiveLearningRate(4, { learningRate: 0.1 }) // -> 0.025
 * @see Tanaka, Kunin (2021), Noether's learning dynamics, arXiv:2105.02716
 */
export function effectiveLearningRate(squaredRadius: number, options: HeavyBall): number {
  const { eta, beta, lambda } = checkBall(checkOptions(options, 'options', BALL_KEYS))
  const square = checkNumber(squaredRadius, 'squaredRadius', { above: 0 })
  const shrink = beta > 0 ? 1 - beta : 1 - eta * lambda
  if (!(shrink > 0)) {
    throw new RangeArgError(`learningRate * weightDecay must be below 1, got ${eta * lambda}`, {
      argument: 'weightDecay',
    })
  }
  return eta / square / shrink
}

/** Options of `radiusPrediction`. */
export interface RadiusOptions extends HeavyBall {
  /** r^2 at the start, > 0. */
  start: number
  /** |ghat|^2 of each step, >= 0: the squared gradient times r^2. Shape (steps). */
  squares: ArrayLike<number>
  /**
   * How the gradients of neighbouring steps hang together. `'coherent'` (default): they turn slowly, coefficient `2 eta (1 + beta)/(1 - beta)^3`;
   * good while `eta |ghat|/((1 - beta)^2 r^2)` is small. `'white'`: independent, as of small minibatches, coefficient `2 eta/(1 - beta)^2`.
   * `'exact'`: `r^2 := (1 - eta lambda)^2 r^2 + eta^2 |ghat|^2/r^2`, without momentum only; with momentum use `brokenConservation`.
   */
  mode?: 'coherent' | 'white' | 'exact'
}

/**
 * The squared length of scale-invariant parameters after 0, 1, .. steps, an average of squared gradients as in an adaptive optimizer:
 *
 *     r^4(t) = e^(-4 lambda t/(1 - beta)) r^4(0) + coefficient int e^(-4 lambda (t - tau)/(1 - beta)) |ghat|^2 dtau,   t = eta step
 *
 * It is what RMSProp does with decay `rho = 1 - 4 eta lambda/(1 - beta)`, r^2 in the place of the root of its accumulator.
 *
 * @returns r^2, shape (steps + 1)
 * @throws {OptionError} {DTypeError} {RangeArgError} options that do not fit together
 * @example radiusPrediction({ start: 1, squares: [3], learningRate: 0.5, mode: 'exact' }) // -> [1, 1.75]
 * @example radiusPrediction({ start: 1, squares: [3], learningRate: 1, mode: 'white' }) // -> [1, Math.sqrt(7)]
 * @see Tanaka, Kunin (2021), Noether's learning dynamics, arXiv:2105.02716, equation (17); `'white'` and `'exact'` are ours
 */
export function radiusPrediction(options: RadiusOptions): Float64Array {
  const given = checkOptions(options, 'options', [...BALL_KEYS, 'start', 'squares', 'mode'])
  const { eta, beta, lambda } = checkBall(given)
  const start = checkNumber(given.start, 'start', { above: 0 })
  const squares = checkNumbers(given.squares, 'squares', { min: 0 })
  const mode = checkChoice(given.mode ?? 'coherent', 'mode', ['coherent', 'white', 'exact'])
  if (mode === 'exact' && beta > 0) {
    throw new OptionError("mode 'exact' is for training without momentum; with it use brokenConservation", {
      argument: 'mode',
    })
  }
  const rest = 1 - beta
  const radius = new Float64Array(squares.length + 1)
  radius[0] = start
  if (mode === 'exact') {
    const shrink = (1 - eta * lambda) ** 2
    for (let n = 0; n < squares.length; n++) radius[n + 1] = shrink * radius[n] + (eta * eta * squares[n]) / radius[n]
    return radius
  }
  const coefficient = mode === 'white' ? (2 * eta) / (rest * rest) : (2 * eta * (1 + beta)) / (rest * rest * rest)
  const decay = exp((-4 * lambda * eta) / rest)
  // The drive of a step acts, on average, from its middle.
  const half = exp((-2 * lambda * eta) / rest)
  let fourth = start * start
  for (let n = 0; n < squares.length; n++) {
    fourth = decay * fourth + half * coefficient * eta * squares[n]
    radius[n + 1] = Math.sqrt(fourth)
  }
  return radius
}

/** Where length and turning balance. */
export interface RotationalEquilibrium {
  /** |step| / |q| = sqrt(2 eta lambda/(1 + beta)). */
  readonly stepRatio: number
  /** cos of the angle between q before and after a step, 1 - eta lambda/(1 + beta). */
  readonly cosine: number
  /** sin of that angle. */
  readonly sine: number
  /** r^2 there if |ghat| = c at every step and the gradient turns with q: `eta c/((1 - beta) sin)`, exact. */
  readonly squaredRadius: number
  /** The same in continuous time: `sqrt(eta (1 + beta) c^2/(2 lambda (1 - beta)^2))`. */
  readonly squaredRadiusFlow: number
  /** sqrt of the mean of r^4 if gradients are independent: `sqrt(eta c^2/(2 lambda (1 - beta)))`, c^2 the mean of |ghat|^2. */
  readonly squaredRadiusWhite: number
}

/**
 * The equilibrium of scale-invariant parameters under weight decay: every step turns them by the same angle, whatever the gradient.
 *
 * @param options the rule, with weight decay above 0 and `eta lambda < 2 (1 + beta)`, and `gradient`, the length c of the gradient at length 1 (default 1)
 * @throws {OptionError} {DTypeError} {RangeArgError} bad numbers
 * @example rotationalEquilibrium({ learningRate: 0.1, weightDecay: 0.05 }).stepRatio // -> 0.1
 * @see Tanaka, Kunin (2021), Noether's learning dynamics, arXiv:2105.02716; exact discrete forms are ours
 */
export function rotationalEquilibrium(options: HeavyBall & { gradient?: number }): RotationalEquilibrium {
  const given = checkOptions(options, 'options', [...BALL_KEYS, 'gradient'])
  const { eta, beta, lambda } = checkBall(given)
  const c = checkNumber(given.gradient ?? 1, 'gradient', { above: 0 })
  const turn = (eta * lambda) / (1 + beta)
  if (!(turn > 0 && turn < 2)) {
    throw new RangeArgError(
      `learningRate * weightDecay must be above 0 and below 2 (1 + momentum), got ${eta * lambda}; without weight decay the length grows for ever`,
      { argument: 'weightDecay' },
    )
  }
  const sine = Math.sqrt(turn * (2 - turn))
  return {
    stepRatio: Math.sqrt(2 * turn),
    cosine: 1 - turn,
    sine,
    squaredRadius: (eta * c) / ((1 - beta) * sine),
    squaredRadiusFlow: (c / (1 - beta)) * Math.sqrt((eta * (1 + beta)) / (2 * lambda)),
    squaredRadiusWhite: c * Math.sqrt(eta / (2 * lambda * (1 - beta))),
  }
}
