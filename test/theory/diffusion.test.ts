// SGD with momentum as a diffusion: against mpmath (matrix exponentials and step-by-step recursions, test/golden/make_noise.py), against the guide's golden case, and against
// sums over all minibatches.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  anomalousDiffusion,
  anomalousExponent,
  equivalentRule,
  modifiedLoss,
  msdCurve,
  sgdLinearRegression,
  sgdMode,
  sgdMomentRecursion,
} from '../../src/theory/index.js'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))
interface ModeCase {
  rho: number
  weightDecay: number
  learningRate: number
  momentum: number
  batchSize: number
  noise: number
  theta0: number
  v0: number
  mu: number
  angle: number
  decay: number
  rows: { step: number; ou: number[]; discrete: number[] }[]
  stationary: { ou: number[]; discrete: number[] }
}
const modes = read('noise').modes as ModeCase[]
const close = (found: number, wanted: number, relative: number, absolute = 0) =>
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(relative * Math.abs(wanted) + absolute)

describe('sgdMode and msdCurve against mpmath', () => {
  test.each(modes)('rho $rho, eta $learningRate, b $momentum', ({ angle, decay, rows, stationary, ...options }) => {
    const steps = rows.map(({ step }) => step)
    const { theta0, v0, mu, ...rule } = options
    const mode = sgdMode(options, steps)
    const { rho, ...rest } = rule
    const msd = msdCurve({ ...rest, rho: [rho] }, steps)
    for (const form of ['ou', 'discrete'] as const) {
      const { theta, v, covariance } = mode[form]
      rows.forEach((row, i) => {
        // Phases carry eps times the angle so far: 1000 steps of half a radian.
        const bound = 1e-14 * (1 + 0.5 * row.step)
        close(theta[i], row[form][0], bound, bound * Math.abs(theta0))
        close(v[i], row[form][1], bound, bound * (Math.abs(theta0) * mode.omega + Math.abs(v0)))
        const scale = Math.sqrt(row[form][2] * row[form][4])
        for (let j = 0; j < 3; j++) close(covariance[3 * i + j], row[form][2 + j], bound, j === 1 ? bound * scale : 0)
        close(msd[form][i], row[form][5], bound)
      })
      for (let j = 0; j < 3; j++) close(mode[form].stationary[j], stationary[form][j], 1e-14)
    }
    close(mode.discrete.anglePerStep, angle, 1e-12)
    close(mode.discrete.decayPerStep, decay, 1e-12)
  })
  test('steps of minibatch noise from a slow mode keep their digits: one step moves by eta^2 Var v', () => {
    const { discrete } = msdCurve({ rho: [1e-12], noise: 1e-12, learningRate: 0.1, momentum: 0.9 }, [1])
    // E (theta_1 - theta_0)^2 = eta^2 Var v.
    const mode = sgdMode({ rho: 1e-12, noise: 1e-12, theta0: 0, learningRate: 0.1, momentum: 0.9 }, [0])
    close(discrete[0], 0.01 * mode.discrete.stationary[2], 1e-13)
  })
})

test('the golden case of the guide: 1e-9', () => {
  const cases = read('single-neuron-noise-margin') as { kind: string; input: Record<string, number>; expected: never }[]
  const { input, expected } = cases.find(({ kind }) => kind === 'sgdMode') as unknown as {
    input: Record<
      'rho' | 'weightDecay' | 'lr' | 'momentum' | 'batch' | 'gradNoiseVar' | 'theta0' | 'v0' | 'mu' | 'steps',
      number
    >
    expected: Record<'gamma' | 'omega' | 'OUanglePerStep' | 'discreteAnglePerStep', number> & {
      regime: string
    } & Record<
        'OU' | 'discrete',
        Record<'theta' | 'v' | 'statVarTheta' | 'statVarV' | 'statCov' | 'msdStationary', number> & {
          cov_tt_tv_vv: number[]
        }
      >
  }
  const { rho, weightDecay, lr: learningRate, momentum, batch: batchSize, gradNoiseVar: noise, theta0, v0, mu } = input
  const rule = { weightDecay, learningRate, momentum, batchSize, noise }
  const mode = sgdMode({ ...rule, rho, theta0, v0, mu }, [input.steps])
  const msd = msdCurve({ ...rule, rho: [rho] }, [input.steps])
  close(mode.gamma, expected.gamma, 1e-9)
  close(mode.omega, expected.omega, 1e-9)
  expect(mode.regime).toBe(`${expected.regime}damped`)
  close(mode.ou.anglePerStep, expected.OUanglePerStep, 1e-9)
  close(mode.discrete.anglePerStep, expected.discreteAnglePerStep, 1e-9)
  for (const [form, name] of [
    ['ou', 'OU'],
    ['discrete', 'discrete'],
  ] as const) {
    const wanted = expected[name]
    close(mode[form].theta[0], wanted.theta, 1e-9)
    close(mode[form].v[0], wanted.v, 1e-9)
    wanted.cov_tt_tv_vv.forEach((value, j) => {
      close(mode[form].covariance[j], value, 1e-9)
    })
    close(mode[form].stationary[0], wanted.statVarTheta, 1e-9)
    close(mode[form].stationary[1], wanted.statCov ?? 0, 1e-9)
    close(mode[form].stationary[2], wanted.statVarV, 1e-9)
    close(msd[form][0], wanted.msdStationary, 1e-9)
  }
})

