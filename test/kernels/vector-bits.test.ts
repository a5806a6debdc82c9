// Vector and matrix-vector kernels of the WebAssembly build equal the reference bit for bit, results and memory.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { DType } from '../../src/kernels/kernels.js'
import { KERNEL_NAMES } from '../../src/kernels/wasm.js'
import type { DataClass } from './helpers/data.js'
import { paddedMatrix, stridedVector } from './helpers/matrix.js'
import { type Prng, prng } from './helpers/prng.js'
import { Twin } from './helpers/twin.js'

const twin = new Twin()
const covered = new Set<string>()

// Around 2 and 4 elements of a vector, 8 partial sums, 16 partial sums of gemv and their doubles.
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100]
const CLASSES: readonly DataClass[] = ['uniform', 'special', 'extreme', 'small-integers']
const ALPHAS = [1, -0.37, 0, -0, 1e-60]
const BETAS = [0, 1, 0.5, -0, 1e-60]
const TYPES = ['float32', 'float64'] as const

/** Run the kernel of an element type and note that it was compared. */
function run(dtype: DType, base: string, ...args: number[]): void {
  const letter = dtype === 'float64' ? 'd' : 's'
  const name = (base === 'iamax' ? `i${letter}amax` : letter + base) as 'ddot'
  covered.add(name)
  twin.run(name, ...(args as [number, number, number, number, number]))
}

/** A vector in both memories, off alignment by up to three elements. */
function vector(dtype: DType, name: string, n: number, increment: number, data: DataClass, random: Prng): number {
  return twin.place(dtype, name, stridedVector(dtype, n, increment, data, random), random.integer(0, 3))
}

const cases = TYPES.flatMap((dtype) => CLASSES.map((data) => ({ dtype, data })))

describe.each(cases)('$dtype kernels on $data data', ({ dtype, data }) => {
  test('reductions: dot nrm2 asum iamax sumsq nonfinite', () => {
    const random = prng(11)
    for (const n of LENGTHS) {
      for (let incx = 1; incx <= 3; incx++) {
        for (let incy = 1; incy <= 3; incy++) {
          twin.reset()
          const x = vector(dtype, 'x', n, incx, data, random)
          const y = vector(dtype, 'y', n, incy, data, random)
          run(dtype, 'dot', n, x, incx, y, incy)
          for (const name of ['nrm2', 'asum', 'iamax']) run(dtype, name, n, x, incx)
          run(dtype, 'sumsq', n * incx, x)
          run(dtype, 'nonfinite', n * incx, x)
        }
      }
    }
  })

  test('updates: axpy scal copy swap fill', () => {
    const random = prng(12)
    for (const n of LENGTHS) {
      for (const alpha of ALPHAS) {
        for (let incx = 1; incx <= 3; incx++) {
          for (let incy = 1; incy <= 3; incy++) {
            twin.reset()
            const x = vector(dtype, 'x', n, incx, data, random)
            const y = vector(dtype, 'y', n, incy, data, random)
            run(dtype, 'axpy', n, alpha, x, incx, y, incy)
            run(dtype, 'scal', n, alpha, x, incx)
            run(dtype, 'swap', n, x, incx, y, incy)
            run(dtype, 'copy', n, x, incx, y, incy)
          }
        }
        run(dtype, 'fill', n, alpha, vector(dtype, 'x', n, 1, data, random))
      }
    }
  })

  test('elementwise: add sub mul, also in place', () => {
    const random = prng(13)
    for (const name of ['add', 'sub', 'mul']) {
      for (const n of LENGTHS) {
        twin.reset()
        const [a, b, c] = ['a', 'b', 'c'].map((operand) => vector(dtype, operand, n, 1, data, random))
        run(dtype, name, n, a, b, c)
        run(dtype, name, n, a, b, a)
        run(dtype, name, n, c, b, b)
        run(dtype, name, n, a, a, c)
      }
    }
  })

  test('gemv and ger: both transposes, increments, padding', () => {
    const random = prng(14)
    for (const m of [0, 1, 2, 3, 4, 5, 9]) {
      for (const n of LENGTHS) {
        for (let turn = 0; turn < 9; turn++) {
          const [incx, incy] = [1 + (turn % 3), 1 + Math.floor(turn / 3)]
          const alpha = random.pick(ALPHAS)
          const beta = random.pick(BETAS)
          for (const trans of [0, 1]) {
            twin.reset()
            const lda = Math.max(1, n + random.integer(0, 3))
            const a = twin.place(dtype, 'A', paddedMatrix(dtype, m, n, lda, data, random), random.integer(0, 3))
            const x = vector(dtype, 'x', trans ? m : n, incx, data, random)
            const y = vector(dtype, 'y', trans ? n : m, incy, data, random)
            run(dtype, 'gemv', trans, m, n, alpha, a, lda, x, incx, beta, y, incy)
            // The shorter vector's name does not matter to ger: x has m elements, y has n.
            if (trans) run(dtype, 'ger', m, n, alpha, x, incx, y, incy, a, lda)
          }
        }
      }
    }
  })
})

