// One block of k over packed copies of both operands: all tiles of C. The copy of A has panels of six rows, then of four, then what is left of
// its rows one by one; that of B has strips as in strips.ts.
import { countStrips, NR, sixes } from './block';
import { block } from './strips';
import { tails } from './tails';
import { panel4x2 } from './tiles/panel4x2';
import { panel6x2 } from './tiles/panel6x2';

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
  const strips = countStrips<T>(n);
  for (let j = strips; j > 0; --j) {
    if (ASC_FEATURE_RELAXED_SIMD && rows == 6) panel6x2<T>(count, k, a, b, alpha, update, c, ldc);
    else panel4x2<T>(count, k, a, b, alpha, update, c, ldc);
    b += line * NR<T>();
    c += 32;
  }
  n -= strips * NR<T>();
  if (n == 0) return;
  // The first four rows of every panel, then the others.
  const cs = <usize>rows * size;
  const da = <usize>rows * line;
  const dc = <usize>rows * ldc;
  tails<T>(4, count, da, dc, n, strips == 0, k, a, size, cs, b, line, 0, alpha, update, c, ldc);
  if (rows == 6) tails<T>(2, count, da, dc, n, strips == 0, k, a + 4 * size, size, cs, b, line, 0, alpha, update, c + (ldc << 2), ldc);
}
