// Made by scripts/gemm-tiles.mjs: the microkernel of tile6x2.ts for strips of five vectors: ten sums of two rows fill the multipliers as well, and no column is
// left to a tile that could not.
import { madd, zero } from '../../simd';
import { put1, put2 } from '../put';

/** 2 rows by five vectors, any distances in A. */
export function tile2x5<T>(
  count: i32, da: usize, db: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T,
  update: bool, c: usize, ldc: usize,
): void {
  const scale = v128.splat<T>(alpha);
  do {
    let p = b;
    const end = p + <usize>k * bs;
    let s00 = zero<T>(), s01 = zero<T>(), s02 = zero<T>(), s03 = zero<T>(), s04 = zero<T>();
    let s10 = zero<T>(), s11 = zero<T>(), s12 = zero<T>(), s13 = zero<T>(), s14 = zero<T>();
    let a0 = a;
    let a1 = a0 + rs;
    do {
      {
        const x0 = v128.load_splat<T>(a0);
        const x1 = v128.load_splat<T>(a1);
        const b0 = v128.load(p);
        s00 = madd<T>(s00, x0, b0); s10 = madd<T>(s10, x1, b0);
        const b1 = v128.load(p, 16);
        s01 = madd<T>(s01, x0, b1); s11 = madd<T>(s11, x1, b1);
        const b2 = v128.load(p, 32);
        s02 = madd<T>(s02, x0, b2); s12 = madd<T>(s12, x1, b2);
        const b3 = v128.load(p, 48);
        s03 = madd<T>(s03, x0, b3); s13 = madd<T>(s13, x1, b3);
        const b4 = v128.load(p, 64);
        s04 = madd<T>(s04, x0, b4); s14 = madd<T>(s14, x1, b4);
        a0 += cs;
        a1 += cs;
        p += bs;
      }
    } while (p != end);
    let to = c;
    for (let r = 2; r > 0; --r) {
      if (update) {
        put2<T>(true, to, s00, s01, scale);
        put2<T>(true, to + 32, s02, s03, scale);
        put1<T>(true, to + 64, s04, scale);
      } else {
        put2<T>(false, to, s00, s01, scale);
        put2<T>(false, to + 32, s02, s03, scale);
        put1<T>(false, to + 64, s04, scale);
      }
      to += ldc;
      s00 = s10; s01 = s11; s02 = s12; s03 = s13; s04 = s14;
    }
    a += da;
    b += db;
    c += dc;
  } while (--count > 0);
}
