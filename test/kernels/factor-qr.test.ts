// QR kernels: the WebAssembly build equals the reference bit for bit, over shapes around the width of a panel, and every
// build factors to LAPACK's ratios, also where squares overflow or underflow.
import { describe, expect, test } from 'vitest'
import { qrScratchBytes } from '../../src/kernels/factor-scratch.js'
import type { DType } from '../../src/kernels/kernels.js'
import { orthogonalityRatio, productRatio } from '../linalg/dense/ratios.js'
import type { DataClass } from './helpers/data.js'
import { everyExecutor } from './helpers/executors.js'
import { paddedMatrix } from './helpers/matrix.js'
import { prng } from './helpers/prng.js'
import { Twin, view } from './helpers/twin.js'

const twin = new Twin()
const DTYPES = ['float32', 'float64'] as const
const random = prng(11)

/** geqrf, then orgqr for n columns where Q has as many. */
function check(dtype: DType, m: number, n: number, nb: number, data: DataClass): void {
  twin.reset()
  const r = Math.min(m, n)
  const lda = n + random.integer(0, 3)
  const a = twin.place(dtype, 'A', paddedMatrix(dtype, m, n, lda, data, random), random.integer(0, 3))
  const tau = twin.place(dtype, 'tau', new Float64Array(r))
  const work = twin.scratch(qrScratchBytes(dtype, m, n, nb))
  const [geqrf, orgqr] = dtype === 'float64' ? (['dgeqrf', 'dorgqr'] as const) : (['sgeqrf', 'sorgqr'] as const)
  twin.run(geqrf, m, n, a, lda, tau, work, nb)
  twin.run(orgqr, m, r, r, a, lda, tau, work, nb)
}

describe.each(DTYPES)('%s geqrf and orgqr have the same bits', (dtype) => {
  test('around the width of a panel', () => {
    for (const nb of [1, 2, 3, 8]) {
      for (const m of [0, 1, 2, 3, 7, 8, 9, 17])
        for (const n of [0, 1, 2, 3, 7, 8, 9, 17]) check(dtype, m, n, nb, 'uniform')
    }
  })

  test('extreme and special data', () => {
    for (const data of ['extreme', 'special'] as const) {
      for (let round = 0; round < 40; round++) {
        check(dtype, random.integer(1, 20), random.integer(1, 20), random.pick([1, 4, 32]), data)
      }
    }
  })

  test('sizes at which products are packed', () => {
    check(dtype, 300, 70, 32, 'uniform')
    check(dtype, 70, 300, 32, 'uniform')
    check(dtype, 280, 270, 32, 'uniform')
  })

  test('orgqr completes fewer reflections to more columns', () => {
    for (const [m, n, k, nb] of [
      [9, 7, 3, 2],
      [9, 9, 4, 8],
      [5, 5, 0, 2],
    ]) {
      twin.reset()
      const a = twin.place(dtype, 'A', paddedMatrix(dtype, m, n, n, 'uniform', random))
      const tau = twin.place(dtype, 'tau', new Float64Array(Math.max(k, 1)))
      const work = twin.scratch(qrScratchBytes(dtype, m, n, nb))
      const [geqrf, orgqr] = dtype === 'float64' ? (['dgeqrf', 'dorgqr'] as const) : (['sgeqrf', 'sorgqr'] as const)
      twin.run(geqrf, m, k, a, n, tau, work, nb)
      twin.run(orgqr, m, n, k, a, n, tau, work, nb)
      const q = Float64Array.from(
        view(twin.wasm, dtype)
          .subarray(a / (dtype === 'float64' ? 8 : 4))
          .subarray(0, m * n),
      )
      expect(orthogonalityRatio(q, m, n) * (dtype === 'float64' ? 1 : 2 ** -29)).toBeLessThan(10)
    }
  })
})

const cases = everyExecutor().flatMap((executor) => DTYPES.map((dtype) => ({ name: executor.name, executor, dtype })))

describe.each(cases)('$name $dtype', ({ executor, dtype }) => {
  const grain = dtype === 'float64' ? 1 : 2 ** -29
  const exponents = dtype === 'float64' ? [0, -1070, -1022, -900, -500, 500, 1000] : [0, -140, -100, 60, 120]
  test.each(exponents)('entries near 2^%d: ratios below 10', (exponent) => {
    for (const [m, n, nb] of [
      [1, 1, 4],
      [9, 5, 2],
      [5, 9, 2],
      [40, 33, 8],
      [33, 40, 32],
    ]) {
      const r = Math.min(m, n)
      const bytes = dtype === 'float64' ? 8 : 4
      const array = view(executor, dtype)
      const a0 = Float64Array.from({ length: m * n }, () => random.uniform())
      if (m > 4) for (let i = 0; i < m; i++) a0[i * n] = 0
      for (let t = 0; t < m * n; t++) {
        array[16 + t] = a0[t] * 2 ** (exponent / 2) * 2 ** (exponent / 2)
        a0[t] = array[16 + t]
      }
      const [pa, tau, work] = [16 * bytes, 1 << 16, 1 << 17]
      const kernels = executor.kernels
      const [geqrf, orgqr] = dtype === 'float64' ? [kernels.dgeqrf, kernels.dorgqr] : [kernels.sgeqrf, kernels.sorgqr]
      geqrf(m, n, pa, n, tau, work, nb)
      const upper = new Float64Array(r * n)
      for (let i = 0; i < r; i++) for (let j = i; j < n; j++) upper[i * n + j] = array[16 + i * n + j]
      orgqr(m, r, r, pa, n, tau, work, nb)
      const q = Float64Array.from({ length: m * r }, (_, t) => array[16 + Math.floor(t / r) * n + (t % r)])
      expect(orthogonalityRatio(q, m, r) * grain).toBeLessThan(10)
      // A float32 result below 2^-126 is rounded to a grain of its own.
      if (!(dtype === 'float32' && exponent === -140)) {
        expect(productRatio(a0, q, upper, m, n, r) * grain).toBeLessThan(10)
      }
    }
  })
})
