// Plain TypeScript on typed arrays: the loop that everybody writes first, and the fastest float32 product and step that we could write.

import type { Numbers } from '../report/inputs.js'
import { type Adapter, copies, joined, repeat } from './adapter.js'
import { type ChainOperations, chainStep } from './chain-step.js'
import { createFloat32Step } from './float32-step.js'
import { gemmFloat32Tile } from './float32-tile.js'

interface Shaped {
  rows: number
  cols: number
  data: Numbers
}

const shaped = (rows: number, data: Numbers): Shaped => ({ rows, cols: data.length / rows, data })

export const naive: Adapter = {
  name: 'naive loop',
  packages: [],
  largestFlops: 3e8,
  open: () => ({
    gemm({ m, n, transposeA, transposeB, k }, inputs) {
      const a = shaped(transposeA ? k : m, inputs.a)
      const b = shaped(transposeB ? n : k, inputs.b)
      let c = a
      return {
        run: repeat(() => {
          c = product(a, b, transposeA, transposeB)
        }),
        result: () => c.data,
      }
    },
    step({ sizes, samples, members, learningRate }, inputs) {
      if (members > 1) return null
      let weights = inputs.weights.map((w, l) => shaped(sizes[l + 1], copies(w, 1)))
      const x = inputs.x && shaped(sizes[0], inputs.x)
      const y = shaped(sizes.at(-1)!, inputs.y)
      const rate = learningRate / (samples > 0 ? samples : 1)
      return {
        run: repeat(() => {
          weights = chainStep(operations, weights, x, y, rate)
        }),
        result: () => joined(weights.map(({ data }) => data)),
      }
    },
  }),
}

export const tile: Adapter = {
  name: 'tuned TypeScript tile',
  packages: [],
  largestFlops: 3e9,
  open: () => ({
    gemm({ m, n, k, transposeA, transposeB }, { a, b }) {
      if (!(a instanceof Float32Array && b instanceof Float32Array) || transposeA || transposeB) return null
      const c = new Float32Array(m * n)
      return { run: repeat(() => gemmFloat32Tile(m, n, k, a, b, c)), result: () => c }
    },
    step({ sizes, samples, members, learningRate }, inputs) {
      const { weights: given, y } = inputs
      if (!(y instanceof Float32Array) || samples > 0 || members > 1) return null
      const weights = given.map((w) => Float32Array.from(w))
      return { run: repeat(createFloat32Step(weights, sizes, y, learningRate)), result: () => joined(weights) }
    },
  }),
}

function product(a: Shaped, b: Shaped, transposeA: boolean, transposeB: boolean): Shaped {
  const [m, k] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols]
  const n = transposeB ? b.rows : b.cols
  const [ra, ca] = transposeA ? [1, a.cols] : [a.cols, 1]
  const [rb, cb] = transposeB ? [1, b.cols] : [b.cols, 1]
  const [x, y] = [a.data, b.data]
  const out = like(x, m * n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let p = 0; p < k; p++) sum += x[i * ra + p * ca] * y[p * rb + j * cb]
      out[i * n + j] = sum
    }
  }
  return { rows: m, cols: n, data: out }
}

const operations: ChainOperations<Shaped> = {
  product,
  minus(a, b) {
    const data = like(a.data, a.data.length)
    for (let i = 0; i < data.length; i++) data[i] = a.data[i] - b.data[i]
    return { ...a, data }
  },
  descend(w, rate, { data }) {
    for (let i = 0; i < data.length; i++) w.data[i] -= rate * data[i]
    return w
  },
}

function like(a: Numbers, length: number): Numbers {
  return a instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
}
