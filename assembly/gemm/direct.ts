// gemm for small matrices: A is read in place by its strides. B is read in place when that is possible and faster, and
// packed otherwise (`packsB`). The same tiles as the packed path, so the same bits.
import { KC, packsB } from './block';
import { packB } from './pack';
import { scaleMatrix } from './scale';
import { stream } from './stream';
import { block } from './strips';
import { shareGemm, sharesGemm } from '../threads/gemm';

/** Fewest elements of a matrix whose rows are added up as they lie: for fewer the calls cost more than strides. */
// @ts-ignore: decorator
@inline
const STREAMED: i32 = 2048;

/**
 * C := alpha op(A) op(B) + beta C. `work` holds a packed block of B, n * min(k, KC) elements, when `packsB` says so;
 * m elements where C is a column and A transposed, n where C is a row and B is not; otherwise it is not touched.
 */
export function gemmDirect<T>(
  trans: i32, m: i32, n: i32, k: i32, alpha: T, a: usize, lda: i32, b: usize, ldb: i32, beta: T, c: usize, ldc: i32,
  work: usize,
): void {
  if (m == 1 && n > 1 && (trans & 2 || n * k >= STREAMED)) {
    // A row is the column of the transposed product.
    gemmDirect<T>((trans & 1 ? 0 : 2) | (trans & 2 ? 0 : 1), n, 1, k, alpha, b, ldb, a, lda, beta, c, 1, work);
    return;
  }
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
  if (n == 1 && trans & 1 && m * k >= STREAMED) {
    stream<T>(m, k, alpha, a, lda, b, transB ? 1 : ldb, update, c, ldc, work);
    return;
  }
  const packed = packsB<T>(transB, m, n, k);
  if (sharesGemm(m, n, k)) {
    shareGemm(size, false, packed, trans, m, n, k, <f64>alpha, a, rowA, b, rowB, update, c, rowC, work);
    return;
  }
  const rs = trans & 1 ? size : rowA;
  const cs = trans & 1 ? rowA : size;
  while (k > 0) {
    const kc = n == 1 && cs == size ? k : min(k, KC);
    if (packed) packB<T>(transB, kc, n, b, rowB, work);
    block<T>(
      m, n, kc, a, rs, cs, packed ? work : b, packed ? <usize>kc * size : size, packed ? 0 : transB ? size : rowB, alpha,
      update, c, rowC);
    a += <usize>kc * cs;
    b += <usize>kc * (transB ? size : rowB);
    k -= kc;
    update = true;
  }
}
