// Starts: that they are lambda-balanced for every shape that allows it, recovering weights from a map, moments of Gaussian layers, and the
// initializer of networks.
import { describe, expect, test } from 'vitest'
import { createEngineSync, createNetwork, foldIn, key, lambdaBalanced } from '../../src/index.js'
import { normal } from '../../src/random/normal.js'
import {
  gaussianLambda,
  initializationVariances,
  lambdaBalance,
  lambdaBalancedFactors,
  lambdaBalancedFlow,
  lambdaBalancedWeights,
  momentOf,
} from '../../src/theory/index.js'
import { apart, init4, matmul, nested, reflection, square, taskS4, transpose } from './lambda-balanced-setup.js'

type Sizes = [number, number, number]

const engine = createEngineSync()

const POSSIBLE: [Sizes, number][] = [
  [[4, 4, 4], 0],
  [[4, 4, 4], 3],
  [[4, 4, 4], -3],
  [[4, 4, 4], 1e-12],
  [[4, 4, 4], 1e6],
  [[5, 2, 2], 3],
  [[5, 2, 2], -3],
  [[2, 2, 5], 3],
  [[2, 2, 5], -3],
  [[2, 4, 5], 1.5],
  [[5, 4, 2], -1.5],
  [[3, 7, 4], 0],
  [[3, 1, 3], 0.7],
  [[1, 1, 1], -1e6],
]
const IMPOSSIBLE: [Sizes, number][] = [
  [[5, 4, 2], 1.5],
  [[2, 4, 5], -1.5],
  [[3, 7, 4], 1e-9],
]

describe('lambda-balanced layers', () => {
  test.each(POSSIBLE)('sizes %j, lambda %d', (sizes, lambda) => {
    const [inputs, hidden, outputs] = sizes
    const strengths = [2, 0.3, 1e-9, 0].slice(0, Math.min(...sizes))
    const { w1, w2 } = lambdaBalancedWeights({ sizes, lambda, strengths, key: key(7) })
    const first = nested(w1.data, hidden, inputs)
    const second = nested(w2.data, outputs, hidden)
    const size = square(first) + square(second)
    let worst = 0
    for (let i = 0; i < hidden; i++) {
      for (let j = 0; j < hidden; j++) {
        let d = i === j ? -lambda : 0
        for (const row of second) d += row[i] * row[j]
        for (let n = 0; n < inputs; n++) d -= first[i][n] * first[j][n]
        worst = Math.max(worst, Math.abs(d))
      }
    }
    expect(worst).toBeLessThan(1e-15 * size)
    expect(lambdaBalance(w1, w2).scaledError).toBeLessThan(1e-15)
    // The map has the strengths: |W|^2, and det-free, |W'W|^2.
    const map = matmul(second, first)
    expect(square(map) / strengths.reduce((sum, m) => sum + m * m, 0)).toBeCloseTo(1, 13)
    // Recovered from the map and lambda: the same map, as balanced.
    if (hidden > Math.min(inputs, outputs) && lambda !== 0) return
    const again = lambdaBalancedFactors({ data: map.flat(), shape: [outputs, inputs] }, { lambda, hidden })
    expect(
      apart(matmul(nested(again.w2.data, outputs, hidden), nested(again.w1.data, hidden, inputs)).flat(), map.flat()),
    ).toBeLessThan(1e-14)
    expect(lambdaBalance(again.w1, again.w2).scaledError).toBeLessThan(1e-15)
  })
  test.each(IMPOSSIBLE)('sizes %j have no lambda %d', (sizes, lambda) => {
    expect(() => lambdaBalancedWeights({ sizes, lambda, strengths: [1] })).toThrow(/lambda = .* asks for W_/)
    const init = lambdaBalanced({ lambda, scale: 1 })
    expect(() => createNetwork(engine, { sizes, init, seed: 1 })).toThrow(/lambda = .* asks for W_/)
  })

  test('weights of a flow are recovered from W and lambda, up to one rotation: A and B agree', () => {
    const start = init4(1.5)
    const { a, w, b } = momentOf(lambdaBalancedFlow({ w1: start.w1, w2: start.w2, sigmaYX: taskS4, times: [0.8] }), 0)
    const { w1, w2 } = lambdaBalancedFactors(w, { lambda: 1.5, rotation: reflection([1, 2, 0, 1]) })
    const again = momentOf(lambdaBalancedFlow({ w1, w2, sigmaYX: taskS4, times: [0] }), 0)
    for (const [found, wanted] of [
      [again.a, a],
      [again.w, w],
      [again.b, b],
    ])
      expect(apart(found.data, wanted.data)).toBeLessThan(1e-14)
  })
})

