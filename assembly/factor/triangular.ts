// Triangular systems with many right-hand sides, row-major:
//
//   left    op(A) X = alpha B,  A (m, m)        right   X op(A) = alpha B,  A (n, n)        X over B (m, n)
//
// Diagonal blocks of 32 rows are copied, with op applied, and solved row by row: every step is a sum of rows of X, so the
// vectors run along the right-hand sides. On the right the same is done with the block of columns of B transposed. What is
// outside the diagonal blocks is one gemm to a block.
import { scaleMatrix } from '../gemm/scale';
import { gemv } from '../level2';
import { LANES } from '../simd';
import { product } from './product';

/** Rows of a diagonal block; part of the numeric contract. */
// @ts-ignore: decorator
@inline
export const TB: i32 = 32;

// Bits of `flags`.
// @ts-ignore: decorator
@inline
export const TRANSPOSED: i32 = 1;
// @ts-ignore: decorator
@inline
export const UPPER: i32 = 2;
// @ts-ignore: decorator
@inline
export const UNIT: i32 = 4;
// @ts-ignore: decorator
@inline
export const RIGHT: i32 = 8;

/** x := x / divisor, contiguous: one rounding per element. */
export function divide<T>(n: i32, divisor: T, x: usize): void {
  const v = v128.splat<T>(divisor);
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    v128.store(x, v128.div<T>(v128.load(x), v));
    x += 16;
  }
  for (; n > 0; --n) {
    store<T>(x, <T>(load<T>(x) / divisor));
    x += sizeof<T>();
  }
}

/** Copy the transpose of an (m, n) matrix; rows `fromRow` and `toRow` bytes apart. */
export function transpose<T>(m: i32, n: i32, from: usize, fromRow: usize, to: usize, toRow: usize): void {
  for (; m > 0; --m) {
    let p = from;
    let q = to;
    for (let j = n; j > 0; --j) {
      store<T>(q, load<T>(p));
      p += sizeof<T>();
      q += toRow;
    }
    from += fromRow;
    to += sizeof<T>();
  }
}

/** Copy an (n, n) block, or its transpose, to rows of TB elements. */
function copyBlock<T>(transposed: bool, n: i32, from: usize, row: usize, to: usize): void {
  const size = sizeof<T>();
  const toRow = <usize>TB * size;
  if (transposed) {
    transpose<T>(n, n, from, row, to, toRow);
    return;
  }
  for (let i = n; i > 0; --i) {
    memory.copy(to, from, <usize>n * size);
    from += row;
    to += toRow;
  }
}

/** D X = B for a triangular block D of n rows in rows of TB elements; B (n, columns), X over it. */
function solveRows<T>(upper: bool, unit: bool, n: i32, columns: i32, d: usize, b: usize, ldb: i32): void {
  const size = sizeof<T>();
  const row = <usize>ldb * size;
  const dRow = <usize>TB * size;
  for (let t = 0; t < n; ++t) {
    const i = upper ? n - 1 - t : t;
    const first = upper ? i + 1 : 0;
    const di = d + <usize>i * dRow;
    const bi = b + <usize>i * row;
    gemv<T>(1, t, columns, <T>-1, b + <usize>first * row, ldb, di + <usize>first * size, 1, <T>1, bi, 1);
    if (!unit) divide<T>(columns, load<T>(di + <usize>i * size), bi);
  }
}

/**
 * X with op(A) X = alpha B, or X op(A) = alpha B. `flags`: 1 transposed, 2 A is upper, 4 unit diagonal (not read), 8 right.
 * Only one triangle of A matters. A zero on the diagonal divides by zero; callers look for one first.
 *
 * `work`: trsmScratchBytes in src/kernels/factor-scratch-solve.ts.
 */
export function trsm<T>(
  flags: i32, m: i32, n: i32, alpha: T, a: usize, lda: i32, b: usize, ldb: i32, work: usize,
): void {
  const size = sizeof<T>();
  const rowA = <usize>lda * size;
  const rowB = <usize>ldb * size;
  if (alpha != <T>1) scaleMatrix<T>(m, n, alpha, b, rowB);
  if (alpha == <T>0 || m == 0 || n == 0) return;
  const transposed = (flags & TRANSPOSED) != 0;
  const right = (flags & RIGHT) != 0;
  const unit = (flags & UNIT) != 0;
  // op(A) is upper; and whether blocks are solved from the last to the first.
  const upper = ((flags & UPPER) != 0) != transposed;
  const backward = upper != right;
  const order = right ? n : m;
  const lines = work + <usize>(TB * TB) * size;
  const scratch = right ? lines + <usize>TB * <usize>m * size : lines;
  const blocks = (order + TB - 1) / TB;
  for (let t = 0; t < blocks; ++t) {
    const j = (backward ? blocks - 1 - t : t) * TB;
    const width = min(TB, order - j);
    const rest = backward ? j : order - j - width;
    const next = backward ? 0 : j + width;
    const diagonal = a + <usize>j * rowA + <usize>j * size;
    // Block (next, j) or (j, next) of op(A), where it is stored.
    const stored = right != transposed ? a + <usize>j * rowA + <usize>next * size : a + <usize>next * rowA + <usize>j * size;
    if (right) {
      const bj = b + <usize>j * size;
      copyBlock<T>(!transposed, width, diagonal, rowA, work);
      transpose<T>(m, width, bj, rowB, lines, <usize>m * size);
      solveRows<T>(!upper, unit, width, m, work, lines, m);
      transpose<T>(width, m, lines, <usize>m * size, bj, rowB);
      if (rest > 0) {
        const trans = transposed ? 2 : 0;
        product<T>(trans, m, rest, width, <T>-1, bj, ldb, stored, lda, <T>1, b + <usize>next * size, ldb, scratch);
      }
    } else {
      const bj = b + <usize>j * rowB;
      copyBlock<T>(transposed, width, diagonal, rowA, work);
      solveRows<T>(upper, unit, width, n, work, bj, ldb);
      if (rest > 0) {
        const trans = transposed ? 1 : 0;
        product<T>(trans, rest, n, width, <T>-1, stored, lda, bj, ldb, <T>1, b + <usize>next * rowB, ldb, scratch);
      }
    }
  }
}
