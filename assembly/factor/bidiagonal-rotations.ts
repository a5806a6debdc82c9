// Plane rotations of consecutive rows, several sweeps at a time. Rotation i of a sweep, (c, s), acts on rows i and i + 1:
//
//   (x_i, x_i+1) := (c x_i + s x_i+1,  c x_i+1 - s x_i)
//
// A sweep is the rotations lo .. hi - 1 in ascending order. Sweep after sweep would read all rows each time; here the columns
// are cut into strips of four vectors (64 bytes) and the rows into windows that stay in the first-level cache. A window takes
// all sweeps; each ends one row before the last, as the order of rotations on neighbouring rows demands. Two sweeps go down
// together: rotation i of the first, then rotation i - 1 of the second, so that a row is loaded and stored once for two
// rotations. Only rotations that commute change places, so no bit does.
import { madd } from '../simd';

/** Rows of a window. */
// @ts-ignore: decorator
@inline const WINDOW: i32 = 64;

/** sum - x y, rounded twice, or once in the relaxed build. */
// @ts-ignore: decorator
@inline
function msub<T>(sum: v128, x: v128, y: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<T>(x, y, sum);
  return v128.sub<T>(sum, v128.mul<T>(x, y));
}

/** `count` rotations of one sweep down a strip from `row`; `ld` in bytes, negative for rows that count upwards. */
function rotateStrip<T>(count: i32, row: usize, ld: usize, rotation: usize): void {
  if (count <= 0) return;
  let x0 = v128.load(row), x1 = v128.load(row, 16), x2 = v128.load(row, 32), x3 = v128.load(row, 48);
  const end = rotation + <usize>count * 2 * sizeof<T>();
  do {
    const c = v128.load_splat<T>(rotation);
    const s = v128.load_splat<T>(rotation + sizeof<T>());
    const next = row + ld;
    let a = v128.load(next);
    v128.store(row, madd<T>(v128.mul<T>(c, x0), s, a));
    x0 = msub<T>(v128.mul<T>(c, a), s, x0);
    a = v128.load(next, 16);
    v128.store(row, madd<T>(v128.mul<T>(c, x1), s, a), 16);
    x1 = msub<T>(v128.mul<T>(c, a), s, x1);
    a = v128.load(next, 32);
    v128.store(row, madd<T>(v128.mul<T>(c, x2), s, a), 32);
    x2 = msub<T>(v128.mul<T>(c, a), s, x2);
    a = v128.load(next, 48);
    v128.store(row, madd<T>(v128.mul<T>(c, x3), s, a), 48);
    x3 = msub<T>(v128.mul<T>(c, a), s, x3);
    row = next;
    rotation += 2 * sizeof<T>();
  } while (rotation != end);
  v128.store(row, x0);
  v128.store(row, x1, 16);
  v128.store(row, x2, 32);
  v128.store(row, x3, 48);
}

/** `count` times a rotation of the first sweep on rows (i, i + 1) and one of the second on (i - 1, i); `row` is row i. */
function rotateStripTwice<T>(count: i32, row: usize, ld: usize, first: usize, second: usize): void {
  let above = row - ld;
  let x0 = v128.load(row), x1 = v128.load(row, 16), x2 = v128.load(row, 32), x3 = v128.load(row, 48);
  let y0 = v128.load(above), y1 = v128.load(above, 16), y2 = v128.load(above, 32), y3 = v128.load(above, 48);
  const end = first + <usize>count * 2 * sizeof<T>();
  do {
    const c = v128.load_splat<T>(first);
    const s = v128.load_splat<T>(first + sizeof<T>());
    const c2 = v128.load_splat<T>(second);
    const s2 = v128.load_splat<T>(second + sizeof<T>());
    const next = row + ld;
    let a = v128.load(next);
    let p = madd<T>(v128.mul<T>(c, x0), s, a);
    x0 = msub<T>(v128.mul<T>(c, a), s, x0);
    v128.store(above, madd<T>(v128.mul<T>(c2, y0), s2, p));
    y0 = msub<T>(v128.mul<T>(c2, p), s2, y0);
    a = v128.load(next, 16);
    p = madd<T>(v128.mul<T>(c, x1), s, a);
    x1 = msub<T>(v128.mul<T>(c, a), s, x1);
    v128.store(above, madd<T>(v128.mul<T>(c2, y1), s2, p), 16);
    y1 = msub<T>(v128.mul<T>(c2, p), s2, y1);
    a = v128.load(next, 32);
    p = madd<T>(v128.mul<T>(c, x2), s, a);
    x2 = msub<T>(v128.mul<T>(c, a), s, x2);
    v128.store(above, madd<T>(v128.mul<T>(c2, y2), s2, p), 32);
    y2 = msub<T>(v128.mul<T>(c2, p), s2, y2);
    a = v128.load(next, 48);
    p = madd<T>(v128.mul<T>(c, x3), s, a);
    x3 = msub<T>(v128.mul<T>(c, a), s, x3);
    v128.store(above, madd<T>(v128.mul<T>(c2, y3), s2, p), 48);
    y3 = msub<T>(v128.mul<T>(c2, p), s2, y3);
    above = row;
    row = next;
    first += 2 * sizeof<T>();
    second += 2 * sizeof<T>();
  } while (first != end);
  v128.store(row, x0);
  v128.store(row, x1, 16);
  v128.store(row, x2, 32);
  v128.store(row, x3, 48);
  v128.store(above, y0);
  v128.store(above, y1, 16);
  v128.store(above, y2, 32);
  v128.store(above, y3, 48);
}

