// Level 2: matrix and vector. A column-major (m, n) matrix is the row-major (n, m) one transposed, so one storage is enough.
import type { EngineCore } from '../engine/core.js'
import type { DType } from '../kernels/kernels.js'
import { checks, type ElementArray, type Order, type Transpose } from './arguments.js'
import { matrixOperand, staged, vectorOperand } from './staging.js'

/** Level 2 of one element type, names without its letter. */
export interface Level2<T extends DType> {
  /**
   * y := alpha op(A) x + beta y, A (m, n). Nothing happens for m = 0 or n = 0. alpha = 0 does not use A and x, beta = 0 does not
   * use what y holds. The two orders sum in different ways (rows by dot products, columns by sums of columns), so their results
   * may differ by rounding; gemm and ger have the same bits in both.
   */
  gemv(
    order: Order,
    trans: Transpose,
    m: number,
    n: number,
    alpha: number,
    a: ElementArray<T>,
    lda: number,
    x: ElementArray<T>,
    incx: number,
    beta: number,
    y: ElementArray<T>,
    incy: number,
  ): void
  /** A := A + alpha x y', A (m, n). */
  ger(
    order: Order,
    m: number,
    n: number,
    alpha: number,
    x: ElementArray<T>,
    incx: number,
    y: ElementArray<T>,
    incy: number,
    a: ElementArray<T>,
    lda: number,
  ): void
}

/** Level 2 over an engine. */
export function makeLevel2<T extends DType>(engine: () => EngineCore, dtype: T): Level2<T> {
  const double = dtype === 'float64'
  const letter = double ? 'd' : 's'
  return {
    gemv(order, trans, m, n, alpha, a, lda, x, incx, beta, y, incy) {
      const check = checks(`${letter}gemv`, dtype)
      const columns = check.order(1, order)
      const transposed = check.transpose(2, 'trans', trans)
      check.size(3, 'm', m)
      check.size(4, 'n', n)
      check.scalar(5, 'alpha', alpha)
      const [lines, width] = columns ? [n, m] : [m, n]
      const [lengthX, lengthY] = transposed ? [m, n] : [n, m]
      check.lead(7, 'lda', lda, width)
      check.increment(9, 'incx', incx)
      check.scalar(10, 'beta', beta)
      check.increment(12, 'incy', incy)
      check.matrix(6, 'a', a, lines, width, lda)
      check.vector(8, 'x', x, lengthX, incx)
      check.vector(11, 'y', y, lengthY, incy)
      if (m === 0 || n === 0) return
      const operands = [
        matrixOperand(a, lines, width, lda),
        vectorOperand(x, lengthX, incx),
        vectorOperand(y, lengthY, incy, true),
      ]
      staged(engine(), dtype, operands, 0, (kernels, [pa, px, py]) => {
        const gemv = double ? kernels.dgemv : kernels.sgemv
        gemv(transposed !== columns ? 1 : 0, lines, width, alpha, pa, width, px, 1, beta, py, 1)
      })
    },
    ger(order, m, n, alpha, x, incx, y, incy, a, lda) {
      const check = checks(`${letter}ger`, dtype)
      const columns = check.order(1, order)
      check.size(2, 'm', m)
      check.size(3, 'n', n)
      check.scalar(4, 'alpha', alpha)
      check.increment(6, 'incx', incx)
      check.increment(8, 'incy', incy)
      const [lines, width] = columns ? [n, m] : [m, n]
      check.lead(10, 'lda', lda, width)
      check.vector(5, 'x', x, m, incx)
      check.vector(7, 'y', y, n, incy)
      check.matrix(9, 'a', a, lines, width, lda)
      if (m === 0 || n === 0 || alpha === 0) return
      const operands = [vectorOperand(x, m, incx), vectorOperand(y, n, incy), matrixOperand(a, lines, width, lda, true)]
      staged(engine(), dtype, operands, 0, (kernels, [px, py, pa]) => {
        const [ger, scal] = double ? [kernels.dger, kernels.dscal] : [kernels.sger, kernels.sscal]
        if (columns) {
          // alpha belongs to x in both orders, so that both have the same bits; x here is a copy.
          scal(m, alpha, px, 1)
          ger(n, m, 1, py, 1, px, 1, pa, width)
        } else {
          ger(m, n, alpha, px, 1, py, 1, pa, width)
        }
      })
    },
  }
}
