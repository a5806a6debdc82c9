// Two float64 at a time: short names for the operations, and the rounding errors of a sum and of a product (src/math/
// double-double.ts lane by lane). Nothing here is ever fused: both builds give the bits of the TypeScript functions.

// Constants are pointers to static data: one load fills both lanes, where engines build a constant of 128 bits from pieces.
// @ts-ignore: decorator
@inline export const ONE: usize = memory.data<f64>([1.0], 8);
// @ts-ignore: decorator
@inline export const TWO: usize = memory.data<f64>([2.0], 8);
// @ts-ignore: decorator
@inline export const HALF: usize = memory.data<f64>([0.5], 8);
/** -0: the sign bit. */
// @ts-ignore: decorator
@inline export const SIGN: usize = memory.data<f64>([-0.0], 8);
/** 2^52, whose fraction holds an integer below it. */
// @ts-ignore: decorator
@inline export const TWO_52: usize = memory.data<f64>([4503599627370496.0], 8);
// @ts-ignore: decorator
@inline const SPLITTER: usize = memory.data<f64>([134217729.0], 8);

/** The constant at p in both lanes. */
// @ts-ignore: decorator
@inline export function at(p: usize): v128 { return v128.load64_splat(p); }
// @ts-ignore: decorator
@inline export function both(x: f64): v128 { return f64x2.splat(x); }
// @ts-ignore: decorator
@inline export function plus(a: v128, b: v128): v128 { return f64x2.add(a, b); }
// @ts-ignore: decorator
@inline export function minus(a: v128, b: v128): v128 { return f64x2.sub(a, b); }
// @ts-ignore: decorator
@inline export function times(a: v128, b: v128): v128 { return f64x2.mul(a, b); }
// @ts-ignore: decorator
@inline export function over(a: v128, b: v128): v128 { return f64x2.div(a, b); }
/** a x + c for the constant at c, two roundings. */
// @ts-ignore: decorator
@inline export function linear(a: v128, x: v128, c: usize): v128 { return plus(times(a, x), at(c)); }
/** `yes` where the mask is set. */
// @ts-ignore: decorator
@inline export function select(yes: v128, no: v128, mask: v128): v128 { return v128.bitselect(yes, no, mask); }

/** What a + b lost in rounding to `sum`, where a is 0 or |a| >= |b|. */
// @ts-ignore: decorator
@inline export function sumTail(a: v128, b: v128, sum: v128): v128 { return minus(b, minus(sum, a)); }

/** What a * a lost in rounding to `square`. */
// @ts-ignore: decorator
@inline
export function squareTail(a: v128, square: v128): v128 {
  const shift = times(a, at(SPLITTER));
  const top = minus(shift, minus(shift, a));
  const low = minus(a, top);
  const cross = times(top, low);
  return plus(plus(plus(minus(times(top, top), square), cross), cross), times(low, low));
}

/** Heads and tails of two entries of a table of pairs. */
// @ts-ignore: decorator
@inline export function heads(a: v128, b: v128): v128 { return v128.shuffle<f64>(a, b, 0, 2); }
// @ts-ignore: decorator
@inline export function tails(a: v128, b: v128): v128 { return v128.shuffle<f64>(a, b, 1, 3); }

/** Two neighbouring elements, from float64. */
// @ts-ignore: decorator
@inline
export function storePair<T>(p: usize, v: v128): void {
  if (sizeof<T>() == 8) v128.store(p, v);
  else v128.store_lane<f64>(p, f32x4.demote_f64x2_zero(v), 0);
}

/** One element in lane 0, zero in lane 1. */
// @ts-ignore: decorator
@inline
export function loadOne<T>(p: usize): v128 {
  if (sizeof<T>() == 8) return v128.load64_zero(p);
  return f64x2.promote_low_f32x4(v128.load32_zero(p));
}

/** Lane 0. */
// @ts-ignore: decorator
@inline
export function storeOne<T>(p: usize, v: v128): void {
  store<T>(p, <T>f64x2.extract_lane(v, 0));
}
