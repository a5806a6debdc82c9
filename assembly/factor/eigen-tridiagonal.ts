// Reduction of a symmetric matrix to tridiagonal form, Q' A Q = T, by Householder reflections, 16 columns to a panel.
//
//   H_k = I - tau_k v_k v_k',  v_k zero up to index k, then 1;    Q = H_0 H_1 ... H_(n-2)
//   A := A - P' Q for the panel:  rows 2i of P and Q are v, w; rows 2i + 1 are w, v;  w = tau A v - (tau/2)(tau v'A v) v
//
// Half of the work is a matrix-vector product per column, half one gemm per panel. The whole square is kept, not one
// triangle: rows are contiguous, and columns are not. Entries are scaled to about 1 by the caller.
import { axpy, dot, scal } from '../level1';
import { gemv } from '../level2';
import { divide } from './triangular';
import { product } from './product';

/** Columns of a panel; part of the numeric contract. */
// @ts-ignore: decorator
@inline
export const EB: i32 = 16;

/** Sums of squares up to this are zero beside entries of about 1: 2^-200 for float32, 2^-960 for float64. */
// @ts-ignore: decorator
@inline
function negligible<T>(): f64 {
  return sizeof<T>() == 4 ? reinterpret<f64>(0x3370000000000000) : reinterpret<f64>(0x03f0000000000000);
}

/** Column `k` of the matrix, the i-th of its panel. */
function column<T>(
  i: i32, k: i32, n: i32, a: usize, lda: i32, p: usize, q: usize, t: usize, d: usize, e: usize, tau: usize,
): void {
  const size = sizeof<T>();
  const row = <usize>lda * size;
  const here = <usize>k * size;
  const y = a + <usize>k * row + here;
  gemv<T>(1, 2 * i, n - k, <T>-1, q + here, n, p + here, n, <T>1, y, 1);
  store<f64>(d + (<usize>k << 3), <f64>load<T>(y));
  const length = n - k - 1;
  if (length == 0) return;
  const v = y + size;
  const alpha = <f64>load<T>(v);
  const tail = dot<T>(length - 1, v + size, 1, v + size, 1);
  let beta = alpha;
  let factor: T = <T>0;
  if (tail > negligible<T>()) {
    beta = sqrt<f64>(alpha * alpha + tail);
    if (alpha >= 0) beta = -beta;
    factor = <T>((beta - alpha) / beta);
    divide<T>(length - 1, <T>(alpha - beta), v + size);
  }
  store<f64>(e + (<usize>k << 3), beta);
  store<T>(tau + here, factor);
  store<T>(v, <T>1);
  const line = <usize>n * size;
  const there = here + size;
  const p0 = p + <usize>(2 * i) * line + there;
  const q0 = q + <usize>(2 * i) * line + there;
  const bytes = <usize>length * size;
  if (factor == <T>0) {
    memory.fill(p0, 0, bytes);
    memory.fill(p0 + line, 0, bytes);
    memory.fill(q0, 0, bytes);
    memory.fill(q0 + line, 0, bytes);
    return;
  }
  const w = q0;
  gemv<T>(0, length, length, <T>1, a + <usize>(k + 1) * row + there, lda, v, 1, <T>0, w, 1);
  gemv<T>(0, 2 * i, length, <T>1, q + there, n, v, 1, <T>0, t, 1);
  gemv<T>(1, 2 * i, length, <T>-1, p + there, n, t, 1, <T>1, w, 1);
  scal<T>(length, factor, w, 1);
  const half = <T>(-0.5 * <f64>factor * dot<T>(length, w, 1, v, 1));
  axpy<T>(length, half, v, 1, w, 1);
  memory.copy(p0, v, bytes);
  memory.copy(p0 + line, w, bytes);
  memory.copy(q0 + line, v, bytes);
}

/**
 * T and the reflections of A (n, n), of which the lower triangle is read. On return d (n) and e (n - 1) hold T in float64,
 * tau (n - 1) the factors, and row k of A holds v_k from column k + 1 on.
 * `work`: sytrdScratchBytes in src/kernels/factor-scratch-eigen.ts.
 */
export function sytrd<T>(n: i32, a: usize, lda: i32, d: usize, e: usize, tau: usize, work: usize): void {
  const size = sizeof<T>();
  const row = <usize>lda * size;
  for (let i = 1; i < n; ++i) {
    let from = a + <usize>i * row;
    let to = a + <usize>i * size;
    for (let k = i; k > 0; --k) {
      store<T>(to, load<T>(from));
      from += size;
      to += row;
    }
  }
  const q = work + <usize>(2 * EB) * <usize>n * size;
  const t = q + <usize>(2 * EB) * <usize>n * size;
  const scratch = t + <usize>(2 * EB) * size;
  for (let j = 0; j < n; j += EB) {
    const width = min(EB, n - j);
    for (let i = 0; i < width; ++i) column<T>(i, j + i, n, a, lda, work, q, t, d, e, tau);
    const next = j + width;
    const rest = n - next;
    if (rest == 0) break;
    const at = <usize>next * size;
    product<T>(1, rest, rest, 2 * width, <T>-1, work + at, n, q + at, n, <T>1, a + <usize>next * row + at, lda, scratch);
  }
}
