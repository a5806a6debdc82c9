// C := beta C: all of gemm when alpha = 0 or k = 0, and its beginning when beta is neither 0 nor 1.
import { LANES } from '../simd';

/** C := beta C over (m, n); beta = 0 stores +0 without reading C, beta = 1 leaves it. */
export function scaleMatrix<T>(m: i32, n: i32, beta: T, c: usize, ldc: usize): void {
  if (beta == <T>1) return;
  const factor = v128.splat<T>(beta);
  for (; m > 0; --m) {
    let p = c;
    let j = n;
    if (beta == <T>0) {
      for (; j >= LANES<T>(); j -= LANES<T>()) {
        v128.store(p, v128.splat<T>(<T>0));
        p += 16;
      }
      for (; j > 0; --j) {
        store<T>(p, <T>0);
        p += sizeof<T>();
      }
    } else {
      for (; j >= LANES<T>(); j -= LANES<T>()) {
        v128.store(p, v128.mul<T>(factor, v128.load(p)));
        p += 16;
      }
      for (; j > 0; --j) {
        store<T>(p, <T>(beta * load<T>(p)));
        p += sizeof<T>();
      }
    }
    c += ldc;
  }
}
