// The training loop, without any waiting in it: a generator that works in slices of a few milliseconds and yields between them,
// so that its driver may look at the clock, at a signal, at its consumers, or not at all.
import { DeepLinearError, ProbeError, RangeArgError } from '../errors.js'
import type { Network, StatePart } from '../network/network.js'
import type { BoundOptimizer, Optimizer } from '../optimizer/optimizer.js'
import type { Plan } from '../plan/plan.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import {
  arithmeticOf,
  type Checkpoint,
  type CheckpointTensor,
  configurationOf,
  restore,
  tensorsOf,
} from './checkpoint.js'
import { type Divergence, firstNonFinite, locateDivergence, Snapshot } from './divergence.js'
import { type Columns, History } from './history.js'
import { Stage, type StageSpan, stagesOf } from './stage.js'

/** How a run ended. */
export type TrainingStatus = 'completed' | 'converged' | 'diverged' | 'aborted'

/** When to stop before all steps are done. Looked at in every frame. */
export interface StopRule {
  /** Stop once the loss is at most this. */
  readonly loss?: number
  /** Stop once the norm of the gradient with respect to all weights is at most this. */
  readonly gradientNorm?: number
}

/** Options of a loop, checked. */
export interface LoopOptions<P extends readonly Probe[]> {
  readonly optimizer: Optimizer
  readonly steps: number
  readonly every: number
  readonly probes: P
  readonly until: StopRule
  readonly untilProbes: readonly Probe[]
  /** Length of a slice in milliseconds. */
  readonly sliceMs: number
  /** Go on from here. */
  readonly resume: Checkpoint | undefined
}

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
}

/** What the loop yields between slices. */
export interface Slice {
  readonly step: number
}

/** The steps of replay that a divergence may cost, in milliseconds of training. */
const SNAPSHOT_MS = 50

export class TrainingLoop<P extends readonly Probe[]> {
  readonly history: History<P>
  readonly #net: Network
  readonly #options: LoopOptions<P>
  readonly #optimizer: BoundOptimizer
  readonly #stages: readonly StageSpan[]
  readonly #configuration: string
  #index: number
  #stage: Stage
  #step = 0
  /** Time at `since`, from where on it grows by the learning rate of each step. */
  #clock = { since: 0, time: 0 }
  /** Steps of this run alone: a resumed one has done fewer than it counts. */
  #done = 0
  #seconds = 0
  #aborted = false
  /** Milliseconds of training since the last snapshot. */
  #unsnapshotted = 0
  /** What the optimizer remembered at the end. */
  #kept: readonly CheckpointTensor[] | undefined
  /** Seconds that the head of the next step took, when it has run already, for a frame. */
  #headSeconds: number | undefined

