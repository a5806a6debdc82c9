// Diagonal networks: products and gradients by differences of a loss written down here, depth by coordinate, what weight decay leaves alone,
// bits, memory, errors.
import { describe, expect, test } from 'vitest'
import {
  classification,
  createDiagonalNetwork,
  createEngineSync,
  createNetwork,
  type DeepLinearError,
  type DiagonalNetwork,
  type DiagonalNetworkOptions,
  DTypeError,
  explicit,
  gradientDescent,
  MemoryError,
  OptionError,
  probes,
  RangeArgError,
  regression,
  ShapeError,
  sgd,
  type Task,
  trainSync,
  whitened,
} from '../../src/index.js'
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'

const engine = createEngineSync()
/** Five-point differences of smooth losses of order 1: rounding O(eps / h) = 2e-12. */
const H = 1e-4
const TOLERANCE = 1e-9

const DEPTHS = [1, 3, 2, 5, 3]
const LEVELS = Math.max(...DEPTHS)
const drawn = normal(key(8), LEVELS * DEPTHS.length)
const start = Array.from({ length: LEVELS }, (_, j) => Array.from(DEPTHS, (_, i) => 0.4 + drawn[j * DEPTHS.length + i]))
const x = DEPTHS.map((_, i) => Array.from(normal(key(20 + i), 7)))
const y = [Array.from(normal(key(30), 7))]
const signs = [y[0].map((value) => Math.sign(value))]
const sigma = [[0.5, -1, 2, 0.3, 1]]

const beta = (theta: number[][]) =>
  DEPTHS.map((depth, i) => theta.slice(0, depth).reduce((product, level) => product * level[i], 1))
const outputs = (theta: number[][]) => {
  const b = beta(theta)
  return x[0].map((_, p) => b.reduce((sum, value, i) => sum + value * x[i][p], 0))
}

const TASKS: { name: string; task: Task; loss: (theta: number[][]) => number }[] = [
  {
    name: 'of the map',
    task: whitened(sigma),
    loss: (theta) => beta(theta).reduce((sum, b, i) => sum + (b - sigma[0][i]) ** 2, 0) / 2,
  },
  {
    name: 'regression',
    task: regression(x, y),
    loss: (theta) => outputs(theta).reduce((sum, f, p) => sum + (f - y[0][p]) ** 2, 0) / 14,
  },
  {
    name: 'on samples',
    task: classification(x, signs, { loss: 'logistic' }),
    loss: (theta) => outputs(theta).reduce((sum, f, p) => sum + Math.log1p(Math.exp(-signs[0][p] * f)), 0) / 7,
  },
]

const make = (options: Partial<DiagonalNetworkOptions> = {}, on = engine) =>
  createDiagonalNetwork(on, { depths: DEPTHS, start, ...options })
const thetaOf = (net: DiagonalNetwork) => net.factors.map((factor) => factor.toNested()[0])

test('the end-to-end map is the product, coordinate by coordinate', () => {
  using net = make()
  using map = net.endToEnd()
  expect(map.shape).toEqual([1, 5])
  beta(start).forEach((value, i) => {
    expect(Math.abs(map.get(0, i) / value - 1)).toBeLessThan(1e-15)
  })
  expect(net.sizes).toEqual([5, 1])
  expect(net.parameters.map(({ name, layer }) => [name, layer])).toEqual(
    [1, 2, 3, 4, 5].map((layer) => [`theta_${layer}`, layer]),
  )
})

describe.each([
  { name: 'a random start', from: start },
  // No factor is divided by: one zero in a coordinate is like any other number, and two stop it.
  {
    name: 'zeros',
    from: start.map((level, j) => level.map((value, i) => (j === 1 || (i === 3 && j === 0) ? 0 : value))),
  },
])('gradients by differences, $name', ({ from }) => {
  test.each(TASKS)('$name', ({ task, loss }) => {
    using net = make({ start: from })
    const before = thetaOf(net)
    trainSync(net, task, { optimizer: gradientDescent({ learningRate: 1 }), steps: 1, record: { probes: [] } })
    const after = thetaOf(net)
    const theta = from.map((level) => [...level])
    let scale = 0
    let worst = 0
    for (let j = 0; j < LEVELS; j++) {
      for (const [i, depth] of DEPTHS.entries()) {
        const found = before[j][i] - after[j][i]
        if (j >= depth) {
          expect(Object.is(after[j][i], 0)).toBe(true)
          continue
        }
        const value = theta[j][i]
        const at = (steps: number) => {
          theta[j][i] = value + steps * H
          const result = loss(theta)
          theta[j][i] = value
          return result
        }
        const wanted = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * H)
        scale = Math.max(scale, Math.abs(wanted))
        worst = Math.max(worst, Math.abs(found - wanted))
      }
    }
    expect(worst / scale).toBeLessThan(TOLERANCE)
  })
})

test('minibatches of everything take the same step', () => {
  const end = (optimizer: ReturnType<typeof sgd>) => {
    using net = make()
    trainSync(net, regression(x, y), { optimizer, steps: 5, record: { probes: [] } })
    return thetaOf(net).flat()
  }
  const whole = end(gradientDescent({ learningRate: 0.01 }))
  end(sgd({ learningRate: 0.01, batchSize: 7 })).forEach((value, at) => {
    expect(Math.abs(value - whole[at])).toBeLessThan(1e-14)
  })
})

