// Linear regression, scaling laws, bottlenecks, infinite depth, fits: against other formulas, sums term by term, and explicit steps.
import { describe, expect, test } from 'vitest'
import {
  dataBottleneck,
  dlnDmft,
  effectiveRidge,
  fitExponent,
  infiniteDepth,
  linearRegressionDynamics,
  powerLawExponents,
  powerLawFlow,
  twoLayerInfiniteWidth,
  widthBottleneck,
} from '../../src/theory/index.js'
import { powerLawModes, sumOfPowers } from '../../src/theory/large-width/power-law-modes.js'

const apart = (found: Float64Array, wanted: Float64Array) =>
  found.reduce((most, value, i) => Math.max(most, Math.abs(value / wanted[i] - 1)), 0)

describe('linear regression', () => {
  test.each([0.4, 1, 2])('samples seen again, alpha = %f: quadrature and march', (sampleRatio) => {
    const options = { steps: 30, learningRate: (step: number) => 0.2 / (1 + 0.05 * step), sampleRatio, noise: 0.5 }
    const [quadrature, march] = [linearRegressionDynamics(options), dlnDmft({ depth: 0, ...options })]
    expect(apart(quadrature.test, march.test)).toBeLessThan(4e-12)
    expect(apart(quadrature.train, march.train)).toBeLessThan(4e-12)
  })

  test('fresh samples: recursion and march; finite size tends to it', () => {
    const rest = { steps: 30, learningRate: 0.2, noise: 0.3 }
    const limit = linearRegressionDynamics({ ...rest, batchRatio: 0.5 })
    expect(apart(limit.test, dlnDmft({ depth: 0, ...rest, batchRatio: 0.5 }).test)).toBeLessThan(1e-12)
    const finite = (d: number) =>
      linearRegressionDynamics({ ...rest, batchSize: d / 2, eigenvalues: new Float64Array(d).fill(1) }).test
    // l' = [(1 - eta)^2 + eta^2 (D + 1)/B] l + eta^2 sigma^2 D/B
    let exact = 1
    for (const value of finite(60)) {
      expect(Math.abs(value / exact - 1)).toBeLessThan(1e-12)
      exact = (0.64 + (0.04 * 61) / 30) * exact + 0.04 * 0.09 * 2
    }
    const [error, smaller] = [apart(finite(200), limit.test), apart(finite(2000), limit.test)]
    expect(error / smaller).toBeGreaterThan(9.5)
    expect(error / smaller).toBeLessThan(10.5)
  })

  test('the population, and rates that diverge', () => {
    const { test: loss, train } = linearRegressionDynamics({ steps: 3, learningRate: 0.5, noise: 2 })
    expect(Array.from(loss)).toEqual([1, 0.25, 0.0625, 0.015625])
    expect(train[3]).toBe(4.015625)
    for (const data of [{ sampleRatio: 1 }, { batchRatio: 1 }, { batchSize: 2, eigenvalues: [1, 2] }]) {
      const { test: far } = linearRegressionDynamics({ steps: 2000, learningRate: 5, ...data })
      expect(far[2000]).toBe(Infinity)
      expect(far.some(Number.isNaN)).toBe(false)
    }
  })

  test('what cannot be is refused', () => {
    const rest = { steps: 3, learningRate: 0.1 }
    expect(() => linearRegressionDynamics({ ...rest, sampleRatio: 1, batchRatio: 1 })).toThrow(/one of/)
    expect(() => linearRegressionDynamics({ ...rest, eigenvalues: [1] })).toThrow(/batchSize/)
    expect(() => linearRegressionDynamics({ ...rest, batchSize: 2 })).toThrow(/eigenvalues/)
    expect(() => linearRegressionDynamics({ ...rest, sampleRatio: Number.NaN })).toThrow(/sampleRatio/)
    expect(() => linearRegressionDynamics({ ...rest, learningRate: [0.1] })).toThrow(/learningRate/)
  })
})

