// Block sizes. KC is part of the numeric contract: it decides where a sum over k is cut. The others only decide what fits
// which cache, and change no bit. src/kernels/gemm-path.ts names the same numbers; a test keeps the two in step.
import { LANES } from '../simd';

/** Depth of a block of k. */
// @ts-ignore: decorator
@inline
export const KC: i32 = 256;
/** Rows of a packed block of A, whole panels of six rows and of four: MC x KC elements stay near the first-level cache beside a strip of B. */
// @ts-ignore: decorator
@inline
export const MC: i32 = 24;
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

/** Columns of half a vector. */
// @ts-ignore: decorator
@inline
export function HALF<T>(): i32 {
  return LANES<T>() / 2;
}

/** Where the host leaves a byte that tells whether tiles of six rows are the faster ones here: `TILE_CHOICE` in src/kernels/kernels.ts. */
// @ts-ignore: decorator
@inline
const TILE_CHOICE: usize = 32;

/**
 * Strips of two vectors in n columns. Where half a vector is left behind them, it and the last of them make one broad strip instead, and where one
 * vector is, it and the last two: then more columns than two vectors are behind the strips. In the fused build only where six rows are faster: compilers
 * that do not keep those in registers do not keep five vectors of B either.
 */
// @ts-ignore: decorator
@inline
export function stripsOf<T>(n: i32): i32 {
  const rest = n & (NR<T>() - 1);
  let strips = <i32>(<u32>n / NR<T>());
  if (rest != 0 && strips > 0) {
    if (rest == HALF<T>()) --strips;
    else if (rest == LANES<T>() && strips > 1 && (!ASC_FEATURE_RELAXED_SIMD || load<u8>(TILE_CHOICE))) strips -= 2;
  }
  return strips;
}

/** The same as a call, where a call is nothing. */
export function countStrips<T>(n: i32): i32 {
  return stripsOf<T>(n);
}

/**
 * Groups of six rows in m; the others go by four. Rows that would leave two or three behind are better off as two groups of four. Six rows
 * take one register more than two multiplications and an addition leave over.
 */
export function sixes(m: i32): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD || m < 6 || !load<u8>(TILE_CHOICE)) return 0;
  const rest = m % 6;
  return m / 6 - i32(rest == 2 || rest == 3);
}

/** Fewest rows for which the direct path copies a B that it could read in place. */
// @ts-ignore: decorator
@inline
const COPY_ROWS: i32 = 12;
/** Bytes of a block of B from which a copy is faster: it would not stay in the first-level cache beside A. */
// @ts-ignore: decorator
@inline
const COPY_BYTES: i32 = 32768;

/** Whether the direct path packs B: always when it is transposed, never when it is a column. `packsB` in gemm-path.ts is the same function. */
export function packsB<T>(transB: bool, m: i32, n: i32, k: i32): bool {
  if (n == 1) return false;
  return transB || (m >= COPY_ROWS && <i64>n * min(k, KC) * sizeof<T>() >= COPY_BYTES);
}
