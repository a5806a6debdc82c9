// Every probe: reads and does not write, records finite numbers, gives its memory back. A new probe is a row of the table.
import { describe, expect, test } from 'vitest'
import {
  balanced,
  createEngineSync,
  createNetwork,
  type Engine,
  explicit,
  gaussian,
  gradientDescent,
  type Probe,
  probes,
  singularValues,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'
import { HessianOperator } from '../../src/probe/hessian.js'
import { TRACKING_TOLERANCE } from '../../src/probe/spectrum.js'

const engine = createEngineSync()
const dtypes = ['float64', 'float32'] as const
const optimizer = gradientDescent({ learningRate: 0.02 })
const diagonal = (n: number, s: (i: number) => number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? s(i) : 0)))
const target = diagonal(24, (i) => (i < 3 ? 3 - i : 0))

const table: [string, () => Probe][] = [
  ['loss', () => probes.loss()],
  ['gradientNorm', () => probes.gradientNorm()],
  ['balance', () => probes.balance()],
  ['balance drift', () => probes.balance({ drift: true })],
  ['weights', () => probes.weights()],
  [
    'accuracy',
    () => probes.accuracy({ inputs: diagonal(24, () => 1), labels: Array.from({ length: 24 }, (_, i) => i) }),
  ],
  ['singularValues', () => probes.singularValues()],
  ['singularValues, followed', () => probes.singularValues({ rank: 2 })],
  ['rank', () => probes.rank()],
  ['nuclearNorm', () => probes.nuclearNorm()],
  ['effectiveRank', () => probes.effectiveRank()],
  ['stableRank', () => probes.stableRank()],
  ['singularVectors', () => probes.singularVectors({ rank: 2 })],
  ['alignment', () => probes.alignment({ of: target, rank: 2 })],
  ['sharpness', () => probes.sharpness()],
  ['testLoss', () => probes.testLoss(whitened(diagonal(24, () => 1)))],
  ['weightNorms', () => probes.weightNorms()],
  ['neuronNorms', () => probes.neuronNorms({ layer: 1 })],
  ['distance', () => probes.distance()],
  ['meanSquaredDisplacement', () => probes.meanSquaredDisplacement()],
  ['meanSquaredDisplacement, later', () => probes.meanSquaredDisplacement({ from: 20 })],
  ['lambda', () => probes.lambda()],
  ['noetherCharges', () => probes.noetherCharges({ form: 'matrix' })],
  ['ntk', () => probes.ntk({ inputs: Array.from({ length: 24 }, (_, i) => [1, i]) })],
  ['kernelDistance', () => probes.kernelDistance()],
  ['kernelAlignment', () => probes.kernelAlignment({ targets: target })],
  ['cka', () => probes.cka({ layer: 1 })],
  [
    'representationalSimilarity',
    () => probes.representationalSimilarity({ layer: 1, side: 'output', targets: target }),
  ],
  ['representationalAlignment', () => probes.representationalAlignment({ layer: 1 })],
  ['custom', () => probes.custom({ name: 'custom', read: ({ weights: [w] }) => w.data.fill(7).length })],
]

/** Probes of feedback matrices, which need some. */
const fed: [string, () => Probe][] = [
  ['weightAngle', () => probes.weightAngle()],
  ['projectionAngle', () => probes.projectionAngle()],
  ['gradientAngle', () => probes.gradientAngle()],
  ['feedbackRatio', () => probes.feedbackRatio()],
]

/** Probes of other networks than these, tested beside them in rectifiers.test.ts. */
const elsewhere = ['hammingDistance']

test('the table has every probe', () => {
  const names = new Set([...[...table, ...fed].map(([, make]) => make().name), ...elsewhere])
  expect([...names].sort()).toEqual(Object.keys(probes).sort())
})

