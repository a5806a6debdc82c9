// LU factorization with partial pivoting, P A = L U, row-major, right-looking in panels of 32 columns. The panel is
// factored transposed, so that the search for a pivot and all updates run over contiguous elements:
//
//   line c: its first c elements become U(:c, c) by substitution; the others lose sum over k < c of U(k, c) L(:, k);
//   the largest of these is the pivot; the rest is divided by it
//
// Then the rows beside the panel change places, U(j, j+32:) is solved for, and the rest is one gemm.
import { axpy, iamax, swap } from '../level1';
import { gemv } from '../level2';
import { divide, TB, transpose, trsm, UNIT } from './triangular';
import { product } from './product';

/** Factor the panel of `width` lines of `m` elements, first row `j`; 0, or 1 + the first line with a zero pivot. */
function factorPanel<T>(width: i32, m: i32, j: i32, panel: usize, pivots: usize): i32 {
  const size = sizeof<T>();
  const line = <usize>m * size;
  let singular = 0;
  for (let c = 0; c < width; ++c) {
    const y = panel + <usize>c * line;
    for (let k = 0; k < c - 1; ++k) {
      const from = <usize>(k + 1) * size;
      axpy<T>(c - k - 1, -load<T>(y + <usize>k * size), panel + <usize>k * line + from, 1, y + from, 1);
    }
    const column = panel + <usize>c * size;
    const pivot = y + <usize>c * size;
    gemv<T>(1, c, m - c, <T>-1, column, m, y, 1, <T>1, pivot, 1);
    const p = iamax<T>(m - c, pivot, 1);
    store<i32>(pivots + (<usize>c << 2), j + c + p);
    if (p != 0) swap<T>(width, column, m, column + <usize>p * size, m);
    const value = load<T>(pivot);
    if (value != <T>0) divide<T>(m - c - 1, value, pivot + size);
    else if (singular == 0) singular = c + 1;
  }
  return singular;
}

/**
 * L (unit lower) and U over A (m, n); row i changed places with row `pivots[i]`, i ascending, i < min(m, n).
 * `work`: getrfScratchBytes in src/kernels/factor-scratch-solve.ts.
 *
 * @returns 0, or 1 + the index of the first pivot that is exactly zero; the factorization is completed all the same
 */
export function getrf<T>(m: i32, n: i32, a: usize, lda: i32, pivots: usize, work: usize): i32 {
  const size = sizeof<T>();
  const row = <usize>lda * size;
  const order = min(m, n);
  const scratch = work + <usize>TB * <usize>m * size;
  let singular = 0;
  for (let j = 0; j < order; j += TB) {
    const width = min(TB, order - j);
    const rows = m - j;
    const corner = a + <usize>j * row + <usize>j * size;
    transpose<T>(rows, width, corner, row, work, <usize>rows * size);
    const zero = factorPanel<T>(width, rows, j, work, pivots + (<usize>j << 2));
    if (zero != 0 && singular == 0) singular = j + zero;
    transpose<T>(width, rows, work, <usize>rows * size, corner, row);
    const next = j + width;
    const beside = <usize>next * size;
    for (let i = j; i < next; ++i) {
      const p = load<i32>(pivots + (<usize>i << 2));
      if (p == i) continue;
      const ri = a + <usize>i * row;
      const rp = a + <usize>p * row;
      swap<T>(j, ri, 1, rp, 1);
      swap<T>(n - next, ri + beside, 1, rp + beside, 1);
    }
    if (next == n) continue;
    const right = corner + <usize>width * size;
    trsm<T>(UNIT, width, n - next, <T>1, corner, lda, right, lda, scratch);
    if (next == m) continue;
    const below = <usize>width * row;
    product<T>(0, m - next, n - next, width, <T>-1, corner + below, lda, right, lda, <T>1, right + below, lda, scratch);
  }
  return singular;
}
