// Power iteration and block iteration: what they claim is checked by plain loops here, against spectra that are known by construction.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  type Engine,
  type Matrix,
  type PowerSvd,
  powerIteration,
  powerSvd,
  svd,
} from '../../src/index.js'
import { haarOrthonormal } from '../../src/linalg/dense/haar.js'
import { leadingValuesByBisection } from '../../src/linalg/leading-values.js'
import { key } from '../../src/random/key.js'

/** LAPACK's threshold for ratios to eps max(m, n) |A|. */
const THRESHOLD = 50

const engines: [string, Engine][] = [
  ['wasm', createEngineSync()],
  ['typescript', createEngineSync({ backend: 'typescript' })],
]
const dtypes = ['float64', 'float32'] as const
const EPS = { float64: 2 ** -52, float32: 2 ** -23 }

/** U diag(s) V' with Haar vectors. */
function known(engine: Engine, m: number, n: number, s: (i: number) => number, dtype: 'float32' | 'float64'): Matrix {
  const r = Math.min(m, n)
  const [u, v] = [haarOrthonormal(key(m), m, r), haarOrthonormal(key(n + 1000), n, r)]
  const data = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) for (let k = 0; k < r; k++) data[i * n + j] += u[i * r + k] * s(k) * v[j * r + k]
  }
  return engine.matrix([m, n], data, { dtype })
}

/** The largest of the ratios that a converged decomposition must meet. */
function worstRatio(a: Matrix, { u, s, v }: Pick<PowerSvd, 'u' | 's' | 'v'>): number {
  const unit = EPS[a.dtype] * Math.max(a.rows, a.cols)
  const [x, l, r] = [a.toArray(), u.toArray(), v.toArray()]
  const k = s.length
  let worst = 0
  for (let c = 0; c < k; c++) {
    const [left, right] = [new Float64Array(a.rows), new Float64Array(a.cols)]
    for (let i = 0; i < a.rows; i++) {
      for (let j = 0; j < a.cols; j++) {
        left[i] += x[i * a.cols + j] * r[j * k + c]
        right[j] += x[i * a.cols + j] * l[i * k + c]
      }
    }
    const one = Math.hypot(...left.map((value, i) => value - s[c] * l[i * k + c]))
    const two = Math.hypot(...right.map((value, j) => value - s[c] * r[j * k + c]))
    if (s[0] > 0) worst = Math.max(worst, Math.max(one, two) / (s[0] * unit))
    for (let d = 0; d < k; d++) {
      let [p, q] = [0, 0]
      for (let i = 0; i < a.rows; i++) p += l[i * k + c] * l[i * k + d]
      for (let j = 0; j < a.cols; j++) q += r[j * k + c] * r[j * k + d]
      const target = c === d ? 1 : 0
      worst = Math.max(worst, Math.abs(p - target) / unit, Math.abs(q - target) / unit)
    }
  }
  return worst
}

const spectra: [string, number, number, number, (i: number) => number, boolean][] = [
  ['geometric', 60, 40, 6, (i) => 0.8 ** i, false],
  ['harmonic, wide', 40, 90, 8, (i) => 1 / (1 + i), false],
  ['multiplicity 3 inside', 50, 50, 5, (i) => (i < 3 ? 1 : 0.5 / i), false],
  ['multiplicity beyond the block', 60, 50, 7, (i) => (i < 7 ? 1 : 0.5 / i), false],
  ['double at the cut', 50, 50, 5, (i) => 1 / (1 + (i >> 1)), true],
  ['orthogonal', 40, 30, 5, () => 1, true],
  ['cluster', 60, 60, 4, (i) => (i < 8 ? 1 + 1e-3 * i : 0.3), false],
  ['rank 3 of 8 asked for', 50, 30, 8, (i) => (i < 3 ? 3 - i : 0), true],
  ['zero', 20, 30, 3, () => 0, true],
  ['one row', 1, 17, 1, () => 2, false],
  ['one column', 17, 1, 1, () => 2, false],
  ['everything', 12, 12, 12, (i) => 1 / (1 + i), false],
  ['flat', 64, 64, 4, (i) => 1 - i / 128, false],
]