describe.each(dtypes)('%s', (dtype) => {
  const network = (on: Engine = engine, feedback?: { variance: number }) =>
    createNetwork(on, { sizes: [24, 16, 24], init: gaussian({ variance: 1e-2 }), seed: 3, dtype, feedback })
  const run = (list: readonly Probe[], on: Engine = engine, feedback?: { variance: number }) => {
    using net = network(on, feedback)
    const { columns } = trainSync(net, whitened(target), { optimizer, steps: 120, record: { every: 4, probes: list } })
    return { columns, weights: net.weights.map((w) => w.toArray()) }
  }
  const feedback = { variance: 1e-2 }
  const plain = run([]).weights
  const plainFed = run([], engine, feedback).weights

  test.each([
    ...table.map((row) => [...row, undefined, plain] as const),
    ...fed.map((row) => [...row, feedback, plainFed] as const),
  ])('%s: reads only, finite, gives its memory back', (_, make, given, unwatched) => {
    run([make()], engine, given)
    const { liveBytes, liveBlocks } = engine.memory
    const { columns, weights } = run([make()], engine, given)
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
    expect(weights).toEqual(unwatched)
    const column = columns[make().name]
    expect(column.data.length).toBe(31 * column.shape.reduce((product, size) => product * size, 1))
    expect(column.data.every(Number.isFinite)).toBe(true)
  })

  test('both executors record the same bits', () => {
    const list = () => [
      probes.singularValues({ rank: 2 }),
      probes.stableRank(),
      probes.singularVectors({ rank: 2 }),
      probes.alignment({ of: target, rank: 2 }),
      probes.sharpness(),
    ]
    const one = run(list()).columns
    const two = run(list(), createEngineSync({ backend: 'typescript' })).columns
    expect(one).toEqual(two)
  })

  test('followed values are those of a full decomposition, from the flat start to the end', () => {
    for (const spectrum of [(i: number) => 1 / (1 + i), (i: number) => (i < 3 ? 3 - i : 0)]) {
      const observed: { values: Float64Array; map: Float64Array }[] = []
      using net = network()
      const followed = probes.singularValues({ rank: 2 })
      const map: Probe<'map', Float64Array> = {
        name: 'map',
        shape: () => [576],
        emit: (_p, context) => {
          const w = context.endToEnd
          return () => Float64Array.from(w.view())
        },
      }
      const { columns } = trainSync(net, whitened(diagonal(24, spectrum)), {
        optimizer,
        steps: 150,
        record: { every: 1, probes: [followed, map] },
      })
      for (let t = 0; t < 151; t++) {
        observed.push({
          values: columns.singularValues.data.slice(2 * t, 2 * t + 2),
          map: columns.map.data.slice(576 * t, 576 * t + 576),
        })
      }
      for (const { values, map } of observed) {
        const exact = singularValues(engine.matrix([24, 24], map))
        values.forEach((value, i) => {
          expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(TRACKING_TOLERANCE[dtype] * exact[0])
        })
      }
    }
  })

  test('singular vectors do not flip, and reproduce W', () => {
    const { columns } = run([probes.singularVectors({ rank: 2 }), probes.singularValues({ rank: 2 })])
    const { data } = columns.singularVectors
    for (let t = 20; t < 30; t++) {
      for (let k = 0; k < 2; k++) {
        let product = 0
        for (let i = 0; i < 48; i++) product += data[t * 96 + i * 2 + k] * data[(t + 1) * 96 + i * 2 + k]
        expect(product).toBeGreaterThan(1.5)
      }
    }
  })

  test('modes that were learned are aligned; ranks are those of the target', () => {
    using net = network()
    const list = [probes.alignment({ of: target }), probes.effectiveRank(), probes.stableRank()] as const
    const { columns } = trainSync(net, whitened(target), {
      optimizer,
      steps: 2000,
      record: { every: 2000, probes: list },
    })
    expect(Math.min(...columns.alignment.data.slice(-3))).toBeGreaterThan(0.999)
    expect(columns.stableRank.data[1]).toBeCloseTo(14 / 9, 2)
    const [p, q, r] = [3 / 6, 2 / 6, 1 / 6]
    const entropy = -(p * Math.log(p) + q * Math.log(q) + r * Math.log(r))
    expect(columns.effectiveRank.data[1] / Math.exp(entropy)).toBeGreaterThan(0.99)
  })
})

