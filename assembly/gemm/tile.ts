// The gemm microkernels: one tile of C, R rows by V vectors (or a part of one vector).
//
//   s = sum over k ascending of A(:, k) B(k, :)      from zero, in registers
//   C := alpha s                                     beta = 0: C is not read
//   C := beta C + alpha s                            otherwise
//
//   a    element (i, k) of A at a + i * rs + k * cs   (bytes: packed, in place or transposed in place)
//   b    row k of B at b + k * bs, contiguous         (bytes)
//   c    row i of C at c + i * ldc, contiguous        (bytes)
//   k    at least 1
//
// Broadcasts of A are loads, not shuffles, and k is not unrolled: V8 hoists the loads of an unrolled body and spills. The
// 4 x 2 tile takes 8 sums, 2 vectors of B and one of A, of the 16 registers of x64. Tiles are functions of their own,
// called once per tile: inlined into the loops around them, they lose registers to those loops. The loop ends at a pointer,
// not at a counter: V8 may spill what only the end of a loop reads, and the way of a counter through memory and back would
// take longer than a small tile.
import { LANES, loadPart, madd, storePart, zero } from '../simd';

/** One vector of C: store or update `width` elements. */
// @ts-ignore: decorator
@inline
function put<T>(c: usize, s: v128, alpha: v128, beta: T, width: i32): void {
  if (beta == <T>0) {
    storePart<T>(c, v128.mul<T>(alpha, s), width);
  } else {
    storePart<T>(c, madd<T>(v128.mul<T>(v128.splat<T>(beta), loadPart<T>(c, width)), alpha, s), width);
  }
}

/** Two neighbouring vectors of C. */
// @ts-ignore: decorator
@inline
function put2<T>(c: usize, s0: v128, s1: v128, alpha: v128, beta: T): void {
  put<T>(c, s0, alpha, beta, LANES<T>());
  put<T>(c + 16, s1, alpha, beta, LANES<T>());
}

/** 4 rows by 2 vectors: the tile that does nearly all of the work. */
export function tile4x2<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, ldc: usize,
): void {
  let a1 = a + rs;
  let a2 = a1 + rs;
  let a3 = a2 + rs;
  let s00 = zero<T>(), s01 = zero<T>();
  let s10 = zero<T>(), s11 = zero<T>();
  let s20 = zero<T>(), s21 = zero<T>();
  let s30 = zero<T>(), s31 = zero<T>();
  const end = b + <usize>k * bs;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    s00 = madd<T>(s00, x, b0);
    s01 = madd<T>(s01, x, b1);
    x = v128.load_splat<T>(a1);
    s10 = madd<T>(s10, x, b0);
    s11 = madd<T>(s11, x, b1);
    x = v128.load_splat<T>(a2);
    s20 = madd<T>(s20, x, b0);
    s21 = madd<T>(s21, x, b1);
    x = v128.load_splat<T>(a3);
    s30 = madd<T>(s30, x, b0);
    s31 = madd<T>(s31, x, b1);
    a += cs;
    a1 += cs;
    a2 += cs;
    a3 += cs;
    b += bs;
  } while (b != end);
  const scale = v128.splat<T>(alpha);
  put2<T>(c, s00, s01, scale, beta);
  put2<T>((c += ldc), s10, s11, scale, beta);
  put2<T>((c += ldc), s20, s21, scale, beta);
  put2<T>((c += ldc), s30, s31, scale, beta);
}

/** 3 rows by 2 vectors. */
export function tile3x2<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, ldc: usize,
): void {
  let a1 = a + rs;
  let a2 = a1 + rs;
  let s00 = zero<T>(), s01 = zero<T>();
  let s10 = zero<T>(), s11 = zero<T>();
  let s20 = zero<T>(), s21 = zero<T>();
  const end = b + <usize>k * bs;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    s00 = madd<T>(s00, x, b0);
    s01 = madd<T>(s01, x, b1);
    x = v128.load_splat<T>(a1);
    s10 = madd<T>(s10, x, b0);
    s11 = madd<T>(s11, x, b1);
    x = v128.load_splat<T>(a2);
    s20 = madd<T>(s20, x, b0);
    s21 = madd<T>(s21, x, b1);
    a += cs;
    a1 += cs;
    a2 += cs;
    b += bs;
  } while (b != end);
  const scale = v128.splat<T>(alpha);
  put2<T>(c, s00, s01, scale, beta);
  put2<T>((c += ldc), s10, s11, scale, beta);
  put2<T>((c += ldc), s20, s21, scale, beta);
}

