// JSON as text, within limits. JSON.parse keeps the last of two equal keys and says nothing; a configuration that says two things is refused.
import { describe } from '../check.js'
import { FormatError } from '../index.js'

/** The most that a text may have: characters, depth, keys, and characters of one string. */
export const JSON_LIMITS = { characters: 2 ** 20, depth: 32, keys: 10_000, string: 2 ** 16 }

/**
 * @param what the text, as messages call it
 * @throws {FormatError} no JSON, a key twice, or more than the limits
 */
export function readJson(text: string, what = 'the configuration'): unknown {
  if (text.length > JSON_LIMITS.characters) {
    throw new FormatError(`${what} has ${text.length} characters; at most ${JSON_LIMITS.characters} are read`)
  }
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw new FormatError(`${what} is not JSON: ${(cause as Error).message}`, { cause })
  }
  checkKeys(json, what)
  return value
}

/** A string, with the colon that makes it a key; or a bracket. What lies between is of no interest in text that is JSON. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|[[\]{}]/g

function checkKeys(json: string, what: string): void {
  // For every open bracket the keys so far; an array has none.
  const open: Set<string>[] = []
  let keys = 0
  for (const [token, string, colon] of json.matchAll(TOKEN)) {
    if (string !== undefined) {
      if (string.length > JSON_LIMITS.string) {
        throw new FormatError(`${what} has a string of ${string.length} characters: ${describe(string)}`)
      }
      if (colon === undefined) continue
      const key = JSON.parse(string) as string
      const seen = open[open.length - 1]
      if (seen.has(key)) throw new FormatError(`${what} has the key ${describe(key)} twice in one object`)
      seen.add(key)
      if (++keys > JSON_LIMITS.keys) {
        throw new FormatError(`${what} has more than ${JSON_LIMITS.keys} keys`)
      }
    } else if (token === '{' || token === '[') {
      open.push(new Set())
      if (open.length > JSON_LIMITS.depth) {
        throw new FormatError(`${what} is nested more than ${JSON_LIMITS.depth} levels deep`)
      }
    } else open.pop()
  }
}