  constructor(net: Network, task: Task, options: LoopOptions<P>) {
    this.#net = net
    this.#options = options
    this.history = new History(net, options.probes)
    this.#stages = stagesOf(task)
    this.#configuration = configurationOf(net, task, options.optimizer)
    this.#optimizer = options.optimizer.bind(net)
    try {
      if (options.resume !== undefined) {
        const { step, time, learningRate } = options.resume
        restore(options.resume, net, this.#state, this.#configuration)
        if (learningRate !== undefined) this.#optimizer.rate.set(learningRate)
        this.#step = step
        this.#clock = { since: step, time }
      }
      this.#index = this.#stages.findIndex(({ end }) => this.#step < end)
      this.#stage = this.#build()
    } catch (error) {
      this.#optimizer.dispose()
      throw error
    }
  }

  /** The plan of one training step: print it to see ops, shapes and flops. */
  get plan(): Plan {
    return this.#stage.stepPlan
  }

  get step(): number {
    return this.#step
  }

  get aborted(): boolean {
    return this.#aborted
  }

  /** End at the next slice with status 'aborted'. */
  abort(): void {
    this.#aborted = true
  }

  /** The learning rate of the next step. */
  get learningRate(): number {
    return this.#optimizer.rate.at(this.#step)
  }

  /** Learn at another rate from here on. */
  setLearningRate(rate: number): void {
    this.#clock = { since: this.#step, time: this.#time }
    this.#optimizer.rate.set(rate)
    // A replay would use the new rate for old steps.
    this.#unsnapshotted = Infinity
    this.#headSeconds = undefined
  }

  /** Everything that the next step depends on: the network as it is, and what the optimizer remembers, also after the end. */
  checkpoint(): Checkpoint {
    const { rate, state } = this.#optimizer
    return {
      version: 1,
      step: this.#step,
      time: this.#time,
      // The schedule is part of the optimizer; a rate that replaced it is not.
      ...(rate.schedule === this.#options.optimizer.schedule ? {} : { learningRate: this.learningRate }),
      arithmetic: arithmeticOf(this.#net),
      configuration: this.#configuration,
      tensors: [...tensorsOf(this.#net.state), ...(this.#kept ?? tensorsOf(state))],
    }
  }

  /** Free the plans and the task's constants; the network stays. */
  dispose(): void {
    this.#kept = tensorsOf(this.#optimizer.state)
    this.#stage.dispose()
    this.#optimizer.dispose()
  }

  get #state(): readonly StatePart[] {
    return [...this.#net.state, ...this.#optimizer.state]
  }

  get #time(): number {
    const { since, time } = this.#clock
    const { schedule } = this.#optimizer.rate
    return schedule.constant === undefined ? time : time + schedule.constant * (this.#step - since)
  }

  #build(): Stage {
    const { optimizer, probes, untilProbes } = this.#options
    const { task } = this.#stages[this.#index]
    const stage = new Stage(this.#net, task, optimizer, this.#optimizer, [...probes, ...untilProbes])
    stage.stepPlan.position = this.#step
    return stage
  }

  /**
   * Runs to the end. Yields after every slice, and after every frame. Resume with `true` only if nobody can have written to the weights
   * meanwhile: the products that a frame was read from are then those that the next step begins with.
   */
  *run(): Generator<Slice, TrainingResult<P>, boolean | undefined> {
    const { steps, every, sliceMs } = this.#options
    const { engine } = this.#net
    const state = this.#state
    const snapshot = new Snapshot(state)
    snapshot.step = this.#step
    // The first slice is short on purpose: nothing is known of the speed yet, and kernels are still being compiled.
    let sliceSteps = Math.max(1, Math.min(64, Math.floor(1e6 / Math.max(1, this.plan.flops))))
    if (firstNonFinite(engine, state) !== undefined) {
      throw new RangeArgError('the network holds NaN or infinities; it cannot be trained', { argument: 'net' })
    }
    if (this.#record()) return this.#result('converged')
    for (;;) {
      const untouched = yield { step: this.#step }
      if (untouched !== true) this.#headSeconds = undefined
      if (this.#aborted) return this.#result('aborted')
      if (this.#step >= steps) return this.#result('completed')
      if (this.#step >= this.#stages[this.#index].end) {
        this.#stage.dispose()
        this.#index++
        this.#stage = this.#build()
        this.#headSeconds = undefined
        // A replay must not begin in another stage.
        this.#unsnapshotted = Infinity
      }
      if (this.#unsnapshotted > SNAPSHOT_MS) {
        snapshot.take(state, this.#step)
        this.#unsnapshotted = 0
      }
      const frameEnd = Math.min(steps, (Math.floor(this.#step / every) + 1) * every)
      const count = Math.min(sliceSteps, Math.min(frameEnd, this.#stages[this.#index].end) - this.#step)
      const start = performance.now()
      const begun = this.#advance(count)
      const elapsed = performance.now() - start + 1000 * begun
      this.#pass(count)
      this.#seconds += elapsed / 1000
      this.#unsnapshotted += elapsed
      if (firstNonFinite(engine, state) !== undefined) {
        const upTo = this.#step
        const { task, stepPlan } = this.#stage
        const divergence = locateDivergence(
          this.#net,
          task,
          state,
          snapshot,
          upTo,
          this.learningRate,
          (from, count) => {
            stepPlan.position = from
            stepPlan.run(count)
          },
        )
        this.#pass(divergence.step - 1 - upTo)
        if (this.history.frames.at(-1)!.step < this.#step) this.#record()
        return this.#result('diverged', divergence)
      }
      // A slice that ends early at a frame says little about the speed of a full one, unless it took its time.
      if (count === sliceSteps || elapsed > sliceMs) {
        sliceSteps = Math.max(1, Math.min(2 ** 24, Math.round(count * Math.min(4, sliceMs / Math.max(elapsed, 1e-3)))))
      }
      if (this.#step === frameEnd && this.#record()) return this.#result('converged')
    }
  }

  /** Run steps; returns the seconds that were spent on the first of them before. */
  #advance(count: number): number {
    const begun = this.#headSeconds
    this.#headSeconds = undefined
    const { stepPlan } = this.#stage
    if (begun === undefined) stepPlan.run(count)
    else {
      stepPlan.runTail()
      if (count > 1) stepPlan.run(count - 1)
    }
    return begun ?? 0
  }

  /** Count steps, back too. */
  #pass(count: number): void {
    const { schedule } = this.#optimizer.rate
    if (schedule.constant === undefined) {
      const { time } = this.#clock
      const [from, to] = [Math.min(this.#step, this.#step + count), Math.max(this.#step, this.#step + count)]
      let sum = 0
      for (let step = from; step < to; step++) sum += schedule.at(step)
      this.#clock = { since: this.#step + count, time: time + Math.sign(count) * sum }
    }
    this.#step += count
    this.#done += count
  }

  /** Record a frame; true when a stop rule holds. */
  #record(): boolean {
    this.#headSeconds = this.#stage.look(this.#step) ?? this.#headSeconds
    const values = this.#stage.readers.map(({ probe, read }) => {
      try {
        return [probe.name, read()] as const
      } catch (cause) {
        if (cause instanceof DeepLinearError) throw cause
        throw new ProbeError(
          `probe '${probe.name}' threw at step ${this.#step}: ${(cause as Error)?.message ?? cause}`,
          {
            argument: probe.name,
            cause,
          },
        )
      }
    })
    const recorded = Object.fromEntries(values.slice(0, this.#options.probes.length))
    this.history.push({ step: this.#step, time: this.#time, ...recorded })
    const all = Object.fromEntries(values) as { loss?: number; gradientNorm?: number }
    const { loss, gradientNorm } = this.#options.until
    return (
      (loss !== undefined && all.loss! <= loss) || (gradientNorm !== undefined && all.gradientNorm! <= gradientNorm)
    )
  }

  #result(status: TrainingStatus, divergence?: Divergence): TrainingResult<P> {
    const stepsPerSecond = this.#seconds > 0 ? this.#done / this.#seconds : 0
    const result = {
      status,
      steps: this.#step,
      time: this.#time,
      seconds: this.#seconds,
      stepsPerSecond,
      gflops: (stepsPerSecond * this.plan.flops) / 1e9,
      columns: this.history.columns(),
      checkpoint: () => this.checkpoint(),
    }
    return divergence === undefined ? result : { ...result, divergence }
  }
}
