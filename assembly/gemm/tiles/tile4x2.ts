// Made by scripts/gemm-tiles.mjs: the microkernel of tile6x2.ts with fewer rows.
import { madd, zero } from '../../simd';
import { put2 } from '../put';

/** 4 rows by two vectors. */
export function tile4x2<T>(
  count: i32, da: usize, db: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T,
  update: bool, c: usize, ldc: usize,
): void {
  const scale = v128.splat<T>(alpha);
  do {
    let p = b;
    const end = p + <usize>k * bs;
    let s00 = zero<T>(), s01 = zero<T>();
    let s10 = zero<T>(), s11 = zero<T>();
    let s20 = zero<T>(), s21 = zero<T>();
    let s30 = zero<T>(), s31 = zero<T>();
    if (cs == sizeof<T>()) {
      let a0 = a;
      let a1 = a0 + rs;
      let a2 = a1 + rs;
      let a3 = a2 + rs;
      do {
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(a0);
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(a1);
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(a2);
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(a3);
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          p += bs;
        }
        if (p == end) break;
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(a0, sizeof<T>());
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(a1, sizeof<T>());
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(a2, sizeof<T>());
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(a3, sizeof<T>());
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          p += bs;
        }
        if (p == end) break;
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(a0, 2 * sizeof<T>());
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(a1, 2 * sizeof<T>());
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(a2, 2 * sizeof<T>());
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(a3, 2 * sizeof<T>());
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          p += bs;
        }
        if (p == end) break;
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(a0, 3 * sizeof<T>());
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(a1, 3 * sizeof<T>());
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(a2, 3 * sizeof<T>());
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(a3, 3 * sizeof<T>());
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          p += bs;
        }
        a0 += 4 * sizeof<T>();
        a1 += 4 * sizeof<T>();
        a2 += 4 * sizeof<T>();
        a3 += 4 * sizeof<T>();
      } while (p != end);
    } else {
      let q = a;
      do {
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(q);
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(q, sizeof<T>());
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(q, 2 * sizeof<T>());
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(q, 3 * sizeof<T>());
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          q += cs;
          p += bs;
        }
        if (p == end) break;
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(q);
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(q, sizeof<T>());
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(q, 2 * sizeof<T>());
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(q, 3 * sizeof<T>());
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          q += cs;
          p += bs;
        }
        if (p == end) break;
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(q);
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(q, sizeof<T>());
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(q, 2 * sizeof<T>());
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(q, 3 * sizeof<T>());
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          q += cs;
          p += bs;
        }
        if (p == end) break;
        {
          const b0 = v128.load(p), b1 = v128.load(p, 16);
          const x0 = v128.load_splat<T>(q);
          s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
          const x1 = v128.load_splat<T>(q, sizeof<T>());
          s10 = madd<T>(s10, x1, b0); s11 = madd<T>(s11, x1, b1);
          const x2 = v128.load_splat<T>(q, 2 * sizeof<T>());
          s20 = madd<T>(s20, x2, b0); s21 = madd<T>(s21, x2, b1);
          const x3 = v128.load_splat<T>(q, 3 * sizeof<T>());
          s30 = madd<T>(s30, x3, b0); s31 = madd<T>(s31, x3, b1);
          q += cs;
          p += bs;
        }
      } while (p != end);
    }
    let to = c;
    if (update) {
      put2<T>(true, to, s00, s01, scale);
      to += ldc;
      put2<T>(true, to, s10, s11, scale);
      to += ldc;
      put2<T>(true, to, s20, s21, scale);
      to += ldc;
      put2<T>(true, to, s30, s31, scale);
    } else {
      put2<T>(false, to, s00, s01, scale);
      to += ldc;
      put2<T>(false, to, s10, s11, scale);
      to += ldc;
      put2<T>(false, to, s20, s21, scale);
      to += ldc;
      put2<T>(false, to, s30, s31, scale);
    }
    a += da;
    b += db;
    c += dc;
  } while (--count > 0);
}
