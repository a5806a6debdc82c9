// Matrix-vector kernels, row-major. Sums are in the element type; the order of each is part of the numeric contract.
import { LANES, loadStrided, madd, madd1, sumLanes, zero } from './simd';

/** Bytes of the four vectors of partial sums of a row. */
// @ts-ignore: decorator
@inline
const GROUP: usize = 64;

/** Vector j of a group of x; `dense`, a constant, tells that its elements are neighbours. */
// @ts-ignore: decorator
@inline
function part<T>(dense: bool, x: usize, step: usize, j: usize): v128 {
  return dense ? v128.load(x + 16 * j) : loadStrided<T>(x + j * <usize>LANES<T>() * step, step);
}

/** (v0 + v1) + (v2 + v3). */
// @ts-ignore: decorator
@inline
function total<T>(v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  return v128.add<T>(v128.add<T>(v0, v1), v128.add<T>(v2, v3));
}

/** y := alpha d + beta y for one element. */
// @ts-ignore: decorator
@inline
function update<T>(y: usize, d: T, alpha: T, beta: T): void {
  if (beta == <T>0) store<T>(y, <T>(alpha * d));
  else store<T>(y, madd1<T>(<T>(beta * load<T>(y)), alpha, d));
}

/** The ends of two rows at once: the lanes of v and of w left to right, then the tails, then two elements of y, or one. */
// @ts-ignore: decorator
@inline
function finish<T>(
  v: v128, w: v128, rest: i32, p: usize, q: usize, x: usize, step: usize, alpha: T, beta: T, both: bool, y: usize, incy: usize,
): void {
  let d = sumLanes<T>(v);
  let e = sumLanes<T>(w);
  for (; rest > 0; --rest) {
    const t = load<T>(x);
    d = madd1<T>(d, load<T>(p), t);
    e = madd1<T>(e, load<T>(q), t);
    p += sizeof<T>();
    q += sizeof<T>();
    x += step;
  }
  update<T>(y, d, alpha, beta);
  if (both) update<T>(y + incy, e, alpha, beta);
}

/** Dot products of the rows of A with x, two rows at a time: they share the loads of x. A last one goes beside itself. */
// @ts-ignore: decorator
@inline
function rowsLoop<T>(
  dense: bool, m: i32, n: i32, alpha: T, a: usize, lda: usize, x: usize, step: usize, beta: T, y: usize, incy: usize,
): void {
  const group = 4 * LANES<T>();
  const rest = n % group;
  const groups = n / group;
  for (; m > 0; m -= 2) {
    let p = a;
    let q = m > 1 ? a + lda : a;
    let xi = x;
    let v0 = zero<T>(), v1 = v0, v2 = v0, v3 = v0;
    let w0 = v0, w1 = v0, w2 = v0, w3 = v0;
    for (let g = groups; g > 0; --g) {
      let xv = part<T>(dense, xi, step, 0);
      v0 = madd<T>(v0, v128.load(p), xv);
      w0 = madd<T>(w0, v128.load(q), xv);
      xv = part<T>(dense, xi, step, 1);
      v1 = madd<T>(v1, v128.load(p, 16), xv);
      w1 = madd<T>(w1, v128.load(q, 16), xv);
      xv = part<T>(dense, xi, step, 2);
      v2 = madd<T>(v2, v128.load(p, 32), xv);
      w2 = madd<T>(w2, v128.load(q, 32), xv);
      xv = part<T>(dense, xi, step, 3);
      v3 = madd<T>(v3, v128.load(p, 48), xv);
      w3 = madd<T>(w3, v128.load(q, 48), xv);
      p += GROUP;
      q += GROUP;
      xi += <usize>group * step;
    }
    finish<T>(
      total<T>(v0, v1, v2, v3), total<T>(w0, w1, w2, w3), rest, p, q, xi, step, alpha, beta, m > 1, y, incy);
    a += lda << 1;
    y += incy << 1;
  }
}

/** y := beta y; beta = 0 stores +0, beta = 1 leaves it. */
function scaleVector<T>(n: i32, beta: T, y: usize, step: usize): void {
  if (beta == <T>1) return;
  for (; n > 0; --n) {
    store<T>(y, beta == <T>0 ? <T>0 : <T>(beta * load<T>(y)));
    y += step;
  }
}

