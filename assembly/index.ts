// The exports of the module: BLAS names, s for float32 and d for float64. Scalars arrive as float64 and are rounded to the
// element type here. README.md is the list, with the meaning of every argument.
import { leakyRelu, leakyReluGradient, tanhGradient } from './activation';
import { add, axpby, clamp, fill, mul, nonfinite, sub } from './elementwise';
import { tanh } from './elementary/tanh';
import { potrf } from './factor/cholesky';
import { steqrSweeps } from './factor/eigen-qr';
import { sytrd } from './factor/eigen-tridiagonal';
import { orgtr, rotatePanel } from './factor/eigen-vectors';
import { getrf } from './factor/lu';
import { trsm } from './factor/triangular';
import { gather } from './gather';
import { gemmPacked } from './gemm/blocked';
import { gemmDirect } from './gemm/direct';
import { asum, axpy, copy, dot, iamax, nrm2, scal, sumsq, swap } from './level1';
import { gemv, ger } from './level2';
import { exponential, logistic, logSumExp, softmaxCrossEntropy } from './losses';
import { adam, rmsprop } from './optimizer';
import { normal } from './rng';

export { dgebrd, sgebrd } from './factor/bidiagonal';
export { dbdsqr, sbdsqr } from './factor/bidiagonal-qr';
export { domatcopy, somatcopy } from './factor/omatcopy';
export { dgeqrf, dorgqr, sgeqrf, sorgqr } from './factor/qr';
export { dbisect } from './factor/bisect';
export { djacobi } from './factor/jacobi';
export { planRun, planStep } from './plan';
export { poolServe, poolShare, poolUse } from './threads/pool';

export function sgemmPacked(
  trans: i32, m: i32, n: i32, k: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32, beta: f64, c: usize,
  ldc: i32, work: usize,
): void {
  gemmPacked<f32>(trans, m, n, k, <f32>alpha, a, lda, b, ldb, <f32>beta, c, ldc, work);
}

export function dgemmPacked(
  trans: i32, m: i32, n: i32, k: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32, beta: f64, c: usize,
  ldc: i32, work: usize,
): void {
  gemmPacked<f64>(trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work);
}

export function sgemmDirect(
  trans: i32, m: i32, n: i32, k: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32, beta: f64, c: usize,
  ldc: i32, work: usize,
): void {
  gemmDirect<f32>(trans, m, n, k, <f32>alpha, a, lda, b, ldb, <f32>beta, c, ldc, work);
}

export function dgemmDirect(
  trans: i32, m: i32, n: i32, k: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32, beta: f64, c: usize,
  ldc: i32, work: usize,
): void {
  gemmDirect<f64>(trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work);
}

export function sgemv(
  trans: i32, m: i32, n: i32, alpha: f64, a: usize, lda: i32, x: usize, incx: i32, beta: f64, y: usize, incy: i32,
): void {
  gemv<f32>(trans, m, n, <f32>alpha, a, lda, x, incx, <f32>beta, y, incy);
}

export function dgemv(
  trans: i32, m: i32, n: i32, alpha: f64, a: usize, lda: i32, x: usize, incx: i32, beta: f64, y: usize, incy: i32,
): void {
  gemv<f64>(trans, m, n, alpha, a, lda, x, incx, beta, y, incy);
}

export function sger(m: i32, n: i32, alpha: f64, x: usize, incx: i32, y: usize, incy: i32, a: usize, lda: i32): void {
  ger<f32>(m, n, <f32>alpha, x, incx, y, incy, a, lda);
}

export function dger(m: i32, n: i32, alpha: f64, x: usize, incx: i32, y: usize, incy: i32, a: usize, lda: i32): void {
  ger<f64>(m, n, alpha, x, incx, y, incy, a, lda);
}

export function sdot(n: i32, x: usize, incx: i32, y: usize, incy: i32): f64 {
  return dot<f32>(n, x, incx, y, incy);
}

export function ddot(n: i32, x: usize, incx: i32, y: usize, incy: i32): f64 {
  return dot<f64>(n, x, incx, y, incy);
}

export function snrm2(n: i32, x: usize, incx: i32): f64 {
  return nrm2<f32>(n, x, incx);
}

export function dnrm2(n: i32, x: usize, incx: i32): f64 {
  return nrm2<f64>(n, x, incx);
}

export function sasum(n: i32, x: usize, incx: i32): f64 {
  return asum<f32>(n, x, incx);
}

export function dasum(n: i32, x: usize, incx: i32): f64 {
  return asum<f64>(n, x, incx);
}

export function isamax(n: i32, x: usize, incx: i32): i32 {
  return iamax<f32>(n, x, incx);
}

