// The reference kernels of triangular systems, Cholesky, LU and the symmetric eigendecomposition, under their exported names.
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'
import { makePotrf } from './cholesky.js'
import { makeOrgtr, makeRotatePanel, makeSytrd } from './eigen.js'
import { makeSteqrSweeps } from './eigen-qr.js'
import { makeGetrf } from './lu.js'
import { makeTrsm } from './triangular.js'
import { bothSolveBlas, type SolveBase } from './triangular-blas.js'

/** Names of these kernels. */
export type SolveKernels = Pick<
  Kernels,
  | ('strsm' | 'dtrsm' | 'spotrf' | 'dpotrf' | 'sgetrf' | 'dgetrf' | 'ssytrd' | 'dsytrd' | 'sorgtr' | 'dorgtr')
  | ('dsteqrSweeps' | 'srotatePanel' | 'drotatePanel')
>

/** Make them over the reference kernels of BLAS. */
export function makeSolve(kernels: SolveBase, views: () => Views): SolveKernels {
  const { s, d } = bothSolveBlas(kernels, views)
  const strsm = makeTrsm(s)
  const dtrsm = makeTrsm(d)
  return {
    ...{ strsm, dtrsm, spotrf: makePotrf(s), dpotrf: makePotrf(d) },
    ...{ sgetrf: makeGetrf(s, strsm, views), dgetrf: makeGetrf(d, dtrsm, views) },
    ...{ ssytrd: makeSytrd(s), dsytrd: makeSytrd(d), sorgtr: makeOrgtr(s), dorgtr: makeOrgtr(d) },
    ...{ dsteqrSweeps: makeSteqrSweeps(views) },
    ...{ srotatePanel: makeRotatePanel(s, views), drotatePanel: makeRotatePanel(d, views) },
  }
}
