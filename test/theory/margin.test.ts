// Margins of quasi-homogeneous networks: golden numbers, tables of the guide, Runge-Kutta on the equations written out, and duality.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as theory from '../../src/theory/index.js'
import { noise, transposed } from './helpers/plain-network.js'

const golden = (
  JSON.parse(readFileSync(new URL('../golden/single-neuron-noise-margin.json', import.meta.url), 'utf8')) as {
    kind: string
    input: { depths: number[]; Z: number[][]; theta0: number[]; stopLogInvLoss: number }
    expected: { theta: number[]; beta: number[]; minMargin: number; l2NormalizedMargin: number }
  }[]
).find(({ kind }) => kind === 'quasiHomogFlow')!

const Z = [
  [1.2, 0.3, -0.5],
  [0.4, 1.1, 0.8],
  [0.9, -0.6, 0.7],
  [0.2, 0.9, -0.4],
]
const x = transposed(Z)
const rates = (depths: readonly number[]) => depths.flatMap((depth) => new Array<number>(depth).fill(1 / depth))

/** beta and theta by Runge-Kutta 4 in the clock of the loss, all products and sums written out. */
function clockFlow(z: number[][], depths: number[], theta0: number[], length: number, steps: number) {
  const place = depths.map((_, i) => depths.slice(0, i).reduce((sum, depth) => sum + depth, 0))
  const product = (theta: number[], i: number, skip = -1) => {
    let all = 1
    for (let j = 0; j < depths[i]; j++) if (j !== skip) all *= theta[place[i] + j]
    return all
  }
  const slope = (theta: number[]) => {
    const weights = z.map((row) => Math.exp(-row.reduce((sum, value, i) => sum + value * product(theta, i), 0)))
    const loss = weights.reduce((sum, value) => sum + value, 0)
    const g = depths.flatMap((depth, i) => {
      const pull = z.reduce((sum, row, n) => sum + (weights[n] / loss) * row[i], 0)
      return Array.from({ length: depth }, (_, j) => pull * product(theta, i, j))
    })
    const square = g.reduce((sum, value) => sum + value * value, 0)
    return g.map((value) => value / square)
  }
  const move = (theta: number[], k: number[], h: number) => theta.map((value, i) => value + h * k[i])
  const h = length / steps
  let theta = theta0
  for (let step = 0; step < steps; step++) {
    const k1 = slope(theta)
    const k2 = slope(move(theta, k1, h / 2))
    const k3 = slope(move(theta, k2, h / 2))
    const k4 = slope(move(theta, k3, h))
    theta = theta.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]))
  }
  return { theta, beta: depths.map((_, i) => product(theta, i)) }
}

