// The exact flow against an integrator of the layers, for every kind of shape, lambda and rank, and its symmetries.
import { describe, expect, test } from 'vitest'
import {
  lambdaBalancedFlow,
  lambdaBalancedPath,
  lambdaBalancedSteps,
  lambdaBalancedTheorem,
  lambdaBalancedWeights,
  momentOf,
  taskBasis,
} from '../../src/theory/index.js'
import {
  apart,
  combine,
  init4,
  integrate,
  matmul,
  nested,
  reflection,
  spectral,
  taskS4,
  transpose,
} from './lambda-balanced-setup.js'

type Sizes = [number, number, number]

const CASES: [Sizes, number, number][] = [
  [[4, 4, 4], 0, 4],
  [[4, 4, 4], 2, 4],
  [[4, 4, 4], -2, 4],
  [[4, 4, 4], 1e-6, 4],
  [[4, 4, 4], 20, 4],
  [[5, 2, 2], 3, 2],
  [[5, 2, 2], -3, 2],
  [[5, 2, 2], 0, 2],
  [[2, 2, 5], 3, 2],
  [[2, 2, 5], -3, 2],
  [[2, 4, 5], 1.5, 2],
  [[5, 4, 2], -1.5, 2],
  [[3, 1, 3], 0.7, 3],
  [[3, 2, 4], 1, 3],
  [[3, 7, 4], 0, 3],
  [[4, 4, 4], 2, 2],
  [[4, 4, 4], 0, 2],
  [[6, 3, 4], -1, 2],
  [[3, 9, 2], 0, 1],
]

/** What is left of the integrator's rounding: measured 1.4e-11 at lambda = 20, 2e-13 elsewhere. */
const ROUNDING = 5e-11

const ramp = (n: number, offset: number) => Array.from({ length: n }, (_, i) => ((i * i + 3 * i + offset) % 7) - 2.5)

function problem([inputs, hidden, outputs]: Sizes, lambda: number, rank: number) {
  const start = lambdaBalancedWeights({
    sizes: [inputs, hidden, outputs],
    lambda,
    strengths: [0.4, 0.25, 0.15, 0.1].slice(0, Math.min(inputs, hidden, outputs)),
    left: reflection(ramp(outputs, 1)),
    hidden: reflection(ramp(hidden, 2)),
    right: reflection(ramp(inputs, 3)),
  })
  const s = spectral(reflection(ramp(outputs, 4)), [2, 1.3, 0.8, 0.5].slice(0, rank), reflection(ramp(inputs, 5)))
  return { start, s, w1: nested(start.w1.data, hidden, inputs), w2: nested(start.w2.data, outputs, hidden) }
}

describe('against an integrator', () => {
  test.each(CASES)('sizes %j, lambda %d, rank %d', (sizes, lambda, rank) => {
    const { s, w1, w2 } = problem(sizes, lambda, rank)
    const times = Math.abs(lambda) > 10 ? [1e-6, 0.1, 0.5] : [1e-6, 0.3, 1, 3]
    const tau = 1.3
    const options = { w1, w2, sigmaYX: taskBasis(s), times, tau, lambda }
    const flow = lambdaBalancedFlow(options)
    const path = lambdaBalancedPath(options)
    const steps = lambdaBalancedSteps(options)
    let layers: [number[][], number[][]] = [w1, w2]
    let now = 0
    for (const [i, time] of times.entries()) {
      // Steps with (sigma + |Q|^2) h near 1/2.
      const span = (time - now) / tau
      layers = integrate(...layers, s, span, Math.max(1, Math.ceil(span * (Math.abs(lambda) + 8))))
      now = time
      const [first, second] = layers
      const [inputs, hidden, outputs] = sizes
      const a = matmul(transpose(first), first).flat()
      const b = matmul(second, transpose(second)).flat()
      const w = matmul(second, first).flat()
      for (const found of [flow, path, steps]) {
        expect(apart(found.a, a, i * inputs * inputs)).toBeLessThan(ROUNDING)
        expect(apart(found.b, b, i * outputs * outputs)).toBeLessThan(ROUNDING)
        expect(apart(found.w, w, i * outputs * inputs)).toBeLessThan(ROUNDING)
      }
      // The path has the weights themselves, and the flow weights with the same products.
      expect(apart(path.w1, first.flat(), i * hidden * inputs)).toBeLessThan(ROUNDING)
      expect(apart(path.w2, second.flat(), i * outputs * hidden)).toBeLessThan(ROUNDING)
      const { w1: u, w2: v } = momentOf(flow, i)
      expect(apart(matmul(nested(v.data, outputs, hidden), nested(u.data, hidden, inputs)).flat(), w)).toBeLessThan(
        1e-11,
      )
    }
  })

  test('the closed form of the paper, where it holds', () => {
    for (const [sizes, lambda, rank] of CASES) {
      const [inputs, hidden, outputs] = sizes
      if (hidden !== Math.min(inputs, outputs) || rank < hidden) continue
      const { s, start } = problem(sizes, lambda, rank)
      const options = { w1: start.w1, w2: start.w2, sigmaYX: s, times: [0, 1e-6, 0.3, 3, 40, 1e5], lambda }
      const [flow, theorem] = [lambdaBalancedFlow(options), lambdaBalancedTheorem(options)]
      for (const block of ['a', 'w', 'b'] as const) expect(apart(flow[block], theorem[block])).toBeLessThan(2e-11)
    }
  })
})

