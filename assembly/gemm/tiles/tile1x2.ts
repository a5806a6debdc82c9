// Made by scripts/gemm-tiles.mjs: the microkernel of tile6x2.ts with fewer rows.
import { madd, zero } from '../../simd';
import { put2 } from '../put';

/** 1 row by two vectors, any distances in A. */
export function tile1x2<T>(
  count: i32, da: usize, db: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T,
  update: bool, c: usize, ldc: usize,
): void {
  const scale = v128.splat<T>(alpha);
  do {
    let p = b;
    const end = p + <usize>k * bs;
    let s00 = zero<T>(), s01 = zero<T>();
    let a0 = a;
    do {
      {
        const b0 = v128.load(p), b1 = v128.load(p, 16);
        const x0 = v128.load_splat<T>(a0);
        s00 = madd<T>(s00, x0, b0); s01 = madd<T>(s01, x0, b1);
        a0 += cs;
        p += bs;
      }
    } while (p != end);
    let to = c;
    if (update) {
      put2<T>(true, to, s00, s01, scale);
    } else {
      put2<T>(false, to, s00, s01, scale);
    }
    a += da;
    b += db;
    c += dc;
  } while (--count > 0);
}
