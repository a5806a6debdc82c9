// The data sets: every number that the guide to lambda-balanced dynamics states of them, their whitening, and their singular values
// against a decomposition.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { createEngineSync } from '../../src/linalg/engine.js'
import { singularValues, svd } from '../../src/linalg/svd.js'
import type { Samples } from '../../src/task/dataset.js'
import { haar } from '../../src/task/datasets/haar.js'
import { livingThings } from '../../src/task/datasets/living-things.js'
import { randomRegression } from '../../src/task/datasets/random-regression.js'
import { reversalPair } from '../../src/task/datasets/reversal.js'
import { semanticTree, tree7, tree15 } from '../../src/task/datasets/semantic-tree.js'
import type { SemanticDataset, WhitenedDataset } from '../../src/task/datasets/whitened-dataset.js'
import { regression } from '../../src/task/regression.js'
import { whitened } from '../../src/task/whitened.js'
import { entries, evaluate } from './evaluate.js'

const engine = createEngineSync()

const rowsOf = ({ data, shape: [rows, cols] }: Samples) =>
  Array.from({ length: rows }, (_, i) => Array.from(data.slice(i * cols, (i + 1) * cols)))
/** A B'/P. */
const moment = (a: Samples, b: Samples) =>
  rowsOf(a).map((row) =>
    rowsOf(b).map((other) => row.reduce((sum, value, p) => sum + value * other[p], 0) / a.shape[1]),
  )
const squaresOf = ({ singularValues: values, items }: SemanticDataset) =>
  Array.from(values, (value) => Number((value * value * items.length).toPrecision(14)))

const all: [string, WhitenedDataset][] = [
  tree15(),
  tree7(),
  livingThings(),
  haar(8),
  haar(2),
  haar(32),
  semanticTree({ levels: 5 }),
  semanticTree({ levels: 2, branching: 5 }),
  semanticTree({ levels: 3, branching: 3, leafFeatures: false }),
  semanticTree({ levels: 1, leafFeatures: false }),
  randomRegression({ inputs: 7, outputs: 3, samples: 40, seed: 3 }),
  randomRegression({ inputs: 5, outputs: 6, samples: 5 }),
  reversalPair([[1, 2, 3]])[0],
].map((dataset) => [`${dataset.name} ${dataset.outputs.shape}`, dataset])

describe.each(all)('%s', (_, { inputs, outputs, items, features, sigmaYX, singularValues: values }) => {
  test("is whitened: X X'/P = I, and sigmaYX = Y X'/P", () => {
    for (const [i, row] of moment(inputs, inputs).entries()) {
      for (const [j, value] of row.entries()) expect(Math.abs(value - (i === j ? 1 : 0))).toBeLessThan(2e-15)
    }
    const expected = moment(outputs, inputs).flat()
    expect(sigmaYX.data.length).toBe(expected.length)
    for (const [i, value] of expected.entries()) expect(Math.abs(sigmaYX.data[i] - value)).toBeLessThan(4e-15)
  })

  test('fits together', () => {
    expect(inputs.shape[1]).toBe(outputs.shape[1])
    expect(sigmaYX.shape).toEqual([outputs.shape[0], inputs.shape[0]])
    expect([items.length, features.length]).toEqual([outputs.shape[1], outputs.shape[0]])
    expect(new Set(items).size).toBe(items.length)
    expect(new Set(features).size).toBe(features.length)
    for (const { data, shape } of [inputs, outputs, sigmaYX]) expect(data.length).toBe(shape[0] * shape[1])
  })

  test('as a whitened task and as data it is the same regression', () => {
    const data = regression(inputs, outputs)
    const w = entries(data.inputs * data.outputs)
    const a = evaluate(engine, whitened(sigmaYX), w)
    const b = evaluate(engine, data, w)
    expect(Math.abs(a.loss + data.minimumLoss - b.loss)).toBeLessThan(1e-13 * b.loss)
    expect(Math.max(...a.gradient.map((value, i) => Math.abs(value - b.gradient[i])))).toBeLessThan(1e-13)
    if (inputs.shape[0] === inputs.shape[1]) expect(data.minimumLoss).toBeLessThan(1e-12)
  })

  test('has the singular values that it says', () => {
    if (values === undefined) return
    const s = singularValues(engine.matrix(sigmaYX))
    expect(values.length).toBe(s.length)
    for (const [i, value] of values.entries()) expect(Math.abs(s[i] - value)).toBeLessThan(1e-13 * values[0])
  })
})