describe('symmetries', () => {
  const { w1, w2 } = init4(2)
  const base = { w1, w2, sigmaYX: taskS4, times: [0.7, 2.1] }
  const flow = lambdaBalancedFlow(base)
  const turn = (r: number[][]) => ({
    ...base,
    w1: matmul(r, nested(w1.data, 4, 4)),
    w2: matmul(nested(w2.data, 4, 4), transpose(r)),
  })
  const same = (other: ReturnType<typeof lambdaBalancedFlow>, tolerance: number) => {
    for (const block of ['a', 'w', 'b', 'loss'] as const)
      expect(apart(flow[block], other[block])).toBeLessThan(tolerance)
  }

  test('restarting on the way leads to the same place', () => {
    const middle = momentOf(flow, 0)
    const rest = lambdaBalancedFlow({ w1: middle.w1, w2: middle.w2, sigmaYX: taskS4, times: [0, 1.4] })
    for (const block of ['a', 'w', 'b'] as const) expect(apart(flow[block], rest[block])).toBeLessThan(1e-13)
  })
  test('a rotation of the hidden layer changes nothing', () => {
    same(lambdaBalancedFlow(turn(reflection([1, 2, -1, 3]))), 1e-13)
  })
  test('time and tau scale together, bit by bit for powers of two', () => {
    same(lambdaBalancedFlow({ ...base, times: [2.8, 8.4], tau: 4 }), 1e-300)
  })
  test('inputs and outputs exchanged: lambda changes its sign', () => {
    const mirrored = lambdaBalancedFlow({
      w1: transpose(nested(w2.data, 4, 4)),
      w2: transpose(nested(w1.data, 4, 4)),
      sigmaYX: transpose(taskS4),
      times: base.times,
    })
    expect(mirrored.lambda).toBeCloseTo(-2, 13)
    expect(apart(mirrored.a, flow.b)).toBeLessThan(1e-13)
    expect(apart(mirrored.b, flow.a)).toBeLessThan(1e-13)
  })
  test('the order of the times does not matter, and A, B are symmetric to the last bit', () => {
    const back = lambdaBalancedFlow({ ...base, times: [2.1, 0.7] })
    expect(back.w.slice(0, 16)).toEqual(flow.w.slice(16))
    for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) expect(flow.a[4 * i + j]).toBe(flow.a[4 * j + i])
  })
  test('inputs with Sigma_xx = alpha I: the task over alpha, tau over alpha', () => {
    const alpha = 0.4
    const scaled = taskS4.map((row) => row.map((x) => x / alpha))
    const exact = lambdaBalancedFlow({ ...base, sigmaYX: scaled, tau: 1 / alpha })
    const sxx = reflection([1, 1, 1, 1]).map((row, i) => row.map((_, j) => (i === j ? alpha : 0)))
    const layers = integrate(nested(w1.data, 4, 4), nested(w2.data, 4, 4), taskS4, 0.7, 20, sxx)
    expect(apart(exact.w, matmul(layers[1], layers[0]).flat())).toBeLessThan(1e-12)
  })
  test('D is conserved by the flow of any inputs', () => {
    const [first, second] = [reflection([1, 2, 3, 4]), reflection([2, 0, 1, 1])]
    const balance = ([u, v]: [number[][], number[][]]) => combine(matmul(transpose(v), v), matmul(u, transpose(u)), -1)
    const sxx = spectral(first, [2, 1, 0.5, 0.1], first)
    const end = integrate(first, second.slice(0, 3), taskS4.slice(0, 3), 1, 20, sxx)
    expect(apart(balance(end).flat(), balance([first, second.slice(0, 3)]).flat())).toBeLessThan(1e-11)
  })
})
