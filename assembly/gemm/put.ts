// What becomes of the sums of a tile: C := alpha s, or C := C + alpha s when `update`, a constant.
import { madd } from '../simd';

/** A vector of C. */
// @ts-ignore: decorator
@inline
export function put1<T>(update: bool, c: usize, s: v128, alpha: v128): void {
  v128.store(c, update ? madd<T>(v128.load(c), alpha, s) : v128.mul<T>(alpha, s));
}

/** Two neighbouring vectors of C. */
// @ts-ignore: decorator
@inline
export function put2<T>(update: bool, c: usize, s0: v128, s1: v128, alpha: v128): void {
  v128.store(c, update ? madd<T>(v128.load(c), alpha, s0) : v128.mul<T>(alpha, s0));
  v128.store(c, update ? madd<T>(v128.load(c, 16), alpha, s1) : v128.mul<T>(alpha, s1), 16);
}

/** A half vector of C from the lower half of s. */
// @ts-ignore: decorator
@inline
export function putHalf<T>(update: bool, c: usize, s: v128, alpha: v128): void {
  v128.store_lane<f64>(c, update ? madd<T>(v128.load64_zero(c), alpha, s) : v128.mul<T>(alpha, s), 0);
}
