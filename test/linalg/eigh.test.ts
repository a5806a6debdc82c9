// eigh against LAPACK's ratios on classes of symmetric matrices, in both element types and on every executor.
//
//   |A V - V diag(values)| / (|A| n eps),   |I - V'V| / (n eps),   values against known spectra: |difference| / (|A| n eps)
import { afterAll, describe, expect, test } from 'vitest'
import {
  ConvergenceError,
  createEngine,
  createEngineSync,
  type DType,
  RangeArgError,
  ShapeError,
} from '../../src/index.js'
import { eigh } from '../../src/linalg/eigh.js'
import { prng } from '../kernels/helpers/prng.js'
import { CLASSES, EPS, norm1, symmetric, times, withSpectrum } from './symmetric-matrices.js'

/** What LAPACK's testers allow is 50; this is what is promised. */
const THRESHOLD = 10
const SIZES = [1, 2, 3, 5, 10, 16, 17, 33, 50]
const TYPES = ['float64', 'float32'] as const

const engines = [
  createEngineSync(),
  createEngineSync({ backend: 'typescript' }),
  // The relaxed build where this host has it.
  await createEngine(),
]
afterAll(() => {
  for (const engine of engines) engine.dispose()
})

interface Ratios {
  residual: number
  orthogonality: number
}

/** Both ratios of a matrix; entries are brought to about 1 before anything is summed. */
function ratios(engine: (typeof engines)[number], data: Float64Array, n: number, dtype: DType): Ratios {
  const a = engine.matrix([n, n], data, { dtype })
  const { values, vectors } = eigh(a)
  const v = vectors.toArray()
  a.dispose()
  vectors.dispose()
  expect([...values]).toEqual([...values].sort((x, y) => x - y))
  const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const unit = largest === 0 ? 1 : largest
  const residual = times(
    data.map((x) => x / unit),
    v,
    n,
    n,
    n,
  )
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) residual[i * n + k] -= v[i * n + k] * (values[k] / unit)
  const gram = new Float64Array(n * n)
  for (let k = 0; k < n; k++) {
    for (let l = 0; l < n; l++) {
      let sum = k === l ? -1 : 0
      for (let i = 0; i < n; i++) sum += v[i * n + k] * v[i * n + l]
      gram[k * n + l] = sum
    }
  }
  const size =
    norm1(
      data.map((x) => x / unit),
      n,
      n,
    ) || 1
  return {
    residual: norm1(residual, n, n) / (size * n * EPS[dtype]),
    orthogonality: norm1(gram, n, n) / (n * EPS[dtype]),
  }
}

const worst = { float64: { residual: 0, orthogonality: 0 }, float32: { residual: 0, orthogonality: 0 } }

