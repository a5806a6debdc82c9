// The one check that every dense algorithm makes of a matrix argument.
import { checkInteger, describe } from '../../check.js'
import { DTypeError, RangeArgError, ShapeError } from '../../errors.js'

/**
 * Checks a row-major matrix: a Float64Array of rows * columns finite numbers.
 *
 * @returns the largest magnitude of its entries, 0 for an empty matrix
 * @throws {DTypeError} not a Float64Array; {ShapeError} wrong length; {RangeArgError} NaN, infinity, or a size that is none
 */
export function checkDense(a: Float64Array, name: string, rows: number, columns: number): number {
  if (!(a instanceof Float64Array)) {
    throw new DTypeError(`${name} must be a Float64Array, got ${describe(a)}`, { argument: name })
  }
  checkInteger(rows, `rows of ${name}`)
  checkInteger(columns, `columns of ${name}`)
  if (a.length !== rows * columns) {
    throw new ShapeError(`${name} must hold ${rows} x ${columns} = ${rows * columns} numbers, got ${a.length}`, {
      argument: name,
    })
  }
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const magnitude = Math.abs(a[i])
    if (!(magnitude <= Number.MAX_VALUE)) {
      throw new RangeArgError(`${name}[${i}] is ${a[i]}; every entry must be finite`, {
        argument: name,
        data: { index: i },
      })
    }
    if (magnitude > largest) largest = magnitude
  }
  return largest
}
