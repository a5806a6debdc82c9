// npm run bench:report: docs/performance.md and docs/roofline.svg from bench/peers.json, or from --from FILE, and from bench/threads.json.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseHTML } from 'linkedom'
import { performancePage } from './document.js'
import type { Measurement, TeamMeasurement } from './results.js'
import { roofline } from './roofline.js'

const root = new URL('../../', import.meta.url)
const { values: options } = parseArgs({ options: { from: { type: 'string' } } })
const from = options.from ?? new URL('bench/peers.json', root)
if (!existsSync(from)) {
  throw new Error(`there is no ${from}; measure first: npm run bench:peers -- --out bench/peers.json`)
}
const { runs } = JSON.parse(readFileSync(from, 'utf8')) as { runs: Measurement[] }
const together = new URL('bench/threads.json', root)
const teams = existsSync(together) ? (JSON.parse(readFileSync(together, 'utf8')) as TeamMeasurement) : undefined
const { document } = parseHTML('<html><body></body></html>')
writeFileSync(new URL('docs/performance.md', root), performancePage(runs, teams))
writeFileSync(new URL('docs/roofline.svg', root), `${roofline(document as unknown as Document, runs[0])}\n`)
