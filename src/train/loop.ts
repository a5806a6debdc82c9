// The training loop, without any waiting in it: a generator that works in slices of a few milliseconds and yields between them,
// so that its driver may look at the clock, at a signal, at its consumers, or not at all.
import { DivergedError, RangeArgError } from '../errors.js'
import type { Network } from '../network/network.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Plan } from '../plan/plan.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import type { Checkpoint } from './checkpoint.js'
import { type Divergence, firstNonFinite, locateDivergence } from './divergence.js'
import { assertIdle, exclusively } from './exclusive.js'
import { type Columns, History } from './history.js'
import { compare, prepareOverlay, type TheoryComparison, type TheoryOverlay } from './overlay.js'
import { nextFrame, Pace } from './pace.js'
import type { Loop, Slice } from './run.js'
import { Snapshot } from './snapshot.js'
import { Steps } from './steps.js'
import { isReached, type StopRule, untilProbes } from './stop-rule.js'
import type { TrainingResult, TrainingStatus } from './training-result.js'

/** Options of a loop, checked. */
export interface LoopOptions<P extends readonly Probe[]> {
  readonly optimizer: Optimizer
  readonly steps: number
  readonly every: number
  readonly probes: P
  readonly until: StopRule
  /** Length of a slice in milliseconds. */
  readonly sliceMs: number
  /** Throw a `DivergedError` instead of ending with status 'diverged'. */
  readonly throwOnDivergence: boolean
  /** Go on from here. */
  readonly resume: Checkpoint | undefined
  /** What the run is compared with. */
  readonly theory: TheoryOverlay | undefined
}

export class TrainingLoop<P extends readonly Probe[]> implements Loop<P, TrainingResult<P>> {
  readonly history: History<P>
  readonly #net: Network
  readonly #options: LoopOptions<P>
  readonly #steps: Steps
  /** The comparison with the theory, where there is one. */
  readonly #compare: ((columns: Columns) => TheoryComparison) | undefined
  /** The last state that was finite, while the run goes on. */
  #snapshot: Snapshot | undefined
  #aborted = false

  constructor(net: Network, task: Task, options: LoopOptions<P>) {
    assertIdle(net)
    const { optimizer, probes, until, resume, theory } = options
    this.#net = net
    this.#options = options
    this.history = new History(net, probes)
    const before = resume === undefined ? undefined : new Snapshot(net.state)
    let steps: Steps | undefined
    try {
      steps = new Steps(net, task, optimizer, [...probes, ...untilProbes(until, probes)], options)
      this.#steps = steps
      this.#compare = theory === undefined ? undefined : comparison(theory, net, task, optimizer, steps)
    } catch (error) {
      before?.restore()
      steps?.dispose()
      throw error
    }
  }

  /** The plan of one training step: print it to see ops, shapes and flops. */
  get plan(): Plan {
    return this.#steps.stage.stepPlan
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
    return this.#steps.clock.learningRate
  }

  /** Training steps a second of the executor so far; 0 before the first. */
  get stepsPerSecond(): number {
    return this.#steps.perSecond
  }

  /** 10^9 floating-point operations a second of the training steps so far, from the flops of the plan. */
  get gflops(): number {
    return (this.stepsPerSecond * this.plan.flops) / 1e9
  }

  /** Learn at another rate from here on. */
  setLearningRate(rate: number): void {
    this.#steps.clock.setLearningRate(rate)
    // A replay would use the new rate for old steps.
    this.#forget()
  }

  /** Everything that the next step depends on: the network as it is, and what the optimizer remembers, also after the end. */
  checkpoint(): Checkpoint {
    return this.#steps.checkpoint()
  }

  /** Free the plans and the task's constants; the network stays. */
  dispose(): void {
    this.#snapshot = undefined
    this.#steps.dispose()
  }

