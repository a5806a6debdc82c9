// Fuzzing in the long form: `npm run fuzz -- --runs 1000000 [--parser npy] [--seed 7]`. Prints what came of the inputs; a failure prints the smallest
// input that shows it, as base64 for the corpus, and ends with exit code 1.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { PARSERS, type Parser } from '../test/fuzz/parsers.js'
import { corpusOf, inputOf, propertyOf, type Tally } from '../test/fuzz/property.js'

/** Inputs between two lines of progress. */
const STRETCH = 50_000

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    parser: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const wantedRuns = Number(values.runs)
const wanted = values.parser?.split(',')
const chosen = PARSERS.filter(({ name }) => wanted === undefined || wanted.includes(name))
if (!(Number.isSafeInteger(wantedRuns) && wantedRuns > 0) || chosen.length === 0) {
  console.error(`usage: npm run fuzz -- --runs N [--parser ${PARSERS.map(({ name }) => name).join(',')}] [--seed N]`)
  process.exit(2)
}

let failed = false
process.on('unhandledRejection', (error) => {
  console.error('an unhandled rejection:', error)
  process.exit(1)
})
for (const parser of chosen) if (!(await fuzz(parser))) failed = true
process.exit(failed ? 1 : 0)

async function fuzz(parser: Parser): Promise<boolean> {
  const runs = Math.ceil(wantedRuns * (parser.part ?? 1))
  const seeds = corpusOf(parser.name)
  const tally: Tally = { outcomes: new Map(), slowestMs: 0, memory: 0 }
  const start = performance.now()
  for (let done = 0; done < runs; done += STRETCH) {
    const numRuns = Math.min(STRETCH, runs - done)
    const details = await fc.check(propertyOf(parser, seeds, tally), { numRuns, seed: Number(values.seed) + done })
    if (details.failed) {
      const [input] = details.counterexample as [Parameters<typeof inputOf>[2]]
      console.log(`${parser.name}: after ${done + details.numRuns} inputs: ${String(details.errorInstance)}`)
      console.log(`  ${JSON.stringify(input)}\n  ${Buffer.from(inputOf(parser, seeds, input)).toString('base64')}`)
      return false
    }
    process.stderr.write(`\r${parser.name} ${done + numRuns}`)
  }
  const outcomes = [...tally.outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => `${code} ${count}`)
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(
    `\r${parser.name}: ${runs} inputs in ${seconds} s, nothing found: ${outcomes.join(', ')}; slowest ${tally.slowestMs.toFixed(1)} ms, ` +
      `memory at most ${(100 * tally.memory).toFixed(0)} % of what it may ask for`,
  )
  return true
}
