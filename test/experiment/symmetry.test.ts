import { describe, expect, it } from 'vitest'
import { type Reproduction, reproduce } from '../../src/experiment/reproduce.js'

function expectFigures({ figures }: Reproduction, panels: number, series: number): void {
  expect(figures).toHaveLength(1)
  expect(figures[0].panels).toHaveLength(panels)
  for (const panel of figures[0].panels) {
    expect(panel.series.length).toBeGreaterThanOrEqual(series)
    for (const { x, y } of panel.series) {
      expect(x.length).toBe(y.length)
      for (const value of [...Array.from(x), ...Array.from(y)]) expect(Number.isFinite(value)).toBe(true)
    }
  }
}

const CASES: [string, Record<string, unknown>, number, number, number][] = [
  ['broken-conservation', { sizes: [4, 5, 3], rates: [0.02, 0.01], time: 3 }, 3, 2, 3],
  ['broken-conservation', { rates: '0.02', time: 1 }, 2, 2, 2],
  ['modified-flow', { sizes: [4, 3, 2], rates: [0.1, 0.05, 0.025] }, 5, 2, 4],
  ['charge-recursion', { sizes: [4, 5, 4, 3], steps: 200, rates: '0.05,0.025' }, 3, 2, 4],
  ['charge-recursion', { momentum: 0.5, weightDecay: 0.1, steps: 100, rates: [0.1] }, 1, 2, 4],
  ['rotational-equilibrium', { momenta: [0, 0.5], noiseSteps: 2000, dimension: 40 }, 6, 2, 4],
  [
    'rotational-equilibrium',
    { learningRate: 0.2, weightDecay: 0.02, momenta: '0.9', noiseSteps: 3000, dimension: 60 },
    4,
    2,
    2,
  ],
  ['norm-adaptive', { dimension: 4, rates: [0.03, 1], steps: 1500 }, 2, 2, 3],
  ['norm-adaptive', { scale: 1, rates: [0.1, 0.5] }, 3, 2, 3],
]

describe('symmetry', () => {
  it.each(CASES)('%s holds with %j', async (id, set, checks, panels, series) => {
    const found = await reproduce(id, { set })
    expect(found.checks.filter(({ pass }) => !pass)).toEqual([])
    expect(found.checks).toHaveLength(checks)
    expectFigures(found, panels, series)
  })
})