export function idamax(n: i32, x: usize, incx: i32): i32 {
  return iamax<f64>(n, x, incx);
}

export function saxpy(n: i32, alpha: f64, x: usize, incx: i32, y: usize, incy: i32): void {
  axpy<f32>(n, <f32>alpha, x, incx, y, incy);
}

export function daxpy(n: i32, alpha: f64, x: usize, incx: i32, y: usize, incy: i32): void {
  axpy<f64>(n, alpha, x, incx, y, incy);
}

export function sscal(n: i32, alpha: f64, x: usize, incx: i32): void {
  scal<f32>(n, <f32>alpha, x, incx);
}

export function dscal(n: i32, alpha: f64, x: usize, incx: i32): void {
  scal<f64>(n, alpha, x, incx);
}

export function scopy(n: i32, x: usize, incx: i32, y: usize, incy: i32): void {
  copy<f32>(n, x, incx, y, incy);
}

export function dcopy(n: i32, x: usize, incx: i32, y: usize, incy: i32): void {
  copy<f64>(n, x, incx, y, incy);
}

export function sswap(n: i32, x: usize, incx: i32, y: usize, incy: i32): void {
  swap<f32>(n, x, incx, y, incy);
}

export function dswap(n: i32, x: usize, incx: i32, y: usize, incy: i32): void {
  swap<f64>(n, x, incx, y, incy);
}

export function sadd(n: i32, a: usize, b: usize, c: usize): void {
  add<f32>(n, a, b, c);
}

export function dadd(n: i32, a: usize, b: usize, c: usize): void {
  add<f64>(n, a, b, c);
}

export function ssub(n: i32, a: usize, b: usize, c: usize): void {
  sub<f32>(n, a, b, c);
}

export function dsub(n: i32, a: usize, b: usize, c: usize): void {
  sub<f64>(n, a, b, c);
}

export function smul(n: i32, a: usize, b: usize, c: usize): void {
  mul<f32>(n, a, b, c);
}

export function dmul(n: i32, a: usize, b: usize, c: usize): void {
  mul<f64>(n, a, b, c);
}

export function sfill(n: i32, value: f64, x: usize): void {
  fill<f32>(n, <f32>value, x);
}

export function dfill(n: i32, value: f64, x: usize): void {
  fill<f64>(n, value, x);
}

export function ssumsq(n: i32, x: usize): f64 {
  return sumsq<f32>(n, x);
}

export function dsumsq(n: i32, x: usize): f64 {
  return sumsq<f64>(n, x);
}

export function snonfinite(n: i32, x: usize): i32 {
  return nonfinite<f32>(n, x);
}

export function dnonfinite(n: i32, x: usize): i32 {
  return nonfinite<f64>(n, x);
}

export function strsm(
  flags: i32, m: i32, n: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32, work: usize,
): void {
  trsm<f32>(flags, m, n, <f32>alpha, a, lda, b, ldb, work);
}

export function dtrsm(
  flags: i32, m: i32, n: i32, alpha: f64, a: usize, lda: i32, b: usize, ldb: i32, work: usize,
): void {
  trsm<f64>(flags, m, n, alpha, a, lda, b, ldb, work);
}

export function spotrf(n: i32, a: usize, lda: i32, work: usize): i32 {
  return potrf<f32>(n, a, lda, work);
}

export function dpotrf(n: i32, a: usize, lda: i32, work: usize): i32 {
  return potrf<f64>(n, a, lda, work);
}

export function sgetrf(m: i32, n: i32, a: usize, lda: i32, pivots: usize, work: usize): i32 {
  return getrf<f32>(m, n, a, lda, pivots, work);
}

export function dgetrf(m: i32, n: i32, a: usize, lda: i32, pivots: usize, work: usize): i32 {
  return getrf<f64>(m, n, a, lda, pivots, work);
}

export function ssytrd(n: i32, a: usize, lda: i32, d: usize, e: usize, tau: usize, work: usize): void {
  sytrd<f32>(n, a, lda, d, e, tau, work);
}

export function dsytrd(n: i32, a: usize, lda: i32, d: usize, e: usize, tau: usize, work: usize): void {
  sytrd<f64>(n, a, lda, d, e, tau, work);
}

export function sorgtr(n: i32, a: usize, lda: i32, tau: usize, q: usize, ldq: i32, work: usize): void {
  orgtr<f32>(n, a, lda, tau, q, ldq, work);
}

export function dorgtr(n: i32, a: usize, lda: i32, tau: usize, q: usize, ldq: i32, work: usize): void {
  orgtr<f64>(n, a, lda, tau, q, ldq, work);
}

