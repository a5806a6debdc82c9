// The worker's side: one engine, the objects that the page holds of it, the runs under way. Calls are made in the order in which they come; one
// that waits for a promise lets the next ones begin.
import { OptionError } from '../errors.js'
import { createEngine, type Engine, type EngineOptions } from '../index.js'
import { cook, findMethod } from './methods.js'
import { Objects } from './objects.js'
import type { Port, Reply, Request } from './protocol.js'
import { HostedRun } from './runs.js'
import { toWire } from './wire-error.js'

export class Host {
  readonly #port: Port
  readonly #objects = new Objects()
  readonly #runs = new Map<number, HostedRun>()
  /** The signals of calls under way. */
  readonly #pending = new Map<number, AbortController>()
  #engine: Promise<Engine> | undefined

  constructor(port: Port) {
    this.#port = port
    port.listen((message) => this.#receive(message as Request))
  }

  #receive(request: Request): void {
    if ('release' in request) {
      this.#objects.release(request.release)
      for (const id of request.release) this.#runs.delete(id)
    } else if ('credit' in request) this.#runs.get(request.id)?.welcome(request.credit)
    else if ('cancel' in request) {
      this.#runs.get(request.id)?.cancel()
      this.#pending.get(request.id)?.abort()
    } else void this.#answer(request.id, request.method, request.params)
  }

  async #answer(id: number, method: string, params: readonly unknown[]): Promise<void> {
    const controller = new AbortController()
    this.#pending.set(id, controller)
    try {
      // The engine comes first; until then calls wait for it in their order.
      const engine = method === 'createEngine' ? await this.#start(params[0]) : await this.#engine
      if (engine === undefined) throw new OptionError('the worker has no engine yet', { argument: 'engine' })
      const given = params.map((value) => this.#decode(value, id, controller))
      const result = this.#call(engine, id, method, given)
      if (result === RUNNING) return
      const value = this.#objects.encode(result instanceof Promise ? await result : result, id)
      this.#reply({ id, result: value }, isCopy(method, given) ? buffersOf(value) : [])
    } catch (error) {
      this.#reply({ id, error: toWire(error) })
    } finally {
      this.#pending.delete(id)
    }
  }

  #call(engine: Engine, id: number, method: string, given: readonly unknown[]): unknown {
    if (method === 'createEngine') return { info: engine.info, memory: { budgetBytes: engine.memory.budgetBytes } }
    if (method === 'object') {
      const [object, name, ...rest] = given
      return this.#objects.call(object as number, String(name), rest)
    }
    if (method === 'run') {
      const [run, name, ...rest] = given
      const hosted = this.#runs.get(run as number)
      if (hosted === undefined) throw new OptionError('this run is gone', { argument: 'run' })
      return hosted.call(String(name), rest)
    }
    const found = findMethod(method)
    if (found.kind === 'engine') return (engine as unknown as Record<string, Method>)[found.name](...given)
    if (found.kind === 'create') return found.call(engine, ...given)
    if (found.kind === 'call') return found.call(...given)
    const run = found.kind === 'configured' ? found.call(engine, ...given) : found.call(...given)
    this.#runs.set(
      id,
      new HostedRun(
        id,
        run as ConstructorParameters<typeof HostedRun>[1],
        (reply) => this.#reply(reply),
        (result) => this.#objects.encode(result),
      ),
    )
    return RUNNING
  }

  #start(options: unknown): Promise<Engine> {
    if (this.#engine !== undefined) throw new OptionError('this worker has its engine already', { argument: 'engine' })
    this.#engine = createEngine(options as EngineOptions | undefined)
    // Every call that waits for it says so.
    this.#engine.catch(() => {})
    return this.#engine
  }

  /** Tokens become what they stand for. */
  #decode(value: unknown, id: number, controller: AbortController): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    if (Array.isArray(value)) return value.map((item) => this.#decode(item, id, controller))
    const token = value as Record<string, unknown>
    if ('$object' in token) return this.#objects.get(token.$object as number)
    if ('$signal' in token) {
      if (token.$signal === 'aborted') controller.abort()
      return controller.signal
    }
    if ('$event' in token) {
      const event = String(token.$event)
      return (...params: readonly unknown[]) => this.#reply({ id, event, params })
    }
    if ('$recipe' in token) {
      const given = token.arguments as readonly unknown[]
      return cook(
        String(token.$recipe),
        given.map((item) => this.#decode(item, id, controller)),
      )
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return value
    return Object.fromEntries(Object.entries(token).map(([name, item]) => [name, this.#decode(item, id, controller)]))
  }

  #reply(reply: Reply, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(reply, transfer)
  }
}

type Method = (...args: readonly unknown[]) => unknown

/** Said in place of a result: it comes with the run's own messages. */
const RUNNING = Symbol('running')

/** Whether what a method gives is a copy made for the caller, so that it may be moved instead of cloned. */
function isCopy(method: string, [, name]: readonly unknown[]): boolean {
  return method === 'object' && name === 'toArray'
}

function buffersOf(value: unknown): ArrayBuffer[] {
  return ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : []
}
