// Scalars that may change between steps: float64 cells in linear memory that ops point to.
import type { EngineCore } from '../engine/core.js'
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
  #used = SLOTS_PER_BLOCK

  constructor(engine: EngineCore) {
    this.#engine = engine
  }

  /** A new cell. */
  scalar(value: number): ScalarSlot {
    if (this.#used === SLOTS_PER_BLOCK) {
      this.#blocks.push(this.#engine.allocate(SLOTS_PER_BLOCK * 8))
      this.#used = 0
    }
    const slot = new Cell(this, this.#engine, this.#blocks[this.#blocks.length - 1] + 8 * this.#used++)
    slot.value = value
    return slot
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

  dispose(): void {
    for (const block of this.#blocks.splice(0)) this.#engine.free(block)
  }
}

class Cell implements ScalarSlot {
  readonly #pool: SlotPool
  readonly #engine: EngineCore
  readonly #derived: { slot: ScalarSlot; f: (value: number) => number }[] = []
  readonly pointer: Pointer

  constructor(pool: SlotPool, engine: EngineCore, pointer: Pointer) {
    this.#pool = pool
    this.#engine = engine
    this.pointer = pointer
  }

  get value(): number {
    return new Float64Array(this.#engine.linearMemory.buffer, this.pointer, 1)[0]
  }

  set value(value: number) {
    new Float64Array(this.#engine.linearMemory.buffer, this.pointer, 1)[0] = value
    for (const { slot, f } of this.#derived) slot.value = f(value)
  }

  map(f: (value: number) => number): ScalarSlot {
    const slot = this.#pool.scalar(f(this.value))
    this.#derived.push({ slot, f })
    return slot
  }
}