test.each(TYPES)('%s: the place of a NaN, an infinity or the largest is found at every index', (dtype) => {
  for (const n of [1, 3, 4, 5, 8, 17]) {
    for (let at = 0; at < n; at++) {
      for (const odd of [NaN, Infinity, -Infinity, -7]) {
        twin.reset()
        const values = Float64Array.from({ length: n }, (_, i) => (i === at ? odd : 1 - i / 100))
        const x = twin.place(dtype, 'x', values)
        run(dtype, 'nonfinite', n, x)
        run(dtype, 'iamax', n, x, 1)
        const letter = dtype === 'float64' ? 'd' : 's'
        expect(twin.wasm.kernels[`${letter}nonfinite`](n, x)).toBe(Number.isFinite(odd) ? -1 : at)
        const largest = Number.isNaN(odd) ? (at === 0 && n > 1 ? 1 : 0) : at
        expect(twin.wasm.kernels[`i${letter}amax`](n, x, 1)).toBe(largest)
      }
    }
  }
})

test('dnrm2 neither overflows nor underflows, at every power of two', () => {
  for (let e = -1074; e <= 1021; e++) {
    twin.reset()
    const unit = e < -1022 ? 2 ** -1022 / 2 ** (-1022 - e) : 2 ** e
    const x = twin.place('float64', 'x', [3 * unit, -4 * unit, 0])
    run('float64', 'nrm2', 3, x, 1)
    expect(twin.wasm.kernels.dnrm2(3, x, 1)).toBe(5 * unit)
  }
})

test('the reductions obey the order of the contract, written out here', () => {
  const random = prng(15)
  for (const n of [8, 21]) {
    twin.reset()
    const values = stridedVector('float64', n, 1, 'uniform', random)
    const x = twin.place('float64', 'x', values)
    const p = Array.from({ length: 8 }, () => 0)
    for (let i = 0; i < 8 * Math.floor(n / 8); i++) p[i % 8] += values[i] * values[i]
    let expected = p[0] + p[2] + (p[4] + p[6]) + (p[1] + p[3] + (p[5] + p[7]))
    for (let i = 8 * Math.floor(n / 8); i < n; i++) expected += values[i] * values[i]
    expect(twin.wasm.kernels.dsumsq(n, x)).toBe(expected)
  }
})

test('every kernel but gemm, plans and factorizations was compared', () => {
  // Factorizations stand under a heading of their own in the README and have tests of their own.
  const readme = readFileSync(new URL('../../assembly/README.md', import.meta.url), 'utf8')
  const basic: readonly string[] = readme.split('## Exports')[1].split('```')[1].match(/\w+/g) ?? []
  const others = KERNEL_NAMES.filter((name) => basic.includes(name) && !/gemm|plan/.test(name))
  expect([...covered].sort()).toEqual([...others].sort())
})
