// What comes of a run of training steps.
import type { Probe } from '../probe/probe.js'
import type { Checkpoint } from './checkpoint.js'
import type { Divergence } from './divergence.js'
import type { Columns } from './history.js'
import type { TheoryComparison } from './overlay.js'

/** How a run ended. */
export type TrainingStatus = 'completed' | 'converged' | 'diverged' | 'aborted'

/** The outcome of a run. */
export interface TrainingResult<P extends readonly Probe[] = readonly Probe[]> {
  readonly status: TrainingStatus
  /** Steps done; the network is in the state after them. */
  readonly steps: number
  /** `learningRate * steps`, or the sum of the learning rates of the steps. */
  readonly time: number
  /** Seconds inside the executor, training steps only. */
  readonly seconds: number
  readonly stepsPerSecond: number
  /** 10^9 floating-point operations a second, training steps only. */
  readonly gflops: number
  /** Everything recorded. */
  readonly columns: Columns<P[number]['name']>
  /** The state of the run at its end, for `resume`: the network as it is when this is called, and what the optimizer remembered. */
  readonly checkpoint: () => Checkpoint
  /** Set when the status is `'diverged'`. */
  readonly divergence?: Divergence
  /** What the theory says at the same frames, where one was asked for. */
  readonly theory?: TheoryComparison
}
