// JSON with one text for one value, and its hash: what tells sweeps apart.
import { createHash } from 'node:crypto'
import type { SweepManifest } from './types.js'

/** JSON with the keys of every object in order, and without what is undefined. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/**
 * SHA-256 of a manifest, 64 hexadecimal digits: of everything in it but its title, so of the code and of the engine as well. Results of one hash
 * belong together.
 *
 * @example
 * const base = { experiment: 'escape-time', parameters: { depths: [2] } }
 * manifestHash(parseManifest({ schema: 1, base })).length // -> 64
 */
export function manifestHash({ title: _, ...rest }: SweepManifest): string {
  return createHash('sha256').update(canonicalJson(rest)).digest('hex')
}
