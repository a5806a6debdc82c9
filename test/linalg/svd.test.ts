// svd on handles. The algorithm is tested on LAPACK's matrices in svd-classes.test.ts; here it is the surface: shapes, element types,
// ownership, and known answers.
import { describe, expect, test } from 'vitest'
import {
  ConvergenceError,
  createEngineSync,
  type Engine,
  type Matrix,
  RangeArgError,
  singularValues,
  svd,
} from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'

const engines: [string, Engine][] = [
  ['wasm', createEngineSync({ onLeak: () => {} })],
  ['typescript', createEngineSync({ backend: 'typescript', onLeak: () => {} })],
]

/** The singular values of [[a, b], [c, d]] in closed form. */
function twoByTwo(a: number, b: number, c: number, d: number): [number, number] {
  const plus = Math.hypot(a + d, b - c)
  const minus = Math.hypot(a - d, b + c)
  return [(plus + minus) / 2, Math.abs(plus - minus) / 2]
}

/** The largest deviation of `u diag(s) v'` from `a`, and of `u'u` and `v'v` from I. */
function deviations(a: readonly number[][], u: Matrix, s: Float64Array, v: Matrix) {
  const [left, right] = [u.toNested(), v.toNested()]
  let product = 0
  for (let i = 0; i < u.rows; i++) {
    for (let j = 0; j < v.rows; j++) {
      let sum = 0
      for (let k = 0; k < s.length; k++) sum += left[i][k] * s[k] * right[j][k]
      product = Math.max(product, Math.abs(sum - a[i][j]))
    }
  }
  const gram = (columns: number[][]) => {
    let worst = 0
    for (let k = 0; k < s.length; k++) {
      for (let l = 0; l < s.length; l++) {
        const dot = columns.reduce((sum, row) => sum + row[k] * row[l], 0)
        worst = Math.max(worst, Math.abs(dot - (k === l ? 1 : 0)))
      }
    }
    return worst
  }
  return { product, left: gram(left), right: gram(right) }
}

