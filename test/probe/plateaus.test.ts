// The detector on the guide problem of saddle-to-saddle dynamics, Y = diag(4, 2, 1, 1/2), and on made-up curves.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  findPlateaus,
  gaussian,
  gradientDescent,
  probes,
  ShapeError,
  trainSync,
  whitened,
} from '../../src/index.js'

const engine = createEngineSync()
const values = [4, 2, 1, 0.5]
const target = values.map((value, i) => values.map((_, j) => (i === j ? value : 0)))

/** From a finite start a plateau is left before it is reached: the deviation is the mode that grows meanwhile. */
const WITHIN = 0.01

/** Losses of the rank-k truncations of Y: where a run from a small start must linger. */
const saddles = values.map((_, k) => values.slice(k).reduce((sum, value) => sum + value * value, 0) / 2)

describe('saddle to saddle on diag(4, 2, 1, 1/2)', () => {
  test.each([
    { depth: 2, variance: 1e-8, learningRate: 0.02, steps: 3000 },
    { depth: 3, variance: 1e-4, learningRate: 0.01, steps: 100_000 },
  ])('depth $depth lingers at all four, in order', ({ depth, variance, learningRate, steps }) => {
    using net = createNetwork(engine, {
      sizes: [4, ...new Array(depth - 1).fill(10), 4],
      init: gaussian({ variance }),
      seed: 1,
    })
    const { columns } = trainSync(net, whitened(target), {
      optimizer: gradientDescent({ learningRate }),
      steps,
      record: {
        every: steps / 1000,
        probes: [probes.loss(), probes.gradientNorm(), probes.singularValues(), probes.nuclearNorm()],
      },
    })
    const found = findPlateaus({
      step: columns.step.data,
      loss: columns.loss.data,
      gradientNorm: columns.gradientNorm.data,
      singularValues: columns.singularValues.data,
    })
    expect(found.map(({ rank }) => rank)).toEqual([0, 1, 2, 3])
    found.forEach(({ loss, nuclearNorm, from, to, step }, k) => {
      expect(Math.abs(loss / saddles[k] - 1)).toBeLessThan(WITHIN)
      const learned = values.slice(0, k).reduce((sum, value) => sum + value, 0)
      expect(Math.abs(nuclearNorm - learned)).toBeLessThan(0.02)
      expect(from).toBeLessThanOrEqual(step)
      expect(to).toBeGreaterThanOrEqual(step)
    })
  })
})

describe('made-up curves', () => {
  const run = (gradientNorm: number[]) => ({
    step: gradientNorm.map((_, i) => i),
    loss: gradientNorm.map(() => 1),
    gradientNorm,
    singularValues: gradientNorm.map(() => 1),
  })

  test('an approach to a minimum is no plateau', () => {
    expect(findPlateaus(run([1, 0.1, 0.01, 0.001]))).toEqual([])
  })

  test('ripples below the factor are no plateaus', () => {
    expect(findPlateaus(run([1, 0.5, 1, 0.5, 1, 0.5, 1]))).toEqual([])
  })

  test('noise below the floor is no plateau', () => {
    expect(findPlateaus(run([1, 1e-12, 1e-9, 1e-13, 1e-10, 1e-13]))).toEqual([])
  })

  test('nothing moves, no plateau', () => {
    expect(findPlateaus(run([0, 0, 0, 0, 0, 0]))).toEqual([])
  })

  test('the scale tells noise from modes where a run ends before it has learned any', () => {
    const short = { ...run([1, 0.1, 0.5, 1]), singularValues: [2, 1, 3, 2, 4, 3, 5, 4].map((value) => 1e-5 * value) }
    expect(findPlateaus(short).map(({ rank }) => rank)).toEqual([2])
    expect(findPlateaus(short, { scale: 1 }).map(({ rank }) => rank)).toEqual([0])
  })

  test('missing columns are named', () => {
    expect(() => findPlateaus(null as never)).toThrow('run.step')
    expect(() => findPlateaus({ ...run([1]), singularValues: undefined } as never)).toThrow('run.singularValues')
  })

  test('two valleys between three hills are two', () => {
    const found = findPlateaus(run([5, 1, 0.1, 0.2, 3, 0.5, 0.4, 9]))
    expect(found.map(({ step }) => step)).toEqual([2, 6])
    expect(found.map(({ from, to }) => [from, to])).toEqual([
      [2, 3],
      [5, 6],
    ])
  })

  test('nothing recorded, nothing found; ragged columns are refused', () => {
    expect(findPlateaus(run([]))).toEqual([])
    expect(() => findPlateaus({ ...run([1, 2]), loss: [1] })).toThrow(ShapeError)
  })
})
