// Stochastic collapse: stationary states, thresholds and paths, against mpmath, quadrature, Monte Carlo and the guide's golden cases.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { foldIn, key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'
import {
  attractivity,
  collapseExponent,
  collapseThreshold,
  isotropicNoiseExponent,
  labelNoiseModes,
  lrDropPrediction,
  neuronCollapse,
  quarticFlow,
  quarticPath,
  quarticStationary,
  shrinkage,
} from '../../src/theory/index.js'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))
const cases = read('single-neuron-noise-margin') as { kind: string; input: never; expected: never }[]
const goldenOf = <I, E>(kind: string) =>
  cases.find((entry) => entry.kind === kind) as unknown as { input: I; expected: E }
const close = (found: number, wanted: number, relative: number, absolute = 0) =>
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(relative * Math.abs(wanted) + absolute)
/** The last frame of a stream. */
const lastOf = <T>(frames: Iterable<T>): T => [...frames].at(-1)!

describe('golden cases of the guide: 1e-9', () => {
  test('the quartic well', () => {
    const { input, expected } = goldenOf<
      { mu: number; zeta: number; theta0: number; dt: number; dB: number[] },
      Record<'eulerMaruyama' | 'milstein' | 'alpha' | 'statE2' | 'statE4' | 'statPdfAt1', number>
    >('quarticSGF')
    const { mu, zeta, theta0, dt, dB } = input
    const run = (method: 'em' | 'milstein') =>
      lastOf(quarticFlow({ mu, zeta, theta0: [theta0], dt, steps: dB.length, increments: dB, method })).theta[0]
    close(run('em'), expected.eulerMaruyama, 1e-9)
    close(run('milstein'), expected.milstein, 1e-9)
    const { alpha, moment, density } = quarticStationary(mu, zeta)
    close(alpha, expected.alpha, 1e-9)
    close(moment(2), expected.statE2, 1e-9)
    close(moment(4), expected.statE4, 1e-9)
    close(density(1), expected.statPdfAt1, 1e-9)
    close(attractivity(-mu, zeta * zeta).alpha, alpha, 1e-15)
  })
  test('a mode under label noise', () => {
    const { input, expected } = goldenOf<
      { sStar: number; lr: number; sigma: number; xi: number[]; u0: number; v0: number },
      Record<'u' | 'v' | 'imbalance' | 'threshold' | 'statMean' | 'statVar', number> & { collapses: boolean }
    >('uvLabelNoise')
    const { sStar, lr, sigma, xi, u0, v0 } = input
    const end = lastOf(
      labelNoiseModes({ values: [sStar], learningRate: lr, sigma, u0, v0, steps: xi.length, xi, every: 2 }),
    )
    close(end.u[0], expected.u, 1e-9)
    close(end.v[0], expected.v, 1e-9)
    close(end.u[0] ** 2 - end.v[0] ** 2, expected.imbalance, 1e-9)
    close(end.time, 6 * lr, 1e-15)
    const { mean, variance, threshold, collapses } = shrinkage([sStar], lr, sigma)
    close(threshold, expected.threshold, 1e-9)
    close(collapseThreshold(lr, sigma), expected.threshold, 1e-9)
    close(mean[0], expected.statMean, 1e-9)
    close(variance[0], expected.statVar, 1e-9)
    expect(collapses[0] === 1).toBe(expected.collapses)
  })
})

describe('the stationary quartic', () => {
  test.each([
    [1.5, 0.5],
    [1.5, 1],
    [1.5, 1.6],
    [1, 0.02],
  ])('mu %d, zeta %d: the density integrates to its moments', (mu, zeta) => {
    const { density, moment, collapses, shape } = quarticStationary(mu, zeta)
    // The trapezoid rule in ln x, which converges exponentially.
    const [step, from] = [0.1 / Math.sqrt(1 + shape), shape > 10 ? -10 : -200]
    const sums = [0, 1, 2, 4].map((q) => {
      let sum = 0
      for (let y = from; y < 10; y += step) {
        const x = Math.exp(y)
        sum += 2 * step * density(x) * x ** (q + 1)
      }
      return sum
    })
    sums.forEach((sum, i) => {
      close(sum, moment([0, 1, 2, 4][i]), 1e-11)
    })
    // E x^2 = mu - zeta^2 / 2.
    close(moment(2), mu - (zeta * zeta) / 2, 1e-13)
    expect(density(-0.3)).toBe(density(0.3))
    expect(collapses).toBe(false)
  })
  test('beyond the threshold all of it is at 0; at 0 the density is what its exponent says', () => {
    const gone = quarticStationary(1.5, 2)
    expect([gone.collapses, gone.shape, gone.density(0.1), gone.density(0), gone.moment(2), gone.moment(0)]).toEqual([
      true,
      0,
      0,
      Infinity,
      0,
      1,
    ])
    expect(gone.alpha).toBe(0.5)
    expect(quarticStationary(2, 1).density(0)).toBe(0)
    expect(quarticStationary(1, 1.2).density(0)).toBe(Infinity)
    close(quarticStationary(1, 1).density(0), 1 / Math.sqrt(Math.PI), 1e-15)
    expect(quarticStationary(1, 1).moment(-1)).toBe(Infinity)
  })
})

