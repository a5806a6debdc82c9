// The Gram form against the layers it stands for, and the law of its Bartlett start.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  explicit,
  gaussian,
  gradientDescent,
  MemoryError,
  matrixCompletion,
  orthogonal,
  probes,
  RangeArgError,
  regression,
  ShapeError,
  type Task,
  trainSync,
  whitened,
} from '../../src/index.js'
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'

const engine = createEngineSync()
const [n, w, m] = [5, 9, 4]

function random(rows: number, cols: number, seed: number): number[][] {
  const entries = normal(key(seed), rows * cols)
  return Array.from({ length: rows }, (_, i) =>
    Array.from(entries.subarray(i * cols, (i + 1) * cols), (entry) => 0.3 * entry),
  )
}

const tasks: { name: string; task: Task }[] = [
  { name: 'whitened', task: whitened(random(m, n, 11)) },
  { name: 'regression', task: regression(random(n, 20, 12), random(m, 20, 13)) },
  {
    name: 'completion',
    task: matrixCompletion(
      random(m, n, 14).map((row) => row.map((value) => (value > 0 ? 1 : 0))),
      random(m, n, 15),
    ),
  },
]

describe.each(tasks)('$name', ({ task }) => {
  test.each(['simultaneous', 'alternating'] as const)('%s: 500 steps equal those of the layers', (update) => {
    const init = explicit([random(w, n, 1), random(m, w, 2)])
    using layers = createNetwork(engine, { sizes: [n, w, m], init })
    using gram = createGramNetwork(engine, { sizes: [n, w, m], init })
    const options = {
      optimizer: gradientDescent({ learningRate: 0.05, update }),
      steps: 500,
      record: { every: 50, probes: [probes.loss(), probes.gradientNorm(), probes.singularValues()] },
    } as const
    const a = trainSync(layers, task, options).columns
    const b = trainSync(gram, task, options).columns
    for (const name of ['loss', 'gradientNorm', 'singularValues'] as const) {
      const scale = Math.max(...a[name].data)
      const worst = Math.max(...a[name].data.map((value, i) => Math.abs(value - b[name].data[i])))
      expect(worst / scale).toBeLessThan(1e-13)
    }
    using c1 = engine.matmul(layers.weights[1], layers.weights[1], { transposeB: true })
    using c2 = engine.matmul(layers.weights[0], layers.weights[0], { transposeA: true })
    for (const [expected, actual] of [
      [c1, gram.c1],
      [c2, gram.c2],
    ]) {
      const worst = Math.max(...expected.toArray().map((value, i) => Math.abs(value - actual.view()[i])))
      expect(worst).toBeLessThan(1e-13)
    }
  })
})

describe('Bartlett start', () => {
  /** Means and variances of the Gram entries over many seeds, against those of a Wishart matrix. */
  test.each([{ width: 30 }, { width: 3 }])('width $width has the moments of a Wishart matrix', ({ width }) => {
    const draws = 4000
    const variance = 0.7
    const order = 4 // two inputs, two outputs
    const sum = new Float64Array(order * order)
    const squares = new Float64Array(order * order)
    for (let seed = 0; seed < draws; seed++) {
      using net = createGramNetwork(engine, { sizes: [2, width, 2], init: gaussian({ variance }), seed })
      const [c1, a, c2] = [net.c1, net.a, net.c2].map((matrix) => matrix.toNested())
      const gram = [...c1.map((row, i) => [...row, ...a[i]]), ...c2.map((row, i) => [a[0][i], a[1][i], ...row])]
      gram.flat().forEach((value, i) => {
        sum[i] += value
        squares[i] += value * value
      })
    }
    for (let i = 0; i < order; i++) {
      for (let j = 0; j < order; j++) {
        const mean = sum[i * order + j] / draws
        const spread = squares[i * order + j] / draws - mean * mean
        const expectedMean = i === j ? width * variance : 0
        const expectedSpread = (i === j ? 2 : 1) * width * variance ** 2
        // Five standard errors of the mean; the variance of a variance is larger for the heavier-tailed diagonal.
        expect(Math.abs(mean - expectedMean)).toBeLessThan(5 * Math.sqrt(expectedSpread / draws))
        expect(Math.abs(spread / expectedSpread - 1)).toBeLessThan(0.2)
      }
    }
  })

  test('a width of 10^12 starts and trains', () => {
    using net = createGramNetwork(engine, { sizes: [3, 1e12, 2], init: gaussian({ gamma: 1.5 }), seed: 1 })
    expect(net.c1.get(0, 0)).toBeCloseTo(1e-6, 9) // w sigma^2 = w^-0.5
    const result = trainSync(
      net,
      whitened([
        [2, 0, 0],
        [0, 1, 0],
      ]),
      { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 1000 },
    )
    expect(result.columns.loss.data.at(-1)).toBeLessThan(1e-12)
  })

  test('a start that forms its layers is refused before it fills memory', () => {
    expect(() => createGramNetwork(engine, { sizes: [3, 1e10, 2], init: orthogonal() })).toThrow(MemoryError)
  })

  test('a width below both ends is refused: the layers bound the rank, the Gram matrices would not', () => {
    for (const sizes of [
      [4, 3, 4],
      [6, 2, 5],
      [9, 1, 2],
    ]) {
      expect(() => createGramNetwork(engine, { sizes, init: gaussian({ variance: 0.01 }) })).toThrow(RangeArgError)
    }
  })

  test.each([{ sizes: [8, 2, 2] }, { sizes: [2, 2, 8] }, { sizes: [5, 5, 5] }])(
    '$sizes agrees with its layers over 20 000 steps',
    ({ sizes }) => {
      const [inputs, , outputs] = sizes
      const init = explicit([random(sizes[1], inputs, 21), random(outputs, sizes[1], 22)])
      const task = whitened(random(outputs, inputs, 23))
      const [a, b] = [createNetwork, createGramNetwork].map((create) => {
        using net = create(engine, { sizes, init })
        trainSync(net, task, { optimizer: gradientDescent({ learningRate: 0.02 }), steps: 20_000 })
        using map = net.endToEnd()
        return Array.from(map.view())
      })
      expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-12)
    },
  )

  test('a Gram network has two layers', () => {
    expect(() => createGramNetwork(engine, { sizes: [3, 4, 4, 2] })).toThrow(ShapeError)
  })
})
