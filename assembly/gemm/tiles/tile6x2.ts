// Made by scripts/gemm-tiles.mjs: a gemm microkernel of operands in place, `count` tiles of C one after another.
//
//   s = sum over k ascending of A(:, k) B(k, :)      from zero, in registers
//   C := alpha s                                     when not `update`: C is not read
//   C := C + alpha s                                 when `update`
//
//   a    element (i, k) of A at a + i * rs + k * cs   (bytes; one of rs and cs is that of an element, but where any will do)
//   b    row k of B at b + k * bs, contiguous         (bytes)
//   c    row i of C at c + i * ldc, contiguous        (bytes)
//   da db dc   from a tile to the next                (bytes)
//   k count   at least 1
//
// Six rows make twelve sums, which fill the multipliers of x64 (two a cycle, four cycles each), and take every register: 12 sums, 2 vectors of B,
// 1 of A. Compilers that need one more register are faster with four rows: which tile runs is measured (sixes in block.ts).
// A turn over k has as few instructions beside the multiplications as can be, since four a cycle is all that is decoded: offsets instead of
// additions, four turns before the pointers move. Between turns the loop may end, which is also what keeps V8 from loading everything
// that four turns need before it begins to multiply, and spilling. Broadcasts of A are loads, not shuffles. The loop over tiles is in here, since
// a call costs as much as two or three turns; nothing is called in it, since V8 keeps on the stack, in every turn, what lives on behind a call.
import { madd, zero } from '../../simd';
import { put2 } from '../put';

/** 6 rows by two vectors. */
export function tile6x2<T>(
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
    let s40 = zero<T>(), s41 = zero<T>();
    let s50 = zero<T>(), s51 = zero<T>();
    if (cs == sizeof<T>()) {
      let a0 = a;
      let a1 = a0 + rs;
      let a2 = a1 + rs;
      let a3 = a2 + rs;
      let a4 = a3 + rs;
      let a5 = a4 + rs;
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
          const x4 = v128.load_splat<T>(a4);
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(a5);
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
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
          const x4 = v128.load_splat<T>(a4, sizeof<T>());
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(a5, sizeof<T>());
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
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
          const x4 = v128.load_splat<T>(a4, 2 * sizeof<T>());
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(a5, 2 * sizeof<T>());
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
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
          const x4 = v128.load_splat<T>(a4, 3 * sizeof<T>());
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(a5, 3 * sizeof<T>());
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
          p += bs;
        }
        a0 += 4 * sizeof<T>();
        a1 += 4 * sizeof<T>();
        a2 += 4 * sizeof<T>();
        a3 += 4 * sizeof<T>();
        a4 += 4 * sizeof<T>();
        a5 += 4 * sizeof<T>();
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
          const x4 = v128.load_splat<T>(q, 4 * sizeof<T>());
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(q, 5 * sizeof<T>());
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
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
          const x4 = v128.load_splat<T>(q, 4 * sizeof<T>());
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(q, 5 * sizeof<T>());
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
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
          const x4 = v128.load_splat<T>(q, 4 * sizeof<T>());
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(q, 5 * sizeof<T>());
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
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
          const x4 = v128.load_splat<T>(q, 4 * sizeof<T>());
          s40 = madd<T>(s40, x4, b0); s41 = madd<T>(s41, x4, b1);
          const x5 = v128.load_splat<T>(q, 5 * sizeof<T>());
          s50 = madd<T>(s50, x5, b0); s51 = madd<T>(s51, x5, b1);
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
    a += da;
    b += db;
    c += dc;
  } while (--count > 0);
}