  /**
   * Runs to the end. Yields after every slice, and after every frame. Resume with `true` only if nobody can have written to the weights
   * meanwhile: the products that a frame was read from are then those that the next step begins with.
   */
  run(): Generator<Slice, TrainingResult<P>, boolean | undefined> {
    return exclusively(this.#net, this.#slices())
  }

  *#slices(): Generator<Slice, TrainingResult<P>, boolean | undefined> {
    const { steps: last, every, sliceMs, throwOnDivergence } = this.#options
    const steps = this.#steps
    const { clock } = steps
    const pace = new Pace(this.plan.flops, sliceMs)
    const snapshot = new Snapshot(steps.state, clock.mark())
    this.#snapshot = snapshot
    this.#assertFinite()
    if (this.#record()) return this.#result('converged')
    for (;;) {
      const untouched = yield { step: clock.step }
      if (this.#aborted) return this.#result('aborted')
      if (clock.step >= last) return this.#result('completed')
      if (untouched !== true) {
        // Whoever wrote to the weights wants them, and a replay must not begin with older ones.
        this.#assertFinite()
        this.#forget()
      }
      if (steps.left <= 0) {
        steps.enter()
        // A replay must not begin in another stage.
        this.#forget()
      }
      snapshot.renew(clock.mark())
      const frame = nextFrame(clock.step, every, last)
      const count = pace.steps(Math.min(frame - clock.step, steps.left))
      const elapsed = steps.run(count)
      snapshot.grow(elapsed)
      if (firstNonFinite(this.#net.engine, steps.state) !== undefined) {
        const divergence = this.#goBack(snapshot)
        if (!throwOnDivergence) return this.#result('diverged', divergence)
        const { message, ...data } = divergence
        throw new DivergedError(message, { argument: 'optimizer', data })
      }
      pace.learn(count, elapsed)
      if (clock.step === frame && this.#record()) return this.#result('converged')
    }
  }

  /** Find the step that left the finite numbers, and go back to the state before it. */
  #goBack(snapshot: Snapshot): Divergence {
    const { clock } = this.#steps
    const divergence = locateDivergence(this.#net, this.#steps, snapshot)
    clock.back(snapshot.moment)
    clock.pass(divergence.step - 1 - clock.step)
    if (this.history.frames.at(-1)!.step < clock.step) this.#record()
    return divergence
  }

  /** What was kept of the steps before does not describe the next one any more. */
  #forget(): void {
    this.#steps.forget()
    this.#snapshot?.outdate()
  }

  #assertFinite(): void {
    if (firstNonFinite(this.#net.engine, this.#steps.state) !== undefined) {
      throw new RangeArgError('the network holds NaN or infinities; it cannot be trained', { argument: 'net' })
    }
  }

  /** Record a frame; true when a stop rule holds. */
  #record(): boolean {
    const frame = this.#steps.look()
    this.history.push(frame)
    return isReached(this.#options.until, frame)
  }

  #result(status: TrainingStatus, divergence?: Divergence): TrainingResult<P> {
    const columns = this.history.columns()
    const { clock, seconds } = this.#steps
    return {
      status,
      steps: clock.step,
      time: clock.time,
      seconds,
      stepsPerSecond: this.stepsPerSecond,
      gflops: this.gflops,
      columns,
      checkpoint: () => this.checkpoint(),
      ...(this.#compare === undefined ? {} : { theory: this.#compare(columns) }),
      ...(divergence === undefined ? {} : { divergence }),
    }
  }
}

/** Tell a theory how a run starts; it is asked for more once the run is over. */
function comparison(
  theory: TheoryOverlay,
  net: Network,
  task: Task,
  optimizer: Optimizer,
  { clock, stage }: Steps,
): (columns: Columns) => TheoryComparison {
  const prepared = prepareOverlay(theory, net, task, optimizer, stage.task.emitBatch !== undefined)
  const start = clock.time
  return (columns) => compare(theory, prepared, columns, start)
}
