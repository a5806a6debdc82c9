// Faults that a schema finds in a part of a manifest, as one error with the paths of all.
import type * as z from 'zod'
import { faultsOf } from '../config/issues.js'
import { OptionError } from '../errors.js'

/** Faults that a message lists. */
const LISTED = 8

/**
 * A value that a schema accepts.
 * @param whole where the value is: `manifest` for all of it, or a path in it
 * @throws {OptionError} naming every fault; `data.faults` lists `{ path, message }`
 */
export function read<S extends z.ZodType>(schema: S, value: unknown, whole: string): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = faultsOf(result.error.issues, value).map(({ path, message }) => ({
    path: path === 'configuration' ? whole : whole === 'manifest' ? path : `${whole}.${path}`,
    message,
  }))
  const listed = faults.slice(0, LISTED).map(({ path, message }) => `${path}: ${message}`)
  const more = faults.length > LISTED ? `; and ${faults.length - LISTED} more` : ''
  throw new OptionError(`bad sweep: ${listed.join('; ')}${more}`, { argument: faults[0].path, data: { faults } })
}
