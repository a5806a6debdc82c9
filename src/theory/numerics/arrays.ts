// The arguments of this folder: plain arrays of numbers, copied and checked at the edge.
import { checkNumber, describe } from '../../check.js'
import { DTypeError, ShapeError } from '../../errors.js'

/** Bounds of `checkNumber`. */
export interface Bounds {
  min?: number
  max?: number
  above?: number
  below?: number
}

/**
 * Finite numbers within bounds, copied into a Float64Array.
 *
 * @param length how many there must be; undefined for any number of them
 * @throws {DTypeError} not an array of numbers; {ShapeError} a wrong length; {RangeArgError} a number out of bounds, NaN, an infinity
 */
export function checkNumbers(value: unknown, name: string, bounds: Bounds = {}, length?: number): Float64Array {
  const isArray = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
  if (!isArray) throw new DTypeError(`${name} must be an array of numbers, got ${describe(value)}`, { argument: name })
  const numbers = value as unknown as ArrayLike<number>
  if (length !== undefined && numbers.length !== length) {
    throw new ShapeError(`${name} must hold ${length} numbers, got ${numbers.length}`, { argument: name })
  }
  const copy = new Float64Array(numbers.length)
  for (let i = 0; i < copy.length; i++) copy[i] = checkNumber(numbers[i], `${name}[${i}]`, bounds)
  return copy
}

/** A row-major matrix, copied. */
export function checkMatrix(value: unknown, name: string, rows: number, columns: number): Float64Array {
  return checkNumbers(value, name, {}, rows * columns)
}

/** One number for all of `count` modes, or one number for each. */
export function checkPerMode(value: unknown, name: string, count: number, bounds: Bounds): Float64Array {
  if (typeof value === 'number') return new Float64Array(count).fill(checkNumber(value, name, bounds))
  return checkNumbers(value, name, bounds, count)
}
