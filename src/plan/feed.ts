// What TypeScript tells each step of a plan: values that depend on the number of the step alone, written into tables before a stretch
// of steps runs, and read there row by row. One mechanism carries schedules, the indices of minibatches and injected noise; the steps
// themselves never leave the executor.
import { checkInteger } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import type { Pointer } from '../kernels/kernels.js'
import type { PlanBuilder } from './builder.js'
import type { ScalarSlot } from './slot.js'

/** Bytes of a table, and steps that it holds at most. */
const TABLE_BYTES = 2 ** 18
const MOST_STEPS = 4096

/** Fills the row of one step, which holds zeros. */
export type FillRow<T> = (step: number, row: T) => void

type Row = Float64Array | Float32Array | Int32Array

/** The constructor of a kind of row. */
interface RowView<T extends Row> {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): T
  new (buffer: ArrayBuffer, pointer: Pointer, length: number): T
}

interface Table {
  readonly pointer: Pointer
  readonly steps: number
  fill(from: number, count: number): void
}

/** A table of int32 that `PlanBuilder.gather` reads, one row a step. */
export interface IndexTable {
  readonly pointer: Pointer
  /** Indices a step. */
  readonly count: number
  /** Every index is below this: the least number of columns that it is used on. */
  limit: number
  /** Where each group of members of an ensemble draws its own: bytes from a group's indices to the next's. */
  readonly groupBytes?: number
}

/** The tables of one plan. Made by `PlanBuilder.feed`. */
export class StepFeed {
  /** The number of the step that runs, from 0. */
  readonly step: ScalarSlot
  /** The row of the tables that belongs to it. */
  readonly cursor: ScalarSlot
  readonly #p: PlanBuilder
  readonly #engine: EngineCore
  readonly #tables: Table[] = []
  readonly #generation: number
  #most = MOST_STEPS

  /** @internal Use `PlanBuilder.feed`. */
  constructor(p: PlanBuilder) {
    this.#p = p
    this.#engine = p.engine
    this.#generation = p.engine.generation
    this.step = p.scalar(0)
    this.cursor = p.scalar(0)
  }

  /** Numbers a step, as slots that hold those of the step that runs from here on in the plan. */
  scalars(count: number, fill: FillRow<Float64Array>): readonly ScalarSlot[] {
    checkInteger(count, 'count', { min: 1 })
    const table = this.#table(count, Float64Array as RowView<Float64Array>, fill)
    const slots = this.#p.scalars(count)
    this.#p.row(table.pointer, slots, this.cursor)
    return slots
  }

  /** A matrix a step; the result is a temporary of the plan. */
  matrix(rows: number, cols: number, fill: FillRow<Float64Array | Float32Array>): Matrix {
    const { dtype } = this.#p
    checkInteger(rows, 'rows', { min: 1 })
    checkInteger(cols, 'cols', { min: 1 })
    const size = rows * cols
    const View = dtype === 'float64' ? Float64Array : Float32Array
    const table = this.#table(size, View as RowView<Float64Array | Float32Array>, fill)
    const out = this.#p.temporary(rows, cols)
    this.#p.row(table.pointer, out, this.cursor)
    return out
  }

  /** Indices a step, for `PlanBuilder.gather`. */
  indices(count: number, fill: FillRow<Int32Array>): IndexTable {
    return this.#indices(count, undefined, fill)
  }

  /** Indices a step and group of members: `fill` writes all groups one after the other, `count` for each. @internal */
  groupIndices(count: number, groups: number, fill: FillRow<Int32Array>): IndexTable {
    return this.#indices(count, groups, fill)
  }

  #indices(count: number, groups: number | undefined, fill: FillRow<Int32Array>): IndexTable {
    checkInteger(count, 'count', { min: 1 })
    const checked: FillRow<Int32Array> = (step, row) => {
      fill(step, row)
      const odd = row.find((index) => !(index >= 0 && index < table.limit))
      if (odd === undefined) return
      throw new RangeArgError(`the indices of step ${step} must be from 0 to ${table.limit - 1}, got ${odd}`, {
        argument: 'indices',
      })
    }
    const { pointer, steps } = this.#table(count, Int32Array as RowView<Int32Array>, checked, groups)
    const groupBytes = 4 * count * steps
    const table: IndexTable = { pointer, count, limit: 2 ** 31, ...(groups === undefined ? {} : { groupBytes }) }
    return table
  }

  /** Write the rows of the steps from `from` on. @returns how many steps the tables hold, at most `count` @internal */
  prepare(from: number, count: number): number {
    const steps = Math.min(count, this.#most)
    for (const table of this.#tables) table.fill(from, steps)
    this.step.value = from
    this.cursor.value = 0
    return steps
  }

  /** Emit what ends a step. @internal */
  emitTick(p: PlanBuilder): void {
    p.note('next step')
    p.slotAxpy(1, this.step, 1, this.step)
    p.slotAxpy(1, this.cursor, 1, this.cursor)
  }

  dispose(): void {
    if (this.#generation !== this.#engine.generation) return
    for (const { pointer } of this.#tables.splice(0)) this.#engine.free(pointer)
  }

  get #buffer(): ArrayBuffer {
    return this.#engine.linearMemory.buffer
  }

  /** @param groups what `fill` writes is cut into so many tables of `length` a step, one after the other */
  #table<T extends Row>(length: number, View: RowView<T>, fill: FillRow<T>, groups = 1): Table {
    const rowBytes = groups * length * View.BYTES_PER_ELEMENT
    const steps = Math.max(1, Math.min(MOST_STEPS, Math.floor(TABLE_BYTES / rowBytes)))
    const pointer = this.#engine.allocate(steps * rowBytes)
    // The row that `fill` sees is no part of linear memory: a view of that would die if `fill` made a matrix and memory grew.
    const row = new View(groups * length)
    let rows: T | undefined
    const table: Table = {
      pointer,
      steps,
      fill: (from, count) => {
        for (let i = 0; i < count; i++) {
          row.fill(0)
          fill(from + i, row)
          if (rows === undefined || rows.length === 0) rows = new View(this.#buffer, pointer, groups * steps * length)
          if (groups === 1) rows.set(row, i * length)
          else {
            for (let group = 0; group < groups; group++) {
              rows.set(row.subarray(group * length, (group + 1) * length) as T, (group * steps + i) * length)
            }
          }
        }
      },
    }
    this.#tables.push(table)
    this.#most = Math.min(this.#most, steps)
    return table
  }
}