describe('power laws', () => {
  test('sums of powers, term by term', () => {
    for (const [first, end, x] of [
      [1, 2000, 1.5],
      [1, 99, 2],
      [90, 5000, 1.2],
      [300, 4000, 4],
    ]) {
      let sum = 0
      for (let k = end - 1; k >= first; k--) sum += k ** -x
      expect(Math.abs(sumOfPowers(first, end, x) / sum - 1)).toBeLessThan(1e-13)
    }
  })

  test('bins: 46 for six decades, and all the power', () => {
    const { eigenvalues, targets } = powerLawModes(2, 0.5, 1e6, 8)
    expect(eigenvalues.length).toBe(46)
    const power = eigenvalues.reduce((sum, lam, k) => sum + lam * targets[k], 0)
    expect(power).toBeCloseTo(Math.PI ** 2 / 6 - 1 / 1000000.5, 12)
    expect(eigenvalues[0]).toBe(1)
  })

  test.each([
    [0.5, 0.01, 0.48, 0.52],
    [0.5, 10, 0.64, 0.69],
    [1.5, 0.01, 1.45, 1.56],
    [1.5, 10, 1.45, 1.56],
  ])('s = %f, richness %f', (source, richness, least, most) => {
    const { times, test: loss } = powerLawFlow({ capacity: 2, source, richness, time: 300 })
    const { exponent, points } = fitExponent(times, loss, { from: 30, to: 300 })
    expect(-exponent).toBeGreaterThan(least)
    expect(-exponent).toBeLessThan(most)
    expect(points).toBeGreaterThan(100)
    const { lazy, rich } = powerLawExponents(source)
    expect(Math.abs(-exponent / (richness < 1 ? lazy : rich) - 1)).toBeLessThan(0.03)
  })

  test('large implicit steps tend to small explicit ones, at first order', () => {
    const options = { capacity: 2, source: 0.5, richness: 2, time: 5, cutoff: 300, binsPerDecade: 4 }
    const { times, eigenvalues, targets } = powerLawFlow(options)
    expect(times[times.length - 1]).toBe(5)
    const steps = 40_000
    const explicit = twoLayerInfiniteWidth({ steps, learningRate: 5 / steps, richness: 2, eigenvalues, targets }).test
    const error = (stepFactor: number) => powerLawFlow({ ...options, stepFactor }).test.at(-1)! / explicit[steps] - 1
    const [coarse, fine] = [error(0.02), error(0.01)]
    expect(coarse).toBeLessThan(0.01)
    expect(coarse / fine).toBeGreaterThan(1.8)
    expect(coarse / fine).toBeLessThan(2.1)
  })

  test('a finite network comes near the infinite one, and depth helps', () => {
    const options = { capacity: 2, source: 0.5, richness: 10, time: 30, cutoff: 1000, binsPerDecade: 4 }
    const infinite = powerLawFlow(options).test
    const finite = powerLawFlow({ ...options, width: 600, seed: 3 }).test
    expect(finite.length).toBe(infinite.length)
    expect(Math.abs(finite[finite.length - 1] / infinite[infinite.length - 1] - 1)).toBeLessThan(0.1)
    expect(powerLawExponents(0.5, 3).rich).toBeCloseTo(0.8, 14)
    expect(() => powerLawFlow({ ...options, depth: 2 })).toThrow(/width/)
  })
})

