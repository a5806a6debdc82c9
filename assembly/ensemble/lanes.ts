// The layout of an ensemble. Members go in groups of two vectors (8 float32 or 4 float64); element e of a group is 32 bytes, one lane a
// member, so that lanes are members and no kernel ever shuffles:
//
//   member r, element (i, j) of a (rows, cols) matrix at ((g rows + i) cols + j) * 32 + l * sizeof(T),   r = g * GROUP + l
//
// A cell is a float64 scalar: one for all members, or one a member in the order of the members.

/** Bytes of an element of a group. */
// @ts-ignore: decorator
@inline
export const STEP: usize = 32;

/** Members of a group. */
// @ts-ignore: decorator
@inline
export function GROUP<T>(): i32 {
  return 32 / <i32>sizeof<T>();
}

/** Half 0 or 1, a constant, of a group's cells at p, rounded to T; `each` tells that there is a cell for every member. */
// @ts-ignore: decorator
@inline
export function cells<T>(p: usize, each: bool, half: usize): v128 {
  if (!each) return v128.splat<T>(<T>load<f64>(p));
  if (sizeof<T>() == 8) return v128.load(p + 16 * half);
  const low = f32x4.demote_f64x2_zero(v128.load(p + 32 * half));
  const high = f32x4.demote_f64x2_zero(v128.load(p + 32 * half, 16));
  return v128.shuffle<f32>(low, high, 0, 1, 4, 5);
}

/** Bytes from the cells of a group to those of the next. */
// @ts-ignore: decorator
@inline
export function cellStep<T>(each: bool): usize {
  return each ? 8 * <usize>GROUP<T>() : 0;
}
