// The golden cases: six starts on six tasks, made by the pivoted form, an adaptive integrator and 220-digit arithmetic of another program, stored
// with 12 digits.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type LambdaBalancedFlow,
  lambdaBalancedFlow,
  lambdaBalancedPath,
  lambdaBalancedSteps,
  lambdaModes,
  ntkDistances,
} from '../../src/theory/index.js'

interface Golden {
  name: string
  lam: number
  tau: number
  Nh: number
  Sigma_yx: number[][]
  W1_0: number[][]
  W2_0: number[][]
  expected: {
    t: number
    W2W1: number[][]
    trW1tW1: number
    trW2W2t: number
    W1tW1_row0: number[]
    W2W2t_row0: number[]
    loss: number
    ntk_distance: number
  }[]
}

const cases = JSON.parse(readFileSync(new URL('../golden/lambda-balanced.json', import.meta.url), 'utf8')) as Golden[]

/** Relative 1e-9; four stored numbers are rounding (1e-16) of a zero. */
function close(found: number, wanted: number): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.abs(wanted) + 1e-15)
}

function compare(flow: LambdaBalancedFlow, { expected, lam, Nh }: Golden): void {
  const [inputs, , outputs] = flow.sizes
  const distance = ntkDistances(flow)
  for (const [index, wanted] of expected.entries()) {
    const i = index + 1
    const a = flow.a.subarray(i * inputs * inputs)
    const b = flow.b.subarray(i * outputs * outputs)
    for (const [j, value] of wanted.W2W1.flat().entries()) close(flow.w[i * inputs * outputs + j], value)
    for (const [j, value] of wanted.W1tW1_row0.entries()) close(a[j], value)
    for (const [j, value] of wanted.W2W2t_row0.entries()) close(b[j], value)
    const traces = [a, b].map((block, which) => {
      const n = which === 0 ? inputs : outputs
      let sum = 0
      for (let j = 0; j < n; j++) sum += block[j * (n + 1)]
      return sum
    })
    close(traces[0], wanted.trW1tW1)
    close(traces[1], wanted.trW2W2t)
    expect(traces[1] - traces[0]).toBeCloseTo(lam * Nh, 12)
    close(flow.loss[i], wanted.loss)
    close(distance[i], wanted.ntk_distance)
  }
}

describe('golden cases', () => {
  test.each(cases)('$name', (golden) => {
    const options = {
      w1: golden.W1_0,
      w2: golden.W2_0,
      sigmaYX: golden.Sigma_yx,
      times: [0, ...golden.expected.map(({ t }) => t)],
      tau: golden.tau,
    }
    expect.hasAssertions()
    for (const solve of [lambdaBalancedFlow, lambdaBalancedSteps, lambdaBalancedPath]) compare(solve(options), golden)
  })

  test.each([
    [0.1, 0.1, 2, 1, 1, 0.65619198449, 0.65619198449, 0.4305879205],
    [0.3, 1.2, 1.5, 0.8, 1, 0.89982453333, 1.4695864013, 1.3223698977],
    [1, 2, -1.5, 0.5, 0.7, -0.64809386121, 1.8493311366, -1.198540157],
    [0.001, 20, 3, 0.05, 1, 0.14999578155, 20.000562435, 2.9999999939],
    [-0.2, 0.5, 1, 2, 1, 0.69994234158, 0.83661178663, 0.58558001292],
  ])('mode from a = %d, b = %d to s = %d', (a0, b0, s, t, tau, a, b, u) => {
    const modes = lambdaModes({ a0: [a0], b0: [b0], s: [s], times: [t], tau })
    // As many digits as the table has: eleven, and for u = 3 ten.
    close(modes.a[0] / a, 1)
    close(modes.b[0] / b, 1)
    close(modes.u[0] / u, 1)
  })
})
