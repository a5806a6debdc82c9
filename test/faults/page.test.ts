// The counts that docs/reliability.md gives are those of the tests.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CATEGORIES } from '../bad-input/categories.js'
import { FAULTS } from './table.js'

const source = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const page = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8')
const matches = (path: string, pattern: RegExp) => [...source(path).matchAll(pattern)].length

test('docs/reliability.md has the counts of the tests', () => {
  const said = (what: RegExp) =>
    Number(new RegExp(`\\| ${what.source}[^|]*\\| (?:about )?(\\d+)[^|]*\\|`).exec(page)?.[1])
  const corpus = readdirSync(new URL('../fuzz/corpus', import.meta.url), { recursive: true, withFileTypes: true })
  expect(said(/faults, each with a row/)).toBe(Object.keys(FAULTS).length)
  expect(said(/categories of bad input/)).toBe(Object.keys(CATEGORIES).length)
  expect(said(/every growth of memory/)).toBe(matches('faults/memory.test.ts', /^ {4}name: /gm))
  expect(said(/every allocation refused/)).toBe(matches('bad-input/faults.test.ts', /^ {4}name: /gm))
  expect(said(/parsers fuzzed/)).toBe(matches('fuzz/parsers.ts', /^ {4}name: /gm))
  expect(said(/kills with SIGKILL/)).toBe(Number(/KILLS \?\? (\d+)/.exec(source('soak/kill.test.ts'))?.[1]))
  expect(said(/things made and let go of/)).toBe(matches('soak/cycles.ts', /^ {4}name: |^ {2}ofEngine\(/gm))
  const files = corpus.filter((entry) => entry.isFile()).length
  expect(Math.abs(Number(/some (\d+) files/.exec(page)?.[1]) - files)).toBeLessThan(15)
})

test('every class of error is in the table, with its code', () => {
  const classes = [
    ...readFileSync(new URL('../../src/errors.ts', import.meta.url), 'utf8').matchAll(
      /class (\w+) extends DeepLinearError {\s+constructor\([^)]*\) {\s+super\('(\w+)'/g,
    ),
  ]
  expect(classes.length).toBeGreaterThan(12)
  for (const [, name, code] of classes) expect(page).toContain(`| \`${name}\` | \`${code}\` |`)
})