describe('the flow by the clock of the loss', () => {
  test('golden numbers of the guide to 1e-9', () => {
    const { depths, Z: rows, theta0, stopLogInvLoss } = golden.input
    const found = theory.quasiHomogeneousFlow({ depths, x: transposed(rows), theta0, logInverseLoss: [stopLogInvLoss] })
    golden.expected.theta.forEach((value, i) => {
      expect(Math.abs(found.theta[i] / value - 1)).toBeLessThan(1e-9)
    })
    golden.expected.beta.forEach((value, i) => {
      expect(Math.abs(found.beta[i] / value - 1)).toBeLessThan(1e-9)
    })
    expect(found.margin[0]).toBeCloseTo(golden.expected.minMargin, 7)
    expect(found.robustRadius[0]).toBeCloseTo(golden.expected.l2NormalizedMargin, 9)
    // Conserved: theta_2^2 - theta_3^2.
    expect(found.theta[1] ** 2 - found.theta[2] ** 2).toBeCloseTo(-0.09, 7)
  })
  test.each([
    [
      [1, 1, 2],
      [0.3, 0.2, 0.7, 0.7],
    ],
    [
      [3, 1, 2],
      [0.5, 0.6, -0.7, 0.4, 0.3, 0.8],
    ],
    [
      [2, 2, 1],
      [0.5, 0.6, 0.4, 0.3, -0.2],
    ],
  ])('depths %j: Runge-Kutta to 1e-9', (depths, theta0) => {
    const start = theory.quasiHomogeneousFlow({ x, depths, theta0, logInverseLoss: [1e3] }).start
    const wanted = clockFlow(Z, depths, theta0, 3 - start, 6000)
    // Asked for out of order.
    const found = theory.quasiHomogeneousFlow({ x, depths, theta0, logInverseLoss: [4, 3], rtol: 1e-12 })
    const n = theta0.length
    wanted.theta.forEach((value, i) => {
      expect(found.theta[n + i]).toBeCloseTo(value, 9)
    })
    wanted.beta.forEach((value, i) => {
      expect(found.beta[3 + i]).toBeCloseTo(value, 9)
    })
  })
  test.each([
    [
      [1, 1],
      [1.0195, 1.0198, 1.0198, 1.0198],
    ],
    [
      [1, 2],
      [1.0051, 0.2534, 0.2057, 0.2007],
    ],
    [
      [1, 3],
      [1.0072, 0.2386, 0.2034, 0.2003],
    ],
  ])('depths %j: robust radii of the guide', (depths, wanted) => {
    const data = { x: [[1, -1], [0.2, -0.2]], y: [1, -1] } // biome-ignore format: two rows
    const theta0 = rates(depths).map(() => 0.3)
    const options = { ...data, depths, theta0 }
    const { start } = theory.quasiHomogeneousFlow({ ...options, logInverseLoss: [100] })
    const logInverseLoss = [10, 100, 1000, 1e4].map((fall) => start + fall)
    const { robustRadius, beta } = theory.quasiHomogeneousFlow({ ...options, logInverseLoss })
    wanted.forEach((value, i) => {
      expect(Math.abs(robustRadius[i] - value)).toBeLessThan(1e-4)
      expect(robustRadius[i]).toBeCloseTo(theory.robustRadius(beta.slice(2 * i, 2 * i + 2), data), 12)
    })
  })
  test.each([1, 2, 3, 4])('one sample, depth %d: the shallow weight follows the deep one', (depth) => {
    const theta0 = [0.2, ...new Array<number>(depth).fill(0.4)]
    const options = { x: [[0.8], [0.5]], depths: [1, depth], theta0 }
    const { theta } = theory.quasiHomogeneousFlow({ ...options, logInverseLoss: [1, 10, 300] })
    const n = depth + 1
    const tied = theory.shallowAgainstDeep(
      { depth, z: [0.8, 0.5], shallow0: 0.2, deep0: 0.4 },
      [1, n + 1, 2 * n + 1].map((at) => theta[at]),
    )
    tied.forEach((value, i) => {
      expect(Math.abs(theta[i * n] / value - 1)).toBeLessThan(1e-9)
    })
  })
})

describe('the maximum margin', () => {
  test('the case of the guide: optimum, classifier, and where the flow goes', () => {
    const { beta, optimum } = theory.maxMarginLambdaMax({ x, depths: [1, 1, 2] })
    expect(Math.abs(optimum - 3.009201691)).toBeLessThan(5e-10)
    ;[1.36781895, 1.06689878, 0.58443173].forEach((value, i) => {
      expect(Math.abs(beta[i] - value)).toBeLessThan(5e-9)
    })
    const l2 = theory.maxMarginLambdaMax({ x, depths: [1, 1, 1] }).beta
    expect((l2[0] ** 2 + l2[1] ** 2) / optimum - 1).toBeCloseTo(0.0246, 4)
    const excess = (theta0: number[], method?: 'dop853') => {
      const found = theory.quasiHomogeneousFlow({
        x,
        depths: [1, 1, 2],
        theta0,
        logInverseLoss: [100, 400, 3000],
        method,
      })
      return [0, 1, 2].map(
        (i) => (found.beta[3 * i] ** 2 + found.beta[3 * i + 1] ** 2) / found.margin[i] ** 2 / optimum - 1,
      )
    }
    const found = excess([0.3, 0.2, 0.7, 0.7])
    ;[4.38e-3, 1.05e-3, 1.37e-4].forEach((value, i) => {
      expect(Math.abs(found[i] / value - 1)).toBeLessThan(0.01)
    })
    // A deep pair of the wrong sign, exactly balanced, stays at beta_3 = 0.
    expect(excess([0.3, 0.2, 0.7, -0.7], 'dop853')[2]).toBeCloseTo(0.053, 3)
  })
  test('random data: primal and dual values agree, so both are optimal', () => {
    let solved = 0
    for (let seed = 1; seed <= 60; seed++) {
      const d = 2 + (seed % 4)
      const count = 3 + (seed % 9)
      const teacher = noise(d, seed + 500)
      const points = Array.from({ length: count }, (_, n) => noise(d, 31 * seed + n))
      const y = points.map((point) => Math.sign(point.reduce((sum, value, i) => sum + value * teacher[i], 0)))
      const depths = Array.from({ length: d }, (_, i) => (i === 0 || (i + seed) % 3 > 0 ? 1 : 2 + (i % 2)))
      const { beta, optimum, multipliers } = theory.maxMarginLambdaMax({ x: transposed(points), y, depths })
      const margins = points.map((point, n) => y[n] * point.reduce((sum, value, i) => sum + value * beta[i], 0))
      expect(Math.min(...margins)).toBeGreaterThan(1 - 1e-9)
      expect(Math.min(...multipliers)).toBeGreaterThanOrEqual(0)
      const size = Math.max(1, ...multipliers)
      depths.forEach((depth, i) => {
        const pull = points.reduce((sum, point, n) => sum + multipliers[n] * y[n] * point[i], 0)
        expect(Math.abs(pull - (depth === 1 ? beta[i] : 0))).toBeLessThan(1e-9 * size)
      })
      const dual = 2 * multipliers.reduce((sum, value) => sum + value, 0) - optimum
      expect(Math.abs(dual - optimum)).toBeLessThan(1e-8 * size)
      if (optimum > 0) solved++
    }
    expect(solved).toBeGreaterThan(30)
  })
  test('free coordinates that separate alone cost nothing', () => {
    const { optimum, beta } = theory.maxMarginLambdaMax({ x: [[1, 0.5], [1, 2]], depths: [1, 2] }) // biome-ignore format: two rows
    expect(optimum).toBeLessThan(1e-20)
    expect(beta[1]).toBeGreaterThanOrEqual(1 - 1e-12)
  })
  test('scale of the data: beta goes with its inverse', () => {
    const scaled = theory.maxMarginLambdaMax({ x: x.map((row) => row.map((value) => 1e6 * value)), depths: [1, 1, 2] })
    expect(scaled.optimum * 1e12).toBeCloseTo(3.009201691, 8)
  })
})

