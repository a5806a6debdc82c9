// Scalars that may change between steps: float64 cells in linear memory that ops point to.
import type { EngineCore } from '../engine/core.js'
import { DisposedError } from '../errors.js'
import type { Pointer } from '../kernels/kernels.js'

/** A float64 cell that ops read (`alpha`, `beta`) or write (`sumsq`, `dot`). */
export interface ScalarSlot {
  readonly pointer: Pointer
  /** Read or write the cell; writing also updates what was derived from it. */
  value: number
  /** A cell that follows this one through a function whenever this one is written from TypeScript. */
  map(f: (value: number) => number): ScalarSlot
}

const SLOTS_PER_BLOCK = 8

/** Hands out cells from 64-byte blocks, and frees the blocks together. */
export class SlotPool {
  readonly #engine: EngineCore
  readonly #blocks: Pointer[] = []
  readonly #constants = new Map<number, ScalarSlot>()
  readonly #cells = new WeakSet<object>()
  readonly #generation: number
  #used = SLOTS_PER_BLOCK
  #disposed = false

  constructor(engine: EngineCore) {
    this.#engine = engine
    this.#generation = engine.generation
  }

  /** A new cell. */
  scalar(value: number): ScalarSlot {
    if (this.#used === SLOTS_PER_BLOCK) {
      this.#blocks.push(this.#engine.allocate(SLOTS_PER_BLOCK * 8))
      this.#used = 0
    }
    const slot = new Cell(this, this.#blocks[this.#blocks.length - 1] + 8 * this.#used++)
    slot.value = value
    this.#cells.add(slot)
    return slot
  }

  /** Cells one after the other. */
  run(values: readonly number[]): readonly ScalarSlot[] {
    const block = this.#engine.allocate(Math.max(1, values.length) * 8)
    this.#blocks.unshift(block)
    return values.map((value, i) => {
      const slot = new Cell(this, block + 8 * i)
      slot.value = value
      this.#cells.add(slot)
      return slot
    })
  }

  /** Whether a slot was made here. */
  owns(slot: unknown): boolean {
    return typeof slot === 'object' && slot !== null && this.#cells.has(slot)
  }

  /** A cell that nobody changes, shared by all who ask for this value (0 and -0 are told apart). */
  constant(value: number): ScalarSlot {
    if (Object.is(value, -0)) return this.scalar(value)
    let slot = this.#constants.get(value)
    if (slot === undefined) {
      slot = this.scalar(value)
      this.#constants.set(value, slot)
    }
    return slot
  }

  /** The cell at a pointer. @throws {DisposedError} once the plan is gone: the memory may hold something else by now */
  cell(pointer: Pointer): Float64Array {
    if (this.#disposed || this.#generation !== this.#engine.generation) {
      throw new DisposedError('this scalar is gone: its plan was disposed, or its engine was reset', {
        argument: 'slot',
      })
    }
    return new Float64Array(this.#engine.linearMemory.buffer, pointer, 1)
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    if (this.#generation !== this.#engine.generation) return
    for (const block of this.#blocks.splice(0)) this.#engine.free(block)
  }
}

class Cell implements ScalarSlot {
  readonly #pool: SlotPool
  readonly #derived: { slot: ScalarSlot; f: (value: number) => number }[] = []
  readonly pointer: Pointer

  constructor(pool: SlotPool, pointer: Pointer) {
    this.#pool = pool
    this.pointer = pointer
  }

  get value(): number {
    return this.#pool.cell(this.pointer)[0]
  }

  set value(value: number) {
    this.#pool.cell(this.pointer)[0] = value
    for (const { slot, f } of this.#derived) slot.value = f(value)
  }

  map(f: (value: number) => number): ScalarSlot {
    const slot = this.#pool.scalar(f(this.value))
    this.#derived.push({ slot, f })
    return slot
  }
}
