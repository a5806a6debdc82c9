// Lazy, rich and delayed rich: the acceptance numbers A7, A8, A10, the kernel itself against its explicit Jacobian, and metrics.
import { describe, expect, test } from 'vitest'
import {
  lambdaBalancedFlow,
  lambdaBalancedWeights,
  lazyLimit,
  ntkDistances,
  regimeLimit,
  regimeMap,
  regimeRates,
} from '../../src/theory/index.js'
import { apart, dct, matmul, nested, reflection, spectral, taskS4, transpose } from './lambda-balanced-setup.js'

type Sizes = [number, number, number]

describe('A7: the map of regimes', () => {
  test.each([
    [
      [4, 4, 4],
      [7.5166502e-6, 0.0010517211, 0.015083821, 0.0010517211, 7.5166502e-6],
    ],
    [
      [6, 3, 3],
      [0.48951189, 0.46467545, 0.12701669, 0.0017581968, 1.1212938e-5],
    ],
    [
      [3, 3, 6],
      [1.1212791e-5, 0.0017581691, 0.11016952, 0.46284385, 0.50171343],
    ],
  ] as [Sizes, number[]][])('sizes %j', ([inputs, hidden, outputs], wanted) => {
    const k = Math.min(inputs, outputs)
    const s = Array.from({ length: k }, (_, i) => 2 - i / (k - 1))
    const { kernelDistance: found, loss } = regimeMap({
      sigmaYX: spectral(dct(outputs), s, transpose(dct(inputs))),
      lambdas: [-20, -5, 0, 5, 20],
      strengths: Array(k).fill(0.01),
      left: reflection(Array.from({ length: outputs }, (_, i) => outputs + 0.5 - i)),
      rotation: reflection([1, ...Array(hidden - 1).fill(0)]).map((row, i) => row.map((x) => (i === 0 ? -x : x))),
      right: reflection(Array.from({ length: inputs }, (_, i) => i + 1)),
    })
    expect(apart(found, wanted)).toBeLessThan(1e-7)
    // All have learned the task but those at lambda = 0 that a saddle holds.
    for (const j of [0, 1, 3, 4]) expect(loss[j]).toBeLessThan(1e-20)
    for (const [j, lambda] of [-20, -5, 5, 20].entries()) {
      const distance = found[j < 2 ? j : j + 1]
      expect(distance > 0.1).toBe(regimeLimit([inputs, hidden, outputs], lambda) === 'delayed rich')
    }
  })

  test('scale against lambda: at lambda = 0 the scale does not matter', () => {
    const found = regimeMap({
      sigmaYX: spectral(reflection([1, 2]), [1, 0.5], reflection([1, 3])),
      lambdas: [-5, 0, 5],
      scales: [0.01, 1, 10],
      strengths: [1, 0.5],
      left: reflection([2, 1]),
      right: reflection([1, -4]),
      time: 1e4,
    }).kernelDistance
    const wanted = [
      [1.8620593e-4, 0.091695939, 1.8620593e-4],
      [6.4865818e-4, 0.091695939, 6.4865818e-4],
      [0.024436033, 0.091695939, 0.024436033],
    ]
    expect(apart(found, wanted.flat())).toBeLessThan(1e-8)
  })
})

describe('A8: delayed rich', () => {
  const columns = transpose(dct(4))
  const sigmaYX = spectral(dct(2), [2, 1], columns)
  test.each([
    [-20, 1.88529326, 2.3e-4, 0.48802082],
    [-40, 1.9010771, 1.4e-5, 0.48899629],
    [-80, 1.90478342, 8.6e-7, 0.48924729],
  ])('lambda = %d', (lambda, loss, early, late) => {
    const size = Math.abs(lambda)
    const { w1, w2 } = lambdaBalancedWeights({
      sizes: [4, 2, 2],
      lambda,
      strengths: [0.01, 0.01],
      right: reflection([1, 2, 3, 4]),
    })
    const flow = lambdaBalancedFlow({ w1, w2, sigmaYX, lambda, times: [0, 10 / size, 5 * size, 7 * size, 100 * size] })
    const { plateauLoss, turningRates, fastRate, finalRates } = regimeRates({ w1, w2, sigmaYX })
    expect(plateauLoss).toBeCloseTo(1.90599828, 8)
    expect(fastRate).toBeCloseTo(size, 10)
    expect(finalRates[0]).toBeCloseTo(Math.sqrt(lambda * lambda + 16), 10)
    expect(Math.abs(flow.loss[1] - loss)).toBeLessThan(1e-8)
    const distances = ntkDistances(flow)
    expect(distances[1] / early).toBeCloseTo(1, 1)
    expect(distances[4]).toBeCloseTo(late, 8)
    // What is left of A outside of the task's modes falls at the turning rate of the slowest mode.
    const outside = [2, 3].map((i) => {
      const rest = matmul(matmul(transpose(columns), nested(flow.a, 4, 4, 16 * i)), columns)
      return rest[2][2] + rest[3][3]
    })
    const rate = Math.log(outside[0] / outside[1]) / (2 * size)
    expect(Math.abs(rate / turningRates[1] - 1)).toBeLessThan(2e-5)
  })
})

test("A10: the kernel moves by lambda^-4, the small layer is S'S/lambda up to lambda^-2", () => {
  const found = [30, 300].map((lambda) => {
    const { w1, w2 } = lambdaBalancedWeights({
      sizes: [4, 4, 4],
      lambda,
      strengths: Array(4).fill(0.01),
      left: reflection([1, 2, 3, 4]),
      right: reflection([2, -1, 1, 1]),
    })
    const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: taskS4, lambda, times: [0, 60 / lambda] })
    const limit = lazyLimit(taskS4, lambda).a.data
    const error = Math.sqrt(limit.reduce((sum, x, i) => sum + (lambda * (flow.a[16 + i] - x)) ** 2, 0))
    return [ntkDistances(flow)[1], error]
  })
  const slopes = [0, 1].map((i) => Math.log10(found[0][i] / found[1][i]))
  expect(Math.abs(slopes[0] - 4)).toBeLessThan(0.05)
  expect(Math.abs(slopes[1] - 2)).toBeLessThan(0.05)
  const mirrored = lazyLimit(transpose(taskS4), -30)
  expect(mirrored.b.data).toEqual(lazyLimit(taskS4, 30).a.data)
})
