// Regularised linear autoencoders: closed forms against derivatives written out, golden numbers, and training.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { createEngineSync } from '../../src/linalg/engine.js'
import { explicit } from '../../src/network/initializer.js'
import * as theory from '../../src/theory/index.js'
import { laeTrain } from '../../src/train/lae.js'
import { minus, product, type Rows, toRows, transposed } from './helpers/plain-network.js'

interface Golden {
  input: { id: string; W1: Rows; W2: Rows; C: Rows; eta: number; lambda: number; steps: number }
  expected: {
    W1: Rows
    W2: Rows
    loss: number
    sv_closed_form: number[]
    loss_min_closed_form: number
    eigC: number[]
  }
}
const golden = (
  JSON.parse(readFileSync(new URL('../golden/symmetry-and-structure.json', import.meta.url), 'utf8')) as Golden[]
).find(({ input }) => input.id === 'G5-lae-sum')!
const engine = createEngineSync({ reproducible: true })

const far = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))
const scale = (a: Rows, factor: number): Rows => a.map((row) => row.map((value) => factor * value))
const plus = (a: Rows, b: Rows): Rows => minus(a, scale(b, -1))
const square = (a: Rows) => a.flat().reduce((sum, value) => sum + value * value, 0)
const eye = (n: number): Rows => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)))
type Penalty = 'none' | 'product' | 'sum'

function halfGradients(w1: Rows, w2: Rows, c: Rows, penalty: Penalty, lambda: number): [Rows, Rows] {
  const map = product(w2, w1)
  let e = product(minus(map, eye(c.length)), c)
  if (penalty === 'product') e = plus(e, scale(map, lambda))
  const [g1, g2] = [product(transposed(w2), e), product(e, transposed(w1))]
  return penalty === 'sum' ? [plus(g1, scale(w1, lambda)), plus(g2, scale(w2, lambda))] : [g1, g2]
}

function lossOf(w1: Rows, w2: Rows, c: Rows, penalty: Penalty, lambda: number): number {
  const map = product(w2, w1)
  const apart = minus(eye(c.length), map)
  const loss = product(product(apart, c), transposed(apart)).reduce((sum, row, i) => sum + row[i], 0)
  if (penalty === 'none') return loss
  return loss + lambda * (penalty === 'product' ? square(map) : square(w1) + square(w2))
}

// U diag(v) U' with U a product of plane rotations.
const VARIANCES = [9, 6, 4, 2.5, 1.2]
function rotated(n: number, turn: number): Rows {
  let u = eye(n)
  for (let i = 0; i + 1 < n; i++) {
    const r = eye(n)
    const [c, s] = [Math.cos(turn + i), Math.sin(turn + i)]
    r[i][i] = c
    r[i + 1][i + 1] = c
    r[i][i + 1] = -s
    r[i + 1][i] = s
    u = product(u, r)
  }
  return u
}
const U = rotated(5, 0.4)
const C = product(
  product(
    U,
    eye(5).map((row, i) => row.map((x) => x * VARIANCES[i])),
  ),
  transposed(U),
)

describe('golden case G5', () => {
  const { input, expected } = golden

  test('50 steps of descent, and the minimum', () => {
    const found = laeTrain(engine, input.C, {
      hidden: 2,
      lambda: input.lambda,
      learningRate: input.eta,
      steps: input.steps,
      init: explicit([input.W1, input.W2]),
    })
    // The golden numbers have 12 digits.
    expect(far(found.encoder.data, expected.W1.flat())).toBeLessThan(1e-11)
    expect(far(found.decoder.data, expected.W2.flat())).toBeLessThan(1e-11)
    expect(2 * found.loss).toBeCloseTo(expected.loss, 10)
    const { variances } = theory.laePca(input.C)
    expect(far(variances.subarray(0, 2), expected.eigC)).toBeLessThan(1e-11)
    const best = theory.laeCriticalPoint(input.C, { hidden: 2, lambda: input.lambda })
    expect(far(best.singularValues, expected.sv_closed_form)).toBeLessThan(1e-11)
    expect(best.loss).toBeCloseTo(expected.loss_min_closed_form, 10)
  })
})

