// The gemm microkernels of an ensemble: R x C elements of C, one vector of members of each.
//
//   s = sum over k ascending of A(:, k) B(k, :)    from zero, in registers, lane by lane: for each member the sum of the ordinary gemm
//
//   a    element (i, k) at a + i * rs + k * cs     a vector, or one number for all members where A is shared (a constant of the body)
//   b    element (k, j) at b + k * bs + j * bc     a vector
//   c    element (i, j) at c + i * rc + j * cc     a vector
//   k    at least 1
//   scale  alpha, a vector
//
// C := s, or, where `update` says so, C := C + alpha s with an alpha that is not 0 for any member.
//
// V8 loads everything that a turn of the loop needs before it begins to multiply: the 4 x 2 tile takes 8 sums, 6 loaded vectors and a product
// of the 16 registers of x64. Nothing is called here, and everything is inlined into the loops over tiles: where a call follows, V8 writes the
// sums to the stack in every turn of the loop, and a call of the tile itself costs as much as two turns.
import { madd, zero } from '../simd';

/** What becomes of a vector of sums; `update` is a constant. */
// @ts-ignore: decorator
@inline
function put<T>(update: bool, c: usize, s: v128, alpha: v128): void {
  if (update) {
    v128.store(c, madd<T>(v128.load(c), alpha, s));
  } else {
    v128.store(c, s);
  }
}

/** A tile; `update`, `shared`, `rows` (1, 2 or 4) and `columns` (1 or 2) are constants. */
// @ts-ignore: decorator
@inline
export function tile<T>(
  update: bool, shared: bool, rows: i32, columns: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize,
  c: usize, rc: usize, cc: usize, scale: usize,
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
  const alpha = update ? v128.load(scale) : s00;
  put<T>(update, c, s00, alpha);
  if (columns == 2) put<T>(update, c + cc, s01, alpha);
  if (rows >= 2) {
    c += rc;
    put<T>(update, c, s10, alpha);
    if (columns == 2) put<T>(update, c + cc, s11, alpha);
  }
  if (rows == 4) {
    c += rc;
    put<T>(update, c, s20, alpha);
    if (columns == 2) put<T>(update, c + cc, s21, alpha);
    c += rc;
    put<T>(update, c, s30, alpha);
    if (columns == 2) put<T>(update, c + cc, s31, alpha);
  }
}
