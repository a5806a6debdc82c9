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
export const MC = 64
/** Columns of a packed block of B. */
export const NC = 1024

/** Most bytes of a B that is worth reading in place: about what the first-level cache holds beside A and C. */
const DIRECT_BYTES = 32 * 1024

/**
 * The faster kernel for a product.
 *
 * @param trans bit 0 transposes A, bit 1 transposes B
 */
export function gemmPath(dtype: DType, _trans: number, m: number, n: number, k: number): GemmPath {
  // A copy of B pays off only when several groups of rows read it.
  if (m <= 2 * MR) return 'direct'
  return n * k * elementBytes(dtype) <= DIRECT_BYTES ? 'direct' : 'packed'
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
  const depth = Math.min(k, KC)
  if (path === 'packed') return (Math.min(m, MC) + Math.min(n, NC)) * depth * elementBytes(dtype)
  return trans & 2 ? n * depth * elementBytes(dtype) : 0
}
