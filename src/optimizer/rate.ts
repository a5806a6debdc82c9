// The learning rate of a run: a schedule that may be replaced while the run goes on, and the slots that carry it into plans.
import { checkNumber } from '../check.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'
import type { Schedule } from './schedule.js'
import { constant } from './schedule.js'

/** A learning rate that plans read. */
export class Rate {
  #schedule: Schedule
  /** Of plans that are still there: a run has one plan after the other. */
  readonly #slots = new Set<ScalarSlot>()

  constructor(schedule: Schedule) {
    this.#schedule = schedule
  }

  get schedule(): Schedule {
    return this.#schedule
  }

  /** The rate of a step. */
  at(step: number): number {
    return this.#schedule.at(step)
  }

  /** The slot of the rate in a plan; where it is not constant, of the step that runs. */
  emit(p: PlanBuilder): ScalarSlot {
    const { constant } = this.#schedule
    if (constant === undefined) return p.note('learning rate').rate((step, row) => void (row[0] = this.at(step)))
    const slot = p.rate(constant)
    this.#slots.add(slot)
    p.own({ dispose: () => void this.#slots.delete(slot) })
    return slot
  }

  /** The slot of `factor` times an emitted rate. */
  times(p: PlanBuilder, rate: ScalarSlot, factor: number): ScalarSlot {
    return this.#schedule.constant === undefined ? p.slotAxpy(factor, rate, 0) : rate.map((value) => factor * value)
  }

  /** The slot of the square of an emitted rate. */
  square(p: PlanBuilder, rate: ScalarSlot): ScalarSlot {
    return this.#schedule.constant === undefined ? p.slotAxpy(rate, rate, 0) : rate.map((value) => value * value)
  }

  /**
   * Learn at another rate from the next stretch of steps on.
   * @throws {RangeArgError|DTypeError} not a positive number; the rate is then what it was
   */
  set(rate: number): void {
    this.#schedule = constant(checkNumber(rate, 'learningRate', { above: 0 }))
    for (const slot of this.#slots) slot.value = rate
  }
}
