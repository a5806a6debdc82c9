// Sizes that the factorization kernels are called with: scratch as pure functions of the shape, and widths of panels. A width
// is part of what decides the bits of a result, so it depends on the shape alone.
import { KC, MC, NC } from './gemm-path.js'
import { type DType, elementBytes } from './kernels.js'

/** Columns of a panel that QR factors reflection by reflection. */
export const QR_PANEL = 32

/** Bytes for any product of at most these sizes, on either path and with either operand transposed. */
export function productBytes(dtype: DType, m: number, n: number, k: number): number {
  const depth = Math.min(k, KC) * elementBytes(dtype)
  return Math.max(n, Math.min(m, MC) + Math.min(n, NC)) * depth
}

/** Bytes of `work` for geqrf of an (m, n) matrix, and for orgqr that forms n columns of length m. */
export function qrScratchBytes(dtype: DType, m: number, n: number, nb: number): number {
  const own = (m * nb + 2 * nb * nb + 2 * nb * n) * elementBytes(dtype)
  return own + productBytes(dtype, Math.max(m, nb), Math.max(n, nb), Math.max(m, nb))
}