describe('linear regression', () => {
  const inputs = [
    [0.3, -1.2, 0.8, 1.5, -0.4],
    [1, 0.2, -0.7, 0.4, -1.1],
  ]
  const outputs = [0.5, -1, 0.2, 0.9, 0.1]
  const rule = { learningRate: 0.15, momentum: 0.6, weightDecay: 0.1, batchSize: 2 }
  const theta0 = [1, -0.5]

  test('the mean of both forms of noise is heavy-ball descent, step by step', () => {
    let [theta, v] = [theta0, [0, 0]]
    for (let k = 0; k < 7; k++) {
      const gradient = [0, 1].map((i) =>
        inputs[i].reduce(
          (sum, x, n) => sum + (x * (theta[0] * inputs[0][n] + theta[1] * inputs[1][n] - outputs[n])) / 5,
          0,
        ),
      )
      v = v.map((value, i) => 0.6 * value - gradient[i] - 0.1 * theta[i])
      theta = theta.map((value, i) => value + 0.15 * v[i])
    }
    const additive = sgdLinearRegression({ ...rule, inputs, outputs, theta0, sigma: 0.3 }, [7]).discrete
    const exact = sgdMomentRecursion({ ...rule, inputs, outputs, theta0 }, [7])
    for (let i = 0; i < 2; i++) {
      for (const found of [additive, exact]) {
        close(found.theta[i], theta[i], 0, 1e-14)
        close(found.v[i], v[i], 0, 1e-14)
      }
    }
  })

  test('moments of minibatches: two steps, the sum over all 25^2 pairs of batches', () => {
    const moments = sgdMomentRecursion({ ...rule, inputs, outputs, theta0 }, [2, 0])
    const states: number[][] = []
    const grow = (state: number[], left: number) => {
      if (left === 0) {
        states.push(state)
        return
      }
      for (let a = 0; a < 5; a++) {
        for (let b = 0; b < 5; b++) {
          const next = state.slice()
          for (let i = 0; i < 2; i++) {
            const gradient =
              [a, b].reduce(
                (sum, n) => sum + inputs[i][n] * (state[0] * inputs[0][n] + state[1] * inputs[1][n] - outputs[n]),
                0,
              ) / 2
            next[2 + i] = 0.6 * state[2 + i] - gradient - 0.1 * state[i]
            next[i] = state[i] + 0.15 * next[2 + i]
          }
          grow(next, left - 1)
        }
      }
    }
    grow([...theta0, 0, 0], 2)
    const mean = [0, 1, 2, 3].map((i) => states.reduce((sum, state) => sum + state[i], 0) / states.length)
    for (let i = 0; i < 2; i++) {
      close(moments.theta[i], mean[i], 0, 1e-14)
      close(moments.v[i], mean[2 + i], 0, 1e-14)
    }
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const wanted =
          states.reduce((sum, state) => sum + (state[i] - mean[i]) * (state[j] - mean[j]), 0) / states.length
        close(moments.covariance[4 * i + j], wanted, 1e-12, 1e-15)
      }
    }
    expect([...moments.theta.slice(2)]).toEqual(theta0)
    expect(moments.covariance.slice(16).every((value) => value === 0)).toBe(true)
  })

  test('modes are put together: one input turned into another basis', () => {
    const straight = {
      ...rule,
      sigma: 0.7,
      outputs: [1, 2],
      theta0: [0.5, -1],
      inputs: [
        [2, 0],
        [0, 1],
      ],
    }
    const [c, s] = [0.6, 0.8]
    const turn = ([a, b]: readonly number[]) => [c * a - s * b, s * a + c * b]
    const turned = {
      ...straight,
      theta0: turn(straight.theta0),
      inputs: [
        [2 * c, -s],
        [2 * s, c],
      ],
    }
    const [first, second] = [straight, turned].map((options) => sgdLinearRegression(options, [0, 30]))
    for (const form of ['ou', 'discrete'] as const) {
      const mean = turn([...first[form].theta.slice(2)])
      for (let i = 0; i < 2; i++) close(second[form].theta[2 + i], mean[i], 0, 1e-14)
      // R C R'
      const cov = first[form].covariance.slice(4)
      const wanted = c * c * cov[0] - 2 * c * s * cov[1] + s * s * cov[3]
      close(second[form].covariance[4], wanted, 1e-12)
      expect(Math.abs(first[form].covariance[5])).toBeLessThan(1e-15)
    }
    close(second.minimum[0], turn([...first.minimum])[0], 1e-14)
    expect([...first.eigenvalues]).toEqual([2, 0.5])
  })
})

