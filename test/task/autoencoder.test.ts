// Linear autoencoders against plain loops, closed forms with known eigenvalues, and the golden run of the guide on regularized ones.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { createEngineSync } from '../../src/linalg/engine.js'
import { type AutoencoderOptions, autoencoder } from '../../src/task/autoencoder.js'
import { entries, evaluate } from './evaluate.js'

const engines = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })] as const
const [engine] = engines

type Rows = number[][]
const product = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))
const transpose = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]))
const rows = (flat: ArrayLike<number>, cols: number): Rows =>
  Array.from({ length: flat.length / cols }, (_, i) => Array.from({ length: cols }, (_, j) => flat[i * cols + j]))
const squares = (a: Rows) => a.flat().reduce((sum, value) => sum + value * value, 0)

/** I - 2 v v'/v'v. */
const householder = (v: number[]): Rows =>
  v.map((a, i) => v.map((b, j) => (i === j ? 1 : 0) - (2 * a * b) / v.reduce((sum, value) => sum + value * value, 0)))
/** A covariance with these eigenvalues. */
const q = householder([1, -2, 3, 0.5])
const withEigenvalues = (c: number[]): Rows =>
  product(
    q.map((row) => row.map((value, k) => value * c[k])),
    transpose(q),
  )
/** The map with singular values s on those eigenvectors. */
const mapOf = (s: number[]) => withEigenvalues(s).flat()

describe('the loss', () => {
  const samples = 9
  const x = [1, 2, 3, 4].map((seed) => entries(samples, seed))
  const w = entries(16, 7)

  /** 1/(2P) |X - W X|^2 + lambda/2 |W|^2 over samples. */
  function direct(lambda: number) {
    const residual = product(rows(w, 4), x).map((row, i) => row.map((value, p) => value - x[i][p]))
    const gradient = product(residual, transpose(x)).map((row, i) =>
      row.map((value, j) => value / samples + lambda * w[i * 4 + j]),
    )
    return { loss: squares(residual) / (2 * samples) + (lambda / 2) * squares([w]), gradient: gradient.flat() }
  }

  test.each([
    ['none', undefined, 'float64', 1e-13],
    ['none', undefined, 'float32', 2e-6],
    ['product', 0.7, 'float64', 1e-13],
    ['product', 0.7, 'float32', 2e-6],
    ['sum', 0.7, 'float64', 1e-13],
  ] as const)('of %s %f, from samples and from their covariance, %s', (penalty, lambda, dtype, tolerance) => {
    const options: AutoencoderOptions = { penalty, lambda }
    const fromSamples = autoencoder(x, { ...options, from: 'samples' })
    const expected = direct(penalty === 'product' ? 0.7 : 0)
    expect(fromSamples.weightPenalty).toBe(penalty === 'sum' ? 0.7 : undefined)
    for (const task of [fromSamples, autoencoder(rows(fromSamples.covariance, 4), options)]) {
      const [wasm, plain] = engines.map((each) => evaluate(each, task, w, dtype))
      expect(Math.abs(wasm.loss / expected.loss - 1)).toBeLessThan(tolerance)
      for (let i = 0; i < 16; i++) {
        expect(Math.abs(wasm.gradient[i] - expected.gradient[i])).toBeLessThan(tolerance)
      }
      expect(plain).toEqual(wasm)
    }
  })

  test('is 0 at the identity, to the last digit of what is left nearby', () => {
    const c = withEigenvalues([5, 2, 1, 0.1])
    const task = autoencoder(c)
    expect(evaluate(engine, task, mapOf([1, 1, 1, 1])).loss).toBeLessThan(1e-29)
    const step = 2 ** -24
    const nearby = Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 + step : 0))
    expect(Math.abs(evaluate(engine, task, nearby).loss / (0.5 * step ** 2 * 8.1) - 1)).toBeLessThan(1e-7)
  })
})

describe('minima', () => {
  const c = [5, 2, 1, 0.1]

  test('none: kept directions cost nothing, the others half their eigenvalues', () => {
    const task = autoencoder(withEigenvalues(c))
    expect(evaluate(engine, task, mapOf([1, 1, 0, 0])).loss).toBeCloseTo((1 + 0.1) / 2, 14)
    expect(task.minimumLoss).toBe(0)
  })

  test.each([0.5, 1e-3, 1e3])('product, lambda %f: singular values c/(c + lambda)', (lambda) => {
    const task = autoencoder(withEigenvalues(c), { penalty: 'product', lambda })
    const least = c.reduce((sum, value) => sum + (0.5 * lambda * value) / (value + lambda), 0)
    expect(Math.abs(task.minimumLoss / least - 1)).toBeLessThan(1e-14)
    const { loss, gradient } = evaluate(engine, task, mapOf(c.map((value) => value / (value + lambda))))
    expect(Math.abs(loss / least - 1)).toBeLessThan(1e-14)
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-14 * Math.max(1, lambda))
    // Two directions kept: half of sum c^2/(c + lambda) over them is saved from half the trace.
    const kept = evaluate(engine, task, mapOf([5 / (5 + lambda), 2 / (2 + lambda), 0, 0])).loss
    const saved = 0.5 * (25 / (5 + lambda) + 4 / (2 + lambda))
    expect(kept).toBeCloseTo(0.5 * 8.1 - saved, 13)
  })

  test('a tiny lambda loses nothing to cancellation', () => {
    const { minimumLoss } = autoencoder(withEigenvalues([5, 2, 1, 0.5]), { penalty: 'product', lambda: 1e-15 })
    expect(Math.abs(minimumLoss / 2e-15 - 1)).toBeLessThan(1e-12)
  })

  test('a covariance of low rank, with and without penalty', () => {
    const low = withEigenvalues([3, 1, 0, 0])
    expect(evaluate(engine, autoencoder(low), mapOf([1, 1, 7, -7])).loss).toBeLessThan(1e-28)
    const ridge = autoencoder(low, { penalty: 'product', lambda: 1 })
    expect(ridge.minimumLoss).toBeCloseTo(0.5 * (3 / 4 + 1 / 2), 14)
    expect(evaluate(engine, ridge, mapOf([3 / 4, 1 / 2, 0, 0])).loss).toBeCloseTo(ridge.minimumLoss, 14)
  })
})