describe.each(engines)('block iteration on %s', (_, engine) => {
  describe.each(dtypes)('%s', (dtype) => {
    test.each(spectra)('%s: converged is true', (_, m, n, rank, s, cut) => {
      const a = known(engine, m, n, s, dtype)
      const { liveBytes } = engine.memory
      const found = svd(a, { method: 'power', rank })
      expect([found.u.shape, found.v.shape, found.s.length]).toEqual([[m, rank], [n, rank], rank])
      expect(found.status).toBe('converged')
      expect(worstRatio(a, found)).toBeLessThan(THRESHOLD)
      const truth = Array.from({ length: Math.min(m, n) }, (_, i) => s(i)).sort((x, y) => y - x)
      const unit = EPS[dtype] * Math.max(m, n) * Math.max(truth[0], 1e-300)
      found.s.forEach((value, i) => {
        expect(Math.abs(value - truth[i])).toBeLessThanOrEqual(THRESHOLD * unit)
      })
      expect(found.clusterAtCut).toBe(cut)
      for (const matrix of [found.u, found.v]) matrix.dispose()
      expect(engine.memory.liveBytes - liveBytes).toBeLessThan(2 ** 20)
      a.dispose()
    })
  })

  test('the angle to the true subspace is below residual over gap', () => {
    const [m, n, k] = [50, 40, 4]
    const a = known(engine, m, n, (i) => 0.7 ** i, 'float64')
    const { v, residuals } = powerSvd(a, { rank: k, tolerance: 1e-5 })
    const truth = haarOrthonormal(key(n + 1000), n, n)
    const [x, gap] = [v.toArray(), 0.7 ** 3 - 0.7 ** 4]
    let outside = 0
    for (let c = 0; c < k; c++) {
      for (let d = k; d < n; d++) {
        let product = 0
        for (let i = 0; i < n; i++) product += x[i * k + c] * truth[i * n + d]
        outside += product * product
      }
    }
    expect(Math.sqrt(outside)).toBeLessThanOrEqual((2 * Math.hypot(...residuals)) / gap + 1e-13)
  })

  test('a warm start gives the cold result, in fewer steps', () => {
    for (const [m, n] of [
      [90, 70],
      [70, 90],
    ]) {
      const a = known(engine, m, n, (i) => 1 / (1 + i), 'float64')
      const cold = powerSvd(a, { rank: 6 })
      const warm = powerSvd(a, { rank: 6, start: cold.v })
      expect(warm.status).toBe('converged')
      expect(warm.iterations).toBeLessThan(cold.iterations)
      warm.s.forEach((value, i) => {
        expect(Math.abs(value - cold.s[i])).toBeLessThan(1e-13)
      })
    }
  })

  test('too few iterations: the status says so, and residuals are those of the vectors', () => {
    const a = known(engine, 80, 80, (i) => 1 - i / 160, 'float64')
    const found = powerSvd(a, { rank: 6, maxIterations: 2 })
    expect([found.status, found.iterations]).toEqual(['max-iterations', 2])
    expect(Math.max(...found.residuals)).toBeGreaterThan(1e-3)
  })

  test('powers of two scale the values and nothing else', () => {
    const a = known(engine, 20, 15, (i) => 1 / (1 + i), 'float64')
    const scaled = engine.matrix([20, 15], a.toArray().map((x) => x * 2 ** -700) as Float64Array)
    const [one, two] = [powerSvd(a, { rank: 3 }), powerSvd(scaled, { rank: 3 })]
    two.s.forEach((value, i) => {
      expect(Math.abs(value * 2 ** 700 - one.s[i])).toBeLessThan(1e-14)
    })
  })

  test('the largest values by bisection', () => {
    for (const dtype of dtypes) {
      for (const [m, n] of [
        [40, 40],
        [60, 33],
        [33, 60],
      ]) {
        const a = known(engine, m, n, (i) => 1 / (1 + (i >> 1)), dtype)
        leadingValuesByBisection(a, 9).forEach((value, i) => {
          expect(Math.abs(value - 1 / (1 + (i >> 1)))).toBeLessThan(THRESHOLD * EPS[dtype])
        })
      }
    }
  })
})

