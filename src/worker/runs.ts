// Runs on the worker's side: frames go out as far as the page has credit for them, and the result when there is one.
import { OptionError } from '../errors.js'
import type { Running } from '../train/run.js'
import type { Reply } from './protocol.js'
import { toWire } from './wire-error.js'

/** What a result becomes on its way. */
type Encode = (result: unknown) => unknown

type AnyRun = Running<readonly [], object> & { setLearningRate?(rate: number): void; checkpoint?(): unknown }

/** Frames in one message at most, so that a message is never large and a page never waits long for its first. */
const BATCH = 16

/** How long a frame waits for company: half a frame of a display, which nobody sees. */
const LINGER_MS = 8

export class HostedRun {
  readonly #id: number
  /** A run that has to be fetched first takes credit and cancellation meanwhile. */
  readonly #run: Promise<AnyRun>
  readonly #send: (reply: Reply) => void
  #credit = 0
  #wake: () => void = () => {}
  #pumping = false
  #cancelled = false

  constructor(id: number, run: AnyRun | Promise<AnyRun>, send: (reply: Reply) => void, encode: Encode) {
    this.#id = id
    this.#send = send
    this.#run = run instanceof Promise ? run : Promise.resolve(run)
    this.#run
      .then((started) => {
        if (this.#cancelled) started.abort()
        return started.finished
      })
      .then(
        (result) => send({ id, done: encode(result) }),
        (error) => send({ id, error: toWire(error) }),
      )
  }

  /** So many more frames; the first credit attaches the iterator, from the first frame on. */
  welcome(frames: number): void {
    this.#credit += frames
    this.#wake()
    if (!this.#pumping) void this.#pump()
  }

  cancel(): void {
    this.#cancelled = true
    this.#run.then(
      (run) => run.abort(),
      () => {},
    )
    this.#wake()
  }

  async call(method: string, [value]: readonly unknown[]): Promise<unknown> {
    const run = await this.#run
    switch (method) {
      case 'pause':
        return run.pause()
      case 'resume':
        return run.resume()
      case 'plan':
        return run.plan
      case 'finish':
        // Asking lifts the back-pressure of whoever iterates.
        return void run.finished.catch(() => {})
      case 'setLearningRate':
        return run.setLearningRate?.(value as number)
      case 'checkpoint':
        if (run.checkpoint !== undefined) return run.checkpoint()
    }
    throw new OptionError(`this run has no '${method}'`, { argument: 'method' })
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    let batch: unknown[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      clearTimeout(timer)
      timer = undefined
      if (batch.length > 0) this.#send({ id: this.#id, frames: batch })
      batch = []
    }
    try {
      for await (const frame of await this.#run) {
        batch.push(frame)
        this.#credit--
        if (batch.length >= BATCH || this.#credit <= 0) flush()
        else timer ??= setTimeout(flush, LINGER_MS)
        while (this.#credit <= 0 && !this.#cancelled) await this.#changed()
        if (this.#cancelled) break
      }
      flush()
      this.#send({ id: this.#id, last: true })
    } catch {
      // The error goes out with the result.
      flush()
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
