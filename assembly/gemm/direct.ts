// gemm for small matrices: A is read in place by its strides. B is read in place when that is possible and faster, and
// packed otherwise (`packsB`). The same tiles as the packed path, so the same bits.
import { LANES } from '../simd';
import { KC, MR, NR, packsB } from './block';
import { restRows, strip } from './edge';
import { packB } from './pack';
import { scaleMatrix } from './scale';
import { tile4x2 } from './tile';

/**
 * C := alpha op(A) op(B) + beta C. `work` holds a packed block of B, n * min(k, KC) elements, when `packsB` says so;
 * otherwise it is not touched.
 */
export function gemmDirect<T>(
  trans: i32, m: i32, n: i32, k: i32, alpha: T, a: usize, lda: i32, b: usize, ldb: i32, beta: T, c: usize, ldc: i32,
  work: usize,
): void {
  const size = sizeof<T>();
  const rowA = <usize>lda * size;
  const rowB = <usize>ldb * size;
  const rowC = <usize>ldc * size;
  if (alpha == <T>0 || k == 0) {
    scaleMatrix<T>(m, n, beta, c, rowC);
    return;
  }
  const transB = (trans & 2) != 0;
  const packed = packsB<T>(transB, m, n, k);
  const rs = trans & 1 ? size : rowA;
  const cs = trans & 1 ? rowA : size;
  while (k > 0) {
    const kc = min(k, KC);
    // Element (0, j) of the block of op(B) at bj + j * col; rows of a strip `row` bytes apart, or packed without a gap.
    let bj = b;
    let col = size;
    if (packed) {
      packB<T>(transB, kc, n, b, rowB, work);
      bj = work;
      col = <usize>kc * size;
    }
    let cj = c;
    let j = n;
    for (; j >= NR<T>(); j -= NR<T>()) {
      const bs = packed ? <usize>32 : rowB;
      let i = m;
      let ai = a;
      let ci = cj;
      for (; i >= MR; i -= MR) {
        tile4x2<T>(kc, ai, rs, cs, bj, bs, alpha, beta, ci, rowC);
        ai += rs << 2;
        ci += rowC << 2;
      }
      if (i > 0) restRows<T>(i, kc, ai, rs, cs, bj, bs, alpha, beta, ci, rowC);
      bj += <usize>NR<T>() * col;
      cj += 32;
    }
    if (j >= LANES<T>()) {
      strip<T>(m, kc, a, rs, rs, cs, cs, bj, packed ? <usize>16 : rowB, alpha, beta, cj, rowC, LANES<T>());
      bj += <usize>LANES<T>() * col;
      cj += 16;
      j -= LANES<T>();
    }
    if (j > 0) strip<T>(m, kc, a, rs, rs, cs, cs, bj, packed ? <usize>j * size : rowB, alpha, beta, cj, rowC, j);
    a += <usize>kc * cs;
    b += <usize>kc * (transB ? size : rowB);
    k -= kc;
    beta = <T>1;
  }
}
