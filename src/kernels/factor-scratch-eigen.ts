// Scratch and block sizes of the symmetric eigendecomposition: pure functions of the order.
import { productBytes } from './factor-scratch.js'
import { type DType, elementBytes } from './kernels.js'

/** Columns of a panel of the reduction to tridiagonal form; part of the numeric contract. */
export const REDUCTION_PANEL = 16
/** Reflections that are applied together when Q is formed; part of the numeric contract. */
export const REFLECTION_BLOCK = 32
/** Bytes of a line of a panel of eigenvectors: four vectors, one cache line. */
export const LINE_BYTES = 64

/** Bytes of `work` for sytrd of order n. */
export function sytrdScratchBytes(dtype: DType, n: number): number {
  const own = (4 * REDUCTION_PANEL * n + 2 * REDUCTION_PANEL) * elementBytes(dtype)
  return own + productBytes(dtype, n, n, 2 * REDUCTION_PANEL)
}

/** Bytes of `work` for orgtr of order n. */
export function orgtrScratchBytes(dtype: DType, n: number): number {
  const own = (2 * REFLECTION_BLOCK * n + REFLECTION_BLOCK ** 2) * elementBytes(dtype)
  return own + productBytes(dtype, Math.max(n, REFLECTION_BLOCK), Math.max(n, REFLECTION_BLOCK), n)
}