describe('critical points', () => {
  const subsets = Array.from({ length: 32 }, (_, bits) => [0, 1, 2, 3, 4].filter((i) => bits & (1 << i))).filter(
    (list) => list.length > 0 && list.length <= 3,
  )
  const general: Rows = [
    [1, 0.3, -0.2],
    [0.4, -1, 0.5],
    [0.1, 0.6, 2],
  ]

  test.each(['none', 'product', 'sum'] as const)('gradients vanish and the loss is right: %s', (penalty) => {
    const lambda = penalty === 'none' ? 0 : 0.7
    for (const indices of subsets) {
      const l = indices.length
      const mix =
        penalty === 'sum' ? rotated(3, 1).map((row) => row.slice(0, l)) : general.map((row) => row.slice(0, l))
      const found = theory.laeCriticalPoint(C, { hidden: 3, penalty, lambda, indices, mix })
      const [w1, w2] = [toRows(found.encoder, 5), toRows(found.decoder, 3)]
      for (const g of halfGradients(w1, w2, C, penalty, lambda)) expect(Math.sqrt(square(g))).toBeLessThan(1e-13)
      expect(found.loss).toBeCloseTo(lossOf(w1, w2, C, penalty, lambda), 11)
      expect(far(found.map, product(w2, w1).flat())).toBeLessThan(1e-13)
    }
  })

  /** The Hessian of half the loss by central differences of the half gradients, exact up to rounding and h^2. */
  function hessian(found: theory.CriticalPoint, k: number, lambda: number): Rows {
    const n = 5
    const flat = [...found.encoder, ...found.decoder]
    const gradientAt = (theta: number[]) =>
      halfGradients(toRows(theta.slice(0, k * n), n), toRows(theta.slice(k * n), k), C, 'sum', lambda).flat(2)
    return flat.map((_, i) => {
      const at = (h: number) => gradientAt(flat.map((value, j) => (i === j ? value + h : value)))
      const [up, down] = [at(1e-4), at(-1e-4)]
      return up.map((value, j) => (value - down[j]) / 2e-4)
    })
  }

  test('spectrum, index and nullity of every critical point', () => {
    // 2 variances below lambda = 3, 3 above.
    const lambda = 3
    for (const indices of [[], ...subsets].filter((list) => list.every((i) => VARIANCES[i] > lambda))) {
      const found = theory.laeCriticalPoint(C, { hidden: 3, lambda, indices })
      const h = hessian(found, 3, lambda)
      const symmetric = h.map((row, i) => row.map((value, j) => (value + h[j][i]) / 2))
      const values = Array.from(engine.eigh(engine.matrix(symmetric)).values)
      const spectrum = theory.laeHessianSpectrum(VARIANCES, { hidden: 3, lambda, indices })
      // h^2 times third derivatives of the gradient.
      expect(far(spectrum, values)).toBeLessThan(2e-6)
      const { index, nullity } = theory.laeMorse(VARIANCES, { hidden: 3, lambda, indices })
      expect(values.filter((value) => value < -1e-4).length).toBe(index)
      expect(values.filter((value) => Math.abs(value) < 1e-4).length).toBe(nullity)
    }
  })

  test('the least positive eigenvalue is the rate of descent', () => {
    const options = { hidden: 2, lambda: 1 }
    const least = theory.laeHessianSpectrum(VARIANCES, options).find((value) => value > 1e-9)!
    const best = theory.laeCriticalPoint(C, options).loss
    const gap = (steps: number) =>
      2 * laeTrain(engine, C, { ...options, learningRate: 0.02, steps, seed: 3 }).loss - best
    // The loss falls by the square.
    expect((gap(350) / gap(300)) ** (1 / 100)).toBeCloseTo(1 - 0.02 * least, 4)
  })
})

describe('training and what it finds', () => {
  test.each(['oja', 'exact', 'sync', 'gd'] as const)('%s reaches the minimum and its axes', (method) => {
    const stepped = method === 'oja' || method === 'gd'
    const found = laeTrain(engine, C, {
      hidden: 3,
      lambda: 2,
      method,
      seed: 5,
      ...(stepped ? { learningRate: 0.05, steps: 3000 } : { steps: 300 }),
    })
    const best = theory.laeCriticalPoint(C, { hidden: 3, lambda: 2 })
    expect(far(product(toRows(found.decoder.data, 3), toRows(found.encoder.data, 5)).flat(), best.map)).toBeLessThan(
      1e-11,
    )
    expect(2 * found.loss).toBeCloseTo(best.loss, 11)
    if (method !== 'gd') expect(found.status).toBe('converged')
    const shown = theory.ppcaFromLae(found.decoder, { lambda: 2, samples: 4 })
    expect(far(shown.variances, VARIANCES)).toBeLessThan(1e-9)
    const pca = theory.laePca(C)
    const directions = { data: pca.directions, shape: [5, 5] as const }
    expect(theory.axisError({ data: shown.directions, shape: [5, 3] }, directions)).toBeLessThan(1e-10)
    expect(theory.subspaceSin(found.decoder, directions)).toBeLessThan(1e-10)
    // The posterior mean of probabilistic PCA reconstructs what the autoencoder does: L (L'L + noise)^-1 L' = W_2 W_1.
    const gains = shown.variances.map((value) => 1 - shown.noise / (value / 4))
    const u = toRows(shown.directions, 3)
    const mean = product(
      u,
      transposed(u).map((row, j) => row.map((value) => value * gains[j])),
    )
    expect(far(mean.flat(), best.map)).toBeLessThan(1e-9)
    const l = toRows(shown.loadings, 3)
    for (let j = 0; j < 3; j++) {
      const length = l.reduce((sum, row) => sum + row[j] ** 2, 0)
      expect(length / (length + shown.noise)).toBeCloseTo(gains[j], 10)
    }
  })

  test('without the sum penalty only the span is found', () => {
    const run = (penalty: 'none' | 'product') =>
      laeTrain(engine, C, {
        hidden: 2,
        penalty,
        ...(penalty === 'product' ? { lambda: 1 } : {}),
        learningRate: 0.05,
        steps: 3000,
        seed: 5,
      })
    const { directions } = theory.laePca(C)
    for (const found of [run('none'), run('product')]) {
      expect(theory.subspaceSin(found.decoder, { data: directions, shape: [5, 5] })).toBeLessThan(1e-10)
      expect(theory.axisError(found.decoder, { data: directions, shape: [5, 5] })).toBeGreaterThan(0.1)
    }
  })

  test('a mode of tied weights solves its equation, at and beyond lambda = variance', () => {
    for (const lambda of [0, 1.5, 2, 3]) {
      // Runge-Kutta 4 on w' = -(2 (w^2 - 1) w + lambda w), p = w^2.
      let w = 0.3
      const f = (x: number) => -((x * x - 1) * 2 * x + lambda * x)
      const h = 1e-3
      for (let n = 0; n < 1500; n++) {
        const a = f(w)
        const b = f(w + (h / 2) * a)
        const c = f(w + (h / 2) * b)
        w += (h / 6) * (a + 2 * b + 2 * c + f(w + h * c))
      }
      expect(theory.laeMode(2, 0.09, lambda, [1.5])[0]).toBeCloseTo(w * w, 11)
    }
    expect(theory.laeMode(2, 0.09, 2, [10])[0]).toBeCloseTo(0.09 / (1 + 2 * 2 * 0.09 * 10), 14)
  })

  test('principal components of samples, whose squares would drown the small one', () => {
    const found = theory.laePca(
      [
        [1, 0, 0],
        [0, 1e-9, 0],
      ],
      { from: 'samples' },
    )
    expect([...found.singularValues]).toEqual([1, 1e-9])
    expect(theory.subspaceSin([[1], [1e-9]], [[1], [0]])).toBeCloseTo(1e-9, 20)
  })
})

