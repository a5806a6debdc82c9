// Tied linear autoencoders: the map W'W, gradients by differences of a loss written down here, whole and on samples, what they learn, bits,
// memory, errors.
import { describe, expect, test } from 'vitest'
import {
  autoencoder,
  createEngineSync,
  createTiedAutoencoder,
  type DeepLinearError,
  DTypeError,
  explicit,
  gaussian,
  gradientDescent,
  gradientFlowSync,
  MemoryError,
  type Optimizer,
  OptionError,
  orthogonal,
  probes,
  RangeArgError,
  regression,
  ShapeError,
  sgd,
  type Task,
  type TiedAutoencoderOptions,
  trainSync,
} from '../../src/index.js'
import { type Nested, product, random, transpose } from './model.js'

const engine = createEngineSync()
/** Five-point differences of a polynomial of degree 4: exact but for rounding, O(eps / h). */
const H = 1e-2
const TOLERANCE = 1e-11

const [n, k, P] = [5, 3, 9]
const x = random(n, P, 1)
const y = random(n, P, 2)
const w = random(k, n, 3).map((row) => row.map((value) => value / 2))

const loss = (weights: Nested, targets: Nested) => {
  const f = product(transpose(weights), product(weights, x)).flat()
  return targets.flat().reduce((sum, value, at) => sum + (f[at] - value) ** 2, 0) / (2 * P)
}

test('the map is W transposed times W', () => {
  using net = createTiedAutoencoder(engine, { inputs: n, hidden: k, init: explicit([w]) })
  expect(net.sizes).toEqual([n, k, n])
  expect(net.encoder.toNested()).toEqual(w)
  using map = net.endToEnd()
  const wanted = product(transpose(w), w)
  map.toNested().forEach((row, i) => {
    for (const [j, value] of row.entries()) expect(Math.abs(value - wanted[i][j])).toBeLessThan(1e-15)
  })
})

describe.each<{ name: string; rule: Optimizer }>([
  { name: 'of the map', rule: gradientDescent({ learningRate: 1 }) },
  { name: 'on samples', rule: sgd({ learningRate: 1, batchSize: P }) },
])('gradients by differences, $name', ({ rule }) => {
  const tasks: { name: string; task: Task; targets: Nested }[] = [
    { name: 'other targets', task: regression(x, y), targets: y },
    { name: 'its own inputs', task: regression(x, x), targets: x },
  ]
  test.each(tasks)('$name', ({ task, targets }) => {
    using net = createTiedAutoencoder(engine, { inputs: n, hidden: k, init: explicit([w]) })
    trainSync(net, task, { optimizer: rule, steps: 1, record: { probes: [] } })
    const after = net.encoder.toNested()
    const moved = w.map((row) => [...row])
    let scale = 0
    let worst = 0
    for (const [i, row] of moved.entries()) {
      for (const [j, value] of row.entries()) {
        const at = (steps: number) => {
          row[j] = value + steps * H
          const result = loss(moved, targets)
          row[j] = value
          return result
        }
        const wanted = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * H)
        scale = Math.max(scale, Math.abs(wanted))
        worst = Math.max(worst, Math.abs(value - after[i][j] - wanted))
      }
    }
    expect(worst / scale).toBeLessThan(TOLERANCE)
  })
})

