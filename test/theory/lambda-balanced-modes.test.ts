// Scalar modes: against Runge-Kutta steps of the two equations, against quadrature of du/dt, at both ends of lambda, and the acceptance numbers A6
// and A12.
import { describe, expect, test } from 'vitest'
import {
  differentiation,
  halfTimes,
  lambdaModes,
  lazyFraction,
  learnedFraction,
  modeTimes,
  reversalModes,
  reversalTimes,
  richFraction,
} from '../../src/theory/index.js'
import { apart } from './lambda-balanced-setup.js'

/** Classical Runge-Kutta steps for a' = b (s - ab), b' = a (s - ab). */
function integrateMode(a: number, b: number, s: number, time: number, steps: number): [number, number] {
  const f = (x: number, y: number) => [y * (s - x * y), x * (s - x * y)]
  const h = time / steps
  for (let i = 0; i < steps; i++) {
    const k1 = f(a, b)
    const k2 = f(a + (h / 2) * k1[0], b + (h / 2) * k1[1])
    const k3 = f(a + (h / 2) * k2[0], b + (h / 2) * k2[1])
    const k4 = f(a + h * k3[0], b + h * k3[1])
    a += (h / 6) * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0])
    b += (h / 6) * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1])
  }
  return [a, b]
}

describe('trajectories', () => {
  test.each([
    [0.1, 0.1, 2, 1],
    [0.3, 1.2, 1.5, 0.8],
    [1, 2, -1.5, 0.5],
    [1.2, 0.1, 0, 2],
    [0.5, 0.5, 0, 2],
    [-0.5, 0.5, -1, 2],
    [-0.2, 0.5, 1, 2],
    [2, 0, 1, 1.5],
    [0, 3, -1, 0.5],
  ])('a = %d, b = %d, s = %d', (a0, b0, s, t) => {
    const tau = 0.7
    const { a, b, u } = lambdaModes({ a0: [a0], b0: [b0], s: [s], times: [0, t * tau], tau })
    // Fourth order: errors of (3 h)^4 with h = t/20000.
    const [wantedA, wantedB] = integrateMode(a0, b0, s, t, 20_000)
    expect(apart([a[1], b[1], u[1]], [wantedA, wantedB, wantedA * wantedB])).toBeLessThan(1e-12)
    expect([a[0], b[0]]).toEqual([a0, b0])
    // lambda is conserved.
    expect(Math.abs(b[1] ** 2 - a[1] ** 2 - (b0 ** 2 - a0 ** 2))).toBeLessThan(4e-15 * (b[1] ** 2 + a[1] ** 2 + 1))
  })

  test('any time and any lambda stay finite, and end at s', () => {
    for (const lambda of [0, 1e-300, 1e-8, 1, -1e6, 1e12]) {
      for (const s of [2, -2]) {
        const times = [0, 1e-300, 1, 1e3, 1e7, 1e200]
        const { u, a, b } = lambdaModes({ s: [s], u0: [0.1 * s], lambda, times })
        expect([...u, ...a, ...b].every((value) => Number.isFinite(value))).toBe(true)
        expect(u[5] / s).toBeCloseTo(1, 14)
        expect(u[0] / (0.1 * s)).toBeCloseTo(1, 14)
      }
    }
  })

  test('many modes are each what they are alone', () => {
    const [s, u0, lambda] = [
      [2, 1, 0.5],
      [0.01, 0.2, 0.3],
      [1, 0, -3],
    ]
    const all = lambdaModes({ s, u0, lambda, times: [0.5, 1] })
    for (let j = 0; j < 3; j++) {
      const one = lambdaModes({ s: [s[j]], u0: u0[j], lambda: lambda[j], times: [0.5, 1] })
      expect([all.u[j], all.u[3 + j]]).toEqual(Array.from(one.u))
    }
  })
})

/** Gauss-Legendre panels over du/(R(u)(s - u)), geometric towards both ends where it is steep. */
function quadrature(s: number, u0: number, uf: number, lambda: number): number {
  const nodes = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363]
  const weights = [0.362683783378362, 0.31370664587788727, 0.22238103445337448, 0.10122853629037626]
  let sum = 0
  const panels = 4000
  for (let i = 0; i < panels; i++) {
    const [from, to] = [u0 + ((uf - u0) * i) / panels, u0 + ((uf - u0) * (i + 1)) / panels]
    const [middle, half] = [(from + to) / 2, (to - from) / 2]
    for (let k = 0; k < 4; k++) {
      for (const u of [middle - half * nodes[k], middle + half * nodes[k]]) {
        sum += (half * weights[k]) / (Math.sqrt(lambda * lambda + 4 * u * u) * (s - u))
      }
    }
  }
  return sum
}

