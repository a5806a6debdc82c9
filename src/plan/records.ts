// The records of a plan while it is written: operands, temporaries and scalars with their owners, and the checks that every op makes. What
// the ops are is no business of this file.
import { checkChoice, checkInteger, describe } from '../check.js'
import { assertSameDType, assertSameEngine, EngineCore } from '../engine/core.js'
import { EnsembleMatrix } from '../engine/ensemble-matrix.js'
import { Matrix, type Operand } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import { OP_WORDS, OpCode, type OpName, Word } from '../kernels/ops.js'
import type { StepFeed } from './feed.js'
import { Plan, type PlanHead } from './plan.js'
import { type ScalarSlot, SlotPool } from './slot.js'

/** The words of a record by name. */
export type OpFields = Partial<Record<Exclude<keyof typeof Word, 'code'>, number>>

/** Op records over matrices of one engine and one element type. */
export abstract class PlanRecords {
  readonly engine: EngineCore
  readonly dtype: DType
  /** Members of the ensemble that the plan is for; 0 for a single network. */
  readonly members: number
  protected readonly words: number[] = []
  protected readonly operands = new Set<Matrix>()
  protected readonly slots: SlotPool
  protected scratchBytes = 0
  readonly #notes: string[] = []
  readonly #temporaries: { dispose(): void }[] = []
  #head: PlanHead | undefined
  #note = ''
  #built = false

  constructor(engine: EngineCore, dtype: DType, members = 0) {
    if (!(engine instanceof EngineCore)) {
      throw new DTypeError(`engine must be an engine, got ${describe(engine)}`, { argument: 'engine' })
    }
    this.engine = engine
    this.dtype = checkChoice(dtype, 'dtype', ['float32', 'float64'])
    this.members = checkInteger(members, 'members', { max: 2 ** 24 })
    this.slots = new SlotPool(engine)
  }

  /** What the following ops are for; shown when the plan prints itself. */
  note(text: string): this {
    this.#note = text
    return this
  }

  /** A matrix that belongs to the plan and is freed with it. */
  temporary(rows: number, cols: number): Matrix {
    checkInteger(rows, 'rows')
    checkInteger(cols, 'cols')
    return this.own(new Matrix(this.engine, rows, cols, this.dtype))
  }

  /** Hand a matrix, or whatever else holds memory, over to the plan: it is freed with it. */
  own<T extends { dispose(): void }>(thing: T): T {
    this.#temporaries.push(thing)
    return thing
  }

  /** A scalar that may be changed between runs, or that ops write. */
  scalar(value = 0): ScalarSlot {
    return this.slots.scalar(value)
  }

  /** Scalars that lie one after the other, as ops with several scalars read them. */
  scalars(values: number | readonly number[]): readonly ScalarSlot[] {
    return this.slots.run(typeof values === 'number' ? new Array<number>(values).fill(0) : values)
  }

  /**
   * Say that the records so far have put the end-to-end map of the weights, as they are when the plan starts, into `map`. Whoever needs
   * that map between two runs may then run this head alone, and the rest of the plan later: no product is formed twice.
   */
  publishEndToEnd(map: Matrix): void {
    this.#head ??= { endToEnd: map, count: this.words.length / OP_WORDS }
  }

  /** Freeze the records into linear memory. The builder is spent. */
  build(): Plan {
    if (this.#built)
      throw new OptionError('this plan was built already; start a new PlanBuilder', { argument: 'build' })
    const feed = this.finish()
    const head = this.#head
    const arranged = this.arrange(this.words)
    const plan = new Plan(this.engine, this.dtype, Int32Array.from(this.words), this.#notes, this.scratchBytes, {
      operands: this.operands,
      temporaries: this.#temporaries,
      slots: this.slots,
      head,
      arranged: arranged && Int32Array.from(arranged),
      feed,
    })
    // Only now: where no memory is left for the records, `discard` still frees what was collected.
    this.#built = true
    return plan
  }

  /** Free what was collected so far, when building fails. */
  discard(): void {
    if (this.#built) return
    this.#built = true
    for (const thing of this.#temporaries.splice(0)) thing.dispose()
    this.slots.dispose()
  }

  /** Emit what ends a step, once. @returns what the steps are fed */
  protected abstract finish(): StepFeed | undefined

  /** The records as they are to run, where that differs from what was written. A plan of which that is so has no head. */
  protected arrange(_words: readonly number[]): readonly number[] | undefined {
    return undefined
  }

  protected shapeOf(operand: Operand, name: string): [number, number] {
    const matrix = operand?.matrix
    this.check(matrix, name)
    return operand.transposed ? [matrix.cols, matrix.rows] : [matrix.rows, matrix.cols]
  }

  protected check(matrix: Matrix, name: string): void {
    assertSameEngine(this.engine, matrix, name)
    assertSameDType(this.dtype, matrix, name)
    if (matrix instanceof EnsembleMatrix && matrix.members !== this.members) {
      const plan = this.members === 0 ? 'a plan of a single network' : `a plan of ${this.members} members`
      throw new ShapeError(`${name} holds a matrix for each of ${matrix.members} members, this is ${plan}`, {
        argument: name,
      })
    }
    this.operands.add(matrix)
  }

  protected checkShape(matrix: Matrix, rows: number, cols: number, name: string): void {
    this.check(matrix, name)
    if (matrix.rows !== rows || matrix.cols !== cols) {
      throw new ShapeError(`${name} must be ${rows} x ${cols}, got ${matrix.rows} x ${matrix.cols}`, { argument: name })
    }
  }

  protected pointerOf(scalar: ScalarSlot | number): number {
    if (typeof scalar === 'number') return this.slots.constant(scalar).pointer
    if (!this.slots.owns(scalar)) {
      throw new OptionError(
        `a scalar of a plan must be a number or a slot made by its builder, got ${describe(scalar)}`,
        {
          argument: 'scalar',
        },
      )
    }
    return scalar.pointer
  }

  /** The pointer to `count` cells that ops read one after the other, as `scalars` makes them. */
  protected pointerOfRun(cells: readonly ScalarSlot[], count: number): number {
    const first = this.pointerOf(cells?.[0])
    if (cells.length !== count || cells.some((cell, i) => this.pointerOf(cell) !== first + 8 * i)) {
      throw new OptionError(`cells must be the ${count} scalars that scalars() made together, in order`, {
        argument: 'cells',
      })
    }
    return first
  }

  /** Append one record. */
  protected emit(name: OpName, fields: OpFields, dtype = this.dtype): void {
    if (this.#built)
      throw new OptionError('this plan was built or discarded already; start a new PlanBuilder', { argument: 'plan' })
    const record = new Array<number>(OP_WORDS).fill(0)
    record[Word.code] = 2 * OpCode[name] + (dtype === 'float64' ? 1 : 0)
    for (const [field, value] of Object.entries(fields)) record[Word[field as keyof typeof Word]] = value
    this.words.push(...record)
    this.#notes.push(this.#note)
  }
}
