// Losses, statistics and teachers.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  explicit,
  gradientDescent,
  probes,
  regression,
  singularValues,
  type Task,
  teacher,
  trainSync,
} from '../../src/index.js'
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'
import { fitRows, selectSamples, splitIndices, transformRows } from '../../src/task/dataset.js'

const engine = createEngineSync()

function lossAt(task: Task, w: number[][], dtype: 'float32' | 'float64' = 'float64'): number {
  using net = createNetwork(engine, { sizes: [task.inputs, task.outputs], init: explicit([w]), dtype })
  return trainSync(net, task, {
    optimizer: gradientDescent({ learningRate: 1 }),
    steps: 0,
    record: { probes: [probes.loss()] },
  }).columns.loss.data[0]
}

describe('regression', () => {
  const samples = 40
  const x = Array.from({ length: 6 }, (_, i) => Array.from(normal(key(10 + i), samples)))
  x[5] = x[0].map((value, p) => value - 2 * x[1][p]) // a feature that others determine
  x.push(new Array(samples).fill(0)) // and one that is always zero
  const map = [
    [1, 0, 2, 0, 0, 0, 0],
    [0, -1, 0, 0, 0.5, 0, 0],
  ]
  const clean = map.map((row) => x[0].map((_, p) => row.reduce((sum, value, j) => sum + value * x[j][p], 0)))
  const noisy = clean.map((row, i) => row.map((value, p) => value + 0.1 * normal(key(50 + i), samples)[p]))

  test('equals the mean over samples, with features that depend on each other', () => {
    const w = map.map((row, i) => row.map((value, j) => value + 0.1 * (i + j)))
    let direct = 0
    for (let p = 0; p < samples; p++) {
      for (let i = 0; i < 2; i++) {
        const output = w[i].reduce((sum, value, j) => sum + value * x[j][p], 0)
        direct += (noisy[i][p] - output) ** 2 / (2 * samples)
      }
    }
    expect(lossAt(regression(x, noisy), w)).toBeCloseTo(direct, 13)
  })

  test('a realizable task reaches a loss of rounding, never below zero', () => {
    const task = regression(x, clean)
    expect(task.minimumLoss).toBeLessThan(1e-14)
    const loss = lossAt(task, map)
    expect(loss).toBeGreaterThanOrEqual(0)
    expect(loss).toBeLessThan(1e-14)
  })

  test('near the minimum the loss has the digits that the sum of samples has, in float32 as well', () => {
    const task = regression(x, clean)
    const w = map.map((row) => row.map((value) => value + 2 ** -12))
    let direct = 0
    for (let p = 0; p < samples; p++) direct += x.reduce((sum, row) => sum + row[p] * 2 ** -12, 0) ** 2 / samples
    expect(Math.abs(lossAt(task, w) / direct - 1)).toBeLessThan(1e-8)
    expect(Math.abs(lossAt(task, w, 'float32') / direct - 1)).toBeLessThan(5e-3)
  })
})

describe('teacher', () => {
  test('has the singular values it was given', () => {
    const task = teacher({ inputs: 7, outputs: 5, singularValues: [4, 2, 1], seed: 9 })
    const s = singularValues(engine.matrix({ data: task.map, shape: [5, 7] }))
    expect(Array.from(s.slice(0, 3), (value) => Math.round(value * 1e12) / 1e12)).toEqual([4, 2, 1])
    expect(Math.max(...s.slice(3))).toBeLessThan(1e-14)
  })

  test('Gaussian factors give entries of variance 1', () => {
    const { map } = teacher({ inputs: 200, outputs: 200, rank: 20, seed: 1 })
    const variance = map.reduce((sum, value) => sum + value * value, 0) / map.length
    expect(Math.abs(variance - 1)).toBeLessThan(0.1)
  })

  test('a sample without noise is learned exactly; with noise the least loss is the noise', () => {
    const options = { inputs: 4, outputs: 3, rank: 2, samples: 500, seed: 2 }
    expect(teacher(options).name).toBe('teacher')
    const clean = teacher(options)
    using net = createNetwork(engine, {
      sizes: [4, 3],
      init: explicit([Array.from({ length: 3 }, () => new Array(4).fill(0))]),
    })
    trainSync(net, clean, { optimizer: gradientDescent({ learningRate: 0.5 }), steps: 400 })
    const worst = Math.max(...net.weights[0].toArray().map((value, i) => Math.abs(value - clean.map[i])))
    expect(worst).toBeLessThan(1e-13)
    const noisy = teacher({ ...options, noise: 0.2 }) as ReturnType<typeof regression> & ReturnType<typeof teacher>
    // Half of (outputs x variance), less the part that 4 x 3 weights can fit.
    expect(Math.abs(noisy.minimumLoss / (0.5 * 3 * 0.04 * (1 - 4 / 500)) - 1)).toBeLessThan(0.15)
  })

  test('the same seed is the same task, another one is not', () => {
    const map = (seed: number) => Array.from(teacher({ inputs: 3, outputs: 3, seed }).map)
    expect(map(1)).toEqual(map(1))
    expect(map(1)).not.toEqual(map(2))
  })
})

describe('samples', () => {
  test('a split takes every sample once', () => {
    const { train, test: held } = splitIndices(103, 0.2, key(3))
    expect([train.length, held.length]).toEqual([82, 21])
    expect([...train, ...held].sort((a, b) => a - b)).toEqual(Array.from({ length: 103 }, (_, i) => i))
  })

  test('standardized rows have mean 0 and variance 1; constant rows stay at 0', () => {
    const samples = selectSamples(Float64Array.of(1, 2, 3, 4, 7, 7, 7, 7), 2, 4, Uint32Array.of(3, 0, 1, 2))
    expect(Array.from(samples.data)).toEqual([4, 1, 2, 3, 7, 7, 7, 7])
    const { data } = transformRows(samples, fitRows(samples, 'standardize'))
    const first = data.slice(0, 4)
    expect(first.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 14)
    expect(first.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 14)
    expect(Array.from(data.slice(4))).toEqual([0, 0, 0, 0])
  })
})