describe('paths of the quartic', () => {
  test('without noise the path is the Bernoulli solution, and steps converge to it', () => {
    const [mu, x0, t] = [1.5, 0.3, 2]
    const exact = x0 / Math.sqrt(Math.exp(-2 * mu * t) + (x0 * x0 * (1 - Math.exp(-2 * mu * t))) / mu)
    const path = quarticPath({ mu, zeta: 0, theta0: x0, dt: 1e-3 }, new Float64Array(2000))
    close(path[1999], exact, 1e-6)
    const end = lastOf(quarticFlow({ mu, zeta: 0, theta0: [x0], dt: 1e-4, steps: 20000 }))
    close(end.theta[0], exact, 1e-3)
    close(end.time, 2, 1e-12)
  })
  test('on one Brownian path Milstein is of order 1 and Euler-Maruyama of order 1/2', () => {
    const [fine, paths] = [4096, 40]
    const dB = Array.from({ length: paths }, (_, r) => normal(foldIn(key(5), r), fine).map((z) => z / Math.sqrt(fine)))
    const options = { mu: 1.5, zeta: 1, theta0: 0.8 }
    const exact = dB.map((path) => quarticPath({ ...options, dt: 1 / fine }, path)[fine - 1])
    const errors = (method: 'em' | 'milstein', steps: number) => {
      const width = fine / steps
      const increments = new Float64Array(steps * paths)
      dB.forEach((path, r) => {
        for (let i = 0; i < fine; i++) increments[Math.floor(i / width) * paths + r] += path[i]
      })
      const theta0 = new Float64Array(paths).fill(0.8)
      const { theta } = lastOf(quarticFlow({ ...options, theta0, dt: 1 / steps, steps, increments, method }))
      return theta.reduce((sum, x, r) => sum + Math.abs(x - exact[r]), 0) / paths
    }
    const order = (method: 'em' | 'milstein') => Math.log2(errors(method, 32) / errors(method, 512)) / 4
    expect(Math.abs(order('em') - 0.5)).toBeLessThan(0.15)
    expect(Math.abs(order('milstein') - 1)).toBeLessThan(0.15)
  })
  test('frames, streams and what is drawn', () => {
    const options = { mu: 1, zeta: 0.5, theta0: [1, 2, 3], dt: 0.1, steps: 7, seed: 3 }
    const frames = [...quarticFlow({ ...options, every: 3 })]
    expect(frames.map(({ step }) => step)).toEqual([3, 6, 7])
    expect(frames[2].theta).toEqual(lastOf(quarticFlow(options)).theta)
    expect(() => lastOf(quarticFlow({ ...options, theta0: [1000], steps: 20 }))).toThrow('smaller dt')
    expect(() => quarticPath({ mu: 10, zeta: 0, theta0: 1, dt: 10 }, new Float64Array(10))).toThrow('in pieces')
  })
})

