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

/** `C = alpha op(A) op(B) + beta C`, m by n; op is the matrix or its transpose, float32. */
export const sgemm = routines.sgemm
/** `C = alpha op(A) op(B) + beta C`, m by n; op is the matrix or its transpose, float64. */
export const dgemm = routines.dgemm
/** `y = alpha op(A) x + beta y`, float32. */
export const sgemv = routines.sgemv
/** `y = alpha op(A) x + beta y`, float64. */
export const dgemv = routines.dgemv
/** `A = alpha x y' + A`, a rank-one update, float32. */
export const sger = routines.sger
/** `A = alpha x y' + A`, a rank-one update, float64. */
export const dger = routines.dger
/** The inner product `x' y`, float32. */
export const sdot = routines.sdot
/** The inner product `x' y`, float64. */
export const ddot = routines.ddot
/** `y = alpha x + y`, float32. */
export const saxpy = routines.saxpy
/** `y = alpha x + y`, float64. */
export const daxpy = routines.daxpy
/** `x = alpha x`, float32. */
export const sscal = routines.sscal
/** `x = alpha x`, float64. */
export const dscal = routines.dscal
/** The Euclidean norm of x, without overflow on the way, float32. */
export const snrm2 = routines.snrm2
/** The Euclidean norm of x, without overflow on the way, float64. */
export const dnrm2 = routines.dnrm2
/** The sum of the absolute values of x, float32. */
export const sasum = routines.sasum
/** The sum of the absolute values of x, float64. */
export const dasum = routines.dasum
/** The index, from 0, of the first element of x with the largest absolute value, float32. */
export const isamax = routines.isamax
/** The index, from 0, of the first element of x with the largest absolute value, float64. */
export const idamax = routines.idamax
/** `y = x`, float32. */
export const scopy = routines.scopy
/** `y = x`, float64. */
export const dcopy = routines.dcopy
/** Exchanges x and y, float32. */
export const sswap = routines.sswap
/** Exchanges x and y, float64. */
export const dswap = routines.dswap