test('sum: fifty steps on weights give the golden numbers of the guide (case G5)', () => {
  const [lambda, eta] = [0.6, 0.05]
  const c = [
    [4, 1, 0, 0.5],
    [1, 3, 0.2, 0],
    [0, 0.2, 2, 0.3],
    [0.5, 0, 0.3, 1],
  ]
  const task = autoencoder(c, { penalty: 'sum', lambda })
  let w1 = [
    [0.5, -0.3, 0.2, 0.1],
    [0.1, 0.4, -0.6, 0.3],
  ]
  let w2 = [
    [0.2, -0.1],
    [0.3, 0.5],
    [-0.4, 0.6],
    [0.1, 0.2],
  ]
  const penalty = task.weightPenalty as number
  const stepped = (w: Rows, gradient: Rows) =>
    w.map((row, i) => row.map((value, j) => value - eta * (gradient[i][j] + penalty * value)))
  for (let step = 0; step < 50; step++) {
    const g = rows(evaluate(engine, task, product(w2, w1).flat()).gradient, 4)
    const [g1, g2] = [product(transpose(w2), g), product(g, transpose(w1))]
    w1 = stepped(w1, g1)
    w2 = stepped(w2, g2)
  }
  const golden1 = [
    [0.897341186488, -0.0336687282439, -0.0986819851887, 0.130087407773],
    [0.108673212415, 0.861446162281, 0.203142620455, 0.0363485689597],
  ]
  const golden2 = [
    [0.894937524634, 0.115828071422],
    [-0.0316807605217, 0.859321844354],
    [-0.0986911489557, 0.212389701785],
    [0.135605004528, 0.00882365556667],
  ]
  // The golden numbers have 12 digits.
  for (const [w, golden] of [
    [w1, golden1],
    [w2, golden2],
  ]) {
    for (const [i, row] of golden.entries())
      for (const [j, value] of row.entries()) expect(w[i][j]).toBeCloseTo(value, 11)
  }
  // The guide's loss has no factor 1/2 in front.
  const loss = evaluate(engine, task, product(w2, w1).flat()).loss + (penalty / 2) * (squares(w1) + squares(w2))
  expect(2 * loss).toBeCloseTo(5.0427286949, 9)
})

test('the example', () => {
  const task = autoencoder(
    [
      [3, 0],
      [0, 1],
    ],
    { penalty: 'sum', lambda: 0.5 },
  )
  expect(task.weightPenalty).toBe(0.5)
})

const eye = [
  [1, 0],
  [0, 1],
]
test.each<[string, unknown, AutoencoderOptions, string, RegExp]>([
  ['samples without being named', [[1, 2, 3]], {}, 'SHAPE', /must be square.*from: 'samples'/],
  [
    'asymmetry',
    [
      [1, 2],
      [0, 1],
    ],
    {},
    'RANGE',
    /must be symmetric/,
  ],
  [
    'an indefinite matrix',
    [
      [1, 2],
      [2, 1],
    ],
    {},
    'RANGE',
    /matrix is no covariance/,
  ],
  ['infinity', [[Number.POSITIVE_INFINITY]], {}, 'RANGE', /must be finite/],
  ['samples that overflow', [[1e200]], { from: 'samples' }, 'RANGE', /scale the data/],
  ['no samples', { data: [], shape: [2, 0] }, { from: 'samples' }, 'SHAPE', /2 x 0/],
  ['no matrix', 3, {}, 'DTYPE', /matrix must be a matrix/],
  ['lambda without a penalty', eye, { lambda: 1 }, 'OPTION', /lambda needs penalty/],
  ['a penalty without lambda', eye, { penalty: 'sum' }, 'OPTION', /needs lambda/],
  ['a negative lambda', eye, { penalty: 'sum', lambda: -1 }, 'RANGE', /lambda/],
  ['an unknown penalty', eye, { penalty: 'produkt' as 'product', lambda: 1 }, 'OPTION', /did you mean 'product'/],
  ['a misspelt option', eye, { penality: 'sum' } as AutoencoderOptions, 'OPTION', /did you mean 'penalty'/],
])('%s is refused', (_, matrix, options, code, message) => {
  let error: unknown
  try {
    autoencoder(matrix as number[][], options)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(DeepLinearError)
  expect((error as DeepLinearError).code).toBe(code)
  expect((error as DeepLinearError).message).toMatch(message)
})
