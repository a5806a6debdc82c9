// What the tests of lambda-balanced solutions share: the recipes of the guide (reflections, cosine bases, named starts and tasks) and an integrator
// of the layers themselves. Plain nested arrays and no code of the library but the start.
import { lambdaBalancedWeights } from '../../src/theory/index.js'

export type Rows = number[][]

export const matmul = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, t) => sum + value * b[t][j], 0)))
export const transpose = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]))
export const combine = (a: Rows, b: Rows, beta: number): Rows =>
  a.map((row, i) => row.map((x, j) => x + beta * b[i][j]))
export const identity = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)))
export const square = (a: Rows): number => a.flat().reduce((sum, x) => sum + x * x, 0)
export const nested = (data: ArrayLike<number>, rows: number, cols: number, from = 0): Rows =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => data[from + i * cols + j]))

/** H(v) = I - 2 v v'/|v|^2. */
export function reflection(v: number[]): Rows {
  const size = v.reduce((sum, x) => sum + x * x, 0)
  return v.map((x, i) => v.map((y, j) => +(i === j) - (2 * x * y) / size))
}

/** The orthonormal DCT-II matrix. */
export const dct = (n: number): Rows =>
  Array.from({ length: n }, (_, k) =>
    Array.from(
      { length: n },
      (_, j) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * k * (2 * j + 1)) / (2 * n)),
    ),
  )

/** U diag(s) V' from the leading columns. */
export const spectral = (u: Rows, s: number[], v: Rows): Rows =>
  u.map((row) => v.map((other) => s.reduce((sum, value, r) => sum + row[r] * value * other[r], 0)))

export const taskS4 = spectral(reflection([1, 0, 2, 1]), [2, 1.5, 1, 0.7], reflection([1, -2, 2, 1]))
export const init4 = (lambda: number) =>
  lambdaBalancedWeights({
    sizes: [4, 4, 4],
    lambda,
    strengths: [0.3, 0.2, 0.1, 0.1],
    left: reflection([1, 2, 3, 4]),
    hidden: reflection([1, 1, -1, 1]),
    right: reflection([2, -1, 1, 1]),
  })

/** dW_1/dt = W_2'(S - W_2 W_1 Sxx), dW_2/dt = (S - W_2 W_1 Sxx) W_1'. */
function velocity([w1, w2]: [Rows, Rows], s: Rows, sxx?: Rows): [Rows, Rows] {
  const map = matmul(w2, w1)
  const rest = combine(s, sxx === undefined ? map : matmul(map, sxx), -1)
  return [matmul(transpose(w2), rest), matmul(rest, transpose(w1))]
}

/**
 * Gradient flow by extrapolation of the modified midpoint rule (Gragg, Bulirsch, Stoer): eight columns, order 16, in equal steps. Rounding is what
 * is left for steps with |F| h below about 1.
 */
export function integrate(w1: Rows, w2: Rows, s: Rows, time: number, steps: number, sxx?: Rows): [Rows, Rows] {
  let state: [Rows, Rows] = [w1, w2]
  const h = time / steps
  const both = (a: [Rows, Rows], b: [Rows, Rows], beta: number): [Rows, Rows] => [
    combine(a[0], b[0], beta),
    combine(a[1], b[1], beta),
  ]
  for (let step = 0; step < steps; step++) {
    let row: [Rows, Rows][] = []
    for (let j = 0; j < 8; j++) {
      const count = 2 * (j + 1)
      const dt = h / count
      let before = state
      let now = both(state, velocity(state, s, sxx), dt)
      for (let i = 1; i < count; i++) {
        const next = both(before, velocity(now, s, sxx), 2 * dt)
        before = now
        now = next
      }
      const smooth = both(both(now, before, 1), velocity(now, s, sxx), dt).map((m) => m.map((r) => r.map((x) => x / 2)))
      const next: [Rows, Rows][] = [smooth as [Rows, Rows]]
      for (let k = 1; k <= j; k++) {
        const ratio = ((j + 1) / (j - k + 1)) ** 2
        const change = both(next[k - 1], row[k - 1], -1)
        next.push(both(next[k - 1], change, 1 / (ratio - 1)))
      }
      row = next
    }
    state = row[7]
  }
  return state
}

/** Largest difference of two lists. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>, from = 0): number {
  let most = 0
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[from + i] - b[i])
    if (!(difference <= most)) most = difference
  }
  return most
}
