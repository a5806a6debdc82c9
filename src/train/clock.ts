// How far a run is: the number of its step, and the time, which is that number times the learning rate, or the sum of the rates of all steps.
// It is the same to the bit however the run was cut into slices, stopped, resumed or taken back.
import type { Rate } from '../optimizer/rate.js'
import type { Schedule } from '../optimizer/schedule.js'
import type { Resumption } from './checkpoint.js'

/** A moment of a run, to go back to. */
export interface Moment {
  readonly step: number
  readonly sum: number
}

export class Clock {
  /** What the optimizer was made with, and what the run goes by. */
  readonly #schedule: Schedule
  readonly #rate: Rate
  #step = 0
  /** The sum of the learning rates of the steps, one after the other; unused while `#constant` says it all. */
  #sum = 0
  /** Set where the steps before this run were at other rates than its schedule says. */
  #changed = false

  constructor(schedule: Schedule, rate: Rate) {
    this.#schedule = schedule
    this.#rate = rate
  }

  /** Steps done. */
  get step(): number {
    return this.#step
  }

  /** A product, or a sum step by step. */
  get time(): number {
    const constant = this.#constant
    return constant === undefined ? this.#sum : constant * this.#step
  }

  /** The learning rate of the next step. */
  get learningRate(): number {
    return this.rateOf(this.#step)
  }

  /** The learning rate of a step. */
  rateOf(step: number): number {
    return this.#rate.at(step)
  }

  /** Whether `setLearningRate` has taken the place of the optimizer's schedule. */
  get replaced(): boolean {
    return this.#rate.schedule !== this.#schedule
  }

  /** The learning rate where it has been one number from step 0 on. */
  get #constant(): number | undefined {
    return this.replaced || this.#changed ? undefined : this.#schedule.constant
  }

  /**
   * Go by another rate from here on.
   * @throws {RangeArgError|DTypeError} not a positive number; the rate is then what it was
   */
  setLearningRate(rate: number): void {
    const { time } = this
    this.#rate.set(rate)
    this.#sum = time
  }

  /** Count steps that were run. */
  pass(count: number): void {
    if (this.#constant === undefined) {
      for (let step = this.#step; step < this.#step + count; step++) this.#sum += this.#rate.at(step)
    }
    this.#step += count
  }

  /** Stand where a checkpoint does. */
  resume({ step, time, learningRate }: Resumption): void {
    if (learningRate !== undefined) this.#rate.set(learningRate)
    this.#step = step
    this.#sum = time
    this.#changed = this.#constant !== undefined && this.#constant * step !== time
  }

  /** This moment, to go back to while the rate is the same. */
  mark(): Moment {
    return { step: this.#step, sum: this.#sum }
  }

  /** Take back the steps since a moment. */
  back({ step, sum }: Moment): void {
    this.#step = step
    this.#sum = sum
  }
}
