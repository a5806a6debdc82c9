// Training all members of an ensemble at once: one plan for all of them, and looks at the members between stretches of steps.
import { checkChoice, checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import type { EnsembleMatrix } from '../engine/ensemble-matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { Ensemble, type MemberNetwork } from '../network/ensemble.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { PlanBuilder } from '../plan/builder.js'
import { EnsembleBuilder } from '../plan/ensemble-builder.js'
import type { MemberSlot } from '../plan/member-slot.js'
import type { Plan } from '../plan/plan.js'
import { type Probe, ProbeContext, type ProbeValue } from '../probe/probe.js'
import { taskForm } from '../probe/task-form.js'
import type { Task } from '../task/task.js'
import { checkPair, checkProbes, checkSignal, checkSliceMs, refuseSignal } from './arguments.js'
import type { Column } from './history.js'
import { pause } from './pause.js'

/** Options of `trainEnsemble`. */
export interface TrainEnsembleOptions<P extends readonly Probe[] = readonly Probe[]> {
  /** The update rule; every member has its own state of it. */
  optimizer: Optimizer
  /** Number of steps of every member, 0 .. 2^53 - 1. */
  steps: number
  /** A learning rate a member, > 0, in the place of the constant one of the optimizer. */
  learningRates?: readonly number[]
  /**
   * Whether all members see the same minibatches (`'shared'`, the default), or each its own (`'own'`): member i those of `foldIn(key, i)` where one network
   * has those of `key`.
   */
  minibatches?: 'shared' | 'own'
  /** What to record of every member: at step 0, after every `every` steps and at the end. Default: the loss, a hundred times. */
  record?: { every?: number; probes?: P }
  /** Ends training with status `'aborted'` after the current slice. */
  signal?: AbortSignal
  /** Longest stretch between two looks at the event loop, in milliseconds. Default 4 (8 where pages are painted). */
  sliceMs?: number
}

/** What was recorded of all members. */
export interface EnsembleResult<Names extends string = string> {
  readonly status: 'completed' | 'aborted'
  /** Steps done, of every member. */
  readonly steps: number
  /** Seconds inside the executor, training steps only. */
  readonly seconds: number
  /** Steps of single members a second. */
  readonly memberStepsPerSecond: number
  /** `step` of shape `[]`; `time` of shape `[members]`; probes of shape `[members, ...]`, so that data are (time, member, ...). NaN after a divergence. */
  readonly columns: { readonly [K in Names | 'step' | 'time']: Column }
  /** For each member the step of the look that found NaN or an infinity in its weights, or -1. The other members go on. */
  readonly diverged: Int32Array
}

interface Reader {
  readonly name: string
  readonly shape: readonly number[]
  readonly width: number
  readonly rows: Float64Array[]
  readonly read: (() => ProbeValue) | undefined
}

class EnsembleLoop {
  readonly #ensemble: Ensemble<MemberNetwork>
  readonly #options: ReturnType<typeof checkTraining>
  readonly #owned: { dispose(): void }[] = []
  readonly #plan: Plan
  readonly #lossPlan: Plan | undefined
  readonly #losses: MemberSlot | undefined
  readonly #probePlan: Plan
  readonly #context: ProbeContext
  readonly #readers: readonly Reader[]
  readonly #diverged: Int32Array
  readonly #steps: number[] = []
  readonly #times: Float64Array[] = []
  #step = 0
  #time = 0
  #seconds = 0

  constructor(ensemble: Ensemble<MemberNetwork>, task: Task, options: ReturnType<typeof checkTraining>) {
    const { engine, dtype, replicas, network, proxy } = ensemble
    const { optimizer: rule, learningRates, ownMinibatches, probes } = options
    this.#ensemble = ensemble
    this.#options = options
    this.#diverged = new Int32Array(replicas).fill(-1)
    const steps = new EnsembleBuilder(engine, dtype, replicas, learningRates, ownMinibatches)
    const losses = new EnsembleBuilder(engine, dtype, replicas)
    const looks = new PlanBuilder(engine, dtype)
    try {
      const form = taskForm(task, proxy)
      const bound = this.#own(task.bind(engine, dtype, form))
      const { weightPenalty = 0 } = task
      const batched = rule.sampling !== undefined && form === 'map' && (task.forms ?? ['map']).includes('samples')
      const learned = batched ? this.#own(task.bind(engine, dtype, 'samples')) : bound
      const optimizer = this.#own(rule.bind(network))
      optimizer.emitStep(steps, learned, { weightPenalty })
      this.#plan = this.#own(steps.build())
      // The loss of all members is one plan; other probes look at one member after the other.
      if (probes.some(({ name }) => name === 'loss')) {
        this.#losses = new ProbeContext(losses, network, bound, undefined, weightPenalty).loss as MemberSlot
        this.#lossPlan = this.#own(losses.build())
      } else losses.discard()
      this.#context = new ProbeContext(looks, proxy, bound, undefined, weightPenalty)
      this.#readers = probes.map((probe) => {
        const shape = [...probe.shape(proxy)]
        const width = shape.reduce((product, size) => product * size, 1)
        const read = probe.name === 'loss' ? undefined : probe.emit(looks, this.#context)
        return { name: probe.name, shape, width, rows: [], read }
      })
      this.#probePlan = this.#own(looks.build())
    } catch (error) {
      for (const builder of [steps, losses, looks]) builder.discard()
      this.dispose()
      throw error
    }
  }

  /** Works in slices. Resume with `true` to end. */
  *run(): Generator<void, EnsembleResult, boolean> {
    const { steps, every, sliceMs } = this.#options
    let sliceSteps = Math.max(1, Math.min(64, Math.floor(1e6 / Math.max(1, this.#plan.flops))))
    this.#look()
    while (this.#step < steps) {
      if (yield) return this.#result('aborted')
      const frameEnd = Math.min(steps, (Math.floor(this.#step / every) + 1) * every)
      const count = Math.min(sliceSteps, frameEnd - this.#step)
      const start = performance.now()
      this.#plan.run(count)
      const elapsed = performance.now() - start
      this.#seconds += elapsed / 1000
      for (let i = 0; i < count; i++) this.#time += this.#options.optimizer.schedule.at(this.#step + i)
      this.#step += count
      if (count === sliceSteps || elapsed > sliceMs) {
        sliceSteps = Math.max(1, Math.min(2 ** 24, Math.round(count * Math.min(4, sliceMs / Math.max(elapsed, 1e-3)))))
      }
      if (this.#step === frameEnd) this.#look()
    }
    return this.#result('completed')
  }

  dispose(): void {
    for (const thing of this.#owned.splice(0).reverse()) thing.dispose()
  }

  #own<T extends { dispose(): void }>(thing: T): T {
    this.#owned.push(thing)
    return thing
  }

  #look(): void {
    const { replicas } = this.#ensemble
    this.#findDiverged()
    this.#steps.push(this.#step)
    this.#times.push(this.#memberTimes())
    this.#lossPlan?.run(1)
    const losses = this.#losses?.values
    const rows = this.#readers.map(({ width }) => new Float64Array(replicas * width).fill(Number.NaN))
    const single = this.#readers.some(({ read }) => read !== undefined)
    for (let member = 0; member < replicas; member++) {
      if (this.#diverged[member] >= 0) continue
      if (single) {
        this.#ensemble.read(member)
        this.#context.step = this.#step
        this.#context.time = this.#times[this.#times.length - 1][member]
        this.#probePlan.run(1)
        this.#context.frame++
      }
      this.#readers.forEach(({ read, width }, i) => {
        const value = read === undefined ? losses![member] : read()
        if (typeof value === 'number') rows[i][member] = value
        else rows[i].set(value, member * width)
      })
    }
    this.#readers.forEach((reader, i) => {
      reader.rows.push(rows[i])
    })
  }

  #memberTimes(): Float64Array {
    const { learningRates, optimizer } = this.#options
    const { replicas } = this.#ensemble
    const { constant } = optimizer.schedule
    return Float64Array.from({ length: replicas }, (_, i) => {
      const rate = learningRates?.[i] ?? constant
      return rate === undefined ? this.#time : rate * this.#step
    })
  }

  #findDiverged(): void {
    const { network, engine, replicas, dtype } = this.#ensemble
    const scan = dtype === 'float64' ? engine.kernels.dnonfinite : engine.kernels.snonfinite
    for (const { matrix } of network.state) {
      if (scan(matrix.size, matrix.pointer) < 0) continue
      const block = matrix.view()
      const size = matrix.rows * matrix.cols
      for (let member = 0; member < replicas; member++) {
        if (this.#diverged[member] >= 0) continue
        const { offset, stride } = (matrix as EnsembleMatrix).memberStride(member)
        for (let i = 0, at = offset; i < size; i++, at += stride) {
          if (!Number.isFinite(block[at])) {
            this.#diverged[member] = this.#step
            break
          }
        }
      }
    }
  }

  #result(status: 'completed' | 'aborted'): EnsembleResult {
    const { replicas } = this.#ensemble
    const length = this.#steps.length
    const columns: Record<string, Column> = {
      step: { length, shape: [], data: Float64Array.from(this.#steps) },
      time: { length, shape: [replicas], data: joined(this.#times) },
    }
    for (const { name, shape, rows } of this.#readers) {
      columns[name] = { length, shape: [replicas, ...shape], data: joined(rows) }
    }
    return {
      status,
      steps: this.#step,
      seconds: this.#seconds,
      memberStepsPerSecond: this.#seconds > 0 ? (this.#step * replicas) / this.#seconds : 0,
      columns,
      diverged: this.#diverged.slice(),
    }
  }
}

/**
 * Train all members of an ensemble, in slices of a few milliseconds with turns of the event loop between them. Member i goes through the same
 * bits as `train` on `ensemble.member(i)` would in the reproducible build; noise of a task or a rule is that of the key folded with i.
 *
 * @throws {ShapeError|OptionError|RangeArgError|DTypeError|UnsupportedError} before anything is trained
 * @example
 * const ensemble = createEnsemble(engine, { replicas: 50, sizes: [2, 4, 2], seed: 1 })
 * const rule = gradientDescent({ learningRate: 0.05 })
 * const { columns } = await trainEnsemble(ensemble, whitened([[3, 0], [0, 1]]), { optimizer: rule, steps: 100 })
 * columns.loss.shape // -> [50]
 */
export async function trainEnsemble<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  ensemble: Ensemble<MemberNetwork>,
  task: Task,
  options: TrainEnsembleOptions<P>,
): Promise<EnsembleResult<P[number]['name']>> {
  const checked = checkTraining(ensemble, task, options)
  const signal = checkSignal(options.signal)
  const loop = new EnsembleLoop(ensemble, task, checked)
  try {
    const slices = loop.run()
    for (;;) {
      const slice = slices.next(signal?.aborted ?? false)
      if (slice.done) return slice.value as EnsembleResult<P[number]['name']>
      await pause()
    }
  } finally {
    loop.dispose()
  }
}

/**
 * The same without an event loop: blocks until training is over, and takes no `signal`.
 * @example
 * const ensemble = createEnsemble(engine, { replicas: 3, sizes: [2, 4, 2], seed: 1 })
 * const rule = gradientDescent({ learningRate: 0.05 })
 * trainEnsembleSync(ensemble, whitened([[3, 0], [0, 1]]), { optimizer: rule, steps: 100, learningRates: [0.1, 0.05, 0.02] }).status // -> 'completed'
 */
export function trainEnsembleSync<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  ensemble: Ensemble<MemberNetwork>,
  task: Task,
  options: Omit<TrainEnsembleOptions<P>, 'signal'>,
): EnsembleResult<P[number]['name']> {
  refuseSignal(options, 'trainEnsembleSync', 'trainEnsemble')
  const loop = new EnsembleLoop(ensemble, task, checkTraining(ensemble, task, options))
  try {
    const slices = loop.run()
    for (;;) {
      const slice = slices.next(false)
      if (slice.done) return slice.value as EnsembleResult<P[number]['name']>
    }
  } finally {
    loop.dispose()
  }
}

const KEYS = ['optimizer', 'steps', 'learningRates', 'minibatches', 'record', 'signal', 'sliceMs'] as const

function checkTraining(ensemble: Ensemble<MemberNetwork>, task: Task, given: object) {
  if (!(ensemble instanceof Ensemble)) {
    throw new DTypeError(`ensemble must be an ensemble, got ${describe(ensemble)}; make one with createEnsemble`, {
      argument: 'ensemble',
    })
  }
  checkPair(ensemble.proxy, task)
  const options = checkOptions(given, 'trainEnsemble', KEYS)
  const optimizer = options.optimizer as Optimizer
  if (typeof optimizer?.bind !== 'function') {
    throw new OptionError(
      `optimizer must be an update rule such as gradientDescent({ learningRate: 0.01 }), got ${describe(optimizer)}`,
      { argument: 'optimizer' },
    )
  }
  if (Array.isArray((task as { stages?: unknown }).stages)) {
    throw new OptionError('an ensemble trains on one task, not on a sequence of tasks', { argument: 'task' })
  }
  const steps = checkInteger(options.steps, 'steps')
  const record = checkOptions(options.record as object | undefined, 'record', ['every', 'probes'])
  return {
    optimizer,
    steps,
    learningRates: checkLearningRates(options.learningRates, ensemble.replicas),
    ownMinibatches: checkChoice(options.minibatches ?? 'shared', 'minibatches', ['shared', 'own']) === 'own',
    every: checkInteger(record.every ?? Math.max(1, Math.ceil(steps / 100)), 'record.every', { min: 1 }),
    probes: checkProbes<readonly Probe[]>(record.probes),
    sliceMs: checkSliceMs(options.sliceMs),
  }
}

function checkLearningRates(given: unknown, replicas: number): readonly number[] | undefined {
  if (given === undefined) return undefined
  if (!Array.isArray(given) || given.length !== replicas) {
    throw new ShapeError(`learningRates must be an array of ${replicas} rates, one a member, got ${describe(given)}`, {
      argument: 'learningRates',
    })
  }
  return Array.from(given, (rate, i) => checkNumber(rate, `learningRates[${i}]`, { above: 0 }))
}

function joined(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0
  const data = new Float64Array(rows.length * width)
  rows.forEach((row, i) => {
    data.set(row, i * width)
  })
  return data
}
