// The gemm microkernels: `count` tiles of C one after another, each R rows by V vectors (or by a part of one, or by two and a
// half).
//
//   s = sum over k ascending of A(:, k) B(k, :)      from zero, in registers
//   C := alpha s                                     when not `update`: C is not read
//   C := C + alpha s                                 when `update`
//
//   a    element (i, k) of A at a + i * rs + k * cs   (bytes: packed, in place or transposed in place)
//   b    row k of B at b + k * bs, contiguous         (bytes)
//   c    row i of C at c + i * ldc, contiguous        (bytes)
//   da db dc   from a tile to the next                (bytes)
//   k count   at least 1
//
// Broadcasts of A are loads, not shuffles, and k is not unrolled: V8 hoists the loads of an unrolled body and spills. The
// 4 x 2 tile takes 8 sums, 2 vectors of B and one of A, of the 16 registers of x64. The loop over tiles is in here, since a call
// costs as much as two or three turns of the loop over k; nothing is called in it, since V8 keeps on the stack, in every turn,
// what lives on behind a call. Loops test at their ends: around a test at the beginning V8 spills as well. The loop over k ends at a pointer, not at a counter: V8 may spill what only the end of a loop
// reads, and the way of a counter through memory and back would take longer than a small tile.
import { LANES, madd, zero } from '../simd';

/** A vector of C. */
// @ts-ignore: decorator
@inline
function put<T>(update: bool, c: usize, s: v128, alpha: v128): void {
  v128.store(c, update ? madd<T>(v128.load(c), alpha, s) : v128.mul<T>(alpha, s));
}

/** Two neighbouring vectors of C. */
// @ts-ignore: decorator
@inline
function put2<T>(update: bool, c: usize, s0: v128, s1: v128, alpha: v128): void {
  put<T>(update, c, s0, alpha);
  put<T>(update, c + 16, s1, alpha);
}

/** Rows of C, two vectors each; `rows` is a constant. */
// @ts-ignore: decorator
@inline
function putRows<T>(
  update: bool, rows: i32, c: usize, ldc: usize, alpha: v128, s00: v128, s01: v128, s10: v128, s11: v128, s20: v128,
  s21: v128, s30: v128, s31: v128,
): void {
  put2<T>(update, c, s00, s01, alpha);
  if (rows > 1) put2<T>(update, (c += ldc), s10, s11, alpha);
  if (rows > 2) put2<T>(update, (c += ldc), s20, s21, alpha);
  if (rows > 3) put2<T>(update, (c += ldc), s30, s31, alpha);
}

/** `rows`, a constant of 1 .. 4, by 2 vectors. */
// @ts-ignore: decorator
@inline
function tiles<T>(
  rows: i32, count: i32, da: usize, db: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize,
  alpha: T, update: bool, c: usize, ldc: usize,
): void {
  const scale = v128.splat<T>(alpha);
  do {
    let a0 = a;
    let a1 = a0 + rs;
    let a2 = a1 + rs;
    let a3 = a2 + rs;
    let p = b;
    let s00 = zero<T>(), s01 = zero<T>();
    let s10 = zero<T>(), s11 = zero<T>();
    let s20 = zero<T>(), s21 = zero<T>();
    let s30 = zero<T>(), s31 = zero<T>();
    const end = p + <usize>k * bs;
    while (p != end) {
      const b0 = v128.load(p);
      const b1 = v128.load(p, 16);
      let x = v128.load_splat<T>(a0);
      s00 = madd<T>(s00, x, b0);
      s01 = madd<T>(s01, x, b1);
      if (rows > 1) {
        x = v128.load_splat<T>(a1);
        s10 = madd<T>(s10, x, b0);
        s11 = madd<T>(s11, x, b1);
      }
      if (rows > 2) {
        x = v128.load_splat<T>(a2);
        s20 = madd<T>(s20, x, b0);
        s21 = madd<T>(s21, x, b1);
      }
      if (rows > 3) {
        x = v128.load_splat<T>(a3);
        s30 = madd<T>(s30, x, b0);
        s31 = madd<T>(s31, x, b1);
      }
      a0 += cs;
      if (rows > 1) a1 += cs;
      if (rows > 2) a2 += cs;
      if (rows > 3) a3 += cs;
      p += bs;
    }
    if (update) putRows<T>(true, rows, c, ldc, scale, s00, s01, s10, s11, s20, s21, s30, s31);
    else putRows<T>(false, rows, c, ldc, scale, s00, s01, s10, s11, s20, s21, s30, s31);
    a += da;
    b += db;
    c += dc;
  } while (--count > 0);
}

