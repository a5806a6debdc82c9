// One hidden neuron: the closed forms against the guide's golden numbers and against Runge-Kutta on the equations of motion, written out here.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as theory from '../../src/theory/index.js'
import {
  chainProduct,
  flow,
  noise,
  orthogonalNoise,
  product,
  type Rows,
  toRows,
  transposed,
} from './helpers/plain-network.js'

interface Start {
  a0: number
  w0: number[]
  etaA: number
  etaW: number
}
interface Moment {
  t: number
  a: number
  w: number[]
  beta: number[]
  mu: number
  phi: number
  loss_excess: number
  kernel_distance_vs0: number
}
const golden = JSON.parse(
  readFileSync(new URL('../golden/single-neuron-noise-margin.json', import.meta.url), 'utf8'),
) as {
  kind: string
  input: Start & { betaStar: number[]; X: number[][]; y: number[] }
  delta: number
  expected: never
}[]

// Eleven digits are given.
const close = (found: number, wanted: number) =>
  expect(Math.abs(found - wanted)).toBeLessThan(1e-9 * Math.abs(wanted) + 1e-12)
const times = (vector: number[], factor: number) => vector.map((value) => value * factor)
const plus = (x: number[], y: number[]) => x.map((value, i) => value + y[i])
const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0)

/** (a, w) after t by Runge-Kutta 4 on a' = ea w.r, w' = ew a r, with r = -dC/dbeta. */
function rungeKutta({ a0, w0, etaA, etaW }: Start, rest: (beta: number[]) => number[], t: number, steps: number) {
  const d = w0.length
  const slope = (y: Float64Array, out: Float64Array) => {
    const r = rest(Array.from({ length: d }, (_, i) => y[0] * y[i + 1]))
    out[0] = 0
    for (let i = 0; i < d; i++) {
      out[0] += etaA * y[i + 1] * r[i]
      out[i + 1] = etaW * y[0] * r[i]
    }
  }
  const h = t / steps
  const y = Float64Array.of(a0, ...w0)
  const k = [0, 1, 2, 3].map(() => new Float64Array(d + 1))
  const [weights, shares, moved] = [[1, 2, 2, 1], [0, 0.5, 0.5, 1], new Float64Array(d + 1)]
  for (let step = 0; step < steps; step++) {
    for (let stage = 0; stage < 4; stage++) {
      for (let i = 0; i <= d; i++) moved[i] = y[i] + (stage > 0 ? h * shares[stage] * k[stage - 1][i] : 0)
      slope(moved, k[stage])
    }
    for (let i = 0; i <= d; i++) for (let stage = 0; stage < 4; stage++) y[i] += (h / 6) * weights[stage] * k[stage][i]
  }
  return [...y]
}
/** On samples: r = X' (y - X beta), without 1/n. */
const neuronFlow = (start: Start, xs: number[][], y: number[], t: number, steps: number) =>
  rungeKutta(
    start,
    (beta) => xs.reduce((sum, x, n) => plus(sum, times(x, y[n] - dot(x, beta))), times(beta, 0)),
    t,
    steps,
  )
const whitened = (start: Start, betaStar: number[], t: number, steps: number) =>
  rungeKutta(start, (beta) => betaStar.map((value, i) => value - beta[i]), t, steps)