/** Two sweeps over one strip: lo1 .. hi1 of the first, lo2 .. hi2 of the second. */
function rotatePair<T>(lo1: i32, hi1: i32, lo2: i32, hi2: i32, x: usize, ld: usize, first: usize, second: usize): void {
  const pair = 2 * sizeof<T>();
  // Rotations from .. to - 1 of the first sweep have a partner in the second, one behind.
  const from = max(lo1, lo2 + 1);
  const to = min(hi1, hi2 + 1);
  if (from >= to) {
    rotateStrip<T>(hi1 - lo1, x + <usize>lo1 * ld, ld, first + <usize>lo1 * pair);
    rotateStrip<T>(hi2 - lo2, x + <usize>lo2 * ld, ld, second + <usize>lo2 * pair);
    return;
  }
  rotateStrip<T>(from - lo1, x + <usize>lo1 * ld, ld, first + <usize>lo1 * pair);
  rotateStrip<T>(from - 1 - lo2, x + <usize>lo2 * ld, ld, second + <usize>lo2 * pair);
  rotateStripTwice<T>(
    to - from, x + <usize>from * ld, ld, first + <usize>from * pair, second + <usize>(from - 1) * pair);
  rotateStrip<T>(hi1 - to, x + <usize>to * ld, ld, first + <usize>to * pair);
  rotateStrip<T>(hi2 - to + 1, x + <usize>(to - 1) * ld, ld, second + <usize>(to - 1) * pair);
}

/** What all sweeps have in the window of rows start .. start + WINDOW, over one strip. */
function rotateWindow<T>(
  start: i32, sweeps: i32, ranges: usize, rotations: usize, line: usize, x: usize, ld: usize,
): void {
  for (; sweeps > 0; sweeps -= 2) {
    const lo1 = max(load<i32>(ranges), start), hi1 = min(load<i32>(ranges, 4), start + WINDOW);
    --start;
    let lo2 = 0, hi2 = 0;
    if (sweeps > 1) {
      lo2 = max(load<i32>(ranges, 8), start);
      hi2 = min(load<i32>(ranges, 12), start + WINDOW);
    }
    --start;
    rotatePair<T>(lo1, hi1, lo2, hi2, x, ld, rotations, rotations + line);
    ranges += 16;
    rotations += 2 * line;
  }
}

/**
 * Apply sweeps of rotations to the rows 0 .. n - 1 of X.
 *
 * @param ranges (lo, hi) of each sweep, i32
 * @param rotations sweep j at rotations + j * line, rotation i there at i * 2 elements
 * @param ld bytes from row to row; negative when rows count upwards from x
 * @param strips columns of X in units of 64 bytes
 */
export function rotateRows<T>(
  n: i32, sweeps: i32, ranges: usize, rotations: usize, line: usize, x: usize, ld: usize, strips: i32,
): void {
  for (; strips > 0; --strips) {
    for (let start = 0; start < n + sweeps; start += WINDOW) {
      rotateWindow<T>(start, sweeps, ranges, rotations, line, x, ld);
    }
    x += 64;
  }
}
