// docs/accuracy.md is what its script measures.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { distance, exactDot, exactProduct, identity, transposed } from '../scripts/accuracy/exact.js'
import { accuracyPage } from '../scripts/accuracy-docs.js'

test('docs/accuracy.md is up to date', () => {
  const page = readFileSync(new URL('../docs/accuracy.md', import.meta.url), 'utf8')
  expect(page === accuracyPage(), 'docs/accuracy.md is out of date: run  npx tsx scripts/accuracy-docs.ts').toBe(true)
})

test('the measure sees what float64 sums lose', () => {
  const [x, y] = [
    [1e16, 1, -1e16, 2 ** -30],
    [1, 1, 1, 2 ** -30],
  ]
  expect(
    exactDot(
      4,
      (i) => x[i],
      (i) => y[i],
    ),
  ).toBe(1 + 2 ** -60)
  const a = { rows: 2, cols: 2, data: [1, 2, 3, 4] }
  expect(Array.from(exactProduct(a, transposed(a)).data)).toEqual([5, 11, 11, 25])
  expect(distance(identity(2), { rows: 2, cols: 2, data: [1, 0, 0, 4] })).toBe(3)
})
