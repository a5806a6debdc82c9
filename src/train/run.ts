// A run as its user holds it: frames to iterate over, a promise of the result. The run starts by itself at the next turn of the
// event loop; an iterator that attaches sees every frame from the first, and slows the run down to its own pace.
import type { Probe } from '../probe/probe.js'
import type { Frame } from './history.js'
import type { TrainingLoop, TrainingResult } from './loop.js'
import { pause } from './pause.js'

/** A training run in progress. Iterate over it for frames, or await `finished`. */
export interface TrainingRun<P extends readonly Probe[] = readonly Probe[]> extends AsyncIterable<Frame<P>> {
  /** The result. Rejects only if a probe throws or the engine fails; divergence and abortion are results. */
  readonly finished: Promise<TrainingResult<P>>
  /** Ops, shapes, flops and bytes of one training step. */
  readonly plan: string
  /** End after the current slice, with status `'aborted'`. */
  abort(): void
}

/** How many frames a run may be ahead of its iterator. */
const AHEAD = 64

export class Run<P extends readonly Probe[]> implements TrainingRun<P> {
  readonly finished: Promise<TrainingResult<P>>
  readonly plan: string
  readonly #loop: TrainingLoop<P>
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = () => this.abort()
  /** Frames taken by the iterator; undefined while there is none. */
  #taken: number | undefined
  #done = false
  /** Wakes whoever waits for the other side: the iterator for a frame, or the loop for a taken one. */
  #wake: () => void = () => {}
  #changed: Promise<void> = Promise.resolve()

  constructor(loop: TrainingLoop<P>, signal: AbortSignal | undefined) {
    this.#loop = loop
    this.#signal = signal
    this.plan = loop.plan.toString()
    if (signal?.aborted) loop.abort()
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#arm()
    this.finished = this.#drive()
  }

  abort(): void {
    this.#loop.abort()
    this.#signalChange()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame<P>, void> {
    // Whoever iterates learns of a failure here; `finished` need not be watched as well.
    this.finished.catch(() => {})
    const { frames } = this.#loop.history
    let next = 0
    this.#taken = 0
    let left = true
    try {
      for (;;) {
        while (next < frames.length) {
          this.#taken = next + 1
          this.#signalChange()
          yield frames[next++]
        }
        if (this.#done) break
        await this.#changed
      }
      left = false
      await this.finished
    } finally {
      this.#taken = undefined
      if (left) this.abort()
    }
  }

  async #drive(): Promise<TrainingResult<P>> {
    try {
      await pause()
      const slices = this.#loop.run()
      let seen = 0
      for (;;) {
        const slice = slices.next()
        if (this.#loop.history.frames.length !== seen) {
          seen = this.#loop.history.frames.length
          this.#signalChange()
        }
        if (slice.done) return slice.value
        await pause()
        while (this.#taken !== undefined && seen - this.#taken >= AHEAD && !this.#loop.aborted) await this.#changed
      }
    } finally {
      this.#done = true
      this.#signal?.removeEventListener('abort', this.#onAbort)
      this.#loop.dispose()
      this.#signalChange()
    }
  }

  #arm(): void {
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #signalChange(): void {
    this.#wake()
    this.#arm()
  }
}
