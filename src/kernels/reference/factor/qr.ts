// QR factorization of the reference; assembly/factor/qr.ts has the layout.
import type { Kernels, Pointer } from '../../kernels.js'
import { address, type Blas } from './blas.js'
import { copyReflectors, larfb, larfg, larft } from './householder.js'

/** geqrf and orgqr of one element type. */
export function makeQr(blas: Blas): { geqrf: Kernels['dgeqrf']; orgqr: Kernels['dorgqr'] } {
  const { bytes } = blas

  function factorPanel(m: number, n: number, a: Pointer, lda: number, tau: Pointer, w: Pointer): void {
    for (let k = 0; k < Math.min(m, n); k++) {
      const at = address(blas, a, lda, k, k)
      const factor = larfg(blas, m - k, at, lda)
      const array = blas.view()
      array[tau / bytes + k] = factor
      const rest = n - k - 1
      if (factor === 0 || rest === 0) continue
      const diagonal = array[at / bytes]
      array[at / bytes] = 1
      blas.gemv(1, m - k, rest, 1, at + bytes, lda, at, lda, 0, w, 1)
      blas.ger(m - k, rest, -factor, at, lda, w, 1, at + bytes, lda)
      array[at / bytes] = diagonal
    }
  }

  /** Where the parts of `work` begin for a block of m rows. */
  function parts(m: number, nb: number, work: Pointer) {
    const t = work + m * nb * bytes
    const gram = t + nb * nb * bytes
    return { t, gram, w: gram + nb * nb * bytes }
  }

  return {
    geqrf: (m, n, a, lda, tau, work, nb) => {
      const steps = Math.min(m, n)
      for (let k = 0; k < steps; k += nb) {
        const b = Math.min(nb, steps - k)
        const { t, gram, w } = parts(m - k, nb, work)
        const at = address(blas, a, lda, k, k)
        factorPanel(m - k, b, at, lda, tau + k * bytes, w)
        if (n - k <= b) continue
        copyReflectors(blas, m - k, b, at, lda, work)
        larft(blas, m - k, b, work, tau + k * bytes, t, gram)
        larfb(blas, true, m - k, n - k - b, b, work, t, at + b * bytes, lda, w)
      }
    },
    orgqr: (m, n, k, a, lda, tau, work, nb) => {
      for (let i = k; i < m; i++) {
        for (let j = k; j < n; j++) blas.view()[a / bytes + i * lda + j] = i === j ? 1 : 0
      }
      for (let from = nb * (Math.ceil(k / nb) - 1); from >= 0; from -= nb) {
        const b = Math.min(nb, k - from)
        const { t, gram, w } = parts(m - from, nb, work)
        const at = address(blas, a, lda, from, from)
        copyReflectors(blas, m - from, b, at, lda, work)
        larft(blas, m - from, b, work, tau + from * bytes, t, gram)
        const array = blas.view()
        for (let i = 0; i < m - from; i++) {
          const row = at / bytes + i * lda
          for (let j = 0; j < b; j++) array[row + j] = i === j ? 1 : 0
          if (i < b) array.fill(0, row + b, row + n - from)
        }
        larfb(blas, false, m - from, n - from, b, work, t, at, lda, w)
      }
    },
  }
}
