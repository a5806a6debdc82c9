// The columns of C behind strips of two vectors: a broad strip of two vectors and a half or of five (`stripsOf`), otherwise a vector and then the rest.
import { LANES } from '../simd';
import { NR } from './block';
import { thinTile } from './thin';
import { tile1x2 } from './tiles/tile1x2';
import { tile2x5 } from './tiles/tile2x5';
import { tile2xWide } from './tiles/tile2xWide';
import { tile4xWide } from './tiles/tile4xWide';

/**
 * `count` times `rows` rows, 1 .. 4, from one to the next `da` in A and `dc` in C, by n columns; `first`: no strip is on their left.
 * A and B as in strips.ts.
 */
export function tails<T>(
  rows: i32, count: i32, da: usize, dc: usize, n: i32, first: bool, k: i32, a: usize, rs: usize, cs: usize, b: usize, col: usize,
  rowB: usize, alpha: T, update: bool, c: usize, ldc: usize,
): void {
  if (n > NR<T>()) {
    if (rowB == 0) rowB = <usize>n * sizeof<T>();
    if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4 && rows == 4 && n < 2 * NR<T>()) {
      tile4xWide<T>(count, da, 0, dc, k, a, rs, cs, b, rowB, alpha, update, c, ldc);
      return;
    }
    for (; rows > 1; rows -= 2) {
      if (n > 2 * NR<T>()) tile2x5<T>(count, da, 0, dc, k, a, rs, cs, b, rowB, alpha, update, c, ldc);
      else tile2xWide<T>(count, da, 0, dc, k, a, rs, cs, b, rowB, alpha, update, c, ldc);
      a += rs << 1;
      c += ldc << 1;
    }
    if (rows == 0) return;
    for (; n > NR<T>(); n -= NR<T>()) {
      tile1x2<T>(count, da, 0, dc, k, a, rs, cs, b, rowB, alpha, update, c, ldc);
      b += 32;
      c += 32;
    }
    first = false;
  }
  while (n > 0) {
    const width = min(n, LANES<T>());
    const bs = rowB ? rowB : <usize>width * sizeof<T>();
    thinTile<T>(rows, first, width, count, da, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
    b += <usize>width * col;
    c += 16;
    n -= width;
    first = false;
  }
}
