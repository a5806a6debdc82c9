// A value of the page's on its way to the worker: recipes, remote objects, signals and callbacks become tokens, and what cannot travel is
// refused here, before anything is sent.
import { describe } from '../check.js'
import { OptionError } from '../errors.js'
import type { Connection } from './connection.js'
import { connectionOfObject, handleOf } from './handle.js'
import type { Token } from './protocol.js'
import { Recipe } from './recipe.js'
import { isTransferable } from './transfer.js'

/** What a call takes along besides its parameters. */
export interface Encoded {
  readonly params: readonly unknown[]
  readonly signal: AbortSignal | undefined
  readonly events: Readonly<Record<string, (...args: readonly unknown[]) => void>>
  readonly transfer: readonly ArrayBuffer[]
}

/** Deeper nesting is a cycle, or as good as one. */
const DEPTH = 32

/**
 * Encode the parameters of a call.
 * @throws {OptionError} a function other than a callback such as `onProgress`, a key that begins with '$', a cycle, an object of another worker
 */
export function encode(connection: Connection, method: string, params: readonly unknown[]): Encoded {
  let signal: AbortSignal | undefined
  const events: Record<string, (...args: readonly unknown[]) => void> = {}
  const transfer = new Set<ArrayBuffer>()

  const walk = (value: unknown, path: string, key: string, depth: number): unknown => {
    if (typeof value === 'function') {
      if (!('isRecipe' in value)) return callback(value as () => void, path, key)
      throw new OptionError(`${path} of ${method} must be called, as in gradientDescent({ ... })`, { argument: path })
    }
    if (typeof value !== 'object' || value === null) {
      if (typeof value !== 'symbol') return value
      throw new OptionError(`${path} of ${method} is a symbol, which cannot go to a worker`, { argument: path })
    }
    if (depth > DEPTH) {
      throw new OptionError(`${path} of ${method} is nested deeper than ${DEPTH} levels, or contains itself`, {
        argument: path,
      })
    }
    if (value instanceof Recipe) {
      const given = value.arguments.map((argument, i) => walk(argument, `${value.name}[${i}]`, '', depth + 1))
      return { $recipe: value.name, arguments: given } satisfies Token
    }
    const handle = handleOf(value)
    if (handle !== undefined) {
      if (connectionOfObject(value) === connection) return { $object: handle } satisfies Token
      throw new OptionError(`${path} of ${method} belongs to the worker of another engine`, { argument: path })
    }
    if (value instanceof AbortSignal) {
      signal = value
      return { $signal: value.aborted ? 'aborted' : 'open' } satisfies Token
    }
    if (ArrayBuffer.isView(value)) {
      if (isTransferable(value)) transfer.add(value.buffer as ArrayBuffer)
      return value
    }
    if (value instanceof ArrayBuffer || value instanceof WebAssembly.Module) return value
    if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}[${i}]`, '', depth + 1))
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) {
      throw new OptionError(
        `${path} of ${method} is ${describe(value)}, which cannot go to a worker; make it with the functions of 'deeplinear/worker'`,
        { argument: path },
      )
    }
    const out: Record<string, unknown> = {}
    for (const [name, item] of Object.entries(value)) {
      if (name.startsWith('$') || name === '__proto__') {
        throw new OptionError(`${path} of ${method} has the key '${name}', which the protocol keeps for itself`, {
          argument: path,
        })
      }
      out[name] = walk(item, path === '' ? name : `${path}.${name}`, name, depth + 1)
    }
    return out
  }

  const callback = (call: (...args: readonly unknown[]) => void, path: string, key: string): Token => {
    if (!/^on[A-Z]/.test(key)) {
      throw new OptionError(
        `${path} of ${method} is a function, which cannot go to a worker; only callbacks such as onProgress can be called from there`,
        { argument: path },
      )
    }
    events[key] = call
    return { $event: key }
  }

  const encoded = params.map((value, i) => walk(value, `argument ${i + 1}`, '', 0))
  return { params: encoded, signal, events, transfer: [...transfer] }
}
