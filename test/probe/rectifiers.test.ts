// Rectifier networks: their tangent kernel against differences of the outputs, the Hamming distance of their gates, starts of a given balance.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  explicit,
  gradientDescent,
  probes,
  regression,
  trainSync,
  unbalanced,
} from '../../src/index.js'
import { noise, toRows } from '../theory/helpers/plain-network.js'

const engine = createEngineSync({ reproducible: true })
const x = toRows(noise(8, 9), 4)

describe.each([false, true])('two outputs, biases: %s', (biases) => {
  test('the kernel is J J of differences; its distance is that of formed kernels', () => {
    using net = createNetwork(engine, {
      sizes: [2, 5, 4, 2],
      activation: 'relu',
      biases: biases && { variance: 0.3 },
      seed: 3,
    })
    const outputs = () => {
      using inputs = engine.matrix(x)
      using found = net.predict(inputs)
      const { rows, cols } = found
      const all = found.toArray()
      // Sample after sample.
      return Array.from({ length: rows * cols }, (_, k) => all[(k % rows) * cols + Math.floor(k / rows)])
    }
    const formed = () => {
      const columns = net.parameters.flatMap(({ matrix }) => {
        const view = matrix.view()
        return Array.from(view, (before, at) => {
          view[at] = before + 1e-6
          const above = outputs()
          view[at] = before - 1e-6
          const below = outputs()
          view[at] = before
          return above.map((value, i) => (value - below[i]) / 2e-6)
        })
      })
      const n = columns[0].length
      return Array.from({ length: n * n }, (_, at) =>
        columns.reduce((sum, column) => sum + column[Math.floor(at / n)] * column[at % n], 0),
      )
    }
    const first = formed()
    const { columns } = trainSync(net, regression(x, toRows(noise(8, 4), 4)), {
      optimizer: gradientDescent({ learningRate: 0.2 }),
      steps: 5,
      record: { every: 5, probes: [probes.ntk({ inputs: x }), probes.kernelDistance({ inputs: x })] },
    })
    const size = first.length
    first.forEach((value, i) => {
      expect(columns.ntk.data[i]).toBeCloseTo(value, 7)
    })
    const last = formed()
    last.forEach((value, i) => {
      expect(columns.ntk.data[size + i]).toBeCloseTo(value, 7)
    })
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
    const cosine = dot(first, last) / Math.sqrt(dot(first, first) * dot(last, last))
    expect(columns.kernelDistance.data[0]).toBe(0)
    expect(columns.kernelDistance.data[1]).toBeCloseTo(1 - cosine, 7)
    expect(1 - cosine).toBeGreaterThan(1e-4)
  })
})

test('Hamming distance: the gates that flip are counted', () => {
  using net = createNetwork(engine, { sizes: [2, 2, 1], activation: 'relu', init: explicit([[[1, 0], [0, 1]], [[1, 1]]]) }) // biome-ignore format: short
  const inputs = [
    [1, -1, 1],
    [1, 1, -1],
  ]
  const write = probes.custom({
    name: 'flip',
    read: ({ step }) => {
      // After the first frame the first unit looks the other way: all of its three gates flip.
      if (step === 0) net.weights[0].view().set([-1, 0])
      return 0
    },
  })
  const { columns } = trainSync(net, regression([[0], [0]], [[0]]), {
    optimizer: gradientDescent({ learningRate: 0.1 }),
    steps: 1,
    record: { every: 1, probes: [probes.hammingDistance({ inputs }), write] },
  })
  expect([...columns.hammingDistance.data]).toEqual([0, 0.5])
})

test.each([1.5, 0, -1.5])('unbalanced starts, delta = %d: strength and balance of every neuron, f = 0', (delta) => {
  using net = createNetwork(engine, { sizes: [3, 6, 2], activation: 'relu', init: unbalanced({ tau: 0.4, delta, antisymmetric: true }), seed: 2 }) // biome-ignore format: one option each
  const [w, a] = net.weights.map((matrix) => matrix.toArray())
  for (let i = 0; i < 6; i++) {
    const [incoming, outgoing] = [w[3 * i] ** 2 + w[3 * i + 1] ** 2 + w[3 * i + 2] ** 2, a[i] ** 2 + a[6 + i] ** 2]
    expect(outgoing - incoming).toBeCloseTo(delta, 13)
    expect(outgoing * incoming).toBeCloseTo(0.4 ** 4, 13)
    expect(a[i]).toBe(-a[(i + 3) % 6])
  }
})

test.each([
  ['tau of 0', () => unbalanced({ tau: 0 }), 'RANGE', 'tau'],
  [
    'an odd width',
    () => createNetwork(engine, { sizes: [2, 3, 1], init: unbalanced({ tau: 1, antisymmetric: true }) }),
    'SHAPE',
    'sizes',
  ],
  [
    'three layers',
    () => createNetwork(engine, { sizes: [2, 2, 2, 1], init: unbalanced({ tau: 1 }) }),
    'SHAPE',
    'sizes',
  ],
  [
    'a linear network',
    () => {
      const net = createNetwork(engine, { sizes: [2, 2, 1], seed: 1 })
      trainSync(net, regression([[1], [1]], [[1]]), {
        optimizer: gradientDescent({ learningRate: 0.1 }),
        steps: 1,
        record: { probes: [probes.hammingDistance()] },
      })
    },
    'OPTION',
    'hammingDistance',
  ],
] as [string, () => unknown, string, string][])('refused: %s', (_what, call, code, argument) => {
  expect(call).toThrow(expect.objectContaining({ code, argument }))
})
