// `deeplinear/blas`: reference-BLAS routines on plain Float32Array and Float64Array.
//
//   (order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
//
// Operands are copied into WebAssembly memory and results back, so level 3 gains most and level 1 hardly anything. The module
// keeps one engine, made at the first call and synchronous: the `simd` build, the same bits everywhere. BLAS has no handle to
// carry one; `createBlas(engine)` is for those who have.
import type { EngineCore } from '../engine/core.js'
import { createEngineSync } from '../linalg/engine.js'
import { blasOver } from './create.js'

export type { ElementArray, Order, Transpose } from './arguments.js'
export { type Blas, createBlas } from './create.js'

let shared: EngineCore | undefined

const routines = /* @__PURE__ */ blasOver(() => {
  shared ??= createEngineSync()
  return shared
})

export const {
  sgemm,
  dgemm,
  sgemv,
  dgemv,
  sger,
  dger,
  sdot,
  ddot,
  saxpy,
  daxpy,
  sscal,
  dscal,
  snrm2,
  dnrm2,
  sasum,
  dasum,
  isamax,
  idamax,
  scopy,
  dcopy,
  sswap,
  dswap,
} = routines
