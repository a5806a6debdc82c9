// The Gram matrices of the two layers in mixed dynamics.
import { checkInteger, checkNumber } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { checkMatrix } from '../numerics/arrays.js'
import { compose } from '../numerics/dense.js'
import { hypotenuse } from '../numerics/expm1.js'

/** The two layers' Gram matrices. */
export interface MixedGram {
  /** `C1 = W_2 W_2'`, shape (rows, rows) row-major. */
  left: Float64Array
  /** `C2 = W_1' W_1`, shape (columns, columns) row-major. */
  right: Float64Array
}

/**
 * The Gram matrices of two layers in mixed dynamics, functions of the map alone:
 *
 *     C1 = W_2 W_2' = sqrt(A A' + c^2 I),  C2 = W_1' W_1 = sqrt(A'A + c^2 I)
 *
 * Exact for all times where it is exact at the start: `W_2 = sqrt(c) [I 0 ..]`, `W_1 = sqrt(c) [0; I; ..]`. Gaussian weights of variance sigma^2 and width w
 * meet it up to O(sqrt(d / w)), `c = sigma^2 w`.
 *
 * @param map A, shape (rows, columns) row-major
 * @param scale c >= 0
 * @returns `{ left, right }`; error of the order of eps (|A| + c)
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @example mixedGram([3, 0], 1, 2, 4) // -> { left: [5], right: [5, 0, 0, 4] }
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580, equation (1)
 */
export function mixedGram(map: ArrayLike<number>, rows: number, columns: number, scale: number): MixedGram {
  checkInteger(rows, 'rows', { min: 1 })
  checkInteger(columns, 'columns', { min: 1 })
  checkNumber(scale, 'scale', { min: 0 })
  return gramOf(checkMatrix(map, 'map', rows, columns), rows, columns, scale)
}

/** `mixedGram` of checked arguments: `c I` plus what each singular direction has above c, `sqrt(s^2 + c^2) - c` without cancellation. */
export function gramOf(map: Float64Array, rows: number, columns: number, c: number): MixedGram {
  const { u, s, v } = jacobiSvd(map, rows, columns)
  const above = s.map((value) => (value === 0 ? 0 : value * (value / (hypotenuse(value, c) + c))))
  const left = compose(u, above, u, rows, rows)
  const right = compose(v, above, v, columns, columns)
  for (let i = 0; i < rows; i++) left[i * rows + i] += c
  for (let i = 0; i < columns; i++) right[i * columns + i] += c
  return { left, right }
}
