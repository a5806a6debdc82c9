// Triangular systems of the reference: op(A) X = alpha B and X op(A) = alpha B in diagonal blocks of 32, in the order that
// assembly/README.md lays down.
import { PANEL, Triangle } from '../../factor-scratch-solve.js'
import type { Kernels } from '../../kernels.js'
import { divide, type SolveBlas, transpose } from './triangular-blas.js'

/** trsm of one element type. */
export function makeTrsm(blas: SolveBlas): Kernels['dtrsm'] {
  const { bytes, round, gemm, gemv } = blas

  /** D X = B, D of order n in rows of PANEL elements at byte offset d. */
  function solveRows(upper: boolean, unit: boolean, n: number, columns: number, d: number, b: number, ldb: number) {
    for (let t = 0; t < n; t++) {
      const i = upper ? n - 1 - t : t
      const first = upper ? i + 1 : 0
      const row = b + i * ldb * bytes
      gemv(1, t, columns, -1, b + first * ldb * bytes, ldb, d + (i * PANEL + first) * bytes, 1, 1, row, 1)
      if (!unit) divide(blas, columns, blas.view()[d / bytes + i * PANEL + i], row / bytes)
    }
  }

  return (flags, m, n, factor, a, lda, b, ldb, work) => {
    const alpha = round(factor)
    const array = blas.view()
    if (alpha !== 1) {
      for (let i = 0; i < m; i++) {
        const start = b / bytes + i * ldb
        for (let j = start; j < start + n; j++) array[j] = alpha === 0 ? 0 : alpha * array[j]
      }
    }
    if (alpha === 0 || m === 0 || n === 0) return
    const transposed = (flags & Triangle.transposed) !== 0
    const right = (flags & Triangle.right) !== 0
    const unit = (flags & Triangle.unit) !== 0
    const upper = ((flags & Triangle.upper) !== 0) !== transposed
    // The blocks of X in the order in which they can be known.
    const starts = Array.from({ length: Math.ceil((right ? n : m) / PANEL) }, (_, t) => t * PANEL)
    const backward = upper !== right
    if (backward) starts.reverse()
    const lines = work + PANEL * PANEL * bytes
    for (const j of starts) {
      const width = Math.min(PANEL, (right ? n : m) - j)
      const rest = backward ? j : (right ? n : m) - j - width
      const next = backward ? 0 : j + width
      const stored = a + (right !== transposed ? j * lda + next : next * lda + j) * bytes
      // The block as it stands in the equation for rows of unknowns: op(A), transposed on the right.
      for (let i = 0; i < width; i++) {
        for (let k = 0; k < width; k++) {
          const [row, column] = transposed !== right ? [j + k, j + i] : [j + i, j + k]
          array[work / bytes + i * PANEL + k] = array[a / bytes + row * lda + column]
        }
      }
      if (right) {
        const bj = b + j * bytes
        transpose(blas, m, width, bj / bytes, ldb, lines / bytes, m)
        solveRows(!upper, unit, width, m, work, lines, m)
        transpose(blas, width, m, lines / bytes, m, bj / bytes, ldb)
        if (rest > 0) {
          gemm(transposed ? 2 : 0, m, rest, width, -1, bj, ldb, stored, lda, 1, b + next * bytes, ldb, work)
        }
      } else {
        const bj = b + j * ldb * bytes
        solveRows(upper, unit, width, n, work, bj, ldb)
        if (rest > 0) {
          gemm(transposed ? 1 : 0, rest, n, width, -1, stored, lda, bj, ldb, 1, b + next * ldb * bytes, ldb, work)
        }
      }
    }
  }
}
