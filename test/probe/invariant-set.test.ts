// Invariant sets: found where they are, and never left, whatever the noise.
import { afterEach, describe, expect, test } from 'vitest'
import {
  createDiagonalNetwork,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  explicit,
  gaussian,
  isInInvariantSet,
  labelNoise,
  momentum,
  OptionError,
  RangeArgError,
  regression,
  trainSync,
  UnsupportedError,
} from '../../src/index.js'
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'

const engine = createEngineSync({ reproducible: true })
engine.workspace(2 ** 20)
const idle = engine.memory.liveBytes
afterEach(() => expect(engine.memory.liveBytes).toBe(idle))

/** Five neurons: 1 is dead, 0 and 3 are one. */
const init = explicit([
  [
    [0.4, -0.3, 0.2],
    [0, 0, 0],
    [0.1, 0.5, -0.6],
    [0.4, -0.3, 0.2],
    [-0.2, 0.3, 0.7],
  ],
  [
    [0.5, 0, -0.1, 0.5, 0.3],
    [-0.2, 0, 0.4, -0.2, 0.6],
  ],
])
const sizes = [3, 5, 2]
const sets = { inSet: true, sign: [{ layer: 1, neuron: 1 }], duplicates: [{ layer: 1, neurons: [0, 3] }] }
const rows = (seed: number, count: number) =>
  Array.from({ length: count }, (_, i) => [...normal(key(10 * seed + i), 24)])

describe.each(['linear', 'relu', 'tanh'] as const)('%s', (activation) => {
  test('500 steps of minibatches, momentum, weight decay and label noise do not lead out, to the last bit', () => {
    using net = createNetwork(engine, { sizes, init, ...(activation === 'linear' ? {} : { activation }) })
    expect(isInInvariantSet(net, { tol: 0 })).toEqual(sets)
    const optimizer = momentum({ learningRate: 0.02, momentum: 0.8, weightDecay: 0.01, batchSize: 4, seed: 2 })
    const before = net.weights.map((matrix) => matrix.toArray())
    trainSync(net, labelNoise(regression(rows(1, 3), rows(2, 2)), { sigma: 0.5, seed: 5 }), { optimizer, steps: 500 })
    expect(isInInvariantSet(net, { tol: 0 })).toEqual(sets)
    expect(net.weights.map((matrix) => matrix.toArray())).not.toEqual(before)
  })
})

test('thresholds: a norm for one neuron, a distance for two, chains of them as one group', () => {
  const near = explicit([[[1], [1.01], [1.02], [1e-3]], [[1, 1, 1, 0]]])
  using net = createNetwork(engine, { sizes: [1, 4, 1], init: near })
  expect(isInInvariantSet(net)).toEqual({ inSet: false, sign: [], duplicates: [] })
  expect(isInInvariantSet(net, { tol: 0.011 })).toEqual({
    inSet: true,
    sign: [{ layer: 1, neuron: 3 }],
    duplicates: [{ layer: 1, neurons: [0, 1, 2] }],
  })
})

test('a bias keeps a neuron alive; every hidden layer is looked at', () => {
  using biased = createNetwork(engine, {
    sizes: [2, 3, 1],
    biases: { variance: 1 },
    init: gaussian({ variance: 1e-20 }),
  })
  expect(isInInvariantSet(biased).sign).toEqual([])
  using deep = createNetwork(engine, { sizes: [2, 2, 2, 1], init: gaussian({ variance: 1e-20 }) })
  expect(isInInvariantSet(deep).sign).toHaveLength(4)
})

test('diagonal networks: two factors at 0', () => {
  const options = {
    depths: [1, 2, 3],
    start: [
      [0, 0, 0.5],
      [0, 0, 0],
      [0, 0, 1e-7],
    ],
  }
  using net = createDiagonalNetwork(engine, options)
  expect(isInInvariantSet(net).sign).toEqual([
    { layer: 1, neuron: 1 },
    { layer: 1, neuron: 2 },
  ])
  expect(isInInvariantSet(net, { tol: 0 }).sign).toEqual([{ layer: 1, neuron: 1 }])
})

test('what does not apply is refused', () => {
  using residual = createNetwork(engine, { sizes: [2, 3, 3, 1], residual: { scale: 1 } })
  expect(() => isInInvariantSet(residual)).toThrow(UnsupportedError)
  using gram = createGramNetwork(engine, { sizes: [2, 3, 2] })
  expect(() => isInInvariantSet(gram)).toThrow(OptionError)
  using net = createNetwork(engine, { sizes: [2, 3, 1] })
  expect(() => isInInvariantSet(net, { tol: -1 })).toThrow(RangeArgError)
  expect(() => isInInvariantSet(undefined as never)).toThrow('createNetwork')
})