describe('lambdaBalanced as a start of networks', () => {
  test.each(POSSIBLE)('sizes %j, lambda %d', (sizes, lambda) => {
    for (const given of [{ scale: 0.3 }, { strengths: [0.5] }, { variance: 0.2 }]) {
      const net = createNetwork(engine, { sizes, init: lambdaBalanced({ lambda, ...given }), seed: 3 })
      const [w1, w2] = net.weights
      const balance = lambdaBalance(w1, w2)
      expect(balance.scaledError).toBeLessThan(1e-15)
      expect(Math.abs(balance.lambda - lambda)).toBeLessThan(1e-14 * (1 + Math.abs(lambda)))
      net.dispose()
    }
  })
  test('a map stays what it is; the key decides about the rest', () => {
    const endToEnd = [
      [2, 0, 1],
      [0, 1, 0],
    ]
    for (const sizes of [
      [3, 2, 2],
      [3, 3, 2],
    ]) {
      const init = lambdaBalanced({ lambda: -2, endToEnd })
      const nets = [1, 1, 2].map((seed) => createNetwork(engine, { sizes, init, seed }))
      for (const net of nets) expect(apart(net.endToEnd().toArray(), endToEnd.flat())).toBeLessThan(1e-14)
      const [first, same, other] = nets.map((net) => net.weights[0].toArray())
      expect(same).toEqual(first)
      expect(other).not.toEqual(first)
      const { scaledError, lambda } = lambdaBalance(nets[0].weights[0], nets[0].weights[1])
      expect(scaledError).toBeLessThan(1e-15)
      expect(lambda).toBeCloseTo(-2, 13)
      for (const net of nets) net.dispose()
    }
  })
  test('directions that the map does not name are drawn by the key', () => {
    const init = lambdaBalanced({ lambda: -2, endToEnd: [[3, 0, 0, 0]] })
    const [first, second] = [1, 2].map((seed) => {
      const net = createNetwork(engine, { sizes: [4, 3, 1], init, seed })
      expect(lambdaBalance(net.weights[0], net.weights[1]).scaledError).toBeLessThan(1e-15)
      expect(apart(net.endToEnd().toArray(), [3, 0, 0, 0])).toBeLessThan(1e-14)
      const w1 = nested(net.weights[0].toArray(), 3, 4)
      net.dispose()
      return matmul(transpose(w1), w1).flat()
    })
    expect(apart(first, second)).toBeGreaterThan(0.1)
  })
  test('what it does not start', () => {
    const build = (sizes: number[], options: object) => () =>
      createNetwork(engine, { sizes, init: lambdaBalanced(options as { lambda: number; scale: number }), seed: 1 })
    expect(build([2, 2, 2, 2], { lambda: 1, scale: 1 })).toThrow(/two layers, got 3/)
    expect(build([2, 2], { lambda: 1, scale: 1 })).toThrow(/two layers, got 1/)
    expect(build([2, 2, 2], { lambda: 1 })).toThrow(/one of scale/)
    expect(build([2, 2, 2], { lambda: 1, scale: 1, variance: 1 })).toThrow(/one of scale/)
    expect(build([2, 2, 2], { lambda: 0, scale: 0 })).toThrow(/scale must be/)
    expect(build([2, 2, 2], { lambda: 0, strengths: [0] })).toThrow(/fixed point/)
    expect(build([2, 2, 2], { lambda: 1, strengths: [1, 1, 1] })).toThrow(/2 modes, got 3/)
    expect(build([2, 2, 2], { lambda: NaN, scale: 1 })).toThrow(/lambda must be/)
    expect(build([2, 2, 2], { lambda: 1, endToEnd: [[1, 2]] })).toThrow(/endToEnd must be 2 x 2/)
    expect(
      build([2, 1, 2], {
        lambda: 1,
        endToEnd: [
          [1, 0],
          [0, 1],
        ],
      }),
    ).toThrow(/rank above 1/)
  })
})

test('Gaussian layers: moments of D over 4000 draws', () => {
  const sizes: Sizes = [5, 2, 3]
  const [v1, v2] = [0.2, 0.3]
  const { mean, diagonalVariance, offDiagonalVariance, lambdaVariance } = gaussianLambda(sizes, v1, v2)
  const draws = Array.from({ length: 4000 }, (_, i) => {
    const stream = foldIn(key(11), i)
    const scaled = (index: number, count: number, v: number) =>
      normal(foldIn(stream, index), count).map((x) => x * Math.sqrt(v))
    const balance = lambdaBalance({ data: scaled(0, 10, v1), shape: [2, 5] }, { data: scaled(1, 6, v2), shape: [3, 2] })
    return [balance.matrix[0], balance.matrix[1], balance.lambda]
  })
  const moment = (f: (row: number[]) => number) => draws.reduce((sum, row) => sum + f(row), 0) / draws.length
  // Four standard errors: sqrt(var/n), and for variances (kurtosis below 6) sqrt(5/n) of themselves.
  const bound = 4 / Math.sqrt(4000)
  expect(Math.abs(moment((row) => row[0]) - mean)).toBeLessThan(bound * Math.sqrt(diagonalVariance))
  const wanted = [diagonalVariance, offDiagonalVariance, lambdaVariance]
  for (const [j, center] of [mean, 0, mean].entries()) {
    expect(Math.abs(moment((row) => (row[j] - center) ** 2) / wanted[j] - 1)).toBeLessThan(bound * Math.sqrt(5))
  }
  expect(initializationVariances('he', [4, 8, 2])).toEqual([0.5, 0.25])
  expect(initializationVariances('glorot', [4, 8, 2])).toEqual([2 / 12, 2 / 10])
  const lecun = initializationVariances('lecun', [4, 8, 2])
  expect(gaussianLambda([4, 8, 2], ...lecun).mean).toBeCloseTo(2 / 8 - 1, 15)
})
