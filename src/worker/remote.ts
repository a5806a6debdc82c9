// Objects of the worker as a page holds them: data at hand, methods that answer with a promise, and results that may be used as arguments
// before they are there.
import type { Matrix } from '../engine/matrix.js'
import type { Connection } from './connection.js'
import { nameHandle } from './handle.js'
import type { Description } from './protocol.js'

/** What a value becomes on its way from the worker: matrices and whatever has methods become remote. */
export type Received<T> = T extends Matrix
  ? RemoteMatrix
  : T extends ArrayBufferView | string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? number extends T['length']
        ? readonly Received<Item>[]
        : T
      : T extends (...args: never) => unknown
        ? never
        : T extends object
          ? {
              readonly [K in keyof T]: T[K] extends (...args: infer Given) => infer Result
                ? (...args: Given) => Promise<Received<Awaited<Result>>>
                : Received<T[K]>
            }
          : T

/** A result that is on its way: await it, or give it to further calls as it is. */
export interface Reference<T> extends PromiseLike<T> {
  catch<Other>(onRejected: (error: unknown) => Other): Promise<T | Other>
  finally(onFinally: () => void): Promise<T>
}

/** A matrix in the worker's memory. */
export interface RemoteMatrix {
  readonly rows: number
  readonly cols: number
  readonly shape: readonly [number, number]
  readonly dtype: 'float32' | 'float64'
  /** Number of elements. */
  readonly size: number
  /** A copy of the elements, row by row. */
  toArray(): Promise<Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>
  /** A copy as nested arrays. */
  toNested(): Promise<number[][]>
  /** The element in row `i`, column `j`. */
  get(i: number, j: number): Promise<number>
  /** Overwrite all elements. */
  set(source: unknown): Promise<RemoteMatrix>
  /** Give the memory back. */
  dispose(): Promise<void>
}

/** Make what a reply describes: remote objects for descriptions, everything else as it is. */
export function receive(connection: Connection, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if (Array.isArray(value)) return value.map((item) => receive(connection, item))
  if (value instanceof ArrayBuffer) return value
  if ('$object' in value) return remoteObject(connection, value as Description)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, receive(connection, item)]))
}

function remoteObject(connection: Connection, { $object: handle, kind, data, methods }: Description): object {
  const object = nameHandle(receive(connection, data) as Record<string, unknown>, connection, handle)
  Object.defineProperty(object, Symbol.toStringTag, { value: `Remote${kind}` })
  for (const name of methods) {
    object[name] = (...given: readonly unknown[]) => invoke(connection, 'object', [handle, name, ...given])
  }
  const dispose = () => {
    connection.unwatch(object)
    if (methods.includes('dispose')) return invoke(connection, 'object', [handle, 'dispose'])
    connection.release(handle)
    return Promise.resolve()
  }
  object.dispose = dispose
  Object.defineProperty(object, Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose'), { value: dispose })
  connection.watch(object, handle)
  return object
}

/** Call a method; the reference may be awaited or given on. */
export function invoke<T>(connection: Connection, method: string, params: readonly unknown[]): Reference<T> {
  const { id, result } = connection.call(method, params)
  const received = result.then((value) => receive(connection, value) as T)
  // Whoever only passes the reference on learns of a failure from the call that it was passed to.
  received.catch(() => {})
  const reference: Reference<T> = {
    // biome-ignore lint/suspicious/noThenProperty: a reference is awaited, or passed on without waiting.
    then: (onFulfilled, onRejected) => received.then(onFulfilled, onRejected),
    catch: (onRejected) => received.catch(onRejected),
    finally: (onFinally) => received.finally(onFinally),
  }
  return nameHandle(reference, connection, id)
}
