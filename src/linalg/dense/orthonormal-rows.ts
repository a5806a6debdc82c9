// Unit rows from orthogonal rows, where some of the rows are too short to have a direction of their own.
import { axpy, dot, norm } from './vector.js'

/**
 * Divides row k of x by its length; a row no longer than `floor` is first made orthogonal to the rows before it, and replaced by
 * the missing direction nearest to a unit vector where nothing is left of it.
 *
 * @param x shape (rows, n) row-major, rows <= n, in descending length, the rows above the floor mutually orthogonal; in place
 * @param lengths shape (rows)
 */
export function normalizeRows(x: Float64Array, rows: number, n: number, lengths: Float64Array, floor: number): void {
  for (let k = 0; k < rows; k++) {
    const row = k * n
    if (lengths[k] > floor) {
      for (let t = 0; t < n; t++) x[row + t] /= lengths[k]
      continue
    }
    // A row that keeps half its length is orthogonal to rounding after one pass.
    if (!(divideByNorm(x, row, n) && projectOut(x, k, n) > 0.5 && divideByNorm(x, row, n))) complete(x, k, n)
  }
}

/** Replaces row k by a unit row orthogonal to the rows before it. */
function complete(x: Float64Array, k: number, n: number): void {
  // The unit vector that the rows before cover least keeps at least 1 - k / n of its squared length.
  let best = 0
  let least = Infinity
  for (let t = 0; t < n; t++) {
    let covered = 0
    for (let i = 0; i < k; i++) covered += x[i * n + t] * x[i * n + t]
    if (covered < least) {
      least = covered
      best = t
    }
  }
  for (let t = 0; t < n; t++) x[k * n + t] = t === best ? 1 : 0
  // Twice is enough, however much the first pass cancels.
  projectOut(x, k, n)
  divideByNorm(x, k * n, n)
  projectOut(x, k, n)
  divideByNorm(x, k * n, n)
}

/** Subtracts from row k its parts along the rows before it; returns the length that is left. */
function projectOut(x: Float64Array, k: number, n: number): number {
  for (let i = 0; i < k; i++) axpy(-dot(x, i * n, x, k * n, n), x, i * n, x, k * n, n)
  return norm(x, k * n, n)
}

function divideByNorm(x: Float64Array, row: number, n: number): boolean {
  const length = norm(x, row, n)
  if (length === 0) return false
  for (let t = 0; t < n; t++) x[row + t] /= length
  return true
}
