// Places in a JSON value, by words and indices: `network.sizes[1]`.
import { OptionError } from '../errors.js'

/** `network.sizes[1]` -> ['network', 'sizes', 1]. The text has passed the schema. */
export function segmentsOf(path: string): (string | number)[] {
  return [...path.matchAll(/([A-Za-z]\w*)|\[(\d+)\]/g)].map(([, word, index]) => word ?? Number(index))
}

/** What is at a place; undefined where there is no such place. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root
  for (const segment of segmentsOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
    value = (value as Record<string | number, unknown>)[segment]
  }
  return value
}

/**
 * A copy of a JSON value with another value at some place: what is not on the way is shared with the original.
 * @throws {OptionError} the place is in nothing: only the last word may be new, and no index
 */
export function withValueAt<T>(root: T, path: string, value: unknown): T {
  const segments = segmentsOf(path)
  const replace = (node: unknown, depth: number): unknown => {
    if (depth === segments.length) return value
    const segment = segments[depth]
    const inList = Array.isArray(node)
    const known = typeof node === 'object' && node !== null && Object.hasOwn(node, segment)
    const mayBeNew = depth === segments.length - 1 && !inList && typeof segment === 'string'
    if (typeof node !== 'object' || node === null || inList !== (typeof segment === 'number') || !(known || mayBeNew)) {
      throw new OptionError(`the base has nothing at ${path}: only the last word of a path may be new`, {
        argument: path,
      })
    }
    const inner = replace(known ? (node as Record<string | number, unknown>)[segment] : undefined, depth + 1)
    if (inList) return node.map((part, i) => (i === segment ? inner : part))
    return { ...node, [segment]: inner }
  }
  return replace(root, 0) as T
}
