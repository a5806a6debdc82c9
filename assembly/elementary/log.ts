// ln x in two lanes, with the bits of `log` of src/math/elementary.ts, for normal positive numbers; NaN for NaN.
import { at, HALF, heads, minus, ONE, over, plus, squareTail, sumTail, tails, times, TWO_52 } from './lanes';
import { LN2_HEAD, LN2_TAIL, LOGARITHMS, TWO_M43, TWO_M85 } from './tables';

// @ts-ignore: decorator
@inline const UNITS: usize = memory.data<f64>([256.0], 8);
// @ts-ignore: decorator
@inline const UNIT: usize = memory.data<f64>([1.0 / 256.0], 8);
/** Beyond it c is above sqrt(1/2). */
// @ts-ignore: decorator
@inline const ROOT: usize = memory.data<f64>([181.0], 8);
/** 2^52 + 1022. */
// @ts-ignore: decorator
@inline const BIAS: usize = memory.data<f64>([4503599627370496.0 + 1022.0], 8);
// @ts-ignore: decorator
@inline const C3: usize = memory.data<f64>([1.0 / 3.0], 8);
// @ts-ignore: decorator
@inline const C4: usize = memory.data<f64>([0.25], 8);
// @ts-ignore: decorator
@inline const C5: usize = memory.data<f64>([1.0 / 5.0], 8);
// @ts-ignore: decorator
@inline const C6: usize = memory.data<f64>([1.0 / 6.0], 8);
// @ts-ignore: decorator
@inline const C7: usize = memory.data<f64>([1.0 / 7.0], 8);
// @ts-ignore: decorator
@inline const C8: usize = memory.data<f64>([0.125], 8);
// @ts-ignore: decorator
@inline const C9: usize = memory.data<f64>([1.0 / 9.0], 8);

/**
 * With x = 2^k m and c the multiple of 1/256 nearest to 1/m, ln x = k ln 2 - ln c + ln(1 + r), r = m c - 1 exactly.
 * For x close to 1, c is 1 or 1/2 and the other two terms vanish.
 */
export function log(x: v128): v128 {
  const biased = i64x2.shr_u(x, 52);
  // m, by products that keep NaN, and its first 20 places.
  const m = times(times(x, i64x2.shl(i64x2.sub(i64x2.splat(2047), biased), 52)), at(HALF));
  const top = v128.or(v128.and(x, i64x2.splat(0x000fffff00000000)), at(ONE));
  const n = f64x2.floor(plus(over(at(UNITS), top), at(HALF)));
  const c = times(n, at(UNIT));
  const r = plus(minus(times(top, c), at(ONE)), times(minus(m, top), c));
  // 2^52 + biased as bits. Above about sqrt(2) m counts as half of the next power of two.
  const exponent = minus(v128.or(biased, at(TWO_52)), at(BIAS));
  const k = minus(exponent, v128.and(f64x2.gt(n, at(ROOT)), at(ONE)));

  // n in the lowest bits of 2^52 + n.
  const index = plus(n, at(TWO_52));
  const table = LOGARITHMS - 128 * 16;
  const first = v128.load(table + (<usize>i32x4.extract_lane(index, 0) << 4));
  const second = v128.load(table + (<usize>i32x4.extract_lane(index, 2) << 4));
  // Fixed point, exact.
  const base = times(plus(times(k, at(LN2_HEAD)), heads(first, second)), at(TWO_M43));
  const baseTail = times(plus(times(k, at(LN2_TAIL)), tails(first, second)), at(TWO_M85));

  const square = times(r, r);
  const lost = squareTail(r, square);
  const half = times(square, at(HALF));
  const sum = plus(base, r);
  const next = minus(sum, half);
  const rest = plus(
    plus(sumTail(base, r, sum), sumTail(sum, f64x2.neg(half), next)),
    plus(minus(baseTail, times(lost, at(HALF))), logSeries(r, square)));
  return plus(next, rest);
}

/** ln(1 + r) - r + r^2 / 2 for |r| < 2^-7.9. */
// @ts-ignore: decorator
@inline
function logSeries(r: v128, square: v128): v128 {
  const higher = plus(minus(at(C7), times(r, at(C8))), times(square, at(C9)));
  const high = plus(minus(at(C5), times(r, at(C6))), times(square, higher));
  return times(times(r, square), plus(minus(at(C3), times(r, at(C4))), times(square, high)));
}

/** ln(1 + x) for 0 <= x < 2^1000: the logarithm of the rounded sum, and what the sum lost. */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const sum = plus(at(ONE), x);
  return plus(log(sum), over(minus(x, minus(sum, at(ONE))), sum));
}
