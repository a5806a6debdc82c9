// A run in the worker as a page holds it: the same to iterate over and to wait for as one in the page's own thread.

import { DisposedError } from '../errors.js'
import type { Probe } from '../probe/probe.js'
import type { Checkpoint } from '../train/checkpoint.js'
import type { Frame } from '../train/history.js'
import type { Connection } from './connection.js'
import { nameHandle } from './handle.js'
import { CREDIT } from './protocol.js'
import { receive } from './remote.js'

/** A run in a worker. Iterate over it for frames, or await `finished`. */
export interface RemoteRun<P extends readonly Probe[], Result> extends AsyncIterable<Frame<P>> {
  /** The result; asked for while somebody iterates, it lifts the back-pressure. */
  readonly finished: Promise<Result>
  /** Ops, shapes, flops and bytes of one step. */
  plan(): Promise<string>
  /** End after the current slice, with status `'aborted'`. */
  abort(): void
  /** Stop after the current slice until `resume`. */
  pause(): Promise<void>
  resume(): Promise<void>
}

/** A training run in a worker. */
export interface RemoteTrainingRun<P extends readonly Probe[], Result> extends RemoteRun<P, Result> {
  /** Learn at this rate from the next slice on. */
  setLearningRate(rate: number): Promise<void>
  /** The state of the run after its last slice, for `resume`. */
  checkpoint(): Promise<Checkpoint>
}

export class RunHandle<P extends readonly Probe[], Result> implements RemoteTrainingRun<P, Result> {
  readonly #connection: Connection
  readonly #id: number
  readonly #inbox: Inbox
  readonly #result: Promise<Result>
  #iterating = false

  constructor(connection: Connection, method: string, params: readonly unknown[]) {
    this.#connection = connection
    // The connection knows the inbox, never the handle: one that nobody holds is collected, and its run released.
    const inbox = new Inbox()
    this.#inbox = inbox
    const { promise, resolve, reject } = deferred<Result>()
    this.#result = promise
    this.#id = connection.run(method, params, {
      frames: (frames) => inbox.push(frames),
      done: (result) => resolve(receive(connection, result) as Result),
      last: () => inbox.end(),
      failed(error) {
        inbox.end()
        reject(error)
      },
    })
    connection.watch(nameHandle(this, connection, this.#id), this.#id)
  }

  get finished(): Promise<Result> {
    if (this.#iterating) void this.#call('finish').catch(() => {})
    return this.#result
  }

  abort(): void {
    this.#connection.cancel(this.#id)
  }

  plan(): Promise<string> {
    return this.#call('plan') as Promise<string>
  }

  pause(): Promise<void> {
    return this.#call('pause') as Promise<void>
  }

  resume(): Promise<void> {
    return this.#call('resume') as Promise<void>
  }

  setLearningRate(rate: number): Promise<void> {
    return this.#call('setLearningRate', rate) as Promise<void>
  }

  checkpoint(): Promise<Checkpoint> {
    return this.#call('checkpoint') as Promise<Checkpoint>
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame<P>, void> {
    if (this.#iterating) throw new DisposedError('the frames of a run in a worker can be iterated over once')
    this.#iterating = true
    this.#result.catch(() => {})
    this.#connection.welcome(this.#id, CREDIT)
    let taken = 0
    let left = true
    try {
      for await (const frame of this.#inbox.frames()) {
        yield frame as Frame<P>
        // Asked for in halves, so that frames are on their way while others are drawn.
        if (++taken === CREDIT / 2) {
          this.#connection.welcome(this.#id, taken)
          taken = 0
        }
      }
      left = false
      await this.#result
    } finally {
      if (left) this.abort()
    }
  }

  #call(name: string, ...given: readonly unknown[]): Promise<unknown> {
    return this.#connection.call('run', [this.#id, name, ...given]).result
  }
}

/** Frames that have come and were not taken yet. */
class Inbox {
  readonly #waiting: unknown[] = []
  #ended = false
  #wake: () => void = () => {}

  push(frames: readonly unknown[]): void {
    this.#waiting.push(...frames)
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async *frames(): AsyncGenerator<unknown, void> {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift()
      if (this.#ended) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  return { promise, resolve, reject }
}
