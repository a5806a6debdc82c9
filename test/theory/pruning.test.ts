// Layer collapse against the enumeration of everything that can happen, and bounds against their definitions.
import { describe, expect, test } from 'vitest'
import {
  cutBound,
  maximalCompression,
  randomCollapse,
  randomCriticalCompression,
  sufficientIterations,
} from '../../src/theory/index.js'

const SIZES = [2, 3, 1, 2]
/** The layer of each weight. */
const LAYERS = SIZES.flatMap((size, l) => new Array<number>(size).fill(l))

test('random pruning: all subsets of eight weights', () => {
  const collapsed = new Array<number>(9).fill(0)
  const count = new Array<number>(9).fill(0)
  for (let set = 0; set < 256; set++) {
    const left = LAYERS.filter((_, i) => (set >> i) & 1)
    count[left.length]++
    if (new Set(left).size < SIZES.length) collapsed[left.length]++
  }
  // The chance that no layer is empty grows with the weights left; K* is the first count at which none is.
  const whole = collapsed.map((bad, kept) => 1 - bad / count[kept])
  const expected = whole.reduce(
    (sum, chance, kept) => (kept === 0 ? 0 : sum + (8 / kept) * (chance - whole[kept - 1])),
    0,
  )
  whole.forEach((chance, kept) => {
    expect(Math.abs(randomCollapse(SIZES, kept) - (1 - chance))).toBeLessThan(1e-14)
  })
  expect(Math.abs(randomCriticalCompression(SIZES) - expected)).toBeLessThan(1e-13)
  expect(maximalCompression(SIZES)).toBe(2)
  expect(randomCriticalCompression([5])).toBeCloseTo(5, 13)
})

test('the least number of iterations', () => {
  for (const depth of [1, 2, 4, 7]) {
    for (const rho of [1, 1.5, 10, 468.75, 1e6]) {
      const n = sufficientIterations(depth, rho)
      const cut = (k: number) => depth * (1 - rho ** (-1 / k))
      expect(cut(n)).toBeLessThan(1)
      if (n > 1) expect(cut(n - 1)).toBeGreaterThanOrEqual(1)
    }
  }
  expect(cutBound(3, 10, 10)).toBe(0)
})

describe('refused', () => {
  test.each([
    ['layerSizes', () => maximalCompression([]), 'RANGE'],
    ['layerSizes[0]', () => maximalCompression([0]), 'RANGE'],
    ['layerSizes[1]', () => randomCriticalCompression([3, 1.5]), 'RANGE'],
    ['layerSizes', () => randomCollapse(new Array(17).fill(2), 3), 'RANGE'],
    ['layerSizes', () => maximalCompression(3 as never), 'DTYPE'],
    ['kept', () => randomCollapse([2, 2], 5), 'RANGE'],
    ['compression', () => sufficientIterations(3, 0.5), 'RANGE'],
    ['compression', () => sufficientIterations(3, Number.NaN), 'RANGE'],
    ['after', () => cutBound(3, 5, 6), 'RANGE'],
    ['depth', () => cutBound(0, 5, 5), 'RANGE'],
  ] as [string, () => unknown, string][])('%s', (argument, call, code) => {
    expect(call).toThrow(expect.objectContaining({ argument, code }))
  })
})
