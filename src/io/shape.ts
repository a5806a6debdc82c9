// What the files have in common: extents that a file cannot lie about, and arrays under names.
import { describe } from '../check.js'
import { DTypeError, RangeArgError } from '../errors.js'

/**
 * The number of elements of a shape, or `undefined` where their bytes have no exact count. Extents of 0 do not excuse
 * the others: NumPy refuses (0, 2**62, 2**62) as well.
 */
export function elementCount(shape: readonly number[]): number | undefined {
  let product = 1
  for (const extent of shape) {
    if (extent > 0) product *= extent
    // Eight bytes an element: the size in bytes must be exact as well.
    if (!Number.isSafeInteger(product * 8)) return undefined
  }
  return shape.includes(0) ? 0 : product
}

/** Extents are integers of at least 0, not too many, and their product is the length. */
export function describesLength(shape: unknown, length: number, maxDimensions: number): shape is readonly number[] {
  return (
    Array.isArray(shape) &&
    shape.length <= maxDimensions &&
    shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0) &&
    elementCount(shape) === length
  )
}

/**
 * The entries of a Map or of a plain object, in its order.
 *
 * @throws {DTypeError} neither, or a name that is no string, or a value that is no object
 * @throws {RangeArgError} a name with half a surrogate pair, which UTF-8 does not hold
 */
export function namedEntries<T extends object>(
  value: ReadonlyMap<string, T> | Readonly<Record<string, T>>,
  argument: string,
): [string, T][] {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
  if (!plain) throw new DTypeError(`${argument} must be a Map or an object, got ${describe(value)}`, { argument })
  const entries: [string, T][] = value instanceof Map ? [...value] : Object.entries(value)
  for (const [name, item] of entries) {
    checkName(name, argument)
    if (typeof item !== 'object' || item === null) {
      throw new DTypeError(`${argument}: ${describe(name)} must be { shape, data }, got ${describe(item)}`, {
        argument,
      })
    }
  }
  return entries
}

/** A text that comes back from a file as it went in. */
export function checkName(name: unknown, argument: string): string {
  if (typeof name !== 'string') {
    throw new DTypeError(`the names of ${argument} must be strings, got ${describe(name)}`, { argument })
  }
  if (/\p{Surrogate}/u.test(name)) {
    throw new RangeArgError(`${describe(name)} of ${argument} has half a surrogate pair, which UTF-8 does not hold`, {
      argument,
    })
  }
  return name
}
