// The experiments of one neuron, of shallow rectifier networks and of margins, shortened: all checks hold, and what is drawn is finite.
import { describe, expect, test } from 'vitest'
import { reproduce } from '../../src/experiment/index.js'

describe.each([
  ['single-neuron', { deltas: [-1, 0.5], angles: [0.5], time: 4 }, 8],
  ['kernel-regimes', { deltas: [-1, 2] }, 9],
  ['unbalanced-bias', { deltas: [-1, 3] }, 6],
  ['get-rich-quick-relu', { seeds: 1, steps: 1000, grid: 2, gridSteps: 200 }, 8],
  ['robust-radius', { falls: [30, 1000] }, 11],
  ['robust-radius', { falls: [300], deepEntry: 0.5, start: 0.4 }, 8],
  ['max-margin', { levels: [100, 400], simulated: 30 }, 7],
  ['max-margin', { levels: [50], simulated: 20, deepStart: 0.5 }, 5],
] as const)('%s %j', (id, set, count) => {
  test('passes', async () => {
    const { pass, checks, figures } = await reproduce(id, { set })
    expect(checks.filter((check) => !check.pass)).toEqual([])
    expect(pass).toBe(true)
    expect(checks).toHaveLength(count)
    for (const { panels } of figures) {
      for (const { series, heat } of panels) {
        expect(series.length + Array.from(heat?.values ?? []).filter(Number.isFinite).length).toBeGreaterThan(0)
        if (heat !== undefined) expect(heat.values).toHaveLength((heat.x.length - 1) * (heat.y.length - 1))
        for (const { x, y, label } of series) {
          expect(x.length, label).toBe(y.length)
          expect(Array.from(x).every(Number.isFinite), label).toBe(true)
          expect(Array.from(y).filter(Number.isFinite).length, label).toBeGreaterThan(0)
        }
      }
    }
  })
})
