// gemm, gemv and ger of `deeplinear/blas` by the ratio of the reference testers (SMMCH, SMVCH) below 16, over their grid of
// sizes and those that cross tiles; padding untouched; both orders agree bit for bit.
import { describe, expect, test } from 'vitest'
import type { Transpose } from '../../src/blas/index.js'
import * as blas from '../../src/blas/index.js'
import { createEngine, createEngineSync, type DType } from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'
import {
  elementRatio,
  makeArray,
  ORDERS,
  paddingIntact,
  ROGUE,
  randomMatrix,
  randomVector,
  type Stored,
  TRANSPOSES,
} from './grid.js'

const THRESHOLD = 16
/** sblat3: 0 1 2 3 5 9; and sizes that cross tiles and unrolled loops. */
const SIZES = [0, 1, 2, 3, 5, 9]
const CROSSING = [7, 8, 9, 16, 17, 33, 65]
const TYPES = ['float32', 'float64'] as const
/** sblat3's alphas and betas, those that both element types hold exactly. */
const SCALARS = [
  [0, 0],
  [1, 0],
  [0.75, 1.25],
  [1, 1],
  [0, 1.25],
] as const

const typescript = blas.createBlas(createEngineSync({ backend: 'typescript' }))
const fast = blas.createBlas(await createEngine())
const routines = [
  ['shared engine', blas as unknown as blas.Blas],
  ['TypeScript', typescript],
  ['fastest build', fast],
] as const

// The two element types have the same shapes of arguments; a test that runs both looks past the arrays.
// biome-ignore lint/suspicious/noExplicitAny: the arrays of both element types
const of = (routine: blas.Blas, dtype: DType, name: 'gemm' | 'gemv' | 'ger'): any =>
  routine[`${dtype === 'float64' ? 'd' : 's'}${name}`]

const worst = { gemm: 0, gemv: 0, ger: 0 }

/** One gemm in both orders; the worst ratio. */
function gemmRatio(
  routine: blas.Blas,
  dtype: DType,
  [ta, tb]: readonly [Transpose, Transpose],
  [m, n, k]: readonly [number, number, number],
  [alpha, beta]: readonly [number, number],
): number {
  let most = 0
  const results = ORDERS.map((order) => {
    const random = prng(m + 100 * n + 10_000 * k)
    const pad = (m + n + k) % 3
    const a =
      ta === 'no-transpose'
        ? randomMatrix(dtype, 'row-major', m, k, 0, random)
        : randomMatrix(dtype, 'row-major', k, m, 0, random)
    const b =
      tb === 'no-transpose'
        ? randomMatrix(dtype, 'row-major', k, n, 0, random)
        : randomMatrix(dtype, 'row-major', n, k, 0, random)
    const c = randomMatrix(dtype, 'row-major', m, n, 0, random)
    const stored = (matrix: Stored, rows: number, cols: number) => {
      const copy = randomMatrix(dtype, order, rows, cols, pad, random)
      const { array, lead } = copy
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) array[order === 'row-major' ? i * lead + j : j * lead + i] = matrix.at(i, j)
      }
      return copy
    }
    const [A, B, C] = [
      ta === 'no-transpose' ? stored(a, m, k) : stored(a, k, m),
      tb === 'no-transpose' ? stored(b, k, n) : stored(b, n, k),
      stored(c, m, n),
    ]
    const before = [A.array.slice(), B.array.slice()]
    of(routine, dtype, 'gemm')(order, ta, tb, m, n, k, alpha, A.array, A.lead, B.array, B.lead, beta, C.array, C.lead)
    expect([A.array, B.array]).toEqual(before)
    const [lines, width] = order === 'row-major' ? [m, n] : [n, m]
    expect(paddingIntact(C.array, (i) => i % C.lead < width && Math.floor(i / C.lead) < lines)).toBe(true)
    const result: number[] = []
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const left = (p: number) => (ta === 'no-transpose' ? a.at(i, p) : a.at(p, i))
        const right = (p: number) => (tb === 'no-transpose' ? b.at(p, j) : b.at(j, p))
        most = Math.max(most, elementRatio(dtype, C.at(i, j), [k, left, right], alpha, beta, c.at(i, j)))
        result.push(C.at(i, j))
      }
    }
    return result
  })
  expect(results[1]).toEqual(results[0])
  return most
}

