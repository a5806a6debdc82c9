// Gradient flow of the exponential loss on a quasi-homogeneous network by the clock of the loss (loss-clock.ts), with what is told of a classifier.
import { checkChoice, checkOptions } from '../../check.js'
import { ConvergenceError, RangeArgError, ShapeError } from '../../errors.js'
import { integrate } from '../../flow/integrate.js'
import { checkNumbers } from '../numerics/arrays.js'
import { LossClock } from './loss-clock.js'
import { least, type MarginData, marginsOf, productsOf, readDepths, readSamples } from './model.js'
import { robustness } from './radius.js'
import { normalizedMargin } from './seminorm.js'

/** Options of `quasiHomogeneousFlow`. */
export interface QuasiHomogeneousFlowOptions extends MarginData {
  /** Depth D_i of every coordinate, 1 .. 64, shape (d). */
  depths: readonly number[]
  /** All factors at the start, coordinate after coordinate, shape (N), N the sum of the depths. */
  theta0: ArrayLike<number>
  /** Where to look: values of log(1/L), none below that of the start, in any order, shape (T). */
  logInverseLoss: ArrayLike<number>
  /** Relative tolerance of one step, 1e-14 .. 0.1; default 1e-11. */
  rtol?: number
  /**
   * `'rosenbrock'` (default; up to 512 factors): implicit, for margins beyond a hundred, where samples that hold the margin together make the flow stiff.
   * `'dop853'`: explicit; factors that start equal, or opposite, stay so to the last bit.
   */
  method?: 'rosenbrock' | 'dop853'
}

/** The flow at T values of the loss. */
export interface QuasiHomogeneousFlow {
  /** log(1/L) at the start. */
  readonly start: number
  /** shape (T, N) */
  readonly theta: Float64Array
  /** shape (T, d) */
  readonly beta: Float64Array
  /** The smallest margin min_n z_n.beta, shape (T). */
  readonly margin: Float64Array
  /** `normalizedMargin`, shape (T). */
  readonly normalizedMargin: Float64Array
  /** The smallest margin over |beta|_2: how far a sample may be moved before its class changes, shape (T). */
  readonly robustRadius: Float64Array
}

/**
 * Gradient flow of a diagonal linear network with depths of its own in every coordinate on the exponential loss, at given values of log(1/L). The network is
 * quasi-homogeneous with rates 1/D_i; the same flow of a network is `gradientFlow` of a `createDiagonalNetwork` with `clock: 'loss'`.
 *
 * @returns relative error about 1e-10 at the default tolerance
 * @throws {RangeArgError} a loss above that of the start, labels that are no signs
 * @throws {ConvergenceError} a loss that the flow cannot reach: data that are not separable, a start at a saddle
 * @throws {DTypeError|ShapeError|OptionError} what does not fit together
 * @example
 * const data = { x: [[1], [0.2]], y: [1] }
 * const { robustRadius } = quasiHomogeneousFlow({ ...data, depths: [1, 2], theta0: [0.3, 0.3, 0.3], logInverseLoss: [10, 1000] })
 * robustRadius[0] > 4 * robustRadius[1] // -> true
 * @see Kunin, Yamamura, Ma, Ganguli (2022), arXiv:2210.03820; the clock is this library's
 */
export function quasiHomogeneousFlow(options: QuasiHomogeneousFlowOptions): QuasiHomogeneousFlow {
  const given = checkOptions(options, 'quasiHomogeneousFlow', [
    'x',
    'y',
    'depths',
    'theta0',
    'logInverseLoss',
    'rtol',
    'method',
  ])
  const samples = readSamples(given)
  const depths = readDepths(given.depths, samples.d)
  const lambdas = depths.flatMap((depth) => new Array<number>(depth).fill(1 / depth))
  const theta0 = checkNumbers(given.theta0, 'theta0')
  if (theta0.length !== lambdas.length) {
    throw new ShapeError(`theta0 must hold ${lambdas.length} factors, the sum of the depths, got ${theta0.length}`, {
      argument: 'theta0',
    })
  }
  const levels = checkNumbers(given.logInverseLoss, 'logInverseLoss')
  const method = checkChoice(given.method ?? 'rosenbrock', 'method', ['rosenbrock', 'dop853'])
  const field = new LossClock(samples, depths)
  const start = field.logInverseLoss(theta0)
  const order = [...new Set(levels)].sort((a, b) => a - b)
  if (order[0] < start) {
    throw new RangeArgError(`log(1/L) is ${start} at the start and only grows; got ${order[0]}`, {
      argument: 'logInverseLoss',
    })
  }
  const count = levels.length
  const [n, d] = [theta0.length, depths.length]
  const found = {
    start,
    theta: new Float64Array(count * n),
    beta: new Float64Array(count * d),
    margin: new Float64Array(count),
    normalizedMargin: new Float64Array(count),
    robustRadius: new Float64Array(count),
  }
  if (count === 0) return found
  const at = order.map((level) => level - start)
  const solution = integrate((_s, theta, slope) => field.slope(theta, slope), theta0, 0, at[at.length - 1], {
    method,
    jacobian: (_s, theta, jacobian) => field.jacobian(theta, jacobian),
    rtol: (given.rtol ?? 1e-11) as number,
    at,
    maxSteps: 1_000_000,
  })
  if (solution.status !== 'completed') {
    throw new ConvergenceError(
      `the loss falls no further than log(1/L) = ${start + solution.t}: the data are not separable, or the start is at a saddle (${solution.status})`,
      { argument: 'logInverseLoss' },
    )
  }
  const margins = new Float64Array(samples.count)
  levels.forEach((level, i) => {
    const place = order.indexOf(level)
    const theta = solution.states.subarray(place * n, (place + 1) * n)
    const beta = productsOf(theta, depths, found.beta.subarray(i * d, (i + 1) * d))
    found.theta.set(theta, i * n)
    found.margin[i] = least(marginsOf(samples, beta, margins))
    found.normalizedMargin[i] = normalizedMargin(theta, lambdas, level)
    found.robustRadius[i] = robustness(found.margin[i], beta)
  })
  return found
}
