// The orthogonal factorizations of the reference, for both element types, as the kernel interface names them.
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'
import { type Base, bothBlas } from './blas.js'
import { makeQr } from './qr.js'

/** The names that this file provides. */
export type OrthogonalKernels = Pick<Kernels, 'sgeqrf' | 'dgeqrf' | 'sorgqr' | 'dorgqr'>

/** The orthogonal factorizations over the other reference kernels. */
export function makeOrthogonal(kernels: Base, views: () => Views): OrthogonalKernels {
  const both = bothBlas(kernels, views)
  const [s, d] = [makeQr(both.s), makeQr(both.d)]
  return { sgeqrf: s.geqrf, dgeqrf: d.geqrf, sorgqr: s.orgqr, dorgqr: d.orgqr }
}
