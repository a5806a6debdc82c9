// The orthogonal factorizations of the reference, for both element types, as the kernel interface names them.
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'
import { makeGebrd } from './bidiagonal.js'
import { makeBdsqr } from './bidiagonal-qr.js'
import { type Base, bothBlas } from './blas.js'
import { makeOmatcopy } from './omatcopy.js'
import { makeQr } from './qr.js'

/** The names that this file provides. */
export type OrthogonalKernels = Pick<
  Kernels,
  ('sgeqrf' | 'dgeqrf' | 'sorgqr' | 'dorgqr' | 'sgebrd' | 'dgebrd' | 'sbdsqr' | 'dbdsqr') | ('somatcopy' | 'domatcopy')
>

/** The orthogonal factorizations over the other reference kernels. */
export function makeOrthogonal(kernels: Base, views: () => Views): OrthogonalKernels {
  const both = bothBlas(kernels, views)
  const [s, d] = [makeQr(both.s), makeQr(both.d)]
  return {
    ...{ sgeqrf: s.geqrf, dgeqrf: d.geqrf, sorgqr: s.orgqr, dorgqr: d.orgqr },
    ...{ sgebrd: makeGebrd(both.s), dgebrd: makeGebrd(both.d), sbdsqr: makeBdsqr(both.s), dbdsqr: makeBdsqr(both.d) },
    ...{ somatcopy: makeOmatcopy(both.s), domatcopy: makeOmatcopy(both.d) },
  }
}