/** 4 rows by 2 vectors: the tile that does nearly all of the work. */
export function tile4x2<T>(
  count: i32, da: usize, db: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T,
  update: bool, c: usize, ldc: usize,
): void {
  tiles<T>(4, count, da, db, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
}

/** 3 rows by 2 vectors. */
export function tile3x2<T>(
  count: i32, db: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, update: bool, c: usize,
  ldc: usize,
): void {
  tiles<T>(3, count, 0, db, 32, k, a, rs, cs, b, bs, alpha, update, c, ldc);
}

/** 2 rows by 2 vectors. */
export function tile2x2<T>(
  count: i32, db: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, update: bool, c: usize,
  ldc: usize,
): void {
  tiles<T>(2, count, 0, db, 32, k, a, rs, cs, b, bs, alpha, update, c, ldc);
}

/** 1 row by 2 vectors. */
export function tile1x2<T>(
  count: i32, db: usize, k: i32, a: usize, cs: usize, b: usize, bs: usize, alpha: T, update: bool, c: usize,
): void {
  tiles<T>(1, count, 0, db, 32, k, a, 0, cs, b, bs, alpha, update, c, 0);
}

/** A half vector of C from the lower half of s. */
// @ts-ignore: decorator
@inline
function putHalf<T>(update: bool, c: usize, s: v128, alpha: v128): void {
  v128.store_lane<f64>(c, update ? madd<T>(v128.load64_zero(c), alpha, s) : v128.mul<T>(alpha, s), 0);
}

/** The two rows of C of tile2xWide. */
// @ts-ignore: decorator
@inline
function putWide<T>(
  update: bool, c: usize, ldc: usize, alpha: v128, s00: v128, s01: v128, s10: v128, s11: v128, h: v128,
): void {
  put2<T>(update, c, s00, s01, alpha);
  putHalf<T>(update, c + 32, h, alpha);
  c += ldc;
  put2<T>(update, c, s10, s11, alpha);
  putHalf<T>(update, c + 32, v128.shuffle<f64>(h, h, 1, 1), alpha);
}

/**
 * 2 rows by 2 vectors and a half, ten columns of float32 or five of float64. The halves of both rows are one vector, so that no
 * lane idles: (x, y) times (h, h).
 */
export function tile2xWide<T>(
  count: i32, da: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, update: bool,
  c: usize, ldc: usize,
): void {
  const scale = v128.splat<T>(alpha);
  const end = b + <usize>k * bs;
  do {
    let a0 = a;
    let a1 = a0 + rs;
    let p = b;
    let s00 = zero<T>(), s01 = zero<T>();
    let s10 = zero<T>(), s11 = zero<T>();
    let h = zero<T>();
    do {
      const b0 = v128.load(p);
      const b1 = v128.load(p, 16);
      const half = v128.load64_splat(p, 32);
      const x = v128.load_splat<T>(a0);
      s00 = madd<T>(s00, x, b0);
      s01 = madd<T>(s01, x, b1);
      const y = v128.load_splat<T>(a1);
      s10 = madd<T>(s10, y, b0);
      s11 = madd<T>(s11, y, b1);
      h = madd<T>(h, v128.shuffle<f64>(x, y, 0, 2), half);
      a0 += cs;
      a1 += cs;
      p += bs;
    } while (p != end);
    if (update) putWide<T>(true, c, ldc, scale, s00, s01, s10, s11, h);
    else putWide<T>(false, c, ldc, scale, s00, s01, s10, s11, h);
    a += da;
    c += dc;
  } while (--count > 0);
}

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
 * `rows`, a constant of 1 or 4, by `width` columns, 1 .. LANES. Vectors of B end with the last column: the lanes below come from
 * whatever lies before it, and are dropped. Where nothing of ours does (`first`: no strip is on the left), the first rows are
 * loaded element by element.
 */
// @ts-ignore: decorator
@inline
function thinTiles<T>(
  rows: i32, first: bool, width: i32, count: i32, da: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize,
  bs: usize, alpha: T, update: bool, c: usize, ldc: usize,
): void {
  const below = <usize>(LANES<T>() - width) * sizeof<T>();
  const scale = v128.splat<T>(alpha);
  const end = b - below + <usize>k * bs;
  const careful = first && below ? min(k, LANES<T>() - 1) : 0;
  do {
    let a0 = a;
    let a1 = a0 + rs;
    let a2 = a1 + rs;
    let a3 = a2 + rs;
    let p = b - below;
    let s0 = zero<T>(), s1 = zero<T>(), s2 = zero<T>(), s3 = zero<T>();
    for (let i = careful; i > 0; --i) {
      const b0 = loadTop<T>(p + below, width);
      s0 = madd<T>(s0, v128.load_splat<T>(a0), b0);
      if (rows > 1) {
        s1 = madd<T>(s1, v128.load_splat<T>(a1), b0);
        s2 = madd<T>(s2, v128.load_splat<T>(a2), b0);
        s3 = madd<T>(s3, v128.load_splat<T>(a3), b0);
      }
      a0 += cs;
      if (rows > 1) {
        a1 += cs;
        a2 += cs;
        a3 += cs;
      }
      p += bs;
    }
    while (p != end) {
      const b0 = v128.load(p);
      s0 = madd<T>(s0, v128.load_splat<T>(a0), b0);
      if (rows > 1) {
        s1 = madd<T>(s1, v128.load_splat<T>(a1), b0);
        s2 = madd<T>(s2, v128.load_splat<T>(a2), b0);
        s3 = madd<T>(s3, v128.load_splat<T>(a3), b0);
      }
      a0 += cs;
      if (rows > 1) {
        a1 += cs;
        a2 += cs;
        a3 += cs;
      }
      p += bs;
    }
    putTop<T>(update, c, s0, scale, width);
    if (rows > 1) {
      putTop<T>(update, c + ldc, s1, scale, width);
      putTop<T>(update, c + 2 * ldc, s2, scale, width);
      putTop<T>(update, c + 3 * ldc, s3, scale, width);
    }
    a += da;
    c += dc;
  } while (--count > 0);
}

/** 4 rows by `width` columns, 1 .. LANES. */
export function tile4x1<T>(
  first: bool, width: i32, count: i32, da: usize, dc: usize, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize,
  alpha: T, update: bool, c: usize, ldc: usize,
): void {
  thinTiles<T>(4, first, width, count, da, dc, k, a, rs, cs, b, bs, alpha, update, c, ldc);
}

/** 1 row by `width` columns, 1 .. LANES. */
export function tile1x1<T>(
  first: bool, width: i32, count: i32, da: usize, dc: usize, k: i32, a: usize, cs: usize, b: usize, bs: usize, alpha: T,
  update: bool, c: usize,
): void {
  thinTiles<T>(1, first, width, count, da, dc, k, a, 0, cs, b, bs, alpha, update, c, 0);
}