describe('quasi-homogeneous functions', () => {
  const depths = [1, 2, 3]
  const f = ([a, b, c, d, e, g]: ArrayLike<number> & Iterable<number>) => 0.7 * a + 1.3 * b * c + 0.4 * d * e * g
  test('the rate is 1 for the right exponents and not for others', () => {
    const theta = [0.3, 0.5, 0.2, 0.9, 0.4, 1.1]
    for (const alpha of [-2, 0.1, 1, 7]) {
      expect(theory.quasiHomogeneousRate(f, theta, rates(depths), alpha)).toBeCloseTo(1, 12)
    }
    expect(theory.quasiHomogeneousRate(f, theta, [1, 1, 1, 1, 1, 1])).toBeGreaterThan(1.1)
  })
  test('the seminorm grows by the margins, and has its part of the largest rate', () => {
    // d/ds |theta|^2_Lambda / 2 = sum_n share_n z_n.beta / |g|^2: by differences along the flow.
    const options = { x, depths: [1, 1, 2], theta0: [0.3, 0.2, 0.7, 0.6], rtol: 1e-13 }
    const { theta, start } = theory.quasiHomogeneousFlow({ ...options, logInverseLoss: [2, 2 - 1e-3, 2 + 1e-3] })
    const half = (i: number) => theory.lambdaSeminorm(theta.slice(4 * i, 4 * i + 4), [1, 1, 0.5, 0.5]) / 2
    const [a, b, c, d] = theta
    const margins = Z.map((row) => row[0] * a + row[1] * b + row[2] * c * d)
    const weights = margins.map((margin) => Math.exp(-margin))
    const loss = weights.reduce((sum, value) => sum + value, 0)
    expect(-Math.log(loss)).toBeCloseTo(2, 9)
    expect(start).toBeLessThan(2)
    const pull = [0, 1, 2].map((i) => Z.reduce((sum, row, n) => sum + (weights[n] / loss) * row[i], 0))
    const square = pull[0] ** 2 + pull[1] ** 2 + (pull[2] * d) ** 2 + (pull[2] * c) ** 2
    const growth = margins.reduce((sum, margin, n) => sum + (weights[n] / loss) * margin, 0) / square
    expect((half(2) - half(1)) / 2e-3).toBeCloseTo(growth, 5)
    expect(theory.lambdaSeminorm([3, 2, 1], [1, 0.5, 1], 'max')).toBe(10)
  })
  test('the normalised margin of homogeneous networks: closed form, and it never falls', () => {
    expect(theory.normalizedMargin([3, 4], [1, 1], 10)).toBeCloseTo(2, 13)
    expect(theory.normalizedMargin([3, 4, 0], [1 / 3, 1 / 3, 1 / 3], 10)).toBeCloseTo(10 / (25 / 3) ** 1.5, 13)
    // 1 = e^-2tau theta_1^2 + e^-tau theta_2^2/2: a quadratic equation for e^-tau.
    const [p, q] = [9, 2]
    const e = (-q + Math.sqrt(q * q + 4 * p)) / (2 * p)
    expect(theory.normalizedMargin([3, 2], [1, 0.5], 1)).toBeCloseTo(e, 13)
    expect(theory.normalizedMargin([1e150, 1e-150], [1, 0.5], 1)).toBeCloseTo(1e-150, 160)
    const levels = Array.from({ length: 60 }, (_, i) => 0.5 * 1.15 ** i)
    for (const homogeneous of [
      [1, 1],
      [2, 2],
    ]) {
      for (const shift of [0, 0.2, 0.5]) {
        const theta0 = rates(homogeneous).map((_, i) => 0.3 + shift * (i % 2))
        const data = { x: [[1, 0.6], [0.2, 0.9]], depths: homogeneous, theta0 } // biome-ignore format: two rows
        const { normalizedMargin } = theory.quasiHomogeneousFlow({ ...data, logInverseLoss: levels })
        for (let i = 1; i < levels.length; i++) {
          expect(normalizedMargin[i]).toBeGreaterThan(normalizedMargin[i - 1] * (1 - 1e-9))
        }
      }
    }
  })
})

