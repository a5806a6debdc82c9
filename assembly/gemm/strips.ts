// One block of k, all tiles of C. Columns go in strips of two vectors; of what is left, half a vector joins the last strip (ten
// columns of float32 are one strip of 10), otherwise a vector and then the rest are thin strips of their own.
import { LANES } from '../simd';
import { HALF, MR, NR, wide } from './block';
import { tile1x1, tile1x2, tile2x2, tile2xWide, tile3x2, tile4x1, tile4x2 } from './tile';

/** Most bytes of a block of B that stays in the first-level cache while C goes by. */
// @ts-ignore: decorator
@inline
const NEAR_BYTES: usize = 24576;
/** Fewest strips with which C goes by row after row: with fewer there are more calls, and C is narrow anyway. */
// @ts-ignore: decorator
@inline
const ROW_STRIPS: i32 = 4;

/**
 * C := A B times alpha, added to C when `update`.
 *
 *   rows 4i .. 4i + 3     at a + i * group, element (r, k) at r * rs + k * cs
 *   the last m mod 4      at a + floor(m / 4) * group, element (r, k) at r * rsRest + k * csRest
 *   a strip from column j   at b + j * col, its rows `rowB` bytes apart; 0: packed without a gap
 */
export function block<T>(
  m: i32, n: i32, k: i32, a: usize, group: usize, rs: usize, cs: usize, rsRest: usize, csRest: usize, b: usize, col: usize,
  rowB: usize, alpha: T, update: bool, c: usize, ldc: usize,
): void {
  const size = sizeof<T>();
  const groups = m / MR;
  const rest = m % MR;
  const aRest = a + <usize>groups * group;
  const ldc4 = ldc << 2;
  const bottom = <usize>groups * ldc4;
  const isWide = wide<T>(n);
  const strips = isWide ? n / NR<T>() - 1 : n / NR<T>();
  if (strips > 0) {
    const bs = rowB ? rowB : 32;
    const next = col * <usize>NR<T>();
    if (strips >= ROW_STRIPS && <usize>n * <usize>k * size <= NEAR_BYTES) {
      // B stays in the first-level cache: C is gone through row by row.
      let ai = a;
      let ci = c;
      for (let i = groups; i > 0; --i) {
        tile4x2<T>(strips, 0, next, 32, k, ai, rs, cs, b, bs, alpha, update, ci, ldc);
        ai += group;
        ci += ldc4;
      }
    } else if (groups > 0) {
      let bj = b;
      let cj = c;
      for (let j = strips; j > 0; --j) {
        tile4x2<T>(groups, group, 0, ldc4, k, a, rs, cs, bj, bs, alpha, update, cj, ldc);
        bj += next;
        cj += 32;
      }
    }
    const ci = c + bottom;
    if (rest == 1) tile1x2<T>(strips, next, k, aRest, csRest, b, bs, alpha, update, ci);
    else if (rest == 2) tile2x2<T>(strips, next, k, aRest, rsRest, csRest, b, bs, alpha, update, ci, ldc);
    else if (rest == 3) tile3x2<T>(strips, next, k, aRest, rsRest, csRest, b, bs, alpha, update, ci, ldc);
    b += <usize>strips * next;
    c += <usize>strips << 5;
    n -= strips * NR<T>();
  }
  if (isWide) {
    const bs = rowB ? rowB : 40;
    const ldc2 = ldc << 1;
    if (group == rs << 2) {
      if (m > 1) tile2xWide<T>(m >> 1, rs << 1, ldc2, k, a, rs, cs, b, bs, alpha, update, c, ldc);
    } else {
      if (groups > 0) {
        tile2xWide<T>(groups, group, ldc4, k, a, rs, cs, b, bs, alpha, update, c, ldc);
        tile2xWide<T>(groups, group, ldc4, k, a + (rs << 1), rs, cs, b, bs, alpha, update, c + ldc2, ldc);
      }
      if (rest > 1) tile2xWide<T>(1, 0, 0, k, aRest, rsRest, csRest, b, bs, alpha, update, c + bottom, ldc);
    }
    if (rest & 1) {
      const ai = aRest + <usize>(rest - 1) * rsRest;
      const ci = c + <usize>(m - 1) * ldc;
      tile1x2<T>(1, 0, k, ai, csRest, b, bs, alpha, update, ci);
      tile1x1<T>(false, HALF<T>(), 1, 0, 0, k, ai, csRest, b + 32, bs, alpha, update, ci + 32);
    }
    return;
  }
  let first = strips == 0;
  while (n > 0) {
    const width = min(n, LANES<T>());
    const bs = rowB ? rowB : <usize>width * size;
    if (groups > 0) tile4x1<T>(first, width, groups, group, ldc4, k, a, rs, cs, b, bs, alpha, update, c, ldc);
    if (rest > 0) tile1x1<T>(first, width, rest, rsRest, ldc, k, aRest, csRest, b, bs, alpha, update, c + bottom);
    b += <usize>width * col;
    c += 16;
    n -= width;
    first = false;
  }
}
