// Argument validation at the edge. Everything below the edge may trust its arguments; nothing is written before the
// checks have passed. Each check returns the value it accepted.
import { DTypeError, OptionError, RangeArgError } from './errors.js'

/** A value as it reads in a message: short, with its type where the type is the point. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value)
  if (typeof value === 'bigint') return `${value}n (a bigint)`
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined) return String(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  const name = (value as object).constructor?.name ?? 'object'
  const length = (value as { length?: unknown }).length
  return typeof length === 'number' ? `${name}(${length})` : `an object of class ${name}`
}

/** A finite number within closed bounds; `above` and `below` exclude their bound. */
export function checkNumber(
  value: unknown,
  name: string,
  bounds: { min?: number; max?: number; above?: number; below?: number } = {},
): number {
  if (typeof value !== 'number') {
    throw new DTypeError(`${name} must be a number, got ${describe(value)}`, { argument: name })
  }
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = bounds
  if (!(Number.isFinite(value) && value >= min && value <= max && value > above && value < below)) {
    throw new RangeArgError(`${name} must be ${allowedNumbers(bounds)}, got ${value}`, { argument: name })
  }
  return value
}

/** An integer within closed bounds (default: 0 .. 2^53 - 1). */
export function checkInteger(value: unknown, name: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
  if (typeof value !== 'number') {
    throw new DTypeError(`${name} must be an integer, got ${describe(value)}`, { argument: name })
  }
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    const upper = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`
    throw new RangeArgError(`${name} must be an integer ${upper}, got ${value}`, { argument: name })
  }
  return value
}

/** One of a few words. */
export function checkChoice<T extends string>(value: unknown, name: string, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T
  const list = choices.map((choice) => `'${choice}'`).join(', ')
  const hint = typeof value === 'string' ? didYouMean(value, choices) : ''
  throw new OptionError(`${name} must be one of ${list}; got ${describe(value)}${hint}`, { argument: name })
}

/**
 * An options object with known keys only, copied once from its own enumerable properties, so that neither a polluted
 * prototype nor a later change of the caller's object can alter a run.
 */
export function checkOptions<K extends string>(
  value: unknown,
  name: string,
  keys: readonly K[],
): Partial<Record<K, unknown>> {
  if (value === undefined) return Object.create(null)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw new OptionError(`${name} must be an object of options, got ${describe(value)}`, { argument: name })
  }
  const copy: Partial<Record<K, unknown>> = Object.create(null)
  for (const key of Object.keys(value)) {
    if (!keys.includes(key as K)) {
      const list = keys.map((known) => `'${known}'`).join(', ')
      throw new OptionError(`${name} has no option '${key}'; it takes ${list}${didYouMean(key, keys)}`, {
        argument: `${name}.${key}`,
      })
    }
    try {
      copy[key as K] = (value as Record<string, unknown>)[key]
    } catch (cause) {
      throw new OptionError(`reading option '${key}' of ${name} threw`, { argument: `${name}.${key}`, cause })
    }
  }
  return copy
}

/** An array whose memory was moved elsewhere, as `postMessage` with a transfer list does. */
export function isDetached({ buffer, length }: ArrayBufferView & { length: number }): boolean {
  if (length > 0) return false
  try {
    // The portable question: a view over a detached buffer cannot be made.
    return new Uint8Array(buffer).length < 0
  } catch {
    return true
  }
}

function allowedNumbers(bounds: { min?: number; max?: number; above?: number; below?: number }): string {
  const parts: string[] = []
  if (bounds.above !== undefined) parts.push(`above ${bounds.above}`)
  if (bounds.min !== undefined) parts.push(`at least ${bounds.min}`)
  if (bounds.below !== undefined) parts.push(`below ${bounds.below}`)
  if (bounds.max !== undefined) parts.push(`at most ${bounds.max}`)
  return parts.length > 0 ? `a finite number ${parts.join(' and ')}` : 'a finite number'
}

/** ` (did you mean 'x'?)` where one of `known` is nearly `word`; nothing elsewhere. */
export function didYouMean(word: string, known: readonly string[]): string {
  let best: string | undefined
  let least = Math.min(3, Math.ceil(word.length / 2) + 1)
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best === undefined ? '' : ` (did you mean '${best}'?)`
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    previous = row
  }
  return previous[b.length]
}
