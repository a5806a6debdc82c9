// A feedforward network on nested arrays, forwards and backwards, as the definitions read: what networks of the library are compared with.
// The only thing that it has of the library are random numbers to start from.
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'

/** A matrix, row by row. */
export type Nested = number[][]

export function random(rows: number, cols: number, seed: number): Nested {
  const entries = normal(key(seed), rows * cols)
  return Array.from({ length: rows }, (_, i) => Array.from(entries.subarray(i * cols, (i + 1) * cols)))
}

export const product = (a: Nested, b: Nested): Nested =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))
export const transpose = (a: Nested): Nested => a[0].map((_, j) => a.map((row) => row[j]))
export const mapped = (a: Nested, f: (value: number, i: number, j: number) => number): Nested =>
  a.map((row, i) => row.map((value, j) => f(value, i, j)))

/** What a test knows of a network: numbers only. */
export interface Model {
  readonly weights: Nested[]
  /** One column a layer. */
  readonly biases: (number[] | undefined)[]
  readonly multipliers: number[]
  /** c: the factor of the outputs, in `multipliers` too. */
  readonly output: number
  readonly phi: (z: number) => number
  readonly slope: (z: number) => number
  /** s of the layers 2 .. L-1. */
  readonly residual: number | undefined
}

export function forward(model: Model, x: Nested) {
  const { weights, biases, multipliers, output, phi, residual } = model
  const last = weights.length - 1
  const h = [x]
  const z: Nested[] = []
  weights.forEach((w, l) => {
    const factor = l === last ? output : 1
    z.push(mapped(product(w, h[l]), (value, i) => multipliers[l] * value + factor * (biases[l]?.[i] ?? 0)))
    const active = l === last ? z[l] : mapped(z[l], phi)
    const skip = residual !== undefined && l > 0 && l < last
    h.push(skip ? mapped(active, (value, i, j) => h[l][i][j] + residual * value) : active)
  })
  return { h, z, outputs: h[weights.length] }
}

export const squaredLoss = (f: Nested, y: Nested) =>
  f.flat().reduce((sum, value, at) => sum + (value - y.flat()[at]) ** 2, 0) / (2 * y[0].length)

/** The gradients by the chain rule, with matrices B_2 .. B_L in place of the transposed weights where given. */
export function backward(model: Model, x: Nested, y: Nested, feedback?: Nested[]) {
  const { weights, multipliers, output, slope, residual } = model
  const { h, z, outputs } = forward(model, x)
  const last = weights.length - 1
  let above = mapped(outputs, (value, i, j) => (value - y[i][j]) / y[0].length)
  const gradients: { weight: Nested; bias: number[] }[] = []
  for (let l = last; l >= 0; l--) {
    const skip = residual !== undefined && l > 0 && l < last
    const d = mapped(above, (value, i, j) => value * (l === last ? 1 : slope(z[l][i][j])) * (skip ? residual : 1))
    gradients[l] = {
      weight: mapped(product(d, transpose(h[l])), (value) => multipliers[l] * value),
      bias: d.map((row) => (l === last ? output : 1) * row.reduce((sum, value) => sum + value, 0)),
    }
    if (l === 0) break
    const way = feedback?.[l - 1] ?? transpose(weights[l])
    const through = mapped(product(way, d), (value) => multipliers[l] * value)
    const passed = above
    above = skip ? mapped(through, (value, i, j) => value + passed[i][j]) : through
  }
  return gradients
}

export const ACTIVATIONS = {
  linear: { phi: (z: number) => z, slope: () => 1 },
  relu: { phi: (z: number) => Math.max(z, 0), slope: (z: number) => (z > 0 ? 1 : 0) },
  leaky: { phi: (z: number) => (z > 0 ? z : 0.2 * z), slope: (z: number) => (z > 0 ? 1 : 0.2) },
  tanh: { phi: Math.tanh, slope: (z: number) => 1 - Math.tanh(z) ** 2 },
}
