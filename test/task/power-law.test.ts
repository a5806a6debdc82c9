// Power-law regression against its definition and against plain loops.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { createEngineSync } from '../../src/linalg/engine.js'
import { type PowerLawOptions, powerLaw } from '../../src/task/power-law.js'
import { entries, evaluate } from './evaluate.js'

const engines = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })] as const
const [engine] = engines

describe('the population', () => {
  test.each([
    [2, 0.5],
    [1.5, 0.7],
    [2, 1.5],
    [1.2, 0.25],
  ])('capacity %f, source %f: lam_k = k^-b and lam_k beta_k^2 = k^-(1 + b s)', (capacity, source) => {
    const { eigenvalues, target } = powerLaw({ dimensions: 300, capacity, source })
    for (let i = 0; i < 300; i++) {
      const k = i + 1
      // Two powers of half an ulp each, a square and a product; the host's powers are within an ulp.
      expect(Math.abs(eigenvalues[i] * k ** capacity - 1)).toBeLessThan(1e-15)
      expect(Math.abs(eigenvalues[i] * target[i] ** 2 * k ** (1 + capacity * source) - 1)).toBeLessThan(4e-15)
    }
  })

  test.each([
    ['float64', 1e-14],
    ['float32', 1e-6],
  ] as const)('loss and gradient are sums over modes, %s', (dtype, tolerance) => {
    const task = powerLaw({ dimensions: 37, capacity: 2, source: 0.5 })
    const w = entries(37, 5)
    let loss = 0
    const gradient = w.map((value, i) => {
      const [lam, beta] = [(i + 1) ** -2, 1]
      loss += 0.5 * lam * (value - beta) ** 2
      return lam * (value - beta)
    })
    // b = 2, s = 1/2: every beta_k is k^0 = 1.
    expect(Array.from(task.target)).toEqual(new Array(37).fill(1))
    const [wasm, plain] = engines.map((each) => evaluate(each, task, w, dtype))
    expect(Math.abs(wasm.loss / loss - 1)).toBeLessThan(tolerance)
    for (let i = 0; i < 37; i++) expect(Math.abs(wasm.gradient[i] / gradient[i] - 1)).toBeLessThan(tolerance)
    expect(plain).toEqual(wasm)
  })

  test('at W = 0 the loss is half of sum k^-(1 + b s); at the teacher it is 0', () => {
    const task = powerLaw({ dimensions: 20_000, capacity: 2, source: 0.5 })
    const at = evaluate(engine, task, new Float64Array(20_000))
    // zeta(2) less its tail beyond 20 000, which is 1/20 000 - 1/(2 20 000^2) + ...
    expect(at.loss).toBeCloseTo(0.5 * (Math.PI ** 2 / 6 - 1 / 20_000 + 0.5 / 20_000 ** 2), 12)
    expect(evaluate(engine, task, task.target).loss).toBe(0)
  })

  test('takes modes whose variances are far apart', () => {
    const task = powerLaw({ dimensions: 50, capacity: 40, source: 0.5 })
    const w = Float64Array.from(task.target)
    w[49] *= 1.5
    const expected = 0.5 * task.eigenvalues[49] * (0.5 * task.target[49]) ** 2
    expect(Math.abs(evaluate(engine, task, w).loss / expected - 1)).toBeLessThan(1e-14)
  })
})

describe('samples', () => {
  const options = { dimensions: 6, capacity: 1.5, source: 0.7, samples: 4000, seed: 4 }

  test('their moments are those of the population up to sampling errors', () => {
    const { sigmaXX, sigmaYX, eigenvalues, target } = powerLaw(options)
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        const expected = i === j ? eigenvalues[i] : 0
        const deviation = Math.sqrt((eigenvalues[i] * eigenvalues[j] * (i === j ? 2 : 1)) / 4000)
        // 21 different entries: 4.5 standard errors are passed once in 7000 seeds.
        expect(Math.abs(sigmaXX[i * 6 + j] - expected)).toBeLessThan(4.5 * deviation)
      }
      const through = target.reduce((sum, beta, k) => sum + beta * sigmaXX[k * 6 + i], 0)
      expect(sigmaYX[i]).toBeCloseTo(through, 13)
    }
  })

  test('without noise the teacher fits them', () => {
    const task = powerLaw(options)
    expect(task.name).toBe('power law')
    expect(evaluate(engine, task, task.target).loss).toBeLessThan(1e-14)
    expect(evaluate(engine, task, task.target, 'float32').loss).toBeLessThan(1e-12)
  })

  test('with noise the least loss is half its variance, less what six weights fit', () => {
    const { minimumLoss } = powerLaw({ ...options, noise: 0.3 })
    // chi^2 with P - 6 degrees of freedom: relative deviation sqrt(2/P) = 2.2 %.
    expect(Math.abs(minimumLoss / (0.5 * 0.09 * (1 - 6 / 4000)) - 1)).toBeLessThan(0.09)
  })

  test('the seed decides, and fewer samples than modes are fitted exactly', () => {
    const moments = (seed: number) => Array.from(powerLaw({ ...options, seed, samples: 3, noise: 1 }).sigmaXX)
    expect(moments(1)).toEqual(moments(1))
    expect(moments(1)).not.toEqual(moments(2))
    expect(powerLaw({ ...options, samples: 3, noise: 1 }).minimumLoss).toBeLessThan(1e-14)
  })
})

test('the example', () => {
  expect(powerLaw({ dimensions: 100, capacity: 2, source: 0.5 }).eigenvalues[1]).toBe(0.25)
})

const some = { dimensions: 4, capacity: 2, source: 0.5 }
test.each<[string, PowerLawOptions, string, RegExp]>([
  ['no dimensions', { ...some, dimensions: 0 }, 'RANGE', /dimensions/],
  ['half a dimension', { ...some, dimensions: 1.5 }, 'RANGE', /dimensions/],
  ['a capacity of 0', { ...some, capacity: 0 }, 'RANGE', /capacity.*above 0/],
  ['a source of NaN', { ...some, source: Number.NaN }, 'RANGE', /source/],
  ['a negative noise', { ...some, samples: 2, noise: -1 }, 'RANGE', /noise/],
  ['no samples', { ...some, samples: 0 }, 'RANGE', /samples/],
  ['too many samples', { ...some, samples: 2 ** 28 }, 'RANGE', /more than fit/],
  ['a seed without samples', { ...some, seed: 1 }, 'OPTION', /seed goes with samples/],
  ['noise without samples', { ...some, noise: 1 }, 'OPTION', /noise goes with samples/],
  ['underflow', { dimensions: 1000, capacity: 200, source: 0.5 }, 'RANGE', /mode 1000/],
  ['a misspelt option', { ...some, sorce: 1 } as PowerLawOptions, 'OPTION', /did you mean 'source'/],
])('%s is refused', (_, options, code, message) => {
  let error: unknown
  try {
    powerLaw(options)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(DeepLinearError)
  expect((error as DeepLinearError).code).toBe(code)
  expect((error as DeepLinearError).message).toMatch(message)
})