const identity = (d: number) =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => Number(i === j)))
describe('golden numbers of the guide', () => {
  test.each(golden.filter(({ kind }) => kind === 'singleNeuronExact'))('exact flow, delta = $delta', (entry) => {
    const expected = entry.expected as unknown as Moment[]
    const { a, w, beta, mu, phi, loss, kernelDistance, delta } = theory.singleNeuronExact(
      entry.input,
      expected.map(({ t }) => t),
    )
    close(delta, entry.delta)
    expected.forEach((row, i) => {
      const d = row.w.length
      close(a[i], row.a)
      close(mu[i], row.mu)
      close(phi[i], row.phi)
      close(loss[i], row.loss_excess)
      close(kernelDistance[i], row.kernel_distance_vs0)
      row.w.forEach((value, j) => {
        close(w[i * d + j], value)
      })
      row.beta.forEach((value, j) => {
        close(beta[i * d + j], value)
      })
    })
  })
  test('the interpolator that is found', () => {
    const { input, expected } = golden.find(({ kind }) => kind === 'singleNeuronInterpolationLimit')!
    const wanted = expected as unknown as { aInf: number; betaInf: number[]; betaMinNorm: number[] }
    const { X, ...rest } = input
    const found = theory.singleNeuronLimit({ ...rest, x: transposed(X) })
    close(found.aInf, wanted.aInf)
    wanted.betaInf.forEach((value, i) => {
      close(found.betaInf[i], value)
    })
    wanted.betaMinNorm.forEach((value, i) => {
      close(found.minimumNorm[i], value)
    })
    expect(found.signKept).toBe(true)
  })
  test('regimes: kernel distances to 1e-4, times to 1 %', () => {
    const { kernelDistance, learningTime } = theory.singleNeuronRegimes({
      beta0: [0, 0.1],
      betaStar: [1, 0],
      deltas: [-4, -1, 0, 1, 4],
    })
    // The first is the limit; after 1 % of the loss it reads 0.9465.
    const distances = [0.9467, 0.7242, 0.2, 0.0134, 0.0004]
    const wanted = [31.7, 8.76, 3.27, 1.51, 0.55]
    distances.forEach((value, i) => {
      expect(Math.abs(kernelDistance[i] - value)).toBeLessThan(1e-4)
    })
    wanted.forEach((value, i) => {
      expect(Math.abs(learningTime[i] / value - 1)).toBeLessThan(0.01)
    })
  })
})

// Starts of all kinds: [what, start, target]
const STARTS: [string, Start, number[]][] = [
  ['readout 0', { a0: 0, w0: [0.3, -0.2], etaA: 1, etaW: 1 }, [1, 0.5]],
  ['weights 0', { a0: 0.7, w0: [0, 0], etaA: 1, etaW: 2 }, [1, -1]],
  ['balanced', { a0: 0.5, w0: [0.3, 0.4], etaA: 1, etaW: 1 }, [0.7, -0.2]],
  ['one input', { a0: -0.2, w0: [0.6], etaA: 0.5, etaW: 2 }, [1.5]],
  ['towards the saddle first', { a0: 0.4, w0: [-1, 0.5, 0.1], etaA: 1.3, etaW: 0.4 }, [1, -2, 0.3]],
  ['on the way to the saddle', { a0: 1, w0: [-1], etaA: 1, etaW: 1 }, [1]],
  ['to the saddle, downstream', { a0: 1, w0: [-0.5, 1.5, 1, 0.5, 0.5], etaA: 1, etaW: 1 }, [2, 0, 0, 0, 0]],
  ['nothing to learn but 0', { a0: 0.8, w0: [0.3, -0.4], etaA: 1, etaW: 1 }, [0, 0]],
  ['0, balanced', { a0: 0.5, w0: [0.3, -0.4], etaA: 1, etaW: 1 }, [0, 0]],
  ['0, downstream', { a0: 0.1, w0: [0.3, -0.4], etaA: 2, etaW: 1 }, [0, 0]],
  ['slow readout', { a0: 1.5, w0: [0.1, -0.3, 0.2], etaA: 0.1, etaW: 5 }, [0.6, 0.8, -0.5]],
  ['slow weights', { a0: 0.05, w0: [2, -1], etaA: 5, etaW: 0.1 }, [-1, 1]],
  ['tiny', { a0: 1e-3, w0: [2e-3, -1e-3], etaA: 1, etaW: 1 }, [2, 1]],
]

