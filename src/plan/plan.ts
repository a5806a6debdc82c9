// A plan: op records in linear memory, compiled once and run many times without leaving the executor.
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { DisposedError } from '../errors.js'
import type { DType, Pointer } from '../kernels/kernels.js'
import { OP_BYTES, OP_WORDS } from '../kernels/ops.js'
import { disassemble, formatPlan, type PlanOp } from './disassemble.js'
import { type PlanTiming, timeOps } from './explain.js'
import type { StepFeed } from './feed.js'
import type { SlotPool } from './slot.js'

/** What a plan works on: the matrices it names, those of them that are its own, and its scalars. */
export interface PlanMatrices {
  readonly operands: ReadonlySet<Matrix>
  readonly temporaries: readonly { dispose(): void }[]
  readonly slots: SlotPool
  readonly head?: PlanHead
  /** The records as they run, where that differs from what the plan says of itself: those of an ensemble, part after part. */
  readonly arranged?: Int32Array
  readonly feed?: StepFeed
}

/** The first records of a plan of one training step, which form the end-to-end map and change no weight. */
export interface PlanHead {
  readonly endToEnd: Matrix
  readonly count: number
}

/** A recorded list of operations over fixed matrices, which the engine runs any number of times in one call. `explain` says what each of them costs. */
export class Plan {
  readonly engine: EngineCore
  readonly dtype: DType
  /** Floating-point operations of one step. */
  readonly flops: number
  /** Bytes of operands and results of one step. */
  readonly bytes: number
  readonly #words: Int32Array
  readonly #notes: readonly string[]
  readonly #count: number
  readonly #scratchBytes: number
  readonly #matrices: PlanMatrices
  readonly #ops: Pointer
  readonly #generation: number
  #position = 0
  #disposed = false

  /** @internal Use PlanBuilder. */
  constructor(
    engine: EngineCore,
    dtype: DType,
    words: Int32Array,
    notes: readonly string[],
    scratchBytes: number,
    matrices: PlanMatrices,
  ) {
    this.engine = engine
    this.dtype = dtype
    this.#words = words
    this.#notes = notes
    const records = matrices.arranged ?? words
    this.#count = records.length / OP_WORDS
    this.#scratchBytes = scratchBytes
    this.#matrices = matrices
    this.#generation = engine.generation
    const ops = this.ops
    this.flops = ops.reduce((sum, op) => sum + op.flops, 0)
    this.bytes = ops.reduce((sum, op) => sum + op.bytes, 0)
    // Scratch is reserved now: nothing may grow, and no view may die, inside a run.
    engine.workspace(scratchBytes)
    this.#ops = engine.allocate(records.byteLength)
    new Int32Array(engine.linearMemory.buffer, this.#ops, records.length).set(records)
  }

  /** The ops, read back from the records. */
  get ops(): PlanOp[] {
    return disassemble(this.#words, this.#notes)
  }

  /** Run all ops `steps` times, 0 .. 2^31 - 1, inside the executor. */
  run(steps = 1): void {
    checkInteger(steps, 'steps', { max: 2 ** 31 - 1 })
    for (let left = steps; left > 0; ) {
      const count = this.#prepare(left)
      this.#run(0, this.#count, count)
      this.#position += count
      left -= count
    }
  }

  /** How many steps have run: what a schedule or a stream of samples reads as the number of the next step. */
  get position(): number {
    return this.#position
  }

  /** Go on from another step. What a step is fed depends on its number alone, so that a replay gives the same bits. */
  set position(step: number) {
    this.#position = checkInteger(step, 'position')
  }

  /** What a plan of training steps has said of its head: see `PlanBuilder.publishEndToEnd`. @internal */
  get head(): PlanHead | undefined {
    return this.#matrices.head
  }

  /** Run the head alone. @internal */
  runHead(): void {
    this.#prepare(1)
    this.#run(0, this.head?.count ?? 0, 1)
  }

  /** Run what follows the head. @internal */
  runTail(): void {
    const from = this.head?.count ?? 0
    this.#run(from, this.#count - from, 1)
    this.#position++
  }

  /** Feed the next steps; returns how many of them the tables hold. */
  #prepare(steps: number): number {
    this.#assertUsable() // before the tables are written: their memory may be somebody else's by now
    const { feed } = this.#matrices
    return feed === undefined ? steps : feed.prepare(this.#position, steps)
  }

  #run(from: number, count: number, steps: number): void {
    this.#assertUsable()
    const work = this.engine.workspace(this.#scratchBytes)
    this.engine.guard((kernels) => kernels.planRun(this.#ops + from * OP_BYTES, count, steps, work))
  }

  /** @throws {DisposedError} once the plan, its engine's memory or one of its matrices is gone */
  #assertUsable(): void {
    if (this.#disposed || this.#generation !== this.engine.generation) {
      throw new DisposedError('this plan is gone: it was disposed, or its engine was reset', { argument: 'plan' })
    }
    for (const matrix of this.#matrices.operands) void matrix.pointer // throws if someone disposed it meanwhile
  }

  /**
   * Time every op of the next step, and say what share of the step it takes, and of the rate that multiply-adds reach in registers. All matrices
   * are put back afterwards.
   * Ops of fewer than some hundred nanoseconds are below what a clock can tell.
   * @param options.milliseconds how long to measure, about: > 0, default 50
   * @example
   * const p = new PlanBuilder(engine, 'float64')
   * p.gemm({ a: A, b: B })
   * const plan = p.build()
   * String(plan.explain()).includes('GFLOP/s') // -> true
   */
  explain(options?: { milliseconds?: number }): PlanTiming {
    const given = checkOptions(options, 'explain', ['milliseconds'])
    const milliseconds = checkNumber(given.milliseconds ?? 50, 'milliseconds', { above: 0, max: 60_000 })
    this.#prepare(1)
    const { engine } = this
    const kept = [...this.#matrices.operands].map((matrix) => ({ matrix, data: matrix.toArray() }))
    const restore = () => {
      for (const { matrix, data } of kept) matrix.view().set(data)
    }
    // An ensemble runs its records in parts; what is explained are the whole ones.
    const whole = this.#matrices.arranged === undefined ? undefined : engine.allocate(this.#words.byteLength)
    try {
      if (whole !== undefined) {
        new Int32Array(engine.linearMemory.buffer, whole, this.#words.length).set(this.#words)
      }
      const work = engine.workspace(this.#scratchBytes)
      return timeOps(engine, this.dtype, this.ops, whole ?? this.#ops, work, milliseconds, () => {
        restore()
        this.#prepare(1)
      })
    } finally {
      restore()
      if (whole !== undefined) engine.free(whole)
    }
  }

  /** A table of ops with shapes, flops and bytes. */
  toString(): string {
    return formatPlan(this.ops)
  }

  /** Free the records, the temporaries and the slots. Doing so twice is harmless. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    if (this.#generation !== this.engine.generation) return
    for (const thing of this.#matrices.temporaries) thing.dispose()
    this.#matrices.slots.dispose()
    this.engine.free(this.#ops)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
