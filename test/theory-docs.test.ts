// docs/theory.md is what its script makes of the docstrings.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { theoryPage } from '../scripts/theory-docs.js'

test('docs/theory.md is up to date', async () => {
  const page = readFileSync(new URL('../docs/theory.md', import.meta.url), 'utf8')
  expect(page === (await theoryPage()), 'docs/theory.md is out of date: run  npx tsx scripts/theory-docs.ts').toBe(true)
})