/** y := y + sum over four rows of t_r a_r, row by row: four roundings of each element, one load and one store of it. */
// @ts-ignore: decorator
@inline
function addRows4<T>(n: i32, t0: T, t1: T, t2: T, t3: T, a: usize, lda: usize, y: usize): void {
  const v0 = v128.splat<T>(t0), v1 = v128.splat<T>(t1), v2 = v128.splat<T>(t2), v3 = v128.splat<T>(t3);
  let a1 = a + lda;
  let a2 = a1 + lda;
  let a3 = a2 + lda;
  for (; n >= LANES<T>(); n -= LANES<T>()) {
    let s = madd<T>(v128.load(y), v0, v128.load(a));
    s = madd<T>(s, v1, v128.load(a1));
    s = madd<T>(s, v2, v128.load(a2));
    v128.store(y, madd<T>(s, v3, v128.load(a3)));
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    y += 16;
  }
  for (; n > 0; --n) {
    let s = madd1<T>(load<T>(y), t0, load<T>(a));
    s = madd1<T>(s, t1, load<T>(a1));
    s = madd1<T>(s, t2, load<T>(a2));
    store<T>(y, madd1<T>(s, t3, load<T>(a3)));
    a += sizeof<T>();
    a1 += sizeof<T>();
    a2 += sizeof<T>();
    a3 += sizeof<T>();
    y += sizeof<T>();
  }
}

/** y := y + t x, with a step for y. */
function addRow<T>(n: i32, t: T, x: usize, sx: usize, y: usize, sy: usize): void {
  if (sx == sizeof<T>() && sy == sizeof<T>()) {
    const factor = v128.splat<T>(t);
    for (; n >= LANES<T>(); n -= LANES<T>()) {
      v128.store(y, madd<T>(v128.load(y), factor, v128.load(x)));
      x += 16;
      y += 16;
    }
  }
  for (; n > 0; --n) {
    store<T>(y, madd1<T>(load<T>(y), t, load<T>(x)));
    x += sx;
    y += sy;
  }
}

/** y := alpha op(A) x + beta y, A (m, n); `trans` bit 0 transposes. */
export function gemv<T>(
  trans: i32, m: i32, n: i32, alpha: T, a: usize, lda: i32, x: usize, incx: i32, beta: T, y: usize, incy: i32,
): void {
  const size = sizeof<T>();
  const row = <usize>lda * size;
  const sx = <usize>incx * size;
  const sy = <usize>incy * size;
  if (alpha == <T>0) {
    scaleVector<T>(trans & 1 ? n : m, beta, y, sy);
    return;
  }
  if (!(trans & 1)) {
    if (incx == 1) rowsLoop<T>(true, m, n, alpha, a, row, x, size, beta, y, sy);
    else rowsLoop<T>(false, m, n, alpha, a, row, x, sx, beta, y, sy);
    return;
  }
  scaleVector<T>(n, beta, y, sy);
  if (incy == 1) {
    for (; m >= 4; m -= 4) {
      const t0 = <T>(alpha * load<T>(x)), t1 = <T>(alpha * load<T>(x + sx));
      const t2 = <T>(alpha * load<T>(x + 2 * sx)), t3 = <T>(alpha * load<T>(x + 3 * sx));
      addRows4<T>(n, t0, t1, t2, t3, a, row, y);
      a += row << 2;
      x += sx << 2;
    }
  }
  for (; m > 0; --m) {
    addRow<T>(n, <T>(alpha * load<T>(x)), a, size, y, sy);
    a += row;
    x += sx;
  }
}

/** A := A + alpha x y', A (m, n); alpha = 0 does nothing. */
export function ger<T>(
  m: i32, n: i32, alpha: T, x: usize, incx: i32, y: usize, incy: i32, a: usize, lda: i32,
): void {
  if (alpha == <T>0) return;
  const size = sizeof<T>();
  for (; m > 0; --m) {
    addRow<T>(n, <T>(alpha * load<T>(x)), y, <usize>incy * size, a, size);
    x += <usize>incx * size;
    a += <usize>lda * size;
  }
}