const flow = { x: [[1], [0.2]], depths: [1, 2], theta0: [0.3, 0.3, 0.3], logInverseLoss: [5] }
test.each([
  ['a depth of 0', () => theory.quasiHomogeneousFlow({ ...flow, depths: [1, 0] }), 'RANGE', 'depths[1]'],
  ['too few factors', () => theory.quasiHomogeneousFlow({ ...flow, theta0: [1, 1] }), 'SHAPE', 'theta0'],
  [
    'a loss above the start',
    () => theory.quasiHomogeneousFlow({ ...flow, logInverseLoss: [-5] }),
    'RANGE',
    'logInverseLoss',
  ],
  ['a label of 0', () => theory.quasiHomogeneousFlow({ ...flow, y: [0] }), 'RANGE', 'y[0]'],
  [
    'not separable',
    () =>
      theory.quasiHomogeneousFlow({
        ...flow,
        x: [
          [1, -1],
          [0.2, -0.2],
        ],
      }),
    'CONVERGENCE',
    'logInverseLoss',
  ],
  [
    'opposite samples',
    () =>
      theory.maxMarginLambdaMax({
        x: [
          [1, -1],
          [0.2, -0.2],
        ],
        depths: [1, 1],
      }),
    'RANGE',
    'x',
  ],
  [
    'opposite samples, one free',
    () =>
      theory.maxMarginLambdaMax({
        x: [
          [1, -1],
          [0.2, -0.2],
        ],
        depths: [1, 2],
      }),
    'RANGE',
    'x',
  ],
  ['samples of zeros', () => theory.maxMarginLambdaMax({ x: [[0], [0]], depths: [1, 2] }), 'RANGE', 'x'],
  ['nothing of depth 1', () => theory.maxMarginLambdaMax({ x: [[1], [1]], depths: [2, 2] }), 'UNSUPPORTED', 'depths'],
  ['beta of zeros', () => theory.robustRadius([0, 0], { x: [[1], [1]] }), 'RANGE', 'beta'],
  ['a negative rate', () => theory.lambdaSeminorm([1], [-1]), 'RANGE', 'lambdas[0]'],
  ['no rate', () => theory.lambdaSeminorm([1], [0]), 'RANGE', 'lambdas'],
  ['parameters of zeros', () => theory.normalizedMargin([0, 1], [1, 0], 1), 'RANGE', 'theta'],
  ['alpha of 0', () => theory.quasiHomogeneousRate(() => 1, [1], [1], 0), 'RANGE', 'alpha'],
  ['a change of sign', () => theory.quasiHomogeneousRate(([a]) => 2 - a, [1], [1]), 'RANGE', 'f'],
  [
    'a factor of 0',
    () => theory.shallowAgainstDeep({ depth: 2, z: [1, 1], shallow0: 0, deep0: 0 }, [1]),
    'RANGE',
    'deep0',
  ],
  [
    'a factor below the start',
    () => theory.shallowAgainstDeep({ depth: 2, z: [1, 1], shallow0: 0, deep0: 2 }, [1]),
    'RANGE',
    'deep[0]',
  ],
] as [string, () => unknown, string, string][])('refused: %s', (_what, call, code, argument) => {
  expect(call).toThrow(expect.objectContaining({ code, argument }))
})
