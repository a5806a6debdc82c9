// Cholesky factorization A = L L', row-major, left-looking in panels of 32 columns:
//
//   A(j:, j) -= L(j:, :j) L(j, :j)'       one gemm: everything that earlier panels say about this one
//   the panel, transposed to (32, n - j)   row i -= rows k < i times their element i; then divided by its root
//
// The transposed panel makes every inner loop one over contiguous elements.
import { gemv } from '../level2';
import { divide, TB, transpose } from './triangular';
import { product } from './product';

/** Factor the panel of `width` lines of `m` elements; 0, or 1 + the first line whose pivot is not positive. */
function factorPanel<T>(width: i32, m: i32, panel: usize): i32 {
  const size = sizeof<T>();
  for (let i = 0; i < width; ++i) {
    const column = panel + <usize>i * size;
    const pivot = column + <usize>i * <usize>m * size;
    gemv<T>(1, i, m - i, <T>-1, column, m, column, m, <T>1, pivot, 1);
    const value = load<T>(pivot);
    if (!(value > <T>0)) return i + 1;
    const root = sqrt<T>(value);
    store<T>(pivot, root);
    divide<T>(m - i - 1, root, pivot + size);
  }
  return 0;
}

/**
 * L over A (n, n), of which the lower triangle is read; zeros above the diagonal on success.
 * `work`: potrfScratchBytes in src/kernels/factor-scratch-solve.ts.
 *
 * @returns 0, or 1 + the index of the first pivot that is not positive (or NaN); A is then partly overwritten
 */
export function potrf<T>(n: i32, a: usize, lda: i32, work: usize): i32 {
  const size = sizeof<T>();
  const row = <usize>lda * size;
  const scratch = work + <usize>TB * <usize>n * size;
  for (let j = 0; j < n; j += TB) {
    const width = min(TB, n - j);
    const m = n - j;
    const line = <usize>m * size;
    const left = a + <usize>j * row;
    const corner = left + <usize>j * size;
    if (j > 0) product<T>(2, m, width, j, <T>-1, left, lda, left, lda, <T>1, corner, lda, scratch);
    transpose<T>(m, width, corner, row, work, line);
    const bad = factorPanel<T>(width, m, work);
    if (bad != 0) return j + bad;
    transpose<T>(width, m, work, line, corner, row);
  }
  for (let i = 0; i < n - 1; ++i) memory.fill(a + <usize>i * row + <usize>(i + 1) * size, 0, <usize>(n - i - 1) * size);
  return 0;
}
