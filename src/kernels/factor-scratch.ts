// Sizes that the factorization kernels are called with: scratch as pure functions of the shape, and widths of panels. A width
// is part of what decides the bits of a result, so it depends on the shape alone.
import { KC, MC, NC } from './gemm-path.js'
import { type DType, elementBytes } from './kernels.js'

/** Columns of a panel that QR of n columns factors reflection by reflection: up to 12 are one panel, and wide ones are for matrices that no cache holds. */
export function qrPanel(n: number): number {
  return n <= 12 || n >= 448 ? 32 : 8
}

/** Bytes for any product of at most these sizes, on either path and with either operand transposed. */
export function productBytes(dtype: DType, m: number, n: number, k: number): number {
  const depth = Math.min(k, KC) * elementBytes(dtype)
  // A single column of the product takes m elements.
  return Math.max(m * elementBytes(dtype), Math.max(n, Math.min(m, MC) + Math.min(n, NC)) * depth)
}

/** Bytes of `work` for geqrf of an (m, n) matrix, and for orgqr that forms n columns of length m. */
export function qrScratchBytes(dtype: DType, m: number, n: number, nb: number): number {
  const own = (m * nb + 2 * nb * nb + 2 * nb * n) * elementBytes(dtype)
  return own + productBytes(dtype, Math.max(m, nb), Math.max(n, nb), Math.max(m, nb))
}

/** Sweeps of a bidiagonal QR iteration whose rotations are kept and applied together. Changes no bit. */
export const ROTATION_BATCH = 64

/** Columns of a panel of the bidiagonal reduction of an (m, n) matrix. */
export function bidiagonalPanel(n: number): number {
  return n < 96 ? 4 : 8
}

/** Bytes of `work` for gebrd of an (m, n) matrix. */
export function bidiagonalScratchBytes(dtype: DType, m: number, n: number, nb: number): number {
  const own = ((m + n) * (2 * nb + 1) + 2 * nb) * elementBytes(dtype)
  return own + productBytes(dtype, m, n, 2 * nb)
}

/** Bytes of `work` for bdsqr of order n. */
export function rotationScratchBytes(dtype: DType, n: number, batch: number): number {
  return batch * 8 + (batch + 1) * 2 * n * elementBytes(dtype)
}

/** Elements of a row of a matrix of n columns that bdsqr rotates: whole units of 64 bytes, an odd number of them. */
export function rotatedRowLength(dtype: DType, n: number): number {
  const unit = 64 / elementBytes(dtype)
  return unit * (Math.ceil(n / unit) | 1)
}
