// Where gradient descent meets the flow (A1), and where the flow ends.
import { expect, test } from 'vitest'
import { convergedBlocks, lambdaBalancedFlow, lambdaBalancedWeights } from '../../src/theory/index.js'
import {
  apart,
  combine,
  init4,
  matmul,
  nested,
  reflection,
  spectral,
  taskS4,
  transpose,
} from './lambda-balanced-setup.js'

test('A1: gradient descent is the flow to first order in the step', () => {
  const start = init4(1)
  const times = Array.from({ length: 13 }, (_, i) => i / 4)
  const errors = [0.01, 0.005].map((eta) => {
    const flow = lambdaBalancedFlow({
      ...{ w1: start.w1, w2: start.w2 },
      sigmaYX: taskS4,
      times: times.map((t) => t / eta),
      tau: 1 / eta,
    })
    let [w1, w2] = [nested(start.w1.data, 4, 4), nested(start.w2.data, 4, 4)]
    let worst = 0
    for (let i = 0; i < times.length; i++) {
      worst = Math.max(worst, apart(matmul(w2, w1).flat(), flow.w.slice(16 * i, 16 * i + 16)))
      for (let step = 0; step < Math.round(0.25 / eta); step++) {
        const rest = combine(taskS4, matmul(w2, w1), -1)
        const next = combine(w1, matmul(transpose(w2), rest), eta)
        w2 = combine(w2, matmul(rest, transpose(w1)), eta)
        w1 = next
      }
    }
    return worst
  })
  expect(apart(errors, [2.9944e-3, 1.4947e-3])).toBeLessThan(1e-7)
  expect(Math.abs(errors[0] / errors[1] - 2)).toBeLessThan(0.05)
})

test('converged blocks are where flows end', () => {
  for (const [sizes, lambda] of [
    [[4, 4, 4], 2],
    [[5, 3, 3], -3],
    [[3, 3, 5], 1],
    [[4, 2, 4], 0.5],
  ] as [[number, number, number], number][]) {
    const [inputs, hidden, outputs] = sizes
    const s = [2, 1.5, 1, 0.7].slice(0, Math.min(inputs, outputs))
    const sigmaYX = spectral(
      reflection([1, -2, 1, 3, 1].slice(0, outputs)),
      s,
      reflection([2, 1, -1, 1, 2].slice(0, inputs)),
    )
    const start = lambdaBalancedWeights({
      sizes,
      lambda,
      strengths: [0.3, 0.2],
      right: reflection([1, 1, 2, 1, 1].slice(0, inputs)),
    })
    const end = lambdaBalancedFlow({ w1: start.w1, w2: start.w2, sigmaYX, lambda, times: [1000] })
    const wanted = convergedBlocks({ sigmaYX, lambda, hidden })
    for (const block of ['a', 'w', 'b'] as const) expect(apart(end[block], wanted[block].data)).toBeLessThan(1e-12)
  }
})

test('square starts at lambda = 0: the orientation decides between the task and a saddle', () => {
  // det(U'U~) det(V'V~) = 1 for four reflections; a column of the other sign makes it -1.
  for (const n of [2, 3, 4]) {
    const vectors = [1, 2, 3, 4].map((k) => reflection(Array.from({ length: n }, (_, i) => (((i + 1) * k) % 5) - 1.5)))
    const s = [2, 1.5, 1, 0.7].slice(0, n)
    for (const sign of [1, -1]) {
      const left = vectors[0].map((row) => row.map((x, j) => (j === 0 ? sign * x : x)))
      const { w1, w2 } = lambdaBalancedWeights({
        sizes: [n, n, n],
        lambda: 0,
        strengths: s.map((m) => m / 5),
        left,
        right: vectors[1],
      })
      const sigmaYX = spectral(vectors[2], s, vectors[3])
      const { loss } = lambdaBalancedFlow({ w1, w2, sigmaYX, lambda: 0, times: [300], rankTolerance: 1e-12 })
      // At the saddle the weakest mode is missing: 1/2 s_n^2.
      if (sign === 1) expect(loss[0]).toBeLessThan(1e-20)
      else expect(loss[0]).toBeCloseTo(s[n - 1] ** 2 / 2, 9)
    }
  }
})
