// expm and sqrtm: against 60 digits (golden/make_linalg.py), and by the identities that define them.
//
//   |exp(A) - exact| / (|exact| eps (1 + condition) n)      condition of the exponential at A, from the golden file
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { createEngine, createEngineSync, expm, RangeArgError, ShapeError, sqrtm } from '../../src/index.js'
import { DEGREES, extraHalvings, padeCoefficients } from '../../src/linalg/expm-pade.js'
import { prng } from '../kernels/helpers/prng.js'
import { EPS, norm1, times, withSpectrum } from './symmetric-matrices.js'

const golden = JSON.parse(readFileSync(new URL('../golden/linalg.json', import.meta.url), 'utf8')) as {
  expm: Record<string, { a: number[][]; exp: number[][]; condition: number }>
}

/** Units of rounding times condition times order. */
const THRESHOLD = 2

const engines = [createEngineSync(), createEngineSync({ backend: 'typescript' }), await createEngine()]
afterAll(() => {
  for (const engine of engines) engine.dispose()
})
const worst: Record<string, number> = {}

describe.each(engines.map((engine) => [engine.info.build, engine] as const))('expm on %s', (_, engine) => {
  test.each(Object.keys(golden.expm))('%s against 60 digits', (name) => {
    const { a, exp, condition } = golden.expm[name]
    const n = a.length
    const handle = engine.matrix(a)
    const { liveBytes, liveBlocks } = engine.memory
    const result = expm(handle)
    const error = result.toArray().map((x, t) => x - exp[Math.floor(t / n)][t % n]) as Float64Array
    const ratio = norm1(error, n, n) / (norm1(exp.flat(), n, n) * EPS.float64 * (1 + condition) * n)
    expect(ratio).toBeLessThan(THRESHOLD)
    worst[name] = Math.max(worst[name] ?? 0, ratio)
    result.dispose()
    // Scratch that products share may have grown once; nothing else stays.
    expect(engine.memory.liveBlocks).toBeLessThanOrEqual(liveBlocks + 1)
    expect(liveBytes).toBeGreaterThan(0)
    handle.dispose()
  })

  test('float32 is the float64 result, rounded', () => {
    const a = golden.expm['degree 13'].a
    const wide = engine.expm(engine.matrix(a)).toArray()
    expect(engine.expm(engine.matrix(a, { dtype: 'float32' })).toArray()).toEqual(Float32Array.from(wide))
  })

  test('zero, diagonal, huge and tiny', () => {
    expect(engine.expm(engine.matrix([3, 3])).toNested()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(engine.expm(engine.matrix([[-1e300]])).toNested()).toEqual([[0]])
    expect(engine.expm(engine.matrix([[1e-300]])).toNested()).toEqual([[1]])
    expect(engine.expm(engine.matrix([0, 0])).shape).toEqual([0, 0])
    const [[e]] = engine.expm(engine.matrix([[1]])).toNested()
    expect(Math.abs(e - Math.E)).toBeLessThan(2 * EPS.float64 * Math.E)
    const [[large]] = engine.expm(engine.matrix([[700]])).toNested()
    expect(Math.abs(large / 1.0142320547350045e304 - 1)).toBeLessThan(700 * EPS.float64)
  })

  test('scalars over several binades, where each degree and scaling ends', () => {
    // Numerator and denominator of the approximant are e^(-y/2), up to a factor, and come from terms as large as cosh(y / 2):
    // (e^y + 1) / 2 units of rounding, and every squaring doubles them.
    for (let x = -40; x <= 40; x += 0.37) {
      const [[value]] = engine.expm(engine.matrix([[x]])).toNested()
      const halvings = Math.max(0, Math.ceil(Math.log2(Math.abs(x) / 5.371920351148152)))
      const bound = 4 * ((Math.exp(Math.abs(x) / 2 ** halvings) + 1) / 2) * 2 ** halvings * EPS.float64
      expect(Math.abs(value / Math.exp(x) - 1), `${x}`).toBeLessThan(bound)
    }
  })

  test('a large off-diagonal entry is no reason to halve: every entry keeps its digits', () => {
    const { a, exp } = golden.expm.overscaling
    engine
      .expm(engine.matrix(a))
      .toNested()
      .forEach((row, i) => {
        row.forEach((value, j) => {
          expect(Math.abs(value - exp[i][j])).toBeLessThanOrEqual(16 * EPS.float64 * Math.abs(exp[i][j]))
        })
      })
  })

  test('nor is it one where halvings are needed: one, and not the eighteen that its norm suggests', () => {
    const [[first, above], [, last]] = engine
      .expm(
        engine.matrix([
          [6, 1e6],
          [0, -6],
        ]),
      )
      .toNested()
    const exact = [Math.exp(6), (1e6 * Math.sinh(6)) / 6, Math.exp(-6)]
    // As for scalars: one halving, |y| = 3.
    const bound = 4 * ((Math.exp(3) + 1) / 2) * 2 * EPS.float64
    ;[first, above, last].forEach((value, k) => {
      expect(Math.abs(value / exact[k] - 1)).toBeLessThan(bound)
    })
  })

  test('exp(A) exp(-A) = I, and a similarity passes through', () => {
    const random = prng(6)
    const n = 24
    const a = Float64Array.from({ length: n * n }, () => random.uniform() / 4)
    const [plus, minus] = [1, -1].map((sign) =>
      engine
        .expm(
          engine.matrix(
            [n, n],
            a.map((x) => sign * x),
          ),
        )
        .toArray(),
    )
    const product = times(plus, minus, n, n, n)
    for (let i = 0; i < n; i++) product[i * n + i] -= 1
    expect(norm1(product, n, n)).toBeLessThan(n * EPS.float64 * norm1(plus, n, n) * norm1(minus, n, n))
  })

  test('bad input is refused and nothing is kept', () => {
    const bad = engine.matrix([
      [1, Number.NaN],
      [0, 1],
    ])
    const large = engine.matrix([
      [1000, 0],
      [0, 0],
    ])
    const mixed = engine.matrix([[100]], { dtype: 'float32' })
    const oblong = engine.matrix([1, 2])
    const { liveBytes } = engine.memory
    expect(() => expm(bad)).toThrow(/row 0, column 1/)
    expect(() => expm(oblong)).toThrow(ShapeError)
    expect(() => expm(large)).toThrow(RangeArgError)
    expect(() => expm(mixed)).toThrow(/float32/)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })
})

describe('Pade approximants', () => {
  test('coefficients are the integers of the literature', () => {
    expect([...padeCoefficients(3)]).toEqual([120, 60, 12, 1])
    expect([...padeCoefficients(5)]).toEqual([30240, 15120, 3360, 420, 30, 1])
    expect(padeCoefficients(13)[0]).toBe(64764752532480000)
    expect(padeCoefficients(13)[7]).toBe(33522128640)
  })

  test('r(x) r(-x) = 1 and r(x) agrees with exp to the order of the approximant', () => {
    for (const m of DEGREES) {
      const b = padeCoefficients(m)
      const x = 0.01
      const value = (sign: number) => b.reduceRight((sum, c) => sum * sign * x + c, 0)
      expect(Math.abs(value(1) / value(-1) - Math.exp(x))).toBeLessThan(4 * EPS.float64)
    }
  })

  test('extra halvings: none for a scaled matrix, some where powers of |A| grow', () => {
    expect(extraHalvings(13, 0, 1)).toBe(0)
    expect(extraHalvings(13, 1, 1)).toBe(0)
    expect(extraHalvings(3, 1e6, 1)).toBeGreaterThan(0)
  })
})

describe.each(engines.map((engine) => [engine.info.build, engine] as const))('sqrtm on %s', (_, engine) => {
  test.each(['float64', 'float32'] as const)('S S = A and S = S^T, %s', (dtype) => {
    for (const n of [1, 2, 10, 33]) {
      for (const least of [1, 1e-3, 0]) {
        const round = dtype === 'float32' ? Math.fround : (x: number) => x
        const a = withSpectrum(n, n, (k) => (k === 0 ? 1 : Math.max(least, k % 2 ? least : 0.5))).map(round)
        const s = sqrtm(engine.matrix([n, n], a, { dtype })).toArray()
        const residual = times(s, s, n, n, n).map((x, t) => x - a[t])
        expect(norm1(residual, n, n) / (norm1(a, n, n) * n * EPS[dtype])).toBeLessThan(10)
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(s[i * n + j]).toBe(s[j * n + i])
      }
    }
  })

  test('a negative eigenvalue is refused, and nothing is kept', () => {
    const a = engine.matrix([
      [1, 2],
      [2, 1],
    ])
    engine
      .sqrtm(
        engine.matrix([
          [2, 1],
          [1, 2],
        ]),
      )
      .dispose()
    const { liveBytes } = engine.memory
    expect(() => sqrtm(a)).toThrow(/positive semidefinite/)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })
})

test('worst ratios', () => {
  console.info('expm, worst error / (|exact| eps (1 + condition) n):', JSON.stringify(worst))
  expect(Object.keys(worst).length).toBeGreaterThan(10)
})
