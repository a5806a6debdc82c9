// A job on a server as its client holds it: frames to iterate over, a result to wait for.
import { FormatError, IoError } from '../errors.js'
import { fieldsOf, frameIndex, parse } from './answers.js'
import { type Endpoint, request } from './http.js'
import { lines } from './lines.js'

/** A recorded quantity. */
export interface RemoteColumn {
  readonly length: number
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** The outcome of a training run. */
export interface RunResult {
  readonly status: 'completed' | 'converged' | 'diverged' | 'aborted'
  readonly steps: number
  readonly time: number
  readonly seconds: number
  readonly stepsPerSecond: number
  readonly gflops: number
  /** Everything recorded, by probe name, with `step` and `time`. */
  readonly columns: Readonly<Record<string, RemoteColumn>>
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: Float64Array }[]
  readonly divergence?: Readonly<Record<string, unknown>>
}

/** The forms that results come in as files; `npz` and `safetensors` are those of runs. */
export type DownloadFormat = 'npz' | 'safetensors' | 'svg' | 'html'

/** A job under way. Iterate over it for frames, or await `finished`; both may be done, in any order, more than once. */
export interface RemoteJob<Result> extends AsyncIterable<Readonly<Record<string, unknown>>> {
  readonly id: string
  /** The result. Rejects with what the job failed of, or an IoError if it was cancelled. */
  readonly finished: Promise<Result>
  /** The result as a file: of a run as arrays, of any job as a figure or a page with figure and data. */
  download(format: DownloadFormat): Promise<Uint8Array>
  cancel(): Promise<void>
}

/** How often a broken stream of frames is taken up again where it was. */
const RECONNECTS = 5

export class Job<Result> implements RemoteJob<Result> {
  readonly id: string
  readonly #endpoint: Endpoint
  readonly #read: (result: unknown) => Result
  readonly #signal: AbortSignal | undefined
  /** A signal outlives many jobs: one that has ended listens no longer. */
  readonly #leave: () => void
  #finished: Promise<Result> | undefined

  constructor(endpoint: Endpoint, id: string, read: (result: unknown) => Result, signal: AbortSignal | undefined) {
    this.#endpoint = endpoint
    this.id = id
    this.#read = read
    this.#signal = signal
    const cancel = () => void this.cancel().catch(() => {})
    this.#leave = () => signal?.removeEventListener('abort', cancel)
    if (signal?.aborted) cancel()
    else signal?.addEventListener('abort', cancel, { once: true })
  }

  get finished(): Promise<Result> {
    this.#finished ??= this.#wait()
    return this.#finished
  }

  async cancel(): Promise<void> {
    await request(this.#endpoint, `/jobs/${this.id}`, { method: 'DELETE' })
  }

  async download(format: DownloadFormat): Promise<Uint8Array> {
    await this.finished
    const response = await request(this.#endpoint, `/jobs/${this.id}/result.${format}`)
    return new Uint8Array(await response.arrayBuffer())
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Readonly<Record<string, unknown>>, void> {
    for await (const message of this.#messages()) if (message.type === 'frame') yield message
  }

  async #wait(): Promise<Result> {
    let end: Readonly<Record<string, unknown>> | undefined
    // From beyond the last frame: only the end is told.
    for await (const message of this.#messages(Number.MAX_SAFE_INTEGER)) end = message
    if (end?.status === 'cancelled') {
      this.#signal?.throwIfAborted()
      throw new IoError(`job ${this.id} was cancelled`, { argument: 'job' })
    }
    const response = await request(this.#endpoint, `/jobs/${this.id}/result.json`)
    return this.#read(parse(await response.text()))
  }

  /** Everything that the job says from frame `from` on; a connection that breaks is made again. */
  async *#messages(from = 0): AsyncGenerator<Readonly<Record<string, unknown>>, void> {
    let next = from
    for (let attempt = 0; ; attempt++) {
      const response = await request(this.#endpoint, `/jobs/${this.id}/frames?from=${next}`)
      try {
        for await (const line of lines(response)) {
          const message = fieldsOf(parse(line))
          if (message.type === 'frame') {
            next = frameIndex(message, next) + 1
            attempt = 0
          }
          if (message.type === 'end') this.#leave()
          yield message
          if (message.type === 'end') return
        }
      } catch (error) {
        // What is no frame will be none the next time.
        if (error instanceof FormatError) throw error
        if (attempt >= RECONNECTS)
          throw new IoError(`the connection broke ${attempt} times`, { argument: 'url', cause: error })
      }
      if (attempt >= RECONNECTS) throw new IoError('the stream of frames ended before the job did', { argument: 'url' })
    }
  }
}
