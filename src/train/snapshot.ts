// The last state of a run that is known to be finite, to go back to: taken again now and then, so that going back costs little.
import type { TypedArray } from '../engine/matrix.js'
import type { StatePart } from '../network/network.js'
import type { Moment } from './clock.js'

/** The steps of replay that a divergence may cost, in milliseconds of training. */
const MOST_MS = 50

const START: Moment = { step: 0, sum: 0 }

export class Snapshot {
  readonly #state: readonly StatePart[]
  readonly #copies: readonly TypedArray[]
  #moment: Moment
  /** Milliseconds of training since. */
  #age = 0

  constructor(state: readonly StatePart[], moment: Moment = START) {
    this.#state = state
    this.#copies = state.map(({ matrix }) => matrix.toArray())
    this.#moment = moment
  }

  /** When it was taken. */
  get moment(): Moment {
    return this.#moment
  }

  /** Count milliseconds of training. */
  grow(elapsed: number): void {
    this.#age += elapsed
  }

  /** What comes is no replay from here any more: another rate, another task, weights that were written to. */
  outdate(): void {
    this.#age = Infinity
  }

  /** Take it again if it is too old. */
  renew(now: Moment): void {
    if (this.#age <= MOST_MS) return
    this.#state.forEach(({ matrix }, i) => {
      this.#copies[i].set(matrix.view())
    })
    this.#moment = now
    this.#age = 0
  }

  /** Put the state back. */
  restore(): void {
    this.#state.forEach(({ matrix }, i) => {
      matrix.view().set(this.#copies[i])
    })
  }
}