describe('the exact flow', () => {
  test.each(STARTS)('%s: against Runge-Kutta to 1e-10', (_what, start, target) => {
    const d = target.length
    const at = [0, 0.3, 1, 4]
    const { a, w, beta, loss, kernelDistance, mu, phi, delta } = theory.singleNeuronExact(
      { ...start, betaStar: target },
      at,
    )
    const kernel = (readout: number, weights: number[]) =>
      identity(d).map((row, i) =>
        row.map((one, j) => start.etaW * readout ** 2 * one + start.etaA * weights[i] * weights[j]),
      )
    at.forEach((t, i) => {
      const [a1, ...w1] = whitened(start, target, t, Math.ceil(900 * t) + 200)
      expect(Math.abs(a[i] - a1)).toBeLessThan(1e-10)
      w1.forEach((value, j) => {
        expect(Math.abs(w[i * d + j] - value)).toBeLessThan(1e-10)
        expect(beta[i * d + j]).toBeCloseTo(a1 * value, 9)
      })
      const rest = plus(times(w1, a1), times(target, -1))
      expect(Math.abs(loss[i] - 0.5 * dot(rest, rest))).toBeLessThan(1e-10)
      const [length, size] = [Math.sqrt(dot(w1, w1)), Math.sqrt(dot(target, target))]
      expect(mu[i]).toBeCloseTo(a1 * length, 9)
      if (length > 0 && size > 0) expect(phi[i]).toBeCloseTo(dot(w1, target) / length / size, 8)
      expect(start.etaW * a1 ** 2 - start.etaA * length ** 2).toBeCloseTo(delta, 9)
      const distance = theory.kernelDistance(kernel(a1, w1), kernel(start.a0, start.w0))
      expect(Math.abs(kernelDistance[i] - distance)).toBeLessThan(1e-9)
    })
  })
  test('random starts, scales 1e-3 to 5, rates 0.1 to 10', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const z = noise(12, seed)
      const scale = 10 ** (1.85 * z[0] - 1.15)
      const rates = { etaA: 10 ** z[1], etaW: 10 ** z[2] }
      const start = { a0: scale * z[3], w0: times(z.slice(4, 7), scale), ...rates }
      const target = times(z.slice(7, 10), 2)
      const t = 0.4 * (1 + z[10])
      const { a, w } = theory.singleNeuronExact({ ...start, betaStar: target }, [t])
      whitened(start, target, t, 3000).forEach((value, j) => {
        expect(Math.abs((j === 0 ? a[0] : w[j - 1]) - value)).toBeLessThan(1e-9)
      })
    }
  })
  test('one input: the two-layer mode of the lambda-balanced theory', () => {
    const at = [0, 0.1, 1, 7, 60]
    const mode = theory.lambdaModes({ s: [1.5], a0: [0.3], b0: [-0.2], times: at })
    const { a, w } = theory.singleNeuronExact({ a0: -0.2, w0: [0.3], betaStar: [1.5] }, at)
    at.forEach((_, i) => {
      expect(a[i]).toBeCloseTo(mode.b[i], 13)
      expect(w[i]).toBeCloseTo(mode.a[i], 13)
    })
  })
  test.each([
    [0.2, 30.414],
    [30.42, 0.3],
    [1e-3, 1e-3],
  ])('a0 = %d, |w0| = %d: finite for all times, at the target in the end', (a0, length) => {
    const w0 = [0.6 * length, -0.8 * length]
    const { beta, loss, a } = theory.singleNeuronExact({ a0, w0, betaStar: [1, -2] }, [1e-9, 1, 1e3, 1e5, 1e9])
    for (const column of [beta, loss, a]) expect(column.every(Number.isFinite)).toBe(true)
    expect(beta[8]).toBeCloseTo(1, 12)
    expect(beta[9]).toBeCloseTo(-2, 12)
  })
  test('the loss after training keeps its digits: it falls by e^-(R + delta), and by e^-2R along the target', () => {
    for (const [w0, betaStar, along] of [
      [[0.9, 0.2], [1, -1], false],
      [[0.9], [Math.SQRT2], true],
    ] as const) {
      const { delta, loss } = theory.singleNeuronExact({ a0: 0.5, w0, betaStar, etaA: 2 }, [60, 61])
      const root = Math.sqrt(delta ** 2 + 16)
      expect(delta).toBeLessThan(0)
      expect(loss[0]).toBeLessThan(1e-60)
      expect(Math.log(loss[0] / loss[1]) / (along ? 2 * root : root + delta)).toBeCloseTo(1, 9)
    }
  })
  test('a start 1e-200 from the separating surface leaves the saddle', () => {
    const start = { a0: 1e-200, w0: [0, 1], betaStar: [1, 0] }
    const { a, beta } = theory.singleNeuronExact(start, [0, 100, 1000, 2000])
    expect(a.every(Number.isFinite)).toBe(true)
    expect(beta[2]).toBeLessThan(1e-100)
    expect(beta[6]).toBeCloseTo(1, 12)
    expect(theory.singleNeuronBasin(start)).toBe(1)
    expect(theory.singleNeuronBasin({ ...start, a0: 0 })).toBe(0)
    expect([...theory.singleNeuronExact({ ...start, a0: 0 }, [5]).w]).toEqual([0, 1])
  })
  test('basins: the sign of the readout in the end', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const z = noise(5, seed)
      const start = { a0: z[0], w0: [2 * z[1], 2 * z[2]], etaA: 1, etaW: 1 }
      const target = [z[3], z[4]]
      const [a] = whitened(start, target, 40, 2000)
      if (Math.abs(a) < 1e-3) continue
      expect(theory.singleNeuronBasin({ ...start, betaStar: target })).toBe(Math.sign(a))
    }
  })
})

