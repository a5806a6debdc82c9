// What is learned: a loss C of the end-to-end map W (n_L x n_0) alone. A task is data; bound to an engine it writes the
// ops of its loss and of G = dC/dW into a plan.
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import type { DType } from '../kernels/kernels.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'

/** A learning task for networks with `inputs` inputs and `outputs` outputs. */
export interface Task {
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  /** Put the task's constants into linear memory. */
  bind(engine: EngineCore, dtype: DType): BoundTask
}

/** A task with its constants in linear memory. */
export interface BoundTask {
  /** Emit G = dC/dW at W; the result is a temporary of the plan. */
  emitGradient(p: PlanBuilder, w: Matrix): Matrix
  /** Emit the loss C(W), in float64. */
  emitLoss(p: PlanBuilder, w: Matrix): ScalarSlot
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
