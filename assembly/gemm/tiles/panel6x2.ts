// Made by scripts/gemm-tiles.mjs: the microkernel of tile6x2.ts over copies of both operands, `count` tiles below each other.
//
//   a    panels: all rows of a tile beside each other, column after column
//   b    a strip: two vectors a row, row after row
//
// Five turns before the pointers move: the strip moves by offsets as well, which makes 22 instructions of the 24 that six cycles decode, against 23
// in place.
import { madd, zero } from '../../simd';
import { put2 } from '../put';

/** Panels of 6 rows by two vectors, both packed. */
export function panel6x2<T>(
  count: i32, k: i32, a: usize, b: usize, alpha: T, update: bool, c: usize, ldc: usize,
): void {
  const scale = v128.splat<T>(alpha);
  const line = <usize>k * (6 * sizeof<T>());
  do {
    let p = b;
    const end = a + line;
    let s00 = zero<T>(), s01 = zero<T>();
    let s10 = zero<T>(), s11 = zero<T>();
    let s20 = zero<T>(), s21 = zero<T>();
    let s30 = zero<T>(), s31 = zero<T>();
    let s40 = zero<T>(), s41 = zero<T>();
    let s50 = zero<T>(), s51 = zero<T>();
    do {
      {
        const b0 = v128.load(p), b1 = v128.load(p, 16);
        const x0 = v128.load_splat<T>(a);
        s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
        const x1 = v128.load_splat<T>(a, sizeof<T>());
        s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
        const x2 = v128.load_splat<T>(a, 2 * sizeof<T>());
        s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
        const x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
        s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
        const x4 = v128.load_splat<T>(a, 4 * sizeof<T>());
        s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
        const x5 = v128.load_splat<T>(a, 5 * sizeof<T>());
        s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
        a += 6 * sizeof<T>();
      }
      if (a == end) break;
      {
        const b0 = v128.load(p, 32), b1 = v128.load(p, 48);
        const x0 = v128.load_splat<T>(a);
        s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
        const x1 = v128.load_splat<T>(a, sizeof<T>());
        s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
        const x2 = v128.load_splat<T>(a, 2 * sizeof<T>());
        s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
        const x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
        s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
        const x4 = v128.load_splat<T>(a, 4 * sizeof<T>());
        s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
        const x5 = v128.load_splat<T>(a, 5 * sizeof<T>());
        s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
        a += 6 * sizeof<T>();
      }
      if (a == end) break;
      {
        const b0 = v128.load(p, 64), b1 = v128.load(p, 80);
        const x0 = v128.load_splat<T>(a);
        s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
        const x1 = v128.load_splat<T>(a, sizeof<T>());
        s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
        const x2 = v128.load_splat<T>(a, 2 * sizeof<T>());
        s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
        const x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
        s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
        const x4 = v128.load_splat<T>(a, 4 * sizeof<T>());
        s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
        const x5 = v128.load_splat<T>(a, 5 * sizeof<T>());
        s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
        a += 6 * sizeof<T>();
      }
      if (a == end) break;
      {
        const b0 = v128.load(p, 96), b1 = v128.load(p, 112);
        const x0 = v128.load_splat<T>(a);
        s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
        const x1 = v128.load_splat<T>(a, sizeof<T>());
        s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
        const x2 = v128.load_splat<T>(a, 2 * sizeof<T>());
        s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
        const x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
        s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
        const x4 = v128.load_splat<T>(a, 4 * sizeof<T>());
        s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
        const x5 = v128.load_splat<T>(a, 5 * sizeof<T>());
        s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
        a += 6 * sizeof<T>();
      }
      if (a == end) break;
      {
        const b0 = v128.load(p, 128), b1 = v128.load(p, 144);
        const x0 = v128.load_splat<T>(a);
        s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
        const x1 = v128.load_splat<T>(a, sizeof<T>());
        s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
        const x2 = v128.load_splat<T>(a, 2 * sizeof<T>());
        s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
        const x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
        s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
        const x4 = v128.load_splat<T>(a, 4 * sizeof<T>());
        s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
        const x5 = v128.load_splat<T>(a, 5 * sizeof<T>());
        s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
        a += 6 * sizeof<T>();
      }
      p += 160;
    } while (a != end);
    let to = c;
    if (update) {
      put2<T>(true, to, s00, s01, scale);
      to += ldc;
      put2<T>(true, to, s10, s11, scale);
      to += ldc;
      put2<T>(true, to, s20, s21, scale);
      to += ldc;
      put2<T>(true, to, s30, s31, scale);
      to += ldc;
      put2<T>(true, to, s40, s41, scale);
      to += ldc;
      put2<T>(true, to, s50, s51, scale);
    } else {
      put2<T>(false, to, s00, s01, scale);
      to += ldc;
      put2<T>(false, to, s10, s11, scale);
      to += ldc;
      put2<T>(false, to, s20, s21, scale);
      to += ldc;
      put2<T>(false, to, s30, s31, scale);
      to += ldc;
      put2<T>(false, to, s40, s41, scale);
      to += ldc;
      put2<T>(false, to, s50, s51, scale);
    }
    c = to + ldc;
  } while (--count > 0);
}
