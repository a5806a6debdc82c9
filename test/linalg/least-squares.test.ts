// leastSquares, pinv, norm, cond and rank: by the equations that define them, and against the dense float64 decompositions of
// src/linalg/dense, which share nothing with the kernels.
import { afterAll, describe, expect, test } from 'vitest'
import {
  cond,
  createEngine,
  createEngineSync,
  type DType,
  leastSquares,
  norm,
  OptionError,
  pinv,
  RangeArgError,
  rank,
  ShapeError,
} from '../../src/index.js'
import { jacobiSvd } from '../../src/linalg/dense/svd.js'
import { prng } from '../kernels/helpers/prng.js'
import { EPS, norm1, times } from './symmetric-matrices.js'

const THRESHOLD = 10
const TYPES = ['float64', 'float32'] as const
const SHAPES = [
  [1, 1],
  [5, 5],
  [7, 3],
  [3, 7],
  [40, 12],
  [12, 40],
  [65, 33],
] as const

const engines = [createEngineSync(), createEngineSync({ backend: 'typescript' }), await createEngine()]
afterAll(() => {
  for (const engine of engines) engine.dispose()
})

/** U diag(s) V' of the given singular values, on random orthonormal vectors of the dense decomposition. */
function withSingularValues(m: number, n: number, seed: number, s: (k: number) => number, dtype: DType): Float64Array {
  const random = prng(seed)
  const { u, v } = jacobiSvd(
    Float64Array.from({ length: m * n }, () => random.uniform()),
    m,
    n,
  )
  const r = Math.min(m, n)
  const scaled = u.map((x, t) => x * s(t % r))
  return times(scaled, v, m, r, n, true).map((x) => (dtype === 'float32' ? Math.fround(x) : x))
}

const transposed = (a: ArrayLike<number>, m: number, n: number) =>
  Float64Array.from({ length: m * n }, (_, t) => a[(t % m) * n + Math.floor(t / m)])

const worst = { float64: { normal: 0, pinv: 0 }, float32: { normal: 0, pinv: 0 } }

