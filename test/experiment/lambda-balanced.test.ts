// The experiments of lambda-balanced networks, shortened: all checks hold, and what is drawn is finite.
import { describe, expect, test } from 'vitest'
import { reproduce } from '../../src/experiment/index.js'

describe.each([
  ['lambda-flow', { large: [30, 100] }, 8],
  ['continual-learning', { lambdas: [0, 4] }, 13],
  ['reversal-learning', { lambdas: [0.5] }, 12],
  ['transfer-learning', { lambdas: [1e4, 0, -1], simulated: 1 }, 14],
  ['semantic-development', { lambdas: [0] }, 17],
  ['regime-map', { lambdas: [-5, 5], time: 30 }, 24],
  ['delayed-rich', { lambdas: [-20] }, 8],
  ['noise-robustness', { lambdas: [-5, 0], samples: 2000 }, 9],
  ['fine-tuning', { lambdas: [0, 5] }, 7],
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
