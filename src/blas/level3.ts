// Level 3: gemm. Column-major operands are row-major ones transposed, and (op(A) op(B))' = op(B)' op(A)': the operands change
// places, nothing is transposed in memory.
import type { EngineCore } from '../engine/core.js'
import { gemmPath, gemmScratchBytes } from '../kernels/gemm-path.js'
import type { DType } from '../kernels/kernels.js'
import { checks, type ElementArray, type Order, type Transpose } from './arguments.js'
import { matrixOperand, staged } from './staging.js'

/** Level 3 of one element type, names without its letter. */
export interface Level3<T extends DType> {
  /**
   * C := alpha op(A) op(B) + beta C, op(A) (m, k), op(B) (k, n), C (m, n). k = 0 or alpha = 0: C := beta C, A and B are not used.
   * beta = 0 does not use what C holds, not even NaN. What lies between the lines of C is not touched.
   */
  gemm(
    order: Order,
    transA: Transpose,
    transB: Transpose,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: ElementArray<T>,
    lda: number,
    b: ElementArray<T>,
    ldb: number,
    beta: number,
    c: ElementArray<T>,
    ldc: number,
  ): void
}

/** Level 3 over an engine. */
export function makeLevel3<T extends DType>(engine: () => EngineCore, dtype: T): Level3<T> {
  const double = dtype === 'float64'
  return {
    gemm(order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
      const check = checks(`${double ? 'd' : 's'}gemm`, dtype)
      const columns = check.order(1, order)
      const ta = check.transpose(2, 'transA', transA)
      const tb = check.transpose(3, 'transB', transB)
      check.size(4, 'm', m)
      check.size(5, 'n', n)
      check.size(6, 'k', k)
      check.scalar(7, 'alpha', alpha)
      // Lines and their width as they are stored.
      const [linesA, widthA] = ta === columns ? [m, k] : [k, m]
      const [linesB, widthB] = tb === columns ? [k, n] : [n, k]
      const [linesC, widthC] = columns ? [n, m] : [m, n]
      check.lead(9, 'lda', lda, widthA)
      check.lead(11, 'ldb', ldb, widthB)
      check.scalar(12, 'beta', beta)
      check.lead(14, 'ldc', ldc, widthC)
      check.matrix(8, 'a', a, linesA, widthA, lda)
      check.matrix(10, 'b', b, linesB, widthB, ldb)
      check.matrix(13, 'c', c, linesC, widthC, ldc)
      if (m === 0 || n === 0 || ((alpha === 0 || k === 0) && beta === 1)) return
      const skip = alpha === 0 || k === 0
      const left = { ...matrixOperand(a, linesA, widthA, lda), read: !skip }
      const right = { ...matrixOperand(b, linesB, widthB, ldb), read: !skip }
      const result = { ...matrixOperand(c, linesC, widthC, ldc, true), read: beta !== 0 }
      const [first, second] = columns ? [right, left] : [left, right]
      const trans = ((columns ? tb : ta) ? 1 : 0) | ((columns ? ta : tb) ? 2 : 0)
      const direct = gemmPath(dtype, trans, linesC, widthC, k) === 'direct'
      const scratch = gemmScratchBytes(dtype, trans, linesC, widthC, k)
      staged(engine(), dtype, [first, second, result], scratch, (kernels, [p1, p2, pc], work) => {
        const gemm = double
          ? direct
            ? kernels.dgemmDirect
            : kernels.dgemmPacked
          : direct
            ? kernels.sgemmDirect
            : kernels.sgemmPacked
        const [lead1, lead2] = [Math.max(1, first.width), Math.max(1, second.width)]
        gemm(trans, linesC, widthC, k, alpha, p1, lead1, p2, lead2, beta, pc, widthC, work)
      })
    },
  }
}
