// The acceptance numbers of continual, reversal, transfer, fine-tuning and noise experiments (A2 to A5, A9, A11) and of gradient descent (A1).
import { describe, expect, test } from 'vitest'
import { tree15 } from '../../src/index.js'
import {
  convergedBlocks,
  convergedNoiseLoss,
  crossLosses,
  crossLossRate,
  forgetting,
  inputNoiseLoss,
  itemTransfer,
  type LambdaBalancedFlow,
  lambdaBalancedFactors,
  lambdaBalancedFlow,
  lambdaBalancedWeights,
  momentOf,
  parameterNoiseLoss,
  reversalTimes,
  taskInterference,
} from '../../src/theory/index.js'
import { apart, dct, init4, matmul, nested, reflection, spectral, taskS4, transpose } from './lambda-balanced-setup.js'

const chain = [1, 2, 3].map((k) => spectral(reflection([1, k, 2, -1]), [2, 1.5, 1, 0.8], reflection([k, 1, -1, 2])))
const LATE = 400

describe('continual learning', () => {
  test('A2: what is forgotten depends on the tasks alone', () => {
    const losses = taskInterference(chain)
    expect(apart([losses[1], losses[2], losses[5]], [1.756563265, 4.370481633, 0.837296])).toBeLessThan(1e-8)
    const change = forgetting(chain)
    // F_0(0 -> 1), F_0(1 -> 2).
    expect(change[1]).toBe(losses[3])
    expect(change[3 + 2]).toBe(losses[6] - losses[3])
    for (const lambda of [0, 0.5, -0.5, 4, -4]) {
      let { w1, w2 } = lambdaBalancedFactors(chain[0], { lambda }) as Pick<ReturnType<typeof momentOf>, 'w1' | 'w2'>
      for (const [k, task] of chain.entries()) {
        const flow: LambdaBalancedFlow = lambdaBalancedFlow({ w1, w2, sigmaYX: task, times: [LATE], lambda })
        expect(apart(crossLosses(flow, chain), losses.slice(3 * k, 3 * k + 3))).toBeLessThan(1e-9)
        ;({ w1, w2 } = momentOf(flow, 0))
      }
    }
  })

  test.each([
    [0, 1.08428569],
    [1, 1.00927669],
    [4, 0.60190816],
    [-4, 0.60190816],
  ])('A3: at lambda = %d nine tenths are forgotten by %d', (lambda, wanted) => {
    const { w1, w2 } = lambdaBalancedFactors(chain[0], { lambda })
    const lossAt = (t: number) =>
      crossLosses(lambdaBalancedFlow({ w1, w2, sigmaYX: chain[1], times: [t], lambda }), [chain[0]])[0]
    const goal = 0.9 * lossAt(LATE)
    let [low, high] = [0, 3]
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2
      if (lossAt(middle) < goal) low = middle
      else high = middle
    }
    expect(low).toBeCloseTo(wanted, 8)
  })

  test('the rate of forgetting is the slope of the loss', () => {
    const { w1, w2 } = init4(1)
    const h = 1e-4
    const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: chain[1], times: [0.5 - h, 0.5, 0.5 + h], tau: 2 })
    const losses = crossLosses(flow, [chain[0]])
    const rate = crossLossRate(momentOf(flow, 1), chain[1], chain[0])
    expect(Math.abs(rate / 2 - (losses[2] - losses[0]) / (2 * h))).toBeLessThan(1e-8)
  })
})

describe('A4: reversal', () => {
  const reversed = taskS4.map((row) => row.map((x) => -x))
  const modeOf = (flow: LambdaBalancedFlow, i: number) =>
    matmul(matmul(transpose(reflection([1, 0, 2, 1])), nested(flow.w, 4, 4, 16 * i)), reflection([1, -2, 2, 1]))

  test.each([0.5, -0.5, 2])('lambda = %d: each mode is zero at its time', (lambda) => {
    const { w1, w2 } = lambdaBalancedFactors(taskS4, { lambda })
    const times = reversalTimes([2, 1.5, 1, 0.7], lambda)
    const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: reversed, times: [...times, LATE], lambda })
    for (let j = 0; j < 4; j++) expect(Math.abs(modeOf(flow, j)[j][j])).toBeLessThan(1e-12)
    expect(flow.loss[4]).toBeLessThan(1e-25)
  })
  test('lambda = 0 stops at the saddle, where rounding must not count', () => {
    const { w1, w2 } = lambdaBalancedFactors(taskS4, { lambda: 0 })
    const start = { w1, w2, sigmaYX: reversed, times: [2, 5, 100], lambda: 0 }
    const { loss } = lambdaBalancedFlow({ ...start, rankTolerance: 1e-12 })
    expect(apart(loss, [3.89835664, 3.87024661, 3.87])).toBeLessThan(6e-9)
    // Without the tolerance the rounding of the start grows, as it does in a simulation.
    expect(lambdaBalancedFlow(start).loss[2]).toBeLessThan(1e-20)
  })
})

