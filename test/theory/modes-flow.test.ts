// The end-to-end equation of balanced networks, singular values in motion, tangent kernels and the lazy flow against plain networks.
import { describe, expect, test } from 'vitest'
import {
  balancedFlow,
  balancedModes,
  kernelAtMinimum,
  lazyFlow,
  lazyKernel,
  singularMotion,
  squaredError,
  tangentKernel,
} from '../../src/theory/index.js'
import {
  chainProduct,
  descent,
  diagonal,
  flow,
  minus,
  mixedStart,
  noise,
  normOf,
  orthogonalNoise,
  product,
  type Rows,
  toRows,
  transposed,
} from './helpers/plain-network.js'

describe('balanced networks of any depth', () => {
  // W_l = O_l diag(sigma^(1/L)) O_(l-1)': balanced, any end-to-end map.
  const balancedStart = (depth: number, sigma: number[]) => {
    const frames = Array.from({ length: depth + 1 }, (_, l) => orthogonalNoise(sigma.length, 5 + l))
    const share = diagonal(sigma.map((s) => s ** (1 / depth)))
    return frames.slice(1).map((frame, l) => product(product(frame, share), transposed(frames[l])))
  }
  test.each([2, 3, 4, 5])('depth %d: the end-to-end equation and the singular values', (depth) => {
    const weights = balancedStart(depth, [1.1, 0.7, 0.4])
    const target = toRows(noise(9, 3), 3)
    const gradient = (map: Rows) => minus(map, target)
    const start = chainProduct(weights)
    const wanted = chainProduct(flow(weights, gradient, 1, 1500)).flat()
    const found = balancedFlow(squaredError(target.flat(), 3, 3), start.flat(), depth, [1])
    // The end-to-end equation has powers sigma^(2/L) that are not smooth at 0; here sigma stays away from it.
    for (const [i, value] of wanted.entries()) expect(Math.abs(found[i] - value)).toBeLessThan(1e-9)

    const velocities = singularMotion(start.flat(), gradient(start).flat(), 3, depth)
    const rate = descent(weights, gradient)
    // dA/dt of the network is the derivative of the product.
    const change = weights.reduce<Rows | undefined>((sum, _, l) => {
      const one = chainProduct(weights.map((w, k) => (k === l ? rate[l] : w)))
      return sum ? sum.map((row, i) => row.map((value, j) => value + one[i][j])) : one
    }, undefined)!
    // d(u s v')/dt = du s v' + u ds v' + u s dv'.
    const { u, s, v, du, ds, dv } = velocities
    const built = change.map((row, i) =>
      row.map((_, j) => {
        let sum = 0
        for (let k = 0; k < 3; k++) {
          const [a, b, da, db] = [u[i * 3 + k], v[j * 3 + k], du[i * 3 + k], dv[j * 3 + k]]
          sum += da * s[k] * b + a * ds[k] * b + a * s[k] * db
        }
        return sum
      }),
    )
    expect(normOf(minus(built, change))).toBeLessThan(1e-12)
  })
  test('aligned maps are balancedModes; depth 1 is plain descent', () => {
    const map = balancedFlow(squaredError([2, 0, 0, 1], 2, 2), [1e-3, 0, 0, 1e-3], 3, [5, 0, 1])
    const modes = balancedModes([2, 1], 1e-3, 3, [5, 0, 1])
    for (let i = 0; i < 3; i++) {
      expect(Math.abs(map[4 * i] - modes[2 * i])).toBeLessThan(1e-8)
      expect(Math.abs(map[4 * i + 3] - modes[2 * i + 1])).toBeLessThan(1e-9)
    }
    expect(balancedFlow(squaredError([1], 1, 1), [0], 1, [2])[0]).toBeCloseTo(1 - Math.exp(-2), 11)
  })
})

