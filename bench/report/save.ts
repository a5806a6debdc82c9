// A file of runs, one a host.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Measurement } from './results.js'

/** Put a run into the file, in the place of the one on the same host; new hosts come last. */
export function saveRun(file: string, run: Measurement): void {
  const runs: Measurement[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).runs : []
  const same = runs.findIndex(({ host }) => host === run.host)
  runs.splice(same < 0 ? runs.length : same, same < 0 ? 0 : 1, run)
  writeFileSync(file, `${JSON.stringify({ runs })}\n`)
}
