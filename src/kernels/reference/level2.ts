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

/** Make the gemv of an element type; `lanes` is the number of its elements in 16 bytes. */
export function makeGemv(lanes: number, round: Round): ReferenceGemv {
  const partial = new Float64Array(4 * lanes)

  /** Dot product of a row and x: 4 `lanes` partial sums, then the four vectors, then the lanes, then the tail. */
  function rowDot(array: Elements, n: number, a: number, x: number, incx: number): number {
    const group = 4 * lanes
    const whole = n - (n % group)
    partial.fill(0)
    for (let i = 0; i < whole; i += group) {
      for (let j = 0; j < group; j++) {
        partial[j] = round(partial[j] + round(array[a + i + j] * array[x + (i + j) * incx]))
      }
    }
    let sum = 0
    for (let lane = 0; lane < lanes; lane++) {
      const low = round(partial[lane] + partial[lane + lanes])
      const high = round(partial[lane + 2 * lanes] + partial[lane + 3 * lanes])
      // The first lane starts the sum rather than being added to zero, which would turn -0 into +0.
      sum = lane === 0 ? round(low + high) : round(sum + round(low + high))
    }
    for (let i = whole; i < n; i++) sum = round(sum + round(array[a + i] * array[x + i * incx]))
    return sum
  }

  return (array, trans, m, n, alpha, a, lda, x, incx, beta, y, incy) => {
    const transposed = (trans & 1) !== 0
    if (transposed || alpha === 0) scaleVector(array, transposed ? n : m, beta, y, incy)
    if (alpha === 0) return
    if (transposed) {
      for (let i = 0; i < m; i++) addRow(array, n, round(alpha * array[x + i * incx]), a + i * lda, 1, y, incy, round)
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
export function ger(
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
  round: Round,
): void {
  if (alpha === 0) return
  for (let i = 0; i < m; i++) addRow(array, n, round(alpha * array[x + i * incx]), y, incy, a + i * lda, 1, round)
}

/** y := y + t x with two roundings. */
function addRow(
  array: Elements,
  n: number,
  t: number,
  x: number,
  incx: number,
  y: number,
  incy: number,
  round: Round,
): void {
  for (let j = 0; j < n; j++) array[y + j * incy] += round(t * array[x + j * incx])
}

/** y := beta y; beta = 0 stores +0, beta = 1 leaves it. */
function scaleVector(array: Elements, n: number, beta: number, y: number, incy: number): void {
  if (beta === 1) return
  for (let i = 0; i < n; i++) array[y + i * incy] = beta === 0 ? 0 : beta * array[y + i * incy]
}