/** 2 rows by 2 vectors. */
export function tile2x2<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, ldc: usize,
): void {
  let a1 = a + rs;
  let s00 = zero<T>(), s01 = zero<T>();
  let s10 = zero<T>(), s11 = zero<T>();
  const end = b + <usize>k * bs;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    s00 = madd<T>(s00, x, b0);
    s01 = madd<T>(s01, x, b1);
    x = v128.load_splat<T>(a1);
    s10 = madd<T>(s10, x, b0);
    s11 = madd<T>(s11, x, b1);
    a += cs;
    a1 += cs;
    b += bs;
  } while (b != end);
  const scale = v128.splat<T>(alpha);
  put2<T>(c, s00, s01, scale, beta);
  put2<T>((c += ldc), s10, s11, scale, beta);
}

/** 1 row by 2 vectors. */
export function tile1x2<T>(
  k: i32, a: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize,
): void {
  let s0 = zero<T>(), s1 = zero<T>();
  const end = b + <usize>k * bs;
  do {
    const x = v128.load_splat<T>(a);
    s0 = madd<T>(s0, x, v128.load(b));
    s1 = madd<T>(s1, x, v128.load(b, 16));
    a += cs;
    b += bs;
  } while (b != end);
  put2<T>(c, s0, s1, v128.splat<T>(alpha), beta);
}

/** The body of tile4x1; `width` is a constant. */
// @ts-ignore: decorator
@inline
function body4x1<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, ldc: usize, width: i32,
): void {
  let a1 = a + rs;
  let a2 = a1 + rs;
  let a3 = a2 + rs;
  let s0 = zero<T>(), s1 = zero<T>(), s2 = zero<T>(), s3 = zero<T>();
  const end = b + <usize>k * bs;
  do {
    const b0 = loadPart<T>(b, width);
    s0 = madd<T>(s0, v128.load_splat<T>(a), b0);
    s1 = madd<T>(s1, v128.load_splat<T>(a1), b0);
    s2 = madd<T>(s2, v128.load_splat<T>(a2), b0);
    s3 = madd<T>(s3, v128.load_splat<T>(a3), b0);
    a += cs;
    a1 += cs;
    a2 += cs;
    a3 += cs;
    b += bs;
  } while (b != end);
  const scale = v128.splat<T>(alpha);
  put<T>(c, s0, scale, beta, width);
  put<T>((c += ldc), s1, scale, beta, width);
  put<T>((c += ldc), s2, scale, beta, width);
  put<T>((c += ldc), s3, scale, beta, width);
}

/** 4 rows by `width` columns, 1 .. LANES. */
export function tile4x1<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, ldc: usize, width: i32,
): void {
  if (width == LANES<T>()) body4x1<T>(k, a, rs, cs, b, bs, alpha, beta, c, ldc, LANES<T>());
  else if (width == 1) body4x1<T>(k, a, rs, cs, b, bs, alpha, beta, c, ldc, 1);
  else if (sizeof<T>() == 4) {
    if (width == 2) body4x1<T>(k, a, rs, cs, b, bs, alpha, beta, c, ldc, 2);
    else body4x1<T>(k, a, rs, cs, b, bs, alpha, beta, c, ldc, 3);
  }
}

/** The body of tile1x1; `width` is a constant. */
// @ts-ignore: decorator
@inline
function body1x1<T>(
  k: i32, a: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, width: i32,
): void {
  let s = zero<T>();
  const end = b + <usize>k * bs;
  do {
    s = madd<T>(s, v128.load_splat<T>(a), loadPart<T>(b, width));
    a += cs;
    b += bs;
  } while (b != end);
  put<T>(c, s, v128.splat<T>(alpha), beta, width);
}

/** 1 row by `width` columns, 1 .. LANES. */
export function tile1x1<T>(
  k: i32, a: usize, cs: usize, b: usize, bs: usize, alpha: T, beta: T, c: usize, width: i32,
): void {
  if (width == LANES<T>()) body1x1<T>(k, a, cs, b, bs, alpha, beta, c, LANES<T>());
  else if (width == 1) body1x1<T>(k, a, cs, b, bs, alpha, beta, c, 1);
  else if (sizeof<T>() == 4) {
    if (width == 2) body1x1<T>(k, a, cs, b, bs, alpha, beta, c, 2);
    else body1x1<T>(k, a, cs, b, bs, alpha, beta, c, 3);
  }
}
