// The march against the same equations solved by iteration with dense inverses, its limits, and what it says of rates that diverge.
import { describe, expect, test } from 'vitest'
import { createEngineSync } from '../../src/linalg/engine.js'
import { type DlnDmftOptions, dlnDmft, twoLayerInfiniteWidth } from '../../src/theory/index.js'
import { fixedPoint } from './helpers/large-width-fixed-point.js'

/** Both programs on the same options. */
function both(options: DlnDmftOptions & { learningRate: number; residual?: number }) {
  const { depth, steps, eigenvalues = [1] } = options
  const fill = (given: ArrayLike<number> | undefined, n: number) =>
    given === undefined ? new Array<number>(n).fill(1) : Array.from(given)
  const other = fixedPoint({
    depth,
    times: steps + 1,
    eta: options.learningRate,
    richness: options.richness ?? 1,
    inverseWidth: 1 / (options.widthRatio ?? Infinity),
    data: options.sampleRatio !== undefined ? 'repeated' : options.batchRatio !== undefined ? 'one-pass' : 'population',
    inverseSamples: 1 / (options.sampleRatio ?? options.batchRatio ?? Infinity),
    noise: options.noise ?? 0,
    eigenvalues: Array.from(eigenvalues),
    targets: fill(options.targets, eigenvalues.length),
    weights: fill(options.weights, eigenvalues.length),
    residual: options.residual,
    layerRates: fill(options.layerRates, depth + 1),
    readoutVariance: options.readoutVariance ?? 1,
  })
  return { found: dlnDmft(options), other }
}

function apart(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length)
  let largest = 0
  for (let i = 0; i < wanted.length; i++) largest = Math.max(largest, Math.abs(found[i] - wanted[i]))
  const scale = Math.max(...Array.from(wanted, Math.abs))
  return largest / scale
}

describe('the march agrees with a fixed-point iteration', () => {
  const modes = { eigenvalues: [1, 0.4, 0.1], targets: [1, 2, 0.5], weights: [0.3, 0.5, 0.7] }
  test.each<[string, DlnDmftOptions & { learningRate: number; residual?: number }]>([
    ['population', { depth: 2, steps: 7, learningRate: 0.06, widthRatio: 1.5, richness: 1.4 }],
    ['repeated', { depth: 3, steps: 6, learningRate: 0.05, widthRatio: 2, sampleRatio: 1.3, noise: 0.4 }],
    ['one-pass', { depth: 2, steps: 7, learningRate: 0.07, widthRatio: 1, batchRatio: 0.6, noise: 0.3 }],
    [
      'branches',
      { depth: 3, steps: 5, learningRate: 0.05, widthRatio: 1.5, sampleRatio: 2, noise: 0.2, residual: 0.6 },
    ],
    ['branches, one-pass', { depth: 4, steps: 4, learningRate: 0.03, widthRatio: 2, batchRatio: 1, residual: 1 }],
    ['modes', { depth: 2, steps: 6, learningRate: 0.08, widthRatio: 3, sampleRatio: 2, noise: 0.1, ...modes }],
    ['modes, infinite width', { depth: 2, steps: 6, learningRate: 0.08, sampleRatio: 2, ...modes }],
    [
      'rates of layers',
      {
        depth: 2,
        steps: 6,
        learningRate: 0.06,
        widthRatio: 2,
        sampleRatio: 1,
        layerRates: [1, 0.5, 2],
        readoutVariance: 0.5,
      },
    ],
  ])('%s', (_, options) => {
    const { found, other } = both(options)
    expect(apart(found.test, other.test)).toBeLessThan(1e-11)
    if (options.sampleRatio !== undefined || options.batchRatio !== undefined) {
      expect(apart(found.train, other.train)).toBeLessThan(1e-11)
    }
    const modes = other.bias.length
    const bias = Array.from(found.bias, (_, i) => other.bias[i % modes][Math.floor(i / modes)])
    expect(apart(found.bias, bias)).toBeLessThan(1e-11)
    for (let l = 0; l < options.depth; l++) {
      expect(apart(found.hidden[l], other.H[l].flat())).toBeLessThan(1e-11)
      expect(apart(found.gradients[l], other.G[l].flat())).toBeLessThan(1e-11)
    }
  })
})

