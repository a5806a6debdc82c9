// How many runs a chunk has: so many that it takes about half a second. Results do not depend on it.

/** A first chunk is measured, and those after it follow the speed of the last one. */
export class Pace {
  readonly #seconds: number
  readonly #fixed: number | undefined
  #size: number

  /** @param first runs of the first chunk */
  constructor(seconds: number, first: number, fixed?: number) {
    this.#seconds = seconds
    this.#fixed = fixed
    this.#size = fixed ?? first
  }

  /** @param left runs that nobody works on yet; the last ones are shared out among the workers */
  next(left: number, workers: number): number {
    if (this.#fixed !== undefined) return this.#fixed
    return Math.max(1, Math.min(this.#size, Math.ceil(left / (2 * workers))))
  }

  measured(runs: number, seconds: number): void {
    // A chunk that was cut short says less than a whole one.
    if (this.#fixed !== undefined || 2 * runs < this.#size) return
    const wanted = (runs * this.#seconds) / Math.max(seconds, 1e-4)
    this.#size = Math.max(1, Math.round(Math.min(wanted, 8 * this.#size)))
  }
}
