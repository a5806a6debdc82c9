// How many steps a slice takes, so that it lasts about as long as it may: found out while the run goes on. It changes no bits.

/** The steps that a single slice may take. */
const MOST = 2 ** 24

export class Pace {
  readonly #sliceMs: number
  #steps: number

  /** @param flops of a step @param sliceMs the length of a slice in milliseconds */
  constructor(flops: number, sliceMs: number) {
    this.#sliceMs = sliceMs
    // The first slice is short on purpose: nothing is known of the speed yet, and kernels are still being compiled.
    this.#steps = Math.max(1, Math.min(64, Math.floor(1e6 / Math.max(1, flops))))
  }

  /** Steps of the next slice, which may not go beyond `left`. */
  steps(left: number): number {
    return Math.min(this.#steps, left)
  }

  /** Learn from a slice of `count` steps that took `elapsed` milliseconds. */
  learn(count: number, elapsed: number): void {
    // A slice that ends early at a frame says little about the speed of a full one, unless it took its time.
    if (count !== this.#steps && elapsed <= this.#sliceMs) return
    const growth = Math.min(4, this.#sliceMs / Math.max(elapsed, 1e-3))
    this.#steps = Math.max(1, Math.min(MOST, Math.round(count * growth)))
  }
}

/** The step of the next frame: a multiple of `every`, or the last step. */
export function nextFrame(step: number, every: number, steps: number): number {
  return Math.min(steps, (Math.floor(step / every) + 1) * every)
}
