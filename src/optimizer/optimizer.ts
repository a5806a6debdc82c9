// An update rule is data and the ops of one training step.
import type { Network } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'
import type { BoundTask } from '../task/task.js'

/** An update rule. */
export interface Optimizer {
  readonly name: string
  readonly learningRate: number
  /** Emit one training step. @returns the slot of the learning rate, which may be changed between steps */
  emitStep(p: PlanBuilder, net: Network, task: BoundTask): ScalarSlot
}