describe('times', () => {
  test.each([
    [2, 0.01, 1.5, 0],
    [2, 0.01, 1.5, 0.3],
    [2, 0.01, 1.5, 1e-9],
    [2, 0.01, 1.99, -40],
    [1, 3, 1.2, 0.5],
    [-2, 2, -1.5, 0.7],
    [-2, -0.1, -1, 0],
    [0, 1, 0.3, 0.2],
    [0, 1, 0.3, 0],
    [3, -1, 2, 0.05],
  ])('from s = %d: u = %d to %d with lambda = %d', (s, u0, to, lambda) => {
    const [time] = modeTimes({ s: [s], u0, to, lambda, tau: 1.5 })
    expect(Math.abs(time / 1.5 / quadrature(s, u0, to, lambda) - 1)).toBeLessThan(2e-12)
    // There and back: u(time) is the target.
    const { u } = lambdaModes({ s: [s], u0, lambda, times: [time], tau: 1.5 })
    if (u0 * to > 0) expect(Math.abs(u[0] - to)).toBeLessThan(2e-14 * (1 + Math.abs(to)))
  })

  test('never: the end itself, and ways across the saddle at lambda = 0', () => {
    expect(modeTimes({ s: [1, -1, 1], u0: [0.5, 0.5, 0], to: [1, -0.5, 0.5] })).toEqual(
      Float64Array.of(Infinity, Infinity, Infinity),
    )
    expect(modeTimes({ s: [1], u0: 0.5, to: 0.5 })[0]).toBe(0)
    expect(halfTimes({ s: [2], u0: 1.5 })[0]).toBe(0)
    expect(reversalTimes([1], 0)[0]).toBe(Infinity)
  })

  test('A6: half times of the levels of a tree, and their ratio', () => {
    const s = [15, 7, 3, 1].map((value) => Math.sqrt(value / 8))
    const times = halfTimes({ s, u0: 1e-4 })
    expect(apart(times, [3.47788, 4.88739, 7.11966, 11.5546])).toBeLessThan(5e-6)
    for (const [j, time] of times.entries()) {
      const { u } = lambdaModes({ s: [s[j]], u0: 1e-4, times: [time] })
      expect(Math.abs(u[0] / s[j] - 0.5)).toBeLessThan(1e-12)
      expect(Math.abs(time - Math.log(s[j] / 1e-4 - 1) / (2 * s[j]))).toBeLessThan(1e-13)
    }
    const ratios = [0, 1, 25].map((lambda) => differentiation({ s, u0: 1e-4, lambda }))
    expect(apart(ratios, [3.32231, 1.233625, 1.000247])).toBeLessThan(6e-7)
  })
})

describe('reversal', () => {
  test('the law of the saddle at lambda = 0', () => {
    const times = [0, 0.5, 2, 10, 100]
    const u = reversalModes({ s: [2], lambda: 0, times })
    for (const [i, t] of times.entries()) expect(Math.abs(u[i] * (2 * Math.exp(4 * t) - 1) - 2)).toBeLessThan(1e-13)
  })
  test.each([0.5, -0.5, 2, 1e-6, 1e6])('lambda = %d crosses zero when it should and arrives', (lambda) => {
    const s = [2, 1.5, 1, 0.7]
    const times = reversalTimes(s, lambda)
    for (const [j, time] of times.entries()) {
      const om = Math.sqrt(lambda * lambda + 4 * s[j] * s[j])
      expect(Math.abs(time * om - Math.log1p(om / Math.abs(lambda)))).toBeLessThan(1e-14 * (1 + Math.abs(time * om)))
      expect(Math.abs(reversalModes({ s, lambda, times: [time] })[j])).toBeLessThan(1e-12)
      expect(modeTimes({ s: [-s[j]], u0: s[j], to: 0, lambda })[0] / time).toBeCloseTo(1, 9)
    }
    const u = reversalModes({ s, lambda, times: [0, 1000 / Math.min(...s)] })
    expect(apart(u, [...s, ...s.map((value) => -value)])).toBeLessThan(1e-13)
  })
})

describe('A12: the ends of lambda', () => {
  const worst = (found: Float64Array, limit: Float64Array) => apart(found, limit)
  test('lazy: 8.68e-5 at lambda = 100', () => {
    const times = Array.from({ length: 801 }, (_, i) => i * 1e-4)
    const errors = [10, 100, 1000].map((lambda) => {
      const scaled = times.map((t) => (t * 100) / lambda)
      return (
        worst(learnedFraction({ s: 2, u0: 0.1, lambda, times: scaled }), lazyFraction(lambda, scaled)) * lambda ** 2
      )
    })
    expect(errors[1] / 1e4).toBeCloseTo(8.68e-5, 7)
    expect(errors[2]).toBeCloseTo(0.868, 2)
  })
  test('rich: below 4e-6 at lambda = 1e-4, falling with lambda^2', () => {
    const times = Array.from({ length: 801 }, (_, i) => i * 5e-3)
    const errors = [1e-2, 1e-3, 1e-4].map((lambda) =>
      worst(learnedFraction({ s: 2, u0: 0.01, lambda, times }), richFraction(2, 0.01, times)),
    )
    // Of u = u0 + gamma (s - u0): 2.9e-2.
    expect(errors[0] * 1.99).toBeCloseTo(2.9e-2, 3)
    expect(errors[1] / errors[2]).toBeGreaterThan(95)
    expect(errors[2]).toBeLessThan(4e-6)
    expect(worst(learnedFraction({ s: 2, u0: 0.01, lambda: 0, times }), richFraction(2, 0.01, times))).toBeLessThan(
      1e-14,
    )
  })
})
