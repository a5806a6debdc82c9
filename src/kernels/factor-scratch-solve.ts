// Scratch of the triangular solve and of the factorizations behind linear systems: pure functions of the shape.
import { productBytes } from './factor-scratch.js'
import { type DType, elementBytes } from './kernels.js'

/** Rows of a diagonal block of trsm, lines of a panel of potrf and getrf; part of the numeric contract. */
export const PANEL = 32

/** Bits of the `flags` of trsm. */
export const Triangle = { transposed: 1, upper: 2, unit: 4, right: 8 } as const

/** Bytes of `work` for trsm with B (m, n). */
export function trsmScratchBytes(dtype: DType, flags: number, m: number, n: number): number {
  const lines = flags & Triangle.right ? PANEL * m : 0
  return (PANEL * PANEL + lines) * elementBytes(dtype) + productBytes(dtype, m, n, PANEL)
}

/** Bytes of `work` for potrf of order n. */
export function potrfScratchBytes(dtype: DType, n: number): number {
  return PANEL * n * elementBytes(dtype) + productBytes(dtype, n, PANEL, n)
}

/** Bytes of `work` for getrf of an (m, n) matrix. */
export function getrfScratchBytes(dtype: DType, m: number, n: number): number {
  return (PANEL * m + PANEL * PANEL) * elementBytes(dtype) + productBytes(dtype, Math.max(m, PANEL), n, PANEL)
}
