// The symmetric eigendecomposition of the reference: reduction to tridiagonal form, Q, and rotations of panels, in the order
// that assembly/README.md lays down.
import { LINE_BYTES, REDUCTION_PANEL, REFLECTION_BLOCK } from '../../factor-scratch-eigen.js'
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'
import { divide, type SolveBlas } from './triangular-blas.js'

/** sytrd of one element type. */
export function makeSytrd(blas: SolveBlas): Kernels['dsytrd'] {
  const { bytes, round, gemm, gemv, scal, dot, axpy } = blas
  const negligible = bytes === 4 ? 2 ** -200 : 2 ** -960
  return (n, a, lda, d, e, tau, work) => {
    const array = blas.view()
    const double = blas.float64()
    const corner = a / bytes
    for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) array[corner + k * lda + i] = array[corner + i * lda + k]
    const line = n * bytes
    const p = work
    const q = p + 2 * REDUCTION_PANEL * line
    const t = q + 2 * REDUCTION_PANEL * line
    for (let j = 0; j < n; j += REDUCTION_PANEL) {
      const width = Math.min(REDUCTION_PANEL, n - j)
      for (let i = 0; i < width; i++) {
        const k = j + i
        const y = a + (k * lda + k) * bytes
        gemv(1, 2 * i, n - k, -1, q + k * bytes, n, p + k * bytes, n, 1, y, 1)
        double[d / 8 + k] = array[y / bytes]
        const length = n - k - 1
        if (length === 0) break
        const v = y + bytes
        const alpha = array[v / bytes]
        const tail = dot(length - 1, v + bytes, 1, v + bytes, 1)
        let beta = alpha
        let factor = 0
        if (tail > negligible) {
          beta = Math.sqrt(alpha * alpha + tail)
          if (alpha >= 0) beta = -beta
          factor = round((beta - alpha) / beta)
          divide(blas, length - 1, round(alpha - beta), v / bytes + 1)
        }
        double[e / 8 + k] = beta
        array[tau / bytes + k] = factor
        array[v / bytes] = 1
        const there = (k + 1) * bytes
        const [p0, p1, q0, q1] = [p, p + line, q, q + line].map((row) => row + 2 * i * line + there)
        if (factor === 0) {
          for (const row of [p0, p1, q0, q1]) array.fill(0, row / bytes, row / bytes + length)
          continue
        }
        gemv(0, length, length, 1, a + (k + 1) * lda * bytes + there, lda, v, 1, 0, q0, 1)
        gemv(0, 2 * i, length, 1, q + there, n, v, 1, 0, t, 1)
        gemv(1, 2 * i, length, -1, p + there, n, t, 1, 1, q0, 1)
        scal(length, factor, q0, 1)
        axpy(length, round(-0.5 * factor * dot(length, q0, 1, v, 1)), v, 1, q0, 1)
        array.copyWithin(p0 / bytes, v / bytes, v / bytes + length)
        array.copyWithin(q1 / bytes, v / bytes, v / bytes + length)
        array.copyWithin(p1 / bytes, q0 / bytes, q0 / bytes + length)
      }
      const next = j + width
      const rest = n - next
      const at = next * bytes
      if (rest > 0) gemm(1, rest, rest, 2 * width, -1, p + at, n, q + at, n, 1, a + next * lda * bytes + at, lda, 0)
    }
  }
}

/** orgtr of one element type. */
export function makeOrgtr(blas: SolveBlas): Kernels['dorgtr'] {
  const { bytes, gemm, gemv, scal } = blas
  return (n, a, lda, tau, q, ldq, work) => {
    const array = blas.view()
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) array[q / bytes + i * ldq + j] = i === j ? 1 : 0
    }
    const y = work + REFLECTION_BLOCK * n * bytes
    const gram = y + REFLECTION_BLOCK * n * bytes
    for (let j = (Math.ceil((n - 1) / REFLECTION_BLOCK) - 1) * REFLECTION_BLOCK; j >= 0; j -= REFLECTION_BLOCK) {
      const length = n - 1 - j
      const width = Math.min(REFLECTION_BLOCK, length)
      for (let k = 0; k < width; k++) {
        for (let i = 0; i < length; i++) {
          array[work / bytes + k * length + i] = i < k ? 0 : array[a / bytes + (j + k) * lda + j + 1 + i]
        }
      }
      const corner = q + (j + 1) * (ldq + 1) * bytes
      gemm(0, width, length, length, 1, work, length, corner, ldq, 0, y, length, 0)
      gemm(2, width, width, length, 1, work, length, work, length, 0, gram, REFLECTION_BLOCK, 0)
      for (let k = width - 1; k >= 0; k--) {
        const yk = y + k * length * bytes
        const weights = gram + (k * REFLECTION_BLOCK + k + 1) * bytes
        gemv(1, width - 1 - k, length, -1, yk + length * bytes, length, weights, 1, 1, yk, 1)
        scal(length, array[tau / bytes + j + k], yk, 1)
      }
      gemm(1, length, length, width, -1, work, length, y, length, 1, corner, ldq, 0)
    }
  }
}

/** rotatePanel of one element type. */
export function makeRotatePanel(blas: SolveBlas, views: () => Views): Kernels['drotatePanel'] {
  const { bytes, round } = blas
  const width = LINE_BYTES / bytes
  return (panel, sweeps, count, rotations) => {
    const array = blas.view()
    const double = blas.float64()
    const { int32 } = views()
    let at = rotations / 8
    for (let sweep = 0; sweep < count; sweep++) {
      const first = int32[sweeps / 4 + 2 * sweep]
      const number = int32[sweeps / 4 + 2 * sweep + 1]
      let x = panel / bytes + first * width
      for (let k = 0; k < number; k++, at += 2, x += width) {
        const c = round(double[at])
        const s = round(double[at + 1])
        for (let i = x; i < x + width; i++) {
          const above = array[i]
          const below = array[i + width]
          array[i] = round(c * above) + round(s * below)
          array[i + width] = round(c * below) - round(s * above)
        }
      }
    }
  }
}