export function dsteqrSweeps(
  d: usize, e: usize, eps: f64, limit: i32, cap: i32, state: usize, sweeps: usize, rotations: usize,
): i32 {
  return steqrSweeps(d, e, eps, limit, cap, state, sweeps, rotations);
}

export function srotatePanel(panel: usize, sweeps: usize, count: i32, rotations: usize): void {
  rotatePanel<f32>(panel, sweeps, count, rotations);
}

export function drotatePanel(panel: usize, sweeps: usize, count: i32, rotations: usize): void {
  rotatePanel<f64>(panel, sweeps, count, rotations);
}

export function sgather(m: i32, n: i32, a: usize, lda: i32, index: usize, c: usize): void {
  gather<f32>(m, n, a, lda, index, c);
}

export function dgather(m: i32, n: i32, a: usize, lda: i32, index: usize, c: usize): void {
  gather<f64>(m, n, a, lda, index, c);
}

export function saxpby(n: i32, alpha: f64, x: usize, beta: f64, y: usize): void {
  axpby<f32>(n, <f32>alpha, x, <f32>beta, y);
}

export function daxpby(n: i32, alpha: f64, x: usize, beta: f64, y: usize): void {
  axpby<f64>(n, alpha, x, beta, y);
}

export function sclamp(n: i32, limit: f64, x: usize): void {
  clamp<f32>(n, <f32>limit, x);
}

export function dclamp(n: i32, limit: f64, x: usize): void {
  clamp<f64>(n, limit, x);
}

export function sadam(n: i32, m: usize, v: usize, g: usize, cells: usize): void {
  adam<f32>(n, m, v, g, cells);
}

export function dadam(n: i32, m: usize, v: usize, g: usize, cells: usize): void {
  adam<f64>(n, m, v, g, cells);
}

export function srmsprop(n: i32, v: usize, g: usize, cells: usize): void {
  rmsprop<f32>(n, v, g, cells);
}

export function drmsprop(n: i32, v: usize, g: usize, cells: usize): void {
  rmsprop<f64>(n, v, g, cells);
}

export function sleakyRelu(n: i32, alpha: f64, a: usize, c: usize): void {
  leakyRelu<f32>(n, <f32>alpha, a, c);
}

export function dleakyRelu(n: i32, alpha: f64, a: usize, c: usize): void {
  leakyRelu<f64>(n, alpha, a, c);
}

export function sleakyReluGradient(n: i32, alpha: f64, a: usize, b: usize, c: usize): void {
  leakyReluGradient<f32>(n, <f32>alpha, a, b, c);
}

export function dleakyReluGradient(n: i32, alpha: f64, a: usize, b: usize, c: usize): void {
  leakyReluGradient<f64>(n, alpha, a, b, c);
}

export function stanhGradient(n: i32, a: usize, b: usize, c: usize): void {
  tanhGradient<f32>(n, a, b, c);
}

export function dtanhGradient(n: i32, a: usize, b: usize, c: usize): void {
  tanhGradient<f64>(n, a, b, c);
}

export function snormal(n: i32, k0: i32, k1: i32, step: f64, alpha: f64, c: usize): void {
  normal<f32>(n, k0, k1, step, alpha, c);
}

export function dnormal(n: i32, k0: i32, k1: i32, step: f64, alpha: f64, c: usize): void {
  normal<f64>(n, k0, k1, step, alpha, c);
}

export function stanh(n: i32, a: usize, c: usize): void {
  tanh<f32>(n, a, c);
}

export function dtanh(n: i32, a: usize, c: usize): void {
  tanh<f64>(n, a, c);
}

export function ssoftmaxCrossEntropy(
  m: i32, n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize,
): void {
  softmaxCrossEntropy<f32>(m, n, alpha, a, b, c, out);
}

export function dsoftmaxCrossEntropy(
  m: i32, n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize,
): void {
  softmaxCrossEntropy<f64>(m, n, alpha, a, b, c, out);
}

export function slogistic(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  logistic<f32>(n, alpha, a, b, c, out);
}

export function dlogistic(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  logistic<f64>(n, alpha, a, b, c, out);
}

export function sexponential(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  exponential<f32>(n, alpha, a, b, c, out);
}

export function dexponential(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  exponential<f64>(n, alpha, a, b, c, out);
}

export function slogSumExp(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  logSumExp<f32>(n, alpha, a, b, c, out);
}

export function dlogSumExp(n: i32, alpha: f64, a: usize, b: usize, c: usize, out: usize): void {
  logSumExp<f64>(n, alpha, a, b, c, out);
}