describe('limits', () => {
  test.each([1, 2, 3])('lazy training of %i hidden layers is linear', (depth) => {
    const { test: loss } = dlnDmft({ depth, steps: 20, learningRate: 0.05, richness: 1e-3 })
    // The kernel is L + 1, up to O(gamma^2).
    for (const [t, value] of loss.entries())
      expect(Math.abs(value - (1 - 0.05 * (depth + 1)) ** (2 * t))).toBeLessThan(1e-6)
  })

  test('lazy training with branches', () => {
    const n = 4
    const { test: loss } = dlnDmft({ depth: n + 1, steps: 10, learningRate: 0.03, richness: 1e-3, residual: 'depth' })
    const kernel = 2 * (1 + 1 / n) ** n + (1 + 1 / n) ** (n - 1)
    for (const [t, value] of loss.entries()) expect(Math.abs(value - (1 - 0.03 * kernel) ** (2 * t))).toBeLessThan(1e-6)
  })

  test('one hidden layer of infinite width is a recursion', () => {
    const options = { steps: 40, learningRate: 0.05, richness: 2 }
    const { test: exact } = twoLayerInfiniteWidth(options)
    expect(apart(dlnDmft({ depth: 1, ...options }).test, exact)).toBeLessThan(1e-12)
    const modes = { eigenvalues: [1, 0.5, 0.2], targets: [1, 0.7, 2] }
    const several = twoLayerInfiniteWidth({ ...options, ...modes })
    expect(apart(dlnDmft({ depth: 1, ...options, ...modes }).test, several.test)).toBeLessThan(1e-12)
    const found = twoLayerInfiniteWidth({ ...options, eigenvalues: [1, 1], targets: [0.36, 0.64] }).test
    expect(apart(found, exact)).toBeLessThan(1e-12)
  })

  test('modes of equal eigenvalue merge', () => {
    const rest = { depth: 2, steps: 10, learningRate: 0.06, widthRatio: 2, sampleRatio: 2, noise: 0.2 }
    const apartModes = { eigenvalues: [1, 0.5, 0.5], targets: [1, 0.6, 1.8], weights: [0.5, 0.25, 0.25] }
    const merged = { eigenvalues: [1, 0.5], targets: [1, 1.2], weights: [0.5, 0.5] }
    expect(apart(dlnDmft({ ...rest, ...apartModes }).test, dlnDmft({ ...rest, ...merged }).test)).toBeLessThan(1e-12)
  })

  test('start: the teacher and the variance of the random map', () => {
    expect(dlnDmft({ depth: 3, steps: 0, learningRate: 0.1, widthRatio: 2, richness: 0.5 }).test[0]).toBeCloseTo(3, 14)
    const n = 5
    const { test: loss } = dlnDmft({ depth: n + 1, steps: 0, learningRate: 0.1, widthRatio: 2, residual: 'depth' })
    expect(loss[0]).toBeCloseTo(1 + (1 + 1 / n) ** n / 2, 12)
  })

  test('first step: samples that come again are like fresh ones', () => {
    const rest = { depth: 2, steps: 1, learningRate: 0.05, widthRatio: 1, noise: 0.3 }
    const [repeated, fresh] = [dlnDmft({ ...rest, sampleRatio: 0.5 }), dlnDmft({ ...rest, batchRatio: 0.5 })]
    expect(repeated.test[1]).toBeCloseTo(fresh.test[1], 12)
    expect(repeated.train[1]).not.toBeCloseTo(fresh.train[1], 3)
  })

  test('random features do not depend on the richness; many samples are the population', () => {
    const features = {
      depth: 1,
      steps: 10,
      learningRate: 0.04,
      widthRatio: 0.5,
      layerRates: [0, 1],
      readoutVariance: 0,
    }
    const [a, b] = [0.3, 3].map((richness) => dlnDmft({ ...features, sampleRatio: 1, noise: 0.2, richness }))
    expect(apart(a.test, b.test)).toBeLessThan(1e-12)
    const rest = { depth: 2, steps: 10, learningRate: 0.06, widthRatio: 2 }
    const many = dlnDmft({ ...rest, sampleRatio: 1e13 })
    expect(apart(many.test, dlnDmft(rest).test)).toBeLessThan(1e-11)
  })

  test('a schedule of one rate is that rate; a rate of 0 stands still', () => {
    const rest = { depth: 2, steps: 6, widthRatio: 2, sampleRatio: 1 }
    const constant = dlnDmft({ ...rest, learningRate: 0.05 })
    expect(dlnDmft({ ...rest, learningRate: new Array(6).fill(0.05) })).toEqual(constant)
    const { test: loss } = dlnDmft({ ...rest, learningRate: (step) => (step < 2 ? 0.05 : 0) })
    expect(Array.from(loss.subarray(0, 3))).toEqual(Array.from(constant.test.subarray(0, 3)))
    expect(apart(loss.subarray(2), new Float64Array(5).fill(loss[2]))).toBeLessThan(1e-13)
  })
})

test('rates that diverge give Infinity from some time on, and no NaN', () => {
  const cases: Omit<DlnDmftOptions, 'steps' | 'learningRate'>[] = [
    { depth: 2, widthRatio: 2, sampleRatio: 1 },
    { depth: 3, widthRatio: 2, residual: 'depth' as const },
    { depth: 1, batchRatio: 0.5 },
    { depth: 0, sampleRatio: 1 },
  ]
  for (const options of cases) {
    const found = dlnDmft({ steps: options.depth === 0 ? 600 : 60, learningRate: 20, ...options })
    expect(found.divergedAt).toBeGreaterThan(0)
    expect(found.test[found.divergedAt]).toBe(Infinity)
    expect(Number.isFinite(found.test[found.divergedAt - 1])).toBe(true)
    for (const values of Object.values(found).flat()) {
      if (typeof values !== 'number') expect((values as Float64Array).some(Number.isNaN)).toBe(false)
    }
  }
  expect(twoLayerInfiniteWidth({ steps: 100, learningRate: 50 }).test[100]).toBe(Infinity)
})

test('an engine of the caller gives the same bits, and keeps nothing', () => {
  const options = {
    depth: 2,
    steps: 8,
    learningRate: 0.05,
    widthRatio: 2,
    sampleRatio: 1.5,
    residual: 'depth' as const,
  }
  const engine = createEngineSync({ backend: 'typescript' })
  const first = dlnDmft({ ...options, engine })
  const { liveBytes } = engine.memory
  expect(dlnDmft({ ...options, engine })).toEqual(dlnDmft(options))
  expect(first.test[8]).toBeGreaterThan(0)
  expect(engine.memory.liveBytes).toBe(liveBytes)
  engine.dispose()
})
