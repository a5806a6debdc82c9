// Cholesky factorization of the reference, left-looking in panels of 32 columns that are factored transposed.
import { PANEL } from '../../factor-scratch-solve.js'
import type { Kernels } from '../../kernels.js'
import { divide, type SolveBlas, transpose } from './triangular-blas.js'

/** potrf of one element type. */
export function makePotrf(blas: SolveBlas): Kernels['dpotrf'] {
  const { bytes, round, gemm, gemv } = blas
  return (n, a, lda, work) => {
    const array = blas.view()
    const panel = work / bytes
    for (let j = 0; j < n; j += PANEL) {
      const width = Math.min(PANEL, n - j)
      const m = n - j
      const left = a + j * lda * bytes
      const corner = left + j * bytes
      if (j > 0) gemm(2, m, width, j, -1, left, lda, left, lda, 1, corner, lda, work)
      transpose(blas, m, width, corner / bytes, lda, panel, m)
      for (let i = 0; i < width; i++) {
        const at = panel + i * m + i
        const column = work + i * bytes
        gemv(1, i, m - i, -1, column, m, column, m, 1, at * bytes, 1)
        if (!(array[at] > 0)) return j + i + 1
        const root = round(Math.sqrt(array[at]))
        array[at] = root
        divide(blas, m - i - 1, root, at + 1)
      }
      transpose(blas, width, m, panel, m, corner / bytes, lda)
    }
    for (let i = 0; i < n; i++) array.fill(0, a / bytes + i * lda + i + 1, a / bytes + i * lda + n)
    return 0
  }
}
