// Householder reflections on a matrix stored by columns (each column a contiguous run), with or without column pivoting:
// the common ground of the QR factorization and of the singular value decomposition.
//
//   A P = Q R,   Q = H_0 H_1 ... H_(r-1),   H_k = I - tau_k v_k v_k',   v_k = (0 .. 0, 1, v_k+1 .. v_m-1)
import { axpy, dot, norm, swapRuns } from './vector.js'

/** What `reflectColumns` leaves behind besides the columns themselves. */
export interface Reflections {
  /** Factor of each reflection, shape (r); 0 for the identity. */
  tau: Float64Array
  /** Diagonal of R, shape (r), of either sign. */
  diagonal: Float64Array
  /** Column k of the pivoted matrix is column `order[k]` of the original, shape (n). */
  order: Int32Array
}

/**
 * Reduces the n columns of length m in `w` in place. Afterwards column k holds v_k from row k on (its 1 included), and column
 * j holds R_kj in row k < j. With `pivot`, each step takes the column whose remaining part is longest, so that the rows of R
 * fall off in size; remaining lengths are updated by subtraction and summed afresh once ten bits have cancelled.
 *
 * @param w columns, shape (n, m) row-major, entries scaled to about 1
 */
export function reflectColumns(w: Float64Array, m: number, n: number, pivot: boolean): Reflections {
  const r = Math.min(m, n)
  const tau = new Float64Array(r)
  const diagonal = new Float64Array(r)
  const order = new Int32Array(n)
  const remaining = new Float64Array(n)
  const summed = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    order[j] = j
    if (pivot) remaining[j] = summed[j] = dot(w, j * m, w, j * m, m)
  }
  for (let k = 0; k < r; k++) {
    if (pivot) {
      let best = k
      for (let j = k + 1; j < n; j++) if (remaining[j] > remaining[best]) best = j
      if (best !== k) {
        swapRuns(w, k * m, best * m, m)
        const moved = order[k]
        order[k] = order[best]
        order[best] = moved
        remaining[best] = remaining[k]
        summed[best] = summed[k]
      }
    }
    const start = k * m + k
    const length = m - k
    const alpha = w[start]
    diagonal[k] = alpha
    // A column that is zero below the diagonal keeps its sign and needs no reflection: tau stays 0. Comparing its norm with
    // |alpha| instead would take entries below 1e-8 |alpha| for zeros.
    if (norm(w, start + 1, length - 1) > 0) {
      // The sign that adds magnitudes: no cancellation in alpha - beta.
      const size = norm(w, start, length)
      const beta = alpha >= 0 ? -size : size
      const lead = alpha - beta
      diagonal[k] = beta
      tau[k] = -lead / beta
      for (let t = 1; t < length; t++) w[start + t] /= lead
    }
    w[start] = 1
    for (let j = k + 1; j < n; j++) {
      const column = j * m + k
      if (tau[k] !== 0) axpy(-tau[k] * dot(w, start, w, column, length), w, start, w, column, length)
      if (!pivot) continue
      remaining[j] -= w[column] * w[column]
      if (!(remaining[j] > 2 ** -10 * summed[j])) {
        remaining[j] = summed[j] = dot(w, column + 1, w, column + 1, length - 1)
      }
    }
  }
  return { tau, diagonal, order }
}

/**
 * Multiplies the vector x[at .. at + m) by H_0 ... H_last, in place.
 *
 * @param last the last reflection that matters: a vector that ends at row j is unchanged by the reflections after j
 */
export function applyReflections(
  w: Float64Array,
  m: number,
  tau: Float64Array,
  last: number,
  x: Float64Array,
  at: number,
): void {
  for (let k = last; k >= 0; k--) {
    const start = k * m + k
    if (tau[k] !== 0) axpy(-tau[k] * dot(w, start, x, at + k, m - k), w, start, x, at + k, m - k)
  }
}
