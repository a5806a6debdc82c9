// One moment of a flow, as matrices that every function of the library takes.
import { checkInteger } from '../../check.js'
import { multiply } from '../numerics/dense.js'
import type { LambdaBalancedFlow } from './flow.js'
import { readMatrix } from './operands.js'
import { distanceSquared } from './small-matrix.js'
import { type TaskLike, taskBasis } from './task-basis.js'

/** A row-major matrix with its shape. */
export interface ShapedMatrix {
  readonly data: Float64Array
  readonly shape: [number, number]
}

/** The blocks of P at one time. */
export interface FlowMoment {
  readonly time: number
  readonly loss: number
  readonly a: ShapedMatrix
  readonly w: ShapedMatrix
  readonly b: ShapedMatrix
  readonly w1: ShapedMatrix
  readonly w2: ShapedMatrix
}

/**
 * The flow at its time `index`: copies of the blocks, with shapes. `w1` and `w2` start the next task of a sequence.
 *
 * @param index 0 .. times.length - 1; negative counts from the end
 * @throws {RangeArgError} no such time
 * @example
 * const first = lambdaBalancedFlow({ w1: [[1]], w2: [[1]], sigmaYX: [[2]], times: [0, 100] })
 * const { w1, w2 } = momentOf(first, -1)
 * lambdaBalancedFlow({ w1, w2, sigmaYX: [[3]], times: [100] }).w // -> [3]
 */
export function momentOf(flow: LambdaBalancedFlow, index: number): FlowMoment {
  const count = flow.times.length
  const given = checkInteger(index, 'index', { min: -count, max: count - 1 })
  const i = given < 0 ? given + count : given
  const [inputs, hidden, outputs] = flow.sizes
  const part = (data: Float64Array, rows: number, cols: number): ShapedMatrix => ({
    data: data.slice(i * rows * cols, (i + 1) * rows * cols),
    shape: [rows, cols],
  })
  return {
    time: flow.times[i],
    loss: flow.loss[i],
    a: part(flow.a, inputs, inputs),
    w: part(flow.w, outputs, inputs),
    b: part(flow.b, outputs, outputs),
    w1: part(flow.w1, hidden, inputs),
    w2: part(flow.w2, outputs, hidden),
  }
}

/**
 * The losses of a flow on other tasks, `L_j = 1/2 |W(t) - S_j|_F^2`: forgetting of old tasks, and what is gained for new ones.
 *
 * @param tasks J tasks S_j, shape (outputs, inputs) each
 * @returns shape (times, J)
 * @throws {ShapeError|DTypeError|RangeArgError} a task that is no such matrix
 * @example
 * const flow = lambdaBalancedFlow({ w1: [[1]], w2: [[1]], sigmaYX: [[2]], times: [0, 100] })
 * crossLosses(flow, [[[1]], [[4]]]) // -> [0, 4.5, 0.5, 2]
 * @see Domine et al. (2024), arXiv:2409.14623, continual learning
 */
export function crossLosses(flow: LambdaBalancedFlow, tasks: readonly TaskLike[]): Float64Array {
  const [inputs, , outputs] = flow.sizes
  const size = inputs * outputs
  const targets = tasks.map((task) => readTask(task, outputs, inputs))
  const losses = new Float64Array(flow.times.length * targets.length)
  for (let i = 0; i < flow.times.length; i++) {
    const map = flow.w.subarray(i * size, (i + 1) * size)
    for (const [j, target] of targets.entries()) losses[i * targets.length + j] = 0.5 * distanceSquared(map, target)
  }
  return losses
}

/**
 * How fast the loss on task S_j changes while task S_i is trained:
 * `tau dL_j/dt = -tr{(S_j - W)' [B (S_i - W) + (S_i - W) A]}`.
 *
 * @param moment the blocks A, W, B now
 * @param trained S_i
 * @param other S_j
 * @returns tau dL_j/dt; positive while task j is forgotten
 * @example
 * const flow = lambdaBalancedFlow({ w1: [[1]], w2: [[1]], sigmaYX: [[2]], times: [0] })
 * crossLossRate(momentOf(flow, 0), [[2]], [[0]]) // -> 2
 * @see Domine et al. (2024), arXiv:2409.14623, continual learning
 */
export function crossLossRate(moment: FlowMoment, trained: TaskLike, other: TaskLike): number {
  const [outputs, inputs] = moment.w.shape
  const residual = readTask(trained, outputs, inputs).map((value, i) => value - moment.w.data[i])
  const above = multiply(moment.b.data, residual, outputs, outputs, inputs)
  const below = multiply(residual, moment.a.data, outputs, inputs, inputs)
  const target = readTask(other, outputs, inputs)
  let rate = 0
  for (let i = 0; i < target.length; i++) rate -= (target[i] - moment.w.data[i]) * (above[i] + below[i])
  return rate
}

/** Sigma_yx of a task of known shape. */
export function readTask(task: TaskLike, outputs: number, inputs: number): Float64Array {
  const { sigma, outputs: rows, inputs: cols } = taskBasis(task)
  return readMatrix({ data: sigma, shape: [rows, cols] }, 'task', outputs, inputs).data
}
