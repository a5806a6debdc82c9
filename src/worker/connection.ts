// The page's side of a port: calls numbered, replies brought to who waits for them, everything failed at once when the worker is gone.
import { DisposedError, OptionError } from '../errors.js'
import { encode } from './encode.js'
import type { Port, Reply, Request } from './protocol.js'
import { fromWire } from './wire-error.js'

/** What a run's messages go to. */
export interface RunListener {
  frames(frames: readonly unknown[]): void
  done(result: unknown): void
  last(): void
  failed(error: Error): void
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
  readonly events: Readonly<Record<string, (...args: readonly unknown[]) => void>>
  readonly stop: () => void
}

/** A run, and what is still to come of it. */
interface Running {
  readonly listener: RunListener
  readonly stop: () => void
  iterating: boolean
  done: boolean
  last: boolean
}

export class Connection {
  readonly #port: Port
  readonly #calls = new Map<number, Waiting>()
  readonly #runs = new Map<number, Running>()
  /** Numbers of objects that were collected here, sent together. */
  #released: number[] = []
  readonly #collected = new FinalizationRegistry<number>((handle) => this.release(handle))
  #next = 1
  #held = false
  #gone: Error | undefined

  constructor(port: Port) {
    this.#port = port
    port.listen((message) => this.#receive(message as Reply))
    // Listening alone keeps no process from ending; a call under way does.
    port.hold?.(false)
  }

  /** The call's number, which is also that of the object that it makes, and a promise of its result as it came. */
  call(method: string, params: readonly unknown[]): { id: number; result: Promise<unknown> } {
    const { id, events, watchSignal, send } = this.#prepare(method, params)
    const result = new Promise<unknown>((resolve, reject) => {
      this.#calls.set(id, { resolve, reject, events, stop: watchSignal() })
    })
    send()
    return { id, result }
  }

  /** Start a run; its signal cancels it. */
  run(method: string, params: readonly unknown[], listener: RunListener): number {
    const { id, watchSignal, send } = this.#prepare(method, params)
    this.#runs.set(id, { listener, stop: watchSignal(), iterating: false, done: false, last: false })
    send()
    return id
  }

  /** So many more frames of a run are welcome. */
  welcome(id: number, credit: number): void {
    const run = this.#runs.get(id)
    if (run !== undefined) run.iterating = true
    this.#hold()
    this.#send({ id, credit })
  }

  cancel(id: number): void {
    this.#send({ id, cancel: true })
  }

  /** Tell the worker when `object` is collected here. */
  watch(object: object, handle: number): void {
    this.#collected.register(object, handle, object)
  }

  unwatch(object: object): void {
    this.#collected.unregister(object)
  }

  /** Nobody here holds an object any longer. */
  release(handle: number): void {
    this.#runs.delete(handle)
    if (this.#released.push(handle) > 1) return
    queueMicrotask(() => {
      this.#send({ release: this.#released })
      this.#released = []
    })
  }

  /** End: every call under way and every later one fails with `error`. */
  close(error: Error): void {
    if (this.#gone !== undefined) return
    this.#gone = error
    for (const { reject, stop } of this.#calls.values()) {
      stop()
      reject(error)
    }
    for (const { listener, stop } of this.#runs.values()) {
      stop()
      listener.failed(error)
    }
    this.#calls.clear()
    this.#runs.clear()
    this.#port.close()
  }

  #prepare(method: string, params: readonly unknown[]) {
    if (this.#gone !== undefined) {
      if (this.#gone instanceof DisposedError) throw this.#gone
      throw new DisposedError(`the worker is gone: ${this.#gone.message}`, { argument: 'worker', cause: this.#gone })
    }
    const { params: encoded, events, signal, transfer } = encode(this, method, params)
    const id = this.#next++
    const cancel = () => this.cancel(id)
    const watchSignal = () => {
      signal?.addEventListener('abort', cancel, { once: true })
      return () => signal?.removeEventListener('abort', cancel)
    }
    const send = () => {
      try {
        this.#port.postMessage({ id, method, params: encoded } satisfies Request, transfer)
      } catch (cause) {
        // Such as an array whose memory was moved elsewhere. Nothing is under way.
        for (const entry of [this.#calls.get(id), this.#runs.get(id)]) entry?.stop()
        this.#calls.delete(id)
        this.#runs.delete(id)
        throw new OptionError(`an argument of ${method} cannot go to a worker: ${(cause as Error).message}`, {
          argument: method,
          cause,
        })
      }
      this.#hold()
    }
    return { id, events, watchSignal, send }
  }

  /** A process may end while nothing is under way, and not before. */
  #hold(): void {
    let held = this.#calls.size > 0
    for (const { iterating, done, last } of this.#runs.values()) held ||= !done || (iterating && !last)
    if (held !== this.#held) this.#port.hold?.(held)
    this.#held = held
  }

  #send(request: Request): void {
    if (this.#gone === undefined) this.#port.postMessage(request)
  }

  #receive(reply: Reply): void {
    const run = this.#runs.get(reply.id)
    if (run !== undefined) this.#receiveOfRun(run, reply)
    else this.#receiveOfCall(reply)
    this.#hold()
  }

  #receiveOfRun(run: Running, reply: Reply): void {
    const { listener, stop } = run
    if ('frames' in reply) listener.frames(reply.frames)
    else if ('last' in reply) {
      run.last = true
      listener.last()
    } else if ('done' in reply || 'error' in reply) {
      run.done = true
      stop()
      if ('done' in reply) listener.done(reply.done)
      else {
        run.last = true
        listener.failed(fromWire(reply.error))
      }
    }
  }

  #receiveOfCall(reply: Reply): void {
    const call = this.#calls.get(reply.id)
    if (call === undefined) return
    if ('event' in reply) {
      call.events[reply.event]?.(...reply.params)
      return
    }
    this.#calls.delete(reply.id)
    call.stop()
    if ('error' in reply) call.reject(fromWire(reply.error))
    else if ('result' in reply) call.resolve(reply.result)
  }
}