const gd = { hidden: 1, lambda: 1, learningRate: 0.1 }
const two = [
  [2, 0],
  [0, 1],
]
const CASES: [string, () => unknown, string, string][] = [
  [
    'a lopsided covariance',
    () =>
      theory.laePca([
        [1, 1],
        [0, 1],
      ]),
    'RANGE',
    'matrix',
  ],
  ['a wide covariance', () => theory.laePca([[1, 1]]), 'SHAPE', 'matrix'],
  ['a negative variance', () => theory.laePca([[-1]]), 'RANGE', 'matrix'],
  ['lambda without a penalty', () => theory.laeShrinkage([1], { penalty: 'none', lambda: 1 }), 'RANGE', 'lambda'],
  [
    'a direction below lambda',
    () => theory.laeCriticalPoint(two, { hidden: 1, lambda: 1, indices: [1] }),
    'RANGE',
    'indices',
  ],
  ['the same twice', () => theory.laeCriticalPoint(two, { hidden: 2, indices: [0, 0] }), 'SHAPE', 'indices'],
  ['a mix that is not orthonormal', () => theory.laeCriticalPoint(two, { hidden: 1, mix: [[2]] }), 'RANGE', 'mix'],
  ['a mix of another shape', () => theory.laeCriticalPoint(two, { hidden: 1, mix: [[1, 0]] }), 'SHAPE', 'mix'],
  ['rising variances', () => theory.laeMorse([1, 2], { hidden: 1, lambda: 0.5 }), 'RANGE', 'variances'],
  [
    'a kept direction below lambda',
    () => theory.laeMorse([2, 1], { hidden: 1, lambda: 1.5, indices: [1] }),
    'RANGE',
    'indices',
  ],
  ['a column of zeros', () => theory.axisError([[0], [0]], [[1], [0]]), 'RANGE', 'found'],
  [
    'a flat span',
    () =>
      theory.subspaceSin(
        [
          [1, 1],
          [1, 1],
        ],
        two,
      ),
    'RANGE',
    'found',
  ],
  ['a decoder that does not shrink', () => theory.ppcaFromLae([[1], [0]], { lambda: 1 }), 'RANGE', 'decoder'],
  ['variance 0', () => theory.laeMode(0, 1, 1, [1]), 'RANGE', 'variance'],
  ['descent without a rate', () => laeTrain(engine, two, { hidden: 1, lambda: 1 }), 'OPTION', 'learningRate'],
  ['exact steps with a rate', () => laeTrain(engine, two, { ...gd, method: 'exact' }), 'OPTION', 'learningRate'],
  [
    'exact steps of another loss',
    () => laeTrain(engine, two, { ...gd, penalty: 'product', method: 'exact' }),
    'OPTION',
    'method',
  ],
  ['more units than inputs', () => laeTrain(engine, two, { ...gd, hidden: 3 }), 'SHAPE', 'hidden'],
  ['a tolerance of descent', () => laeTrain(engine, two, { ...gd, tolerance: 1 }), 'OPTION', 'tolerance'],
  ['no lambda', () => laeTrain(engine, two, { hidden: 1, learningRate: 0.1 }), 'OPTION', 'lambda'],
]

test.each(CASES)('%s is refused', (_, call, code, argument) => {
  let caught: unknown
  try {
    call()
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(DeepLinearError)
  expect(caught).toMatchObject({ code, argument })
})
