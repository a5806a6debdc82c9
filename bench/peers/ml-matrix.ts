// ml-matrix: matrices of float64, whatever they are given.
import { type Adapter, joined, repeat } from './adapter.js'
import { type ChainOperations, chainStep } from './chain-step.js'
import { load } from './packages.js'

interface MlMatrix {
  mmul(other: MlMatrix): MlMatrix
  transpose(): MlMatrix
  sub(other: MlMatrix): MlMatrix
  mul(factor: number): MlMatrix
  clone(): MlMatrix
  to1DArray(): number[]
}

interface MlLibrary {
  Matrix: { from1DArray(rows: number, cols: number, data: number[]): MlMatrix }
  SingularValueDecomposition: new (a: MlMatrix) => { diagonal: number[] }
}

export const mlMatrix: Adapter = {
  name: 'ml-matrix',
  packages: ['ml-matrix'],
  largestFlops: 5e9,
  async open() {
    const library = await load<MlLibrary>('ml-matrix')
    if (library === null) return null
    const { Matrix, SingularValueDecomposition } = library
    const matrix = (rows: number, data: ArrayLike<number>) =>
      Matrix.from1DArray(rows, data.length / rows, Array.from(data))
    return {
      gemm({ m, n, k, transposeA, transposeB }, inputs) {
        const a = matrix(transposeA ? k : m, inputs.a)
        const b = matrix(transposeB ? n : k, inputs.b)
        let c = a
        return {
          run: repeat(() => {
            c = operations.product(a, b, transposeA, transposeB)
          }),
          result: () => c.to1DArray(),
        }
      },
      svd({ n }, { a: data }) {
        const a = matrix(n, data)
        let values: number[] = []
        return {
          run: repeat(() => {
            values = new SingularValueDecomposition(a).diagonal
          }),
          result: () => values,
        }
      },
      step({ sizes, samples, members, learningRate }, inputs) {
        if (members > 1) return null
        let weights = inputs.weights.map((w, l) => matrix(sizes[l + 1], w))
        const x = inputs.x && matrix(sizes[0], inputs.x)
        const y = matrix(sizes.at(-1)!, inputs.y)
        const rate = learningRate / (samples > 0 ? samples : 1)
        return {
          run: repeat(() => {
            weights = chainStep(operations, weights, x, y, rate)
          }),
          result: () => joined(weights.map((w) => w.to1DArray())),
        }
      },
    }
  },
}

const operations: ChainOperations<MlMatrix> = {
  product: (a, b, transposeA, transposeB) => (transposeA ? a.transpose() : a).mmul(transposeB ? b.transpose() : b),
  minus: (a, b) => a.clone().sub(b),
  descend: (w, rate, g) => w.sub(g.mul(rate)),
}
