import { describe, expect, test } from 'vitest'
import { DTypeError, RangeArgError } from '../../src/errors.js'
import { chi } from '../../src/random/chi.js'
import { foldIn, key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'
import { permutation } from '../../src/random/permutation.js'
import { uniform } from '../../src/random/uniform.js'

const N = 100_000
// Kolmogorov: P(sqrt(n) D > 1.95) = 0.001. The draws are fixed, so this cannot flicker.
const KS_LIMIT = 1.95 / Math.sqrt(N)
/** Standard errors allowed to a sample moment. */
const SIGMAS = 4

/** Largest distance between the empirical and the exact distribution function. */
function ksDistance(values: Float64Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort()
  let worst = 0
  sorted.forEach((x, i) => {
    const f = cdf(x)
    worst = Math.max(worst, Math.abs(f - i / sorted.length), Math.abs(f - (i + 1) / sorted.length))
  })
  return worst
}

/** Phi by its Taylor series near 0 and its continued fraction far out: no table, no code of the library. */
function normalCdf(x: number): number {
  const z = Math.abs(x)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  let upper: number
  if (z < 3) {
    let term = z
    let sum = z
    for (let k = 1; k < 100; k++) sum += term *= (z * z) / (2 * k + 1)
    upper = 0.5 - density * sum
  } else {
    let fraction = z
    for (let k = 60; k > 0; k--) fraction = z + k / fraction
    upper = density / fraction
  }
  return x < 0 ? upper : 1 - upper
}

function mean(values: Float64Array, f: (x: number) => number = (x) => x): number {
  return values.reduce((sum, x) => sum + f(x), 0) / values.length
}

describe('uniform', () => {
  const values = uniform(key(11), N)

  test('distribution, range and grid', () => {
    expect(ksDistance(values, (x) => x)).toBeLessThan(KS_LIMIT)
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(SIGMAS * Math.sqrt(1 / 12 / N))
    expect(values.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 52))).toBe(true)
  })

  test('neighbours and keys are uncorrelated', () => {
    const other = uniform(key(12), N)
    const lag = mean(values, (x) => x - 0.5)
    let withNext = 0
    let withOther = 0
    for (let i = 0; i < N - 1; i++) {
      withNext += ((values[i] - 0.5 - lag) * (values[i + 1] - 0.5)) / N
      withOther += ((values[i] - 0.5) * (other[i] - 0.5)) / N
    }
    expect(Math.abs(withNext)).toBeLessThan(SIGMAS / 12 / Math.sqrt(N))
    expect(Math.abs(withOther)).toBeLessThan(SIGMAS / 12 / Math.sqrt(N))
  })
})

describe('normal', () => {
  const values = normal(key(13), N)

  test('distribution and moments', () => {
    expect(ksDistance(values, normalCdf)).toBeLessThan(KS_LIMIT)
    // Variances of the sample moments: 1, 2, 15, 96.
    expect(Math.abs(mean(values))).toBeLessThan(SIGMAS * Math.sqrt(1 / N))
    expect(Math.abs(mean(values, (x) => x ** 2) - 1)).toBeLessThan(SIGMAS * Math.sqrt(2 / N))
    expect(Math.abs(mean(values, (x) => x ** 3))).toBeLessThan(SIGMAS * Math.sqrt(15 / N))
    expect(Math.abs(mean(values, (x) => x ** 4) - 3)).toBeLessThan(SIGMAS * Math.sqrt(96 / N))
  })
})

test('a longer draw begins with the shorter one', () => {
  for (const draw of [uniform, normal]) expect(draw(key(3), 1000).slice(0, 10)).toEqual(draw(key(3), 10))
  expect(chi(key(3), [1, 2, 3, 4]).slice(0, 2)).toEqual(chi(key(3), [1, 2]))
  expect(chi(key(3), [0.5, 2, 300])[1]).toBe(chi(key(3), [7, 2, 1])[1])
  expect([uniform(key(1), 0).length, normal(key(1), 0).length, chi(key(1), []).length]).toEqual([0, 0, 0])
})

