// The exact gradient flow of two lambda-balanced layers on a whitened task, at any times.
import { checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { MemoryError, RangeArgError, ShapeError } from '../../errors.js'
import type { TwoLayerSizes } from '../../linalg/dense/balanced-factors.js'
import { multiplyRightTransposed } from '../numerics/dense.js'
import { balanceOf, checkBalanced } from './balance.js'
import { type EigenSystem, eigenSystem, fromEigenbasis, toEigenbasis } from './eigen-system.js'
import { readLayers, readTimes } from './operands.js'
import { propagate } from './pivoted.js'
import { distanceSquared, gramOf, transposed } from './small-matrix.js'
import { type TaskBasis, type TaskLike, taskBasis } from './task-basis.js'

/** Options of `lambdaBalancedFlow`. */
export interface LambdaBalancedFlowOptions {
  /** W_1(0), shape (hidden, inputs). */
  w1: MatrixLike
  /** W_2(0), shape (outputs, hidden). */
  w2: MatrixLike
  /** The whitened task Sigma_yx, shape (outputs, inputs), or its `taskBasis`. */
  sigmaYX: TaskLike
  /** Times t >= 0 in any order, in the unit of tau. */
  times: ArrayLike<number>
  /** Time constant, default 1: `tau dW/dt = -dL/dW`. With `times` in steps of gradient descent it is 1/learningRate. */
  tau?: number
  /** lambda where it is known exactly (0, for instance); default tr D/hidden. */
  lambda?: number
  /** Bound on |D - lambda I|_F over |W_1|^2 + |W_2|^2, default 1e-8. `Infinity` takes any start and gives an approximation. */
  tolerance?: number
  /** Directions of the start below this times its norm count as absent, default 0: 1e-12 keeps a start on a saddle there. */
  rankTolerance?: number
  /** Added to the loss: its value at W = Sigma_yx, default 0. */
  minimumLoss?: number
}

/** The flow at T times: arrays of T matrices one after the other, row-major. */
export interface LambdaBalancedFlow {
  /** [inputs, hidden, outputs]. */
  readonly sizes: TwoLayerSizes
  readonly lambda: number
  /** |W_2' W_2 - W_1 W_1' - lambda I|_F of the start. */
  readonly balanceError: number
  readonly times: Float64Array
  /** A = W_1' W_1, shape (T, inputs, inputs). */
  readonly a: Float64Array
  /** W = W_2 W_1, shape (T, outputs, inputs). */
  readonly w: Float64Array
  /** B = W_2 W_2', shape (T, outputs, outputs). */
  readonly b: Float64Array
  /** 1/2 |W - Sigma_yx|_F^2 + minimumLoss, shape (T). */
  readonly loss: Float64Array
  /** One pair of layers with these products, shapes (T, hidden, inputs), (T, outputs, hidden): W_1 and W_2 up to one rotation each time. */
  readonly w1: Float64Array
  readonly w2: Float64Array
}

/**
 * The exact gradient flow of two layers with `W_2' W_2 - W_1 W_1' = lambda I` on `L = 1/2 |W_2 W_1 - Sigma_yx|^2`:
 * `P = Q Q'`, `Q = [W_1'; W_2]`, solves the matrix Riccati equation
 *
 *   tau dP/dt = F P + P F - P^2,   F = [[-lambda/2 I, Sigma_yx'], [Sigma_yx, lambda/2 I]],   P = [[A, W'], [W, B]]
 *
 * Any sizes, hidden layers narrower or wider than the task, rank-deficient tasks, any lambda and any time: each block has a relative error
 * of the order of 1e-13 (measured to |lambda| = 1e6 and t = 1e7 tau), A and B are positive semidefinite by construction, and a time costs
 * `O((inputs + outputs)^2 hidden)` whatever it is. Times are independent of each other.
 *
 * @returns the blocks, the loss and a pair of layers, for each time
 * @throws {RangeArgError} a start that is not lambda-balanced: the message and `data.error` say by how much; negative times
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together; {MemoryError} results beyond 2^30 numbers
 * @example
 * lambdaBalancedFlow({ w1: [[1]], w2: [[1]], sigmaYX: [[2]], times: [0, 100] }).w // -> [1, 2]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, exact dynamics of Q Q'; Fukumizu (1998), Effect of batch learning in multilayer
 *   neural networks; the pivoted form is this library's
 */
export function lambdaBalancedFlow(options: LambdaBalancedFlowOptions): LambdaBalancedFlow {
  const given = checkOptions(options, 'lambdaBalancedFlow', [...FLOW_KEYS, 'rankTolerance'])
  const start = readStart(given as Partial<LambdaBalancedFlowOptions>)
  const rankTolerance = checkNumber(given.rankTolerance ?? 0, 'rankTolerance', { min: 0, below: 1 })
  const { system, q, sizes } = start
  return collect(start, (time) => fromEigenbasis(system, propagate(system, q, sizes[1], time, rankTolerance), sizes[1]))
}

/** The keys that every solution takes. */
export const FLOW_KEYS = ['w1', 'w2', 'sigmaYX', 'times', 'tau', 'lambda', 'tolerance', 'minimumLoss'] as const

/** A checked start and task. */
export interface Start {
  readonly sizes: TwoLayerSizes
  readonly w1: Float64Array
  readonly w2: Float64Array
  readonly task: TaskBasis
  readonly system: EigenSystem
  /** O' Q(0), shape (inputs + outputs, hidden). */
  readonly q: Float64Array
  readonly lambda: number
  readonly balanceError: number
  readonly times: Float64Array
  readonly scaled: Float64Array
  readonly tau: number
  readonly minimumLoss: number
}

/** Everything checked before anything is computed. */
export function readStart(given: Partial<LambdaBalancedFlowOptions>): Start {
  const { w1, w2 } = readLayers(given.w1 as MatrixLike, given.w2 as MatrixLike)
  const sizes: TwoLayerSizes = [w1.cols, w1.rows, w2.rows]
  const { times, tau, scaled } = readTimes(given.times, given.tau)
  checkCount(times.length, sizes)
  const task = taskBasis(given.sigmaYX as TaskLike)
  if (task.inputs !== w1.cols || task.outputs !== w2.rows) {
    throw new ShapeError(
      `sigmaYX must be ${w2.rows} x ${w1.cols}, as W_2 W_1 is, got ${task.outputs} x ${task.inputs}`,
      { argument: 'sigmaYX' },
    )
  }
  const minimumLoss = checkNumber(given.minimumLoss ?? 0, 'minimumLoss', { min: 0 })
  const balance = balanceOf(w1.data, w2.data, w1.rows, w1.cols, w2.rows)
  const { lambda, error } = checkBalanced(balance, w1.rows, given.lambda, given.tolerance)
  const system = eigenSystem(task, lambda)
  checkReach(system, scaled)
  const q = toEigenbasis(system, w1.data, w2.data, w1.rows)
  return {
    sizes,
    w1: w1.data,
    w2: w2.data,
    task,
    system,
    q,
    lambda,
    balanceError: error,
    times,
    scaled,
    tau,
    minimumLoss,
  }
}

/** Results have to fit. */
function checkCount(count: number, [inputs, , outputs]: TwoLayerSizes): void {
  const numbers = count * (inputs + outputs) ** 2
  if (numbers > 2 ** 30) {
    throw new MemoryError(`${count} times give ${numbers} numbers, more than 2^30; ask for fewer at once`, {
      argument: 'times',
    })
  }
}

/** Exponents have to be numbers. */
function checkReach({ x }: EigenSystem, scaled: Float64Array): void {
  const latest = scaled.reduce((most, t) => Math.max(most, t), 0)
  const fastest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (!(fastest * latest <= 1e300)) {
    throw new RangeArgError(`times reach ${latest} tau at a rate of ${fastest}: their product exceeds 1e300`, {
      argument: 'times',
    })
  }
}

/** Z = Q times an orthogonal matrix at each time, as (inputs, hidden) and (outputs, hidden), gathered into blocks. */
export function collect(
  start: Start,
  at: (time: number, index: number) => [Float64Array, Float64Array],
): LambdaBalancedFlow {
  const { sizes, task, lambda, balanceError, times, scaled, minimumLoss } = start
  const [inputs, hidden, outputs] = sizes
  const count = times.length
  const a = new Float64Array(count * inputs * inputs)
  const w = new Float64Array(count * outputs * inputs)
  const b = new Float64Array(count * outputs * outputs)
  const loss = new Float64Array(count)
  const w1 = new Float64Array(count * hidden * inputs)
  const w2 = new Float64Array(count * outputs * hidden)
  for (let i = 0; i < count; i++) {
    const [top, bottom] = scaled[i] === 0 ? [transposed(start.w1, hidden, inputs), start.w2] : at(scaled[i], i)
    const map = multiplyRightTransposed(bottom, top, outputs, hidden, inputs)
    a.set(gramOf(top, inputs, hidden), i * inputs * inputs)
    b.set(gramOf(bottom, outputs, hidden), i * outputs * outputs)
    w.set(map, i * outputs * inputs)
    w1.set(transposed(top, inputs, hidden), i * hidden * inputs)
    w2.set(bottom, i * outputs * hidden)
    loss[i] = 0.5 * distanceSquared(map, task.sigma) + minimumLoss
  }
  return { sizes, lambda, balanceError, times, a, w, b, loss, w1, w2 }
}
