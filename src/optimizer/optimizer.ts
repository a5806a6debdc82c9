// An update rule is data. Bound to a network it has state, matrices of the shapes of the parameters, and emits the ops of one training
// step; the state outlives a plan, so that a run may change plans, stop and go on.
import type { Network, StatePart } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { Sampling } from '../task/sampling.js'
import type { BoundTask } from '../task/task.js'
import type { Rate } from './rate.js'
import type { Schedule } from './schedule.js'

/** An update rule. */
export interface Optimizer {
  readonly name: string
  readonly schedule: Schedule
  /** How minibatches are drawn; undefined: every step sees the whole task. */
  readonly sampling?: Sampling
  /** Hyperparameters as plain data: what a checkpoint must agree with. The learning rate may change and is not among them. */
  readonly description: Readonly<Record<string, unknown>>
  /**
   * Make the state for a network, zero.
   * @throws {UnsupportedError} a network that the rule cannot change
   */
  bind(net: Network): BoundOptimizer
}

/** What training adds to the loss of a task. */
export interface StepOptions {
  /** lambda of `lambda/2 sum |W_l|^2`. */
  readonly weightPenalty?: number
}

/** An update rule with its state. */
export interface BoundOptimizer {
  /** Everything that it remembers from step to step, such as `velocity W_1`. */
  readonly state: readonly StatePart[]
  readonly rate: Rate
  /** Emit one training step. */
  emitStep(p: PlanBuilder, task: BoundTask, options?: StepOptions): void
  /** Free the state. */
  dispose(): void
}
