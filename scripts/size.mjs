// What an import costs a page before anything is called: each entry bundled as a page would have it, minified and compressed, without the
// chunks that are loaded later, such as the other binary. Fails where a budget is passed.
import { gzipSync } from 'node:zlib'
import { firstLoad } from './first-load.mjs'

/** What is imported, and its budget in kB of gzip. The engine's own binary is inlined, and counts. */
const BUDGETS = [
  ["export * from './dist/index.js'", 220],
  ["export { createEngine, matmul } from './dist/index.js'", 120],
  ["export * from './dist/theory.js'", 180],
  ["export * from './dist/worker.js'", 12],
  ["export * from './dist/client.js'", 5],
  ["export * from './dist/report.browser.js'", 120],
  ["export * from './dist/config.js'", 290],
  ["export * from './dist/experiment.js'", 360],
]

let passed = true
for (const [contents, limit] of BUDGETS) {
  const { first } = await firstLoad(contents, process.cwd())
  const bytes = first.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0)
  const fits = bytes <= 1000 * limit
  passed &&= fits
  console.log(`${fits ? 'fits' : 'TOO LARGE'}  ${(bytes / 1000).toFixed(1).padStart(6)} of ${limit} kB  ${contents}`)
}
process.exitCode = passed ? 0 : 1