describe('what it learns', () => {
  // Eigenvalues 4, 2, 1, 0.5 along rotated axes.
  const q = [
    [0.5, 0.5, 0.5, 0.5],
    [0.5, 0.5, -0.5, -0.5],
    [0.5, -0.5, 0.5, -0.5],
    [0.5, -0.5, -0.5, 0.5],
  ]
  const covariance = product(
    transpose(q),
    q.map((row, i) => row.map((value) => [4, 2, 1, 0.5][i] * value)),
  )
  const projection = product(transpose(q.slice(0, 2)), q.slice(0, 2))
  const distance = (net: ReturnType<typeof createTiedAutoencoder>) => {
    using map = net.endToEnd()
    return Math.max(...map.toArray().map((value, at) => Math.abs(value - projection.flat()[at])))
  }
  const make = () => createTiedAutoencoder(engine, { inputs: 4, hidden: 2, init: gaussian({ variance: 0.1 }), seed: 5 })

  test('the projection on the leading components, by descent', () => {
    using net = make()
    const { columns } = trainSync(net, autoencoder(covariance), {
      optimizer: gradientDescent({ learningRate: 0.05 }),
      steps: 2000,
    })
    expect(distance(net)).toBeLessThan(1e-12)
    // Half the eigenvalues that are left out.
    expect(Math.abs(columns.loss.data.at(-1)! - 0.75)).toBeLessThan(1e-12)
  })

  test('and by the flow', () => {
    using net = make()
    expect(gradientFlowSync(net, autoencoder(covariance), { time: 60, rtol: 1e-11 }).status).toBe('completed')
    expect(distance(net)).toBeLessThan(1e-9)
  })

  test('with a penalty on W: shrunken components', () => {
    // C(W) + lambda/2 |W|^2 with singular values s^2 of W'W: minimal at s^2 = 1 - lambda / (2 c).
    using net = make()
    trainSync(net, autoencoder(covariance, { penalty: 'sum', lambda: 1 }), {
      optimizer: gradientDescent({ learningRate: 0.05 }),
      steps: 4000,
    })
    using map = net.endToEnd()
    const shrunken = product(
      transpose(q.slice(0, 2)),
      q.slice(0, 2).map((row, i) => row.map((value) => (1 - 1 / (2 * [4, 2][i])) * value)),
    )
    map.toArray().forEach((value, at) => {
      expect(Math.abs(value - shrunken.flat()[at])).toBeLessThan(1e-12)
    })
  })
})

test.each(['float64', 'float32'] as const)('equal bits on both executors, %s', (dtype) => {
  const runs = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })].map((on) => {
    using net = createTiedAutoencoder(on, { inputs: n, hidden: k, dtype, seed: 3 })
    const { columns } = trainSync(net, regression(x, x), {
      optimizer: sgd({ learningRate: 0.02, momentum: 0.5, batchSize: 4, seed: 1 }),
      steps: 30,
      record: { every: 10, probes: [probes.loss(), probes.gradientNorm()] },
    })
    return { w: [...net.encoder.toArray()], loss: [...columns.loss.data], norm: [...columns.gradientNorm.data] }
  })
  expect(runs[1]).toEqual(runs[0])
})

describe('errors, before anything is kept', () => {
  const bad: [string, Record<string, unknown>, new (...args: never[]) => Error, string][] = [
    ['no inputs', { inputs: undefined }, DTypeError, 'inputs'],
    ['no inputs at all', { inputs: 0 }, RangeArgError, 'inputs'],
    ['half a hidden unit', { hidden: 0.5 }, RangeArgError, 'hidden'],
    ['hidden by name', { hidden: '2' }, DTypeError, 'hidden'],
    ['a start by name', { init: 'orthogonal' }, OptionError, 'init'],
    ['a start of another shape', { init: explicit([[[1]]]) }, ShapeError, 'W_1'],
    ['another dtype', { dtype: 'float16' }, OptionError, 'dtype'],
    ['sizes', { sizes: [2, 1] }, OptionError, 'tied autoencoder.sizes'],
  ]
  test.each(bad)('%s', (_name, options, kind, argument) => {
    const { liveBytes } = engine.memory
    let caught: unknown
    try {
      createTiedAutoencoder(engine, { inputs: 4, hidden: 2, ...options } as TiedAutoencoderOptions)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(kind)
    expect((caught as DeepLinearError).argument).toBe(argument)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('a task of another size; no memory; dispose', () => {
    const { liveBytes } = engine.memory
    const net = createTiedAutoencoder(engine, { inputs: 4, hidden: 2, init: orthogonal() })
    const rule = { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 1 }
    expect(() => trainSync(net, regression(x, y), rule)).toThrow(ShapeError)
    net.dispose()
    expect(engine.memory.liveBytes).toBe(liveBytes)
    const small = createEngineSync({ budgetBytes: 2 ** 20 })
    const before = small.memory.liveBytes
    expect(() => createTiedAutoencoder(small, { inputs: 1000, hidden: 1000 })).toThrow(MemoryError)
    expect(small.memory.liveBytes).toBe(before)
  })
})
