// Predictions of the phase diagram: the measured columns of the guide (E2, E3), limits, and plain oracles.
import { describe, expect, test } from 'vitest'
import { normal } from '../../src/random/normal.js'
import {
  activeModes,
  activeStopTime,
  lazyErrors,
  lazyOptimum,
  mixedErrors,
  mixedModeTime,
  mixedPhase,
  mixedWhiteFlow,
  truncationError,
} from '../../src/theory/index.js'
import { noise, product, toRows, transposed } from './helpers/plain-network.js'

const D = 100
const K = 5

/** Teacher C D' with entries of variance 1 and noise of variance 1, as the official code of the paper draws them. */
function noisyTeacher(seed: number): { target: Float64Array; teacher: Float64Array; largest: number } {
  const c = toRows(normal([0, seed], D * K), K)
  const d = toRows(normal([1, seed], D * K), K)
  const teacher = Float64Array.from(product(c, transposed(d)).flat(), (x) => x / Math.sqrt(K))
  const error = normal([2, seed], D * D)
  const rows = toRows(teacher, D)
  let v = rows.map(() => 1)
  let largest = 0
  for (let k = 0; k < 60; k++) {
    const w = product(
      transposed(rows),
      product(
        rows,
        v.map((x) => [x]),
      ),
    ).flat()
    largest = Math.sqrt(w.reduce((sum, x) => sum + x * x, 0))
    v = w.map((x) => x / largest)
  }
  return { target: teacher.map((x, i) => x + error[i]), teacher, largest: Math.sqrt(largest) }
}

describe('E3: least test error of the closed form, d = 100, k = 5', () => {
  const { target, teacher, largest } = noisyTeacher(1)
  // [gamma_s, gamma_w, least test error of the closed form, its stable rank]: rows of the guide's table, one seed of its own.
  test.each([
    [-2.2, 1.75, 0.112, 2.7],
    [-1.92, 1.96, 0.154, 2.6],
    [-1.64, 2.17, 0.355, 3.8],
    [-1.08, 2.38, 0.473, 6.2],
    [-0.8, 2.8, 0.474, 5.8],
  ])('(%d, %d)', (varianceExponent, widthExponent, least, rank) => {
    const phase = mixedPhase({ dimension: D, rank: K, widthExponent, varianceExponent })
    const step = 1 / (20 * (phase.lazyMargin > 0 ? phase.scale : largest))
    const times = Float64Array.from({ length: 400 }, (_, i) => i * step)
    const { test: errors, stableRank } = mixedErrors(target, teacher, D, D, phase.scale, times)
    const best = errors.reduce((at, value, i) => (value < errors[at] ? i : at), 0)
    expect(Math.abs(stableRank[best] - rank)).toBeLessThan(0.7)
    if (phase.regime !== 'lazy') {
      expect(Math.abs(errors[best] - least)).toBeLessThan(0.02)
      return
    }
    // Lazy errors follow the size of the teacher drawn; the guide's was 0.9.
    const size = teacher.reduce((sum, x) => sum + x * x, 0) / D ** 2
    expect(Math.abs(errors[best] - lazyOptimum(phase.scale, { teacher: size }).test)).toBeLessThan(0.02)
    expect(Math.abs(least - lazyOptimum(phase.scale, { teacher: 0.9 }).test)).toBeLessThan(0.02)
  })
  test('the active corner comes close to the truncation error, at the time predicted', () => {
    const { scale } = mixedPhase({ dimension: D, rank: K, widthExponent: 1.75, varianceExponent: -2.2 })
    expect(Math.abs(truncationError(D, K) - 0.0975)).toBeLessThan(1e-15)
    const stop = activeStopTime(new Array(K).fill(largest / 1.3), scale)
    const times = Float64Array.from({ length: 200 }, (_, i) => (i / 60) * stop)
    const errors = mixedErrors(target, teacher, D, D, scale, times).test
    const best = errors.reduce((at, value, i) => (value < errors[at] ? i : at), 0)
    expect(errors[best]).toBeLessThan(1.25 * truncationError(D, K))
    expect(times[best]).toBeGreaterThan(0.8 * stop)
    expect(times[best]).toBeLessThan(2.5 * stop)
  })
})

test('mixedErrors are the errors of mixedWhiteFlow', () => {
  const [target, teacher] = [noise(12, 1), noise(12, 2)]
  const times = [0, 0.3, 2, 50]
  const { train, test: errors } = mixedErrors(target, teacher, 3, 4, 0.1, times)
  const maps = mixedWhiteFlow(target, new Float64Array(12), 3, 4, 0.1, times)
  times.forEach((_, i) => {
    const map = maps.slice(12 * i, 12 * i + 12)
    const mean = (other: number[]) => map.reduce((sum, x, k) => sum + (x - other[k]) ** 2, 0) / 12
    expect(Math.abs(train[i] - mean(target))).toBeLessThan(1e-14)
    expect(Math.abs(errors[i] - mean(teacher))).toBeLessThan(1e-14)
  })
})

test('E2: modes above c are learned before any below', () => {
  const values = [45, 41, 38, 20, 19, 18]
  for (const c of [1e-3, 1, 30]) {
    const times = values.map((s) => mixedModeTime(s, 0, s / 2, c))
    for (let k = 1; k < times.length; k++) expect(times[k]).toBeGreaterThan(times[k - 1])
  }
  expect(activeModes(values, 30)).toBe(3)
  // Limits of the half time: ln(2 s / c) / (2 s) for c << s, ln 2 / (2 c) for c >> s.
  expect(mixedModeTime(3, 0, 1.5, 1e-9) / (Math.log(6e9) / 6)).toBeCloseTo(1, 8)
  expect(mixedModeTime(3, 0, 1.5, 1e6) / (Math.log(2) / 2e6)).toBeCloseTo(1, 5)
})

test('lazy errors: the closed form for c above everything, and the optimum is the least of the curve', () => {
  const variances = { teacher: 0.9, noise: 1.2, start: 0.1 }
  const { test: least, time } = lazyOptimum(7, variances)
  const times = Float64Array.from({ length: 2001 }, (_, i) => (i / 1000) * time)
  const { test: errors, train } = lazyErrors(7, times, variances)
  expect(errors[1000]).toBeCloseTo(least, 15)
  expect(Math.min(...errors)).toBeCloseTo(least, 6)
  expect([errors[0], train[0]]).toEqual([expect.closeTo(1, 15), expect.closeTo(2.2, 15)])
  const [target, teacher] = [noise(9, 1), noise(9, 2)]
  const wide = mixedErrors(target, teacher, 3, 3, 1e6, [3e-7]).train[0]
  const size = target.reduce((sum, x) => sum + x * x, 0) / 9
  expect(wide / lazyErrors(1e6, [3e-7], { teacher: size, noise: 0 }).train[0]).toBeCloseTo(1, 5)
})

test('mixedPhase: lines of the diagram', () => {
  const at = (varianceExponent: number, widthExponent: number) =>
    mixedPhase({ dimension: 1000, rank: 10, widthExponent, varianceExponent })
  expect([at(-0.5, 1.6).regime, at(-0.8, 1.6).regime, at(-1.5, 1.6).regime]).toEqual(['lazy', 'mixed', 'active'])
  const { scale, startVariance, lazyMargin, noiseMargin, startMargin, widthMargin } = at(-1, 2)
  expect([scale, startVariance].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([1000, 1])
  expect([lazyMargin, noiseMargin, startMargin]).toEqual([0, 0.5, 0])
  expect(widthMargin).toBeCloseTo(2 - 1 / 3, 14)
})
