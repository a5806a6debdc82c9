// The gemm microkernels of an ensemble: R x C elements of C, one vector of members of each.
//
//   s = sum over k ascending of A(:, k) B(k, :)    from zero, in registers, lane by lane: for each member the sum of the ordinary gemm
//
//   a    element (i, k) at a + i * rs + k * cs     a vector, or one number for all members where A is shared (a constant of the body)
//   b    element (k, j) at b + k * bs + j * bc     a vector
//   c    element (i, j) at c + i * rc + j * cc     a vector, overwritten with s
//   k    at least 1
//
// V8 loads everything that a turn of the loop needs before it begins to multiply: the 4 x 2 tile takes 8 sums, 6 loaded vectors and a product
// of the 16 registers of x64. Tiles call nothing and only store: a call, or the scalars of an update, would take registers from the sums, and
// V8 would write these to the stack in every turn. For the same reason they are functions of their own: see gemm/tile.ts.
import { madd, zero } from '../simd';

/** The body of every tile; `shared`, `rows` (1, 2 or 4) and `columns` (1 or 2) are constants. */
// @ts-ignore: decorator
@inline
function body<T>(
  shared: bool, rows: i32, columns: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize,
  c: usize, rc: usize, cc: usize,
): void {
  let a1 = a + rs;
  let a2 = a1 + rs;
  let a3 = a2 + rs;
  let b1 = b + bc;
  let s00 = zero<T>(), s01 = zero<T>(), s10 = zero<T>(), s11 = zero<T>();
  let s20 = zero<T>(), s21 = zero<T>(), s30 = zero<T>(), s31 = zero<T>();
  const end = b + <usize>k * bs;
  do {
    const y0 = v128.load(b);
    const y1 = columns == 2 ? v128.load(b1) : y0;
    let x = shared ? v128.load_splat<T>(a) : v128.load(a);
    s00 = madd<T>(s00, x, y0);
    if (columns == 2) s01 = madd<T>(s01, x, y1);
    a += cs;
    if (rows >= 2) {
      x = shared ? v128.load_splat<T>(a1) : v128.load(a1);
      s10 = madd<T>(s10, x, y0);
      if (columns == 2) s11 = madd<T>(s11, x, y1);
      a1 += cs;
    }
    if (rows == 4) {
      x = shared ? v128.load_splat<T>(a2) : v128.load(a2);
      s20 = madd<T>(s20, x, y0);
      if (columns == 2) s21 = madd<T>(s21, x, y1);
      a2 += cs;
      x = shared ? v128.load_splat<T>(a3) : v128.load(a3);
      s30 = madd<T>(s30, x, y0);
      if (columns == 2) s31 = madd<T>(s31, x, y1);
      a3 += cs;
    }
    if (columns == 2) b1 += bs;
    b += bs;
  } while (b != end);
  v128.store(c, s00);
  if (columns == 2) v128.store(c + cc, s01);
  if (rows >= 2) {
    c += rc;
    v128.store(c, s10);
    if (columns == 2) v128.store(c + cc, s11);
  }
  if (rows == 4) {
    c += rc;
    v128.store(c, s20);
    if (columns == 2) v128.store(c + cc, s21);
    c += rc;
    v128.store(c, s30);
    if (columns == 2) v128.store(c + cc, s31);
  }
}

/** 4 x 2 elements: the tile that does nearly all of the work. */
export function tile4x2<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize, rc: usize, cc: usize,
): void {
  body<T>(false, 4, 2, k, a, rs, cs, b, bs, bc, c, rc, cc);
}

/** 2 x 2 elements. */
export function tile2x2<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize, rc: usize, cc: usize,
): void {
  body<T>(false, 2, 2, k, a, rs, cs, b, bs, bc, c, rc, cc);
}

/** 4 elements of a column; 4 of a row are those of the transposed product. */
export function tile4x1<T>(k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, c: usize, rc: usize): void {
  body<T>(false, 4, 1, k, a, rs, cs, b, bs, 0, c, rc, 0);
}

/** 2 elements of a column. */
export function tile2x1<T>(k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, c: usize, rc: usize): void {
  body<T>(false, 2, 1, k, a, rs, cs, b, bs, 0, c, rc, 0);
}

/** One element. */
export function tile1x1<T>(k: i32, a: usize, cs: usize, b: usize, bs: usize, c: usize): void {
  body<T>(false, 1, 1, k, a, 0, cs, b, bs, 0, c, 0, 0);
}

/** 4 x 2 elements with an A of all members. */
export function shared4x2<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize, rc: usize, cc: usize,
): void {
  body<T>(true, 4, 2, k, a, rs, cs, b, bs, bc, c, rc, cc);
}

/** 2 x 2 elements with an A of all members. */
export function shared2x2<T>(
  k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize, rc: usize, cc: usize,
): void {
  body<T>(true, 2, 2, k, a, rs, cs, b, bs, bc, c, rc, cc);
}

/** 1 x 2 elements with an A of all members. */
export function shared1x2<T>(k: i32, a: usize, cs: usize, b: usize, bs: usize, bc: usize, c: usize, cc: usize): void {
  body<T>(true, 1, 2, k, a, 0, cs, b, bs, bc, c, 0, cc);
}

/** 4 x 1 elements with an A of all members. */
export function shared4x1<T>(k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, c: usize, rc: usize): void {
  body<T>(true, 4, 1, k, a, rs, cs, b, bs, 0, c, rc, 0);
}

/** 2 x 1 elements with an A of all members. */
export function shared2x1<T>(k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, c: usize, rc: usize): void {
  body<T>(true, 2, 1, k, a, rs, cs, b, bs, 0, c, rc, 0);
}

/** 1 x 1 elements with an A of all members. */
export function shared1x1<T>(k: i32, a: usize, cs: usize, b: usize, bs: usize, c: usize): void {
  body<T>(true, 1, 1, k, a, 0, cs, b, bs, 0, c, 0, 0);
}
