// A run as its user holds it: frames to iterate over, a promise of the result. The run starts by itself at the next turn of the
// event loop; an iterator that attaches sees every frame from the first, and slows the run down to its own pace.
import type { Probe } from '../probe/probe.js'
import type { Frame, History } from './history.js'
import { pause } from './pause.js'

/** A run in progress. Iterate over it for frames, or await `finished`. */
export interface Running<P extends readonly Probe[], R> extends AsyncIterable<Frame<P>> {
  /**
   * The result. Rejects only if a probe or an event throws or the engine fails; divergence and abortion are results. Asked for while
   * somebody iterates, it lifts the back-pressure, since the run could not end otherwise.
   */
  readonly finished: Promise<R>
  /** Ops, shapes, flops and bytes of one training step, or of one evaluation of the slopes of a flow. */
  readonly plan: string
  /** End after the current slice, with status `'aborted'`. */
  abort(): void
  /** Stop after the current slice until `resume`. Asking for `finished` meanwhile waits. */
  pause(): void
  resume(): void
  readonly paused: boolean
}

/** What a loop yields between slices. */
export interface Slice {
  readonly step: number
}

/** What a run drives: work in slices, with a history of frames and a result. */
export interface Loop<P extends readonly Probe[], R> {
  readonly history: History<P>
  readonly plan: { toString(): string }
  readonly aborted: boolean
  abort(): void
  dispose(): void
  run(): Generator<Slice, R, boolean | undefined>
}

/** Run a loop to its end without an event loop. */
export function runToEnd<P extends readonly Probe[], R>(loop: Loop<P, R>): R {
  try {
    const slices = loop.run()
    for (;;) {
      // Nobody else has a turn in between.
      const slice = slices.next(true)
      if (slice.done) return slice.value
    }
  } finally {
    loop.dispose()
  }
}

/** How many frames a run may be ahead of its iterator. */
const AHEAD = 64

export class Run<P extends readonly Probe[], R> implements Running<P, R> {
  readonly plan: string
  readonly #loop: Loop<P, R>
  #paused = false
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = () => this.abort()
  readonly #result: Promise<R>
  /** Frames that each attached iterator has taken; the slowest sets the pace. */
  readonly #cursors = new Set<{ taken: number }>()
  /** Set once somebody inside an iteration waits for the end: holding back then would be a deadlock. */
  #hurry = false
  #done = false
  /** Wakes whoever waits for the other side: the iterator for a frame, or the loop for a taken one. */
  #wake: () => void = () => {}
  #changed: Promise<void> = Promise.resolve()

  constructor(loop: Loop<P, R>, signal: AbortSignal | undefined) {
    this.#loop = loop
    this.#signal = signal
    this.plan = loop.plan.toString()
    if (signal?.aborted) loop.abort()
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#arm()
    this.#result = this.#drive()
  }

  get finished(): Promise<R> {
    if (this.#cursors.size > 0) {
      this.#hurry = true
      this.#signalChange()
    }
    return this.#result
  }

  abort(): void {
    this.#loop.abort()
    this.#signalChange()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#signalChange()
  }

  get paused(): boolean {
    return this.#paused
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame<P>, void> {
    // Whoever iterates learns of a failure here; `finished` need not be watched as well.
    this.#result.catch(() => {})
    const { frames } = this.#loop.history
    let next = 0
    const cursor = { taken: 0 }
    this.#cursors.add(cursor)
    let left = true
    try {
      for (;;) {
        while (next < frames.length) {
          cursor.taken = next + 1
          this.#signalChange()
          yield frames[next++]
        }
        if (this.#done) break
        await this.#changed
      }
      left = false
      await this.#result
    } finally {
      this.#cursors.delete(cursor)
      if (left) this.abort()
    }
  }

  async #drive(): Promise<R> {
    try {
      await pause()
      while (this.#mustWait(0)) await this.#changed
      const slices = this.#loop.run()
      let seen = 0
      for (;;) {
        // An iterator's body may have written to the weights; without one nobody was told of the frame.
        const slice = slices.next(this.#cursors.size === 0)
        if (this.#loop.history.frames.length !== seen) {
          seen = this.#loop.history.frames.length
          this.#signalChange()
        }
        if (slice.done) return slice.value
        await pause()
        while (this.#mustWait(seen)) await this.#changed
      }
    } finally {
      this.#done = true
      this.#signal?.removeEventListener('abort', this.#onAbort)
      this.#loop.dispose()
      this.#signalChange()
    }
  }

  #mustWait(seen: number): boolean {
    if (this.#loop.aborted) return false
    if (this.#paused) return true
    if (this.#hurry) return false
    let least = Number.POSITIVE_INFINITY
    for (const { taken } of this.#cursors) least = Math.min(least, taken)
    return seen - least >= AHEAD
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
