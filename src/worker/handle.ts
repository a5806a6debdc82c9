// Which object on the worker's side an object of the page stands for, and over which connection.
import type { Connection } from './connection.js'

const handles = new WeakMap<object, { handle: number; connection: Connection }>()

/** Let `object` stand for the object `handle` of the worker behind `connection`. */
export function nameHandle<T extends object>(object: T, connection: Connection, handle: number): T {
  handles.set(object, { handle, connection })
  return object
}

/** The worker's object that this one stands for, if it does. */
export function handleOf(object: object): number | undefined {
  return handles.get(object)?.handle
}

/** The connection that an object belongs to, if it is a remote one. */
export function connectionOfObject(object: object): Connection | undefined {
  return handles.get(object)?.connection
}
