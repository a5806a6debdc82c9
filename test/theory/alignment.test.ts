// Fixed points against the rules run to their end on nested arrays, the charge against the golden run, one neuron against Runge and Kutta.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { backwardFixedPoint, feedbackCharge, scalarFeedbackAlignment } from '../../src/theory/index.js'
import { mapped, type Nested, product, random, transpose } from '../network/model.js'

const W = random(2, 3, 1)
const half = random(3, 3, 2)
/** A covariance of full rank. */
const C = mapped(product(half, transpose(half)), (value, i, j) => value / 3 + (i === j ? 0.2 : 0))
const sum = (...terms: [number, Nested][]): Nested =>
  mapped(terms[0][1], (_, i, j) => terms.reduce((all, [factor, a]) => all + factor * a[i][j], 0))
const worst = (found: ArrayLike<number>, wanted: Nested) =>
  Math.max(...wanted.flat().map((value, i) => Math.abs(value - found[i])))

/** B := B - 0.05 dR/dB until it stands still. */
function settle(slope: (b: Nested) => Nested): Nested {
  let b = random(3, 2, 3)
  for (let step = 0; step < 20_000; step++) b = sum([1, b], [-0.05, slope(b)])
  return b
}

describe('fixed points', () => {
  const flat = W.flat()
  const mirror = product(C, transpose(W))
  const loop = (b: Nested) => product(product(b, W), mirror)
  test.each([
    ['weight-mirror', { amp: 0.7, decay: 0.3 }, (b: Nested) => sum([0.3, b], [-0.7, mirror])],
    [
      'information-alignment',
      { amp: 0.7, decay: 0.3, null: 0.5 },
      (b: Nested) => sum([0.3, b], [-0.7, mirror], [0.5, loop(b)]),
    ],
    ['symmetric-alignment', { self: 1.2, decay: 0.4 }, (b: Nested) => sum([0.4, b], [-1.2, transpose(W)])],
    ['activation-alignment', { amp: 0.7, sparse: 0.5 }, (b: Nested) => sum([0.5, product(C, b)], [-0.7, mirror])],
  ] as const)('%s', (rule, coefficients, slope) => {
    const takes = rule === 'weight-mirror' || rule === 'information-alignment'
    const found = backwardFixedPoint(rule, flat, 2, 3, { ...coefficients, ...(takes ? { covariance: C.flat() } : {}) })
    expect(worst(found, settle(slope))).toBeLessThan(1e-12)
  })

  test('information alignment without decay is the pseudoinverse', () => {
    const b = backwardFixedPoint('information-alignment', flat, 2, 3, { decay: 0, covariance: 2.5 })
    const loopOf = product(
      W,
      [0, 1, 2].map((i) => [b[2 * i], b[2 * i + 1]]),
    )
    expect(
      worst(loopOf.flat(), [
        [1, 0],
        [0, 1],
      ]),
    ).toBeLessThan(1e-13)
  })

  test('singular, without decay', () => {
    const call = () => backwardFixedPoint('information-alignment', [0, 0, 0, 0], 2, 2, { decay: 0 })
    expect(call).toThrow(expect.objectContaining({ code: 'CONVERGENCE' }))
  })
})

test('the charge of the golden run', () => {
  const cases = JSON.parse(readFileSync(new URL('../golden/symmetry-and-structure.json', import.meta.url), 'utf8'))
  const { input, expected } = cases.find((entry: { input: { id: string } }) => entry.input.id === 'G4a-FA')
  let [w1, w2]: Nested[] = [input.W1, input.W2]
  const charge = () => feedbackCharge([w1.flat(), w2.flat()], [input.B.flat()], [3, 2, 2])[0]
  let predicted = [...charge()]
  for (let step = 0; step < input.steps; step++) {
    const error = sum([1, product(product(w2, w1), input.Sxx)], [-1, input.Syx])
    const [g1, g2] = [product(input.B, error), product(error, transpose(w1))]
    const square = product(g1, transpose(g1)).flat()
    predicted = predicted.map((value, i) => value + input.eta ** 2 * square[i])
    ;[w1, w2] = [sum([1, w1], [-input.eta, g1]), sum([1, w2], [-input.eta, g2])]
  }
  const scale = Math.abs(expected.Q[0][0])
  expect(worst(charge(), expected.Q) / scale).toBeLessThan(1e-9)
  expect(worst(predicted, expected.Q_recursion) / scale).toBeLessThan(1e-9)
  expect(worst(predicted, [[...charge()]])).toBeLessThan(1e-13)
})

