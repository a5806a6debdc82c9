// Ensembles under noise of their own: diagonal networks, and minibatches that every member draws for itself.
import { afterEach, describe, expect, test } from 'vitest'
import {
  createDiagonalNetwork,
  createEngineSync,
  createEnsemble,
  createNetwork,
  foldIn,
  key,
  labelNoise,
  momentum,
  OptionError,
  probes,
  regression,
  sgd,
  trainEnsembleSync,
  trainSync,
  whitened,
} from '../../src/index.js'
import { labelNoiseModes } from '../../src/theory/index.js'

const engine = createEngineSync({ backend: 'wasm', reproducible: true })
engine.workspace(2 ** 20)
const idle = engine.memory.liveBytes
afterEach(() => expect(engine.memory.liveBytes).toBe(idle))

/** The seed whose key is that of member i. */
function seedOf(seed: number, member: number): bigint {
  const [high, low] = foldIn(key(seed), member)
  return (BigInt(high) << 32n) | BigInt(low)
}

const depths = [1, 2, 3, 2]
const start = [
  [0.3, 0.5, 0.9, -0.4],
  [0, 0.6, 0.8, 0.7],
  [0, 0, 1.1, 0],
]

describe.each(['float32', 'float64'] as const)('diagonal networks, %s', (dtype) => {
  test('a member has the bits of a single run, noise included', () => {
    using ensemble = createEnsemble(engine, { replicas: 11, depths, start, dtype })
    const target = whitened([[1, 0.7, -0.2, 0.4]])
    const optimizer = momentum({ learningRate: 0.03, momentum: 0.8, weightDecay: 0.01 })
    const record = { every: 10, probes: [probes.loss()] } as const
    const noisy = labelNoise(target, { sigma: 0.3, seed: 9 })
    const { columns, diverged } = trainEnsembleSync(ensemble, noisy, { optimizer, steps: 30, record })
    expect([...diverged]).toEqual(new Array(11).fill(-1))
    for (const i of [0, 7, 10]) {
      using alone = createDiagonalNetwork(engine, { depths, start, dtype })
      const task = labelNoise(target, { sigma: 0.3, seed: seedOf(9, i) })
      const single = trainSync(alone, task, { optimizer, steps: 30, record })
      using member = ensemble.member(i)
      expect(member.factors.map((f) => [...f.view()])).toEqual(alone.factors.map((f) => [...f.view()]))
      for (let frame = 0; frame < 4; frame++) {
        expect(columns.loss.data[frame * 11 + i]).toBe(single.columns.loss.data[frame])
      }
    }
  })
})

test('scales differ between diagonal members, seeds do not', () => {
  using ensemble = createEnsemble(engine, { replicas: 3, depths, start, scales: [1, 2, -1] })
  expect(ensemble.seeds).toEqual([])
  using second = ensemble.member(1)
  expect(second.factors[0].toNested()).toEqual([start[0].map((theta) => 2 * theta)])
  const seeds = { replicas: 1, depths, start, seeds: [1] }
  expect(() => createEnsemble(engine, seeds)).toThrow(OptionError)
  expect(() => createEnsemble(engine, { replicas: 1, depths, start, seed: 1 } as never)).toThrow(OptionError)
})

test('modes under injected noise are those of the recursion', () => {
  const values = [0.8, 0.4, 0.1]
  const [learningRate, sigma, steps] = [3 / 1024, 20, 40]
  const xi = Float64Array.from({ length: 3 * steps }, (_, i) => ((i * 7919) % 101) / 40 - 1.25)
  const [end] = labelNoiseModes({ values, learningRate, sigma, u0: [1, 0.5, 0.2], v0: 0.6, steps, xi })
  const modes = {
    depths: [2, 2, 2],
    start: [
      [1, 0.5, 0.2],
      [0.6, 0.6, 0.6],
    ],
  }
  using ensemble = createEnsemble(engine, { replicas: 5, ...modes })
  const task = labelNoise(whitened([values]), {
    sigma,
    // The task adds its noise to the targets, the recursion to the residual.
    noise: (step, row) => row.set(xi.subarray(3 * step, 3 * step + 3).map((x) => -x)),
  })
  trainEnsembleSync(ensemble, task, { optimizer: sgd({ learningRate }), steps })
  using member = ensemble.member(4)
  for (let i = 0; i < 3; i++) {
    expect(Math.abs(member.factors[0].view()[i] - end.u[i])).toBeLessThan(1e-14)
    expect(Math.abs(member.factors[1].view()[i] - end.v[i])).toBeLessThan(1e-14)
  }
})

