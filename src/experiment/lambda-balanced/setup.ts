// What the experiments of lambda-balanced networks share: orthogonal matrices made of formulas, and a task and starts of four modes.
import type { MatrixLike } from '../../engine/coerce.js'
import { cosPi } from '../../math/cosine.js'
import { lambdaBalancedWeights } from '../../theory/lambda-balanced/weights.js'

export const PAPER =
  'Domine, Anguita, Proca, Braun, Kunin, Mediano, Saxe (2024), From lazy to rich: exact learning dynamics in deep linear networks, arXiv:2409.14623'

export type Rows = number[][]
/** Two layers to start from. */
export interface Layers {
  readonly w1: MatrixLike
  readonly w2: MatrixLike
}

/** H(v) = I - 2 v v'/|v|^2. */
export function reflection(v: readonly number[]): Rows {
  const size = v.reduce((sum, x) => sum + x * x, 0)
  return v.map((x, i) => v.map((y, j) => (i === j ? 1 : 0) - (2 * x * y) / size))
}

/** The orthonormal cosine transform (DCT-II), row by frequency. */
export function cosines(n: number): Rows {
  const row = (k: number) =>
    Array.from({ length: n }, (_, j) => Math.sqrt((k === 0 ? 1 : 2) / n) * cosPi((k * (2 * j + 1)) / (2 * n)))
  return Array.from({ length: n }, (_, k) => row(k))
}

export const transpose = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]))

/** U diag(s) V' from the leading columns of U and V. */
export const spectral = (u: Rows, s: readonly number[], v: Rows): Rows =>
  u.map((row) => v.map((other) => s.reduce((sum, value, r) => sum + row[r] * value * other[r], 0)))

export const VALUES = [2, 1.5, 1, 0.7]
export const LEFT = reflection([1, 0, 2, 1])
export const RIGHT = reflection([1, -2, 2, 1])
/** The task of four modes of strengths `VALUES`. */
export const TASK = spectral(LEFT, VALUES, RIGHT)

/** A start with modes of its own, not those of the task. */
export const startOf = (lambda: number): Layers =>
  lambdaBalancedWeights({
    sizes: [4, 4, 4],
    lambda,
    strengths: [0.3, 0.2, 0.1, 0.1],
    left: reflection([1, 2, 3, 4]),
    hidden: reflection([1, 1, -1, 1]),
    right: reflection([2, -1, 1, 1]),
  })

/** `count` numbers from `from` to `to`. */
export const spread = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))

/** Largest difference; NaN where one is. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.NaN
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i] - b[i])
    if (!(difference <= most)) most = difference
  }
  return most
}

/** The value that a table holds for a number. */
export const known = (table: readonly (readonly [number, number])[], at: number): number | undefined =>
  table.find(([key]) => key === at)?.[1]

/** u' A v for the j-th columns of U and V, A row-major. */
export function modeOf(u: Rows, a: ArrayLike<number>, v: Rows, j: number): number {
  let sum = 0
  for (let o = 0; o < u.length; o++) for (let i = 0; i < v.length; i++) sum += u[o][j] * a[o * v.length + i] * v[i][j]
  return sum
}

/** A' A of (rows, cols). */
export function gram(a: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const out = new Float64Array(cols * cols)
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < cols; i++) for (let j = 0; j < cols; j++) out[i * cols + j] += a[r * cols + i] * a[r * cols + j]
  return out
}

/** A B of (rows, inner) and (inner, cols). */
export function product(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  inner: number,
  cols: number,
): Float64Array {
  const out = new Float64Array(rows * cols)
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < inner; k++)
      for (let c = 0; c < cols; c++) out[r * cols + c] += a[r * inner + k] * b[k * cols + c]
  return out
}
