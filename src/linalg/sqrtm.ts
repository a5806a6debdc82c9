// The square root of a symmetric positive semidefinite matrix.
import { checkOptions } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import { eigh } from './eigh.js'
import { matmul } from './matmul.js'
import { EPSILON } from './solve-operands.js'

/**
 * The symmetric positive semidefinite square root: `S S = A`, `S = V diag(sqrt(values)) V'`.
 *
 * Only the lower triangle of `a` is read. Eigenvalues between -10 n eps |A| and 0 are rounding and count as 0.
 *
 * @param a (n, n), symmetric positive semidefinite, its lower triangle finite
 * @returns S - (n, n), exactly symmetric, of the element type of `a`; the caller disposes it. |A - S S| <= c n eps |A|
 * @throws {ShapeError} `a` is not square
 * @throws {RangeArgError} NaN or an infinity in the lower triangle, or a negative eigenvalue (`error.data.eigenvalue`)
 * @throws {ConvergenceError} the eigendecomposition did not converge
 * @example
 * sqrtm(engine.matrix([[4, 0], [0, 9]])).toNested() // -> [[2, 0], [0, 3]]
 * @see Higham, Functions of Matrices, section 6.1
 */
export function sqrtm(a: Matrix, options?: Record<string, never>): Matrix {
  checkOptions(options, 'options', [])
  const { values, vectors } = eigh(a)
  try {
    const n = values.length
    const largest = n === 0 ? 0 : Math.max(Math.abs(values[0]), Math.abs(values[n - 1]))
    if (n > 0 && values[0] < -10 * n * EPSILON[a.dtype] * largest) {
      throw new RangeArgError(`a must be positive semidefinite, but ${values[0]} is an eigenvalue`, {
        argument: 'a',
        data: { eigenvalue: values[0] },
      })
    }
    // S = F F' with F = V diag(values^(1/4)): the product of a matrix with its own transpose is symmetric to the last bit.
    const data = vectors.view()
    const roots = values.map((value) => Math.sqrt(Math.sqrt(Math.max(0, value))))
    for (let i = 0, at = 0; i < n; i++) for (let k = 0; k < n; k++, at++) data[at] *= roots[k]
    return matmul(vectors, vectors, { transposeB: true })
  } finally {
    vectors.dispose()
  }
}
