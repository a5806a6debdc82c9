// From JSON to a checked configuration.
import { DeepLinearError, OptionError } from '../index.js'
import { faultsOf } from './issues.js'
import { JSON_LIMITS, readJson } from './json.js'
import { runSchema } from './schema.js'
import type { RunConfig } from './types.js'

/** Faults that a message lists; the error's data have all of them. */
const LISTED = 8

/**
 * Check the configuration of a run, and fill in what it leaves to defaults.
 *
 * @param json JSON text (at most 1 MiB, 32 levels, no key twice), or what JSON.parse made of it
 * @returns the configuration, frozen
 * @throws {OptionError} naming every fault with its path, such as `network.sizes[1]`; `data.faults` lists `{ path, message }`
 * @throws {FormatError} text that is no JSON, or beyond the limits
 * @example
 * const config = parseConfig(`{
 *   "network": { "kind": "layers", "sizes": [8, 16, 15], "init": { "kind": "gaussian", "gamma": 2 }, "seed": 1 },
 *   "task": { "kind": "tree15" },
 *   "optimizer": { "kind": "gradientDescent", "learningRate": 0.05 },
 *   "steps": 2000
 * }`)
 * config.network.dtype // -> 'float64'
 */
export function parseConfig(json: unknown): RunConfig {
  let value: unknown
  let result: ReturnType<typeof runSchema.safeParse>
  try {
    value = ownCopy(typeof json === 'string' ? readJson(json) : json)
    result = runSchema.safeParse(value)
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    // Getters and proxies may throw; JSON has none.
    throw new OptionError(`reading the configuration threw: ${(cause as Error)?.message ?? cause}`, { cause })
  }
  if (result.success) return frozen<RunConfig>(result.data)
  const faults = faultsOf(result.error.issues, value)
  const listed = faults.slice(0, LISTED).map(({ path, message }) => `${path}: ${message}`)
  const more = faults.length > LISTED ? `; and ${faults.length - LISTED} more` : ''
  throw new OptionError(`bad configuration: ${listed.join('; ')}${more}`, {
    argument: faults[0].path,
    data: { faults },
  })
}

/** Own enumerable data alone: neither a prototype that a page polluted nor a later change of the caller's objects may alter a run. */
function ownCopy(value: unknown, depth = 0, copies = new Map<object, unknown>()): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if (depth > JSON_LIMITS.depth) {
    throw new OptionError(`the configuration is nested more than ${JSON_LIMITS.depth} levels deep`, {
      argument: 'configuration',
    })
  }
  // What goes round in a circle does so in the copy, and the schema has an end.
  if (copies.has(value)) return copies.get(value)
  if (Array.isArray(value)) {
    const list: unknown[] = []
    copies.set(value, list)
    for (const part of value) list.push(ownCopy(part, depth + 1, copies))
    return list
  }
  const copy: Record<string, unknown> = Object.create(null)
  copies.set(value, copy)
  for (const [name, part] of Object.entries(value)) copy[name] = ownCopy(part, depth + 1, copies)
  return copy
}

/** A frozen copy of own data. @throws {OptionError} deeper than JSON may be, or data that throw when read */
export function frozenCopy(value: unknown): unknown {
  try {
    return frozen(ownCopy(value))
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    throw new OptionError(`reading the value threw: ${(cause as Error)?.message ?? cause}`, { cause })
  }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part)
    Object.freeze(value)
  }
  return value
}
