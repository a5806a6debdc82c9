// One mode of SGD with momentum and additive gradient noise, from a point: as an Ornstein-Uhlenbeck process and as it runs.
import { checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { exp } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { discreteStationary, discreteStep, discreteTurn, isStable } from './discrete-mode.js'
import { meanAfter, power } from './gaussian-step.js'
import { CURVATURES, checkSgd, NOISES, SGD_KEYS, type SgdParameters } from './mode-parameters.js'
import { oscillatorOf, ouStationary, ouStep, propagator } from './ornstein-uhlenbeck.js'

/** Options of `sgdMode`. */
export interface SgdModeOptions extends SgdParameters {
  /** Eigenvalue of the Hessian, >= 0. */
  rho: number
  /** Variance Sigma of the gradient of one sample along the mode, >= 0. */
  noise: number
  /** Position at step 0. */
  theta0: number
  /** Velocity at step 0. Default 0. */
  v0?: number
  /** The fixed point, weight decay included. Default 0. */
  mu?: number
}

/** A mode in one of the two forms. */
export interface SgdModeCurves {
  /** Mean position, shape (T). */
  readonly theta: Float64Array
  /** Mean velocity, shape (T). */
  readonly v: Float64Array
  /** Covariance of (theta, v): `[theta theta, theta v, v v]` for each step, shape (T, 3). */
  readonly covariance: Float64Array
  /** `[theta theta, theta v, v v]` in the long run; Infinity where the mode is not stable. */
  readonly stationary: readonly [number, number, number]
  /** Angle by which the mean turns in the phase space of (theta, v), a step; 0 where it does not turn. Discrete: pi where it alternates. */
  readonly anglePerStep: number
  /** Factor by which the mean shrinks, a step, in the long run. */
  readonly decayPerStep: number
}

/** One mode in both forms. */
export interface SgdMode {
  /** `(1 - b) / (eta (1 + b))`: friction of the continuous form. */
  readonly gamma: number
  /** `sqrt(2 (rho + lambda) / (eta (1 + b)))`: frequency without friction. */
  readonly omega: number
  readonly regime: 'underdamped' | 'critical' | 'overdamped'
  /** Whether the discrete form returns: `0 < eta (rho + lambda) < 2 (1 + b)`. */
  readonly stable: boolean
  /** The Ornstein-Uhlenbeck process at times `eta * step`: right to O(eta). */
  readonly ou: SgdModeCurves
  /** The update rule itself: exact. */
  readonly discrete: SgdModeCurves
}

const KEYS = [...SGD_KEYS, 'rho', 'noise', 'theta0', 'v0', 'mu'] as const
const PLACES = { min: -1e100, max: 1e100 }

/**
 * One mode of SGD with momentum and weight decay on a quadratic loss, `v := b v - g - lambda theta`, `theta := theta + eta v`, with gradients `g` of mean
 * `rho theta` and variance `Sigma / S` that does not depend on theta. Note the sign of v: it is a velocity; the buffer of torch is -v.
 *
 * @param options the mode and the update rule
 * @param steps integers >= 0, in any order, shape (T)
 * @returns both forms, named. Errors: mean of the order of `eps (1 + (gamma + omega) eta step)`, relative to its largest; covariances relative, of the same order
 * @throws {OptionError|RangeArgError|DTypeError} a bad option; a mean or covariance beyond the range of numbers, of a discrete mode that is not stable
 * @example
 * const mode = sgdMode({ rho: 1, noise: 2, theta0: 1.5, learningRate: 0.1, momentum: 0.9, batchSize: 8 }, [0, 1])
 * mode.discrete.theta // -> [1.5, 1.35]
 * mode.regime // -> 'underdamped'
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function sgdMode(options: SgdModeOptions, steps: ArrayLike<number>): SgdMode {
  const given = checkOptions(options, 'sgdMode', KEYS)
  const sgd = checkSgd(given)
  const { eta } = sgd
  const h = checkNumber(given.rho, 'rho', CURVATURES) + sgd.decay
  const v = checkNumber(given.noise, 'noise', NOISES) / sgd.batch
  const mu = checkNumber(given.mu ?? 0, 'mu', PLACES)
  const x0 = checkNumber(given.theta0, 'theta0', PLACES) - mu
  const v0 = checkNumber(given.v0 ?? 0, 'v0', PLACES)
  const at = checkSteps(steps)
  const oscillator = oscillatorOf(h, v, sgd)
  const { gamma, omegaSquared } = oscillator
  const square = omegaSquared - gamma * gamma
  const once = discreteStep(h, v, sgd)
  const turn = discreteTurn(h, sgd)
  const [ou, discrete] = [curvesFor(at.length), curvesFor(at.length)]
  at.forEach((k, i) => {
    const t = eta * k
    const [p11, p12, p21, p22] = propagator(oscillator, t)
    const noise = ouStep(oscillator, t)
    ou.put(i, mu + (p11 * x0 + p12 * v0), p21 * x0 + p22 * v0, noise.c11, noise.c12, noise.c22)
    const many = power(once, k)
    const [x, velocity] = meanAfter(many, x0, v0)
    discrete.put(i, mu + x, velocity, many.c11, many.c12, many.c22)
  })
  const size = Math.sqrt(Math.abs(square))
  return {
    gamma,
    omega: Math.sqrt(omegaSquared),
    regime: square > 0 ? 'underdamped' : square < 0 ? 'overdamped' : 'critical',
    stable: isStable(h, sgd),
    ou: {
      ...ou.arrays,
      stationary: ouStationary(h, v, sgd),
      anglePerStep: square > 0 ? size * eta : 0,
      decayPerStep: exp(-eta * (square > 0 ? gamma : omegaSquared / (gamma + size))),
    },
    discrete: {
      ...discrete.arrays,
      stationary: discreteStationary(h, v, sgd),
      anglePerStep: turn.angle,
      decayPerStep: turn.decay,
    },
  }
}

/** Numbers of steps, integers. */
export function checkSteps(steps: unknown): Float64Array {
  const at = checkNumbers(steps, 'steps', { min: 0, max: Number.MAX_SAFE_INTEGER })
  const odd = at.find((step) => !Number.isInteger(step))
  if (odd !== undefined) throw new RangeArgError(`steps must be integers, got ${odd}`, { argument: 'steps' })
  return at
}

function curvesFor(length: number) {
  const [theta, v, covariance] = [new Float64Array(length), new Float64Array(length), new Float64Array(3 * length)]
  return {
    arrays: { theta, v, covariance },
    put(i: number, x: number, velocity: number, ...c: readonly number[]) {
      if (![x, velocity, ...c].every(Number.isFinite)) {
        throw new RangeArgError('the mode is not stable and has left the range of numbers; ask for earlier steps', {
          argument: 'steps',
        })
      }
      theta[i] = x
      v[i] = velocity
      covariance.set(c, 3 * i)
    },
  }
}
