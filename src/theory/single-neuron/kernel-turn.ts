// How far the tangent kernel M = eta_w a^2 I + eta_a w w' of one neuron has turned, in the plane of w(0) and w and the d - 2 directions beside it: the
// d x d matrices are never formed, and the square of a small difference is summed instead of a difference from 1.
import { dot, norm } from '../../linalg/dense/vector.js'
import type { Neuron } from './neuron.js'

/** A function that gives 1 - cos of the kernel at (a, w) and that of the start; 1 where one of them is zero and the other not, 0 where both are. */
export function kernelTurn({ a0, w0, etaA, etaW }: Neuron): (a: number, w: Float64Array) => number {
  const d = w0.length
  const length = norm(w0, 0, d)
  // Any direction will do where there is none.
  const first = w0.map((value, i) => (length > 0 ? value / length : i === 0 ? 1 : 0))
  // The kernel as (11, 12, 22, beside): entries in the plane, and the multiple of I in the other directions.
  const kernel = (a: number, x: number, y: number) => {
    const diagonal = etaW * a * a
    const entries = [diagonal + etaA * x * x, etaA * x * y, d > 1 ? diagonal + etaA * y * y : 0, d > 2 ? diagonal : 0]
    const size = Math.sqrt(square(entries))
    return size > 0 ? entries.map((entry) => entry / size) : entries
  }
  const square = ([xx, xy, yy, beside]: number[]) =>
    xx * xx + 2 * xy * xy + yy * yy + (d > 2 ? (d - 2) * beside * beside : 0)
  const start = kernel(a0, length, 0)
  return (a, w) => {
    const along = dot(w, 0, first, 0, d)
    const across = w.map((value, i) => value - along * first[i])
    const now = kernel(a, along, norm(across, 0, d))
    const [zeroNow, zeroThen] = [now, start].map((entries) => entries.every((entry) => entry === 0))
    if (zeroNow || zeroThen) return zeroNow === zeroThen ? 0 : 1
    return Math.min(1, 0.5 * square(now.map((entry, i) => entry - start[i])))
  }
}
