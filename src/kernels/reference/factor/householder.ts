// Householder reflections of the reference: the operations and the order that assembly/README.md lays down for larfg, larft
// and larfb.
import type { Pointer } from '../../kernels.js'
import { address, type Blas } from './blas.js'

const TINY = 2 ** -450
const HUGE = 2 ** 500
const SHIFT = 2 ** 600

/** The reflection that maps x to (beta, 0 .. 0): beta and v replace x; returns tau. */
export function larfg(blas: Blas, n: number, x: Pointer, incx: number): number {
  if (n <= 1) return 0
  const { bytes, round, nrm2 } = blas
  const tail = x + incx * bytes
  let rest = nrm2(n - 1, tail, incx)
  if (!(rest > 0)) return 0
  const array = blas.view()
  const at = x / bytes
  let lead = array[at]
  let back = 1
  if (bytes === 8) {
    const size = Math.max(Math.abs(lead), rest)
    const factor = size < TINY ? SHIFT : size > HUGE ? 1 / SHIFT : 1
    if (factor !== 1) {
      blas.scal(n, factor, x, incx)
      back = 1 / factor
      rest = nrm2(n - 1, tail, incx)
      lead = array[at]
    }
  }
  const length = Math.sqrt(lead * lead + rest * rest)
  const beta = lead >= 0 ? -length : length
  const inverse = 1 / (lead - beta)
  for (let i = 1; i < n; i++) array[at + i * incx] *= inverse
  array[at] = beta * back
  return round((beta - lead) / beta)
}

/** V (m, b) from below the diagonal of a panel, with its ones and zeros. */
export function copyReflectors(blas: Blas, m: number, b: number, a: Pointer, lda: number, v: Pointer): void {
  const array = blas.view()
  const [from, to] = [a / blas.bytes, v / blas.bytes]
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < b; j++) array[to + i * b + j] = i > j ? array[from + i * lda + j] : i === j ? 1 : 0
  }
}

/** The triangle T of I - V T V'. */
export function larft(blas: Blas, m: number, b: number, v: Pointer, tau: Pointer, t: Pointer, gram: Pointer): void {
  const { bytes, round } = blas
  blas.gemm(1, b, b, m, 1, v, b, v, b, 0, gram, b, 0)
  const array = blas.view()
  const [ts, gs] = [t / bytes, gram / bytes]
  for (let j = 0; j < b; j++) {
    const factor = array[tau / bytes + j]
    for (let i = 0; i < j; i++) {
      let sum = 0
      for (let l = i; l < j; l++) sum = round(sum + round(array[ts + i * b + l] * array[gs + l * b + j]))
      array[ts + i * b + j] = -round(factor * sum)
    }
    array[ts + j * b + j] = factor
    for (let i = j + 1; i < b; i++) array[ts + i * b + j] = 0
  }
}

/** C := (I - V op(T) V') C; w has room for two (b, n) matrices. */
export function larfb(
  blas: Blas,
  transpose: boolean,
  m: number,
  n: number,
  b: number,
  v: Pointer,
  t: Pointer,
  c: Pointer,
  ldc: number,
  w: Pointer,
): void {
  const w2 = address(blas, w, n, b, 0)
  blas.gemm(1, b, n, m, 1, v, b, c, ldc, 0, w, n, 0)
  blas.gemm(transpose ? 1 : 0, b, n, b, 1, t, b, w, n, 0, w2, n, 0)
  blas.gemm(0, m, n, b, -1, v, b, w2, n, 1, c, ldc, 0)
}
