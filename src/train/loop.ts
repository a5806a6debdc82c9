// The training loop, without any waiting in it: a generator that works in slices of a few milliseconds and yields between them,
// so that its driver may look at the clock, at a signal, at its consumers, or not at all.
import { DeepLinearError, DivergedError, ProbeError, RangeArgError } from '../errors.js'
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
import { assertIdle, exclusively } from './exclusive.js'
import { type Columns, History } from './history.js'
import { compare, type PreparedOverlay, prepareOverlay, type TheoryComparison, type TheoryOverlay } from './overlay.js'
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
  /** Throw a `DivergedError` instead of ending with status 'diverged'. */
  readonly throwOnDivergence: boolean
  /** Go on from here. */
  readonly resume: Checkpoint | undefined
  /** What the run is compared with. */
  readonly theory: TheoryOverlay | undefined
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
  /** What the theory says at the same frames, where one was asked for. */
  readonly theory?: TheoryComparison
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
  #index = 0
  #stage: Stage
  #step = 0
  /** The sum of the learning rates of the steps, one after the other; unused while `#constant` says it all. */
  #sum = 0
  /** Set where the steps before this run were at other rates than its schedule says. */
  #changed = false
  /** Steps of this run alone: a resumed one has done fewer than it counts. */
  #done = 0
  #seconds = 0
  #aborted = false
  /** Milliseconds of training since the last snapshot. */
  #unsnapshotted = 0
  #disposed = false
  /** What the optimizer remembered at the end. */
  #kept: readonly CheckpointTensor[] | undefined
  /** Seconds that the head of the next step took, when it has run already, for a frame. */
  #headSeconds: number | undefined
  /** The theory of this run, and the time at which the run starts. */
  #theory: { readonly prepared: PreparedOverlay; readonly start: number } | undefined

  constructor(net: Network, task: Task, options: LoopOptions<P>) {
    assertIdle(net)
    this.#net = net
    this.#options = options
    this.history = new History(net, options.probes)
    this.#stages = stagesOf(task)
    this.#configuration = configurationOf(net, task, options.optimizer)
    this.#optimizer = options.optimizer.bind(net)
    const before = options.resume === undefined ? undefined : new Snapshot(net.state)
    try {
      if (options.resume !== undefined) this.#resume(options.resume)
      // What a later stage refuses is to be known now, not after hours.
      for (const index of this.#stages.keys()) if (index > this.#index) this.#build(index).dispose()
      this.#stage = this.#build(this.#index)
      if (options.theory !== undefined) {
        try {
          const noisy = this.#stage.task.emitBatch !== undefined
          const prepared = prepareOverlay(options.theory, net, task, options.optimizer, noisy)
          this.#theory = { prepared, start: this.#time }
        } catch (error) {
          this.#stage.dispose()
          throw error
        }
      }
    } catch (error) {
      before?.restore(net.state)
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

  /** Training steps a second of the executor so far; 0 before the first. */
  get stepsPerSecond(): number {
    return this.#seconds > 0 ? this.#done / this.#seconds : 0
  }

  /** 10^9 floating-point operations a second of the training steps so far, from the flops of the plan. */
  get gflops(): number {
    return (this.stepsPerSecond * this.plan.flops) / 1e9
  }

  /** Learn at another rate from here on. */
  setLearningRate(rate: number): void {
    const time = this.#time
    this.#optimizer.rate.set(rate)
    this.#sum = time
    // A replay would use the new rate for old steps.
    this.#unsnapshotted = Infinity
    this.#headSeconds = undefined
  }

  /** Everything that the next step depends on: the network as it is, and what the optimizer remembers, also after the end. */
  checkpoint(): Checkpoint {
    return {
      version: 1,
      step: this.#step,
      time: this.#time,
      // The schedule is part of the optimizer; a rate that replaced it is not.
      ...(this.#replaced ? { learningRate: this.learningRate } : {}),
      arithmetic: arithmeticOf(this.#net),
      configuration: this.#configuration,
      tensors: [...tensorsOf(this.#net.state), ...(this.#kept ?? tensorsOf(this.#optimizer.state))],
    }
  }

  /** Free the plans and the task's constants; the network stays. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    try {
      this.#kept = tensorsOf(this.#optimizer.state)
    } catch {
      // The engine has trapped or was reset: there is nothing left to keep, and why is known already.
    }
    this.#stage.dispose()
    this.#optimizer.dispose()
  }

  get #state(): readonly StatePart[] {
    return [...this.#net.state, ...this.#optimizer.state]
  }

  /** Whether `setLearningRate` has taken the place of the optimizer's schedule. */
  get #replaced(): boolean {
    return this.#optimizer.rate.schedule !== this.#options.optimizer.schedule
  }

  /** The learning rate where it has been one number from step 0 on. */
  get #constant(): number | undefined {
    return this.#replaced || this.#changed ? undefined : this.#options.optimizer.schedule.constant
  }

  /** The same however the run was cut into slices, or stopped and resumed: a product, or a sum step by step. */
  get #time(): number {
    const constant = this.#constant
    return constant === undefined ? this.#sum : constant * this.#step
  }

  /** Take the place in the run that a checkpoint says. */
  #resume(checkpoint: Checkpoint): void {
    const { step, time, learningRate } = restore(checkpoint, this.#net, this.#state, this.#configuration)
    if (step > this.#options.steps) {
      throw new RangeArgError(
        `steps counts from the beginning of the run and must be at least ${step}, where the checkpoint stands, got ${this.#options.steps}`,
        { argument: 'steps' },
      )
    }
    if (learningRate !== undefined) this.#optimizer.rate.set(learningRate)
    this.#step = step
    this.#sum = time
    this.#changed = this.#constant !== undefined && this.#constant * step !== time
    // At the end of a stage the frame of this step is still its own.
    this.#index = this.#stages.findIndex(({ end }) => step <= end)
  }

  #build(index: number): Stage {
    const { optimizer, probes, untilProbes } = this.#options
    const { task } = this.#stages[index]
    const stage = new Stage(this.#net, task, optimizer, this.#optimizer, [...probes, ...untilProbes])
    stage.stepPlan.position = this.#step
    return stage
  }

  /**
   * Runs to the end. Yields after every slice, and after every frame. Resume with `true` only if nobody can have written to the weights
   * meanwhile: the products that a frame was read from are then those that the next step begins with.
   */
  run(): Generator<Slice, TrainingResult<P>, boolean | undefined> {
    return exclusively(this.#net, this.#slices())
  }

  *#slices(): Generator<Slice, TrainingResult<P>, boolean | undefined> {
    const { steps, every, sliceMs } = this.#options
    const { engine } = this.#net
    const state = this.#state
    const snapshot = new Snapshot(state)
    snapshot.step = this.#step
    let snapshotSum = this.#sum
    // The first slice is short on purpose: nothing is known of the speed yet, and kernels are still being compiled.
    let sliceSteps = Math.max(1, Math.min(64, Math.floor(1e6 / Math.max(1, this.plan.flops))))
    this.#assertFinite(state)
    if (this.#record()) return this.#result('converged')
    for (;;) {
      const untouched = yield { step: this.#step }
      if (this.#aborted) return this.#result('aborted')
      if (this.#step >= steps) return this.#result('completed')
      if (untouched !== true) {
        // Whoever wrote to the weights wants them, and a replay must not begin with older ones.
        this.#assertFinite(state)
        this.#headSeconds = undefined
        this.#unsnapshotted = Infinity
      }
      if (this.#step >= this.#stages[this.#index].end) {
        this.#stage.dispose()
        this.#index++
        this.#stage = this.#build(this.#index)
        this.#headSeconds = undefined
        // A replay must not begin in another stage.
        this.#unsnapshotted = Infinity
      }
      if (this.#unsnapshotted > SNAPSHOT_MS) {
        snapshot.take(state, this.#step)
        snapshotSum = this.#sum
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
          (step) => this.#optimizer.rate.at(step),
          (from, count) => {
            stepPlan.position = from
            stepPlan.run(count)
          },
        )
        this.#step = snapshot.step
        this.#sum = snapshotSum
        this.#done -= upTo - snapshot.step
        this.#pass(divergence.step - 1 - snapshot.step)
        if (this.history.frames.at(-1)!.step < this.#step) this.#record()
        if (this.#options.throwOnDivergence) {
          const { message, ...data } = divergence
          throw new DivergedError(message, { argument: 'optimizer', data })
        }
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
    try {
      if (begun === undefined) stepPlan.run(count)
      else {
        stepPlan.runTail()
        if (count > 1) stepPlan.run(count - 1)
      }
    } catch (error) {
      // A schedule, or noise, that threw on the way: the steps before it are done.
      this.#pass(stepPlan.position - this.#step)
      throw error
    }
    return begun ?? 0
  }

  /** Count steps that were run. */
  #pass(count: number): void {
    if (this.#constant === undefined) {
      const { rate } = this.#optimizer
      for (let step = this.#step; step < this.#step + count; step++) this.#sum += rate.at(step)
    }
    this.#step += count
    this.#done += count
  }

  #assertFinite(state: readonly StatePart[]): void {
    if (firstNonFinite(this.#net.engine, state) !== undefined) {
      throw new RangeArgError('the network holds NaN or infinities; it cannot be trained', { argument: 'net' })
    }
  }

  /** Record a frame; true when a stop rule holds. */
  #record(): boolean {
    this.#headSeconds = this.#stage.look(this.#step, this.#time) ?? this.#headSeconds
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
    const columns = this.history.columns()
    const theory = this.#options.theory
    const result = {
      status,
      steps: this.#step,
      time: this.#time,
      seconds: this.#seconds,
      stepsPerSecond: this.stepsPerSecond,
      gflops: this.gflops,
      columns,
      checkpoint: () => this.checkpoint(),
      ...(theory === undefined
        ? {}
        : { theory: compare(theory, this.#theory!.prepared, columns, this.#theory!.start) }),
    }
    return divergence === undefined ? result : { ...result, divergence }
  }
}
