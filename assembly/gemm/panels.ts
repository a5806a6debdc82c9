// One block of k over packed copies of both operands: all tiles of C. The copy of A has panels of six rows, then of four, then what is left of
// its rows one by one; that of B has strips as in strips.ts.
import { LANES } from '../simd';
import { HALF, NR, sixes, wide } from './block';
import { block } from './strips';
import { tile1x1, tile4x1 } from './thin';
import { panel4x2, panel6x2, tile2xWide, tile4xWide } from './tile';

/** C := A B times alpha, added to C when `update`. */
export function blockOfCopies<T>(
  m: i32, n: i32, k: i32, a: usize, b: usize, alpha: T, update: bool, c: usize, ldc: usize,
): void {
  const line = <usize>k * sizeof<T>();
  const six = sixes(m);
  if (six > 0) {
    panels<T>(6, six, n, k, a, b, alpha, update, c, ldc);
    const done = <usize>six * 6;
    a += done * line;
    c += done * ldc;
    m -= <i32>done;
  }
  if (m >= 4) {
    panels<T>(4, m >> 2, n, k, a, b, alpha, update, c, ldc);
    const done = <usize>(m & ~3);
    a += done * line;
    c += done * ldc;
  }
  if (m & 3) block<T>(m & 3, n, k, a, line, sizeof<T>(), b, line, 0, alpha, update, c, ldc);
}

/** `count` panels of `rows` rows, 6 or 4, below each other. */
function panels<T>(
  rows: i32, count: i32, n: i32, k: i32, a: usize, b: usize, alpha: T, update: bool, c: usize, ldc: usize,
): void {
  const size = sizeof<T>();
  const line = <usize>k * size;
  const isWide = wide<T>(n);
  for (let strips = isWide ? n / NR<T>() - 1 : n / NR<T>(); strips > 0; --strips) {
    if (ASC_FEATURE_RELAXED_SIMD && rows == 6) panel6x2<T>(count, k, a, b, alpha, update, c, ldc);
    else panel4x2<T>(count, k, a, b, alpha, update, c, ldc);
    b += line * NR<T>();
    c += 32;
  }
  // The columns that fill no strip, rows of all panels at once: the first four of each, then one or two at a time.
  const cs = <usize>rows * size;
  const da = <usize>rows * line;
  const dc = <usize>rows * ldc;
  if (isWide) {
    let r = 0;
    if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4) {
      tile4xWide<T>(count, da, 0, dc, k, a, size, cs, b, 40, alpha, update, c, ldc);
      r = 4;
    }
    for (; r < rows; r += 2) {
      tile2xWide<T>(count, da, 0, dc, k, a + <usize>r * size, size, cs, b, 40, alpha, update, c + <usize>r * ldc, ldc);
    }
    return;
  }
  let first = n < NR<T>();
  for (n %= NR<T>(); n > 0; n -= LANES<T>()) {
    const width = min(n, LANES<T>());
    const bs = <usize>width * size;
    tile4x1<T>(first, width, count, da, dc, k, a, size, cs, b, bs, alpha, update, c, ldc);
    for (let r = 4; r < rows; ++r) {
      tile1x1<T>(first, width, count, da, dc, k, a + <usize>r * size, cs, b, bs, alpha, update, c + <usize>r * ldc);
    }
    b += <usize>width * line;
    c += 16;
    first = false;
  }
}