describe('function space', () => {
  test('a neuron from its function', () => {
    for (const delta of [-1e8, -3, 0, 2, 1e8]) {
      const rates = { etaA: 0.3, etaW: 4 }
      const { a, w } = theory.singleNeuronFromBeta(delta, [0.3, -0.4], rates)
      expect(a * w[0]).toBeCloseTo(0.3, 14)
      const exact = theory.singleNeuronExact({ a0: a, w0: w, betaStar: [1, 1], ...rates }, [0]).delta
      expect(Math.abs(exact - delta)).toBeLessThan(1e-14 * (1 + Math.abs(delta)))
      const square = w[0] ** 2 + w[1] ** 2
      const kernel = theory.functionSpaceKernel([0.3, -0.4], delta, rates)
      const formed = [4 * a * a + 0.3 * w[0] ** 2, 0.3 * w[0] * w[1], 0.3 * w[0] * w[1], 4 * a * a + 0.3 * w[1] ** 2]
      formed.forEach((value, i) => {
        expect(Math.abs(kernel[i] - value)).toBeLessThan(1e-14 * (4 * a * a + square))
      })
    }
    expect([...theory.functionSpaceKernel([0, 0], 4)]).toEqual([4, 0, 0, 4])
    expect([...theory.singleNeuronFromBeta(4, [0, 0]).w]).toEqual([0, 0])
  })
  test('the flow of beta is that of the neuron', () => {
    const task = { a0: 0.2, w0: [1, 0.5], betaStar: [1, -2], etaA: 0.7, etaW: 1.6 }
    const at = [0.5, 2, 6]
    const { beta, delta } = theory.singleNeuronExact(task, at)
    const balance = { delta, hidden: 1, etaA: 0.7, etaW: 1.6 }
    const path = theory.functionSpaceFlow(theory.squaredError([1, -2], 1, 2), [0.2, 0.1], balance, at)
    path.forEach((value, i) => {
      expect(value).toBeCloseTo(beta[i], 9)
    })
  })
  test.each([1.5, -0.8, 0])('two outputs, delta = %d: the Gram matrices and the flow of the map', (delta) => {
    const [left, hidden, right] = [1, 2, 3].map((seed) => orthogonalNoise(2, seed))
    const values = [0.9, 0.3]
    const layer = (sign: number) =>
      values.map((value) => Math.sqrt((Math.sqrt(delta ** 2 + 4 * value ** 2) + sign * delta) / 2))
    const spectral = (u: Rows, s: number[], v: Rows) =>
      product(
        u.map((row) => row.map((x, k) => x * s[k])),
        transposed(v),
      )
    const w1 = spectral(hidden, layer(-1), right)
    const w2 = spectral(left, layer(1), hidden)
    const map = product(w2, w1)
    const { inner, outer } = theory.balanceFromDelta(map, { delta, hidden: 2 })
    product(transposed(w1), w1)
      .flat()
      .forEach((value, i) => {
        expect(inner![i]).toBeCloseTo(value, 13)
      })
    product(w2, transposed(w2))
      .flat()
      .forEach((value, i) => {
        expect(outer![i]).toBeCloseTo(value, 13)
      })
    const target = [2, 0.5, -0.4, 1]
    const end = chainProduct(
      flow([w1, w2], (a) => a.map((row, i) => row.map((x, j) => x - target[2 * i + j])), 1.5, 3000),
    )
    const objective = theory.squaredError(target, 2, 2)
    const path = theory.functionSpaceFlow(objective, map.flat(), { delta, hidden: 2 }, [1.5])
    end.flat().forEach((value, i) => {
      expect(path[i]).toBeCloseTo(value, 9)
    })
  })
  test('a Gram matrix is open where the map does not fix it', () => {
    const { inner, outer } = theory.balanceFromDelta([[1, 0, 0]], { delta: -1, hidden: 2 })
    expect(inner).toBeUndefined()
    expect(outer![0]).toBeCloseTo((Math.sqrt(5) - 1) / 2, 14)
    // All inputs are filled: nothing is open.
    const all = theory.balanceFromDelta([[1, 0]], { delta: -1, hidden: 2 }).inner!
    expect(all[0]).toBeCloseTo((Math.sqrt(5) + 1) / 2, 14)
    expect([all[1], all[3]]).toEqual([0, 1])
  })
  test('many neurons: the sum of their kernels', () => {
    const [a, w] = [[0.5, -2], toRows([1, 2, 3, -1, 0, 4], 3)]
    const sum = theory.neuronsKernel(a, w, { etaA: 2, etaW: 3 })
    const single = a.map((value, i) => theory.neuronsKernel([value], [w[i]], { etaA: 2, etaW: 3 }))
    sum.forEach((value, i) => {
      expect(value).toBeCloseTo(single[0][i] + single[1][i], 12)
    })
  })
})

