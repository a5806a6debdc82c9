// Conservation of the balance D_l = W_{l+1}' W_{l+1} - W_l W_l'. Gradient flow keeps it; gradient descent moves it by O(learningRate)
// over a fixed time, so the drift falls in proportion to the learning rate.
import { describe, expect, test } from 'vitest'
import {
  balanced,
  createEngineSync,
  createNetwork,
  gaussian,
  gradientDescent,
  orthogonal,
  probes,
  teacher,
  trainSync,
} from '../../src/index.js'

const engine = createEngineSync()
const task = teacher({ inputs: 5, outputs: 4, singularValues: [2, 1, 0.5], seed: 3 })
const TIME = 4

function drift(learningRate: number): number {
  using net = createNetwork(engine, { sizes: [5, 7, 6, 4], init: gaussian({ variance: 0.1 }), seed: 5 })
  const { columns } = trainSync(net, task, {
    optimizer: gradientDescent({ learningRate }),
    steps: Math.round(TIME / learningRate),
    record: { probes: [probes.balance({ drift: true })] },
  })
  return Math.max(...columns.balance.data.slice(-2))
}

describe('balance', () => {
  test('drifts in proportion to the learning rate', () => {
    const rates = [0.04, 0.02, 0.01, 0.005, 0.0025]
    const drifts = rates.map(drift)
    for (let i = 1; i < rates.length; i++) {
      const slope = Math.log2(drifts[i - 1] / drifts[i])
      expect(slope).toBeGreaterThan(0.95)
      expect(slope).toBeLessThan(1.05)
    }
  })

  test('the drift probe starts at zero and does not touch training', () => {
    const run = (withProbe: boolean) => {
      using net = createNetwork(engine, { sizes: [5, 7, 6, 4], init: gaussian({ variance: 0.1 }), seed: 5 })
      const observed = withProbe ? [probes.balance({ drift: true }), probes.gradientNorm(), probes.rank()] : []
      const { columns } = trainSync(net, task, {
        optimizer: gradientDescent({ learningRate: 0.02 }),
        steps: 100,
        record: { every: 10, probes: observed },
      })
      return {
        weights: net.weights.map((w) => Array.from(w.toArray())),
        first: (columns as { balance?: { data: Float64Array } }).balance?.data.slice(0, 2),
      }
    }
    const observed = run(true)
    expect(Array.from(observed.first!)).toEqual([0, 0])
    expect(observed.weights).toEqual(run(false).weights)
  })

  test.each([
    { name: 'balanced, scale', init: balanced({ scale: 0.3 }), most: 1e-14 },
    {
      name: 'balanced, end-to-end',
      init: balanced({
        endToEnd: [
          [1, 0, 0.5],
          [0, 2, 0],
          [0, 0, 0.1],
        ],
      }),
      most: 1e-13,
    },
  ])('$name starts balanced', ({ init, most }) => {
    using net = createNetwork(engine, { sizes: [3, 6, 5, 3], init, seed: 2 })
    const { columns } = trainSync(net, teacher({ inputs: 3, outputs: 3 }), {
      optimizer: gradientDescent({ learningRate: 0.01 }),
      steps: 0,
      record: { probes: [probes.balance()] },
    })
    expect(Math.max(...columns.balance.data)).toBeLessThan(most)
  })

  test('balanced({ endToEnd }) has that end-to-end map', () => {
    const map = [
      [1, 0, 0.5],
      [0, 2, 0],
      [0, 0, 0.1],
    ]
    using net = createNetwork(engine, { sizes: [3, 6, 5, 3], init: balanced({ endToEnd: map }), seed: 2 })
    using actual = net.endToEnd()
    const worst = Math.max(...actual.toArray().map((value, i) => Math.abs(value - map.flat()[i])))
    expect(worst).toBeLessThan(1e-14)
  })

  test('orthogonal layers are orthogonal, wide or tall', () => {
    using net = createNetwork(engine, { sizes: [3, 6, 4], init: orthogonal({ gain: 2 }), seed: 2 })
    const [w1, w2] = net.weights
    using tall = engine.matmul(w1, w1, { transposeA: true })
    using wide = engine.matmul(w2, w2, { transposeB: true })
    for (const gram of [tall, wide]) {
      gram.toNested().forEach((row, i) => {
        row.forEach((value, j) => {
          expect(Math.abs(value - (i === j ? 4 : 0))).toBeLessThan(1e-14)
        })
      })
    }
  })
})