describe('A5: transfer', () => {
  const { sigmaYX } = tree15()
  test.each([
    [1e4, 0.75, 0.5, 0.25],
    [10, 0.74748119, 0.49590112, 0.24616646],
    [1, 0.64732442, 0.36769301, 0.15577624],
    [0, 0.42787001, 0.2184559, 0.08776703],
    [-1, 0.15641701, 0.08884794, 0.03764118],
    [-10, 0.00367733, 0.00243965, 0.00121105],
  ])('lambda = %d', (lambda, sibling, cousin, other) => {
    const found = itemTransfer({ sigmaYX, lambda })
    // At 1e4 the limit itself: 0.75 - O(1e-7).
    const tolerance = lambda === 1e4 ? 1e-7 : 1e-8
    expect(apart([found[1], found[2], found[4]], [sibling, cousin, other])).toBeLessThan(tolerance)
    // And so ends the flow of a small start.
    const least = Math.sqrt(1 / 8)
    const time = (40 * (Math.abs(lambda) / 2 + Math.hypot(least, lambda / 2))) / least ** 2 + 200
    const start = lambdaBalancedWeights({ sizes: [8, 8, 15], lambda, strengths: Array(8).fill(0.01) })
    const flow = lambdaBalancedFlow({ w1: start.w1, w2: start.w2, sigmaYX, lambda, times: [time] }).a
    expect(Math.abs(flow[1] / flow[0] - found[1])).toBeLessThan(1e-8)
  })
})

test('transfer from an item to another is relative to the one that was taught', () => {
  const sigmaYX = [
    [2, 1],
    [0, 1],
  ]
  const { a } = convergedBlocks({ sigmaYX, lambda: 1 })
  const [k00, k01, , k11] = a.data
  expect(apart(itemTransfer({ sigmaYX, lambda: 1 }), [1, k01 / k00, k01 / k11, 1])).toBeLessThan(1e-15)
  const scaled = itemTransfer({
    sigmaYX,
    lambda: 1,
    inputs: [
      [3, 0],
      [0, 3],
    ],
  })
  expect(apart(scaled, itemTransfer({ sigmaYX, lambda: 1 }))).toBeLessThan(1e-15)
})

test('A9: parameter noise costs least at lambda = 0, input noise the same everywhere', () => {
  const sigmaYX = spectral(reflection([1, 2, 0, 1]), [2, 1.5, 1, 0.7], reflection([3, 1, 1, 1]))
  for (const [lambda, wanted] of [
    [5, 0.4594308585],
    [-5, 0.4594308585],
    [1, 0.2280383263],
    [-1, 0.2280383263],
    [0, 0.2112],
  ]) {
    expect(convergedNoiseLoss({ sigmaYX, lambda, v1: 0.01 })).toBeCloseTo(wanted, 9)
    const { w1, w2 } = lambdaBalancedFactors(sigmaYX, { lambda })
    expect(parameterNoiseLoss(w1, w2, 0.01)).toBeCloseTo(wanted, 9)
  }
  expect(inputNoiseLoss(sigmaYX, 0.1)).toBeCloseTo(0.05 * 7.74, 12)
})

test('A11: fine-tuning is faster for a refactored start of larger |lambda|', () => {
  const second = spectral(reflection([1, -1, 2, 0.5]), [1.8, 1.4, 1.1, 0.6], transpose(dct(4)))
  const found = [0, 1, 2, 5, 10, -10].map((lambda) => {
    const { w1, w2 } = lambdaBalancedFactors(taskS4, { lambda })
    return lambdaBalancedFlow({ w1, w2, sigmaYX: second, times: [0.3], lambda }).loss[0]
  })
  const wanted = [2.60438014, 2.24804282, 1.55402909, 0.31201115, 0.01611077, 0.01611077]
  expect(apart(found, wanted)).toBeLessThan(1e-8)
})
