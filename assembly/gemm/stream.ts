// A single column of C, where k lies across memory: the rows of A as it is stored, one for each k, are added up in the order in which they lie,
// four at a time. Sums are in C, or in `work` where C is read or has gaps; each takes in k one after another, as in every tile.
import { axpy, copy, scal } from '../level1';
import { gemv } from '../level2';
import { KC } from './block';

/**
 * C := alpha A' x, added to C when `update`: A stored as (k, m), rows `lda` elements apart, C and x with steps; m elements of `work`.
 */
export function stream<T>(
  m: i32, k: i32, alpha: T, a: usize, lda: i32, x: usize, incx: i32, update: bool, c: usize, incc: i32, work: usize,
): void {
  while (k > 0) {
    const kc = min(k, KC);
    const sums = update || incc != 1 ? work : c;
    gemv<T>(1, kc, m, <T>1, a, lda, x, incx, <T>0, sums, 1);
    if (update) {
      axpy<T>(m, alpha, sums, 1, c, incc);
    } else {
      if (sums != c) copy<T>(m, sums, 1, c, incc);
      scal<T>(m, alpha, c, incc);
    }
    a += <usize>kc * <usize>lda * sizeof<T>();
    x += <usize>kc * <usize>incx * sizeof<T>();
    k -= kc;
    update = true;
  }
}
