// A training run as its user holds it: what every run offers, with its learning rate and its state.
import type { Probe } from '../probe/probe.js'
import type { Checkpoint } from './checkpoint.js'
import type { TrainingLoop } from './loop.js'
import { Run, type Running } from './run.js'
import type { TrainingResult } from './training-result.js'

/** A training run in progress. */
export interface TrainingRun<P extends readonly Probe[] = readonly Probe[]> extends Running<P, TrainingResult<P>> {
  /** The learning rate of the next step. */
  readonly learningRate: number
  /** Training steps a second inside the executor so far, without probes and waiting; 0 before the first. */
  readonly stepsPerSecond: number
  /** 10^9 floating-point operations a second of these steps, from the flops of the plan. */
  readonly gflops: number
  /**
   * Learn at this rate from the next slice on, in place of the rate or schedule that the optimizer was made with; time then grows by this rate a
   * step. A checkpoint remembers it, also where it is set once the run is over.
   * @throws {RangeArgError|DTypeError} not a positive number
   */
  setLearningRate(rate: number): void
  /**
   * The state of the run after its last slice, to be saved with `encodeCheckpoint` of `deeplinear/io` and given to `resume`. Once the run is over,
   * what the optimizer remembered then with the network as it is when this is called.
   */
  checkpoint(): Checkpoint
}

export class TrainingHandle<P extends readonly Probe[]> extends Run<P, TrainingResult<P>> implements TrainingRun<P> {
  readonly #loop: TrainingLoop<P>

  constructor(loop: TrainingLoop<P>, signal: AbortSignal | undefined) {
    super(loop, signal)
    this.#loop = loop
  }

  get learningRate(): number {
    return this.#loop.learningRate
  }

  get stepsPerSecond(): number {
    return this.#loop.stepsPerSecond
  }

  get gflops(): number {
    return this.#loop.gflops
  }

  setLearningRate(rate: number): void {
    this.#loop.setLearningRate(rate)
  }

  checkpoint(): Checkpoint {
    return this.#loop.checkpoint()
  }
}
