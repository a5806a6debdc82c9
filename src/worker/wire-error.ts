// Errors across a port: code, argument and data stay, and so does the class.
import * as errors from '../errors.js'
import { DeepLinearError } from '../errors.js'
import type { WireError } from './protocol.js'

type ErrorClass = new (message: string, details?: errors.ErrorDetails) => DeepLinearError

/** How many causes of causes travel along. */
const CAUSES = 4

/** An error as plain data. Stacks stay behind: they name files of the other side. */
export function toWire(error: unknown, causes = CAUSES): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const cause = error.cause !== undefined && causes > 0 ? { cause: toWire(error.cause, causes - 1) } : {}
  if (!(error instanceof DeepLinearError)) return { name: error.name, message: error.message, ...cause }
  const { name, message, code, argument, data } = error
  return { name, message, code, ...(argument === undefined ? {} : { argument }), data: cloneable(data), ...cause }
}

/** The error again: of the class that it had, if that is one of ours; a signal's reason as a DOMException. */
export function fromWire(wire: WireError, causes = CAUSES): Error {
  const cause = wire.cause === undefined || causes === 0 ? undefined : fromWire(wire.cause, causes - 1)
  const known = (errors as unknown as Readonly<Record<string, ErrorClass | undefined>>)[wire.name]
  if (wire.code !== undefined && known !== undefined && known.prototype instanceof DeepLinearError) {
    return new known(wire.message, {
      ...(wire.argument === undefined ? {} : { argument: wire.argument }),
      ...(wire.data === undefined ? {} : { data: wire.data }),
      ...(cause === undefined ? {} : { cause }),
    })
  }
  if (wire.name === 'AbortError' || wire.name === 'TimeoutError') return new DOMException(wire.message, wire.name)
  const error = new Error(wire.message, cause === undefined ? undefined : { cause })
  error.name = wire.name
  return error
}

/** Data of an error that can be cloned: numbers, text and lists of them. */
function cloneable(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = (value: unknown): boolean =>
    value === null || ['number', 'string', 'boolean', 'undefined'].includes(typeof value)
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => plain(value) || (Array.isArray(value) && value.every(plain))),
  )
}
