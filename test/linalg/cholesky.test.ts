// cholesky against |A - L L'| / (|A| n eps), on positive definite classes, both element types, every executor.
import { afterAll, describe, expect, test } from 'vitest'
import { cholesky, createEngine, createEngineSync, RangeArgError, ShapeError } from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'
import { EPS, norm1, times, withSpectrum } from './symmetric-matrices.js'

const THRESHOLD = 5
const TYPES = ['float64', 'float32'] as const
const SIZES = [1, 2, 3, 10, 31, 32, 33, 65]

const engines = [createEngineSync(), createEngineSync({ backend: 'typescript' }), await createEngine()]
afterAll(() => {
  for (const engine of engines) engine.dispose()
})

/** Positive definite matrices, with condition numbers that their element type can bear. */
const CLASSES: readonly (readonly [string, (n: number, eps: number) => Float64Array])[] = [
  ['identity', (n) => withSpectrum(n, 1, () => 1)],
  ['even', (n) => withSpectrum(n, 2, (k) => 1 - k / (n + 1))],
  ['geometric', (n, eps) => withSpectrum(n, 3, (k) => (100 * n * eps) ** (k / Math.max(1, n - 1)))],
  ['one small', (n, eps) => withSpectrum(n, 4, (k) => (k === 0 && n > 1 ? 100 * n * eps : 1))],
  ['near overflow', (n) => withSpectrum(n, 5, (k) => 2 ** 120 * (1 - k / (n + 1)))],
  ['near underflow', (n) => withSpectrum(n, 6, (k) => 2 ** -100 * (1 - k / (n + 1)))],
  [
    'graded',
    (n) =>
      withSpectrum(n, 7, (k) => 1 - k / (2 * n)).map((x, t) => x * 2 ** ((-40 * (Math.floor(t / n) + (t % n))) / n)),
  ],
]

const worst = { float64: 0, float32: 0 }

describe.each(engines.map((engine) => [engine.info.build, engine] as const))('cholesky on %s', (_, engine) => {
  test.each(TYPES)('ratios, %s', (dtype) => {
    const round = dtype === 'float32' ? Math.fround : (x: number) => x
    for (const [name, generate] of CLASSES) {
      for (const n of SIZES) {
        const a = generate(n, EPS[dtype]).map(round)
        const handle = engine.matrix([n, n], a, { dtype })
        const factor = cholesky(handle)
        const l = factor.toArray()
        handle.dispose()
        factor.dispose()
        for (let i = 0; i < n; i++) {
          expect(l[i * n + i]).toBeGreaterThan(0)
          for (let j = i + 1; j < n; j++) expect(l[i * n + j]).toBe(0)
        }
        const residual = times(l, l, n, n, n, true).map((x, t) => x - a[t])
        const ratio = norm1(residual, n, n) / (norm1(a, n, n) * n * EPS[dtype])
        expect(ratio, `${name}, n = ${n}`).toBeLessThan(THRESHOLD)
        worst[dtype] = Math.max(worst[dtype], ratio)
      }
    }
  })

  test('the factor of L L^T is L, exactly, when all are small integers', () => {
    const random = prng(3)
    const n = 45
    const l = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) l[i * n + j] = random.integer(-3, 3)
      l[i * n + i] = 2 ** random.integer(0, 2)
    }
    expect(cholesky(engine.matrix([n, n], times(l, l, n, n, n, true))).toArray()).toEqual(l.map((x) => x + 0))
  })

  test('the first pivot that is not positive is named, and nothing is kept', () => {
    const n = 50
    for (const pivot of [0, 7, 33, 49]) {
      const a = withSpectrum(n, 8, () => 1)
      a[pivot * n + pivot] = -1
      const handle = engine.matrix([n, n], a)
      const { liveBytes } = engine.memory
      let error: unknown
      try {
        cholesky(handle)
      } catch (caught) {
        error = caught
      }
      expect(error).toBeInstanceOf(RangeArgError)
      expect((error as RangeArgError).data.pivot).toBe(pivot)
      expect(engine.memory.liveBytes).toBe(liveBytes)
      handle.dispose()
    }
  })

  test('only the lower triangle is read; shapes and numbers are checked', () => {
    expect(
      engine
        .cholesky(
          engine.matrix([
            [4, Number.NaN],
            [2, 5],
          ]),
        )
        .toNested(),
    ).toEqual([
      [2, 0],
      [1, 2],
    ])
    expect(() => cholesky(engine.matrix([2, 3]))).toThrow(ShapeError)
    expect(() =>
      cholesky(
        engine.matrix([
          [1, 0],
          [Number.NaN, 1],
        ]),
      ),
    ).toThrow(/row 1, column 0/)
    expect(engine.cholesky(engine.matrix([0, 0])).shape).toEqual([0, 0])
  })
})

test('worst ratios', () => {
  console.info('cholesky, worst |A - L L^T| / (|A| n eps):', JSON.stringify(worst))
  expect(worst.float64).toBeGreaterThan(0)
})
