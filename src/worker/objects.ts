// The objects that the page knows by number: matrices, networks, solutions with functions of their own, results.
import { Matrix } from '../engine/matrix.js'
import { DisposedError, OptionError } from '../errors.js'
import type { Description } from './protocol.js'

/** Properties and methods that mean nothing on the other side: what they take or give cannot travel. */
const LOCAL = new Set(['engine', 'constructor', 'view', 'T', 'matrix', 'bind', 'plan', 'parameters', 'state'])
const isLocal = (name: string) => LOCAL.has(name) || name.startsWith('emit')

export class Objects {
  readonly #objects = new Map<number, object>()
  readonly #numbers = new Map<object, number>()
  /** Numbers of objects that no call names: they count down, those of calls count up. */
  #next = -1

  /** The object with a number. @throws {DisposedError} it was released, or its call failed */
  get(handle: number): object {
    const object = this.#objects.get(handle)
    if (object !== undefined) return object
    throw new DisposedError(
      'this object of the worker is gone: it was disposed, or the call that was to make it failed',
      {
        argument: 'object',
      },
    )
  }

  release(handles: readonly number[]): void {
    for (const handle of handles) {
      const object = this.#objects.get(handle)
      this.#objects.delete(handle)
      if (object !== undefined) this.#numbers.delete(object)
    }
  }

  /** Call a method that the description of the object named. */
  call(handle: number, method: string, given: readonly unknown[]): unknown {
    const object = this.get(handle)
    if (!methodsOf(object).includes(method)) {
      throw new OptionError(`there is no method '${method}' here; there are ${methodsOf(object).join(', ')}`, {
        argument: 'method',
      })
    }
    const result = (object as Record<string, (...args: readonly unknown[]) => unknown>)[method](...given)
    if (method === 'dispose') this.release([handle])
    return result
  }

  /** A result as it travels: what has methods stays and is described, everything else is cloned. */
  encode(value: unknown, handle?: number): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return typeof value === 'function' || typeof value === 'symbol' ? undefined : value
    }
    if (Array.isArray(value)) return value.map((item) => this.encode(item))
    const methods = methodsOf(value)
    if (methods.length > 0) return this.#describe(value, methods, handle)
    return this.#data(value)
  }

  #describe(object: object, methods: readonly string[], handle: number | undefined): Description {
    const number = this.#numbers.get(object) ?? handle ?? this.#next--
    this.#objects.set(number, object)
    this.#numbers.set(object, number)
    const { name: kind } = object.constructor
    const shape = object instanceof Matrix ? { shape: object.shape } : {}
    return { $object: number, kind, data: { ...this.#data(object), ...shape }, methods }
  }

  #data(object: object): Record<string, unknown> {
    const entries = Object.entries(object).filter(([name, item]) => typeof item !== 'function' && !isLocal(name))
    return Object.fromEntries(entries.map(([name, item]) => [name, this.encode(item)]))
  }
}

/** The methods of an object that make sense from afar: its own functions and those of its class. */
function methodsOf(object: object): string[] {
  const names = new Set<string>()
  for (const [name, item] of Object.entries(object)) if (typeof item === 'function' && !isLocal(name)) names.add(name)
  for (let at = Object.getPrototypeOf(object); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && !isLocal(name)) names.add(name)
    }
  }
  return [...names]
}