describe('bottlenecks', () => {
  const powers = Float64Array.from({ length: 3000 }, (_, i) => (i + 1) ** -1.75)
  const eigenvalues = Float64Array.from({ length: 3000 }, (_, i) => (i + 1) ** -1.5)

  test('the ridge resolves as many directions as there are', () => {
    for (const count of [1, 7, 300, 2999]) {
      const kappa = effectiveRidge(eigenvalues, count)
      const resolved = eigenvalues.reduce((sum, lam) => sum + lam / (lam + kappa), 0)
      expect(Math.abs(resolved / count - 1)).toBeLessThan(1e-12)
    }
    expect(effectiveRidge(eigenvalues, 3000)).toBe(0)
    expect(effectiveRidge([2, 1], 1)).toBeCloseTo(Math.sqrt(2), 14)
  })

  test('isotropic: what is not resolved, and what is not seen', () => {
    const spectrum = { eigenvalues: [1], powers: [1], multiplicities: [100] }
    expect(widthBottleneck(spectrum, 25)).toBeCloseTo(75, 10)
    expect(dataBottleneck(spectrum, 25)).toBeCloseTo(75, 10)
    expect(dataBottleneck(spectrum, 100)).toBe(0)
  })

  test('slopes tend to b s', () => {
    const slope = (loss: (n: number) => number) => Math.log(loss(20) / loss(80)) / Math.log(4)
    const spectrum = { eigenvalues, powers }
    expect(slope((n) => widthBottleneck(spectrum, n))).toBeGreaterThan(0.68)
    expect(slope((n) => dataBottleneck(spectrum, n))).toBeLessThan(0.8)
  })

  test('long spectra in bins', () => {
    const bins = { eigenvalues: [] as number[], powers: [] as number[], multiplicities: [] as number[] }
    for (let k = 0; k < 3000; k += 3) {
      bins.eigenvalues.push(eigenvalues[k])
      bins.powers.push(powers[k])
      bins.multiplicities.push(3)
    }
    const spelled = {
      eigenvalues: bins.eigenvalues.flatMap((x) => [x, x, x]),
      powers: bins.powers.flatMap((x) => [x, x, x]),
    }
    for (const f of [widthBottleneck, dataBottleneck]) {
      expect(f(bins, 50)).toBeCloseTo(f(spelled, 50), 12)
    }
  })
})

test('infinite depth: two triples of depths agree, and the start is exact', () => {
  const options = { steps: 12, learningRate: 0.02, widthRatio: 2 }
  const [coarse, fine] = [4, 8].map((branches) => infiniteDepth({ ...options, branches }))
  expect(apart(coarse.test, fine.test)).toBeLessThan(1e-3)
  expect(fine.test[0]).toBeCloseTo(2.3590224, 6)
  expect(fine.branches).toEqual([8, 16, 32])
  for (const [t, change] of fine.change.entries()) expect(change).toBeLessThan(0.003 * fine.test[t] + 1e-4)
  expect(infiniteDepth({ steps: 60, learningRate: 30, widthRatio: 2, branches: 1 }).test[60]).toBe(Infinity)
  expect(() => infiniteDepth({ ...options, depth: 3 } as never)).toThrow(/depth/)
})

test('fits', () => {
  const x = Float64Array.from({ length: 50 }, (_, i) => i)
  const fit = fitExponent(
    x,
    x.map((value) => 3 * value ** -1.5),
    { from: 1, to: 30 },
  )
  expect(fit.exponent).toBeCloseTo(-1.5, 12)
  expect(fit.prefactor).toBeCloseTo(3, 12)
  expect(fit.points).toBe(30)
  expect(fit.standardError).toBeLessThan(1e-12)
  expect(() => fitExponent(x, x, { from: 1.5, to: 2.5 })).toThrow(/1 points/)
  expect(() => fitExponent([1, 2], [1, 0])).toThrow(/y\[1\]/)
  expect(() => fitExponent([1, 2], [1])).toThrow(/2 numbers/)
})

test('bad options of dlnDmft name the argument', () => {
  const good = { depth: 2, steps: 2, learningRate: 0.1 }
  for (const [bad, word] of [
    [{ depth: -1 }, /depth/],
    [{ steps: 1.5 }, /steps/],
    [{ learningRate: Number.NaN }, /learningRate/],
    [{ richness: 0 }, /richness/],
    [{ widthRatio: -1 }, /widthRatio/],
    [{ sampleRatio: 1, batchRatio: 1 }, /batchRatio/],
    [{ eigenvalues: [1, 0] }, /eigenvalues/],
    [{ eigenvalues: [1, 2], targets: [1] }, /targets/],
    [{ depth: 1, residual: 1 }, /depth of at least 2/],
    [{ residual: 'width' }, /residual/],
    [{ layerRates: [1, 1] }, /layerRates/],
    [{ engine: {} }, /engine/],
    [{ with: 1 }, /with/],
  ] as const) {
    expect(() => dlnDmft({ ...good, ...bad } as never)).toThrow(word)
  }
  expect(() => twoLayerInfiniteWidth({ steps: 1, learningRate: 0 })).toThrow(/learningRate/)
  expect(() => widthBottleneck({ eigenvalues: [1], powers: [1, 2] }, 1)).toThrow(/powers/)
})