describe('data that leave directions open', () => {
  const sets: [string, number[][], number[]][] = [
    ['one sample', [[0.5, 1, 0]], [1.1]],
    [
      'two samples',
      [
        [1, 2, -1],
        [0, 1, 1],
      ],
      [1, -0.5],
    ],
    [
      'a sample twice',
      [
        [0.4, 0, 0.8],
        [0.4, 0, 0.8],
      ],
      [0.7, 0.7],
    ],
  ]
  test.each(sets)('%s: Runge-Kutta ends where the formula says', (_what, xs, y) => {
    for (let seed = 1; seed <= 3; seed++) {
      const z = noise(4, seed)
      const start = { a0: 1.5 + z[0], w0: times(z.slice(1), 0.8), etaA: 0.8, etaW: 1.4 }
      const [a, ...w] = neuronFlow(start, xs, y, 25, 20000)
      const found = theory.singleNeuronLimit({ ...start, x: transposed(xs), y })
      expect(found.aInf).toBeCloseTo(a, 9)
      found.betaInf.forEach((value, i) => {
        expect(value).toBeCloseTo(a * w[i], 9)
      })
    }
  })
  test('limits of the balance: nearest to the start, and collinear with it', () => {
    const [x, y] = [[[0.5], [1]], [1.1]]
    const beta = [0.4, 0.1]
    const at = (delta: number) => {
      const { a, w } = theory.singleNeuronFromBeta(delta, beta)
      return theory.singleNeuronLimit({ a0: a, w0: w, x, y }).betaInf
    }
    const rest = (1.1 - 0.3) / 1.25
    const lazy = at(1e9)
    expect(lazy[0]).toBeCloseTo(0.4 + 0.5 * rest, 8)
    expect(lazy[1]).toBeCloseTo(0.1 + rest, 8)
    const rich = at(-1e9)
    expect(rich[1] / rich[0]).toBeCloseTo(0.25, 8)
    expect(0.5 * rich[0] + rich[1]).toBeCloseTo(1.1, 12)
  })
  test('the gradient of the potential, by differences and as sqrt(2) w', () => {
    const beta = [0.3, -0.4, 0.2]
    for (const delta of [-2, 0, 1.5]) {
      const { gradient } = theory.neuronPotential(delta, beta)
      const { w } = theory.singleNeuronFromBeta(delta, beta)
      beta.forEach((_, i) => {
        const moved = (h: number) =>
          theory.neuronPotential(
            delta,
            beta.map((b, j) => b + (i === j ? h : 0)),
          ).value
        expect(gradient[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 8)
        expect(gradient[i]).toBeCloseTo(Math.SQRT2 * w[i], 13)
      })
    }
  })
  test('a readout at 0 takes the sign of its first step, or the one that is given', () => {
    const task = { a0: 0, w0: [1, 0], x: [[1], [0]], y: [-2] }
    expect(theory.singleNeuronLimit(task).aInf).toBeLessThan(0)
    expect(theory.singleNeuronLimit({ ...task, sign: 1 }).aInf).toBeGreaterThan(0)
    expect(theory.singleNeuronLimit(task).signKept).toBe(false)
  })
})

describe('conserved quantities', () => {
  test('four layers with rates of their own: flow keeps them, descent drifts', () => {
    const sizes = [2, 3, 2, 3, 2]
    const rates = [0.5, 2, 1, 3]
    // In layers divided by sqrt(eta) the rates are 1.
    let z: Rows[] = sizes.slice(1).map((n, l) => toRows(noise(n * sizes[l], l + 1), sizes[l]))
    const scale = rates.reduce((all, rate) => all * Math.sqrt(rate), 1)
    const gradient = (map: Rows) => map.map((row, i) => row.map((x, j) => scale * (scale * x - Number(i === j))))
    const layers = (weights: Rows[]) => weights.map((w, l) => w.map((row) => times(row, Math.sqrt(rates[l]))))
    const path = [layers(z)]
    for (let k = 0; k < 4; k++) {
      z = flow(z, gradient, 0.25, 200)
      path.push(layers(z))
    }
    const drift = theory.conservedDrift(path, rates)
    expect(drift[0]).toBe(0)
    expect(Math.max(...drift)).toBeLessThan(1e-9)
    expect(theory.conservedDrift(path)[4]).toBeGreaterThan(1e-3)
    const [first, , third] = theory.conservedQuantities(path[0], rates)
    expect([first.length, third.length]).toEqual([9, 9])
  })
  test('two layers with one unit: delta over the rates', () => {
    const [{ 0: charge }] = theory.conservedQuantities([[[0.3, -0.4]], [[1.2]]], [1.5, 0.5])
    const { delta } = theory.singleNeuronExact({ a0: 1.2, w0: [0.3, -0.4], betaStar: [1, 0], etaA: 0.5, etaW: 1.5 }, [])
    expect(charge * 0.75).toBeCloseTo(delta, 14)
  })
})

const task = { a0: 1, w0: [1, 0], betaStar: [1, 1] }
test.each([
  ['a NaN in w0', () => theory.singleNeuronExact({ ...task, w0: [1, Number.NaN] }, [1]), 'RANGE', 'w0[1]'],
  ['no inputs', () => theory.singleNeuronExact({ a0: 1, w0: [], betaStar: [] }, [1]), 'RANGE', 'w0'],
  ['sizes that differ', () => theory.singleNeuronExact({ ...task, betaStar: [1] }, [1]), 'SHAPE', 'betaStar'],
  ['a rate of 0', () => theory.singleNeuronExact({ ...task, etaA: 0 }, [1]), 'RANGE', 'etaA'],
  ['a negative time', () => theory.singleNeuronExact(task, [-1]), 'RANGE', 'times[0]'],
  [
    'an unknown option',
    () => theory.singleNeuronExact({ ...task, eta: 1 } as never, [1]),
    'OPTION',
    'singleNeuronExact.eta',
  ],
  ['no function, downstream', () => theory.singleNeuronFromBeta(-1, [0, 0]), 'RANGE', 'beta'],
  ['no function, a kernel', () => theory.functionSpaceKernel([0], -1), 'RANGE', 'beta'],
  ['a saddle', () => theory.singleNeuronLimit({ a0: 0, w0: [0, 1], x: [[1], [0]], y: [1] }), 'RANGE', 'a0'],
  [
    'a sign of 2',
    () => theory.singleNeuronLimit({ a0: 1, w0: [1], x: [[1]], y: [1], sign: 2 } as never),
    'OPTION',
    'sign',
  ],
  ['other samples than targets', () => theory.singleNeuronLimit({ a0: 1, w0: [1], x: [[1]], y: [1, 2] }), 'SHAPE', 'y'],
  ['at the target', () => theory.singleNeuronRegimes({ beta0: [1], betaStar: [1], deltas: [0] }), 'OPTION', 'beta0'],
  [
    'a fraction of 1',
    () => theory.singleNeuronRegimes({ beta0: [1], betaStar: [2], deltas: [0], fraction: 1 }),
    'RANGE',
    'fraction',
  ],
  ['too many hidden units', () => theory.balanceFromDelta([[1, 1]], { delta: 1, hidden: 2 }), 'RANGE', 'hidden'],
  [
    'a map of rank 2',
    () =>
      theory.balanceFromDelta(
        [
          [1, 0],
          [0, 1],
        ],
        { delta: 0, hidden: 1 },
      ),
    'RANGE',
    'map',
  ],
  [
    'an open direction',
    () => theory.functionSpaceFlow(theory.squaredError([1, 1, 1], 1, 3), [1, 0, 0], { delta: -1, hidden: 2 }, [1]),
    'RANGE',
    'start',
  ],
  ['one layer', () => theory.conservedQuantities([[[1]]]), 'DTYPE', 'weights'],
  ['layers that do not chain', () => theory.conservedQuantities([[[1]], [[1, 2]]]), 'SHAPE', 'weights[1]'],
  ['too few rates', () => theory.conservedQuantities([[[1]], [[1]]], [1]), 'SHAPE', 'layerRates'],
  [
    'layers that change',
    () =>
      theory.conservedDrift([
        [[[1]], [[1]]],
        [[[1, 1]], [[1]]],
      ]),
    'SHAPE',
    'path[1]',
  ],
] as [string, () => unknown, string, string][])('refused: %s', (_what, call, code, argument) => {
  expect(call).toThrow(expect.objectContaining({ code, argument }))
})
