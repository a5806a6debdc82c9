// Ensembles as their users see them: members start, train and are recorded as they would alone.
import { afterEach, describe, expect, test } from 'vitest'
import {
  adam,
  createEngineSync,
  createEnsemble,
  createNetwork,
  type DeepLinearNetwork,
  DTypeError,
  foldIn,
  gaussian,
  gradientDescent,
  key,
  type Optimizer,
  OptionError,
  probes,
  RangeArgError,
  regression,
  ShapeError,
  sgd,
  type Task,
  teacher,
  trainEnsemble,
  trainEnsembleSync,
  trainSync,
  whitened,
} from '../../src/index.js'

const engine = createEngineSync({ backend: 'wasm', reproducible: true })
engine.workspace(2 ** 20)
const idle = engine.memory.liveBytes
afterEach(() => expect(engine.memory.liveBytes).toBe(idle))

const target = whitened([
  [3, 0.5, 0],
  [0, 1, -1],
])
const samples = {
  x: [
    [0.1, -0.4, 1.2, 0.7, -1.1, 0.3],
    [1, 0.2, -0.6, 0.5, 0.9, -1.4],
    [-0.3, 0.8, 0.4, -0.9, 0.2, 1.1],
  ],
  y: [
    [1, 0, -1, 0.5, 0.2, 0.4],
    [0.3, 0.6, 0.9, -1, 0, 0.1],
  ],
}
const sizes = [3, 5, 4, 2]
const rules: [string, Optimizer, Task][] = [
  ['gradient descent, simultaneous', gradientDescent({ learningRate: 0.03 }), target],
  ['gradient descent, alternating', gradientDescent({ learningRate: 0.03, update: 'alternating' }), target],
  ['gradient descent on statistics', gradientDescent({ learningRate: 0.03 }), regression(samples.x, samples.y)],
  ['adam', adam({ learningRate: 0.01 }), target],
  ['minibatches', sgd({ learningRate: 0.02, batchSize: 2, seed: 4 }), regression(samples.x, samples.y)],
  ['a schedule', gradientDescent({ learningRate: (step) => 0.05 / (1 + step) }), target],
]
const bits = (net: { weights: DeepLinearNetwork['weights'] }) => net.weights.map((matrix) => [...matrix.view()])

describe.each(['float32', 'float64'] as const)('%s: a member has the bits of a single run', (dtype) => {
  test.each(rules)('%s', (_name, optimizer, task) => {
    const ensemble = createEnsemble(engine, { replicas: 11, sizes, seed: 7, dtype, init: gaussian({ gamma: 1 }) })
    const record = { every: 10, probes: [probes.loss(), probes.singularValues(), probes.balance()] } as const
    const { columns, diverged, status, steps } = trainEnsembleSync(ensemble, task, { optimizer, steps: 40, record })
    expect([status, steps, columns.loss.shape, columns.singularValues.shape]).toEqual(['completed', 40, [11], [11, 2]])
    expect([...diverged]).toEqual(new Array(11).fill(-1))
    for (let i = 0; i < 11; i++) {
      const alone = createNetwork(engine, { sizes, seed: ensemble.seeds[i], dtype, init: gaussian({ gamma: 1 }) })
      const single = trainSync(alone, task, { optimizer, steps: 40, record })
      const member = ensemble.member(i)
      expect(bits(member)).toEqual(bits(alone))
      for (let frame = 0; frame < 5; frame++) {
        expect(columns.step.data[frame]).toBe(single.columns.step.data[frame])
        expect(columns.time.data[frame * 11 + i]).toBe(single.columns.time.data[frame])
        for (const name of ['loss', 'singularValues', 'balance'] as const) {
          const width = single.columns[name].data.length / 5
          const at = (frame * 11 + i) * width
          const wanted = single.columns[name].data.subarray(frame * width, (frame + 1) * width)
          expect([...columns[name].data.subarray(at, at + width)]).toEqual([...wanted])
        }
      }
      for (const net of [alone, member]) net.dispose()
    }
    ensemble.dispose()
  })

  test('with activations and biases', () => {
    const options = { sizes: [3, 6, 2], activation: 'relu', biases: { variance: 0.1 }, dtype } as const
    const ensemble = createEnsemble(engine, { ...options, replicas: 9, seed: 2 })
    const task = regression(samples.x, samples.y)
    const training = { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 25 }
    const { columns } = trainEnsembleSync(ensemble, task, training)
    for (const i of [0, 7, 8]) {
      const alone = createNetwork(engine, { ...options, seed: ensemble.seeds[i] })
      const single = trainSync(alone, task, training)
      const member = ensemble.member(i)
      expect(bits(member)).toEqual(bits(alone))
      expect(columns.loss.data[columns.loss.data.length - 9 + i]).toBe(single.columns.loss.data.at(-1))
      for (const net of [alone, member]) net.dispose()
    }
    ensemble.dispose()
  })

  test('with a learning rate, a scale and a seed of its own', () => {
    const [learningRates, scales, seeds] = [
      [0.01, 0.02, 0.05],
      [1, 0.5, 2],
      [9, 4n, 2 ** 40],
    ]
    const ensemble = createEnsemble(engine, { replicas: 3, sizes, seeds, scales: scales as number[], dtype })
    const optimizer = gradientDescent({ learningRate: 0.1 })
    const { columns } = trainEnsembleSync(ensemble, target, {
      optimizer,
      steps: 30,
      learningRates: learningRates as number[],
      record: { every: 30 },
    })
    for (let i = 0; i < 3; i++) {
      const learningRate = learningRates[i] as number
      const alone = createNetwork(engine, { sizes, seed: seeds[i], dtype })
      for (const matrix of alone.weights) matrix.set(matrix.toArray().map((w) => w * (scales[i] as number)))
      const single = trainSync(alone, target, { optimizer: gradientDescent({ learningRate }), steps: 30 })
      const member = ensemble.member(i)
      expect(bits(member)).toEqual(bits(alone))
      expect(columns.time.data[3 + i]).toBe(single.time)
      for (const net of [alone, member]) net.dispose()
    }
    ensemble.dispose()
  })
})

