// Every fault and every category of bad input has one row that runs, or names the test elsewhere that covers it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CATEGORIES } from '../bad-input/categories.js'
import { ELSEWHERE, FAULTS } from './table.js'

const root = new URL('../', import.meta.url)
const source = (path: string) => readFileSync(new URL(path, root), 'utf8')
const tests = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.test.ts') && name !== 'complete.test.ts')
    .map((name) => source(`${folder}/${name}`))
    .join('\n')

/** How often each id begins a row. */
function counts(text: string, row: RegExp): Map<string, number> {
  const found = new Map<string, number>()
  for (const [, id] of text.matchAll(row)) found.set(id, (found.get(id) ?? 0) + 1)
  return found
}

test('the ids are F1 to F50 and B1 to B130', () => {
  expect(Object.keys(FAULTS)).toEqual(Array.from({ length: 50 }, (_, i) => `F${i + 1}`))
  expect(Object.keys(CATEGORIES)).toEqual(Array.from({ length: 130 }, (_, i) => `B${i + 1}`))
})

test('each fault has one row, here or elsewhere', () => {
  const rows = counts(
    ['faults', 'server', 'soak'].map((folder) => (existsSync(new URL(folder, root)) ? tests(folder) : '')).join('\n'),
    /\bfault\(\s*'(F\d+)'/g,
  )
  for (const id of Object.keys(FAULTS)) {
    const here = rows.get(id) ?? 0
    const elsewhere = id in ELSEWHERE ? 1 : 0
    expect({ id, rows: here + elsewhere }).toEqual({ id, rows: 1 })
  }
})

test('each category of bad input has a row', () => {
  const rows = counts(tests('bad-input'), /\[\s*'(B\d+)',/g)
  for (const id of Object.keys(CATEGORIES)) {
    expect({ id, covered: (rows.get(id) ?? 0) > 0 }).toEqual({ id, covered: true })
  }
})

test('tests named elsewhere exist', () => {
  for (const [id, places] of Object.entries(ELSEWHERE)) {
    for (const [file, name] of places) expect(source(file), `${id}: ${file}`).toContain(name)
  }
})

test('nothing of this is skipped', () => {
  expect(tests('faults') + tests('bad-input')).not.toMatch(/\.(?:skip|only|todo|fails)\b/)
})