describe.each(engines.map((engine) => [engine.info.build, engine] as const))('eigh on %s', (_, engine) => {
  test.each(TYPES)('ratios on every class, %s', (dtype) => {
    CLASSES.forEach(([name], index) => {
      for (const n of SIZES) {
        const { residual, orthogonality } = ratios(engine, symmetric(index, n, dtype), n, dtype)
        expect(residual, `${name}, n = ${n}: residual`).toBeLessThan(THRESHOLD)
        expect(orthogonality, `${name}, n = ${n}: orthogonality`).toBeLessThan(THRESHOLD)
        worst[dtype].residual = Math.max(worst[dtype].residual, residual)
        worst[dtype].orthogonality = Math.max(worst[dtype].orthogonality, orthogonality)
      }
    })
  })

  test.each(TYPES)('ratios of larger matrices, %s', (dtype) => {
    for (const [name, n] of [
      ['random', 129],
      ['geometric', 100],
      ['second differences', 130],
    ] as const) {
      const index = CLASSES.findIndex(([known]) => known === name)
      const { residual, orthogonality } = ratios(engine, symmetric(index, n, dtype), n, dtype)
      expect(residual).toBeLessThan(THRESHOLD)
      expect(orthogonality).toBeLessThan(THRESHOLD)
    }
  })

  test('known spectra: second differences have 4 sin^2(k pi / (2 (n + 1)))', () => {
    const n = 40
    const index = CLASSES.findIndex(([name]) => name === 'second differences')
    const { values, vectors } = engine.eigh(engine.matrix([n, n], symmetric(index, n, 'float64')))
    vectors.dispose()
    values.forEach((value, k) => {
      const exact = 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2
      expect(Math.abs(value - exact)).toBeLessThan(4 * n * EPS.float64)
    })
  })

  test('known spectra: planted values come back', () => {
    const n = 60
    const planted = Float64Array.from({ length: n }, (_, k) => (k - 20) ** 3 / 1000).sort()
    const { values } = engine.eigh(
      engine.matrix(
        [n, n],
        withSpectrum(n, 3, (k) => planted[k]),
      ),
    )
    values.forEach((value, k) => {
      expect(Math.abs(value - planted[k])).toBeLessThan(64 * n * EPS.float64)
    })
  })

  test('a power of two scales values exactly and changes no vector', () => {
    const n = 20
    const data = symmetric(
      CLASSES.findIndex(([name]) => name === 'random'),
      n,
      'float64',
    )
    const [one, two] = [1, 2 ** -70].map((factor) =>
      engine.eigh(
        engine.matrix(
          [n, n],
          data.map((x) => x * factor),
        ),
      ),
    )
    expect([...two.values]).toEqual([...one.values].map((value) => value * 2 ** -70))
    expect(two.vectors.toArray()).toEqual(one.vectors.toArray())
  })

  test('only the lower triangle is read, and the matrix is left as it is', () => {
    const random = prng(4)
    const n = 37
    const lower = Float64Array.from({ length: n * n }, () => random.uniform())
    const full = lower.map((x, t) => (t % n > Math.floor(t / n) ? lower[(t % n) * n + Math.floor(t / n)] : x))
    const rogue = lower.map((x, t) => (t % n > Math.floor(t / n) ? Number.NaN : x))
    const [a, b] = [engine.matrix([n, n], full), engine.matrix([n, n], rogue)]
    const [first, second] = [engine.eigh(a), engine.eigh(b)]
    expect(second.values).toEqual(first.values)
    expect(second.vectors.toArray()).toEqual(first.vectors.toArray())
    expect(b.toArray()).toEqual(rogue)
  })

  test('bad input is refused and nothing is kept', () => {
    const bad = [Number.NaN, Number.POSITIVE_INFINITY].map((value) =>
      engine.matrix([
        [1, 0],
        [value, 1],
      ]),
    )
    const oblong = engine.matrix([2, 3])
    const { liveBytes } = engine.memory
    for (const a of bad) expect(() => engine.eigh(a)).toThrow(RangeArgError)
    expect(() => engine.eigh(oblong)).toThrow(ShapeError)
    expect(() => eigh(oblong as never, { triangle: 'upper' } as never)).toThrow(/triangle/)
    const huge = engine.matrix([2, 2], new Float64Array(4).fill(1.7e308))
    expect(() => engine.eigh(huge)).toThrow(/1.8e308/)
    huge.dispose()
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('an iteration at its cap is a ConvergenceError, and nothing is kept', () => {
    const a = engine.matrix([
      [1, 2],
      [2, 3],
    ])
    const { liveBytes } = engine.memory
    const { kernels } = engine
    const sweeps = kernels.dsteqrSweeps
    kernels.dsteqrSweeps = () => 2
    try {
      expect(() => engine.eigh(a)).toThrow(ConvergenceError)
    } finally {
      kernels.dsteqrSweeps = sweeps
    }
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('empty and 1 x 1', () => {
    expect(engine.eigh(engine.matrix([0, 0])).vectors.shape).toEqual([0, 0])
    const { values, vectors } = engine.eigh(engine.matrix([[-3]]))
    expect([[...values], vectors.toNested()]).toEqual([[-3], [[1]]])
  })
})

test('the simd build and TypeScript agree bit for bit', () => {
  for (const dtype of TYPES) {
    for (const n of [7, 40, 66]) {
      const data = symmetric(
        CLASSES.findIndex(([name]) => name === 'random'),
        n,
        dtype,
      )
      const [one, two] = engines.slice(0, 2).map((engine) => engine.eigh(engine.matrix([n, n], data, { dtype })))
      expect(two.values).toEqual(one.values)
      expect(two.vectors.toArray()).toEqual(one.vectors.toArray())
    }
  }
})

test('worst ratios', () => {
  console.info('eigh, worst ratios:', JSON.stringify(worst))
  expect(worst.float64.residual).toBeGreaterThan(0)
})
