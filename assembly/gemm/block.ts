// Block sizes. KC is part of the numeric contract: it decides where a sum over k is cut. The others only decide what fits
// which cache, and change no bit. src/kernels/gemm-path.ts names the same numbers; a test keeps the two in step.

/** Depth of a block of k. */
// @ts-ignore: decorator
@inline
export const KC: i32 = 256;
/** Rows of a packed block of A: MC x KC elements stay in the second-level cache. */
// @ts-ignore: decorator
@inline
export const MC: i32 = 64;
/** Columns of a packed block of B. */
// @ts-ignore: decorator
@inline
export const NC: i32 = 1024;
/** Rows of the main tile. */
// @ts-ignore: decorator
@inline
export const MR: i32 = 4;

/** Columns of the main tile: two vectors. */
// @ts-ignore: decorator
@inline
export function NR<T>(): i32 {
  return 32 / <i32>sizeof<T>();
}