describe('label noise', () => {
  test('growth of a vanishing mode against quadrature', () => {
    for (const [value, rate, sigma, wanted] of read('noise').meanLog as number[][]) {
      close(collapseExponent(value, rate, sigma), wanted, 1e-14, 1e-14)
    }
    // The two forms meet.
    close(collapseExponent(0, 1, 1 / 9.0000001), collapseExponent(0, 1, 1 / 8.9999999), 1e-6)
    const [eta, s, sigma] = [1e-3, 0.4, 25]
    close(collapseExponent(s, eta, sigma), eta * s - (eta * eta * (sigma * sigma + s * s)) / 2, 0, 1e-6)
    expect(() => collapseExponent(-1, 1, 0)).toThrow('no noise')
  })
  test('imbalance is multiplied by 1 - (eta q)^2 in each step; the schedule is followed', () => {
    const rates = [0.1, 0.05, 0.02]
    const xi = [0.3, -1, 0.5]
    let [previous, time] = [{ u: 1.2, v: 0.5 }, 0]
    const run = labelNoiseModes({
      ...{ values: [0.8], sigma: 2, u0: 1.2, v0: 0.5, steps: 3, every: 1, xi },
      learningRate: (step) => rates[step],
    })
    for (const { step, u, v, time: clock } of run) {
      const q = previous.u * previous.v - 0.8 + 2 * xi[step - 1]
      const expected = (1 - (rates[step - 1] * q) ** 2) * (previous.u ** 2 - previous.v ** 2)
      close(u[0] ** 2 - v[0] ** 2, expected, 1e-13)
      time += rates[step - 1]
      close(clock, time, 1e-15)
      previous = { u: u[0], v: v[0] }
    }
  })
  test('modes settle on the Gamma distribution: mean and variance over 300 replicas', () => {
    const [values, learningRate, sigma] = [[1.2, 0.9, 0.2], 3 / 256, 8]
    const { mean, variance } = shrinkage(values, learningRate, sigma)
    const frames = labelNoiseModes({
      ...{ values, learningRate, sigma, u0: 0.8, v0: 0.8, steps: 2500, every: 250, replicas: 300, seed: 2 },
    })
    const late = [...frames].slice(2).map(({ s }) => s)
    const moments = values.map((_, mode) => {
      const all = late.flatMap((s) => [...s].filter((_, i) => i % 3 === mode))
      const m = all.reduce((sum, x) => sum + x, 0) / all.length
      return [m, all.reduce((sum, x) => sum + (x - m) ** 2, 0) / all.length]
    })
    for (const mode of [0, 1]) {
      // 8 frames, nearly independent, of 300 replicas: 4.5 standard errors, and O(eta) of the discrete steps.
      const error = 4.5 * Math.sqrt(variance[mode] / 2400)
      close(moments[mode][0], mean[mode], 0, error + learningRate * mean[mode])
      close(moments[mode][1], variance[mode], 0.15)
    }
    expect(moments[2][0]).toBeLessThan(0.03)
  })
  test('noise on all entries: half a unit for each dimension above two', () => {
    // Neuron (u, v) of R^n x R^n with d u = Xi' v, d v = Xi u, small steps, Monte Carlo of ln |(u, v)|.
    for (const n of [3, 4]) {
      const [dt, steps, replicas] = [0.01, 800, 80]
      let total = 0
      for (let r = 0; r < replicas; r++) {
        const z = normal(foldIn(key(n), r), steps * n * n)
        let [u, v] = [new Float64Array(n).fill(1), new Float64Array(n).fill(1)]
        let size = 0
        for (let k = 0; k < steps; k++) {
          const [a, b] = [u.slice(), v.slice()]
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) {
              const xi = Math.sqrt(dt) * z[(k * n + i) * n + j]
              b[i] += xi * u[j]
              a[j] += xi * v[i]
            }
          }
          const norm = Math.sqrt([...a, ...b].reduce((sum, x) => sum + x * x, 0))
          // After the start is forgotten.
          if (k >= 200) size += Math.log(norm)
          u = a.map((x) => x / norm)
          v = b.map((x) => x / norm)
        }
        total += size
      }
      close(total / (replicas * 6), isotropicNoiseExponent(n, 1, 1), 0, 0.15)
    }
  })
})

test('drops of the learning rate: the logistic curve, by small steps of its equation', () => {
  const phases = [
    { learningRate: 0.01, steps: 300 },
    { learningRate: 0.001, steps: 4000 },
  ]
  const [values, start, sigma] = [[1, 0.3, 0.3], [0.2, 0.5, 0], 10]
  const found = lrDropPrediction(values, start, sigma, phases, [0, 300, 4300])
  values.forEach((value, mode) => {
    let s = start[mode]
    let step = 0
    for (const { learningRate, steps } of phases) {
      const m = value - (learningRate * sigma * sigma) / 2
      const dt = learningRate / 100
      for (let i = 0; i < 100 * steps; i++) {
        const middle = s + dt * s * (m - s)
        s += 2 * dt * middle * (m - middle)
      }
      step += steps
      close(found[(step === 300 ? 1 : 2) * 3 + mode], s, 1e-6)
    }
    expect(found[mode]).toBe(start[mode])
  })
  // A mode at its threshold falls as 1 / (2 t); one far below is gone without a NaN.
  close(lrDropPrediction([0.5], [1], 10, [{ learningRate: 0.01, steps: 1000 }], [1000])[0], 1 / 21, 1e-14)
  expect(lrDropPrediction([-1e6], [1], 1, [{ learningRate: 1, steps: 1000 }], [1000])[0]).toBe(0)
})

test('a neuron: the level at which its linearised growth changes sign', () => {
  const [x, y] = [
    [0.4, -1.1, 0.7],
    [0.5, -0.9, 0.6],
  ]
  const { critical } = neuronCollapse({ x, y, eta: 1, zeta: 0 })
  const at = (level: number) =>
    neuronCollapse({ x, y, eta: 0.5, zeta: Math.sqrt((2 * level) / (0.5 * 0.8)), slope: 0.8 })
  close(at(critical).exponent, 0, 0, 1e-15)
  expect([at(0.99 * critical).collapses, at(1.01 * critical).collapses]).toEqual([false, true])
  close(at(2).level, 2, 1e-15)
  // w_1 = w_2 near 0: drift 0.8 <x y> a unit of time, noise 0.8 sqrt(eta) zeta |x| / sqrt(m), less half of its square.
  const square = x.reduce((sum, value) => sum + value * value, 0) / 3
  const product = x.reduce((sum, value, i) => sum + value * y[i], 0) / 3
  const zetaSquared = (2 * 0.7) / (0.5 * 0.8)
  close(at(0.7).exponent, 0.8 * product - 0.5 * 0.64 * 0.5 * zetaSquared * square, 1e-13)
})