describe.each(['float32', 'float64'] as const)('minibatches of their own, %s', (dtype) => {
  const x = [
    [0.1, -0.4, 1.2, 0.7, -1.1, 0.3, 0.9],
    [1, 0.2, -0.6, 0.5, 0.9, -1.4, 0.2],
  ]
  const y = [[1, 0, -1, 0.5, 0.2, 0.4, -0.3]]
  test.each([true, false])('replacement %s: a member has the bits of a single run', (replacement) => {
    const sizes = [2, 3, 1]
    using ensemble = createEnsemble(engine, { replicas: 10, sizes, seed: 7, dtype })
    const rule = { learningRate: 0.02, batchSize: 3, replacement }
    const { status } = trainEnsembleSync(ensemble, regression(x, y), {
      optimizer: sgd({ ...rule, seed: 4 }),
      steps: 50,
      minibatches: 'own',
    })
    expect(status).toBe('completed')
    const ends = [0, 1, 5, 9].map((i) => {
      using alone = createNetwork(engine, { sizes, seed: ensemble.seeds[i], dtype })
      trainSync(alone, regression(x, y), { optimizer: sgd({ ...rule, seed: seedOf(4, i) }), steps: 50 })
      using member = ensemble.member(i)
      const bits = member.weights.map((matrix) => [...matrix.view()])
      expect(bits).toEqual(alone.weights.map((matrix) => [...matrix.view()]))
      return bits
    })
    expect(ends[0]).not.toEqual(ends[1])
  })
  test('with label noise on the batch, and over more steps than a table holds', () => {
    using ensemble = createEnsemble(engine, { replicas: 700, sizes: [2, 1], seed: 7, dtype })
    const task = (seed: number | bigint) => labelNoise(regression(x, y), { sigma: 0.1, seed })
    const rule = { learningRate: 0.02, batchSize: 2 }
    trainEnsembleSync(ensemble, task(3), { optimizer: sgd({ ...rule, seed: 4 }), steps: 100, minibatches: 'own' })
    const i = 698
    using alone = createNetwork(engine, { sizes: [2, 1], seed: ensemble.seeds[i], dtype })
    trainSync(alone, task(seedOf(3, i)), { optimizer: sgd({ ...rule, seed: seedOf(4, i) }), steps: 100 })
    using member = ensemble.member(i)
    expect([...member.weights[0].view()]).toEqual([...alone.weights[0].view()])
  })
  test('one member, and a word that is none', () => {
    using ensemble = createEnsemble(engine, { replicas: 1, sizes: [2, 1], seed: 7, dtype })
    const options = { optimizer: sgd({ learningRate: 0.02, batchSize: 2, seed: 4 }), steps: 9 }
    trainEnsembleSync(ensemble, regression(x, y), { ...options, minibatches: 'own' })
    using alone = createNetwork(engine, { sizes: [2, 1], seed: ensemble.seeds[0], dtype })
    trainSync(alone, regression(x, y), {
      optimizer: sgd({ learningRate: 0.02, batchSize: 2, seed: seedOf(4, 0) }),
      steps: 9,
    })
    using member = ensemble.member(0)
    expect([...member.weights[0].view()]).toEqual([...alone.weights[0].view()])
    expect(() => trainEnsembleSync(ensemble, regression(x, y), { ...options, minibatches: 'mine' as never })).toThrow(
      OptionError,
    )
  })
})
