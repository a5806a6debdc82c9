// The linear part of the dynamics of Q = [W_1'; W_2],
//
//   F = [[-lambda/2 I, S'], [S, lambda/2 I]],   S = U~ s V~',
//
// has eigenvalues +sigma_i and -sigma_i, sigma_i = sqrt(s_i^2 + lambda^2/4), i < k, with eigenvectors [c v~; n u~] and [-n v~; c u~], and
// lambda_perp = -lambda/2 (inputs > outputs, vectors v~_perp) or +lambda/2 (outputs > inputs, vectors u~_perp). Of c and n the larger is
// sqrt((sigma + |lambda|/2)/(2 sigma)), the smaller s/(2 sigma) over it: nothing cancels at |lambda| = 1e6.
//
// Coordinates in the eigenbasis: rows 0 .. k-1 belong to +sigma, k .. 2k-1 to -sigma, the rest to lambda_perp.
//
// Growing rates are kept as |lambda|/2 + excess, excess = s^2/(sigma + |lambda|/2): differences of rates, which decide between modes after a
// long time, come from the excess alone and keep their digits when |lambda| t is 1e13.
import { length2 } from '../../linalg/dense/balanced-factors.js'
import { multiply, multiplyLeftTransposed } from '../numerics/dense.js'
import { transposed } from './small-matrix.js'
import type { TaskBasis } from './task-basis.js'

/** Rates and mixing angles of F. */
export interface EigenSystem {
  readonly task: TaskBasis
  readonly lambda: number
  /** Eigenvalues, shape (inputs + outputs). */
  readonly x: Float64Array
  /** 1 where the eigenvalue is |lambda|/2 + excess, 0 where it is not positive. */
  readonly raised: Uint8Array
  readonly excess: Float64Array
  /** Components of the eigenvectors along v~ and u~, shape (k). */
  readonly c: Float64Array
  readonly n: Float64Array
}

/** Eigenvalue and vector of the 2 x 2 block of one mode s >= 0. */
export function modeBlock(s: number, lambda: number): { sigma: number; excess: number; c: number; n: number } {
  const half = Math.abs(lambda) / 2
  const sigma = length2(s, half)
  if (sigma === 0) return { sigma, excess: 0, c: Math.SQRT1_2, n: Math.SQRT1_2 }
  const large = Math.sqrt((1 + half / sigma) / 2)
  const small = s / sigma / (2 * large)
  const excess = s * (s / (sigma + half))
  return lambda >= 0 ? { sigma, excess, c: small, n: large } : { sigma, excess, c: large, n: small }
}

/** The eigensystem of F for a task and a lambda: O(k) work. */
export function eigenSystem(task: TaskBasis, lambda: number): EigenSystem {
  const { inputs, outputs, s } = task
  const size = inputs + outputs
  const k = s.length
  const x = new Float64Array(size)
  const raised = new Uint8Array(size)
  const excess = new Float64Array(size)
  const c = new Float64Array(k)
  const n = new Float64Array(k)
  for (let i = 0; i < k; i++) {
    const block = modeBlock(s[i], lambda)
    x[i] = block.sigma
    x[k + i] = -block.sigma
    raised[i] = 1
    excess[i] = block.excess
    c[i] = block.c
    n[i] = block.n
  }
  const perp = inputs > outputs ? -lambda / 2 : lambda / 2
  for (let i = 2 * k; i < size; i++) {
    x[i] = perp
    raised[i] = perp > 0 ? 1 : 0
  }
  return { task, lambda, x, raised, excess, c, n }
}

/** O' Q for Q = [W_1'; W_2]: W_1 (hidden, inputs), W_2 (outputs, hidden) in, (inputs + outputs, hidden) out. */
export function toEigenbasis(system: EigenSystem, w1: Float64Array, w2: Float64Array, hidden: number): Float64Array {
  const { task, c, n } = system
  const { inputs, outputs } = task
  const k = c.length
  const top = multiplyLeftTransposed(task.v, transposed(w1, hidden, inputs), inputs, inputs, hidden)
  const bottom = multiplyLeftTransposed(task.u, w2, outputs, outputs, hidden)
  const q = new Float64Array((inputs + outputs) * hidden)
  for (let i = 0; i < k; i++) {
    for (let h = 0; h < hidden; h++) {
      const along = top[i * hidden + h]
      const across = bottom[i * hidden + h]
      q[i * hidden + h] = c[i] * along + n[i] * across
      q[(k + i) * hidden + h] = c[i] * across - n[i] * along
    }
  }
  q.set((inputs > outputs ? top : bottom).subarray(k * hidden), 2 * k * hidden)
  return q
}

/** O Y for Y (inputs + outputs, hidden), as its upper part (inputs, hidden) and lower part (outputs, hidden). */
export function fromEigenbasis(system: EigenSystem, y: Float64Array, hidden: number): [Float64Array, Float64Array] {
  const { task, c, n } = system
  const { inputs, outputs } = task
  const k = c.length
  const top = new Float64Array(inputs * hidden)
  const bottom = new Float64Array(outputs * hidden)
  for (let i = 0; i < k; i++) {
    for (let h = 0; h < hidden; h++) {
      const plus = y[i * hidden + h]
      const minus = y[(k + i) * hidden + h]
      top[i * hidden + h] = c[i] * plus - n[i] * minus
      bottom[i * hidden + h] = n[i] * plus + c[i] * minus
    }
  }
  ;(inputs > outputs ? top : bottom).set(y.subarray(2 * k * hidden), k * hidden)
  return [multiply(task.v, top, inputs, inputs, hidden), multiply(task.u, bottom, outputs, outputs, hidden)]
}