describe.each(engines)('power iteration on %s', (_, engine) => {
  test('a triple, an eigenpair of either sign, and a tie of signs', () => {
    const a = known(engine, 30, 20, (i) => 0.5 ** i, 'float64')
    const { value, u, v, status } = powerIteration(a)
    expect([status, u!.length, v.length]).toEqual(['converged', 30, 20])
    expect(Math.abs(value - 1)).toBeLessThan(1e-14)
    for (const nested of [
      [
        [2, 0],
        [0, -3],
      ],
      [
        [0, 2],
        [2, 0],
      ],
      [[-5]],
    ]) {
      const found = powerIteration(engine.matrix(nested), { symmetric: true })
      expect(found.status).toBe('converged')
      const image = nested.map((row) => row.reduce((sum, x, j) => sum + x * found.v[j], 0))
      image.forEach((x, i) => {
        expect(Math.abs(x - found.value * found.v[i])).toBeLessThan(1e-13)
      })
    }
    expect(
      powerIteration(
        engine.matrix([
          [2, 0],
          [0, -3],
        ]),
        { symmetric: true },
      ).value,
    ).toBeCloseTo(-3, 13)
  })

  test('zero matrices, tiny and huge ones, and a start in the null space', () => {
    expect(powerIteration(engine.matrix([3, 2]))).toMatchObject({ value: 0, status: 'converged' })
    expect(powerIteration(engine.matrix([2, 2]), { symmetric: true })).toMatchObject({ value: 0, status: 'converged' })
    expect(powerIteration(engine.matrix([[3e300, 4e300]])).value / 5e300).toBeCloseTo(1, 14)
    expect(powerIteration(engine.matrix([[3e-310, 4e-310]])).value / 5e-310).toBeCloseTo(1, 10)
    expect(
      powerIteration(
        engine.matrix([
          [0, 1],
          [0, 0],
        ]),
        { start: [1, 0] },
      ).value,
    ).toBeCloseTo(1, 14)
  })

  test('refusals', () => {
    const a = engine.matrix([
      [1, 2],
      [3, 4],
    ])
    const bad = (code: string, call: () => unknown) => expect(call).toThrow(expect.objectContaining({ code }))
    for (const entry of [Number.NaN, Infinity]) {
      bad('RANGE', () => powerSvd(engine.matrix([[1, entry]])))
      bad('RANGE', () => powerIteration(engine.matrix([[1, entry]])))
    }
    for (const rank of [0, 3, 2.5, -1]) bad('RANGE', () => svd(a, { method: 'power', rank }))
    for (const tolerance of [0, -1, Number.NaN, 1]) {
      bad('RANGE', () => powerSvd(a, { tolerance }))
      bad('RANGE', () => powerIteration(a, { tolerance }))
    }
    for (const maxIterations of [0, 1e9, 1.5]) {
      bad('RANGE', () => powerSvd(a, { maxIterations }))
      bad('RANGE', () => powerIteration(a, { maxIterations }))
    }
    bad('RANGE', () => powerIteration(a, { start: [0, 0] }))
    bad('SHAPE', () => powerIteration(a, { start: [1] }))
    bad('RANGE', () => powerSvd(a, { start: engine.matrix([2, 1]) }))
    bad('SHAPE', () => powerSvd(a, { start: engine.matrix([3, 1], [1, 1, 1]) }))
    bad('OPTION', () => powerIteration(a, { symmetric: true }))
    bad('OPTION', () => powerSvd(a, { steps: 3 } as object))
  })
})

test('both executors give the same bits', () => {
  for (const dtype of dtypes) {
    const results = engines.map(([, engine]) => {
      const a = known(engine, 70, 50, (i) => 1 / (1 + (i >> 1)), dtype)
      const { u, s, v, iterations } = powerSvd(a, { rank: 7 })
      const single = powerIteration(a, { maxIterations: 40 })
      const values = leadingValuesByBisection(a, 9)
      return [[...u.toArray()], [...s], [...v.toArray()], iterations, single, [...values]]
    })
    expect(results[0]).toEqual(results[1])
  }
})
