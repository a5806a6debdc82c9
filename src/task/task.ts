// What is learned: a loss of a network's outputs. A task is data; bound to an engine it writes the ops of its loss and of the gradient of
// its loss into a plan. It takes one of two forms:
//
//   map       a loss C(W) of the end-to-end map alone; "outputs" are W, (n_L, n_0)
//   samples   a loss of the outputs f(X), (n_L, P), on inputs X of its own
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import type { DType } from '../kernels/kernels.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'
import type { Sampling } from './sampling.js'

/** The forms that a task may take. */
export type TaskForm = 'map' | 'samples'

/** A learning task for networks with `inputs` inputs and `outputs` outputs. */
export interface Task {
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  /** Forms that it can be bound in. Default: `['map']`. */
  readonly forms?: readonly TaskForm[]
  /** lambda >= 0 of a penalty on the layers themselves: training adds `lambda/2 sum_l |W_l|_F^2` to the loss. Default 0. */
  readonly weightPenalty?: number
  /** What tells this task from another of its name: its data and hyperparameters. A checkpoint must agree with it. */
  fingerprint?(): string
  /** Put the task's constants into linear memory, in one of its forms; the first of them where none is named. */
  bind(engine: EngineCore, dtype: DType, form?: TaskForm): BoundTask
}

/** A loss of outputs. */
export interface Objective {
  /** X, (n_0, P): what the network is applied to. Without inputs the outputs are the end-to-end map. */
  readonly inputs?: Matrix
  /** Emit dC/d outputs; the result is a temporary of the plan that may be changed in place. */
  emitGradient(p: PlanBuilder, outputs: Matrix): Matrix
  /** d^2 C / d outputs^2, where the loss is half a squared distance times it; undefined for other losses. */
  readonly residualScale?: number
}

/** A task with its constants in linear memory. */
export interface BoundTask extends Objective {
  /** Emit the loss, in float64. */
  emitLoss(p: PlanBuilder, outputs: Matrix): ScalarSlot
  /**
   * Emit what one training step sees where that is not the whole: a minibatch, fresh samples, noisy targets.
   * @throws {UnsupportedError} a minibatch of a task without samples
   */
  emitBatch?(p: PlanBuilder, sampling?: Sampling): Objective
  dispose(): void
}

/** Put matrices of a task into linear memory together: all of them or none. */
export function bindMatrices<K extends string>(
  engine: EngineCore,
  dtype: DType,
  dense: Record<K, { rows: number; cols: number; data: Float64Array }>,
): Record<K, Matrix> {
  const made = {} as Record<K, Matrix>
  try {
    for (const name of Object.keys(dense) as K[]) {
      const { rows, cols, data } = dense[name]
      made[name] = engine.matrix([rows, cols], data, { dtype })
    }
  } catch (error) {
    for (const matrix of Object.values<Matrix>(made)) matrix.dispose()
    throw error
  }
  return made
}
