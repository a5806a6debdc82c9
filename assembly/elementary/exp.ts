// e^x in two lanes, with the bits of `exp` of src/math/elementary.ts wherever the result is a normal number or infinite.
// Weights below e^-700 are nothing beside 1: they are 0 here, so that no lane needs the rounding of subnormals.
import { at, HALF, heads, linear, minus, plus, sumTail, tails, times, TWO } from './lanes';
import { POWERS, STEP_HEAD, STEP_TAIL, TWO_M43 } from './tables';

// @ts-ignore: decorator
@inline const LEAST: usize = memory.data<f64>([-700.0], 8);
/** e^710 overflows. */
// @ts-ignore: decorator
@inline const MOST: usize = memory.data<f64>([710.0], 8);
/** Steps of ln(2) / 64 in a unit. */
// @ts-ignore: decorator
@inline const STEPS: usize = memory.data<f64>([64.0 * 1.4426950408889634], 8);
/** 1.5 * 2^52: an integer added to it stands in the lowest bits, in two's complement. */
// @ts-ignore: decorator
@inline const SHIFT: usize = memory.data<f64>([6755399441055744.0], 8);
// @ts-ignore: decorator
@inline const C3: usize = memory.data<f64>([1.0 / 6.0], 8);
// @ts-ignore: decorator
@inline const C4: usize = memory.data<f64>([1.0 / 24.0], 8);
// @ts-ignore: decorator
@inline const C5: usize = memory.data<f64>([1.0 / 120.0], 8);
// @ts-ignore: decorator
@inline const C6: usize = memory.data<f64>([1.0 / 720.0], 8);

/**
 * e^x; 0 below -700, Infinity above 709.782712893384, NaN for NaN.
 *
 * With n the multiple of ln(2) / 64 nearest to x, n = 64 k + j, it is 2^k 2^(j/64) e^r, where |r| < 2^-7.5.
 */
export function exp(x: v128): v128 {
  // These comparisons let NaN through.
  const bounded = f64x2.pmin(f64x2.pmax(x, at(LEAST)), at(MOST));
  const n = f64x2.floor(linear(bounded, at(STEPS), HALF));
  const bits = plus(n, at(SHIFT));
  const first = v128.load(POWERS + (<usize>(i32x4.extract_lane(bits, 0) & 63) << 4));
  const second = v128.load(POWERS + (<usize>(i32x4.extract_lane(bits, 2) & 63) << 4));
  const near = minus(bounded, times(times(n, at(STEP_HEAD)), at(TWO_M43)));
  // The tail of x is 0 here, and so is the sign of a zero in `rest`: it is only added.
  const rest = f64x2.neg(times(n, at(STEP_TAIL)));
  const r = plus(near, rest);
  const square = times(r, r);
  const high = plus(linear(r, at(C5), C4), times(square, at(C6)));
  const series = plus(linear(r, at(C3), HALF), times(square, high));
  const power = heads(first, second);
  const correction = plus(sumTail(near, rest, r), times(square, series));
  const sum = plus(power, plus(times(power, plus(r, correction)), tails(first, second)));
  // 2^(k - 1) by its exponent; twice the sum first, as that may lie just below 1, and k may be 1024.
  const scale = i64x2.shl(i64x2.add(i64x2.shr_u(bits, 6), i64x2.splat(1022)), 52);
  return v128.andnot(times(times(sum, at(TWO)), scale), f64x2.lt(x, at(LEAST)));
}
