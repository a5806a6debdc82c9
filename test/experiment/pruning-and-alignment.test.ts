// The experiments of pruning and of feedback, shortened: all checks hold, and what is drawn is finite.
import { expect, test } from 'vitest'
import { reproduce } from '../../src/experiment/index.js'

test.each([
  ['credit-assignment-depth', { depths: [2, 4], seeds: 1 }, 9],
  ['weight-mirror-sensitivity', { variances: [0.1, 1, 4], seeds: 1 }, 5],
  ['synaptic-conservation', {}, 9],
  ['critical-compression', { scales: [1], draws: 40, dataDraws: 2, samples: 40 }, 8],
  ['pruned-trainability', { compressions: [10, 100], networks: 2 }, 7],
] as const)('%s', async (id, set, count) => {
  const { checks, figures } = await reproduce(id, { set })
  expect(checks.filter(({ pass }) => !pass)).toEqual([])
  expect(checks).toHaveLength(count)
  for (const { panels } of figures)
    for (const { series } of panels)
      for (const { x, y } of series) {
        expect(x.length).toBe(y.length)
        expect(x.length).toBeGreaterThan(0)
      }
})
