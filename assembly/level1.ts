// Vector kernels. Increments are in elements and at least 1; `step` is an increment in bytes.
//
// Sums (dot, sumsq, asum, nrm2) are float64 for both element types: eight partial sums over i mod 8, held as four pairs,
//   q = (p[0..1] + p[2..3]) + (p[4..5] + p[6..7]),   sum = q[0] + q[1],   then the tail in ascending order.
// A strided vector is summed in the same order as a contiguous one, so that the layout changes no bit.
import { LANES, loadPair, loadPairStrided, madd, madd1 } from './simd';

/** Pair j of a group of eight elements; `dense`, a constant, tells that they are neighbours. */
// @ts-ignore: decorator
@inline
function pair<T>(dense: bool, p: usize, step: usize, j: usize): v128 {
  return dense ? loadPair<T>(p + 2 * j * sizeof<T>()) : loadPairStrided<T>(p + 2 * j * step, step);
}

// @ts-ignore: decorator
@inline
function total(p0: v128, p1: v128, p2: v128, p3: v128): f64 {
  const q = f64x2.add(f64x2.add(p0, p1), f64x2.add(p2, p3));
  return f64x2.extract_lane(q, 0) + f64x2.extract_lane(q, 1);
}

/** The loop of dot. */
// @ts-ignore: decorator
@inline
function dotLoop<T>(dense: bool, n: i32, x: usize, sx: usize, y: usize, sy: usize): f64 {
  let p0 = f64x2.splat(0), p1 = p0, p2 = p0, p3 = p0;
  for (; n >= 8; n -= 8) {
    p0 = madd<f64>(p0, pair<T>(dense, x, sx, 0), pair<T>(dense, y, sy, 0));
    p1 = madd<f64>(p1, pair<T>(dense, x, sx, 1), pair<T>(dense, y, sy, 1));
    p2 = madd<f64>(p2, pair<T>(dense, x, sx, 2), pair<T>(dense, y, sy, 2));
    p3 = madd<f64>(p3, pair<T>(dense, x, sx, 3), pair<T>(dense, y, sy, 3));
    x += sx << 3;
    y += sy << 3;
  }
  let sum = total(p0, p1, p2, p3);
  for (; n > 0; --n) {
    sum = madd1<f64>(sum, <f64>load<T>(x), <f64>load<T>(y));
    x += sx;
    y += sy;
  }
  return sum;
}

/** sum x_i y_i. */
export function dot<T>(n: i32, x: usize, incx: i32, y: usize, incy: i32): f64 {
  if (incx == 1 && incy == 1) return dotLoop<T>(true, n, x, sizeof<T>(), y, sizeof<T>());
  return dotLoop<T>(false, n, x, <usize>incx * sizeof<T>(), y, <usize>incy * sizeof<T>());
}

/** sum x_i^2. */
export function sumsq<T>(n: i32, x: usize): f64 {
  return dot<T>(n, x, 1, x, 1);
}

// @ts-ignore: decorator
@inline
function asumLoop<T>(dense: bool, n: i32, x: usize, step: usize): f64 {
  let p0 = f64x2.splat(0), p1 = p0, p2 = p0, p3 = p0;
  for (; n >= 8; n -= 8) {
    p0 = f64x2.add(p0, f64x2.abs(pair<T>(dense, x, step, 0)));
    p1 = f64x2.add(p1, f64x2.abs(pair<T>(dense, x, step, 1)));
    p2 = f64x2.add(p2, f64x2.abs(pair<T>(dense, x, step, 2)));
    p3 = f64x2.add(p3, f64x2.abs(pair<T>(dense, x, step, 3)));
    x += step << 3;
  }
  let sum = total(p0, p1, p2, p3);
  for (; n > 0; --n) {
    sum += abs<f64>(<f64>load<T>(x));
    x += step;
  }
  return sum;
}

/** sum |x_i|. */
export function asum<T>(n: i32, x: usize, incx: i32): f64 {
  if (incx == 1) return asumLoop<T>(true, n, x, sizeof<T>());
  return asumLoop<T>(false, n, x, <usize>incx * sizeof<T>());
}

/** Largest |x_i|, a NaN counting as nothing; -1 when there is no number. */
function amax<T>(n: i32, x: usize, step: usize): T {
  let best = <T>-1;
  if (step == sizeof<T>() && n >= LANES<T>()) {
    let lanes = v128.splat<T>(<T>-1);
    for (; n >= LANES<T>(); n -= LANES<T>()) {
      // pmax(a, b) = a < b ? b : a: a NaN in b never wins.
      lanes = v128.pmax<T>(lanes, v128.abs<T>(v128.load(x)));
      x += 16;
    }
    best = max<T>(v128.extract_lane<T>(lanes, 0), v128.extract_lane<T>(lanes, 1));
    if (sizeof<T>() == 4) {
      best = max<T>(best, <T>max<f32>(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)));
    }
  }
  for (; n > 0; --n) {
    const value = abs<T>(load<T>(x));
    if (value > best) best = value;
    x += step;
  }
  return best;
}

/** First index of the largest |x_i|; 0 when all are NaN, -1 for n = 0. */
export function iamax<T>(n: i32, x: usize, incx: i32): i32 {
  if (n == 0) return -1;
  const step = <usize>incx * sizeof<T>();
  const best = amax<T>(n, x, step);
  for (let i = 0; i < n; ++i) {
    if (abs<T>(load<T>(x)) == best) return i;
    x += step;
  }
  return 0;
}

/** 2^e for -1022 <= e <= 1023. */
// @ts-ignore: decorator
@inline
function pow2(e: i32): f64 {
  return reinterpret<f64>(<i64>(e + 1023) << 52);
}

