// Reduction to upper bidiagonal form, row-major, m >= n:  A = Q B P',  d on the diagonal of B, e above it.
//
// Reflections from the left and from the right take turns. Inside a panel of nb columns A stays as it was and
//
//   A_now = A - L R',   L = (v_0 x_0 v_1 x_1 ..) (m, 2 nb),   R = (y_0 u_0 y_1 u_1 ..) (n, 2 nb),
//
// so that a step costs two products of A with a vector (gemv), and the columns beyond the panel are updated by one gemm of
// depth 2 nb: half of the work is gemm. v_k stays in column k of A from the diagonal down, u_k in row k right of it, both with
// their leading 1 written out; d and e are float64 for both element types.
//
// L and R are kept transposed, a row for every vector: products with them then run along rows as long as the panel, where rows of 2 nb would be
// over before they have begun.
//
// work: L' | R' | two vectors of max(m, n) | one of 2 nb | what a product needs:  bidiagonalScratchBytes in
// src/kernels/factor-scratch.ts.
import { copy, scal } from '../level1';
import { gemv } from '../level2';
import { larfg } from './householder';
import { product } from './product';

/** Step i of a panel: column i and row i. `l` and `r` are columns i of L' and R', `a` is element (i, i). */
function reduceStep<T>(
  m: i32, n: i32, i: i32, a: usize, lda: i32, d: usize, e: usize, tauq: usize, taup: usize, l: usize, ldl: i32, r: usize,
  ldr: i32, column: usize, y: usize, w: usize,
): void {
  const size = sizeof<T>();
  const known = 2 * i;
  // Where the vectors of this step go.
  const ends = <usize>known * size;
  const v = l + ends * <usize>ldl;
  const u = r + ends * <usize>ldr + size;
  // Column: what the panel has done to it so far, then its reflection.
  copy<T>(m, a, lda, column, 1);
  if (i > 0) gemv<T>(1, known, m, <T>-1, l, ldl, r, ldr, <T>1, column, 1);
  const left = larfg<T>(m, column, 1);
  store<T>(tauq, left);
  store<f64>(d, <f64>load<T>(column));
  store<T>(column, <T>1);
  copy<T>(m, column, 1, a, lda);
  copy<T>(m, column, 1, v, 1);
  const rest = n - 1;
  if (rest == 0) return;
  // y = tau (A'v - R L'v)
  const right = a + size;
  const after = r + size;
  gemv<T>(1, m, rest, <T>1, right, lda, column, 1, <T>0, y, 1);
  if (i > 0) {
    gemv<T>(0, known, m, <T>1, l, ldl, column, 1, <T>0, w, 1);
    gemv<T>(1, known, rest, <T>-1, after, ldr, w, 1, <T>1, y, 1);
  }
  scal<T>(rest, left, y, 1);
  copy<T>(rest, y, 1, u, 1);
  // Row: the same.
  gemv<T>(1, known + 1, rest, <T>-1, after, ldr, l, ldl, <T>1, right, 1);
  const factor = larfg<T>(rest, right, 1);
  store<T>(taup, factor);
  store<f64>(e, <f64>load<T>(right));
  store<T>(right, <T>1);
  copy<T>(rest, right, 1, u + <usize>ldr * size, 1);
  // x = tau (A u - L R'u), from row i + 1 down
  const below = m - 1;
  if (below == 0) return;
  gemv<T>(0, below, rest, <T>1, right + <usize>lda * size, lda, right, 1, <T>0, column, 1);
  gemv<T>(0, known + 1, rest, <T>1, after, ldr, right, 1, <T>0, w, 1);
  gemv<T>(1, known + 1, below, <T>-1, l + size, ldl, w, 1, <T>1, column, 1);
  scal<T>(below, factor, column, 1);
  copy<T>(below, column, 1, v + (<usize>ldl + 1) * size, 1);
}

/** Reduce b columns and rows, and update what lies beyond them. */
function reducePanel<T>(
  m: i32, n: i32, b: i32, a: usize, lda: i32, d: usize, e: usize, tauq: usize, taup: usize, work: usize, nb: i32,
): void {
  const size = sizeof<T>();
  const vectors = <usize>(2 * nb) * size;
  const r = work + <usize>m * vectors;
  const column = r + <usize>n * vectors;
  const y = column + <usize>m * size;
  const w = y + <usize>n * size;
  for (let i = 0; i < b; ++i) {
    const offset = <usize>i * size;
    reduceStep<T>(
      m - i, n - i, i, a + (<usize>i * <usize>lda + <usize>i) * size, lda, d + 8 * i, e + 8 * i, tauq + offset,
      taup + offset, work + offset, m, r + offset, n, column, y, w);
  }
  const beyond = <usize>b * size;
  product<T>(
    1, m - b, n - b, 2 * b, <T>-1, work + beyond, m, r + beyond, n, <T>1, a + <usize>b * <usize>lda * size + beyond, lda,
    w + vectors);
}

/** Reduce A (m, n), m >= n, in place. d, tauq (n); e, taup (n - 1). */
function gebrd<T>(
  m: i32, n: i32, a: usize, lda: i32, d: usize, e: usize, tauq: usize, taup: usize, work: usize, nb: i32,
): void {
  const size = sizeof<T>();
  for (let k = 0; k < n; k += nb) {
    const offset = <usize>k * size;
    const at = a + <usize>k * <usize>lda * size + offset;
    reducePanel<T>(
      m - k, n - k, min(nb, n - k), at, lda, d + 8 * k, e + 8 * k, tauq + offset, taup + offset, work, nb);
  }
}

export function sgebrd(
  m: i32, n: i32, a: usize, lda: i32, d: usize, e: usize, tauq: usize, taup: usize, work: usize, nb: i32,
): void {
  gebrd<f32>(m, n, a, lda, d, e, tauq, taup, work, nb);
}

export function dgebrd(
  m: i32, n: i32, a: usize, lda: i32, d: usize, e: usize, tauq: usize, taup: usize, work: usize, nb: i32,
): void {
  gebrd<f64>(m, n, a, lda, d, e, tauq, taup, work, nb);
}
