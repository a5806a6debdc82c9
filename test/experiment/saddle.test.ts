// The experiments of the folder saddle: each runs, holds, and draws what can be drawn; and what would be wrong is told.
import { describe, expect, test } from 'vitest'
import { type Reproduction, reproduce } from '../../src/experiment/index.js'
import { diagonal, logSlope, mean } from '../../src/experiment/saddle/shared.js'

function expectHolds({ checks, figures, pass }: Reproduction, count: number) {
  expect(checks.filter((check) => !check.pass)).toEqual([])
  expect(pass).toBe(true)
  expect(checks).toHaveLength(count)
  expect(new Set(checks.map(({ name }) => name)).size).toBe(count)
  for (const { panels } of figures) {
    for (const { series } of panels) {
      expect(series.some(({ kind }) => kind !== 'dashes')).toBe(true)
      for (const { x, y, label } of series) {
        expect(x.length, label).toBe(y.length)
        expect(Array.from(x).every(Number.isFinite), label).toBe(true)
        expect(Array.from(y).filter(Number.isFinite).length, label).toBeGreaterThan(0)
      }
    }
  }
}

describe('experiments from saddle to saddle', () => {
  test('phase-transition: two layers', async () => {
    const set = { depths: [2], gammas: [0.75, 3], widths: [16, 512] }
    expectHolds(await reproduce('phase-transition', { set }), 6)
  })
  test('phase-transition: three layers, another target', async () => {
    const set = { values: [3, 1], depths: [3], gammas: [0.9], widths: [16, 64] }
    expectHolds(await reproduce('phase-transition', { set, seed: 3 }), 1)
  })
  test('saddle-to-saddle: narrow, two starts', async () => {
    const result = await reproduce('saddle-to-saddle', { set: { gammas: [1, 1.6], width: 24, steps: 2000 } })
    expectHolds(result, 1)
    expect(result.checks[0].measured).toBeLessThan(0.7)
  })
  test('plateaus: as the guide sets it', async () => {
    expectHolds(await reproduce('plateaus'), 11)
  })
  test('plateaus: other values, one start, another seed', async () => {
    expectHolds(await reproduce('plateaus', { set: { values: [5, 2], scales: [1e-6] }, seed: 4 }), 3)
  })
  test('glrl: as the guide sets it', async () => {
    expectHolds(await reproduce('glrl'), 9)
  })
  test('glrl: other eigenvalues and fewer starts', async () => {
    expectHolds(await reproduce('glrl', { set: { values: [4, 2], scales: [0.1, 1e-3] }, seed: 2 }), 4)
  })
  test('kernel-change: as the guide sets it', async () => {
    expectHolds(await reproduce('kernel-change'), 6)
  })
  test('greedy-low-rank: the first phase', async () => {
    const result = await reproduce('greedy-low-rank', { set: { phases: 1 } })
    expectHolds(result, 3)
    // The guide's plateau.
    expect(result.checks[2].measured).toBeCloseTo(31.952889, 6)
  })
  test('a progress that throws ends a run', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(reproduce('plateaus', { signal })).rejects.toThrow('enough')
  })
})

test('shared pieces', () => {
  expect([...diagonal([2, 1])]).toEqual([2, 0, 0, 1])
  expect(mean([1, 2, 6])).toBe(3)
  expect(logSlope([1, 10, 100], [3, 0.03, 3e-4])).toBeCloseTo(-2, 12)
  expect(logSlope([2], [3])).toBeNaN()
})
