// The experiments of stochastic collapse and of the limiting dynamics of SGD, shortened: all checks hold, and what is drawn is finite.
import { describe, expect, test } from 'vitest'
import { alongside } from '../../src/experiment/alongside.js'
import { histogram, median } from '../../src/experiment/collapse/shared.js'
import { displacement } from '../../src/experiment/diffusion/shared.js'
import { reproduce } from '../../src/experiment/index.js'

describe.each([
  ['quartic-collapse', { zetas: [0.5], strong: [1.5, 2.5], replicas: 400, paths: 40 }, 6],
  ['neuron-collapse', { levels: [0.8, 1.2], samples: 8, replicas: 60, learningRate: 0.1 }, 2],
  ['teacher-student-collapse', { size: 12, rank: 2, steps: 6000, learningRate: 0.006, sigma: 10, members: 500 }, 7],
  ['sgd-moments', { rho: [2, 0.7], replicas: 200, steps: 1200, inputs: 40 }, 6],
  ['phase-space', { learningRate: 0.2, rates: [0.1, 0.01] }, 4],
  ['anomalous-diffusion', { decays: [3], replicas: 400, wanderers: 16, steps: 500 }, 6],
] as const)('%s', (id, set, count) => {
  test('passes', async () => {
    const { pass, checks, figures } = await reproduce(id, { set })
    expect(checks.filter((check) => !check.pass)).toEqual([])
    expect(pass).toBe(true)
    expect(checks).toHaveLength(count)
    for (const { panels } of figures) {
      for (const { series } of panels) {
        expect(series.length).toBeGreaterThan(0)
        for (const { x, y } of series) {
          expect(x.length).toBe(y.length)
          expect([...Array.from(x), ...Array.from(y)].every(Number.isFinite)).toBe(true)
        }
      }
    }
  })
})

describe('shared pieces', () => {
  test('a progress that throws ends the run beside it', async () => {
    let aborted = false
    const run = (signal: AbortSignal) =>
      new Promise<string>((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true
          resolve('ended')
        })
      })
    let calls = 0
    const progress = async () => {
      if (++calls > 1) throw new Error('enough')
    }
    await expect(alongside(run, progress)).rejects.toThrow('enough')
    expect(aborted).toBe(true)
    await expect(
      alongside(
        async () => 3,
        async () => {},
      ),
    ).resolves.toBe(3)
    await expect(
      alongside(
        () => Promise.reject(new Error('bad')),
        async () => {},
      ),
    ).rejects.toThrow('bad')
  })
  test('histogram, median, displacement', () => {
    const { x, y } = histogram([0.1, 0.6, 0.7, 5], 1, 2)
    expect(x).toEqual([0.25, 0.75])
    expect(y).toEqual([0.5, 1])
    expect(median([3, 1, 2])).toBe(2)
    // Two replicas of one weight over four frames: 0 1 2 3 and 0 2 4 6.
    expect(displacement(Float64Array.of(0, 0, 1, 2, 2, 4, 3, 6), 1, 2, 1, 2)).toBe((4 + 16) / 2)
  })
})
