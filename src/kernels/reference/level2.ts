// Matrix-vector kernels of the reference, row-major; positions, increments and leading dimensions in elements; alpha and
// beta already rounded to the element type. `round` rounds to it: sums of several operations need it at every one.
import type { Elements } from './views.js'

/** Rounds to an element type. */
export type Round = (x: number) => number

/** y := alpha op(A) x + beta y, A (m, n). */
export type ReferenceGemv = (
  array: Elements,
  trans: number,
  m: number,
  n: number,
  alpha: number,
  a: number,
  lda: number,
  x: number,
  incx: number,
  beta: number,
  y: number,
  incy: number,
) => void

/** The inner loops of an element type. */
export interface RowKernels {
  rowDot(array: Elements, n: number, a: number, x: number, incx: number): number
  addRow(array: Elements, n: number, t: number, x: number, incx: number, y: number, incy: number): void
}

/** Make the gemv of an element type. */
export function makeGemv({ rowDot, addRow }: RowKernels, round: Round): ReferenceGemv {
  return (array, trans, m, n, alpha, a, lda, x, incx, beta, y, incy) => {
    const transposed = (trans & 1) !== 0
    if (transposed || alpha === 0) scaleVector(array, transposed ? n : m, beta, y, incy)
    if (alpha === 0) return
    if (transposed) {
      for (let i = 0; i < m; i++) addRow(array, n, round(alpha * array[x + i * incx]), a + i * lda, 1, y, incy)
      return
    }
    for (let i = 0; i < m; i++) {
      const at = y + i * incy
      const product = round(alpha * rowDot(array, n, a + i * lda, x, incx))
      array[at] = beta === 0 ? product : round(beta * array[at]) + product
    }
  }
}

/** A := A + alpha x y', A (m, n); alpha = 0 does nothing. */
export type ReferenceGer = (
  array: Elements,
  m: number,
  n: number,
  alpha: number,
  x: number,
  incx: number,
  y: number,
  incy: number,
  a: number,
  lda: number,
) => void

/** Make the ger of an element type. */
export function makeGer({ addRow }: RowKernels, round: Round): ReferenceGer {
  return (array, m, n, alpha, x, incx, y, incy, a, lda) => {
    if (alpha === 0) return
    for (let i = 0; i < m; i++) addRow(array, n, round(alpha * array[x + i * incx]), y, incy, a + i * lda, 1)
  }
}

/** y := beta y; beta = 0 stores +0, beta = 1 leaves it. */
function scaleVector(array: Elements, n: number, beta: number, y: number, incy: number): void {
  if (beta === 1) return
  for (let i = 0; i < n; i++) array[y + i * incy] = beta === 0 ? 0 : beta * array[y + i * incy]
}
