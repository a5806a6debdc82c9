// gemm for matrices that do not fit the first-level cache: the loops of Goto and van de Geijn over packed copies.
//
//   for jc in steps of NC          columns of C
//     for pc in steps of KC        depth: B(pc, jc) is packed, KC x NC
//       for ic in steps of MC      rows: A(ic, pc) is packed, MC x KC, second-level cache
//         for strips of 2 vectors  B strip, KC x 2 vectors, first-level cache
//           for groups of 4 rows   one tile
import { LANES } from '../simd';
import { KC, MC, MR, NC, NR } from './block';
import { restRows, strip } from './edge';
import { packA, packB } from './pack';
import { scaleMatrix } from './scale';
import { tile4x2 } from './tile';

/** C(mc, nc) := alpha A B + beta C from packed A (mc, k) and packed B (k, nc). */
function packedBlock<T>(
  m: i32, n: i32, k: i32, alpha: T, a: usize, b: usize, beta: T, c: usize, ldc: usize,
): void {
  const size = sizeof<T>();
  const line = <usize>k * size;
  for (; n >= NR<T>(); n -= NR<T>()) {
    let i = m;
    let ai = a;
    let ci = c;
    for (; i >= MR; i -= MR) {
      tile4x2<T>(k, ai, size, 4 * size, b, 32, alpha, beta, ci, ldc);
      ai += line << 2;
      ci += ldc << 2;
    }
    if (i > 0) restRows<T>(i, k, ai, line, size, b, 32, alpha, beta, ci, ldc);
    b += <usize>NR<T>() * line;
    c += 32;
  }
  if (n >= LANES<T>()) {
    strip<T>(m, k, a, line, size, 4 * size, size, b, 16, alpha, beta, c, ldc, LANES<T>());
    b += <usize>LANES<T>() * line;
    c += 16;
    n -= LANES<T>();
  }
  if (n > 0) strip<T>(m, k, a, line, size, 4 * size, size, b, <usize>n * size, alpha, beta, c, ldc, n);
}

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
      const scale = pc == 0 ? beta : <T>1;
      packB<T>(transB, kc, nc, b + <usize>pc * rsB + <usize>jc * csB, rowB, packedB);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(m - ic, MC);
        packA<T>(transA, mc, kc, a + <usize>ic * rsA + <usize>pc * csA, rowA, work);
        packedBlock<T>(mc, nc, kc, alpha, work, packedB, scale, c + <usize>ic * rowC + <usize>jc * size, rowC);
      }
    }
  }
}