describe('tangent kernels', () => {
  const weights = [toRows(noise(6, 1), 2), toRows(noise(12, 2), 3), toRows(noise(8, 4), 4)]
  const sizes = [2, 3, 4, 2]
  test('the kernel moves the map as the gradient does', () => {
    const kernel = toRows(
      tangentKernel(
        weights.map((w) => w.flat()),
        sizes,
      ),
      4,
    )
    const g = toRows([1, -2, 0.5, 3], 2)
    const rate = descent(weights, () => g)
    const change = weights.map((_, l) => chainProduct(weights.map((w, k) => (k === l ? rate[l] : w))))
    const moved = kernel.map((row) => -row.reduce((sum, value, k) => sum + value * g.flat()[k], 0))
    for (let i = 0; i < 4; i++) {
      const sum = change.reduce((total, one) => total + one.flat()[i], 0)
      expect(Math.abs(moved[i] - sum)).toBeLessThan(1e-13)
    }
  })
  test('at a minimum its eigenvalues are those of the formula', () => {
    const s = [2, 0.5]
    for (const depth of [2, 3, 5]) {
      const layers = s.map((_, i) => s.map((_, j) => (i === j ? s[i] ** (1 / depth) : 0)))
      const kernel = toRows(tangentKernel(new Array(depth).fill(layers.flat()), new Array(depth + 1).fill(2)), 4)
      const wanted = kernelAtMinimum(s, { depth })
      kernel.forEach((row, i) => {
        row.forEach((value, j) => {
          expect(Math.abs(value - (i === j ? wanted[i] : 0))).toBeLessThan(1e-14)
        })
      })
    }
    const [w1, w2] = mixedStart(diagonal(s), 0.7)
    const kernel = toRows(tangentKernel([w1.flat(), w2.flat()], [2, 4, 2]), 4)
    const wanted = kernelAtMinimum(s, { scale: 0.7 })
    kernel.forEach((row, i) => {
      expect(Math.abs(row[i] - wanted[i])).toBeLessThan(1e-13)
    })
  })
  test('gradient descent converges just below 2 / largest eigenvalue and not just above', () => {
    for (const depth of [3, 4]) {
      const limit = 2 / kernelAtMinimum([2, 1], { depth })[0]
      for (const [factor, converges] of [
        [0.98, true],
        [1.02, false],
      ] as const) {
        let now = new Array(depth).fill(diagonal([2.001 ** (1 / depth), 1]))
        for (let k = 0; k < 2000; k++) {
          const rate = descent(now, (map) => minus(map, diagonal([2, 1])))
          now = now.map((w: Rows, l: number) =>
            w.map((row, i) => row.map((x, j) => x + factor * limit * rate[l][i][j])),
          )
        }
        expect(normOf(minus(chainProduct(now), diagonal([2, 1]))) < 1e-9).toBe(converges)
      }
    }
  })
  test('lazyFlow against Runge-Kutta 4 on the linear equation', () => {
    const kernel = tangentKernel(
      weights.map((w) => w.flat()),
      sizes,
    )
    const rows = toRows(kernel, 4)
    const [start, target] = [
      [1, 0, -1, 2],
      [0.5, 1, 1, 0],
    ]
    let a = start
    const slope = (x: number[]) =>
      rows.map((row) => -row.reduce((sum, value, k) => sum + value * (x[k] - target[k]), 0))
    const at = (x: number[], h: number, d: number[]) => x.map((value, i) => value + h * d[i])
    for (let k = 0; k < 1000; k++) {
      const h = 1e-3
      const k1 = slope(a)
      const k2 = slope(at(a, h / 2, k1))
      const k3 = slope(at(a, h / 2, k2))
      const k4 = slope(at(a, h, k3))
      a = a.map((x, i) => x + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]))
    }
    const found = lazyFlow(kernel, start, target, [1])
    for (let i = 0; i < 4; i++) expect(Math.abs(found[i] - a[i])).toBeLessThan(1e-11)
    expect(lazyKernel(2, 3)).toBe(6)
  })
})
