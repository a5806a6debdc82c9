// Tasks from second moments, against plain loops over the samples that the moments are of.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { createEngineSync } from '../../src/linalg/engine.js'
import { regression } from '../../src/task/regression.js'
import { fromStatistics, type StatisticsOptions } from '../../src/task/statistics.js'
import { entries, evaluate } from './evaluate.js'

const engines = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })] as const
const [engine] = engines

const [n, m, samples] = [4, 3, 11]
/** Four inputs, the last of which the others determine. */
const x = (() => {
  const rows = [entries(samples, 1), entries(samples, 2), entries(samples, 3)]
  return [...rows, rows[0].map((value, p) => value - 2 * rows[1][p])]
})()
const y = [4, 5, 6].map((seed) => entries(samples, seed))

const moment = (a: number[][], b: number[][]) =>
  a.map((row) => b.map((other) => row.reduce((sum, value, p) => sum + value * other[p], 0) / samples))
const trace = y.flat().reduce((sum, value) => sum + value * value, 0) / samples

/** 1/(2P) |Y - W X|^2 and its gradient by loops over samples. */
function direct(w: number[]) {
  let loss = 0
  const gradient = new Array<number>(m * n).fill(0)
  for (let p = 0; p < samples; p++) {
    for (let i = 0; i < m; i++) {
      let error = -y[i][p]
      for (let j = 0; j < n; j++) error += w[i * n + j] * x[j][p]
      loss += (error * error) / (2 * samples)
      for (let j = 0; j < n; j++) gradient[i * n + j] += (error * x[j][p]) / samples
    }
  }
  return { loss, gradient }
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))

