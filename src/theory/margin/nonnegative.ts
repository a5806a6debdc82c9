// Non-negative least squares, min |E u - f|^2 over u >= 0, by the active set method of Lawson and Hanson: variables enter one by one where the gradient asks
// for them most, and leave where a full step would take them below zero. Systems are solved by singular values, so that columns may depend on each other.
import { ConvergenceError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { dot } from '../../linalg/dense/vector.js'

/** Least-squares solution of (m, n) a x = b of least length; singular values below `tolerance` s_1 count as zero. */
export function shortestSolution(
  a: Float64Array,
  m: number,
  n: number,
  b: Float64Array,
  tolerance: number,
): Float64Array {
  const x = new Float64Array(n)
  if (n === 0) return x
  const { u, s, v } = jacobiSvd(a, m, n)
  for (let r = 0; r < s.length; r++) {
    if (!(s[r] > tolerance * s[0])) break
    let share = 0
    for (let i = 0; i < m; i++) share += u[i * s.length + r] * b[i]
    for (let j = 0; j < n; j++) x[j] += (share / s[r]) * v[j * s.length + r]
  }
  return x
}

/**
 * @param columns the columns of E, each of length m
 * @throws {ConvergenceError} no end after 10 times as many exchanges as there are columns
 */
export function nonnegativeLeastSquares(columns: readonly Float64Array[], f: Float64Array): Float64Array {
  const [m, n] = [f.length, columns.length]
  const u = new Float64Array(n)
  const sizes = columns.map((column) => Math.sqrt(dot(column, 0, column, 0, m)))
  const passive: number[] = []
  const residual = f.slice()
  for (let exchange = 0; ; exchange++) {
    if (exchange > 10 * n + 10) throw new ConvergenceError('non-negative least squares found no end')
    let [entering, steepest] = [-1, 1e-13 * Math.sqrt(dot(f, 0, f, 0, m))]
    for (let j = 0; j < n; j++) {
      if (passive.includes(j) || sizes[j] === 0) continue
      const slope = dot(columns[j], 0, residual, 0, m) / sizes[j]
      if (slope > steepest) [entering, steepest] = [j, slope]
    }
    if (entering < 0) return u
    passive.push(entering)
    for (;;) {
      const target = solveOn(columns, passive, f, m)
      let [step, leaving] = [1, -1]
      passive.forEach((j, k) => {
        if (target[k] > 0) return
        const share = u[j] / (u[j] - target[k])
        if (leaving < 0 || share < step) [step, leaving] = [Math.min(1, share), j]
      })
      passive.forEach((j, k) => {
        u[j] = leaving < 0 ? target[k] : u[j] + step * (target[k] - u[j])
      })
      if (leaving < 0) break
      u[leaving] = 0
      passive.splice(passive.indexOf(leaving), 1)
      if (passive.length === 0) break
    }
    residual.set(f)
    for (const j of passive) for (let i = 0; i < m; i++) residual[i] -= columns[j][i] * u[j]
  }
}

function solveOn(
  columns: readonly Float64Array[],
  chosen: readonly number[],
  f: Float64Array,
  m: number,
): Float64Array {
  const a = new Float64Array(m * chosen.length)
  chosen.forEach((j, k) => {
    for (let i = 0; i < m; i++) a[i * chosen.length + k] = columns[j][i]
  })
  return shortestSolution(a, m, chosen.length, f, 1e-15)
}