describe('the numbers of the guide', () => {
  test('squared singular values of Y', () => {
    expect(squaresOf(tree15())).toEqual([15, 7, 3, 3, 1, 1, 1, 1])
    expect(squaresOf(tree7())).toEqual([14, 6, 2, 2, 0, 0, 0])
    expect(squaresOf(livingThings())).toEqual([7, 3, 1, 1])
    expect(squaresOf(haar(8))).toEqual([8, 8, 4, 4, 2, 2, 2, 2])
  })

  test('tree15: 1 node of 8 items, 2 of 4, 4 of 2, 8 leaves; tree7 is without the leaves', () => {
    const { inputs, outputs, sigmaYX, features } = tree15()
    expect(rowsOf(outputs).map((row) => row.join(''))).toEqual([
      '11111111',
      '11110000',
      '00001111',
      '11000000',
      '00110000',
      '00001100',
      '00000011',
      ...Array.from({ length: 8 }, (_, i) => `${'0'.repeat(i)}1${'0'.repeat(7 - i)}`),
    ])
    expect(rowsOf(tree7().outputs)).toEqual(rowsOf(outputs).slice(0, 7))
    // X = sqrt(8) I and S = Y/sqrt(8).
    expect(inputs.data[9]).toBe(Math.sqrt(8))
    expect(sigmaYX.data[0]).toBe(1 / Math.sqrt(8))
    expect([features[0], features[2], features[3], features[14]]).toEqual([
      'items 0-7',
      'items 4-7',
      'items 0-1',
      'item 7',
    ])
  })

  test('living things', () => {
    const { outputs, features, items } = livingThings()
    expect(items).toEqual(['Canary', 'Salmon', 'Oak', 'Rose'])
    expect(rowsOf(outputs).map((row, i) => `${features[i]} ${row.join('')}`)).toEqual([
      'Grow 1111',
      'Move 1100',
      'Roots 0011',
      'Fly 1000',
      'Swim 0100',
      'Leaves 0010',
      'Petals 0001',
    ])
    // The tree of two levels under other names.
    expect(Array.from(outputs.data)).toEqual(Array.from(semanticTree({ leaves: 4 }).outputs.data))
  })

  test('Haar: the items of the table are the columns of Y', () => {
    const items = [
      [1, 1, 1, 0, 1, 0, 0, 0],
      [1, 1, 1, 0, -1, 0, 0, 0],
      [1, 1, -1, 0, 0, 1, 0, 0],
      [1, 1, -1, 0, 0, -1, 0, 0],
      [1, -1, 0, 1, 0, 0, 1, 0],
      [1, -1, 0, 1, 0, 0, -1, 0],
      [1, -1, 0, -1, 0, 0, 0, 1],
      [1, -1, 0, -1, 0, 0, 0, -1],
    ]
    const y = rowsOf(haar(8).outputs)
    expect(items.map((_, item) => y.map((row) => row[item]))).toEqual(items)
    expect(haar(8).features.slice(0, 4)).toEqual(['all', '0-3 against 4-7', '0-1 against 2-3', '4-5 against 6-7'])
  })

  test('Haar: deviation of A and B from the identity at the end (lambda = -5: .011458, .514228; 0: .289735)', () => {
    const deviation = (values: number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / 8
      const energy = values.reduce((sum, value) => sum + value * value, 0)
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / energy)
    }
    const squares = (lambda: number) =>
      Array.from(haar(8).singularValues, (s) => (Math.hypot(lambda, 2 * s) + lambda) / 2)
    // A has (sqrt(lambda^2 + 4 s^2) - lambda)/2, B the same with + lambda.
    expect(deviation(squares(5))).toBeCloseTo(0.011458, 6)
    expect(deviation(squares(-5))).toBeCloseTo(0.514228, 6)
    expect(deviation(squares(0))).toBeCloseTo(0.289735, 6)
  })

  test('A6: half times of the levels from u = 1e-4', () => {
    const times = [0, 1, 2, 4].map((i) => {
      const s = tree15().singularValues[i]
      return Math.log(s / 1e-4 - 1) / (2 * s)
    })
    for (const [i, time] of [3.47788, 4.88739, 7.11966, 11.5546].entries()) expect(times[i]).toBeCloseTo(time, 5)
    expect(times[3] / times[0]).toBeCloseTo(3.32231, 5)
  })

  test.each([
    [1e4, 0.75, 0.5, 0.25],
    [10, 0.74748119, 0.49590112, 0.24616646],
    [1, 0.64732442, 0.36769301, 0.15577624],
    [0, 0.42787001, 0.2184559, 0.08776703],
    [-1, 0.15641701, 0.08884794, 0.03764118],
    [-10, 0.00367733, 0.00243965, 0.00121105],
  ])('A5: transfer on tree15 at lambda = %f', (lambda, ...expected) => {
    const { s, v } = svd(engine.matrix(tree15().sigmaYX))
    const vectors = v.toArray()
    /** Items i and j in K = V diag((sqrt(lambda^2 + 4 s^2) - lambda)/2) V', without cancellation. */
    const kernel = (i: number, j: number) => {
      let sum = 0
      for (let k = 0; k < 8; k++) {
        const root = Math.hypot(lambda, 2 * s[k])
        const weight = lambda > 0 ? (2 * s[k] ** 2) / (root + lambda) : (root - lambda) / 2
        sum += vectors[i * 8 + k] * weight * vectors[j * 8 + k]
      }
      return sum
    }
    for (const [at, item] of [1, 2, 4].entries()) {
      // The table is rounded to 8 digits, and at 1e4 to the limit.
      expect(Math.abs(kernel(0, item) / kernel(0, 0) - expected[at])).toBeLessThan(lambda === 1e4 ? 1e-8 : 6e-9)
    }
  })

  test('reversal: the tasks of golden cases G1 and G6', () => {
    const h = (v: number[]) =>
      v.map((a, i) =>
        v.map((b, j) => (i === j ? 1 : 0) - (2 * a * b) / v.reduce((sum, value) => sum + value * value, 0)),
      )
    const [u, v] = [h([1, 0, 2]), h([1, -2, 2])]
    const sigma = u.map((row) => v.map((other) => row.reduce((sum, x, k) => sum + x * [2, 1, 0.5][k] * other[k], 0)))
    const [first, reversed] = reversalPair(sigma)
    expect(Array.from(first.sigmaYX.data)).toEqual(sigma.flat())
    expect(Array.from(reversed.sigmaYX.data)).toEqual(sigma.flat().map((value) => -value))
    const golden = [1.1111111111111112, 0.17777777777777776, -0.5777777777777778]
    for (const [i, value] of golden.entries()) expect(reversed.sigmaYX.data[i]).toBeCloseTo(-value, 15)
  })
})

