// Microkernels for the columns that fill no strip of two vectors: 1 .. LANES of them. Contract in tiles/tile6x2.ts.
import { LANES, madd, zero } from '../simd';

/** `width` elements, 1 .. LANES, in the upper lanes; nothing else is read. */
// @ts-ignore: decorator
@inline
function loadTop<T>(p: usize, width: i32): v128 {
  if (width == LANES<T>()) return v128.load(p);
  if (sizeof<T>() == 8 || width == 2) return v128.load64_splat(p);
  if (width == 1) return v128.load32_splat(p);
  return v128.load_lane<f32>(p, v128.load64_splat(p, 4), 1);
}

/** `width` elements of C from the upper lanes. */
// @ts-ignore: decorator
@inline
function putTop<T>(update: bool, c: usize, s: v128, alpha: v128, width: i32): void {
  let v = v128.mul<T>(alpha, s);
  if (update) v = madd<T>(loadTop<T>(c, width), alpha, s);
  if (width == LANES<T>()) {
    v128.store(c, v);
  } else if (sizeof<T>() == 8 || width == 2) {
    v128.store_lane<f64>(c, v, 1);
  } else if (width == 1) {
    v128.store_lane<f32>(c, v, 3);
  } else {
    v128.store_lane<f32>(c, v, 1);
    v128.store_lane<f64>(c, v, 1, 4);
  }
}

/**
 * `rows` rows, 1 .. 4, by `width` columns, 1 .. LANES. Vectors of B end with the last column: the lanes below come from
 * whatever lies before it, and are dropped. Where nothing of ours does (`first`: no strip is on the left), the first rows are
 * loaded element by element. Of fewer rows than four the last is summed again in the place of the others: a sum waits for its last
 * multiplication, and four fit into that time, but for the few instructions that a row takes besides (a sixth of the time at 5 x 5 x 5).
 */
export function thinTile<T>(
  rows: i32, first: bool, width: i32, count: i32, da: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize,
  bs: usize, alpha: T, update: bool, c: usize, ldc: usize,
): void {
  const below = <usize>(LANES<T>() - width) * sizeof<T>();
  const scale = v128.splat<T>(alpha);
  const end = b - below + <usize>k * bs;
  const careful = first && below ? min(k, LANES<T>() - 1) : 0;
  do {
    let a0 = a;
    let a1 = rows > 1 ? a0 + rs : a0;
    let a2 = rows > 2 ? a1 + rs : a1;
    let a3 = rows > 3 ? a2 + rs : a2;
    let p = b - below;
    let s0 = zero<T>(), s1 = zero<T>(), s2 = zero<T>(), s3 = zero<T>();
    for (let i = careful; i > 0; --i) {
      const b0 = loadTop<T>(p + below, width);
      s0 = madd<T>(s0, v128.load_splat<T>(a0), b0);
      s1 = madd<T>(s1, v128.load_splat<T>(a1), b0);
      s2 = madd<T>(s2, v128.load_splat<T>(a2), b0);
      s3 = madd<T>(s3, v128.load_splat<T>(a3), b0);
      a0 += cs;
      a1 += cs;
      a2 += cs;
      a3 += cs;
      p += bs;
    }
    while (p != end) {
      const b0 = v128.load(p);
      s0 = madd<T>(s0, v128.load_splat<T>(a0), b0);
      s1 = madd<T>(s1, v128.load_splat<T>(a1), b0);
      s2 = madd<T>(s2, v128.load_splat<T>(a2), b0);
      s3 = madd<T>(s3, v128.load_splat<T>(a3), b0);
      a0 += cs;
      a1 += cs;
      a2 += cs;
      a3 += cs;
      p += bs;
    }
    let to = c;
    for (let r = rows; r > 0; --r) {
      putTop<T>(update, to, s0, scale, width);
      to += ldc;
      s0 = s1;
      s1 = s2;
      s2 = s3;
    }
    a += da;
    c += dc;
  } while (--count > 0);
}
