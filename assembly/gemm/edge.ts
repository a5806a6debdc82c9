// What 4 x 2-vector tiles leave over: one to three rows at the bottom, and the columns that do not fill two vectors.
// Ten columns of float32 are 8 + 2, not 16.
import { LANES } from '../simd';
import { tile1x1, tile1x2, tile2x2, tile3x2, tile4x1 } from './tile';

/** The last `rows` (1 .. 3) rows of a strip of two vectors of columns. */
export function restRows<T>(
  rows: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, ldc: usize,
): void {
  if (rows == 1) tile1x2<T>(k, a, cs, b, bs, alpha, beta, c);
  else if (rows == 2) tile2x2<T>(k, a, rs, cs, b, bs, alpha, beta, c, ldc);
  else tile3x2<T>(k, a, rs, cs, b, bs, alpha, beta, c, ldc);
}

/**
 * A strip of `width` columns, 1 .. LANES, over all m rows of a block.
 *
 *   rows 4i .. 4i + 3    at a + 4i * step, element (r, k) at r * rs + k * cs
 *   the last m mod 4     at a + i * step, element k at k * csRest
 */
// @ts-ignore: decorator
@inline
export function strip<T>(
  m: i32, k: i32, a: usize, step: usize, rs: usize, cs: usize, csRest: usize, b: usize, bs: usize, alpha: T, beta: T,
  c: usize, ldc: usize, width: i32,
): void {
  for (; m >= 4; m -= 4) {
    tile4x1<T>(k, a, rs, cs, b, bs, alpha, beta, c, ldc, width);
    a += step << 2;
    c += ldc << 2;
  }
  for (; m > 0; --m) {
    tile1x1<T>(k, a, csRest, b, bs, alpha, beta, c, width);
    a += step;
    c += ldc;
  }
}
