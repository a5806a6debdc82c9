// Reduction to bidiagonal form of the reference; assembly/factor/bidiagonal.ts has the formulas and the layout.
import type { Kernels, Pointer } from '../../kernels.js'
import { address, type Blas } from './blas.js'
import { larfg } from './householder.js'

/** gebrd of one element type. */
export function makeGebrd(blas: Blas): Kernels['dgebrd'] {
  const { bytes, gemv } = blas

  /** Copy n elements, `step` elements apart at either end. */
  function copy(n: number, from: Pointer, stepFrom: number, to: Pointer, stepTo: number): void {
    const array = blas.view()
    for (let i = 0; i < n; i++) array[to / bytes + i * stepTo] = array[from / bytes + i * stepFrom]
  }

  /** Put a 1 where a reflection left its length, which is returned. */
  function lead(x: Pointer): number {
    const array = blas.view()
    const value = array[x / bytes]
    array[x / bytes] = 1
    return value
  }

  return (m, n, a, lda, d, e, tauq, taup, work, nb) => {
    for (let k = 0; k < n; k += nb) {
      const b = Math.min(nb, n - k)
      const [rows, cols] = [m - k, n - k]
      const panel = address(blas, a, lda, k, k)
      // A row for every vector of L and of R.
      const left = work
      const right = address(blas, left, rows, 2 * nb, 0)
      const column = address(blas, right, cols, 2 * nb, 0)
      const y = column + rows * bytes
      const w = y + cols * bytes
      for (let i = 0; i < b; i++) {
        const at = address(blas, panel, lda, i, i)
        const [height, rest, known] = [rows - i, cols - i - 1, 2 * i]
        const [l, r] = [address(blas, left, rows, 0, i), address(blas, right, cols, 0, i + 1)]
        copy(height, at, lda, column, 1)
        if (i > 0) gemv(1, known, height, -1, l, rows, r - bytes, cols, 1, column, 1)
        const factorQ = larfg(blas, height, column, 1)
        blas.view()[tauq / bytes + k + i] = factorQ
        blas.float64()[d / 8 + k + i] = lead(column)
        copy(height, column, 1, at, lda)
        copy(height, column, 1, address(blas, left, rows, known, i), 1)
        if (rest === 0) continue
        const row = at + bytes
        gemv(1, height, rest, 1, row, lda, column, 1, 0, y, 1)
        if (i > 0) {
          gemv(0, known, height, 1, l, rows, column, 1, 0, w, 1)
          gemv(1, known, rest, -1, r, cols, w, 1, 1, y, 1)
        }
        blas.scal(rest, factorQ, y, 1)
        copy(rest, y, 1, address(blas, right, cols, known, i + 1), 1)
        gemv(1, known + 1, rest, -1, r, cols, l, rows, 1, row, 1)
        const factorP = larfg(blas, rest, row, 1)
        blas.view()[taup / bytes + k + i] = factorP
        blas.float64()[e / 8 + k + i] = lead(row)
        copy(rest, row, 1, address(blas, right, cols, known + 1, i + 1), 1)
        if (height === 1) continue
        gemv(0, height - 1, rest, 1, row + lda * bytes, lda, row, 1, 0, column, 1)
        gemv(0, known + 1, rest, 1, r, cols, row, 1, 0, w, 1)
        gemv(1, known + 1, height - 1, -1, l + bytes, rows, w, 1, 1, column, 1)
        blas.scal(height - 1, factorP, column, 1)
        copy(height - 1, column, 1, address(blas, left, rows, known + 1, i + 1), 1)
      }
      if (rows > b && cols > b) {
        const [l, r] = [address(blas, left, rows, 0, b), address(blas, right, cols, 0, b)]
        blas.gemm(1, rows - b, cols - b, 2 * b, -1, l, rows, r, cols, 1, address(blas, panel, lda, b, b), lda, 0)
      }
    }
  }
}
