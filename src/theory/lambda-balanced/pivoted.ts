// The matrix Riccati equation of P = Q Q', in the eigenbasis of F, at one time T:
//
//   P(T) = E q (I + q' Phi q)^{-1} q' E,   E = e^{x T},   Phi = integral of e^{2 x u} over u = 0 .. T
//
// E and Phi overflow, and q' Phi q loses what small modes say. So the rows of q, weighted by d_i = Phi_i^{1/2}, are made orthogonal one after
// the other, the heaviest first: q = L Z with orthonormal rows of Z, and row p_j of L ends at column j. With delta_j = max(0, log d_{p_j}),
//
//   M_ij = L_ij e^{log d_i - delta_j},   K = diag(e^{-2 delta}) + M' M = C C',   P = Y Y',   Y = diag(g) M C'^{-1},   g = E Phi^{-1/2}
//
// Every exponent that is taken is at most log(|r_p|/|r_i|) by the choice of the pivot: bounded for any time.

import { axpy, dot, norm } from '../../linalg/dense/vector.js'
import { exp, log } from '../../math/elementary.js'
import { meanDecay } from '../numerics/expm1.js'
import type { EigenSystem } from './eigen-system.js'

const SHORTEST = 1e-290

/**
 * Y (rows, hidden) with P = Y Y' in the eigenbasis. Columns beyond the rank of q are zero.
 *
 * @param q O' Q(0), shape (rows, hidden), rows = inputs + outputs; not changed
 * @param time T = t/tau >= 0
 * @param rankTolerance directions shorter than this times |q|_F count as absent
 */
export function propagate(
  system: EigenSystem,
  q: Float64Array,
  hidden: number,
  time: number,
  rankTolerance: number,
): Float64Array {
  // Below this 2 x T underflows, and nothing has moved.
  if (time < SHORTEST) return q.slice()
  const weights = weightsAt(system, time)
  const { factor, pivots } = orthogonalRows(weights, q, hidden, rankTolerance)
  const rank = pivots.length
  const rows = weights.rows
  const { growth } = weights
  const m = new Float64Array(rows * rank)
  const kernel = new Float64Array(rank * rank)
  for (let j = 0; j < rank; j++) {
    const p = pivots[j]
    const own = weights.logarithm(p)
    for (let i = 0; i < rows; i++) {
      const entry = factor[i * rank + j]
      if (entry === 0) continue
      const exponent = own > 0 ? weights.difference(i, p) : weights.logarithm(i)
      m[i * rank + j] = Math.sign(entry) * exp(exponent + log(Math.abs(entry)))
    }
    kernel[j * rank + j] = own > 0 ? exp(-2 * own) : 1
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rank; j++) axpy(m[i * rank + j], m, i * rank, kernel, j * rank, j + 1)
  }
  factorInPlace(kernel, rank)
  const y = new Float64Array(rows * hidden)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rank; j++) {
      const known = dot(kernel, j * rank, y, i * hidden, j)
      y[i * hidden + j] = (growth[i] * m[i * rank + j] - known) / kernel[j * rank + j]
    }
  }
  return y
}

/** log d = log Phi^{1/2}, differences of it without cancellation, and g = E Phi^{-1/2}. */
interface Weights {
  readonly rows: number
  readonly growth: Float64Array
  logarithm(i: number): number
  difference(i: number, p: number): number
}

function weightsAt({ x, raised, excess, lambda }: EigenSystem, time: number): Weights {
  const rows = x.length
  const common = (Math.abs(lambda) / 2) * time
  const own = new Float64Array(rows)
  const growth = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const base = time * meanDecay(2 * Math.abs(x[i]) * time)
    own[i] = excess[i] * time + 0.5 * log(base)
    growth[i] = exp(Math.min(x[i], 0) * time) / Math.sqrt(base)
  }
  return {
    rows,
    growth,
    logarithm: (i) => raised[i] * common + own[i],
    difference: (i, p) => (raised[i] - raised[p]) * common + (own[i] - own[p]),
  }
}

/** Row-pivoted orthogonalisation: factor (rows, rank) and the pivots in order. */
function orthogonalRows(
  weights: Weights,
  q: Float64Array,
  hidden: number,
  rankTolerance: number,
): { factor: Float64Array; pivots: number[] } {
  const { rows } = weights
  const least = rankTolerance * norm(q, 0, q.length)
  const rest = q.slice()
  const columns: Float64Array[] = []
  const pivots: number[] = []
  /** Lengths of the rows that are left, 0 for the others. */
  const lengths = new Float64Array(rows)
  const direction = new Float64Array(hidden)
  const keep = (i: number, length: number) => {
    lengths[i] = length > least ? length : 0
  }
  for (let i = 0; i < rows; i++) keep(i, norm(rest, i * hidden, hidden))
  while (pivots.length < Math.min(rows, hidden)) {
    const best = heaviest(weights, lengths)
    if (best < 0) break
    const column = new Float64Array(rows)
    for (let h = 0; h < hidden; h++) direction[h] = rest[best * hidden + h] / lengths[best]
    column[best] = lengths[best]
    lengths[best] = 0
    for (let i = 0; i < rows; i++) {
      if (lengths[i] === 0) continue
      let before = lengths[i]
      // Again where much was taken away: what a projection leaves behind is its own rounding. Twice is enough.
      for (let pass = 0; pass < 2; pass++) {
        const along = dot(rest, i * hidden, direction, 0, hidden)
        column[i] += along
        axpy(-along, direction, 0, rest, i * hidden, hidden)
        const after = norm(rest, i * hidden, hidden)
        keep(i, after)
        if (after > 0.7 * before) break
        before = after
      }
    }
    pivots.push(best)
    columns.push(column)
  }
  const factor = new Float64Array(rows * columns.length)
  for (const [j, column] of columns.entries()) {
    for (let i = 0; i < rows; i++) factor[i * columns.length + j] = column[i]
  }
  return { factor, pivots }
}

/** The row with the largest d_i |r_i|, or -1 if none is left. */
function heaviest(weights: Weights, lengths: Float64Array): number {
  let best = -1
  for (let i = 0; i < lengths.length; i++) {
    if (lengths[i] === 0) continue
    if (best < 0 || weights.difference(i, best) + log(lengths[i] / lengths[best]) > 0) best = i
  }
  return best
}

/** The lower triangle of a positive definite matrix by its Cholesky factor. */
export function factorInPlace(a: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      const rest = a[i * n + j] - dot(a, i * n, a, j * n, j)
      a[i * n + j] = i === j ? Math.sqrt(rest) : rest / a[j * n + j]
    }
  }
}
