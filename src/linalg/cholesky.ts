// Cholesky factorization of matrix handles.
import { checkOptions } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import { potrfScratchBytes } from '../kernels/factor-scratch-solve.js'
import { checkLowerTriangle, checkSquare, kernelsOf, newMatrix, withScratch } from './solve-operands.js'

/**
 * Cholesky factorization of a symmetric positive definite matrix: `A = L L'`.
 *
 * Only the lower triangle is read: `a` need not be symmetric, its upper triangle may hold anything.
 *
 * @param a (n, n), its lower triangle finite
 * @returns L - (n, n), lower triangular with a positive diagonal, of the element type of `a`; the caller disposes it.
 *   |A - L L'| <= c n eps |A| with c below 1 on LAPACK's classes of test matrices
 * @throws {ShapeError} `a` is not square
 * @throws {RangeArgError} NaN or an infinity in the lower triangle; or `a` is not positive definite: `error.data.pivot` is the
 *   index of the first pivot that is not positive
 * @example
 * cholesky(engine.matrix([[4, 2], [2, 5]])).toNested() // -> [[2, 0], [1, 2]]
 * @see Higham, Accuracy and Stability of Numerical Algorithms, section 10.1
 */
export function cholesky(a: Matrix, options?: Record<string, never>): Matrix {
  checkOptions(options, 'options', [])
  const { engine, rows: n, dtype, size } = checkSquare(a, 'a')
  checkLowerTriangle(a, 'a')
  return newMatrix(engine, n, n, dtype, (out) => {
    withScratch(engine, [potrfScratchBytes(dtype, n)], (work) => {
      const pivot = engine.guard((kernels) => {
        const { copy, potrf } = kernelsOf(kernels, dtype)
        copy(size, a.pointer, 1, out.pointer, 1)
        return potrf(n, out.pointer, n, work)
      })
      if (pivot > 0) throw notPositive(pivot - 1)
    })
  })
}

/** The error of a factorization that ends at a pivot that is not positive. */
export function notPositive(pivot: number): RangeArgError {
  return new RangeArgError(
    `a must be positive definite, but pivot ${pivot} of its Cholesky factorization is not positive`,
    {
      argument: 'a',
      data: { pivot },
    },
  )
}