describe.each(engines)('svd on %s', (_, engine) => {
  test('2 x 2 matrices have the closed form', () => {
    const random = prng(1)
    for (let i = 0; i < 50; i++) {
      const entries = [0, 1, 2, 3].map(() => random.uniform()) as [number, number, number, number]
      const a = engine.matrix([2, 2], entries)
      const expected = twoByTwo(...entries)
      const { u, s, v } = engine.svd(a)
      for (const k of [0, 1]) expect(Math.abs(s[k] - expected[k])).toBeLessThan(1e-14)
      expect([...engine.singularValues(a)]).toEqual([expect.closeTo(expected[0], 14), expect.closeTo(expected[1], 14)])
      for (const matrix of [a, u, v]) matrix.dispose()
    }
  })

  test.each([
    [7, 4],
    [4, 7],
    [1, 5],
    [5, 1],
    [20, 20],
  ])('%d x %d: thin, descending, orthonormal, and the product gives the matrix back', (rows, cols) => {
    const random = prng(rows * 31 + cols)
    const nested = Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.uniform()))
    const a = engine.matrix(nested)
    const { u, s, v } = svd(a)
    const rank = Math.min(rows, cols)
    expect([u.shape, s.length, v.shape]).toEqual([[rows, rank], rank, [cols, rank]])
    expect([...s]).toEqual([...s].sort((x, y) => y - x))
    expect(s[rank - 1]).toBeGreaterThanOrEqual(0)
    const { product, left, right } = deviations(nested, u, s, v)
    expect(Math.max(product, left, right)).toBeLessThan(1e-13)
    // sum s^2 = |A|_F^2, whatever the algorithm.
    const energy = nested.flat().reduce((sum, value) => sum + value * value, 0)
    expect(s.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(energy, 11)
    expect(a.toNested()).toEqual(nested)
    for (const matrix of [a, u, v]) matrix.dispose()
  })

  test('rank-deficient and zero matrices have zero singular values and orthonormal vectors all the same', () => {
    for (const nested of [new Array(3).fill([1, 1, 1, 1]), new Array(3).fill([0, 0, 0, 0])]) {
      const { u, s, v } = engine.svd(engine.matrix(nested))
      expect(s[0]).toBeCloseTo(nested[0][0] * Math.sqrt(12), 13)
      expect(s[1]).toBeLessThan(1e-14)
      const { product, left, right } = deviations(nested, u, s, v)
      expect(Math.max(product, left, right)).toBeLessThan(1e-13)
    }
  })

  test('float32: vectors of the element type; values alone are computed in float64', () => {
    const nested = [
      [1, 2],
      [3, 4],
      [5, 6],
    ]
    const { u, s, v } = engine.svd(engine.matrix(nested, { dtype: 'float32' }))
    expect([u.dtype, v.dtype, s.constructor]).toEqual(['float32', 'float32', Float64Array])
    const values = engine.singularValues(engine.matrix(nested))
    expect([...engine.singularValues(engine.matrix(nested, { dtype: 'float32' }))]).toEqual([...values])
    expect(Math.abs(s[0] - values[0])).toBeLessThan(values[0] * 2 ** -23)
    expect(Math.abs(s[1] - values[1])).toBeLessThan(values[0] * 2 ** -23)
    expect(deviations(nested, u, s, v).product).toBeLessThan(1e-5)
  })

  test('empty matrices are valid', () => {
    for (const [rows, cols] of [
      [0, 3],
      [3, 0],
      [0, 0],
    ] as const) {
      const { u, s, v } = engine.svd(engine.matrix([rows, cols]))
      expect([u.shape, s.length, v.shape]).toEqual([[rows, 0], 0, [cols, 0]])
      expect(engine.singularValues(engine.matrix([rows, cols])).length).toBe(0)
    }
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is refused, and nothing is kept', (value) => {
    const a = engine.matrix([2, 2], [1, 2, value, 4])
    const { liveBytes } = engine.memory
    expect(() => svd(a)).toThrow(RangeArgError)
    expect(() => singularValues(a)).toThrow(/a\[2\]/)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test.each(['qr', 'jacobi'] as const)('%s: rank keeps the leading part', (method) => {
    const random = prng(8)
    const uniform = (rows: number, cols: number) =>
      Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.uniform()))
    for (const given of [uniform(30, 12), uniform(12, 30), uniform(34, 30), uniform(70, 30), uniform(20, 20)]) {
      const a = engine.matrix(given)
      const [all, part] = [svd(a, { method }), svd(a, { method, rank: 10 })]
      expect([part.u.shape, part.s.length, part.v.shape]).toEqual([[a.rows, 10], 10, [a.cols, 10]])
      expect([...part.s]).toEqual([...all.s.subarray(0, 10)])
      for (const [whole, leading] of [
        [all.u, part.u],
        [all.v, part.v],
      ]) {
        expect(leading.toNested()).toEqual(whole.toNested().map((row) => row.slice(0, 10)))
      }
      for (const matrix of [a, all.u, all.v, part.u, part.v]) matrix.dispose()
    }
  })

  test.each(['float32', 'float64'] as const)(
    '%s: A v = s u and A u = s v, however small s and however few are asked',
    (dtype) => {
      const random = prng(10)
      const kinds: ((i: number, j: number) => number)[] = [
        () => random.uniform(),
        (i, j) => random.uniform() * 10 ** (-(i + j) / 2),
        (i, j) => random.uniform() * 10 ** ((i + j) / 2 - 25),
        (i, j) => (i === j ? [1, 1, 0, 1e-9, 1e-20][i % 5] : 0),
        (i, j) => (j < i ? 0 : j === i ? 1 : -1),
        () => 0,
      ]
      for (const [rows, cols, rank] of [
        [20, 20, 20],
        [20, 17, 6],
        [50, 15, 15],
        [14, 40, 14],
      ]) {
        for (const kind of kinds) {
          const a = engine.matrix(
            Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => kind(i, j))),
            { dtype },
          )
          const { u, s, v } = svd(a, { rank })
          const [given, left, right] = [a.toNested(), u.toNested(), v.toNested()]
          const bound = 4 * Math.max(rows, cols) * (dtype === 'float64' ? 2 ** -53 : 2 ** -24)
          for (let k = 0; k < rank; k++) {
            for (let i = 0; i < rows; i++) {
              const product = right.reduce((sum, row, j) => sum + given[i][j] * row[k], 0)
              expect(Math.abs(product - s[k] * left[i][k])).toBeLessThanOrEqual(bound * s[0])
            }
            for (let j = 0; j < cols; j++) {
              const product = left.reduce((sum, row, i) => sum + given[i][j] * row[k], 0)
              expect(Math.abs(product - s[k] * right[j][k])).toBeLessThanOrEqual(bound * s[0])
            }
          }
          const { left: leftGram, right: rightGram } = deviations(given, u, s, v)
          expect(Math.max(leftGram, rightGram)).toBeLessThanOrEqual(bound)
          for (const matrix of [a, u, v]) matrix.dispose()
        }
      }
    },
  )

  test('the methods agree, and values alone are those of the decomposition to the last bit', () => {
    const random = prng(9)
    const a = engine.matrix(
      [25, 20],
      Array.from({ length: 500 }, () => random.uniform()),
    )
    const [full, jacobi] = [svd(a), svd(a, { method: 'jacobi' })]
    expect([...engine.singularValues(a)]).toEqual([...full.s])
    full.s.forEach((value, k) => {
      expect(Math.abs(value - jacobi.s[k])).toBeLessThan(1e-14 * full.s[0])
    })
    for (const matrix of [a, full.u, full.v, jacobi.u, jacobi.v]) matrix.dispose()
  })

  test('options out of range are refused', () => {
    const a = engine.matrix([3, 4])
    for (const rank of [0, 4, 1.5]) expect(() => svd(a, { rank })).toThrow(RangeArgError)
    expect(() => svd(a, { maxIterations: 0 })).toThrow(RangeArgError)
    expect(() => svd(a, { method: 'gauss' as never })).toThrow(expect.objectContaining({ code: 'OPTION' }))
    expect(() => svd(a, { sweeps: 3 } as never)).toThrow(expect.objectContaining({ code: 'OPTION' }))
    a.dispose()
  })

  test.each(['qr', 'jacobi'] as const)('%s: a cap on the sweeps is an error with a residual', (method) => {
    const random = prng(10)
    const a = engine.matrix(
      [20, 20],
      Array.from({ length: 400 }, () => random.uniform()),
    )
    const { liveBytes } = engine.memory
    const call = () => svd(a, { method, maxIterations: 1 })
    expect(call).toThrow(ConvergenceError)
    expect(call).toThrow(/1 sweeps/)
    if (method === 'qr') {
      expect(call).toThrow(
        expect.objectContaining({ data: expect.objectContaining({ sweeps: 1, residual: expect.any(Number) }) }),
      )
    }
    expect(engine.memory.liveBytes).toBe(liveBytes)
    a.dispose()
  })

  test('a largest singular value beyond the range of float64 is an error', () => {
    const a = engine.matrix([3, 3], new Array(9).fill(1e308))
    expect(() => svd(a)).toThrow(RangeArgError)
    expect(() => singularValues(a)).toThrow(/exceeds/)
    const top = engine.matrix([1, 1], [Number.MAX_VALUE])
    expect([...singularValues(top)]).toEqual([Number.MAX_VALUE])
    a.dispose()
    top.dispose()
  })

  test.each([65536, 131072, 262144, 524288])('no room in %d bytes: nothing is kept', (budgetBytes) => {
    const small = createEngineSync({ backend: engine.info.backend, budgetBytes })
    for (const [rows, cols] of [
      [1, 5000],
      [60, 60],
      [80, 40],
    ]) {
      if (rows * cols * 8 > budgetBytes) continue
      const a = small.matrix([rows, cols])
      const { liveBytes } = small.memory
      try {
        const { u, v } = small.svd(a)
        u.dispose()
        v.dispose()
      } catch (error) {
        expect(error).toMatchObject({ code: 'MEMORY' })
      }
      expect(small.memory.liveBytes).toBe(liveBytes)
      a.dispose()
    }
  })
})
