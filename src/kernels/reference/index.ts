// The kernels in plain TypeScript: the oracle that the WebAssembly build is compared with bit by bit, and what runs where
// WebAssembly does not. It shares the contract with that build, and no arithmetic.
import type { Kernels, LinearMemory } from '../kernels.js'
import { makeBisect } from './factor/bisect.js'
import { makeJacobi } from './factor/jacobi.js'
import { makeOrthogonal } from './factor/orthogonal.js'
import { makeSolve } from './factor/triangular-kernels.js'
import { makeGemm, type ReferenceGemm } from './gemm.js'
import * as level1 from './level1.js'
import { makeGemv, makeGer, type ReferenceGemv, type ReferenceGer, type RowKernels } from './level2.js'
import { makeLosses } from './losses.js'
import { makeNormal } from './normal.js'
import { makePlan } from './plan.js'
import * as float32Rows from './rows-float32.js'
import * as float64Rows from './rows-float64.js'
import { makeTanh } from './tanh.js'
import * as float32Tiles from './tiles-float32.js'
import * as float64Tiles from './tiles-float64.js'
import { makeUpdates } from './update-kernels.js'
import { memoryViews } from './views.js'

export { arrayBufferMemory } from './views.js'

const same = (x: number) => x

/** The kernels over a linear memory. `work` is not used: the reference keeps its scratch to itself. */
export function createReferenceKernels(memory: LinearMemory): Kernels {
  const views = memoryViews(memory)
  const s = elementKernels(
    () => views().float32,
    2,
    Math.fround,
    makeGemm(float32Tiles, Math.fround),
    makeGemv(float32Rows as RowKernels, Math.fround),
    makeGer(float32Rows as RowKernels, Math.fround),
  )
  const d = elementKernels(
    () => views().float64,
    3,
    same,
    makeGemm(float64Tiles, same),
    makeGemv(float64Rows as RowKernels, same),
    makeGer(float64Rows as RowKernels, same),
  )
  const kernels = {
    ...{ sgemmPacked: s.gemm, dgemmPacked: d.gemm, sgemmDirect: s.gemm, dgemmDirect: d.gemm },
    ...{ sgemv: s.gemv, dgemv: d.gemv, sger: s.ger, dger: d.ger, sdot: s.dot, ddot: d.dot },
    ...{ snrm2: s.nrm2, dnrm2: d.nrm2, sasum: s.asum, dasum: d.asum, isamax: s.iamax, idamax: d.iamax },
    ...{ saxpy: s.axpy, daxpy: d.axpy, sscal: s.scal, dscal: d.scal },
    ...{ scopy: s.copy, dcopy: d.copy, sswap: s.swap, dswap: d.swap },
    ...{ sadd: s.add, dadd: d.add, ssub: s.sub, dsub: d.sub, smul: s.mul, dmul: d.mul },
    ...{ sfill: s.fill, dfill: d.fill, ssumsq: s.sumsq, dsumsq: d.sumsq },
    ...{ snonfinite: s.nonfinite, dnonfinite: d.nonfinite },
    ...makeUpdates(views),
    ...makeNormal(views),
    ...makeTanh(views),
    ...makeLosses(views),
  }
  const factor = {
    ...makeBisect(views),
    ...makeJacobi(views),
    ...makeOrthogonal(kernels, views),
    ...makeSolve(kernels, views),
  }
  return { ...kernels, ...factor, ...makePlan({ ...kernels, ...factor }, views) }
}

/** The kernels of one element type: pointers become positions in `view()`, scalars are rounded to the type. */
function elementKernels(
  view: () => Float64Array | Float32Array,
  shift: number,
  round: (x: number) => number,
  gemm: ReferenceGemm,
  gemv: ReferenceGemv,
  ger: ReferenceGer,
) {
  const at = (pointer: number) => pointer >>> shift
  const kernels: {
    gemm: Kernels['dgemmPacked']
    gemv: Kernels['dgemv']
    ger: Kernels['dger']
    dot: Kernels['ddot']
    nrm2: Kernels['dnrm2']
    asum: Kernels['dasum']
    iamax: Kernels['idamax']
    axpy: Kernels['daxpy']
    scal: Kernels['dscal']
    copy: Kernels['dcopy']
    swap: Kernels['dswap']
    add: Kernels['dadd']
    sub: Kernels['dsub']
    mul: Kernels['dmul']
    fill: Kernels['dfill']
    sumsq: Kernels['dsumsq']
    nonfinite: Kernels['dnonfinite']
  } = {
    gemm: (trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) =>
      gemm(view(), trans, m, n, k, round(alpha), at(a), lda, at(b), ldb, round(beta), at(c), ldc),
    gemv: (trans, m, n, alpha, a, lda, x, incx, beta, y, incy) =>
      gemv(view(), trans, m, n, round(alpha), at(a), lda, at(x), incx, round(beta), at(y), incy),
    ger: (m, n, alpha, x, incx, y, incy, a, lda) =>
      ger(view(), m, n, round(alpha), at(x), incx, at(y), incy, at(a), lda),
    dot: (n, x, incx, y, incy) => level1.dot(view(), n, at(x), incx, at(y), incy),
    nrm2: (n, x, incx) => level1.nrm2(view(), n, at(x), incx),
    asum: (n, x, incx) => level1.asum(view(), n, at(x), incx),
    iamax: (n, x, incx) => level1.iamax(view(), n, at(x), incx),
    axpy: (n, alpha, x, incx, y, incy) => level1.axpy(view(), n, round(alpha), at(x), incx, at(y), incy),
    scal: (n, alpha, x, incx) => level1.scal(view(), n, round(alpha), at(x), incx),
    copy: (n, x, incx, y, incy) => level1.copy(view(), n, at(x), incx, at(y), incy),
    swap: (n, x, incx, y, incy) => level1.swap(view(), n, at(x), incx, at(y), incy),
    add: (n, a, b, c) => level1.add(view(), n, at(a), at(b), at(c)),
    sub: (n, a, b, c) => level1.sub(view(), n, at(a), at(b), at(c)),
    mul: (n, a, b, c) => level1.mul(view(), n, at(a), at(b), at(c)),
    fill: (n, value, x) => void view().fill(value, at(x), at(x) + n),
    sumsq: (n, x) => level1.dot(view(), n, at(x), 1, at(x), 1),
    nonfinite: (n, x) => level1.nonfinite(view(), n, at(x)),
  }
  return kernels
}
