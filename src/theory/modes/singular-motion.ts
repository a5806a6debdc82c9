// How singular values and vectors of a balanced network's end-to-end map move.
import { checkInteger } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { pow } from '../../math/elementary.js'
import { checkMatrix } from '../numerics/arrays.js'
import { multiply, multiplyLeftTransposed } from '../numerics/dense.js'

/** The singular value decomposition of a map and its velocity; the signs of u and v are those of `jacobiSvd`. */
export interface SingularMotion {
  /** (n, n) row-major, singular vectors in columns, as u and v. */
  u: Float64Array
  s: Float64Array
  v: Float64Array
  /** Their velocities, same shapes. */
  du: Float64Array
  ds: Float64Array
  dv: Float64Array
}

/**
 * The velocities of singular values and vectors of the square end-to-end map of a balanced network of depth L under gradient flow, G = dC/dA:
 *
 *     d sigma_r/dt = -L sigma_r^(2 - 2/L) u_r' G v_r
 *     dU/dt = -U (F o [U'G V S + S V'G'U]),  dV/dt = -V (F o [S U'G V + V'G'U S]),  F_rq = 1 / (sigma_q^(2/L) - sigma_r^(2/L))
 *
 * @param map A, shape (n, n) row-major, singular values distinct and above 0
 * @param gradient G, shape (n, n) row-major
 * @param n rows and columns
 * @param depth the number of layers L, at least 2
 * @returns `{ u, s, v, du, ds, dv }`; a relative gap g of two `sigma^(2/L)` costs a factor 1 / g of accuracy
 * @throws {RangeArgError} two singular values are equal to rounding, or one is 0: the vectors have no velocity there
 * @throws {DTypeError} {ShapeError} arguments that do not fit together
 * @example singularMotion([2, 0, 0, 1], [-1, 0, 0, -1], 2, 2).ds // -> [4, 2]
 * @see Arora, Cohen, Hu, Luo (2019), Implicit regularization in deep matrix factorization, arXiv:1905.13655, theorem 3 and lemma 2
 */
export function singularMotion(
  map: ArrayLike<number>,
  gradient: ArrayLike<number>,
  n: number,
  depth: number,
): SingularMotion {
  checkInteger(n, 'n', { min: 1 })
  checkInteger(depth, 'depth', { min: 2 })
  const { u, s, v } = jacobiSvd(checkMatrix(map, 'map', n, n), n, n)
  const g = checkMatrix(gradient, 'gradient', n, n)
  const inside = multiply(multiplyLeftTransposed(u, g, n, n, n), v, n, n, n)
  const powers = s.map((value) => pow(value, 2 / depth))
  const left = new Float64Array(n * n)
  const right = new Float64Array(n * n)
  for (let r = 0; r < n; r++) {
    if (!(s[r] > 1e-14 * s[0] && (r === 0 || s[r - 1] - s[r] > 1e-14 * s[0]))) {
      throw new RangeArgError(`map must have distinct singular values above 0, got ${Array.from(s).join(', ')}`, {
        argument: 'map',
      })
    }
    for (let q = 0; q < n; q++) {
      if (q === r) continue
      const factor = -1 / (powers[q] - powers[r])
      left[r * n + q] = factor * (inside[r * n + q] * s[q] + s[r] * inside[q * n + r])
      right[r * n + q] = factor * (s[r] * inside[r * n + q] + inside[q * n + r] * s[q])
    }
  }
  const ds = s.map((value, r) => -depth * pow(value, 2 - 2 / depth) * inside[r * n + r])
  return { u, s, v, du: multiply(u, left, n, n, n), ds, dv: multiply(v, right, n, n, n) }
}