describe('shapes and ranges', () => {
  test('a tree by its leaves is the tree by its levels', () => {
    expect(semanticTree({ leaves: 27, branching: 3 })).toEqual(semanticTree({ levels: 3, branching: 3 }))
    expect(semanticTree({ levels: 3 }).outputs).toEqual(tree15().outputs)
  })

  test('a pair shares its inputs; zeros have no sign', () => {
    const task = tree7()
    const [first, reversed] = reversalPair(task)
    expect(first).toBe(task)
    expect([reversed.inputs, reversed.singularValues]).toEqual([task.inputs, task.singularValues])
    expect(reversed.outputs.data.every((value, i) => Object.is(value, task.outputs.data[i] === 0 ? 0 : -1))).toBe(true)
    expect(task.outputs.data.every((value) => value >= 0)).toBe(true)
  })

  test('every call makes new arrays', () => {
    tree15().outputs.data.fill(7)
    ;(livingThings().items as string[]).pop()
    expect(tree15().outputs.data[0]).toBe(1)
    expect(livingThings().items.length).toBe(4)
  })

  test('random regression: the seed decides; entries of Sigma_yx have variance 1/P', () => {
    const sigma = (seed: number) => randomRegression({ inputs: 30, outputs: 40, samples: 50, seed }).sigmaYX.data
    expect(sigma(1)).toEqual(sigma(1))
    expect(sigma(1)).not.toEqual(sigma(2))
    const variance = sigma(1).reduce((sum, value) => sum + value * value, 0) / 1200
    // 1200 entries: a relative deviation of sqrt(2/1200) = 4 %.
    expect(Math.abs(variance * 50 - 1)).toBeLessThan(0.17)
  })

  test.each<[string, () => unknown, string, RegExp]>([
    ['no size of a tree', () => semanticTree({}), 'OPTION', /either levels or leaves/],
    ['two sizes of a tree', () => semanticTree({ levels: 3, leaves: 8 }), 'OPTION', /either levels or leaves/],
    ['leaves that are no power', () => semanticTree({ leaves: 12 }), 'RANGE', /power of branching = 2, got 12/],
    ['one leaf', () => semanticTree({ leaves: 1 }), 'RANGE', /leaves/],
    ['no levels', () => semanticTree({ levels: 0 }), 'RANGE', /levels/],
    ['a tree too large', () => semanticTree({ levels: 24, branching: 1024 }), 'RANGE', /too large/],
    ['a tree of half a million items', () => semanticTree({ levels: 19 }), 'RANGE', /too large/],
    ['one child', () => semanticTree({ levels: 2, branching: 1 }), 'RANGE', /branching/],
    ['a word for a switch', () => semanticTree({ levels: 2, leafFeatures: 'no' as never }), 'OPTION', /true or false/],
    ['a misspelt option', () => semanticTree({ level: 2 } as never), 'OPTION', /did you mean 'levels'/],
    ['Haar of 6', () => haar(6), 'RANGE', /power of 2/],
    ['Haar of 1', () => haar(1), 'RANGE', /from 2/],
    ['Haar of NaN', () => haar(Number.NaN), 'RANGE', /n must be an integer/],
    ['too few samples', () => randomRegression({ inputs: 5, outputs: 1, samples: 4 }), 'RANGE', /at least 5/],
    ['too many samples', () => randomRegression({ inputs: 5, outputs: 1, samples: 2 ** 30 }), 'RANGE', /memory/],
    ['no outputs', () => randomRegression({ inputs: 5, outputs: 0, samples: 9 }), 'RANGE', /outputs/],
    ['reversal of a number', () => reversalPair(3 as never), 'DTYPE', /must be a matrix/],
    ['reversal of a task', () => reversalPair(regression([[1]], [[1]]) as never), 'DTYPE', /must be a matrix/],
    ['reversal of infinity', () => reversalPair([[Infinity]]), 'RANGE', /finite/],
    ['reversal of nothing', () => reversalPair({ data: [], shape: [0, 3] }), 'SHAPE', /0 x 3/],
  ])('%s is refused', (_, call, code, message) => {
    let error: unknown
    try {
      call()
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(DeepLinearError)
    expect((error as DeepLinearError).code).toBe(code)
    expect((error as DeepLinearError).message).toMatch(message)
  })

  test('the examples', () => {
    expect(semanticTree({ levels: 3 }).outputs.shape).toEqual([15, 8])
    expect(tree15().singularValues[0] ** 2 * 8).toBe(15)
    expect(tree7().outputs.shape).toEqual([7, 8])
    expect(livingThings().features[3]).toBe('Fly')
    expect(haar(8).features[1]).toBe('0-3 against 4-7')
    expect(randomRegression({ inputs: 4, outputs: 3, samples: 20, seed: 1 }).sigmaYX.shape).toEqual([3, 4])
    const [, reversed] = reversalPair([
      [2, 0],
      [0, 1],
    ])
    expect(reversed.sigmaYX.data[3]).toBe(-1)
  })
})