describe.each(engines.map((engine) => [engine.info.build, engine] as const))('on %s', (_, engine) => {
  test.each(TYPES)('leastSquares: full and deficient rank, tall and wide, %s', (dtype) => {
    for (const [m, n] of SHAPES) {
      const least = Math.min(m, n)
      for (const kept of new Set([least, Math.ceil(least / 2)])) {
        const a = withSingularValues(m, n, m + n, (k) => (k < kept ? 1 / (1 + k / 4) : 0), dtype)
        const random = prng(m)
        const b = Float64Array.from({ length: m * 2 }, () => Math.fround(random.uniform()))
        const result = leastSquares(engine.matrix([m, n], a, { dtype }), engine.matrix([m, 2], b, { dtype }))
        expect(result.rank).toBe(kept)
        const x = result.x.toArray()
        const residual = times(a, x, m, n, 2).map((y, t) => b[t] - y)
        expect(result.residualNorm).toBeCloseTo(
          Math.sqrt(residual.reduce((sum, y) => sum + y * y, 0)),
          dtype === 'float64' ? 12 : 4,
        )
        // A'(B - A X) = 0, and X in the row space: X = V V' X.
        const gradient = times(transposed(a, m, n), residual, n, m, 2)
        const unit = EPS[dtype] * Math.max(m, n)
        const value =
          norm1(gradient, n, 2) / (unit * norm1(a, m, n) * (norm1(b, m, 2) + norm1(a, m, n) * norm1(x, n, 2)))
        expect(value, `${m} x ${n}, rank ${kept}`).toBeLessThan(THRESHOLD)
        worst[dtype].normal = Math.max(worst[dtype].normal, value)
        const { s, v } = jacobiSvd(a, m, n)
        const rows = v.map((y, t) => (s[t % least] > s[0] * unit ? y : 0))
        const projected = times(rows, times(transposed(rows, n, least), x, least, n, 2), n, least, 2)
        expect(
          norm1(
            projected.map((y, t) => y - x[t]),
            n,
            2,
          ),
        ).toBeLessThan(THRESHOLD * 8 * unit * (1 + norm1(x, n, 2)))
        result.x.dispose()
      }
    }
  })

  test.each(TYPES)('pinv: the four equations of Penrose, %s', (dtype) => {
    for (const [m, n] of SHAPES) {
      const least = Math.min(m, n)
      for (const kept of new Set([least, Math.ceil(least / 2)])) {
        const a = withSingularValues(m, n, 3 * m + n, (k) => (k < kept ? 1 / (1 + k / 8) : 0), dtype)
        const p = pinv(engine.matrix([m, n], a, { dtype })).toArray()
        const unit = EPS[dtype] * Math.max(m, n) * 8
        const left = times(a, p, m, n, m)
        const right = times(p, a, n, m, n)
        const check = (difference: Float64Array, rows: number, columns: number, size: number) => {
          const value = norm1(difference, rows, columns) / (unit * size)
          expect(value, `${m} x ${n}, rank ${kept}`).toBeLessThan(THRESHOLD)
          worst[dtype].pinv = Math.max(worst[dtype].pinv, value)
        }
        check(
          times(left, a, m, m, n).map((x, t) => x - a[t]),
          m,
          n,
          norm1(a, m, n) * Math.sqrt(m),
        )
        check(
          times(right, p, n, n, m).map((x, t) => x - p[t]),
          n,
          m,
          norm1(p, n, m) * Math.sqrt(n),
        )
        check(
          left.map((x, t) => x - left[(t % m) * m + Math.floor(t / m)]),
          m,
          m,
          Math.sqrt(m),
        )
        check(
          right.map((x, t) => x - right[(t % n) * n + Math.floor(t / n)]),
          n,
          n,
          Math.sqrt(n),
        )
      }
    }
  })

  test('norms in closed form, also where squares overflow or underflow', () => {
    for (const unit of [1, 2 ** 1000, 2 ** -1000]) {
      const a = engine.matrix(
        [
          [3, 0],
          [0, -4],
        ].map((row) => row.map((x) => x * unit)),
      )
      expect(norm(a)).toBe(5 * unit)
      expect(norm(a, 1)).toBe(4 * unit)
      expect(norm(a, Infinity)).toBe(4 * unit)
      expect(norm(a, 'max')).toBe(4 * unit)
      expect(norm(a, 2)).toBeCloseTo(4 * unit, 300)
      expect(norm(a, 'nuclear') / unit).toBeCloseTo(7, 14)
    }
    const b = engine.matrix(
      [
        [1, -2, 3],
        [-4, 5, -6],
      ],
      { dtype: 'float32' },
    )
    expect([engine.norm(b, 1), engine.norm(b, Infinity), engine.norm(b, 'max')]).toEqual([9, 15, 6])
    expect(engine.norm(b)).toBe(Math.sqrt(91))
    const large = engine.matrix([2, 2], [3e38, 3e38, 3e38, 3e38], { dtype: 'float32' })
    expect(norm(large)).toBe(2 * Math.fround(3e38))
    for (const kind of ['fro', 1, Infinity, 2, 'max', 'nuclear'] as const)
      expect(norm(engine.matrix([0, 3]), kind)).toBe(0)
    expect(() => norm(b, 'frobenius' as never)).toThrow(OptionError)
    expect(() => norm(engine.matrix([[Number.NaN]]))).toThrow(RangeArgError)
  })

  test('cond and rank of planted singular values', () => {
    const a = engine.matrix(
      [9, 6],
      withSingularValues(9, 6, 1, (k) => 10 ** -k, 'float64'),
    )
    expect(cond(a) / 1e5).toBeCloseTo(1, 8)
    expect(rank(a)).toBe(6)
    expect(rank(a, { tolerance: 1e-3 * 0.99 })).toBe(4)
    expect(engine.rank(engine.matrix([3, 2]))).toBe(0)
    expect(
      engine.cond(
        engine.matrix([
          [1, 0],
          [0, 0],
        ]),
      ),
    ).toBe(Infinity)
    expect(engine.cond(engine.matrix([0, 0]))).toBe(0)
    expect(() => rank(a, { tolerance: 1 })).toThrow(RangeArgError)
    expect(() => pinv(a, { tolerance: -1 })).toThrow(RangeArgError)
  })

  test('a nearly singular matrix is left to the singular values', () => {
    const a = engine.matrix([
      [1, 1],
      [1, 1 + 2 ** -52],
      [0, 0],
    ])
    const { x, rank: found } = leastSquares(a, engine.matrix([[2], [2], [1]]))
    expect(found).toBe(1)
    expect(x.toNested().map(([value]) => value)).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)])
  })

  test('operands are checked, and nothing is kept', () => {
    const [a, b, wide] = [engine.matrix([[1], [1]]), engine.matrix([[1], [3]]), engine.matrix([[Number.NaN], [1]])]
    leastSquares(a, b).x.dispose()
    const { liveBytes } = engine.memory
    expect(() => leastSquares(a, wide)).toThrow(RangeArgError)
    expect(() => leastSquares(wide, b)).toThrow(/^a must be finite/)
    expect(() => leastSquares(a, b, { tolerance: 2 })).toThrow(RangeArgError)
    expect(engine.memory.liveBytes).toBe(liveBytes)
    expect(() => leastSquares(a, engine.matrix([3, 1]))).toThrow(ShapeError)
    expect(leastSquares(engine.matrix([0, 2]), engine.matrix([0, 1])).rank).toBe(0)
  })
})

test('worst ratios', () => {
  console.info('least squares, worst ratios:', JSON.stringify(worst))
  expect(worst.float64.normal).toBeGreaterThan(0)
})
