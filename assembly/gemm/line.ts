// A single column of C, where k lies along memory: a matrix A times a vector x. Rows of A lie in lanes, transposed by shuffles in registers, so
// that every lane counts, and some vectors of sums run side by side. Each sum takes in k one after another, as in every tile.
import { LANES, loadStrided, madd, zero } from '../simd';
import { KC } from './block';

/** Rows at once: as many as the first-level cache keeps where they are whole pages apart. */
// @ts-ignore: decorator
@inline
export const LINES: i32 = 8;

/** The sums of one vector of rows take in as many k that lie beside each other: a square, transposed by shuffles. */
// @ts-ignore: decorator
@inline
function square<T>(s: v128, p: usize, rs: usize, x: usize, dx: usize): v128 {
  const p1 = p + rs;
  const x1 = x + dx;
  const r0 = v128.load(p), r1 = v128.load(p1);
  if (sizeof<T>() == 8) {
    s = madd<T>(s, v128.shuffle<f64>(r0, r1, 0, 2), v128.load_splat<T>(x));
    return madd<T>(s, v128.shuffle<f64>(r0, r1, 1, 3), v128.load_splat<T>(x1));
  }
  const p2 = p1 + rs;
  const x2 = x1 + dx;
  const r2 = v128.load(p2), r3 = v128.load(p2 + rs);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  s = madd<T>(s, v128.shuffle<f64>(t0, t2, 0, 2), v128.load_splat<T>(x));
  s = madd<T>(s, v128.shuffle<f64>(t0, t2, 1, 3), v128.load_splat<T>(x1));
  s = madd<T>(s, v128.shuffle<f64>(t1, t3, 0, 2), v128.load_splat<T>(x2));
  return madd<T>(s, v128.shuffle<f64>(t1, t3, 1, 3), v128.load_splat<T>(x2 + dx));
}

/** A vector of C, elements `step` bytes apart. */
// @ts-ignore: decorator
@inline
function put<T>(update: bool, c: usize, step: usize, s: v128, alpha: v128): void {
  const v = update ? madd<T>(loadStrided<T>(c, step), alpha, s) : v128.mul<T>(alpha, s);
  v128.store_lane<T>(c, v, 0);
  v128.store_lane<T>(c + step, v, 1);
  if (sizeof<T>() == 8) return;
  v128.store_lane<T>(c + 2 * step, v, 2);
  v128.store_lane<T>(c + 3 * step, v, 3);
}

/**
 * C := A x times alpha, added to C when `update`: `count` times LINES rows. All of k at once, since rows are read fastest from end to end; the
 * sums are cut at every KC.
 *
 *   element (i, k) of A at a + i * rs + k elements, k of x at x + k * dx, i of C at c + i * dc; k at least 1
 */
export function lines<T>(
  count: i32, k: i32, a: usize, rs: usize, x: usize, dx: usize, alpha: T, update: bool, c: usize, dc: usize,
): void {
  const scale = v128.splat<T>(alpha);
  const next = rs * <usize>LANES<T>();
  do {
    let p0 = a;
    let p1 = p0 + next;
    let p2 = p1, p3 = p1;
    if (sizeof<T>() == 8) {
      p2 = p1 + next;
      p3 = p2 + next;
    }
    a = p3 + next;
    let p = x;
    let add = update;
    let to = c;
    for (let left = k; left > 0; left -= KC) {
      const kc = min(left, KC);
      const end = p + <usize>kc * dx;
      let s0 = zero<T>(), s1 = s0, s2 = s0, s3 = s0;
      for (let j = kc / LANES<T>(); j > 0; --j) {
        s0 = square<T>(s0, p0, rs, p, dx);
        s1 = square<T>(s1, p1, rs, p, dx);
        if (sizeof<T>() == 8) {
          s2 = square<T>(s2, p2, rs, p, dx);
          s3 = square<T>(s3, p3, rs, p, dx);
          p2 += 16;
          p3 += 16;
        }
        p0 += 16;
        p1 += 16;
        p += dx * <usize>LANES<T>();
      }
      for (; p != end; p += dx) {
        const y = v128.load_splat<T>(p);
        for (let v = LINES / LANES<T>(); v > 0; --v) {
          const t = madd<T>(s0, loadStrided<T>(p0, rs), y);
          const q = p0 + sizeof<T>();
          s0 = s1;
          p0 = p1;
          if (sizeof<T>() == 8) {
            s1 = s2;
            s2 = s3;
            s3 = t;
            p1 = p2;
            p2 = p3;
            p3 = q;
          } else {
            s1 = t;
            p1 = q;
          }
        }
      }
      to = c;
      for (let v = LINES / LANES<T>(); v > 0; --v) {
        put<T>(add, to, dc, s0, scale);
        to += dc * <usize>LANES<T>();
        s0 = s1;
        s1 = s2;
        s2 = s3;
      }
      add = true;
    }
    c = to;
  } while (--count > 0);
}
