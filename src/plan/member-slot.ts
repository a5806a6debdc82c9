// A scalar of an ensemble: a float64 cell a member, in the order of the members, filled up to whole groups.
import type { EngineCore } from '../engine/core.js'
import type { Pointer } from '../kernels/kernels.js'
import type { ScalarSlot, SlotPool } from './slot.js'

/** Cells of all members. `value` is member 0's; writing it writes all. */
export class MemberSlot implements ScalarSlot {
  readonly pointer: Pointer
  readonly members: number
  readonly #engine: EngineCore
  readonly #pool: SlotPool
  readonly #cells: number
  readonly #make: (value: number) => MemberSlot
  readonly #derived: { slot: MemberSlot; f: (value: number) => number }[] = []

  /**
   * @param cells how many there are, at least `members`: the rest follows the last member
   * @param make a new slot of the same plan
   * @internal
   */
  constructor(
    engine: EngineCore,
    pool: SlotPool,
    pointer: Pointer,
    members: number,
    cells: number,
    make: (value: number) => MemberSlot,
  ) {
    this.#engine = engine
    this.#pool = pool
    this.pointer = pointer
    this.members = members
    this.#cells = cells
    this.#make = make
  }

  get value(): number {
    return this.#view()[0]
  }

  set value(value: number) {
    this.#view().fill(value)
    for (const { slot, f } of this.#derived) slot.value = f(value)
  }

  /** A copy of the values of all members. */
  get values(): Float64Array {
    return this.#view().slice(0, this.members)
  }

  /** Write a value a member, and what was derived from each. */
  set values(values: ArrayLike<number>) {
    const view = this.#view()
    for (let i = 0; i < view.length; i++) view[i] = values[Math.min(i, this.members - 1)]
    for (const { slot, f } of this.#derived) slot.values = Float64Array.from(values, f)
  }

  map(f: (value: number) => number): MemberSlot {
    const slot = this.#make(0)
    slot.values = this.values.map(f)
    this.#derived.push({ slot, f })
    return slot
  }

  #view(): Float64Array {
    this.#pool.cell(this.pointer) // throws when the plan is gone
    return new Float64Array(this.#engine.linearMemory.buffer, this.pointer, this.#cells)
  }
}