describe('fromStatistics', () => {
  const statistics = { sigmaXX: moment(x, x), sigmaYX: moment(y, x) }
  const w = entries(m * n, 9)

  test.each([
    ['float64', 1e-14],
    ['float32', 1e-6],
  ] as const)('has the loss and the gradient of the samples, %s', (dtype, tolerance) => {
    const task = fromStatistics({ ...statistics, traceYY: trace })
    const [wasm, plain] = engines.map((each) => evaluate(each, task, w, dtype))
    const expected = direct(w)
    expect(Math.abs(wasm.loss - expected.loss)).toBeLessThan(tolerance)
    expect(worst(wasm.gradient, expected.gradient)).toBeLessThan(tolerance)
    expect(plain).toEqual(wasm)
  })

  test('is regression, and its minimum is that of regression', () => {
    const data = regression(x, y)
    const task = fromStatistics({ ...statistics, traceYY: trace })
    expect(Math.abs(task.minimumLoss - data.minimumLoss)).toBeLessThan(1e-15)
    expect(worst(task.sigmaXX, data.sigmaXX)).toBeLessThan(1e-16)
    const given = fromStatistics({ ...statistics, minimumLoss: data.minimumLoss })
    expect(evaluate(engine, given, w).loss).toBeCloseTo(direct(w).loss, 14)
  })

  test('without a constant the loss counts from its minimum', () => {
    const { loss } = evaluate(engine, fromStatistics(statistics), w)
    expect(loss).toBeCloseTo(direct(w).loss - regression(x, y).minimumLoss, 14)
  })

  test('a diagonal covariance is the same task, entry by entry', () => {
    const lam = [2, 0.5, 0.25]
    const sigmaYX = [
      [1, -1, 0.5],
      [0, 3, 0.125],
    ]
    const diagonal = (off: number) =>
      fromStatistics({ sigmaXX: lam.map((value, i) => lam.map((_, j) => (i === j ? value : off))), sigmaYX })
    const at = entries(6, 3)
    // The dense form where one entry off the diagonal is far below rounding.
    const [direct, dense] = [diagonal(0), diagonal(1e-40)].map((task) => evaluate(engine, task, at))
    expect(Math.abs(direct.loss / dense.loss - 1)).toBeLessThan(1e-14)
    expect(worst(direct.gradient, dense.gradient)).toBeLessThan(1e-15)
    for (const dtype of ['float64', 'float32'] as const) {
      const [wasm, plain] = engines.map((each) => evaluate(each, diagonal(0), at, dtype))
      expect(plain).toEqual(wasm)
    }
  })

  test('a diagonal one keeps eigenvalues of any ratio', () => {
    const task = fromStatistics({
      sigmaXX: [
        [1, 0, 0],
        [0, 1e-40, 0],
        [0, 0, 0],
      ],
      sigmaYX: [[1, 3e-40, 0]],
    })
    // Mode 1 has its least loss at 3; the input without variance has no say.
    const { loss, gradient } = evaluate(engine, task, [1, 5, 1e9])
    expect(loss).toBeCloseTo(0.5 * 1e-40 * 4, 52)
    expect(loss / 2e-40).toBeCloseTo(1, 12)
    expect(gradient[1] / 2e-40).toBeCloseTo(1, 12)
    expect([gradient[0], gradient[2]]).toEqual([0, 0])
  })

  test('what is bound is given back, also when memory runs out half way', () => {
    const tasks = [fromStatistics(statistics), fromStatistics({ sigmaXX: [[2]], sigmaYX: [[1]] })]
    for (const task of tasks) {
      evaluate(engine, task, entries(task.inputs * task.outputs))
      const { liveBlocks } = engine.memory
      evaluate(engine, task, entries(task.inputs * task.outputs))
      expect(engine.memory.liveBlocks).toBe(liveBlocks)
    }
    const wide = 300
    const sigmaXX = { data: entries(wide * wide).fill(1e-3), shape: [wide, wide] }
    for (let i = 0; i < wide; i++) sigmaXX.data[i * (wide + 1)] = 1
    const task = fromStatistics({ sigmaXX, sigmaYX: { data: entries(wide), shape: [1, wide] } })
    const small = createEngineSync({ budgetBytes: 2 ** 20 })
    const { liveBlocks } = small.memory
    expect(() => task.bind(small, 'float64')).toThrow(/memory|budget/i)
    expect(small.memory.liveBlocks).toBe(liveBlocks)
  })

  test('moments of data are accepted however close to dependent the inputs are', () => {
    // 10 inputs of 5 samples, so that all of y is explained; they depend on 2, but for parts of 1e-2 to 1e-14, in units 10^-4 to 10^4.
    for (let seed = 1; seed <= 1000; seed++) {
      const [base, mix, rest, units] = [10, 20, 50, 11].map((count, i) => entries(count, seed + 1000 * i))
      const inputs = Array.from({ length: 10 }, (_, i) =>
        Array.from({ length: 5 }, (_, p) => {
          const value = mix[2 * i] * base[p] + mix[2 * i + 1] * base[5 + p]
          return (value + 10 ** (-8 - 6 * units[10]) * rest[5 * i + p]) * 10 ** (4 * units[i])
        }),
      )
      const target = entries(5, seed + 100)
      const data = regression(inputs, [target])
      const traceYY = target.reduce((sum, value) => sum + value * value, 0) / 5
      const sigmaXX = { data: data.sigmaXX, shape: [10, 10] }
      const sigmaYX = { data: data.sigmaYX, shape: [1, 10] }
      expect(fromStatistics({ sigmaXX, sigmaYX, traceYY }).minimumLoss).toBeCloseTo(data.minimumLoss, 12)
      fromStatistics({ sigmaXX, sigmaYX })
    }
  })

  test('tasks with other moments have other fingerprints', () => {
    const base = {
      sigmaXX: [
        [2, 0.5],
        [0.5, 1],
      ],
      sigmaYX: [[1, 1]],
    }
    const diagonal = {
      sigmaXX: [
        [2, 0],
        [0, 1],
      ],
      sigmaYX: [[1, 1]],
    }
    const variants: StatisticsOptions[] = [base, diagonal].flatMap((options) => [
      options,
      { ...options, minimumLoss: 1 },
      { ...options, sigmaYX: [[1, 2]] },
      {
        ...options,
        sigmaXX: [
          [2, options.sigmaXX[0][1]],
          [options.sigmaXX[0][1], 1.5],
        ],
      },
    ])
    const prints = variants.map((options) => fromStatistics(options).fingerprint?.())
    expect(new Set(prints).size).toBe(8)
    expect(variants.map((options) => fromStatistics(options).fingerprint?.())).toEqual(prints)
  })

  test('near the minimum the loss keeps its digits', () => {
    const step = 2 ** -20
    const sigmaXX = [
      [1, 0.5],
      [0.5, 1],
    ]
    const task = fromStatistics({ sigmaXX, sigmaYX: [[2, 1]] })
    // At W = (2, 0) + step (1, 1) the excess is step^2 (1 + 0.5).
    const { loss } = evaluate(engine, task, [2 + step, step])
    expect(Math.abs(loss / (1.5 * step * step) - 1)).toBeLessThan(1e-9)
  })

  test('the example', () => {
    const task = fromStatistics({
      sigmaXX: [
        [2, 0],
        [0, 1],
      ],
      sigmaYX: [[2, 1]],
      traceYY: 4,
    })
    expect(task.minimumLoss).toBe(0.5)
  })

  const eye = [
    [1, 0],
    [0, 1],
  ]
  const singular = [
    [1, 1],
    [1, 1],
  ]
  test.each<[string, StatisticsOptions, string, RegExp]>([
    ['no square', { sigmaXX: [[1, 0]], sigmaYX: [[1, 0]] }, 'SHAPE', /sigmaXX must be square.*1 x 2/],
    ['other columns', { sigmaXX: eye, sigmaYX: [[1]] }, 'SHAPE', /sigmaYX must have the 2 columns/],
    ['NaN', { sigmaXX: eye, sigmaYX: [[Number.NaN, 0]] }, 'RANGE', /sigmaYX must be finite/],
    [
      'asymmetry',
      {
        sigmaXX: [
          [1, 0.5],
          [0, 1],
        ],
        sigmaYX: [[1, 0]],
      },
      'RANGE',
      /sigmaXX must be symmetric, but sigmaXX\[1, 0\]/,
    ],
    [
      'indefinite',
      {
        sigmaXX: [
          [1, 2],
          [2, 1],
        ],
        sigmaYX: [[1, 0]],
      },
      'RANGE',
      /sigmaXX must be positive semidefinite/,
    ],
    [
      'a negative variance',
      {
        sigmaXX: [
          [1, 0],
          [0, -1],
        ],
        sigmaYX: [[1, 0]],
      },
      'RANGE',
      /diagonal entry 1 is -1/,
    ],
    ['no lower bound', { sigmaXX: singular, sigmaYX: [[1, -1]] }, 'RANGE', /outside the range of sigmaXX/],
    [
      'no lower bound, diagonal',
      {
        sigmaXX: [
          [1, 0],
          [0, 0],
        ],
        sigmaYX: [[1, 1]],
      },
      'RANGE',
      /row 0, column 1.*lower bound/,
    ],
    ['too small a trace', { sigmaXX: eye, sigmaYX: [[1, 1]], traceYY: 1 }, 'RANGE', /traceYY = 1 is less than the 2/],
    ['a negative minimum', { sigmaXX: eye, sigmaYX: [[1, 1]], minimumLoss: -1 }, 'RANGE', /minimumLoss/],
    [
      'both constants',
      { sigmaXX: eye, sigmaYX: [[1, 1]], minimumLoss: 1, traceYY: 4 },
      'OPTION',
      /either minimumLoss or traceYY/,
    ],
    [
      'overflow',
      {
        sigmaXX: [
          [1e-300, 0],
          [0, 1],
        ],
        sigmaYX: [[1e100, 1]],
      },
      'RANGE',
      /overflows/,
    ],
    ['an unknown option', { sigmaXX: eye, sigmaYX: [[1, 1]], sigmaYy: 1 } as StatisticsOptions, 'OPTION', /sigmaYX/],
    ['nothing', undefined as unknown as StatisticsOptions, 'DTYPE', /sigmaXX must be a matrix/],
  ])('%s is refused', (_, options, code, message) => {
    let error: unknown
    try {
      fromStatistics(options)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(DeepLinearError)
    expect((error as DeepLinearError).code).toBe(code)
    expect((error as DeepLinearError).message).toMatch(message)
  })
})
