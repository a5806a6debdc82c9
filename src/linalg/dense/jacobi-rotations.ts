// One-sided Jacobi: plane rotations of the rows of a square matrix until they are orthogonal to one another.
import { dot, swapRuns } from './vector.js'

const EPS = 2 ** -52

/** Squared norms below this take no part: products of two of them would underflow. Rows are scaled to about 1. */
const NEGLIGIBLE = 2 ** -480

/**
 * The purely relative stop test gives small singular values their full relative accuracy, but rounding can keep it from ever
 * being met; after this many sweeps rows below `eps sqrt(n) s_max` are left as they are.
 */
const RELATIVE_SWEEPS = 8

/** How the iteration ended. */
export interface JacobiStatus {
  sweeps: number
  converged: boolean
}

/**
 * Rotates the n rows of x, each of length n, until `|x_p . x_q| <= tol |x_p| |x_q|` for all pairs, tol = eps sqrt(n).
 * Rows come out in roughly descending length (de Rijk's pivoting). The rotations are also applied to the rows of `g`.
 *
 * @param x shape (n, n) row-major, largest entries about 1, changed in place
 * @param g shape (n, n) row-major, changed in place; undefined when the rotations are not wanted
 * @see de Rijk (1989), SIAM J. Sci. Stat. Comput. 10, 359-371; Drmac, Veselic (2008), SIAM J. Matrix Anal. Appl. 29, 1322-1362
 */
export function rotateRows(x: Float64Array, n: number, g: Float64Array | undefined, maxSweeps: number): JacobiStatus {
  const tolerance = EPS * Math.sqrt(Math.max(n, 4))
  const squares = new Float64Array(n)
  for (let sweep = 1; sweep <= maxSweeps; sweep++) {
    let largest = 0
    for (let p = 0; p < n; p++) {
      squares[p] = dot(x, p * n, x, p * n, n)
      largest = Math.max(largest, squares[p])
    }
    const floor = sweep > RELATIVE_SWEEPS ? Math.max(NEGLIGIBLE, EPS * EPS * n * largest) : NEGLIGIBLE
    let largestSine = 0
    let largestCosine = 0
    for (let p = 0; p < n - 1; p++) {
      longestFirst(x, n, g, squares, p)
      for (let q = p + 1; q < n; q++) {
        const dp = squares[p]
        const dq = squares[q]
        if (dp <= floor || dq <= floor) continue
        const product = dot(x, p * n, x, q * n, n)
        const lengths = Math.sqrt(dp * dq)
        if (Math.abs(product) <= tolerance * lengths) continue
        // The smaller of the two angles that zero the product.
        const zeta = (dq - dp) / (2 * product)
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        const c = 1 / Math.sqrt(1 + t * t)
        const s = c * t
        rotate(x, p * n, q * n, n, c, s)
        if (g !== undefined) rotate(g, p * n, q * n, n, c, s)
        squares[p] = dp - t * product
        squares[q] = dq + t * product
        // The longer row only grows; where the shorter one nearly cancelled, the update has lost its digits.
        if (squares[q] < 0.1 * dq) squares[q] = dot(x, q * n, x, q * n, n)
        largestSine = Math.max(largestSine, Math.abs(s))
        largestCosine = Math.max(largestCosine, Math.abs(product) / lengths)
      }
    }
    // A rotation disturbs the other pairs by no more than a product of two of these: when n of them are below the
    // tolerance, the next sweep would find nothing to do.
    if (2 * n * largestCosine * (largestSine + largestCosine) <= tolerance) return { sweeps: sweep, converged: true }
  }
  return { sweeps: maxSweeps, converged: false }
}

/** Brings the longest of the rows p .. n - 1 to place p. */
function longestFirst(x: Float64Array, n: number, g: Float64Array | undefined, squares: Float64Array, p: number): void {
  let best = p
  for (let q = p + 1; q < n; q++) if (squares[q] > squares[best]) best = q
  if (best === p) return
  swapRuns(x, p * n, best * n, n)
  if (g !== undefined) swapRuns(g, p * n, best * n, n)
  const kept = squares[p]
  squares[p] = squares[best]
  squares[best] = kept
}

/** `(p, q) := (c p - s q, s p + c q)` for two runs of x. */
function rotate(x: Float64Array, p: number, q: number, n: number, c: number, s: number): void {
  const shift = q - p
  const end = p + n
  for (let t = p; t < end; t++) {
    const a = x[t]
    const b = x[t + shift]
    x[t] = c * a - s * b
    x[t + shift] = s * a + c * b
  }
}
