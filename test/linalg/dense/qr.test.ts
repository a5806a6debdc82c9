import { describe, expect, test } from 'vitest'
import { RangeArgError, ShapeError } from '../../../src/errors.js'
import { haarOrthonormal } from '../../../src/linalg/dense/haar.js'
import { householderQr } from '../../../src/linalg/dense/qr.js'
import { foldIn, key } from '../../../src/random/key.js'
import { CLASSES, EPS, SIZES } from './lapack-matrices.js'
import { orthogonalityRatio, productRatio, triangleFaults } from './ratios.js'

// LAPACK's QR tester passes below 30.
const RATIO = 10

describe.each(CLASSES)('class %s', (_name, generate) => {
  test('residual, orthogonality, shape of R', () => {
    for (const [m, n] of SIZES) {
      const a = generate(m, n, m * 100 + n)
      const kept = a.slice()
      const { q, r } = householderQr(a, m, n)
      const rank = Math.min(m, n)
      const at = `${m} x ${n}`
      expect(a).toEqual(kept)
      expect([q.length, r.length], at).toEqual([m * rank, rank * n])
      expect(productRatio(a, q, r, m, n, rank), at).toBeLessThan(RATIO)
      expect(orthogonalityRatio(q, m, rank), at).toBeLessThan(RATIO)
      expect(triangleFaults(r, rank, n), at).toEqual([])
    }
  })
})

test('every column has its own residual, from 1e300 to 1e-300', () => {
  const [m, n] = [9, 5]
  const scales = [1e300, 1e-300, 1, 1e150, 1e-150]
  const base = CLASSES.find(([name]) => name === '13 random')![1](m, n, 1)
  const { q, r } = householderQr(
    base.map((x, t) => x * scales[t % n]),
    m,
    n,
  )
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += q[i * n + k] * (r[k * n + j] / scales[j])
      expect(Math.abs(sum - base[i * n + j])).toBeLessThan(10 * EPS)
    }
  }
})

test('a known factorization', () => {
  expect(Array.from(householderQr(new Float64Array([3, 0, 4, 5]), 2, 2).r, (x) => Math.round(x * 1e12) / 1e12)).toEqual(
    [5, 4, 0, 3],
  )
})

describe('haarOrthonormal', () => {
  test('orthonormal columns at all sizes', () => {
    for (const [m, n] of SIZES) {
      if (m < n) expect(() => haarOrthonormal(key(1), m, n)).toThrow(ShapeError)
      else expect(orthogonalityRatio(haarOrthonormal(key(1), m, n), m, n)).toBeLessThan(RATIO)
    }
    expect(() => haarOrthonormal(key(1), -1, 0)).toThrow(RangeArgError)
  })

  test('moments of Haar measure; the trace would not vanish without the sign convention', () => {
    const n = 3
    const draws = 20_000
    let trace = 0
    let fourth = 0
    let determinant = 0
    for (let i = 0; i < draws; i++) {
      const q = haarOrthonormal(foldIn(key(2), i), n, n)
      trace += (q[0] + q[4] + q[8]) / draws
      fourth += q[0] ** 4 / draws
      const [a, b, c, d, e, f, g, h, k] = q
      determinant += (a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g)) / draws
    }
    // E tr Q = 0 with variance 1; E q^4 = 3 / (n (n + 2)) with variance below 0.1; the determinant is a fair sign.
    expect(Math.abs(trace)).toBeLessThan(4 / Math.sqrt(draws))
    expect(Math.abs(fourth - 3 / (n * (n + 2)))).toBeLessThan(4 * Math.sqrt(0.1 / draws))
    expect(Math.abs(determinant)).toBeLessThan(4 / Math.sqrt(draws))
  })
})
