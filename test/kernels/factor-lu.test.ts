// Triangular solves and LU of the WebAssembly build equal the reference bit for bit, over sizes that cross the blocks of 32
// and the depth of gemm, and touch nothing but what they own.
import { describe, expect, test } from 'vitest'
import { getrfScratchBytes, PANEL, trsmScratchBytes } from '../../src/kernels/factor-scratch-solve.js'
import type { DType } from '../../src/kernels/kernels.js'
import { sample } from './helpers/data.js'
import { paddedMatrix } from './helpers/matrix.js'
import { type Prng, prng } from './helpers/prng.js'
import { Twin, view } from './helpers/twin.js'

const twin = new Twin()
const TYPES = ['float32', 'float64'] as const
const letterOf = (dtype: DType) => (dtype === 'float64' ? 'd' : 's')

/** A well-conditioned triangle and whatever on its other side: the other triangle must not matter. */
function triangle(dtype: DType, n: number, lead: number, random: Prng): Float64Array {
  const values = paddedMatrix(dtype, n, n, lead, 'special', random)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (!Number.isFinite(values[i * lead + j]) || Math.abs(values[i * lead + j]) > 1) values[i * lead + j] = 0.25
    }
    values[i * lead + i] = 2 + random.uniform()
  }
  return values
}

describe.each(TYPES)('%s', (dtype) => {
  test('trsm: sixteen variants, sizes around one and two blocks', () => {
    const random = prng(1)
    const sizes = [0, 1, 2, 5, PANEL - 1, PANEL, PANEL + 1, 2 * PANEL + 3]
    for (const m of sizes) {
      for (const n of sizes) {
        for (let flags = 0; flags < 16; flags++) {
          twin.reset()
          const order = flags & 8 ? n : m
          const lda = Math.max(1, order) + random.integer(0, 3)
          const ldb = Math.max(1, n) + random.integer(0, 3)
          const a = twin.place(dtype, 'A', triangle(dtype, order, lda, random), random.integer(0, 3))
          const b = twin.place(dtype, 'B', paddedMatrix(dtype, m, n, ldb, 'uniform', random), random.integer(0, 3))
          const work = twin.scratch(trsmScratchBytes(dtype, flags, m, n))
          const alpha = random.pick([1, 1, -0.37, 0])
          twin.run(`${letterOf(dtype)}trsm`, flags, m, n, alpha, a, lda, b, ldb, work)
        }
      }
    }
  })

  test.each(Array.from({ length: 16 }, (_, flags) => flags))('trsm %i solves op(A) X = alpha B', (flags) => {
    const random = prng(100 + flags)
    const [m, n] = [41, 70]
    const order = flags & 8 ? n : m
    twin.reset()
    const a = triangle(dtype, order, order, random)
    for (let i = 0; i < order; i++) for (let j = 0; j < order; j++) if (i !== j) a[i * order + j] *= 1 / order
    const b = paddedMatrix(dtype, m, n, n, 'uniform', random)
    const [pa, pb] = [twin.place(dtype, 'A', a), twin.place(dtype, 'B', b)]
    const right = dtype === 'float64' ? b : Float32Array.from(b)
    const work = twin.scratch(trsmScratchBytes(dtype, flags, m, n))
    twin.run(`${letterOf(dtype)}trsm`, flags, m, n, 0.5, pa, order, pb, n, work)
    const bytes = dtype === 'float64' ? 8 : 4
    const memory = view(twin.wasm, dtype)
    const x = memory.slice(pb / bytes, pb / bytes + m * n)
    const stored = memory.slice(pa / bytes, pa / bytes + order * order)
    const entry = (i: number, j: number) => {
      const [row, column] = flags & 1 ? [j, i] : [i, j]
      if (row === column) return flags & 4 ? 1 : stored[row * order + column]
      return row < column === ((flags & 2) !== 0) ? stored[row * order + column] : 0
    }
    let worst = 0
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let k = 0; k < order; k++) sum += flags & 8 ? x[i * n + k] * entry(k, j) : entry(i, k) * x[k * n + j]
        worst = Math.max(worst, Math.abs(sum - 0.5 * right[i * n + j]))
      }
    }
    expect(worst).toBeLessThan(dtype === 'float64' ? 1e-14 : 1e-5)
  })

  test('getrf: shapes around panels, ties, zero pivots, signs of zero', () => {
    const random = prng(2)
    const sizes = [1, 2, 3, 7, PANEL - 1, PANEL, PANEL + 1, 2 * PANEL, 2 * PANEL + 5, 100]
    for (const m of sizes) {
      for (const n of sizes) {
        for (const data of ['uniform', 'small-integers'] as const) {
          twin.reset()
          const lda = n + random.integer(0, 3)
          const values = paddedMatrix(dtype, m, n, lda, data, random)
          // A column of zeros somewhere, and one that repeats.
          const zero = random.integer(0, 2 * n)
          for (let i = 0; i < m && zero < n; i++) values[i * lda + zero] = sample(dtype, 'uniform', random) > 0 ? 0 : -0
          const a = twin.place(dtype, 'A', values, random.integer(0, 3))
          const pivots = twin.place('float64', 'pivots', new Float64Array(Math.ceil(Math.min(m, n) / 2)))
          const work = twin.scratch(getrfScratchBytes(dtype, m, n))
          twin.run(`${letterOf(dtype)}getrf`, m, n, a, lda, pivots, work)
        }
      }
    }
  })

  test('getrf of one large matrix crosses the depth of gemm', () => {
    twin.reset()
    const n = 300
    const a = twin.place(dtype, 'A', paddedMatrix(dtype, n, n, n, 'uniform', prng(3)))
    const pivots = twin.place('float64', 'pivots', new Float64Array(n / 2))
    twin.run(`${letterOf(dtype)}getrf`, n, n, a, n, pivots, twin.scratch(getrfScratchBytes(dtype, n, n)))
  })
})
