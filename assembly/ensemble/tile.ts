// The gemm microkernels of an ensemble: R x C elements of C, both vectors of members of each.
//
//   s = sum over k ascending of A(:, k) B(k, :)    from zero, in registers, lane by lane: for each member the sum of the ordinary gemm
//
//   a    element (i, k) at a + i * rs + k * cs     two vectors, or one number for all members where A is shared (a constant of the body)
//   b    element (k, j) at b + k * bs + j * bc     two vectors
//   c    element (i, j) at c + i * rc + j * cc     two vectors
//   k    at least 1
//   scale  alpha, two vectors
//
// C := s, or, where `update` says so, C := C + alpha s with an alpha that is not 0 for any member.
//
// Both halves of an element in one tile: a line of the cache is touched once, four addresses go with eight sums, and widths of 10 have no edge.
// A turn of the loop works on one half, then on the other. V8 (Node 20) would load everything that a turn needs before it begins to multiply: 8
// sums, 8 loaded vectors and a product do not fit the 16 registers of x64, so that sums would go to the stack. The test between the halves, which
// never holds, ends a block of code that loads are not moved across. Nothing is called here, and everything is inlined into the loops over tiles:
// where a call follows, V8 writes the sums to the stack in every turn of the loop, and a call of the tile itself costs as much as two turns.
import { madd, zero } from '../simd';

/** What becomes of the sums of an element; `update` is a constant. */
// @ts-ignore: decorator
@inline
function put<T>(update: bool, c: usize, s: v128, t: v128, scale: usize): void {
  if (update) {
    v128.store(c, madd<T>(v128.load(c), v128.load(scale), s));
    v128.store(c, madd<T>(v128.load(c, 16), v128.load(scale, 16), t), 16);
  } else {
    v128.store(c, s);
    v128.store(c, t, 16);
  }
}

/** A factor from A. */
// @ts-ignore: decorator
@inline
function factor<T>(shared: bool, a: usize): v128 {
  return shared ? v128.load_splat<T>(a) : v128.load(a);
}

/** A tile; `update`, `shared`, `rows` and `columns` (1 or 2) are constants. */
// @ts-ignore: decorator
@inline
export function tile<T>(
  update: bool, shared: bool, rows: i32, columns: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, bs: usize, bc: usize,
  c: usize, rc: usize, cc: usize, scale: usize,
): void {
  let a1 = a + rs;
  let b1 = b + bc;
  let s00 = zero<T>(), s01 = zero<T>(), s10 = zero<T>(), s11 = zero<T>();
  let t00 = zero<T>(), t01 = zero<T>(), t10 = zero<T>(), t11 = zero<T>();
  const end = b + <usize>k * bs;
  do {
    let x0 = factor<T>(shared, a);
    let x1 = rows == 2 ? factor<T>(shared, a1) : x0;
    let y = v128.load(b);
    s00 = madd<T>(s00, x0, y);
    if (rows == 2) s10 = madd<T>(s10, x1, y);
    if (columns == 2) {
      y = v128.load(b1);
      s01 = madd<T>(s01, x0, y);
      if (rows == 2) s11 = madd<T>(s11, x1, y);
    }
    if (rows == 2 && columns == 2 && b == end) break;
    if (!shared) {
      x0 = v128.load(a, 16);
      if (rows == 2) x1 = v128.load(a1, 16);
    }
    y = v128.load(b, 16);
    t00 = madd<T>(t00, x0, y);
    if (rows == 2) t10 = madd<T>(t10, x1, y);
    if (columns == 2) {
      y = v128.load(b1, 16);
      t01 = madd<T>(t01, x0, y);
      if (rows == 2) t11 = madd<T>(t11, x1, y);
      b1 += bs;
    }
    a += cs;
    if (rows == 2) a1 += cs;
    b += bs;
  } while (b != end);
  put<T>(update, c, s00, t00, scale);
  if (columns == 2) put<T>(update, c + cc, s01, t01, scale);
  if (rows == 2) {
    c += rc;
    put<T>(update, c, s10, t10, scale);
    if (columns == 2) put<T>(update, c + cc, s11, t11, scale);
  }
}