test.each([
  [0.5, 1],
  [-0.7, 1.3],
  [2, -0.4],
])('one neuron, b = %d, y = %d', (b, y) => {
  const times = [0, 0.01, 0.5, 1, 3, 10]
  const { first, second, error } = scalarFeedbackAlignment(b, y, times)
  const slope = ([w1, w2]: number[]) => [b * (y - w2 * w1), (y - w2 * w1) * w1]
  const shifted = (w: number[], h: number, k: number[]) => w.map((value, i) => value + h * k[i])
  let w = [0, 0]
  // Fourth order: 1e-3^4, and rounding.
  const h = 1e-3
  for (let step = 0, at = 0; at < times.length; step++) {
    if (step === Math.round(times[at] / h)) {
      expect(Math.abs(first[at] - w[0])).toBeLessThan(1e-12)
      expect(Math.abs(second[at] - w[1])).toBeLessThan(1e-12)
      expect(Math.abs(error[at] - (y - w[0] * w[1]))).toBeLessThan(1e-12)
      at++
    }
    const k1 = slope(w)
    const k2 = slope(shifted(w, h / 2, k1))
    const k3 = slope(shifted(w, h / 2, k2))
    const k4 = slope(shifted(w, h, k3))
    w = w.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]))
  }
  const late = scalarFeedbackAlignment(b, y, [40, 80]).error
  // Where the difference y - w_2 w_1 would be rounding: the error falls as e^(-3 A^2 t / 2).
  const rate = 1.5 * (2 * Math.abs(b * y)) ** (2 / 3)
  expect(Math.abs(Math.log(late[0] / late[1]) / (40 * rate) - 1)).toBeLessThan(1e-9)
})

describe('refused', () => {
  test.each([
    ['rule', () => backwardFixedPoint('mirror' as never, [1], 1, 1), 'OPTION'],
    ['weight', () => backwardFixedPoint('weight-mirror', [1], 1, 2), 'SHAPE'],
    ['decay', () => backwardFixedPoint('weight-mirror', [1], 1, 1, { decay: 0 }), 'RANGE'],
    ['decay', () => backwardFixedPoint('information-alignment', [1], 1, 1, { decay: 0, null: 0 }), 'OPTION'],
    ['covariance', () => backwardFixedPoint('weight-mirror', [1], 1, 1, { covariance: -1 }), 'RANGE'],
    ['covariance', () => backwardFixedPoint('weight-mirror', [1], 1, 1, { covariance: [1, 2] }), 'SHAPE'],
    ['symmetric-alignment.amp', () => backwardFixedPoint('symmetric-alignment', [1], 1, 1, { amp: 1 }), 'OPTION'],
    ['sparse', () => backwardFixedPoint('activation-alignment', [1], 1, 1, { sparse: 0 }), 'RANGE'],
    ['weights', () => feedbackCharge([[1]], [[1]], [1, 1, 1]), 'SHAPE'],
    ['feedback', () => feedbackCharge([[1], [1]], [], [1, 1, 1]), 'SHAPE'],
    ['feedback[0]', () => feedbackCharge([[1], [1]], [[1, 2]], [1, 1, 1]), 'SHAPE'],
    ['the size of feedback', () => scalarFeedbackAlignment(0, 1, [1]), 'RANGE'],
    ['target', () => scalarFeedbackAlignment(1, Number.NaN, [1]), 'RANGE'],
    ['times[0]', () => scalarFeedbackAlignment(1, 1, [-1]), 'RANGE'],
  ] as [string, () => unknown, string][])('%s', (argument, call, code) => {
    expect(call).toThrow(expect.objectContaining({ argument, code }))
  })
})
