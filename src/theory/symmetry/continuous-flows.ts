// Differential equations that follow gradient descent better than gradient flow does: the modified flow, and the second-order equation of a
// ball with mass and friction.
import { checkOptions } from '../../check.js'
import { checkNumbers } from '../numerics/arrays.js'
import { CURVE_KEYS, type CurveOptions, solveFlow } from '../numerics/solve-flow.js'
import { checkField, type GradientField } from './gradient-field.js'
import { BALL_KEYS, checkBall, type HeavyBall } from './heavy-ball.js'

/** Options of both flows. */
export interface ContinuousOptions extends HeavyBall, CurveOptions {}

/** Positions and velocities of `lagrangianFlow`. */
export interface LagrangianPath {
  /** theta, shape (T, n). */
  readonly positions: Float64Array
  /** d theta/dt, shape (T, n). */
  readonly velocities: Float64Array
}

/**
 * The flow that gradient descent follows up to eta^2, the gradient flow of a loss that also dislikes steep places,
 *
 *     d theta/dt = -1/(1 - beta) grad[ f + eta (1 + beta)/(4 (1 - beta)^2) |grad f|^2 ],   t = eta step,
 *
 * f the loss with lambda/2 |theta|^2. With momentum it starts at `theta(0) + eta beta/(1 - beta)^2 grad f`, from where a ball let go at rest seems
 * to come once it has found its speed. For networks: `gradientFlow` with `modified`.
 *
 * @param field gradient and Hessian products of the loss without weight decay
 * @param start theta(0), shape (n)
 * @param times each >= 0, shape (T)
 * @returns theta, shape (T, n)
 * @throws {DTypeError} {RangeArgError} {OptionError} arguments that do not fit together
 * @throws {ConvergenceError} the flow leaves the finite numbers or is too stiff
 * @example
 * const slope = { gradient: (x, g) => g.set(x), hessianProduct: (x, v, hv) => hv.set(v) }
 * const [x] = modifiedGradientFlow(slope, [1], [2], { learningRate: 0.1 })
 * Math.abs(x - 0.9 ** 20) < 1e-3 // -> true
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728; Barrett, Dherin (2021), arXiv:2009.11162
 */
export function modifiedGradientFlow(
  field: GradientField,
  start: ArrayLike<number>,
  times: ArrayLike<number>,
  options: ContinuousOptions,
): Float64Array {
  const { gradient, hessianProduct } = checkField(field, true)
  const given = checkOptions(options, 'options', [...BALL_KEYS, ...CURVE_KEYS])
  const { eta, beta, lambda } = checkBall(given)
  const theta = checkNumbers(start, 'start')
  const [g, h] = [new Float64Array(theta.length), new Float64Array(theta.length)]
  const decayed = (at: Float64Array) => {
    gradient(at, g)
    for (let i = 0; i < g.length; i++) g[i] += lambda * at[i]
  }
  const rest = 1 - beta
  if (beta > 0) {
    decayed(theta)
    for (let i = 0; i < g.length; i++) theta[i] += ((eta * beta) / (rest * rest)) * g[i]
  }
  const kappa = (eta * (1 + beta)) / (2 * rest * rest)
  const rhs = (_t: number, y: Float64Array, dy: Float64Array) => {
    decayed(y)
    hessianProduct!(y, g, h)
    for (let i = 0; i < g.length; i++) dy[i] = -(g[i] + kappa * (h[i] + lambda * g[i])) / rest
  }
  return solveFlow(rhs, theta, times, { rtol: given.rtol as number, atol: given.atol as number })
}

/**
 * The heavy ball as a body with mass m = eta (1 + beta)/2 and friction mu = 1 - beta,
 *
 *     m theta'' + mu theta' + grad f(theta) = 0,   theta'(0) = -grad f(theta(0)) / (1 + beta),
 *
 * f the loss with lambda/2 |theta|^2. That start, of a ball whose velocity is 0 before its first step, makes the distance to the steps
 * O(eta^2) once the ball has found its speed; a body at rest would stay O(eta) away.
 *
 * @param field gradient of the loss without weight decay
 * @param start theta(0), shape (n)
 * @param times each >= 0, shape (T)
 * @throws {DTypeError} {RangeArgError} {OptionError} arguments that do not fit together
 * @throws {ConvergenceError} the flow leaves the finite numbers or is too stiff
 * @example
 * const { positions } = lagrangianFlow({ gradient: (x, g) => g.set(x) }, [1], [0, 1], { learningRate: 0.01, momentum: 0.5 })
 * positions[0] // -> 1
 * @see Tanaka, Kunin (2021), Noether's learning dynamics, arXiv:2105.02716; the starting velocity is ours
 */
export function lagrangianFlow(
  field: GradientField,
  start: ArrayLike<number>,
  times: ArrayLike<number>,
  options: ContinuousOptions,
): LagrangianPath {
  const { gradient } = checkField(field, false)
  const given = checkOptions(options, 'options', [...BALL_KEYS, ...CURVE_KEYS])
  const { eta, beta, lambda } = checkBall(given)
  const theta = checkNumbers(start, 'start')
  const n = theta.length
  const [mass, friction] = [(eta * (1 + beta)) / 2, 1 - beta]
  const g = new Float64Array(n)
  const state = new Float64Array(2 * n)
  state.set(theta)
  gradient(theta, g)
  for (let i = 0; i < n; i++) state[n + i] = -(g[i] + lambda * theta[i]) / (1 + beta)
  const rhs = (_t: number, y: Float64Array, dy: Float64Array) => {
    gradient(y.subarray(0, n), g)
    for (let i = 0; i < n; i++) {
      dy[i] = y[n + i]
      dy[n + i] = -(friction * y[n + i] + g[i] + lambda * y[i]) / mass
    }
  }
  const path = solveFlow(rhs, state, times, { rtol: given.rtol as number, atol: given.atol as number })
  const count = path.length / Math.max(1, 2 * n)
  const [positions, velocities] = [new Float64Array(count * n), new Float64Array(count * n)]
  for (let t = 0; t < count; t++) {
    positions.set(path.subarray(2 * t * n, (2 * t + 1) * n), t * n)
    velocities.set(path.subarray((2 * t + 1) * n, (2 * t + 2) * n), t * n)
  }
  return { positions, velocities }
}
