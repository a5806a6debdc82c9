// The training loop, without any waiting in it: a generator that works in slices of a few milliseconds and yields between them,
// so that its driver may look at the clock, at a signal, at its consumers, or not at all.
import { DeepLinearError, ProbeError, RangeArgError } from '../errors.js'
import type { Network } from '../network/network.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Plan } from '../plan/plan.js'
import type { ScalarSlot } from '../plan/slot.js'
import { type Probe, ProbeContext, type ProbeValue } from '../probe/probe.js'
import type { BoundTask, Task } from '../task/task.js'
import { type Divergence, firstNonFinite, locateDivergence, Snapshot } from './divergence.js'
import { type Columns, History } from './history.js'

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
}

/** The outcome of a run. */
export interface TrainingResult<P extends readonly Probe[] = readonly Probe[]> {
  readonly status: TrainingStatus
  /** Steps done; the network is in the state after them. */
  readonly steps: number
  /** `learningRate * steps`. */
  readonly time: number
  /** Seconds inside the executor, training steps only. */
  readonly seconds: number
  readonly stepsPerSecond: number
  /** 10^9 floating-point operations a second, training steps only. */
  readonly gflops: number
  /** Everything recorded. */
  readonly columns: Columns<P[number]['name']>
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
  readonly #bound: BoundTask
  readonly #rate: ScalarSlot
  readonly #stepPlan: Plan
  readonly #probePlan: Plan
  readonly #context: ProbeContext
  readonly #readers: readonly { readonly probe: Probe; readonly read: () => ProbeValue }[]
  #step = 0
  #seconds = 0
  #aborted = false
  /** Seconds that the head of the next step took, when it has run already, for a frame. */
  #headSeconds: number | undefined

  constructor(net: Network, task: Task, options: LoopOptions<P>) {
    this.#net = net
    this.#options = options
    this.history = new History(net, options.probes)
    const owned: { dispose(): void }[] = []
    const builders = [new PlanBuilder(net.engine, net.dtype), new PlanBuilder(net.engine, net.dtype)]
    try {
      this.#bound = task.bind(net.engine, net.dtype)
      owned.push(this.#bound)
      this.#rate = options.optimizer.emitStep(builders[0], net, this.#bound)
      this.#stepPlan = builders[0].build()
      owned.push(this.#stepPlan)
      this.#context = new ProbeContext(builders[1], net, this.#bound, this.#stepPlan.head?.endToEnd)
      this.#readers = [...options.probes, ...options.untilProbes].map((probe) => ({
        probe,
        read: probe.emit(builders[1], this.#context),
      }))
      this.#probePlan = builders[1].build()
    } catch (error) {
      for (const builder of builders) builder.discard()
      for (const thing of owned) thing.dispose()
      throw error
    }
  }

  /** The plan of one training step: print it to see ops, shapes and flops. */
  get plan(): Plan {
    return this.#stepPlan
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

  /** Free the plans and the task's constants; the network stays. */
  dispose(): void {
    this.#stepPlan.dispose()
    this.#probePlan.dispose()
    this.#bound.dispose()
  }

  /**
   * Runs to the end. Yields after every slice, and after every frame. Resume with `true` only if nobody can have written to the weights
   * meanwhile: the products that a frame was read from are then those that the next step begins with.
   */
  *run(): Generator<Slice, TrainingResult<P>, boolean | undefined> {
    const { steps, every, sliceMs } = this.#options
    const { engine } = this.#net
    const state = this.#net.state
    const snapshot = new Snapshot(state)
    let unsnapshotted = 0
    // The first slice is short on purpose: nothing is known of the speed yet, and kernels are still being compiled.
    let sliceSteps = Math.max(1, Math.min(64, Math.floor(1e6 / Math.max(1, this.#stepPlan.flops))))
    if (firstNonFinite(engine, state) !== undefined) {
      throw new RangeArgError('the network holds NaN or infinities; it cannot be trained', { argument: 'net' })
    }
    if (this.#record()) return this.#result('converged')
    for (;;) {
      const untouched = yield { step: this.#step }
      if (untouched !== true) this.#headSeconds = undefined
      if (this.#aborted) return this.#result('aborted')
      if (this.#step >= steps) return this.#result('completed')
      if (unsnapshotted > SNAPSHOT_MS) {
        snapshot.take(state, this.#step)
        unsnapshotted = 0
      }
      const frameEnd = Math.min(steps, (Math.floor(this.#step / every) + 1) * every)
      const count = Math.min(sliceSteps, frameEnd - this.#step)
      const start = performance.now()
      const begun = this.#advance(count)
      const elapsed = performance.now() - start + 1000 * begun
      this.#step += count
      this.#seconds += elapsed / 1000
      unsnapshotted += elapsed
      if (firstNonFinite(engine, state) !== undefined) {
        const upTo = this.#step
        const divergence = locateDivergence(this.#net, this.#bound, snapshot, upTo, this.#rate.value, (n) =>
          this.#stepPlan.run(n),
        )
        this.#step = divergence.step - 1
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
    if (begun === undefined) this.#stepPlan.run(count)
    else {
      this.#stepPlan.runTail()
      if (count > 1) this.#stepPlan.run(count - 1)
    }
    return begun ?? 0
  }

  /** Record a frame; true when a stop rule holds. */
  #record(): boolean {
    if (this.#context.usesShared) {
      const start = performance.now()
      this.#stepPlan.runHead()
      this.#headSeconds = (performance.now() - start) / 1000
    }
    this.#probePlan.run(1)
    this.#context.frame++
    const values = this.#readers.map(({ probe, read }) => {
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
    const time = this.#options.optimizer.learningRate * this.#step
    this.history.push({ step: this.#step, time, ...recorded })
    const all = Object.fromEntries(values) as { loss?: number; gradientNorm?: number }
    const { loss, gradientNorm } = this.#options.until
    return (
      (loss !== undefined && all.loss! <= loss) || (gradientNorm !== undefined && all.gradientNorm! <= gradientNorm)
    )
  }

  #result(status: TrainingStatus, divergence?: Divergence): TrainingResult<P> {
    const stepsPerSecond = this.#seconds > 0 ? this.#step / this.#seconds : 0
    const result = {
      status,
      steps: this.#step,
      time: this.#options.optimizer.learningRate * this.#step,
      seconds: this.#seconds,
      stepsPerSecond,
      gflops: (stepsPerSecond * this.#stepPlan.flops) / 1e9,
      columns: this.history.columns(),
    }
    return divergence === undefined ? result : { ...result, divergence }
  }
}
