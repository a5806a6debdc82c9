// LU factorization with partial pivoting of the reference, right-looking in panels of 32 columns that are factored transposed.
import { PANEL, Triangle } from '../../factor-scratch-solve.js'
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'
import { divide, type SolveBlas, transpose } from './triangular-blas.js'

/** getrf of one element type, over its trsm. */
export function makeGetrf(blas: SolveBlas, trsm: Kernels['dtrsm'], views: () => Views): Kernels['dgetrf'] {
  const { bytes, gemm, gemv, axpy, iamax, swap } = blas

  /** Factor the panel of `width` lines of m elements; 0, or 1 + the first line with a zero pivot. */
  function factorPanel(width: number, m: number, j: number, panel: number, pivots: number): number {
    const array = blas.view()
    let singular = 0
    for (let c = 0; c < width; c++) {
      const y = panel + c * m * bytes
      for (let k = 0; k < c - 1; k++) {
        axpy(c - k - 1, -array[y / bytes + k], panel + (k * m + k + 1) * bytes, 1, y + (k + 1) * bytes, 1)
      }
      const column = panel + c * bytes
      const pivot = y + c * bytes
      gemv(1, c, m - c, -1, column, m, y, 1, 1, pivot, 1)
      const p = iamax(m - c, pivot, 1)
      views().int32[pivots / 4 + j + c] = j + c + p
      if (p !== 0) swap(width, column, m, column + p * bytes, m)
      const value = array[pivot / bytes]
      if (value !== 0) divide(blas, m - c - 1, value, pivot / bytes + 1)
      else if (singular === 0) singular = c + 1
    }
    return singular
  }

  return (m, n, a, lda, pivots, work) => {
    const order = Math.min(m, n)
    const address = (i: number, j: number) => a + (i * lda + j) * bytes
    let singular = 0
    for (let j = 0; j < order; j += PANEL) {
      const width = Math.min(PANEL, order - j)
      const rows = m - j
      transpose(blas, rows, width, address(j, j) / bytes, lda, work / bytes, rows)
      const zero = factorPanel(width, rows, j, work, pivots)
      if (zero !== 0 && singular === 0) singular = j + zero
      transpose(blas, width, rows, work / bytes, rows, address(j, j) / bytes, lda)
      const next = j + width
      for (let i = j; i < next; i++) {
        const p = views().int32[pivots / 4 + i]
        if (p === i) continue
        swap(j, address(i, 0), 1, address(p, 0), 1)
        swap(n - next, address(i, next), 1, address(p, next), 1)
      }
      if (next === n) continue
      trsm(Triangle.unit, width, n - next, 1, address(j, j), lda, address(j, next), lda, work)
      if (next === m) continue
      const [below, right, rest] = [address(next, j), address(j, next), address(next, next)]
      gemm(0, m - next, n - next, width, -1, below, lda, right, lda, 1, rest, lda, work)
    }
    return singular
  }
}
