// Distances from a start to the nearest minimum and saddle: acceptance check E5 of the guide, and plain oracles.
import { describe, expect, test } from 'vitest'
import { normal } from '../../src/random/normal.js'
import {
  lazyDistance,
  nearestMinimum,
  originDistance,
  saddleDistanceBounds,
  widthExponents,
} from '../../src/theory/index.js'
import {
  chainProduct,
  diagonal,
  normOf,
  orthogonalNoise,
  product,
  type Rows,
  toRows,
  transposed,
} from './helpers/plain-network.js'

describe('E5: distances to the nearest minimum and saddle', () => {
  const Y = [2, 1.2, 0.7]
  const target = Y.flatMap((s, i) => Y.map((_, j) => (i === j ? s : 0)))
  const start = (depth: number, width: number, gamma: number) => {
    const sizes = [3, ...new Array(depth - 1).fill(width), 3]
    const deviation = width ** (-gamma / 2)
    const weights = sizes.slice(1).map((rows, l) => normal([5, l], rows * sizes[l]).map((x) => deviation * x))
    return { sizes, weights }
  }
  test.each([2, 3])('depth %d: large starts are |A_0 - Y| / sqrt(L c^(L-1)) away, within 10 %', (depth) => {
    const { sizes, weights } = start(depth, 128, 0.75)
    const map = chainProduct(weights.map((w, l) => toRows(w, sizes[l])))
    const error = normOf(map.map((row, i) => row.map((value, j) => value - target[3 * i + j])))
    const { distance, residual } = nearestMinimum(weights, sizes, target, { from: 'here' })
    expect(residual).toBeLessThan(1e-9)
    const ratio = distance / lazyDistance(error, depth, 128 ** 0.25)
    expect(ratio).toBeGreaterThan(0.88)
    expect(ratio).toBeLessThan(1.12)
  })
  test.each([2, 3])('depth %d: small starts are sqrt(L sum s^(2/L)) away, within 1 %', (depth) => {
    const { sizes, weights } = start(depth, 64, 4)
    const { distance, weights: found } = nearestMinimum(weights, sizes, target)
    expect(Math.abs(distance / originDistance(Y, depth) - 1)).toBeLessThan(0.01)
    // What is called the distance is the distance to the weights returned, and these are a minimum.
    const gap = found.reduce((sum, w, l) => sum + w.reduce((part, x, i) => part + (x - weights[l][i]) ** 2, 0), 0)
    expect(Math.sqrt(gap)).toBeCloseTo(distance, 12)
    const map = chainProduct(found.map((w, l): Rows => toRows(w, sizes[l]))).flat()
    for (const [i, value] of target.entries()) expect(Math.abs(map[i] - value)).toBeLessThan(1e-9)
  })
  test('one dimension: the nearest point of a hyperbola, by search', () => {
    const distance = nearestMinimum([[0.7], [-0.2]], [1, 1, 1], [1.5]).distance
    let least = Infinity
    for (let i = 1; i < 400_000; i++) {
      const a = i * 1e-5
      least = Math.min(least, Math.hypot(a - 0.7, 1.5 / a + 0.2))
    }
    expect(Math.abs(distance - least)).toBeLessThan(1e-9)
  })
  test('saddles: bounds enclose the formulas and scale as w^((1-gamma)/2)', () => {
    const bounds = [64, 4096].map((width) => {
      const { sizes, weights } = start(2, width, 0.75)
      return saddleDistanceBounds(weights, sizes)
    })
    const expected = (width: number) => width ** -0.375 * Math.sqrt(width)
    expect(bounds[1].lower / (Math.SQRT2 * expected(4096))).toBeCloseTo(1, 1)
    expect(bounds[1].upper / (Math.sqrt(6) * expected(4096))).toBeCloseTo(1, 1)
    const slope = Math.log(bounds[1].upper / bounds[0].upper) / Math.log(64)
    expect(Math.abs(slope - widthExponents(0.75, 2).saddle)).toBeLessThan(0.02)
    expect(
      saddleDistanceBounds(
        [
          [1, 2],
          [1, 1],
        ],
        [2, 1, 2],
      ).lower,
    ).toBe(0)
  })
  test('exponents of theorem 1', () => {
    expect(widthExponents(0.75, 3)).toEqual({ minimum: -0.25, saddle: 0.125, kernelChange: undefined })
    expect(widthExponents(1.5, 2)).toEqual({ minimum: 0, saddle: -0.25, kernelChange: 0.5 })
    expect(widthExponents(1, 2)).toEqual({ minimum: 0, saddle: 0, kernelChange: 0 })
    expect(widthExponents(0.75, 2).kernelChange).toBe(-0.5)
  })
  test.each([2, 3, 4])('depth %d: a balanced minimum with turned hidden layers is found at distance 0', (depth) => {
    const frames = Array.from({ length: depth + 1 }, (_, l) => orthogonalNoise(3, 20 + l))
    frames[0] = frames[depth] = diagonal([1, 1, 1])
    const share = diagonal(Y.map((s) => s ** (1 / depth)))
    const weights = frames.slice(1).map((frame, l) => product(product(frame, share), transposed(frames[l])).flat())
    const sizes = new Array(depth + 1).fill(3)
    expect(nearestMinimum(weights, sizes, target, { from: 'balanced' }).distance).toBeLessThan(1e-12)
    expect(nearestMinimum(weights, sizes, target, { from: 'here' }).distance).toBeLessThan(1e-12)
  })
})
