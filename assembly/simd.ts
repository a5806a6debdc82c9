// Lane helpers, generic over f32 and f64: a v128 holds LANES<T>() elements, and "rest" is the part of a row that does not
// fill a vector, 1 .. LANES - 1 elements. Every helper is inlined, and a branch on a constant costs nothing.

/** Elements of a v128: 4 for f32, 2 for f64. */
// @ts-ignore: decorator
@inline
export function LANES<T>(): i32 {
  return 16 / <i32>sizeof<T>();
}

/** A vector of zeros. */
// @ts-ignore: decorator
@inline
export function zero<T>(): v128 {
  return v128.splat<T>(<T>0);
}

/**
 * sum + x * y. The simd build rounds twice, which gives the same bits on every engine; the relaxed build rounds once
 * where the engine has a fused instruction.
 */
// @ts-ignore: decorator
@inline
export function madd<T>(sum: v128, x: v128, y: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(x, y, sum);
  return v128.add<T>(sum, v128.mul<T>(x, y));
}

/** The scalar twin of madd: through a vector, so that one build has one rounding rule. */
// @ts-ignore: decorator
@inline
export function madd1<T>(sum: T, x: T, y: T): T {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.extract_lane<T>(v128.relaxed_madd<T>(v128.splat<T>(x), v128.splat<T>(y), v128.splat<T>(sum)), 0);
  }
  return <T>(sum + <T>(x * y));
}

/** Load `width` elements, a constant of 1 .. LANES; the lanes above are zero and nothing above is read. */
// @ts-ignore: decorator
@inline
export function loadPart<T>(p: usize, width: i32): v128 {
  if (width == LANES<T>()) return v128.load(p);
  if (sizeof<T>() == 8) return v128.load64_zero(p);
  if (width == 1) return v128.load32_zero(p);
  if (width == 2) return v128.load64_zero(p);
  return v128.load_lane<f32>(p, v128.load64_zero(p), 2, 8);
}

/** Store `width` elements, a constant of 1 .. LANES; nothing above is written. */
// @ts-ignore: decorator
@inline
export function storePart<T>(p: usize, v: v128, width: i32): void {
  if (width == LANES<T>()) {
    v128.store(p, v);
  } else if (sizeof<T>() == 8) {
    v128.store_lane<f64>(p, v, 0);
  } else if (width == 1) {
    v128.store_lane<f32>(p, v, 0);
  } else {
    v128.store_lane<f64>(p, v, 0);
    if (width == 3) v128.store_lane<f32>(p, v, 2, 8);
  }
}

/** A vector of elements `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function loadStrided<T>(p: usize, step: usize): v128 {
  if (sizeof<T>() == 8) return v128.load_lane<f64>(p + step, v128.load64_zero(p), 1);
  let v = v128.load_lane<f32>(p + step, v128.load32_zero(p), 1);
  v = v128.load_lane<f32>(p + step + step, v, 2);
  return v128.load_lane<f32>(p + step + step + step, v, 3);
}

/** Two neighbouring elements as float64. */
// @ts-ignore: decorator
@inline
export function loadPair<T>(p: usize): v128 {
  if (sizeof<T>() == 8) return v128.load(p);
  return f64x2.promote_low_f32x4(v128.load64_zero(p));
}

/** Two elements `step` bytes apart as float64. */
// @ts-ignore: decorator
@inline
export function loadPairStrided<T>(p: usize, step: usize): v128 {
  if (sizeof<T>() == 8) return v128.load_lane<f64>(p + step, v128.load64_zero(p), 1);
  return f64x2.promote_low_f32x4(v128.load_lane<f32>(p + step, v128.load32_zero(p), 1));
}

/** Sum of the lanes, left to right. */
// @ts-ignore: decorator
@inline
export function sumLanes<T>(v: v128): T {
  if (sizeof<T>() == 8) return <T>(<T>f64x2.extract_lane(v, 0) + <T>f64x2.extract_lane(v, 1));
  let s: T = <T>(<T>f32x4.extract_lane(v, 0) + <T>f32x4.extract_lane(v, 1));
  s = <T>(s + <T>f32x4.extract_lane(v, 2));
  return <T>(s + <T>f32x4.extract_lane(v, 3));
}
