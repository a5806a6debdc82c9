// One block of k, all tiles of C. Columns go in strips of two vectors; of what is left, half a vector joins the last strip (ten
// columns of float32 are one strip of 10), one vector the last two, otherwise a vector and then the rest are thin strips of their own. Rows go in groups
// of six or four.
import { KC, NR, sixes, stripsOf } from './block';
import { LINES, lines } from './line';
import { tails } from './tails';
import { tile1x2 } from './tiles/tile1x2';
import { tile2x2 } from './tiles/tile2x2';
import { tile4x2 } from './tiles/tile4x2';
import { tile6x2 } from './tiles/tile6x2';

/** Most bytes of a block of B that stays in the first-level cache while C goes by. */
// @ts-ignore: decorator
@inline
const NEAR_BYTES: usize = 24576;
/** Fewest strips with which C goes by row after row: with fewer there are more calls, and C is narrow anyway. */
// @ts-ignore: decorator
@inline
const ROW_STRIPS: i32 = 4;

/** Tiles of six rows, or of four. */
// @ts-ignore: decorator
@inline
function main<T>(
  six: bool, count: i32, da: usize, db: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize,
  alpha: T, update: bool, c: usize, ldc: usize,
): void {
  if (ASC_FEATURE_RELAXED_SIMD && six) tile6x2<T>(count, da, db, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
  else tile4x2<T>(count, da, db, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
}

/**
 * C := A B times alpha, added to C when `update`; k is at most KC, or anything for a single column of A in place with k along memory.
 *
 *   element (i, k) of A at a + i * rs + k * cs; one of rs and cs is that of an element
 *   a strip from column j at b + j * col, its rows `rowB` bytes apart; 0: packed without a gap
 */
export function block<T>(
  m: i32, n: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, col: usize, rowB: usize, alpha: T, update: bool,
  c: usize, ldc: usize,
): void {
  const size = sizeof<T>();
  if (n == 1 && cs == size) {
    const dx = rowB ? rowB : size;
    const count = m / LINES;
    const done = count * LINES;
    if (count > 0) {
      lines<T>(count, k, a, rs, b, dx, alpha, update, c, ldc);
      a += rs * <usize>done;
      c += ldc * <usize>done;
      m -= done;
    }
    for (; k > KC; k -= KC) {
      block<T>(m, 1, KC, a, rs, cs, b, col, rowB, alpha, update, c, ldc);
      a += <usize>KC * cs;
      b += <usize>KC * dx;
      update = true;
    }
  }
  const strips = stripsOf<T>(n);
  if (strips > 0) {
    const bs = rowB ? rowB : 32;
    const next = col * <usize>NR<T>();
    // Where B stays in the first-level cache, C is gone through row by row.
    const near = strips >= ROW_STRIPS && <usize>n * <usize>k * size <= NEAR_BYTES;
    let six = sixes(m);
    let left = m;
    let ai = a;
    let ci = c;
    while (left >= 4) {
      let count = six ? six : left >> 2;
      const rows = six ? 6 : 4;
      const da = rs * <usize>rows;
      const dc = ldc * <usize>rows;
      left -= rows * count;
      if (near) {
        do {
          main<T>(six != 0, strips, 0, next, 32, k, ai, rs, cs, b, bs, alpha, update, ci, ldc);
          ai += da;
          ci += dc;
        } while (--count > 0);
      } else {
        let bj = b;
        let cj = ci;
        for (let j = strips; j > 0; --j) {
          main<T>(six != 0, count, da, 0, dc, k, ai, rs, cs, bj, bs, alpha, update, cj, ldc);
          bj += next;
          cj += 32;
        }
        ai += da * <usize>count;
        ci += dc * <usize>count;
      }
      six = 0;
    }
    if (left > 1) {
      tile2x2<T>(strips, 0, next, 32, k, ai, rs, cs, b, bs, alpha, update, ci, ldc);
      ai += rs << 1;
      ci += ldc << 1;
    }
    if (left & 1) tile1x2<T>(strips, 0, next, 32, k, ai, rs, cs, b, bs, alpha, update, ci, ldc);
    b += <usize>strips * next;
    c += <usize>strips << 5;
    n -= strips * NR<T>();
  }
  if (n == 0) return;
  const first = strips == 0;
  const groups = m >> 2;
  if (groups > 0) {
    tails<T>(4, groups, rs << 2, ldc << 2, n, first, k, a, rs, cs, b, col, rowB, alpha, update, c, ldc);
    a += <usize>groups * (rs << 2);
    c += <usize>groups * (ldc << 2);
  }
  if (m & 3) tails<T>(m & 3, 1, 0, 0, n, first, k, a, rs, cs, b, col, rowB, alpha, update, c, ldc);
}
