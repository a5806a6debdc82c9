// Every parser on its corpus, and on a few thousand inputs made from it; FUZZ_RUNS asks for more, and scripts/fuzz.ts for a million.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PARSERS } from './parsers.js'
import { checkInput, corpusOf, propertyOf, type Tally } from './property.js'

const RUNS = Number(process.env.FUZZ_RUNS ?? 1500)

describe.each(PARSERS)('$name', (parser) => {
  const runs = Math.ceil(RUNS * (parser.part ?? 1))
  const seeds = corpusOf(parser.name)

  test('every file of the corpus has the outcome in its name', async () => {
    const found: Record<string, string> = {}
    for (const { name, bytes } of seeds) found[name] = await checkInput(parser, bytes)
    expect(found).toEqual(Object.fromEntries(seeds.map(({ name, outcome }) => [name, outcome])))
  })

  test('a value that survives being written, or an error that was promised', {
    timeout: 60_000 + RUNS * 10,
  }, async () => {
    const tally: Tally = { outcomes: new Map(), slowestMs: 0, memory: 0 }
    await fc.assert(propertyOf(parser, seeds, tally), { numRuns: runs, seed: 20_261_122 })
    // Inputs that all fail, or never do, try nothing.
    if (parser.codes.includes('FORMAT') && parser.name !== 'client') {
      expect(tally.outcomes.get('ok') ?? 0).toBeGreaterThan(runs / 100)
      expect(tally.outcomes.get('FORMAT') ?? 0).toBeGreaterThan(runs / 4)
    }
  })
})
