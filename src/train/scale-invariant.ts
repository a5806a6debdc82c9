// Gradient descent on a function that does not see the length of its argument, with what the theory of such functions is about recorded at
// every step: length, turning, and the gradient at length 1. Plain numbers; the smallest model of weights before a normalisation.
import { checkChoice, checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, RangeArgError, ShapeError } from '../errors.js'

/** Options of `scaleInvariantTrain`. */
export interface ScaleInvariantOptions {
  /** eta > 0. */
  learningRate: number
  /** Number of steps, 0 .. 2^24. */
  steps: number
  /** beta, 0 <= beta < 1. Default 0. */
  momentum?: number
  /** k >= 0, coupled. Default 0. */
  weightDecay?: number
  /** `'free'` (default), or `'fixed'`: put q back to its first length after every step. */
  radius?: 'free' | 'fixed'
}

/** What `scaleInvariantTrain` recorded. */
export interface ScaleInvariantRun {
  /** `'diverged'`: the run stopped where q left the finite numbers or came to 0; the arrays end there. */
  readonly status: 'completed' | 'diverged'
  /** q at the end. */
  readonly position: Float64Array
  /** |q|^2 before the first step and after every step, shape (steps + 1). */
  readonly squaredRadius: Float64Array
  /** |V|^2 of the velocity after each update, shape (steps). */
  readonly squaredVelocity: Float64Array
  /** |ghat|^2 = |g|^2 |q|^2 of the gradient of each step, shape (steps). */
  readonly squaredGradient: Float64Array
  /** cos of the angle between q before and after each step, shape (steps). */
  readonly cosine: Float64Array
  /** |step| / |q before it|, shape (steps). */
  readonly stepRatio: Float64Array
}

/**
 * `V := beta V + g(q) + k q`, `q := q - eta V`, V from 0, on a function of the direction of q alone, `f(s q) = f(q)` for s > 0.
 *
 * @param gradient writes g at q into `out` (after `step` steps); need not be deterministic. It should be orthogonal to q: `scaleResiduals` of `deeplinear/theory`
 * @param start q, shape (n), not 0
 * @throws {DTypeError} {ShapeError} {RangeArgError} {OptionError} a gradient that is no function, a start of length 0, bad options
 * @example
 * // The angle in the plane, f = atan2(y, x).
 * const angle = ([x, y], out) => out.set([-y / (x * x + y * y), x / (x * x + y * y)])
 * const run = scaleInvariantTrain(angle, [1, 0], { learningRate: 0.5, steps: 1 })
 * run.squaredRadius // -> [1, 1.25]
 * @see Tanaka, Kunin (2021), Noether's learning dynamics, arXiv:2105.02716
 */
export function scaleInvariantTrain(
  gradient: (q: Float64Array, out: Float64Array, step: number) => void,
  start: ArrayLike<number>,
  options: ScaleInvariantOptions,
): ScaleInvariantRun {
  if (typeof gradient !== 'function') {
    throw new DTypeError(`gradient must be a function, got ${describe(gradient)}`, { argument: 'gradient' })
  }
  const given = checkOptions(options, 'scaleInvariantTrain', [
    'learningRate',
    'steps',
    'momentum',
    'weightDecay',
    'radius',
  ])
  const eta = checkNumber(given.learningRate, 'learningRate', { above: 0 })
  const steps = checkInteger(given.steps, 'steps', { max: 2 ** 24 })
  const beta = checkNumber(given.momentum ?? 0, 'momentum', { min: 0, below: 1 })
  const k = checkNumber(given.weightDecay ?? 0, 'weightDecay', { min: 0 })
  const radius = checkChoice(given.radius ?? 'free', 'radius', ['free', 'fixed'])
  const q = readStart(start)
  const first = Math.sqrt(squareOf(q))
  const [g, v, before] = [new Float64Array(q.length), new Float64Array(q.length), new Float64Array(q.length)]
  const squaredRadius = new Float64Array(steps + 1)
  const [squaredVelocity, squaredGradient] = [new Float64Array(steps), new Float64Array(steps)]
  const [cosine, stepRatio] = [new Float64Array(steps), new Float64Array(steps)]
  squaredRadius[0] = squareOf(q)
  for (let n = 0; n < steps; n++) {
    before.set(q)
    gradient(q, g, n)
    for (let i = 0; i < q.length; i++) {
      v[i] = beta * v[i] + g[i] + k * q[i]
      q[i] -= eta * v[i]
    }
    squaredVelocity[n] = squareOf(v)
    squaredGradient[n] = squareOf(g) * squaredRadius[n]
    let square = squareOf(q)
    if (!(square > 0 && square < Infinity)) {
      return {
        status: 'diverged',
        position: before,
        squaredRadius: squaredRadius.slice(0, n + 1),
        squaredVelocity: squaredVelocity.slice(0, n),
        squaredGradient: squaredGradient.slice(0, n),
        cosine: cosine.slice(0, n),
        stepRatio: stepRatio.slice(0, n),
      }
    }
    let product = 0
    for (let i = 0; i < q.length; i++) product += q[i] * before[i]
    cosine[n] = product / Math.sqrt(square * squaredRadius[n])
    stepRatio[n] = eta * Math.sqrt(squaredVelocity[n] / squaredRadius[n])
    if (radius === 'fixed') {
      const scale = first / Math.sqrt(square)
      for (let i = 0; i < q.length; i++) q[i] *= scale
      square = squareOf(q)
    }
    squaredRadius[n + 1] = square
  }
  return {
    status: 'completed',
    position: q,
    squaredRadius,
    squaredVelocity,
    squaredGradient,
    cosine,
    stepRatio,
  }
}

function readStart(start: unknown): Float64Array {
  if (!Array.isArray(start) && !ArrayBuffer.isView(start)) {
    throw new DTypeError(`start must be an array of numbers, got ${describe(start)}`, { argument: 'start' })
  }
  const q = Float64Array.from(start as unknown as ArrayLike<number>, (value, i) => checkNumber(value, `start[${i}]`))
  if (q.length === 0) throw new ShapeError('start must hold numbers', { argument: 'start' })
  const square = squareOf(q)
  if (!(square > 0 && square < Infinity)) {
    throw new RangeArgError(`the squared length of start must be above 0 and finite, got ${square}`, {
      argument: 'start',
    })
  }
  return q
}

function squareOf(x: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i]
  return sum
}
