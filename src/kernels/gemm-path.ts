// Which gemm kernel a product takes, and how much scratch it needs: pure functions of the shape, shared by the plan
// builder and by calls from outside a plan. Every path gives the same bits, so the choice is one of speed alone.
import { type DType, elementBytes } from './kernels.js'

/** How a product runs: over packed copies, or over the operands where they lie. */
export type GemmPath = 'packed' | 'direct'

// The block sizes of assembly/gemm/block.ts; a test keeps the two in step.

/** Rows of the main tile. */
export const MR = 4
/** Columns of the main tile: two vectors of 16 bytes. */
export const NR = { float32: 8, float64: 4 } as const
/** Depth of a block of k; part of the numeric contract, since it decides where a sum is cut. */
export const KC = 256
/** Rows of a packed block of A. */
export const MC = 24
/** Columns of a packed block of B. */
export const NC = 1024

/** Fewest rows for which the direct path copies a B that it could read in place. */
export const COPY_ROWS = 12
/** Bytes of a block of B from which that copy is faster: it would not stay in the first-level cache beside A. */
export const COPY_BYTES = 32768

/** Bytes of a row of C from which copies of A and B pay, where both are used often enough: fourteen strips; twelve for a transposed A. */
const COPY_ROW = { straight: 448, transposed: 384 } as const
/** Fewest rows, and least depth, with which they do. */
const COPY_BOTH_ROWS = 24
const COPY_DEPTH = 32
/** Less depth, as of the gradient of a layer over a few samples, with longer rows of C. */
const SHALLOW = { depth: 16, row: 1024, rows: 64 } as const
const SHALLOWEST = { depth: 8, row: 2304 } as const

/** Most bytes of an operand that is read against its layout, a transposed A, time and again. */
const NEAR_BYTES = 81920
/** Most bytes of a block of A or B that stays in a second-level cache of ordinary size beside the other operands. */
const FAR_BYTES = 524288
/** Bytes of a row of C up to which a transposed A is read once or twice without harm: two strips. */
const TWO_STRIPS = 64
/** The same for two strips of two vectors and a half each, with half of that cache. */
const TWO_WIDE_STRIPS = 80

/**
 * The faster kernel for a product.
 *
 * Measured: copies of both, in the order of the tiles, are faster from some hundred columns on, of shallow products from some three hundred. For
 * narrower C reading A in place by rows beats copying it as long as it stays in the second-level cache; by columns as well when C is so narrow
 * that A is read once or twice, otherwise only near the size of the first. By these bounds no engine and no tile of gemm does badly: Node 20,
 * 22 and 24 differ by some hundredths in between, less than what else runs on a core shifts.
 *
 * @param trans bit 0 transposes A, bit 1 transposes B
 */
export function gemmPath(dtype: DType, trans: number, m: number, n: number, k: number): GemmPath {
  // A single column or row: every element of the matrix is read once.
  if (m === 1 || n === 1) return 'direct'
  const depth = Math.min(k, KC) * elementBytes(dtype)
  if (m <= 2 * MR) return trans & 2 && n * depth > FAR_BYTES ? 'packed' : 'direct'
  const row = n * elementBytes(dtype)
  if (copiesPay(trans, m, row, k)) return 'packed'
  return m * depth <= (trans & 1 ? mostAgainstLayout(row) : FAR_BYTES) && n * depth <= FAR_BYTES ? 'direct' : 'packed'
}

/** Whether copies of A and B pay whatever the sizes of both: each is used often enough. */
function copiesPay(trans: number, m: number, row: number, k: number): boolean {
  if (m < COPY_BOTH_ROWS) return false
  if (k >= COPY_DEPTH) return row >= (trans & 1 ? COPY_ROW.transposed : COPY_ROW.straight)
  if (k >= SHALLOW.depth && m >= SHALLOW.rows && row >= SHALLOW.row) return true
  return k >= SHALLOWEST.depth && row >= SHALLOWEST.row
}

/** Most bytes of a transposed A that is read in place, by the bytes of a row of C. */
function mostAgainstLayout(row: number): number {
  if (row <= TWO_STRIPS) return FAR_BYTES
  return row <= TWO_WIDE_STRIPS ? FAR_BYTES / 2 : NEAR_BYTES
}

/** Whether the direct path packs B, for several rows and columns: always when it is transposed. `packsB` in assembly/gemm/block.ts is the same. */
function packsB(dtype: DType, trans: number, m: number, n: number, k: number): boolean {
  return (trans & 2) !== 0 || (m >= COPY_ROWS && n * Math.min(k, KC) * elementBytes(dtype) >= COPY_BYTES)
}

/** Bytes of `work` that a gemm kernel needs, by default the one that `gemmPath` picks. */
export function gemmScratchBytes(
  dtype: DType,
  trans: number,
  m: number,
  n: number,
  k: number,
  path: GemmPath = gemmPath(dtype, trans, m, n, k),
): number {
  const depth = Math.min(k, KC) * elementBytes(dtype)
  if (path === 'packed') return (Math.min(m, MC) + Math.min(n, NC)) * depth
  // Sums of a single row or column for which k lies across memory; for small ones they are not needed.
  if (m === 1 && n > 1) return trans & 2 ? 0 : n * elementBytes(dtype)
  if (n === 1) return trans & 1 ? m * elementBytes(dtype) : 0
  return packsB(dtype, trans, m, n, k) ? n * depth : 0
}
