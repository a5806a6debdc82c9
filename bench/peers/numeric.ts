// numeric.js: nested arrays of float64.
import { type Adapter, joined, repeat } from './adapter.js'
import { type ChainOperations, chainStep } from './chain-step.js'
import { load } from './packages.js'

type Nested = number[][]

interface Numeric {
  dot(a: Nested, b: Nested): Nested
  transpose(a: Nested): Nested
  sub(a: Nested, b: Nested): Nested
  mul(a: number, b: Nested): Nested
  svd(a: Nested): { S: number[] }
}

export const numericJs: Adapter = {
  name: 'numeric',
  packages: ['numeric'],
  largestFlops: 5e8,
  async open() {
    const module = await load<{ default: Numeric }>('numeric')
    if (module === null) return null
    const numeric = module.default
    const { dot, transpose } = numeric
    const operations: ChainOperations<Nested> = {
      product: (a, b, transposeA, transposeB) => dot(transposeA ? transpose(a) : a, transposeB ? transpose(b) : b),
      minus: (a, b) => numeric.sub(a, b),
      descend: (w, rate, g) => numeric.sub(w, numeric.mul(rate, g)),
    }
    return {
      gemm({ m, n, k, transposeA, transposeB }, inputs) {
        const a = nested(transposeA ? k : m, inputs.a)
        const b = nested(transposeB ? n : k, inputs.b)
        let c = a
        return {
          run: repeat(() => {
            c = operations.product(a, b, transposeA, transposeB)
          }),
          result: () => c.flat(),
        }
      },
      svd({ n }, { a: data }) {
        const a = nested(n, data)
        let values: number[] = []
        return {
          run: repeat(() => {
            values = numeric.svd(a).S
          }),
          result: () => values,
        }
      },
      step({ sizes, samples, members, learningRate }, inputs) {
        if (members > 1) return null
        let weights = inputs.weights.map((w, l) => nested(sizes[l + 1], w))
        const x = inputs.x && nested(sizes[0], inputs.x)
        const y = nested(sizes.at(-1)!, inputs.y)
        const rate = learningRate / (samples > 0 ? samples : 1)
        return {
          run: repeat(() => {
            weights = chainStep(operations, weights, x, y, rate)
          }),
          result: () => joined(weights.map((w) => w.flat())),
        }
      },
    }
  },
}

function nested(rows: number, data: ArrayLike<number>): Nested {
  const cols = data.length / rows
  return Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => data[i * cols + j]))
}
