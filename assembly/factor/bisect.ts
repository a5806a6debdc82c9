// The largest singular values of an upper bidiagonal matrix B by bisection: d on the diagonal, e above it, float64.
//
// The number of singular values below x is the number of negative pivots q_i of B'B - x^2,
//
//   t_1 = -x^2,   q_i = d_i^2 + t_i,   t_(i+1) = t_i (e_i^2 / q_i) - x^2,     a pivot within 2^-900 of zero counting as -2^-900
//
// Eight values are sought at once, two to a vector: four chains of divisions fill the time that one would wait.

// @ts-ignore: decorator
@inline
const TINY: f64 = reinterpret<f64>(<i64>(1023 - 900) << 52);

// @ts-ignore: decorator
@inline
function pivot(square: v128, t: v128): v128 {
  const q = f64x2.add(square, t);
  const tiny = f64x2.splat(TINY);
  return v128.bitselect(f64x2.splat(-TINY), q, f64x2.lt(f64x2.abs(q), tiny));
}

/** Negative lanes of q are counted down: the mask is -1. */
// @ts-ignore: decorator
@inline
function counted(count: v128, q: v128): v128 {
  return i64x2.add(count, f64x2.lt(q, f64x2.splat(0)));
}

/** One halving for the eight intervals at `low` and `high`; `most` holds how many values may lie below the j-th largest. */
function halve(n: i32, squares: usize, low: usize, high: usize, most: usize): void {
  const half = f64x2.splat(0.5);
  const l0 = v128.load(low), l1 = v128.load(low, 16), l2 = v128.load(low, 32), l3 = v128.load(low, 48);
  const h0 = v128.load(high), h1 = v128.load(high, 16), h2 = v128.load(high, 32), h3 = v128.load(high, 48);
  const x0 = f64x2.mul(half, f64x2.add(l0, h0)), x1 = f64x2.mul(half, f64x2.add(l1, h1));
  const x2 = f64x2.mul(half, f64x2.add(l2, h2)), x3 = f64x2.mul(half, f64x2.add(l3, h3));
  const s0 = f64x2.mul(x0, x0), s1 = f64x2.mul(x1, x1), s2 = f64x2.mul(x2, x2), s3 = f64x2.mul(x3, x3);
  let t0 = f64x2.neg(s0), t1 = f64x2.neg(s1), t2 = f64x2.neg(s2), t3 = f64x2.neg(s3);
  let c0 = i64x2.splat(0), c1 = c0, c2 = c0, c3 = c0;
  for (let i = n; i > 0; --i) {
    const d = v128.load64_splat(squares);
    const e = v128.load64_splat(squares, 8);
    const q0 = pivot(d, t0), q1 = pivot(d, t1), q2 = pivot(d, t2), q3 = pivot(d, t3);
    c0 = counted(c0, q0);
    c1 = counted(c1, q1);
    c2 = counted(c2, q2);
    c3 = counted(c3, q3);
    t0 = f64x2.sub(f64x2.mul(t0, f64x2.div(e, q0)), s0);
    t1 = f64x2.sub(f64x2.mul(t1, f64x2.div(e, q1)), s1);
    t2 = f64x2.sub(f64x2.mul(t2, f64x2.div(e, q2)), s2);
    t3 = f64x2.sub(f64x2.mul(t3, f64x2.div(e, q3)), s3);
    squares += 16;
  }
  // count + most < 0: more values lie below x than below the wanted one, which is therefore smaller than x.
  const m0 = i64x2.shr_s(i64x2.add(c0, v128.load(most)), 63), m1 = i64x2.shr_s(i64x2.add(c1, v128.load(most, 16)), 63);
  const m2 = i64x2.shr_s(i64x2.add(c2, v128.load(most, 32)), 63), m3 = i64x2.shr_s(i64x2.add(c3, v128.load(most, 48)), 63);
  v128.store(low, v128.bitselect(l0, x0, m0));
  v128.store(low, v128.bitselect(l1, x1, m1), 16);
  v128.store(low, v128.bitselect(l2, x2, m2), 32);
  v128.store(low, v128.bitselect(l3, x3, m3), 48);
  v128.store(high, v128.bitselect(x0, h0, m0));
  v128.store(high, v128.bitselect(x1, h1, m1), 16);
  v128.store(high, v128.bitselect(x2, h2, m2), 32);
  v128.store(high, v128.bitselect(x3, h3, m3), 48);
}

/**
 * values[j] := the (j + 1)-th largest singular value, j < k <= n, to an absolute error of some eps of the largest. Entries of about 1
 * or less. `passes` halvings leave 2^-passes of the first interval; `work` holds 2 n + 24 float64.
 */
export function dbisect(n: i32, d: usize, e: usize, k: i32, passes: i32, values: usize, work: usize): void {
  let bound: f64 = 0;
  let left: f64 = 0;
  for (let i = 0; i < n; ++i) {
    const a = abs<f64>(load<f64>(d + (<usize>i << 3)));
    const b = i < n - 1 ? abs<f64>(load<f64>(e + (<usize>i << 3))) : 0;
    store<f64>(work + (<usize>i << 4), a * a);
    store<f64>(work + (<usize>i << 4), b * b, 8);
    bound = max<f64>(bound, max<f64>(a + b, a + left));
    left = b;
  }
  const low = work + (<usize>n << 4);
  const high = low + 64;
  const most = high + 64;
  for (let from = 0; from < k; from += 8) {
    for (let j = 0; j < 8; ++j) {
      const at = <usize>j << 3;
      store<f64>(low + at, 0);
      store<f64>(high + at, bound);
      store<i64>(most + at, <i64>(n - 1 - min(from + j, n - 1)));
    }
    for (let pass = 0; pass < passes; ++pass) halve(n, work, low, high, most);
    for (let j = 0; j < 8 && from + j < k; ++j) {
      const at = <usize>j << 3;
      store<f64>(values + (<usize>(from + j) << 3), 0.5 * (load<f64>(low + at) + load<f64>(high + at)));
    }
  }
}
