// Mixed dynamics of the whole map against plain networks, the golden numbers of the guide, and each other.
import { describe, expect, test } from 'vitest'
import {
  mixedFlow,
  mixedGram,
  mixedModes,
  mixedWhiteFlow,
  regressionError,
  squaredError,
} from '../../src/theory/index.js'
import { theoryCases } from './helpers/cases.js'
import {
  chainProduct,
  flow,
  minus,
  mixedStart,
  noise,
  normOf,
  product,
  type Rows,
  toRows,
  transposed,
} from './helpers/plain-network.js'

const Y = toRows([1, 2, 0, -1, 0.5, 1], 3)
const X = [
  [1, 0, 1, 2],
  [0, 1, 1, -1],
  [1, 1, 0, 1],
]
const white = (map: Rows) => minus(map, Y)
const data = (map: Rows) =>
  product(minus(product(map, X), product(Y, X)), transposed(X)).map((r) => r.map((v) => v / 4))

describe.each([0.01, 0.3, 3])('a network of two layers, c = %d', (c) => {
  test.each([
    ['zero', [0, 0, 0, 0, 0, 0]],
    ['elsewhere', [0.3, -0.2, 0.5, 0.1, 0.9, -0.4]],
  ])('from %s', (_where, start) => {
    const weights = mixedStart(toRows(start, 3), c)
    // Runge-Kutta 4 with (6 * 1.5 / 2000)^4 / 5 per unit time: below 1e-9.
    const [whitened, anisotropic] = [white, data].map((gradient) => chainProduct(flow(weights, gradient, 1.5, 2000)))
    const target = Y.flat()
    const closed = mixedWhiteFlow(target, start, 2, 3, c, [1.5])
    expect(normOf(minus(whitened, toRows(closed, 3)))).toBeLessThan(1e-9)
    const integrated = mixedFlow(squaredError(target, 2, 3), start, c, [1.5])
    expect(normOf(minus(whitened, toRows(integrated, 3)))).toBeLessThan(1e-9)
    const regression = regressionError(product(Y, X).flat(), X.flat(), 2, 3, 4)
    expect(normOf(minus(anisotropic, toRows(mixedFlow(regression, start, c, [1.5]), 3)))).toBeLessThan(1e-9)
  })
  test('its Gram matrices stay functions of the map', () => {
    const [w1, w2] = flow(mixedStart(toRows([0.3, -0.2, 0.5, 0.1, 0.9, -0.4], 3), c), data, 1, 1000)
    const { left, right } = mixedGram(product(w2, w1).flat(), 2, 3, c)
    expect(normOf(minus(product(w2, transposed(w2)), toRows(left, 2)))).toBeLessThan(1e-9)
    expect(normOf(minus(product(transposed(w1), w1), toRows(right, 3)))).toBeLessThan(1e-9)
  })
})

describe('closed form with whitened inputs', () => {
  test('shapes, ranks and scales: the Riccati form against the integrated equation', () => {
    for (const [m, n, c, seed] of [
      [1, 1, 0.5, 1],
      [3, 3, 1e-3, 2],
      [4, 2, 0.1, 3],
      [2, 5, 20, 4],
    ]) {
      const target = noise(m * n, seed)
      const start = noise(m * n, seed + 10)
      const times = [2, 0, 0.3, 1e-5]
      const closed = mixedWhiteFlow(target, start, m, n, c, times)
      const wanted = mixedFlow(squaredError(target, m, n), start, c, times, { rtol: 1e-13 })
      for (const [i, value] of wanted.entries()) expect(Math.abs(closed[i] - value)).toBeLessThan(1e-11)
    }
  })
  test('a start of 1e-250 is the start at zero; late times are the target and overflow nothing', () => {
    for (const c of [1e-8, 1e-3, 1, 100]) {
      const target = [2, 1, 0, 0, 1, 1]
      const zero = mixedWhiteFlow(target, new Float64Array(6), 2, 3, c, [0.01, 0.7, 1e4])
      const tiny = mixedWhiteFlow(target, new Float64Array(6).fill(1e-250), 2, 3, c, [0.01, 0.7, 1e4])
      for (const [i, value] of zero.entries()) expect(Math.abs(tiny[i] - value)).toBeLessThan(1e-13)
      for (const [i, value] of target.entries()) expect(Math.abs(tiny[12 + i] - value)).toBeLessThan(1e-12)
    }
  })
  test('aligned starts are mixedModes', () => {
    const map = mixedWhiteFlow([3, 0, 0, 1], [0.5, 0, 0, -0.2], 2, 2, 0.4, [0.3])
    const modes = mixedModes([3, 1], [0.5, -0.2], 0.4, [0.3])
    expect([map[0], map[3]]).toEqual([expect.closeTo(modes[0], 13), expect.closeTo(modes[1], 13)])
  })
})

test('golden: inputs that are not white', () => {
  const [{ Y: target, X: inputs, c, t, A, loss }] = theoryCases('mixed_aniso')
  const objective = regressionError(product(target, inputs).flat(), inputs.flat(), 2, 3, 4)
  const maps = mixedFlow(objective, new Float64Array(6), c, t)
  t.forEach((_, i) => {
    const map = maps.slice(6 * i, 6 * i + 6)
    for (const [k, value] of A[i].entries())
      expect(Math.abs(map[k] - value)).toBeLessThan(1e-9 * Math.abs(value) + 1e-10)
    expect(Math.abs(objective.loss(map) - loss[i])).toBeLessThan(1e-9 * loss[i])
  })
})
