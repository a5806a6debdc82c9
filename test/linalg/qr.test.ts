// qr on handles: LAPACK's ratios on its matrix classes in both element types, the sign of the diagonal, ownership and errors.
import { afterAll, describe, expect, test } from 'vitest'
import { createEngineSync, DTypeError, qr, RangeArgError } from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'
import { classesOf, FLOAT32, FLOAT64, networkClassesOf } from './dense/lapack-matrices.js'
import { orthogonalityRatio, productRatio, triangleFaults } from './dense/ratios.js'

// LAPACK passes below 30.
const RATIO = 10
const SIZES: [number, number][] = [
  ...([
    [0, 0],
    [0, 3],
    [3, 0],
    [1, 1],
    [1, 4],
    [4, 1],
    [3, 3],
  ] as [number, number][]),
  ...([
    [10, 16],
    [16, 10],
    [31, 33],
    [40, 40],
    [70, 33],
    [33, 70],
  ] as [number, number][]),
]
const engine = createEngineSync()

/** The largest norm of a column, which is the largest diagonal element that R may have. */
function longestColumn(a: Float64Array, m: number, n: number): number {
  const norm = (j: number) => Math.hypot(...Array.from({ length: m }, (_, i) => a[i * n + j]))
  return Array.from({ length: n }, (_, j) => norm(j)).reduce((most, x) => Math.max(most, x), 0)
}

const typescript = createEngineSync({ backend: 'typescript' })

describe.each([
  ['float64', FLOAT64, 1],
  ['float32', FLOAT32, 2 ** -29],
] as const)('%s', (dtype, precision, grain) => {
  const worst = { product: 0, orthogonality: 0 }

  test.each([...classesOf(precision), ...networkClassesOf(precision)])('class %s', (_name, generate) => {
    for (const [m, n] of SIZES) {
      using a = engine.matrix([m, n], generate(m, n, m * 300 + n), { dtype })
      const given = new Float64Array(a.view())
      if (longestColumn(given, m, n) > 2 ** precision.top * (2 - precision.eps)) {
        expect(() => qr(a)).toThrow(/longer than/)
        continue
      }
      const { q, r } = engine.qr(a)
      const k = Math.min(m, n)
      expect([q.shape, r.shape, q.dtype, r.dtype]).toEqual([[m, k], [k, n], dtype, dtype])
      const [left, right] = [new Float64Array(q.view()), new Float64Array(r.view())]
      q.dispose()
      r.dispose()
      const ratios = {
        product: productRatio(given, left, right, m, n, k, precision.least) * grain,
        orthogonality: orthogonalityRatio(left, m, k) * grain,
      }
      for (const [kind, ratio] of Object.entries(ratios)) expect(ratio, `${kind} at ${m} x ${n}`).toBeLessThan(RATIO)
      expect(triangleFaults(right, k, n), `R at ${m} x ${n}`).toEqual([])
      worst.product = Math.max(worst.product, ratios.product)
      worst.orthogonality = Math.max(worst.orthogonality, ratios.orthogonality)
    }
  })

  // A rise by a factor of four is a defect even where the threshold still holds.
  const MEASURED = { product: 2.5, orthogonality: 2.5 }
  afterAll(() => {
    for (const [name, value] of Object.entries(MEASURED)) {
      expect(worst[name as keyof typeof worst], `worst ${name}`).toBeLessThanOrEqual(4 * value)
    }
  })

  test('both executors have the same bits', () => {
    const random = prng(3)
    for (const [m, n] of [...SIZES, [80, 75]]) {
      const values = Float64Array.from({ length: m * n }, () => random.uniform())
      const bits = [engine, typescript].map((on) => {
        using a = on.matrix([m, n], values, { dtype })
        const { q, r } = on.qr(a)
        const both = [q.toArray(), r.toArray()]
        q.dispose()
        r.dispose()
        return both
      })
      expect(bits[0]).toEqual(bits[1])
    }
  })
})

test('a triangular matrix with a positive diagonal is its own R', () => {
  const r0 = [
    [2, -1, 3],
    [0, 1, 5],
    [0, 0, 4],
  ]
  const { q, r } = qr(engine.matrix(r0))
  expect(r.toNested()).toEqual(r0)
  expect(q.toNested().map((row) => row.map((x) => x + 0))).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ])
})

test('bad arguments, and what they leave behind', () => {
  const { liveBytes } = engine.memory
  expect(() => qr([[1]] as never)).toThrow(DTypeError)
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    using a = engine.matrix([2, 2], [1, bad, 3, 4])
    expect(() => qr(a)).toThrow(RangeArgError)
    expect(() => qr(a)).toThrow(/a\[1\]/)
  }
  expect(engine.memory.liveBytes).toBe(liveBytes)
})

test('no room for the result or for scratch: nothing is kept', () => {
  for (const budgetBytes of [65536, 131072, 196608, 262144]) {
    const small = createEngineSync({ budgetBytes })
    const a = small.matrix([87, 87])
    const { liveBytes } = small.memory
    expect(() => small.qr(a)).toThrow(expect.objectContaining({ code: 'MEMORY' }))
    expect(small.memory.liveBytes).toBe(liveBytes)
  }
})
