// The columns of C that fill no strip of two vectors: two vectors and a half where that is what is left, otherwise a vector and then the rest.
import { LANES } from '../simd';
import { HALF, NR } from './block';
import { thinTile } from './thin';
import { tile1x2 } from './tiles/tile1x2';
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
    const bs = rowB ? rowB : 40;
    if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4 && rows == 4) {
      tile4xWide<T>(count, da, 0, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
      return;
    }
    for (; rows > 1; rows -= 2) {
      tile2xWide<T>(count, da, 0, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
      a += rs << 1;
      c += ldc << 1;
    }
    if (rows) {
      tile1x2<T>(count, da, 0, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
      thinTile<T>(1, false, HALF<T>(), count, da, dc, k, a, rs, cs, b + 32, bs, alpha, update, c + 32, ldc);
    }
    return;
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
