// Large |lambda| and long times, against 320-digit arithmetic (test/golden/make_lambda_balanced.py): every block has the same relative accuracy,
// also where it is 1e-6 and another one 1e6, and where the larger layer turns after a time of 1e5.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lambdaBalancedFlow, lambdaBalancedWeights } from '../../src/theory/index.js'

interface Extreme {
  sizes: [number, number, number]
  lambda: number
  w1: number[]
  w2: number[]
  sigmaYX: number[]
  times: number[]
  a: number[][]
  w: number[][]
  b: number[][]
}

const cases = JSON.parse(
  readFileSync(new URL('../golden/lambda-balanced-extreme.json', import.meta.url), 'utf8'),
) as Extreme[]

/** Measured: 1.4e-14. */
const TOLERANCE = 1e-13

describe('blocks at large lambda', () => {
  test.each(cases)('sizes $sizes, lambda $lambda', (extreme) => {
    const [inputs, hidden, outputs] = extreme.sizes
    const { lambda, times } = extreme
    const flow = lambdaBalancedFlow({
      w1: { data: extreme.w1, shape: [hidden, inputs] },
      w2: { data: extreme.w2, shape: [outputs, hidden] },
      sigmaYX: { data: extreme.sigmaYX, shape: [outputs, inputs] },
      lambda,
      times,
    })
    for (const block of ['a', 'w', 'b'] as const) {
      for (const [i, wanted] of extreme[block].entries()) {
        const found = flow[block].subarray(i * wanted.length, (i + 1) * wanted.length)
        const error = Math.sqrt(wanted.reduce((sum, value, j) => sum + (value - found[j]) ** 2, 0))
        const size = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0))
        expect(error / size).toBeLessThanOrEqual(TOLERANCE)
      }
    }
  })
})

describe('any time', () => {
  test.each([
    [[4, 4, 4], 0],
    [[4, 4, 4], 1e6],
    [[5, 3, 3], -1e6],
    [[3, 3, 5], 20],
    [[2, 4, 5], 1.5],
    [[3, 9, 2], 0],
    [[6, 3, 4], -1],
  ] as [[number, number, number], number][])(
    'sizes %j, lambda %d: finite and positive semidefinite',
    (sizes, lambda) => {
      const [inputs, hidden, outputs] = sizes
      const strengths = [0.3, 0.2, 0.1].slice(0, Math.min(...sizes))
      const { w1, w2 } = lambdaBalancedWeights({ sizes, lambda, strengths })
      const data = Float64Array.from({ length: inputs * outputs }, (_, i) => ((i * 7) % 11) / 5 - 1)
      const times = [0, 5e-324, 1e-300, 1e-20, 1e-6, 1, 1e3, 1e7, 1e200, 1e290]
      const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: { data, shape: [outputs, inputs] }, times, lambda })
      for (const list of [flow.a, flow.w, flow.b, flow.loss, flow.w1, flow.w2]) {
        expect(list.every((value) => Number.isFinite(value))).toBe(true)
      }
      for (let i = 0; i < times.length; i++) {
        // P = Z Z' with Z = [w1'; w2]: no negative direction but by the rounding of one product.
        for (let probe = 0; probe < 20; probe++) {
          const x = Array.from({ length: inputs + outputs }, (_, j) => Math.sin(1 + probe * 1.7 + j * (probe + 2.3)))
          let form = 0
          let size = 0
          for (let j = 0; j < x.length; j++) {
            for (let k = 0; k < x.length; k++) {
              const entry = entryOf(flow, i, j, k)
              form += x[j] * entry * x[k]
              size += Math.abs(x[j] * entry * x[k])
            }
          }
          expect(form).toBeGreaterThanOrEqual(-1e-15 * size)
        }
        let balance = 0
        for (let j = 0; j < outputs; j++) balance += entryOf(flow, i, inputs + j, inputs + j)
        const large = balance
        for (let j = 0; j < inputs; j++) balance -= entryOf(flow, i, j, j)
        expect(Math.abs(balance - lambda * hidden)).toBeLessThanOrEqual(
          1e-12 * Math.max(large, Math.abs(lambda * hidden)),
        )
      }
    },
  )
})

type Flow = ReturnType<typeof lambdaBalancedFlow>

/** P_jk at time i. */
function entryOf({ sizes: [inputs, , outputs], a, w, b }: Flow, i: number, j: number, k: number): number {
  if (j < inputs && k < inputs) return a[(i * inputs + j) * inputs + k]
  if (j >= inputs && k >= inputs) return b[(i * outputs + j - inputs) * outputs + k - inputs]
  const [o, n] = j >= inputs ? [j - inputs, k] : [k - inputs, j]
  return w[(i * outputs + o) * inputs + n]
}
