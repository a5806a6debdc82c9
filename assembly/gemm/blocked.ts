// gemm for matrices that do not fit the first-level cache: the loops of Goto and van de Geijn over packed copies.
//
//   for jc in steps of NC          columns of C
//     for pc in steps of KC        depth: B(pc, jc) is packed, KC x NC
//       for ic in steps of MC      rows: A(ic, pc) is packed, MC x KC, second-level cache
//         for strips of 2 vectors  B strip, KC x 2 vectors, first-level cache
//           for panels of rows     one tile
import { KC, MC, NC } from './block';
import { packA, packB } from './pack';
import { scaleMatrix } from './scale';
import { blockOfCopies } from './panels';
import { shareGemm, sharesGemm } from '../threads/gemm';

/** C := alpha op(A) op(B) + beta C. `work` holds the packed blocks: (min(m, MC) + min(n, NC)) * min(k, KC) elements. */
export function gemmPacked<T>(
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
  const update = beta != <T>0;
  if (update && beta != <T>1) scaleMatrix<T>(m, n, beta, c, rowC);
  if (sharesGemm(m, n, k)) {
    shareGemm(size, true, true, trans, m, n, k, <f64>alpha, a, rowA, b, rowB, update, c, rowC, work);
    return;
  }
  const transA = (trans & 1) != 0;
  const transB = (trans & 2) != 0;
  // Distances between rows and columns of op(A) and op(B).
  const rsA = transA ? size : rowA;
  const csA = transA ? rowA : size;
  const rsB = transB ? size : rowB;
  const csB = transB ? rowB : size;
  const packedB = work + <usize>min(m, MC) * <usize>min(k, KC) * size;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(n - jc, NC);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(k - pc, KC);
      packB<T>(transB, kc, nc, b + <usize>pc * rsB + <usize>jc * csB, rowB, packedB);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(m - ic, MC);
        packA<T>(transA, mc, kc, a + <usize>ic * rsA + <usize>pc * csA, rowA, work);
        blockOfCopies<T>(mc, nc, kc, work, packedB, alpha, update || pc > 0, c + <usize>ic * rowC + <usize>jc * size, rowC);
      }
    }
  }
}
