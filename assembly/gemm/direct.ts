// gemm for small matrices: A is read in place by its strides. B is read in place when that is possible and faster, and
// packed otherwise (`packsB`). The same tiles as the packed path, so the same bits.
import { KC, packsB } from './block';
import { packB } from './pack';
import { scaleMatrix } from './scale';
import { block } from './strips';
import { shareGemm, sharesGemm } from '../threads/gemm';

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
  let update = beta != <T>0;
  if (update && beta != <T>1) scaleMatrix<T>(m, n, beta, c, rowC);
  const transB = (trans & 2) != 0;
  const packed = packsB<T>(transB, m, n, k);
  if (sharesGemm(m, n, k)) {
    shareGemm(size, false, packed, trans, m, n, k, <f64>alpha, a, rowA, b, rowB, update, c, rowC, work);
    return;
  }
  const rs = trans & 1 ? size : rowA;
  const cs = trans & 1 ? rowA : size;
  while (k > 0) {
    const kc = min(k, KC);
    if (packed) packB<T>(transB, kc, n, b, rowB, work);
    block<T>(
      m, n, kc, a, rs, cs, packed ? work : b, packed ? <usize>kc * size : size, packed ? 0 : rowB, alpha,
      update, c, rowC);
    a += <usize>kc * cs;
    b += <usize>kc * (transB ? size : rowB);
    k -= kc;
    update = true;
  }
}
