// Probes without a training loop: frames at states that the test sets itself, so that nothing but the probe stands between a state and
// its value. And the plain arithmetic that oracles are made of, on rows of numbers.
import { type Network, PlanBuilder, type Probe, type Task, whitened } from '../../src/index.js'
import { ProbeContext, type ProbeValue } from '../../src/probe/probe.js'

export type Rows = number[][]

/** Values of the probes at the state as it is, and after each move. */
export function observe(
  net: Network,
  list: readonly Probe[],
  moves: readonly ((context: ProbeContext) => void)[] = [],
  task?: Task,
  run?: object,
): { frames: ProbeValue[][]; ops: number } {
  const [n0, nL] = [net.sizes[0], net.sizes[net.sizes.length - 1]]
  const bound = (task ?? whitened(zeros(nL, n0))).bind(net.engine, net.dtype)
  const p = new PlanBuilder(net.engine, net.dtype)
  try {
    const context = new ProbeContext(p, net, bound)
    if (run !== undefined) context.run = run
    const shapes = list.map((probe) => probe.shape(net))
    const readers = list.map((probe) => probe.emit(p, context))
    const plan = p.build()
    const frame = () => {
      plan.run(1)
      context.frame++
      return readers.map((read, i) => {
        const value = read()
        const length = typeof value === 'number' ? undefined : value.length
        const wanted = shapes[i].length === 0 ? undefined : shapes[i].reduce((product, size) => product * size, 1)
        if (length !== wanted) throw new Error(`${list[i].name}: ${length} numbers, shape ${shapes[i]}`)
        return value
      })
    }
    try {
      context.step = 0
      const frames = [frame()]
      for (const move of moves) {
        context.step++
        move(context)
        frames.push(frame())
      }
      return { frames, ops: plan.ops.length }
    } finally {
      plan.dispose()
    }
  } catch (error) {
    p.discard()
    throw error
  } finally {
    bound.dispose()
  }
}

/** The value of one probe at the state as it is. */
export function once(net: Network, probe: Probe): ProbeValue {
  return observe(net, [probe]).frames[0][0]
}

export const zeros = (rows: number, cols: number): Rows => Array.from({ length: rows }, () => new Array(cols).fill(0))
export const eye = (n: number, value = 1): Rows => zeros(n, n).map((row, i) => row.map((_, j) => (i === j ? value : 0)))
export const transpose = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]))
export const times = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)))
export const plus = (a: Rows, b: Rows, factor = 1): Rows => a.map((row, i) => row.map((x, j) => x + factor * b[i][j]))
export const scale = (a: Rows, factor: number): Rows => a.map((row) => row.map((x) => x * factor))
export const inner = (a: Rows, b: Rows): number => {
  return a.reduce((sum, row, i) => sum + row.reduce((part, x, j) => part + x * b[i][j], 0), 0)
}
export const norm = (a: Rows): number => Math.sqrt(inner(a, a))
/** Numbers without a pattern, about standard. */
export function noise(rows: number, cols: number, seed: number): Rows {
  let state = seed * 2654435761 + 12345
  const uniform = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0
    return ((state >>> 8) + 0.5) / 2 ** 24
  }
  return Array.from({ length: rows }, () => Array.from({ length: cols }, () => 3.4 * (uniform() - 0.5)))
}
/** I - 2 v v' / |v|^2. */
export function householder(v: readonly number[]): Rows {
  const square = v.reduce((sum, x) => sum + x * x, 0)
  return eye(v.length).map((row, i) => row.map((x, j) => x - (2 * v[i] * v[j]) / square))
}
export const diagonal = (rows: number, cols: number, values: readonly number[]): Rows =>
  zeros(rows, cols).map((row, i) => row.map((_, j) => (i === j ? (values[i] ?? 0) : 0)))
/** The solution of a x = b by elimination with pivots. */
export function solveRows(a: Rows, b: Rows): Rows {
  const n = a.length
  const work = a.map((row, i) => [...row, ...b[i]])
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(work[i][k]) > Math.abs(work[pivot][k])) pivot = i
    ;[work[k], work[pivot]] = [work[pivot], work[k]]
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = work[i][k] / work[k][k]
      for (let j = k; j < work[i].length; j++) work[i][j] -= factor * work[k][j]
    }
  }
  return work.map((row, i) => row.slice(n).map((x) => x / row[i]))
}
/** W_L ... W_1 X. */
export const forward = (weights: readonly Rows[], x: Rows): Rows => weights.reduce((h, w) => times(w, h), x)

/** J J' by differences of the outputs in one weight after the other: they are linear in each, so a difference of any length is exact. */
export function formedKernel(weights: readonly Rows[], x: Rows): Rows {
  const columns: number[][] = []
  const outputs = () => transpose(forward(weights, x)).flat()
  for (const w of weights) {
    for (const row of w) {
      for (let j = 0; j < row.length; j++) {
        const before = row[j]
        row[j] = before + 0.5
        const above = outputs()
        row[j] = before - 0.5
        const below = outputs()
        row[j] = before
        columns.push(above.map((value, i) => value - below[i]))
      }
    }
  }
  return times(transpose(columns), columns)
}

/** Largest difference relative to the largest number wanted. */
export function difference(got: ArrayLike<number>, wanted: readonly number[]): number {
  if (got.length !== wanted.length) return Infinity
  const size = Math.max(1e-300, ...wanted.map(Math.abs))
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(got[i] - value) / size), 0)
}
