// gemm as the factorizations call it: the path is chosen here, by the bytes that the operands take. Both paths give the same
// bits. `work` holds what either needs: productBytes in src/kernels/factor-scratch.ts.
import { KC, MR } from '../gemm/block';
import { gemmPacked } from '../gemm/blocked';
import { gemmDirect } from '../gemm/direct';

/** Most bytes of a transposed A that is read in place: the first-level cache. */
// @ts-ignore: decorator
@inline const NEAR_BYTES: i64 = 32768;
/** Most bytes of a block of A or B that is read in place: half of a second-level cache. */
// @ts-ignore: decorator
@inline const FAR_BYTES: i64 = 524288;

/** C := alpha op(A) op(B) + beta C. */
export function product<T>(
  trans: i32, m: i32, n: i32, k: i32, alpha: T, a: usize, lda: i32, b: usize, ldb: i32, beta: T, c: usize, ldc: i32,
  work: usize,
): void {
  if (m <= 0 || n <= 0) return;
  const depth = <i64>min(k, KC) * sizeof<T>();
  const most = trans & 1 ? NEAR_BYTES : FAR_BYTES;
  if (m <= 2 * MR || (<i64>m * depth <= most && <i64>n * depth <= FAR_BYTES)) {
    gemmDirect<T>(trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work);
  } else {
    gemmPacked<T>(trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work);
  }
}
