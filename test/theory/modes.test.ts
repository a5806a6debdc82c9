// Modes against mpmath (test/golden/make_modes.py: textbook forms at 60 digits) and against the golden numbers of the guide.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { balancedModes, balancedModeTime, gidelModes, mixedModes, mixedModeTime } from '../../src/theory/index.js'
import { expm1 } from '../../src/theory/numerics/expm1.js'
import { digamma, geometricSeries } from '../../src/theory/numerics/geometric-series.js'
import { theoryCases } from './helpers/cases.js'

const golden = JSON.parse(readFileSync(new URL('../golden/theory-modes.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, number>[]
>
const EPS = 2 ** -52

/** The worst of `error / bound` over all cases must stay below 1. */
function expectWithin<T>(cases: readonly T[], measure: (entry: T) => { error: number; bound: number }): void {
  expect(cases.length).toBeGreaterThan(0)
  let worst = -1
  let where: unknown
  for (const entry of cases) {
    const { error, bound } = measure(entry)
    const share = error === 0 ? 0 : error / bound
    if (!(share <= worst)) {
      worst = share
      where = entry
    }
  }
  expect(worst, JSON.stringify(where)).toBeLessThan(1)
}

const relative = (found: number, wanted: number) => (found === wanted ? 0 : Math.abs(found - wanted) / Math.abs(wanted))

describe('special functions', () => {
  test('expm1: below 4 ulp', () => {
    expectWithin(golden.expm1, ({ x, y }) => ({ error: relative(expm1(x), y), bound: 4 * EPS }))
  })
  test('digamma: a few roundings of numbers up to 3', () => {
    expectWithin(golden.digamma, ({ x, y }) => ({ error: Math.abs(digamma(x) - y), bound: 10 * EPS }))
  })
  test('the series and its expansion about 1: relative error below 2e-15', () => {
    expectWithin(golden.series, ({ q, b, r }) => ({ error: relative(geometricSeries(q, 1 - q, b), r), bound: 2e-15 }))
  })
})

describe('against mpmath', () => {
  test('balancedModeTime: relative error below 1e-14, however close or far the sizes', () => {
    expectWithin(golden.balancedTime, ({ s, from, to, depth, t }) => ({
      error: relative(balancedModeTime(s, from, to, depth), t),
      bound: 1e-14,
    }))
  })
  test('balancedModes: the error of a clock of 1e-15, as the mode carries it on', () => {
    expectWithin(golden.balancedSize, ({ s, a0, depth, t, a }) => {
      // da/dt = L a^p (s - a): what a relative error of the time makes of a.
      const velocity = Math.abs(depth * a ** (2 - 2 / depth) * (s - a))
      // The clock itself reads about a0^-(1 - 2/L) / s at the start.
      const clock = t + (depth > 2 && s > 0 ? a0 ** (2 / depth - 1) / (s * (depth - 2)) : 0)
      const found = balancedModes([s], a0, depth, [t])[0]
      return { error: Math.abs(found - a), bound: 4 * EPS * (velocity * clock * 2 + 4 * a) }
    })
  })
  test('gidelModes: relative error below 4 eps (1 + x)', () => {
    expectWithin(golden.gidel, ({ sig, lam, start, t, w }) => ({
      error: relative(gidelModes([sig], [lam], start, [t])[0], w),
      bound: 4 * EPS * (1 + 2 * sig * t),
    }))
  })
  test('mixedModes: relative error below 8 eps (1 + 2 S t); absolute where the sign changes', () => {
    expectWithin(golden.mixedSize, ({ s, a0, c, t, a }) => {
      // Where the sign changes, what is within c of 0 has no relative accuracy.
      const scale = a0 * s < 0 ? Math.max(Math.abs(a), c) : Math.abs(a)
      // e^(-2 S t) loses 2 S t roundings only as long as it matters.
      const decay = Math.min(2 * Math.hypot(s, c) * t, s === 0 ? Infinity : 40)
      return { error: Math.abs(mixedModes([s], a0, c, [t])[0] - a), bound: 8 * EPS * (1 + decay) * scale }
    })
  })
  test('mixedModeTime: relative error below 1e-14', () => {
    expectWithin(golden.mixedTime, ({ s, from, to, c, t }) => ({
      error: relative(mixedModeTime(s, from, to, c), t),
      bound: 1e-14,
    }))
  })
})

describe('golden numbers of the guide', () => {
  test.each(theoryCases('balanced_modes'))('balanced, depth $L', ({ L, Yd, a0, t, sv, loss, t_half, t_90 }) => {
    const modes = balancedModes(Yd, a0, L, t)
    for (const [i, row] of sv.entries()) {
      const found = modes.slice(i * Yd.length, (i + 1) * Yd.length)
      for (const [k, value] of row.entries()) expect(relative(found[k], value)).toBeLessThan(1e-9)
      const sum = found.reduce((total, a, k) => total + 0.5 * (Yd[k] - a) ** 2, 0)
      expect(Math.abs(sum - loss[i])).toBeLessThan(1e-9 * loss[i] + 1e-10)
    }
    Yd.forEach((s, k) => {
      expect(relative(balancedModeTime(s, a0, s / 2, L), t_half[k])).toBeLessThan(1e-9)
      expect(relative(balancedModeTime(s, a0, 0.9 * s, L), t_90[k])).toBeLessThan(1e-9)
    })
  })
  test.each(theoryCases('mixed_white'))('mixed, c = $c', ({ c, Yd, t, sv, loss, t_half }) => {
    const modes = mixedModes(Yd, 0, c, t)
    for (const [i, row] of sv.entries()) {
      const found = modes.slice(i * Yd.length, (i + 1) * Yd.length)
      for (const [k, value] of row.entries()) expect(relative(found[k], value)).toBeLessThan(1e-9)
      const sum = found.reduce((total, a, k) => total + 0.5 * (Yd[k] - a) ** 2, 0)
      expect(Math.abs(sum - loss[i])).toBeLessThan(1e-9 * loss[i] + 1e-10)
    }
    Yd.forEach((s, k) => {
      expect(relative(mixedModeTime(s, 0, s / 2, c), t_half[k])).toBeLessThan(1e-9)
    })
  })
})
