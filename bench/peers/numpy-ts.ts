// numpy-ts: NumPy names over WebAssembly kernels, float32 and float64. Views that are transposed take it off its kernels, five to twenty times
// slower, so they are copied.
import { type Adapter, joined, repeat } from './adapter.js'
import { type ChainOperations, chainStep } from './chain-step.js'
import { load } from './packages.js'

interface NdArray {
  readonly data: ArrayLike<number>
  readonly T: NdArray
  copy(): NdArray
  reshape(rows: number, cols: number): NdArray
  dispose?(): void
}

interface NumpyTs {
  array(data: ArrayLike<number>, dtype: string): NdArray
  matmul(a: NdArray, b: NdArray): NdArray
  subtract(a: NdArray, b: NdArray): NdArray
  multiply(a: NdArray, factor: number): NdArray
  linalg: { svd(a: NdArray): { u: NdArray; s: NdArray; vt: NdArray } }
}

export const numpyTs: Adapter = {
  name: 'numpy-ts',
  packages: ['numpy-ts'],
  async open() {
    const np = await load<NumpyTs>('numpy-ts')
    if (np === null) return null
    const operations: ChainOperations<NdArray> = {
      product: (a, b, transposeA, transposeB) => np.matmul(transposeA ? a.T.copy() : a, transposeB ? b.T.copy() : b),
      minus: (a, b) => np.subtract(a, b),
      descend(w, rate, g) {
        const scaled = np.multiply(g, rate)
        const updated = np.subtract(w, scaled)
        scaled.dispose?.()
        w.dispose?.()
        return updated
      },
      free: (value) => value.dispose?.(),
    }
    const array = (rows: number, data: ArrayLike<number>, dtype: string) =>
      np.array(data, dtype).reshape(rows, data.length / rows)
    return {
      gemm({ m, n, k, transposeA, transposeB }, inputs, dtype) {
        const a = array(transposeA ? k : m, inputs.a, dtype)
        const b = array(transposeB ? n : k, inputs.b, dtype)
        let c: NdArray | undefined
        return {
          run: repeat(() => {
            c?.dispose?.()
            c = operations.product(a, b, transposeA, transposeB)
          }),
          result: () => c!.data,
        }
      },
      svd({ n }, { a: data }, dtype) {
        // It has no float32 decomposition: it would compute in float64.
        const a = array(n, data, dtype)
        let values: ArrayLike<number> = []
        return {
          run: repeat(() => {
            const { u, s, vt } = np.linalg.svd(a)
            values = Float64Array.from(s.data)
            for (const part of [u, s, vt]) part.dispose?.()
          }),
          result: () => values,
        }
      },
      step({ sizes, samples, members, learningRate }, inputs, dtype) {
        if (members > 1) return null
        let weights = inputs.weights.map((w, l) => array(sizes[l + 1], w, dtype))
        const x = inputs.x && array(sizes[0], inputs.x, dtype)
        const y = array(sizes.at(-1)!, inputs.y, dtype)
        const rate = learningRate / (samples > 0 ? samples : 1)
        return {
          run: repeat(() => {
            weights = chainStep(operations, weights, x, y, rate)
          }),
          result: () => joined(weights.map(({ data }) => data)),
        }
      },
    }
  },
}