describe('alignment', () => {
  const once = (w: number[][], probe: Probe<'alignment', Float64Array>) => {
    using net = createNetwork(engine, { sizes: [w[0].length, 3, w.length], init: explicit([diagonal(3, () => 1), w]) })
    return [...trainSync(net, whitened(w), { optimizer, steps: 0, record: { probes: [probe] } }).columns.alignment.data]
  }
  const turned = [
    [0, 2, 0],
    [2, 0, 0],
    [0, 0, 1],
  ]

  test('equal teacher values are compared as a subspace', () => {
    const of = diagonal(3, (i) => (i < 2 ? 2 : 1))
    expect(once(turned, probes.alignment({ of })).every((x) => Math.abs(x - 1) < 1e-12)).toBe(true)
    const axes = diagonal(3, () => 1)
    expect(
      once(of, probes.alignment({ u: axes, v: axes, values: [2, 2, 1] })).every((x) => Math.abs(x - 1) < 1e-12),
    ).toBe(true)
  })

  test('refusals', () => {
    expect(() => probes.alignment({})).toThrow(expect.objectContaining({ code: 'OPTION' }))
    expect(() => probes.alignment({ of: [[0]] })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => probes.alignment({ u: [[2]], v: [[1]] })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => probes.alignment({ of: target, rank: 4 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })
})

describe('sharpness', () => {
  test.each([2, 3, 4])('balanced minimum of depth %i: L s_1^(2 - 2/L)', (depth) => {
    for (const dtype of dtypes) {
      const end = diagonal(3, (i) => [3, 2, 0.5][i])
      const sizes = [3, ...new Array<number>(depth - 1).fill(5), 3]
      using net = createNetwork(engine, { sizes, init: balanced({ endToEnd: end }), seed: 2, dtype })
      const list = [probes.sharpness()] as const
      const { columns } = trainSync(net, whitened(end), { optimizer, steps: 0, record: { probes: list } })
      const exact = depth * 3 ** (2 - 2 / depth)
      expect(Math.abs(columns.sharpness.data[0] / exact - 1)).toBeLessThan(dtype === 'float64' ? 1e-10 : 1e-5)
    }
  })

  test('depth 2 with balance c: 2 sqrt(s_1^2 + c^2)', () => {
    // W_2 = [a, b], W_1 = [a; -b]: W = a^2 - b^2 = s, and both Gram matrices are a^2 + b^2 = sqrt(s^2 + c^2).
    const [s, c] = [3, 2]
    const root = Math.sqrt(s * s + c * c)
    const [a, b] = [Math.sqrt((root + s) / 2), Math.sqrt((root - s) / 2)]
    using net = createNetwork(engine, { sizes: [1, 2, 1], init: explicit([[[a], [-b]], [[a, b]]]) })
    const list = [probes.sharpness()] as const
    const { columns } = trainSync(net, whitened([[s]]), { optimizer, steps: 0, record: { probes: list } })
    expect(Math.abs(columns.sharpness.data[0] / (2 * root) - 1)).toBeLessThan(1e-12)
  })

  test('products with the Hessian are differences of gradients, for every task curvature and depth', () => {
    using net = createNetwork(engine, { sizes: [4, 5, 3, 2], init: gaussian({ variance: 0.3 }), seed: 5 })
    const goal = [
      [1, 0, 0.5, 0],
      [0, 2, 0, -1],
    ]
    const task = whitened(goal).bind(engine, 'float64')
    const operator = new HessianOperator(net, task)
    const direction = net.weights.map((w, l) =>
      Float64Array.from({ length: w.size }, (_, i) => Math.sin(1 + i + 7 * l)),
    )
    const exact = operator.product(direction)
    operator.dispose()
    task.dispose()
    const start = net.weights.map((w) => w.toArray())
    const gradientAt = (h: number) => {
      net.weights.forEach((w, l) => {
        w.set(start[l].map((x, i) => x + h * direction[l][i]) as Float64Array)
      })
      const rate = 1
      const before = net.weights.map((w) => w.toArray())
      trainSync(net, whitened(goal), {
        optimizer: gradientDescent({ learningRate: rate }),
        steps: 1,
        record: { probes: [] },
      })
      return net.weights.map((w, l) => w.toArray().map((x, i) => before[l][i] - x))
    }
    const h = 1e-5
    const [plus, minus] = [gradientAt(h), gradientAt(-h)]
    exact.forEach((part, l) => {
      part.forEach((value, i) => {
        expect(Math.abs(value - (plus[l][i] - minus[l][i]) / (2 * h))).toBeLessThan(1e-7)
      })
    })
  })

  test('a diverged run says whether its learning rate exceeded 2 / sharpness', () => {
    const end = diagonal(3, (i) => [3, 2, 0.5][i])
    using net = createNetwork(engine, {
      sizes: [3, 5, 3],
      init: balanced({ endToEnd: diagonal(3, () => 2.9) }),
      seed: 2,
    })
    const { divergence, status } = trainSync(net, whitened(end), {
      optimizer: gradientDescent({ learningRate: 1 }),
      steps: 4000,
    })
    expect(status).toBe('diverged')
    expect(divergence!.bound).toBeCloseTo(2 / divergence!.sharpness!, 12)
    expect(divergence!.message).toMatch(/exceeds 2 \/ sharpness/)
    expect(net.weights.every((w) => w.toArray().every(Number.isFinite))).toBe(true)
  })
})

test('an iterator may write to the weights between frames: the next step sees it', async () => {
  const final = async (write: boolean) => {
    using net = createNetwork(engine, { sizes: [3, 4, 3], init: gaussian({ variance: 0.1 }), seed: 1 })
    const goal = diagonal(3, () => 1)
    const run = train(net, whitened(goal), {
      optimizer,
      steps: 1,
      record: { every: 1, probes: [probes.singularValues()] },
    })
    for await (const { step } of run) if (write && step === 0) for (const w of net.weights) w.view().fill(0)
    return net.weights.flatMap((w) => [...w.toArray()])
  }
  expect((await final(true)).every((x) => x === 0)).toBe(true)
  expect((await final(false)).every((x) => x === 0)).toBe(false)
})
