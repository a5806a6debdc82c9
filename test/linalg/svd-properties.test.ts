// What holds for the singular values of every matrix, whatever the algorithm.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEngineSync, type DType, type Matrix, qr } from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'

const engine = createEngineSync()
const RUNS = { numRuns: 500, seed: 20 }
const problem = fc.record({
  dtype: fc.constantFrom<DType>('float32', 'float64'),
  m: fc.integer({ min: 1, max: 24 }),
  n: fc.integer({ min: 1, max: 24 }),
  seed: fc.nat(),
  // Every kind of rank and grading that a product of random factors has.
  rank: fc.integer({ min: 0, max: 24 }),
  decay: fc.double({ min: 0.1, max: 1, noNaN: true }),
})

/** What rounding may cost a singular value, beside the largest one. */
const slack = (dtype: DType, m: number, n: number) => 10 * Math.max(m, n) * (dtype === 'float64' ? 2 ** -52 : 2 ** -23)

function entries({ m, n, seed, rank, decay }: { m: number; n: number; seed: number; rank: number; decay: number }) {
  const random = prng(seed)
  const a = new Float64Array(m * n)
  for (let k = 0; k < rank; k++) {
    const [left, right] = [m, n].map((length) => Array.from({ length }, () => random.uniform() * decay ** k))
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) a[i * n + j] += left[i] * right[j]
  }
  return a
}

/** Run `check` on a matrix and dispose it. */
function withMatrix<T>(m: number, n: number, values: Float64Array, dtype: DType, check: (a: Matrix) => T): T {
  using a = engine.matrix([m, n], values, { dtype })
  return check(a)
}

/** The values of the decomposition with vectors, and without. */
function bothValues(m: number, n: number, values: Float64Array, dtype: DType): Float64Array[] {
  return withMatrix(m, n, values, dtype, (a) => {
    const { u, s, v } = engine.svd(a)
    u.dispose()
    v.dispose()
    return [s, engine.singularValues(a)]
  })
}

function expectClose(actual: Float64Array, expected: Float64Array, bound: number): void {
  actual.forEach((value, k) => {
    expect(Math.abs(value - expected[k])).toBeLessThanOrEqual(bound)
  })
}

describe('singular values', () => {
  test('of A and of its transpose are the same, to the last bit unless A is square', () => {
    fc.assert(
      fc.property(problem, ({ dtype, m, n, ...rest }) => {
        const a = entries({ m, n, ...rest })
        const t = Float64Array.from({ length: m * n }, (_, k) => a[(k % m) * n + Math.floor(k / m)])
        const [direct, transposed] = [bothValues(m, n, a, dtype), bothValues(n, m, t, dtype)]
        if (m !== n) expect(transposed).toEqual(direct)
        else direct.forEach((s, i) => void expectClose(transposed[i], s, slack(dtype, m, n) * s[0]))
      }),
      RUNS,
    )
  })

  test('follow a power of two to the last bit', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: -60, max: 60 }), ({ dtype, m, n, ...rest }, k) => {
        // Entries of 24 bits and of at least 2^-40: no power of two rounds them, in either element type.
        const a = entries({ m, n, ...rest }).map((x) => Math.fround(Math.round(x * 2 ** 20) / 2 ** 20))
        const values = bothValues(m, n, a, dtype)
        const scaled = bothValues(
          m,
          n,
          a.map((x) => x * 2 ** k),
          dtype,
        )
        expect(scaled).toEqual(values.map((s) => s.map((x) => x * 2 ** k)))
      }),
      RUNS,
    )
  })

  test('the largest is at most the Frobenius norm, which is at most sqrt(r) times it', () => {
    fc.assert(
      fc.property(problem, ({ dtype, m, n, ...rest }) => {
        const a = entries({ m, n, ...rest })
        const frobenius = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0))
        for (const s of bothValues(m, n, a, dtype)) {
          const room = 1 + slack(dtype, m, n)
          expect(s[0]).toBeLessThanOrEqual(frobenius * room)
          expect(frobenius).toBeLessThanOrEqual(Math.sqrt(s.length) * s[0] * room)
          const energy = Math.sqrt(s.reduce((sum, x) => sum + x * x, 0))
          expect(Math.abs(energy - frobenius)).toBeLessThanOrEqual(slack(dtype, m, n) * frobenius)
        }
      }),
      RUNS,
    )
  })

  test('move by at most the norm of a perturbation (Weyl)', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: -30, max: 2 }), ({ dtype, m, n, ...rest }, size) => {
        const a = entries({ m, n, ...rest })
        const random = prng(rest.seed + 1)
        const e = a.map(() => random.uniform() * 2 ** size)
        const norm = Math.sqrt(e.reduce((sum, x) => sum + x * x, 0))
        const before = bothValues(m, n, a, dtype)
        const after = bothValues(
          m,
          n,
          a.map((x, t) => x + e[t]),
          dtype,
        )
        before.forEach((s, i) => void expectClose(after[i], s, norm + slack(dtype, m, n) * (s[0] + norm)))
      }),
      RUNS,
    )
  })

  test('do not change under an orthogonal factor', () => {
    fc.assert(
      fc.property(problem, ({ dtype, m, n, ...rest }) => {
        const random = prng(rest.seed + 2)
        const values = withMatrix(m, n, entries({ m, n, ...rest }), dtype, (a) => {
          const square = Float64Array.from({ length: m * m }, () => random.uniform())
          return withMatrix(m, m, square, dtype, (g) => {
            const { q, r } = qr(g)
            const product = engine.matmul(q, a)
            const both = [engine.singularValues(a), engine.singularValues(product)]
            for (const matrix of [q, r, product]) matrix.dispose()
            return both
          })
        })
        expectClose(values[1], values[0], slack(dtype, m, n) * values[0][0])
      }),
      RUNS,
    )
  })
})
