// How many runs a chunk has: so many that it takes about a second, and fill ensembles. Results do not depend on it.
import { MEMBERS } from './run-ensemble.js'

/** Members of an ensemble come in groups of two vectors. */
const LANES = 8

/** A first chunk is measured, and those after it follow the speed of the last one. */
export class Pace {
  readonly #seconds: number
  readonly #packed: boolean
  readonly #fixed: number | undefined
  #size: number

  /** @param packed whether runs share ensembles */
  constructor(seconds: number, packed: boolean, fixed?: number) {
    this.#seconds = seconds
    this.#packed = packed
    this.#fixed = fixed
    this.#size = fixed ?? (packed ? MEMBERS / 4 : 1)
  }

  /** @param left runs that nobody works on yet; the last ones are shared out among the workers */
  next(left: number, workers: number): number {
    if (this.#fixed !== undefined) return this.#fixed
    const share = Math.ceil(left / (2 * workers))
    if (!this.#packed) return Math.max(1, Math.min(this.#size, share))
    // Small ensembles cost more than workers that wait for the last of them.
    const size = Math.min(this.#size, Math.max(share, MEMBERS / 4))
    // Whole ensembles, or whole vectors of one.
    const unit = size > MEMBERS / 2 ? MEMBERS : LANES
    return Math.ceil(size / unit - 0.5) * unit || unit
  }

  measured(runs: number, seconds: number): void {
    // A chunk that was cut short says less than a whole one.
    if (this.#fixed !== undefined || 2 * runs < this.#size) return
    const wanted = (runs * this.#seconds) / Math.max(seconds, 1e-4)
    this.#size = Math.max(1, Math.round(Math.min(wanted, 8 * this.#size)))
  }
}