describe('chi', () => {
  test.each([0.3, 1, 1.5, 2, 2.5, 7, 64, 1e4])('squares of chi(%d) have the moments of chi-squared', (dof) => {
    const squares = chi(key(17), new Float64Array(N).fill(dof)).map((x) => x * x)
    const central = (p: number) => mean(squares, (x) => (x - dof) ** p)
    const fourth = 12 * dof * (dof + 4)
    expect(Math.abs(central(1))).toBeLessThan(SIGMAS * Math.sqrt((2 * dof) / N))
    expect(Math.abs(central(2) - 2 * dof)).toBeLessThan(SIGMAS * Math.sqrt((fourth - 4 * dof * dof) / N))
  })

  test('chi(1) is |normal| and chi(2) is Rayleigh', () => {
    expect(ksDistance(chi(key(19), new Float64Array(N).fill(1)), (x) => 2 * normalCdf(x) - 1)).toBeLessThan(KS_LIMIT)
    const rayleigh = chi(key(23), new Float64Array(N).fill(2))
    expect(ksDistance(rayleigh, (x) => 1 - Math.exp((-x * x) / 2))).toBeLessThan(KS_LIMIT)
  })

  // chi(k) - sqrt(k - 1/2) tends to N(0, 1/2): at 1e12 the difference is far below what N draws can see.
  test.each([1e8, 1e12])('chi(%d) is normal about sqrt(dof - 1/2)', (dof) => {
    const values = chi(key(29), new Float64Array(N).fill(dof)).map((x) => (x - Math.sqrt(dof - 0.5)) * Math.SQRT2)
    expect(ksDistance(values, normalCdf)).toBeLessThan(KS_LIMIT)
    expect(Math.abs(mean(values))).toBeLessThan(SIGMAS * Math.sqrt(1 / N))
    expect(Math.abs(mean(values, (x) => x * x) - 1)).toBeLessThan(SIGMAS * Math.sqrt(2 / N))
  })

  test('tiny degrees of freedom stay finite and may underflow', () => {
    for (const x of chi(key(31), [5e-324, 1e-3, 0.01, 0.1])) expect(x >= 0 && x < 10).toBe(true)
  })

  test('bad degrees of freedom are refused with their index', () => {
    for (const bad of [0, -1, NaN, Infinity, 1.1e12]) expect(() => chi(key(0), [1, bad])).toThrow(RangeArgError)
    expect(() => chi(key(0), [1, 0])).toThrow(/degreesOfFreedom\[1\]/)
    expect(() => chi(key(0), 5 as unknown as number[])).toThrow(DTypeError)
    expect(() => chi(key(0), ['1'] as unknown as number[])).toThrow(DTypeError)
  })
})

describe('permutation', () => {
  test('is a permutation', () => {
    for (const n of [0, 1, 2, 3, 100, 10_000]) {
      expect(permutation(key(n), n).slice().sort()).toEqual(Uint32Array.from({ length: n }, (_, i) => i))
    }
  })

  test('the 24 orders of four are equally frequent', () => {
    const draws = 24_000
    const counts = new Map<string, number>()
    for (let i = 0; i < draws; i++) {
      const order = permutation(foldIn(key(37), i), 4).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    let chiSquared = 0
    for (const count of counts.values()) chiSquared += (count - draws / 24) ** 2 / (draws / 24)
    expect(counts.size).toBe(24)
    // 23 degrees of freedom: 49.7 is exceeded with probability 0.001.
    expect(chiSquared).toBeLessThan(49.7)
  })

  test('first place of a long permutation is uniform', () => {
    const n = 1000
    const first = Float64Array.from({ length: 20_000 }, (_, i) => permutation(foldIn(key(41), i), n)[0] / n)
    expect(ksDistance(first, (x) => x)).toBeLessThan(1.95 / Math.sqrt(20_000) + 1 / n)
  })
})
