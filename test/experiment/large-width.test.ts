// Every experiment on large width once, small.
import { expect, test } from 'vitest'
import { reproduce } from '../../src/experiment/reproduce.js'

test.each<[string, Record<string, unknown>, number, number]>([
  ['dmft-vs-simulation', { dimension: 40, runs: 12, lawDimensions: [20, 40], lawRuns: 100 }, 8, 2],
  ['learning-rate-transfer-width', { widths: [32, 64], runs: 4, depth: 1, spacing: 1 }, 3, 2],
  ['learning-rate-transfer-depth', { depths: [2], width: 64, runs: 4 }, 4, 1],
  ['wider-is-better', { widths: [16, 64], runs: 24, powerWidths: [64, 96], time: 10 }, 5, 2],
  ['one-pass-vs-repeated', { dimension: 40, ratios: [1], steps: 10, runs: 10, freshRuns: 20 }, 3, 2],
  ['power-law-exponents', { sources: [0.5], deepWidth: 150, modes: 20, width: 200, runs: 4 }, 5, 2],
  ['bottlenecks', { inputs: 800, sizes: [20, 40], draws: 6 }, 8, 1],
  ['random-features', { dimension: 40, runs: 16 }, 4, 1],
  ['infinite-depth', { dimension: 30, steps: 8, simulated: [2], runs: 12 }, 5, 1],
])('%s', async (id, set, count, panels) => {
  const { checks, figures, pass } = await reproduce(id, { set })
  expect(checks.filter((check) => !check.pass)).toEqual([])
  expect(pass).toBe(true)
  expect(checks.length).toBe(count)
  expect(figures[0].panels.length).toBe(panels)
  for (const { series } of figures[0].panels) {
    expect(series.length).toBeGreaterThan(0)
    for (const { x, y } of series) {
      expect(x.length).toBe(y.length)
      expect(Array.from(y).some(Number.isFinite)).toBe(true)
    }
  }
})