test('weight decay and its penalty reach the factors that there are, and no others', () => {
  // theta := theta - eta (dC/dtheta + lambda theta), on depths 1 and 2 with C = |beta - sigma|^2 / 2.
  const [eta, lambda, steps] = [0.1, 0.3, 40]
  let [a, b, c] = [0.3, 0.8, -0.5]
  let penalized = 0
  for (let step = 0; step <= steps; step++) {
    const [r, s] = [a - 1, b * c - 2]
    penalized = (r * r + s * s) / 2 + (lambda / 2) * (a * a + b * b + c * c)
    if (step < steps)
      [a, b, c] = [a - eta * (r + lambda * a), b - eta * (s * c + lambda * b), c - eta * (s * b + lambda * c)]
  }
  const options = {
    depths: [1, 2],
    start: [
      [0.3, 0.8],
      [99, -0.5],
    ],
  }
  const penalty: Task = { ...whitened([[1, 2]]), weightPenalty: lambda }
  using first = createDiagonalNetwork(engine, options)
  const { columns } = trainSync(first, penalty, { optimizer: gradientDescent({ learningRate: eta }), steps })
  expect(Math.abs(columns.loss.data.at(-1)! / penalized - 1)).toBeLessThan(1e-13)
  using second = createDiagonalNetwork(engine, options)
  trainSync(second, whitened([[1, 2]]), { optimizer: sgd({ learningRate: eta, weightDecay: lambda }), steps })
  for (const net of [first, second]) {
    const [[a1, b1], [ghost, c1]] = thetaOf(net)
    expect(Object.is(ghost, 0)).toBe(true)
    for (const [found, wanted] of [
      [a1, a],
      [b1, b],
      [c1, c],
    ]) {
      expect(Math.abs(found - wanted)).toBeLessThan(1e-14)
    }
  }
})

test('depth 2 everywhere is a two-layer chain with diagonal weights', () => {
  const rate = { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 60, record: { every: 1 } }
  using net = createDiagonalNetwork(engine, { depths: [2], start: [[0.3], [0.7]] })
  using chained = createNetwork(engine, { sizes: [1, 1, 1], init: explicit([[[0.3]], [[0.7]]]) })
  const losses = [net, chained].map((each) => [...trainSync(each, whitened([[2]]), rate).columns.loss.data])
  losses[0].forEach((loss, step) => {
    expect(Math.abs(loss - losses[1][step])).toBeLessThan(1e-15)
  })
})

test.each(['float64', 'float32'] as const)('equal bits on both executors, %s', (dtype) => {
  const runs = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })].map((on) => {
    using net = make({ dtype }, on)
    const { columns } = trainSync(net, classification(x, signs, { loss: 'log-sum-exp' }), {
      optimizer: sgd({ learningRate: 0.01, momentum: 0.9, layerRates: [1, 2, 0.5, 1, 0] }),
      steps: 30,
      record: { every: 10, probes: [probes.loss(), probes.gradientNorm()] },
    })
    return { theta: thetaOf(net), loss: [...columns.loss.data], norm: [...columns.gradientNorm.data] }
  })
  expect(runs[1]).toEqual(runs[0])
  // A layer at rate 0 is where it was.
  using untouched = make({ dtype })
  expect(runs[0].theta[4]).toEqual(thetaOf(untouched)[4])
})

describe('errors, before anything is kept', () => {
  const level = DEPTHS.map(() => 1)
  const bad: [string, Record<string, unknown>, new (...args: never[]) => Error, string][] = [
    ['no depths', { depths: undefined }, OptionError, 'depths'],
    ['empty depths', { depths: [] }, OptionError, 'depths'],
    ['a depth of 0', { depths: [0, 1] }, RangeArgError, 'depths[0]'],
    ['a depth of 65', { depths: [1, 65] }, RangeArgError, 'depths[1]'],
    ['a depth of 1.5', { depths: [1.5] }, RangeArgError, 'depths[0]'],
    ['a depth by name', { depths: ['2'] }, DTypeError, 'depths[0]'],
    ['too few levels', { start: start.slice(1) }, ShapeError, 'start'],
    ['too many levels', { start: [...start, level] }, ShapeError, 'start'],
    ['NaN', { start: [[NaN, 1, 1, 1, 1], ...start.slice(1)] }, RangeArgError, 'start[0][0]'],
    ['infinity', { start: [...start.slice(0, 4), [0, 0, 0, Infinity, 0]] }, RangeArgError, 'start[4][3]'],
    ['another dtype', { dtype: 'float16' }, OptionError, 'dtype'],
    ['another option', { seed: 1 }, OptionError, 'diagonal network.seed'],
  ]
  test.each(bad)('%s', (_name, options, kind, argument) => {
    const { liveBytes } = engine.memory
    let caught: unknown
    try {
      make(options as Partial<DiagonalNetworkOptions>)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(kind)
    expect((caught as DeepLinearError).argument).toBe(argument)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('no engine', () => {
    expect(() => createDiagonalNetwork({} as never, { depths: [1], start: [[1]] })).toThrow(DTypeError)
  })

  test('entries beyond the depth may be anything', () => {
    using net = createDiagonalNetwork(engine, {
      depths: [1, 2],
      start: [
        [1, 2],
        [NaN, 3],
      ],
    })
    expect(thetaOf(net)).toEqual([
      [1, 2],
      [0, 3],
    ])
  })

  test('no memory: everything is given back; dispose gives everything back', () => {
    const { liveBytes } = engine.memory
    const net = make()
    trainSync(net, whitened(sigma), { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 1 })
    net.dispose()
    expect(engine.memory.liveBytes).toBe(liveBytes)
    const small = createEngineSync({ budgetBytes: 2 ** 20 })
    const before = small.memory.liveBytes
    const depths = Array.from({ length: 16_000 }, (_, i) => 1 + (i % 4))
    const ones = [1, 2, 3, 4].map(() => depths.map(() => 1))
    expect(() => createDiagonalNetwork(small, { depths, start: ones })).toThrow(MemoryError)
    expect(small.memory.liveBytes).toBe(before)
  })
})
