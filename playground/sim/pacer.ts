// When the next frame may be computed: as fast as the screen shows them, not before, and not while the visitor holds the run.
import type { Pace } from './protocol.js'

/** Frames a second at speed 1: what screens show. */
export const FRAMES_A_SECOND = 60
/** A worker that was held up catches up by at most this much. */
const CATCH_UP_MS = 100

export class Pacer {
  #pace: Pace
  /** The clock: at this time, this many frames had been shown. */
  #since = performance.now()
  #shown = 0
  #wake: (() => void) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Frames a second at speed 1. */
  readonly #rate: number

  constructor(pace: Pace, rate = FRAMES_A_SECOND) {
    this.#pace = pace
    this.#rate = rate
  }

  change(pace: Partial<Pace>): void {
    this.#pace = { ...this.#pace, ...pace }
    this.#restart()
  }

  /** Resolves once another frame may come, where there are `frames` already. */
  async turn(frames: number): Promise<void> {
    for (;;) {
      if (frames < this.#pace.frames) return
      let delay: number | undefined
      if (this.#pace.playing) {
        const rate = (this.#rate * this.#pace.speed) / 1000
        const now = performance.now()
        delay = this.#since + (this.#shown + 1) / rate - now
        if (delay <= 0) {
          this.#shown++
          if (delay < -CATCH_UP_MS) this.#restart()
          return
        }
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (delay !== undefined) this.#timer = setTimeout(resolve, delay)
      })
    }
  }

  #restart(): void {
    this.#since = performance.now()
    this.#shown = 0
    clearTimeout(this.#timer)
    this.#wake?.()
    this.#wake = undefined
  }
}