describe.each(routines)('%s', (_, routine) => {
  test.each(TYPES)('gemm on the grid of the reference tester, %s', (dtype) => {
    let turn = 0
    for (const m of SIZES) {
      for (const n of SIZES) {
        for (const k of SIZES) {
          for (const ta of TRANSPOSES) {
            for (const tb of TRANSPOSES) {
              const value = gemmRatio(routine, dtype, [ta, tb], [m, n, k], SCALARS[turn++ % SCALARS.length])
              expect(value).toBeLessThan(THRESHOLD)
              worst.gemm = Math.max(worst.gemm, value)
            }
          }
        }
      }
    }
  })

  test.each(TYPES)('gemm on sizes that cross tiles, %s', (dtype) => {
    let turn = 0
    // All of them once; the other executors have the same kernels behind the same edge.
    const sizes = routine === typescript || routine === fast ? [9, 17, 65] : CROSSING
    for (const m of sizes) {
      for (const n of sizes) {
        for (const k of sizes) {
          const transposes = [TRANSPOSES[turn % 3], TRANSPOSES[Math.floor(turn / 3) % 3]] as const
          const value = gemmRatio(routine, dtype, transposes, [m, n, k], SCALARS[1 + (turn++ % 3)])
          expect(value).toBeLessThan(THRESHOLD)
          worst.gemm = Math.max(worst.gemm, value)
        }
      }
    }
  })

  test.each(TYPES)('gemv and ger: sizes, transposes, increments from -3 to 3, both orders, %s', (dtype) => {
    const steps = [-3, -2, -1, 1, 2, 3]
    let turn = 0
    for (const m of [...SIZES, 17, 33]) {
      for (const n of [...SIZES, 16, 65]) {
        for (const trans of TRANSPOSES) {
          for (const incx of steps) {
            const incy = steps[turn % steps.length]
            const [alpha, beta] = SCALARS[turn % SCALARS.length]
            const most = { gemv: 0, ger: 0 }
            const results = ORDERS.map((order) => {
              const random = prng(m * 71 + n)
              const [lengthX, lengthY] = trans === 'no-transpose' ? [n, m] : [m, n]
              const entries = randomMatrix(dtype, 'row-major', m, n, 0, random)
              const x = randomVector(dtype, lengthX, incx, random)
              const y = randomVector(dtype, lengthY, incy, random)
              const a = randomMatrix(dtype, order, m, n, turn % 3, random)
              for (let i = 0; i < m; i++) {
                for (let j = 0; j < n; j++)
                  a.array[order === 'row-major' ? i * a.lead + j : j * a.lead + i] = entries.at(i, j)
              }
              const old = Array.from({ length: lengthY }, (_, i) => y.at(i, 0))
              of(routine, dtype, 'gemv')(order, trans, m, n, alpha, a.array, a.lead, x.array, incx, beta, y.array, incy)
              const inside = (i: number) => i % Math.abs(incy) === 0 && i / Math.abs(incy) < lengthY
              expect(paddingIntact(y.array, inside)).toBe(true)
              for (let i = 0; i < lengthY; i++) {
                const entry = (j: number) => (trans === 'no-transpose' ? a.at(i, j) : a.at(j, i))
                const terms = [lengthX, entry, (j: number) => x.at(j, 0)] as const
                const value =
                  m === 0 || n === 0 ? y.at(i, 0) - old[i] : elementRatio(dtype, y.at(i, 0), terms, alpha, beta, old[i])
                most.gemv = Math.max(most.gemv, Math.abs(value))
              }
              // A := A + alpha x y' with the vectors of the matching lengths.
              const [left, right] = [randomVector(dtype, m, incx, random), randomVector(dtype, n, incy, random)]
              of(routine, dtype, 'ger')(order, m, n, alpha, left.array, incx, right.array, incy, a.array, a.lead)
              const [lines, width] = order === 'row-major' ? [m, n] : [n, m]
              expect(paddingIntact(a.array, (i) => i % a.lead < width && Math.floor(i / a.lead) < lines)).toBe(true)
              const updated: number[] = []
              for (let i = 0; i < m; i++) {
                for (let j = 0; j < n; j++) {
                  const terms = [1, () => left.at(i, 0), () => right.at(j, 0)] as const
                  const value = elementRatio(dtype, a.at(i, j), terms, alpha, 1, entries.at(i, j))
                  most.ger = Math.max(most.ger, value)
                  updated.push(a.at(i, j))
                }
              }
              return updated
            })
            expect(results[1]).toEqual(results[0])
            expect(Math.max(most.gemv, most.ger)).toBeLessThan(THRESHOLD)
            worst.gemv = Math.max(worst.gemv, most.gemv)
            worst.ger = Math.max(worst.ger, most.ger)
            turn++
          }
        }
      }
    }
  })

  test('alpha = 0 and k = 0 do not use A and B, beta = 0 does not use C', () => {
    const nan = new Float64Array(4).fill(Number.NaN)
    const c = new Float64Array([1, 2, 3, 4])
    routine.dgemm('row-major', 'no-transpose', 'transpose', 2, 2, 2, 0, nan, 2, nan, 2, 2, c, 2)
    expect([...c]).toEqual([2, 4, 6, 8])
    routine.dgemm('column-major', 'no-transpose', 'no-transpose', 2, 2, 0, 1, nan, 2, nan, 1, 0.5, c, 2)
    expect([...c]).toEqual([1, 2, 3, 4])
    const identity = new Float64Array([1, 0, 0, 1])
    const out = nan.slice()
    routine.dgemm('row-major', 'no-transpose', 'no-transpose', 2, 2, 2, 1, identity, 2, identity, 2, 0, out, 2)
    expect([...out]).toEqual([1, 0, 0, 1])
    const y = new Float64Array([1, 2])
    routine.dgemv('row-major', 'no-transpose', 2, 2, 0, nan, 2, nan, 1, 3, y, 1)
    expect([...y]).toEqual([3, 6])
    routine.dger('row-major', 2, 2, 0, nan, 1, nan, 1, c, 2)
    expect([...c]).toEqual([1, 2, 3, 4])
  })

  test('parts of larger buffers, and results over operands', () => {
    const buffer = new ArrayBuffer(8 * 16)
    const whole = new Float64Array(buffer).fill(ROGUE)
    const a = new Float64Array(buffer, 16, 4)
    const c = new Float64Array(buffer, 64, 4)
    a.set([1, 2, 3, 4])
    routine.dgemm('row-major', 'no-transpose', 'no-transpose', 2, 2, 2, 1, a, 2, a, 2, 0, c, 2)
    expect([...c]).toEqual([7, 10, 15, 22])
    expect([...whole.subarray(0, 2), ...whole.subarray(6, 8), ...whole.subarray(12)]).toEqual(new Array(8).fill(ROGUE))
    // Operands are read before the result is written.
    routine.dgemm('row-major', 'no-transpose', 'no-transpose', 2, 2, 2, 1, a, 2, a, 2, 0, a, 2)
    expect([...a]).toEqual([7, 10, 15, 22])
  })
})

test('memory of the engine grows between calls and within one', () => {
  const engine = createEngineSync({ initialBytes: 65536 })
  const { sgemm } = blas.createBlas(engine)
  for (const n of [8, 64, 300]) {
    const [a, c] = [makeArray('float32', n * n).fill(1) as Float32Array, new Float32Array(n * n)]
    sgemm('row-major', 'no-transpose', 'no-transpose', n, n, n, 1, a, n, a, n, 0, c, n)
    expect(c.every((x) => x === n)).toBe(true)
  }
  engine.dispose()
})

test('worst ratios', () => {
  console.info('blas, worst ratios:', JSON.stringify(worst))
  expect(worst.gemm).toBeGreaterThan(0)
})