describe('the modified loss', () => {
  const options = {
    hessian: [
      [2, 0.5],
      [0.5, 1],
    ],
    mu: [0.3, -0.1],
    sigma: 0.7,
    learningRate: 0.1,
    momentum: 0.8,
    weightDecay: 0.3,
    batchSize: 4,
  }
  const [theta, v] = [
    [1, 0.4],
    [-0.6, 0.2],
  ]
  test('its gradient is that of its value, and the current goes round on its levels', () => {
    const { value, gradient, current } = modifiedLoss(options, theta, v)
    const flat = (loss: { theta: Float64Array; v: Float64Array }) => [...loss.theta, ...loss.v]
    const point = [...theta, ...v]
    for (let i = 0; i < 4; i++) {
      const at = (h: number) => {
        const moved = point.map((x, j) => x + (i === j ? h : 0))
        return modifiedLoss(options, moved.slice(0, 2), moved.slice(2)).value
      }
      // Quadratic: central differences are exact to rounding.
      close(flat(gradient)[i], (at(0.5) - at(-0.5)) / 1, 1e-12, 1e-12 * value)
    }
    const around = flat(gradient).reduce((sum, g, i) => sum + g * flat(current)[i], 0)
    expect(Math.abs(around)).toBeLessThan(1e-13 * value)
    expect([...current.theta]).toEqual(v)
  })
  test('e^(-kappa Psi) has the stationary variances of the continuous form', () => {
    const { value, kappa } = modifiedLoss({ ...options, hessian: [[2]], mu: [0] }, [1], [0])
    const speed = modifiedLoss({ ...options, hessian: [[2]], mu: [0] }, [0], [1]).value
    const { learningRate, momentum, weightDecay, batchSize } = options
    const mode = sgdMode({ rho: 2, noise: 0.49 * 2, theta0: 0, learningRate, momentum, weightDecay, batchSize }, [0])
    close(1 / (2 * kappa * value), mode.ou.stationary[0], 1e-13)
    close(1 / (2 * kappa * speed), mode.ou.stationary[2], 1e-13)
  })
})

describe('anomalous diffusion', () => {
  test('the slopes and prefactors of the guide, from the closed form over the spectrum', () => {
    const steps = [1e3, 3e3, 1e4, 3e4]
    for (const [a, count, slope, ratio] of [
      [2, 20000, 0.5025, 0.998],
      [3, 2000, 0.341, 0.988],
    ]) {
      const rho = Float64Array.from({ length: count }, (_, l) => (l + 1) ** -a)
      const rule = { learningRate: 0.1, momentum: 0.9 }
      const { discrete } = msdCurve({ ...rule, rho, noise: rho }, steps)
      expect(Math.abs(anomalousExponent(steps, discrete).exponent - slope)).toBeLessThan(3e-3)
      const predicted = anomalousDiffusion({ ...rule, decay: a, noise: 1 }, steps)
      expect(Math.abs(discrete[3] / predicted[3] - ratio)).toBeLessThan(6e-3)
    }
  })
  test('equivalentRule keeps kappa and eta (1 + b), hence the stationary state', () => {
    const rule = { learningRate: 0.05, momentum: 0.9, batchSize: 32 }
    const other = equivalentRule(rule, 3)
    close(other.batchSize * (1 - other.momentum ** 2), 32 * 0.19, 1e-14)
    const at = (options: typeof rule) => sgdMode({ ...options, rho: 0.7, noise: 2, theta0: 0 }, [0]).ou.stationary
    close(at(other)[2], at(rule)[2], 1e-14)
    close(at(other)[0], at(rule)[0], 1e-13)
  })
})