test('a member does not depend on how many there are', () => {
  const run = (replicas: number) => {
    const ensemble = createEnsemble(engine, { replicas, sizes, seed: 3 })
    trainEnsembleSync(ensemble, target, { optimizer: adam({ learningRate: 0.02 }), steps: 15 })
    const members = [0, 1, 2].map((i) => ensemble.member(i))
    const all = members.map(bits)
    for (const net of [...members, ensemble]) net.dispose()
    return all
  }
  expect(run(3)).toEqual(run(50))
  const ensemble = createEnsemble(engine, { replicas: 2, sizes, seed: 3 })
  const root = foldIn(key(3), 1)
  expect(ensemble.seeds[1]).toBe((BigInt(root[0]) << 32n) | BigInt(root[1]))
  ensemble.dispose()
})

test('a member that diverges is marked, and the others go on', () => {
  const ensemble = createEnsemble(engine, { replicas: 10, sizes: [2, 3, 2], seed: 1 })
  const learningRates = new Array<number>(10).fill(0.05)
  learningRates[6] = 50
  const { diverged, columns } = trainEnsembleSync(
    ensemble,
    teacher({ inputs: 2, outputs: 2, singularValues: [3, 1], seed: 1 }),
    { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 400, learningRates, record: { every: 20 } },
  )
  expect(diverged[6]).toBe(20)
  expect([...diverged].filter((step) => step === -1)).toHaveLength(9)
  const last = columns.loss.data.subarray(-10)
  expect(last[6]).toBeNaN()
  expect([...last].filter((loss) => loss < 1e-3)).toHaveLength(9)
  ensemble.dispose()
})

test('training waits for nobody, and ends when it is told to', async () => {
  const ensemble = createEnsemble(engine, { replicas: 20, sizes, seed: 3 })
  const optimizer = gradientDescent({ learningRate: 0.01 })
  const { steps } = await trainEnsemble(ensemble, target, { optimizer, steps: 200 })
  expect(steps).toBe(200)
  const controller = new AbortController()
  const run = trainEnsemble(ensemble, target, { optimizer, steps: 1e9, signal: controller.signal })
  setTimeout(() => controller.abort(), 20)
  const { status } = await run
  expect(status).toBe('aborted')
  ensemble.dispose()
})

describe('bad input', () => {
  const make = (options: object) => () => createEnsemble(engine, { replicas: 3, sizes, ...options } as never)
  test.each([
    ['no members', make({ replicas: 0 }), RangeArgError, 'replicas'],
    ['half a member', make({ replicas: 1.5 }), RangeArgError, 'replicas'],
    ['an option that does not exist', make({ replica: 3 }), OptionError, 'replica'],
    ['too few seeds', make({ seeds: [1] }), ShapeError, 'seeds'],
    ['a negative seed', make({ seeds: [1, -1, 2] }), RangeArgError, 'seed'],
    ['seed and seeds', make({ seed: 1, seeds: [1, 2, 3] }), OptionError, 'seeds'],
    ['NaN as a scale', make({ scales: [1, Number.NaN, 1] }), RangeArgError, 'scales[1]'],
    [
      'a scale too large',
      make({ scales: [1, 1e308, 1], init: gaussian({ variance: 1e4 }) }),
      RangeArgError,
      'scales[1]',
    ],
    ['no engine', () => createEnsemble({} as never, { replicas: 1, sizes }), DTypeError, 'engine'],
    ['no options', () => createEnsemble(engine, null as never), OptionError, 'ensemble'],
  ])('createEnsemble: %s', (_name, act, kind, text) => {
    expect(act).toThrow(kind)
    expect(act).toThrow(text)
  })

  test('trainEnsemble', () => {
    const ensemble = createEnsemble(engine, { replicas: 3, sizes })
    const optimizer = gradientDescent({ learningRate: 0.1 })
    const go =
      (options: object, task: Task = target) =>
      () =>
        trainEnsembleSync(ensemble, task, { optimizer, steps: 1, ...options } as never)
    const scheduled = gradientDescent({ learningRate: (step) => 1 / (1 + step) })
    for (const [act, kind] of [
      [go({ learningRates: [1] }), ShapeError],
      [go({ learningRates: [1, 0, 1] }), RangeArgError],
      [go({ learningRates: [1, 1, 1], optimizer: scheduled }), OptionError],
      [go({ steps: -1 }), RangeArgError],
      [go({ optimizer: {} }), OptionError],
      [go({ until: {} }), OptionError],
      [go({ signal: new AbortController().signal }), OptionError],
      [go({}, whitened([[1]])), ShapeError],
      [() => trainEnsembleSync({} as never, target, { optimizer, steps: 1 }), DTypeError],
      [() => ensemble.member(3), RangeArgError],
    ] as const) {
      expect(act).toThrow(kind)
    }
    ensemble.dispose()
    expect(() => ensemble.member(0)).toThrow('disposed')
  })
})
