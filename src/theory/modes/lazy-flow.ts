// The lazy limit: gradient flow with a kernel that does not move.
import { checkInteger, checkNumber } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { pow } from '../../math/elementary.js'
import { checkMatrix, checkNumbers } from '../numerics/arrays.js'
import { expm1 } from '../numerics/expm1.js'

/**
 * The map of a lazy run, `A(t) = Y + exp(-Theta t) (A_0 - Y)` on its row-major entries, whitened inputs: gradient flow of `1/2 |A - Y|^2` with the kernel
 * of the start.
 *
 * @param kernel Theta, shape (k, k) row-major, symmetric and positive semidefinite, as `tangentKernel` makes it; k entries of the map
 * @param start A_0, shape (k)
 * @param target Y, shape (k)
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @returns A, shape (T, k); error of the order of eps |Theta| t |A_0 - Y|, and at most c eps |A_0 - Y|
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together, a kernel that is not symmetric or not semidefinite
 * @example lazyFlow([2], [0], [1], [0, 20]) // -> [0, 1]
 * @see Jacot, Gabriel, Hongler (2018), Neural tangent kernel, arXiv:1806.07572
 */
export function lazyFlow(
  kernel: ArrayLike<number>,
  start: ArrayLike<number>,
  target: ArrayLike<number>,
  times: ArrayLike<number>,
): Float64Array {
  const y = checkNumbers(target, 'target')
  const k = y.length
  const a0 = checkNumbers(start, 'start', {}, k)
  const theta = checkMatrix(kernel, 'kernel', k, k)
  const t = checkNumbers(times, 'times', { min: 0 })
  // Of a positive semidefinite matrix the singular value decomposition is the spectral one.
  const { u, s, v } = jacobiSvd(theta, k, k)
  const slack = 1e-12 * (s[0] ?? 0) * k
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      if (!(Math.abs(theta[i * k + j] - theta[j * k + i]) <= slack)) {
        throw new RangeArgError(`kernel must be symmetric; entries (${i}, ${j}) and (${j}, ${i}) differ`, {
          argument: 'kernel',
        })
      }
    }
    let cosine = 0
    for (let j = 0; j < k; j++) cosine += u[j * k + i] * v[j * k + i]
    if (s[i] > slack && cosine < 0) {
      throw new RangeArgError(`kernel must be positive semidefinite; it has the eigenvalue ${-s[i]}`, {
        argument: 'kernel',
      })
    }
  }
  const error = new Float64Array(k)
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) error[i] += u[j * k + i] * (a0[j] - y[j])
  const maps = new Float64Array(t.length * k)
  for (let n = 0; n < t.length; n++) {
    maps.set(a0, n * k)
    for (let i = 0; i < k; i++) {
      const moved = error[i] * expm1(-s[i] * t[n])
      for (let j = 0; j < k; j++) maps[n * k + j] += u[j * k + i] * moved
    }
  }
  return maps
}

/**
 * The tangent kernel of an infinitely wide Gaussian network is `L c^(L-1)` times the identity, `c = sigma^2 w`; finite widths deviate by about w^(-1/2).
 *
 * @param depth the number of layers L, at least 1
 * @param scale c = sigma^2 w >= 0: variance of a weight times the width
 * @example lazyKernel(3, 0.5) // -> 0.75
 */
export function lazyKernel(depth: number, scale: number): number {
  checkInteger(depth, 'depth', { min: 1 })
  return depth * pow(checkNumber(scale, 'scale', { min: 0 }), depth - 1)
}
