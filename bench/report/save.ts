// A file of runs, one a host.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { allProblems, problemKey } from './problems.js'
import type { Measurement } from './results.js'

/** Put a run into the file, in the place of the one on the same host; new hosts come last. */
export function saveRun(file: string, run: Measurement): void {
  const runs = runsOf(file)
  const same = runs.findIndex(({ host }) => host === run.host)
  runs.splice(same < 0 ? runs.length : same, same < 0 ? 0 : 1, run)
  writeFileSync(file, `${JSON.stringify({ runs })}\n`)
}

/** Put the rows of a run into the one on the same host; all else stays. */
export function addRows(file: string, run: Measurement): void {
  const base = runsOf(file).find(({ host }) => host === run.host)
  saveRun(file, base === undefined ? run : withRows(base, run))
}

/** A run with the rows of another, marked as of an occasion of their own. */
export function withRows(base: Measurement, run: Measurement): Measurement {
  const aside = { date: run.date, effort: run.effort }
  const rows = new Map(base.rows.map((row) => [problemKey(row), row]))
  for (const row of run.rows) rows.set(problemKey(row), { ...row, aside })
  const order = allProblems().map(problemKey)
  const sorted = [...rows].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([, row]) => row)
  return { ...base, rows: sorted, failures: { ...base.failures, ...run.failures } }
}

function runsOf(file: string): Measurement[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).runs : []
}
