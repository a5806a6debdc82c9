// Paths of the double well with multiplicative noise, d theta = (mu theta - theta^3) dt + zeta theta dB (Ito): by Euler-Maruyama, by Milstein, and
// exactly on the same Brownian path.
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../../check.js'
import { ConvergenceError } from '../../errors.js'
import { exp } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { noiseRows } from './seeded-noise.js'

/** Options of `quarticFlow`. */
export interface QuarticFlowOptions {
  /** Curvature of the maximum at 0. */
  mu: number
  /** Strength of the noise, >= 0. */
  zeta: number
  /** theta at the start, one a path. */
  theta0: ArrayLike<number>
  /** Length of a step, > 0. */
  dt: number
  /** Number of steps. */
  steps: number
  /** `'em'`, Euler-Maruyama of strong order 1/2, or `'milstein'` (default) of strong order 1. */
  method?: 'em' | 'milstein'
  /** Steps between two frames. Default: all of them. */
  every?: number
  /** Step s of path r has the r-th of `sqrt(dt) normal(foldIn(key(seed), s), paths)`. Default 0. */
  seed?: number | bigint
  /** Instead: increments dB, (steps, paths) row by row. */
  increments?: ArrayLike<number>
}

/** One frame of a stream of paths. */
export interface QuarticFrame {
  readonly step: number
  readonly time: number
  /** theta of every path; a copy. */
  readonly theta: Float64Array
}

const KEYS = ['mu', 'zeta', 'theta0', 'dt', 'steps', 'method', 'every', 'seed', 'increments'] as const
const SIZES = { min: -1e6, max: 1e6 }

/**
 * Paths of `d theta = (mu theta - theta^3) dt + zeta theta dB`, as a stream of frames: after every `every` steps and at the end. Nothing is computed before the
 * first frame is asked for.
 *
 * @returns a generator of frames; it throws a ConvergenceError where a path leaves the finite numbers (theta^2 dt above 2: take a smaller dt)
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} a bad option
 * @example
 * const [end] = quarticFlow({ mu: 1.5, zeta: 1, theta0: [0.7, 2], dt: 0.01, steps: 100, seed: 1 })
 * end.theta.length // -> 2
 * @see Kloeden, Platen (1992), Numerical solution of stochastic differential equations
 */
export function quarticFlow(options: QuarticFlowOptions): Generator<QuarticFrame, void, void> {
  const given = checkOptions(options, 'quarticFlow', KEYS)
  const mu = checkNumber(given.mu, 'mu', SIZES)
  const zeta = checkNumber(given.zeta, 'zeta', { min: 0, max: 1e6 })
  const theta = checkNumbers(given.theta0, 'theta0', SIZES)
  const dt = checkNumber(given.dt, 'dt', { above: 0, max: 1e6 })
  const steps = checkInteger(given.steps, 'steps', { min: 1 })
  const milstein = checkChoice(given.method ?? 'milstein', 'method', ['em', 'milstein']) === 'milstein'
  const every = checkInteger(given.every ?? steps, 'every', { min: 1 })
  const scale = Math.sqrt(dt)
  const noise = noiseRows(given.seed, given.increments, 'increments', { steps, width: theta.length, scale })
  return (function* paths() {
    const correction = milstein ? 0.5 * zeta * zeta : 0
    for (let step = 0; step < steps; ) {
      const dB = noise(step)
      for (let r = 0; r < theta.length; r++) {
        const [x, b] = [theta[r], dB[r]]
        theta[r] = x + x * ((mu - x * x) * dt + zeta * b + correction * (b * b - dt))
      }
      step++
      if (step % every !== 0 && step !== steps) continue
      const lost = theta.findIndex((x) => !Number.isFinite(x))
      if (lost >= 0) {
        throw new ConvergenceError(`path ${lost} left the finite numbers before step ${step}; take a smaller dt`, {
          argument: 'dt',
          data: { path: lost, step },
        })
      }
      yield { step, time: step * dt, theta: theta.slice() }
    }
  })()
}

/**
 * The same on one given Brownian path, exactly but for an integral, which is taken by the trapezoid rule over the steps:
 * `theta_t = theta_0 e_t / sqrt(1 + 2 theta_0^2 int_0^t e_s^2 ds)`, `e_t = exp((mu - zeta^2/2) t + zeta B_t)`.
 *
 * @param options mu, zeta, theta0 and dt as in `quarticFlow`, theta0 one number
 * @param increments dB of the steps
 * @returns theta after every step, shape (steps); of strong order 1, with an error far below that of both methods at the same dt
 * @throws {OptionError|RangeArgError|DTypeError} a bad option; {ConvergenceError} e_t leaves the range of numbers: follow the path in pieces
 * @example
 * quarticPath({ mu: 2, zeta: 0, theta0: Math.SQRT2, dt: 0.1 }, [0, 0]).length // -> 2
 */
export function quarticPath(
  options: { mu: number; zeta: number; theta0: number; dt: number },
  increments: ArrayLike<number>,
): Float64Array {
  const given = checkOptions(options, 'quarticPath', ['mu', 'zeta', 'theta0', 'dt'])
  const mu = checkNumber(given.mu, 'mu', SIZES)
  const zeta = checkNumber(given.zeta, 'zeta', { min: 0, max: 1e6 })
  const theta0 = checkNumber(given.theta0, 'theta0', SIZES)
  const dt = checkNumber(given.dt, 'dt', { above: 0, max: 1e6 })
  const dB = checkNumbers(increments, 'increments')
  const path = new Float64Array(dB.length)
  let [exponent, before, integral] = [0, 1, 0]
  for (let i = 0; i < dB.length; i++) {
    exponent += (mu - 0.5 * zeta * zeta) * dt + zeta * dB[i]
    if (!(Math.abs(exponent) < 300)) {
      throw new ConvergenceError(
        `the exponent of step ${i + 1} is ${exponent}, beyond 300; follow the path in pieces, each from where the last ended`,
        { argument: 'increments' },
      )
    }
    const e = exp(exponent)
    integral += 0.5 * dt * (before + e * e)
    before = e * e
    path[i] = (theta0 * e) / Math.sqrt(1 + 2 * theta0 * theta0 * integral)
  }
  return path
}
