// Every number of the golden files is compared with something: each of their keys is read by a test of those that load the file.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Words about the numbers, how well their makers agreed with each other, and what gradient the greedy phases were left with. */
const ABOUT = [
  'gradnorm',
  'kind',
  'name',
  'desc',
  'recipe',
  'selfcheck',
  'ode_selfcheck',
  'closed_vs_ode',
  'check_reldiff',
]
/** Sizes that the shapes of the matrices say as well. */
const SHAPES = ['Ni', 'No']

function keysOf(value: unknown, keys: Set<string> = new Set()): Set<string> {
  if (typeof value !== 'object' || value === null) return keys
  for (const [key, inside] of Object.entries(value)) {
    if (!Array.isArray(value)) keys.add(key)
    if (key !== 'recipe') keysOf(inside, keys)
  }
  return keys
}

/** The code of tests whose imports or paths match, without what only declares. */
function readers(pattern: RegExp): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && name !== 'golden-keys.test.ts')
    .map((name) => readFileSync(`${folder}${name}`, 'utf8'))
    .filter((text) => pattern.test(text))
    .map((text) => text.replace(/interface \w+ \{[\s\S]*?\n\}/g, '').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''))
    .join('\n')
}

/** Read as a property, or taken apart. */
function isRead(key: string, code: string): boolean {
  return new RegExp(`\\.${key}\\b|[{,]\\s*${key}\\s*[,}:]|'${key}'`).test(code)
}

test.each([
  ['saddle-and-mixed', /saddle-and-mixed\.json|\/golden\.js'|helpers\/cases\.js'/],
  ['lambda-balanced', /golden\/lambda-balanced\.json/],
])('%s', (file, pattern) => {
  const keys = [...keysOf(JSON.parse(readFileSync(`${folder}golden/${file}.json`, 'utf8')))]
  const code = readers(pattern)
  expect(keys.length).toBeGreaterThan(10)
  expect(keys.filter((key) => ![...ABOUT, ...SHAPES].includes(key) && !isRead(key, code))).toEqual([])
  expect(isRead('no_such_key', code)).toBe(false)
})
