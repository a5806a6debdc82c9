// gemm and gemv against an oracle that shares nothing with them, by the residual ratio of the reference BLAS tester
// (SMMCH, DMMCH):
//
//   max over i, j of |computed - exact| / (eps G_ij),    G = |alpha| |A| |B| + |beta| |C|,    passes below 16
//
// The exact product is summed in float64 for float32 kernels and in double-double for float64 ones. On small integers every
// sum is exact, so every build must give the exact result.
import { describe, expect, test } from 'vitest'
import { gemmScratchBytes } from '../../src/kernels/gemm-path.js'
import { type DType, elementBytes } from '../../src/kernels/kernels.js'
import { type DataClass, sample } from './helpers/data.js'
import { addProduct, minus, scale } from './helpers/double-double.js'
import { everyExecutor, relaxedIsValid } from './helpers/executors.js'
import { paddingUntouched } from './helpers/matrix.js'
import { prng } from './helpers/prng.js'
import { view } from './helpers/twin.js'

const executors = everyExecutor()
const EPS: Record<DType, number> = { float32: 2 ** -24, float64: 2 ** -53 }
const SHAPES = [
  [1, 1, 1],
  [4, 8, 4],
  [5, 9, 17],
  [10, 10, 64],
  [17, 33, 65],
  [64, 10, 300],
  [67, 21, 513],
] as const

const cases = executors.flatMap((executor) =>
  (['float32', 'float64'] as const).flatMap((dtype) =>
    (['Packed', 'Direct'] as const).map((path) => ({ name: executor.name, executor, dtype, path })),
  ),
)

describe.each(cases)('$name $dtype gemm$path', ({ executor, dtype, path }) => {
  /** Largest residual ratio of one product; `exact` asks for equality as well. */
  function ratio(trans: number, m: number, n: number, k: number, alpha: number, beta: number, data: DataClass): number {
    const random = prng(m + 100 * n + 10000 * k + trans)
    const bytes = elementBytes(dtype)
    const lda = (trans & 1 ? m : k) + 2
    const ldb = (trans & 2 ? k : n) + 1
    const ldc = n + 3
    const array = view(executor, dtype)
    const [a, b, c] = [64, 1 << 20, 2 << 20].map((pointer) => pointer / bytes)
    const fill = (at: number, count: number) => {
      for (let i = 0; i < count; i++) array[at + i] = sample(dtype, data, random)
    }
    fill(a, (trans & 1 ? k : m) * lda)
    fill(b, (trans & 2 ? n : k) * ldb)
    fill(c, m * ldc)
    for (let i = 0; i < m; i++) array.fill(Math.fround(-1e10), c + i * ldc + n, c + (i + 1) * ldc)
    const before = array.slice(c, c + m * ldc)
    const letter = dtype === 'float64' ? 'd' : 's'
    const gemm = executor.kernels[`${letter}gemm${path}`]
    expect(gemmScratchBytes(dtype, trans, m, n, k, path === 'Packed' ? 'packed' : 'direct')).toBeLessThan(2 << 20)
    gemm(trans, m, n, k, alpha, a * bytes, lda, b * bytes, ldb, beta, c * bytes, ldc, 4 << 20)
    expect(paddingUntouched(array.subarray(c, c + m * ldc), m, n, ldc)).toBe(true)
    let worst = 0
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = { high: 0, low: 0 }
        let gauge = 0
        for (let p = 0; p < k; p++) {
          const x = array[trans & 1 ? a + p * lda + i : a + i * lda + p]
          const y = array[trans & 2 ? b + j * ldb + p : b + p * ldb + j]
          // float64 products and sums are the oracle of float32: exact products, 29 bits to spare in the sums.
          sum = dtype === 'float64' ? addProduct(sum, x, y) : { high: sum.high + x * y, low: 0 }
          gauge += Math.abs(x * y)
        }
        const old = before[i * ldc + j]
        const exact = addProduct(scale(sum, alpha), beta, old)
        const error = Math.abs(minus(exact, array[c + i * ldc + j]))
        if (data === 'small-integers') expect(error).toBe(0)
        const bound = Math.abs(alpha) * gauge + Math.abs(beta * old)
        if (error > 0) worst = Math.max(worst, error / (EPS[dtype] * bound))
      }
    }
    return worst
  }

  test('residual ratios stay below 16', () => {
    for (const [m, n, k] of SHAPES) {
      for (let trans = 0; trans < 4; trans++) {
        for (const [alpha, beta] of [
          [1, 0],
          // Halves and quarters: scalars that both element types hold exactly.
          [-0.75, 0.5],
          [1, 1],
        ]) {
          expect(ratio(trans, m, n, k, alpha, beta, 'uniform')).toBeLessThan(16)
        }
      }
    }
  })

  test('small integers are exact', () => {
    for (const [m, n, k] of SHAPES) {
      for (let trans = 0; trans < 4; trans++) expect(ratio(trans, m, n, k, 2, -3, 'small-integers')).toBe(0)
    }
  })
})

describe.each(executors)('$name gemv and sums', (executor) => {
  test('dgemv and ddot agree with double-double', () => {
    const random = prng(9)
    const array = view(executor, 'float64')
    const n = 301
    for (let i = 0; i < 4 * n; i++) array[8 + i] = random.uniform()
    executor.kernels.dgemv(0, 3, n, 1, 64 + 8 * n, n, 64, 1, 0, 1 << 20, 1)
    for (let row = 0; row < 3; row++) {
      let sum = { high: 0, low: 0 }
      let gauge = 0
      for (let j = 0; j < n; j++) {
        sum = addProduct(sum, array[8 + n + row * n + j], array[8 + j])
        gauge += Math.abs(array[8 + n + row * n + j] * array[8 + j])
      }
      const bound = 16 * EPS.float64 * gauge
      expect(Math.abs(minus(sum, array[(1 << 17) + row]))).toBeLessThan(bound)
      expect(Math.abs(minus(sum, executor.kernels.ddot(n, 64, 1, 64 + 8 * n * (row + 1), 1)))).toBeLessThan(bound)
    }
  })
})

test.runIf(!relaxedIsValid)('the relaxed build was not run: this engine has no relaxed SIMD', () => {
  console.warn('kernels.relaxed.wasm: WebAssembly.validate refuses it on this engine; its accuracy was not tested here')
  expect(executors.map(({ name }) => name)).not.toContain('wasm relaxed')
})