/**
 * sqrt(sum x_i^2) in float64, without overflow or underflow. The square of a float32 is always normal in float64. For
 * float64, when the plain sum is infinite or below 2^-968 (where squares may have lost bits), with e the exponent of the
 * largest |x_i| and h = floor(e / 2): x'_i = (x_i * 2^-h) * 2^-(e - h), result (sqrt(sum x'^2) * 2^h) * 2^(e - h). Two
 * factors, because 2^1074 is not a float64.
 */
export function nrm2<T>(n: i32, x: usize, incx: i32): f64 {
  const sum = dot<T>(n, x, incx, x, incx);
  if (sizeof<T>() == 4) return sqrt<f64>(sum);
  // The second comparison is false for NaN, which needs no second look.
  if (!(sum < reinterpret<f64>(0x0370000000000000) || sum == f64.MAX_VALUE * 2)) return sqrt<f64>(sum);
  const step = <usize>incx * 8;
  const largest = <f64>amax<T>(n, x, step);
  if (largest <= 0 || largest == f64.MAX_VALUE * 2) return max<f64>(largest, 0);
  let e: i32;
  if (largest < pow2(-1022)) e = <i32>(reinterpret<u64>(largest * pow2(54)) >> 52) - 1023 - 54;
  else e = <i32>(reinterpret<u64>(largest) >> 52) - 1023;
  const h = e >> 1;
  return sqrt<f64>(sumsqScaled(n, x, step, pow2(-h), pow2(h - e))) * pow2(h) * pow2(e - h);
}

/** sum ((x_i * s1) * s2)^2, in the order of dot. */
function sumsqScaled(n: i32, x: usize, step: usize, s1: f64, s2: f64): f64 {
  const v1 = f64x2.splat(s1);
  const v2 = f64x2.splat(s2);
  let p0 = f64x2.splat(0), p1 = p0, p2 = p0, p3 = p0;
  for (; n >= 8; n -= 8) {
    const x0 = f64x2.mul(f64x2.mul(pair<f64>(false, x, step, 0), v1), v2);
    const x1 = f64x2.mul(f64x2.mul(pair<f64>(false, x, step, 1), v1), v2);
    const x2 = f64x2.mul(f64x2.mul(pair<f64>(false, x, step, 2), v1), v2);
    const x3 = f64x2.mul(f64x2.mul(pair<f64>(false, x, step, 3), v1), v2);
    p0 = madd<f64>(p0, x0, x0);
    p1 = madd<f64>(p1, x1, x1);
    p2 = madd<f64>(p2, x2, x2);
    p3 = madd<f64>(p3, x3, x3);
    x += step << 3;
  }
  let sum = total(p0, p1, p2, p3);
  for (; n > 0; --n) {
    const value = load<f64>(x) * s1 * s2;
    sum = madd1<f64>(sum, value, value);
    x += step;
  }
  return sum;
}

/** y := y + alpha x; alpha = 0 does nothing. */
export function axpy<T>(n: i32, alpha: T, x: usize, incx: i32, y: usize, incy: i32): void {
  if (alpha == <T>0) return;
  if (incx == 1 && incy == 1) {
    const factor = v128.splat<T>(alpha);
    for (; n >= 2 * LANES<T>(); n -= 2 * LANES<T>()) {
      v128.store(y, madd<T>(v128.load(y), factor, v128.load(x)));
      v128.store(y, madd<T>(v128.load(y, 16), factor, v128.load(x, 16)), 16);
      x += 32;
      y += 32;
    }
  }
  const sx = <usize>incx * sizeof<T>();
  const sy = <usize>incy * sizeof<T>();
  for (; n > 0; --n) {
    store<T>(y, madd1<T>(load<T>(y), alpha, load<T>(x)));
    x += sx;
    y += sy;
  }
}

/** x := alpha x, also for alpha = 0: NaN and infinity then give NaN. */
export function scal<T>(n: i32, alpha: T, x: usize, incx: i32): void {
  if (incx == 1) {
    const factor = v128.splat<T>(alpha);
    for (; n >= 2 * LANES<T>(); n -= 2 * LANES<T>()) {
      v128.store(x, v128.mul<T>(factor, v128.load(x)));
      v128.store(x, v128.mul<T>(factor, v128.load(x, 16)), 16);
      x += 32;
    }
  }
  const step = <usize>incx * sizeof<T>();
  for (; n > 0; --n) {
    store<T>(x, <T>(alpha * load<T>(x)));
    x += step;
  }
}

/** y := x. Elements move as bits: a NaN keeps its payload. */
export function copy<T>(n: i32, x: usize, incx: i32, y: usize, incy: i32): void {
  if (incx == 1 && incy == 1) {
    for (; n >= 2 * LANES<T>(); n -= 2 * LANES<T>()) {
      v128.store(y, v128.load(x));
      v128.store(y, v128.load(x, 16), 16);
      x += 32;
      y += 32;
    }
  }
  const sx = <usize>incx * sizeof<T>();
  const sy = <usize>incy * sizeof<T>();
  for (; n > 0; --n) {
    store<T>(y, load<T>(x));
    x += sx;
    y += sy;
  }
}

/** x and y change places. */
export function swap<T>(n: i32, x: usize, incx: i32, y: usize, incy: i32): void {
  if (incx == 1 && incy == 1) {
    for (; n >= LANES<T>(); n -= LANES<T>()) {
      const v = v128.load(x);
      v128.store(x, v128.load(y));
      v128.store(y, v);
      x += 16;
      y += 16;
    }
  }
  const sx = <usize>incx * sizeof<T>();
  const sy = <usize>incy * sizeof<T>();
  for (; n > 0; --n) {
    const value = load<T>(x);
    store<T>(x, load<T>(y));
    store<T>(y, value);
    x += sx;
    y += sy;
  }
}
