// Training and test error of mixed dynamics, from one singular value decomposition.
import { checkInteger } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { checkMatrix, checkNumbers } from '../numerics/arrays.js'
import { compose, inner } from '../numerics/dense.js'
import { checkScale, mixedSize } from './mode.js'

/** Curves of `mixedErrors`, each of shape (T). */
export interface MixedErrors {
  /** `|A - Y|^2 / (rows columns)`. */
  train: Float64Array
  /** `|A - A*|^2 / (rows columns)`. */
  test: Float64Array
  /** `|A|_F^2 / |A|_op^2`, 0 while A = 0. */
  stableRank: Float64Array
}

/**
 * Training error, test error and stable rank of a two-layer network that starts at A = 0 and learns a noisy map Y = A* + E, whitened inputs, at any
 * times, for the price of one singular value decomposition `Y = sum s_i u_i v_i'`: `A(t) = sum a_i(t) u_i v_i'` with a_i of `mixedModes`, so that
 *
 *     |A - Y|^2 = sum (a_i - s_i)^2
 *     |A - A*|^2 = sum (a_i - u_i'A* v_i)^2 + |A* - sum (u_i'A* v_i) u_i v_i'|^2
 *
 * @param target Y, shape (rows, columns) row-major: what is learned
 * @param teacher A*, shape (rows, columns) row-major: what is tested
 * @param scale c in 1e-75 .. 1e75: variance of a weight times the width
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @returns `{ train, test, stableRank }`; relative error of the order of 1e-14
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @example mixedErrors([2, 0, 0, 1], [2, 0, 0, 0], 2, 2, 0.1, [0, 1e3]).test // -> [1, 0.25]
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580, figures 1 and 2
 */
export function mixedErrors(
  target: ArrayLike<number>,
  teacher: ArrayLike<number>,
  rows: number,
  columns: number,
  scale: number,
  times: ArrayLike<number>,
): MixedErrors {
  checkInteger(rows, 'rows', { min: 1 })
  checkInteger(columns, 'columns', { min: 1 })
  const y = checkMatrix(target, 'target', rows, columns)
  const truth = checkMatrix(teacher, 'teacher', rows, columns)
  checkScale(scale)
  const t = checkNumbers(times, 'times', { min: 0 })
  const { u, s, v } = jacobiSvd(y, rows, columns)
  const r = s.length
  const size = rows * columns
  // u_i' A* v_i, and what of A* no choice of the sizes can reach.
  const reached = new Float64Array(r)
  for (let k = 0; k < r; k++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) reached[k] += u[i * r + k] * truth[i * columns + j] * v[j * r + k]
    }
  }
  const along = compose(u, reached, v, rows, columns)
  const beside = truth.map((value, i) => value - along[i])
  const outside = inner(beside, beside)
  const curves = {
    train: new Float64Array(t.length),
    test: new Float64Array(t.length),
    stableRank: new Float64Array(t.length),
  }
  t.forEach((time, i) => {
    let [train, test, squares, largest] = [0, outside, 0, 0]
    for (let k = 0; k < r; k++) {
      const a = mixedSize(s[k], 0, scale, time)
      train += (a - s[k]) ** 2
      test += (a - reached[k]) ** 2
      squares += a * a
      largest = Math.max(largest, a * a)
    }
    curves.train[i] = train / size
    curves.test[i] = test / size
    curves.stableRank[i] = largest === 0 ? 0 : squares / largest
  })
  return curves
}
