// A file of runs on one machine, one a host.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LIMITS } from './limits.js'
import type { Machine } from './machine.js'
import { allProblems, problemKey } from './problems.js'
import type { Row } from './race.js'
import type { Measurement } from './results.js'

/** @throws {Error} the file holds runs on another machine */
export function checkMachine(file: string, { cpu }: Machine): void {
  const other = runsOf(file).find(({ machine }) => machine.cpu !== cpu)
  if (other === undefined) return
  throw new Error(
    `${file} holds runs on ${other.machine.cpu}, this machine is ${cpu}; give --out a file of its own, as bench/machines/NAME/peers.json`,
  )
}

/** Put a run into the file, in the place of the one on the same host; new hosts come last. */
export function saveRun(file: string, run: Measurement): void {
  const runs = runsOf(file)
  const same = runs.findIndex(({ host }) => host === run.host)
  runs.splice(same < 0 ? runs.length : same, same < 0 ? 0 : 1, run)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ runs })}\n`)
}

/** Put the rows of a run into the one on the same host; all else stays. */
export function addRows(file: string, run: Measurement, replace = false): void {
  const base = runsOf(file).find(({ host }) => host === run.host)
  saveRun(file, base === undefined ? run : withRows(base, run, replace))
}

/** Put a run into the file in the place of the one on the same host, of which the rows stay that were not measured again. */
export function saveOver(file: string, run: Measurement, replace = false): void {
  const before = runsOf(file).find(({ host }) => host === run.host)
  saveRun(file, before === undefined ? run : overRows(before, run, replace))
}

/** A run, and the rows of an earlier one that it lacks, marked as of their occasion; reads and cold starts too. */
export function overRows(before: Measurement, run: Measurement, replace = false): Measurement {
  const occasion = { date: before.date, effort: before.effort }
  const earlier = new Map(before.rows.map((row) => [problemKey(row), row]))
  const rows = run.rows.filter((row) => replace || !calmer(earlier.get(problemKey(row)), row))
  const measured = new Set(rows.map(problemKey))
  const kept = before.rows
    .filter((row) => !measured.has(problemKey(row)))
    .map((row) => ({ ...row, aside: row.aside ?? occasion }))
  const failures = Object.entries(before.failures).filter(([what]) => !measured.has(what.replace(/^.*?: /, '')))
  const complete = run.cold.length > 0 && Object.keys(run.reads).length > 0
  const once = {
    reads: { ...before.reads, ...run.reads },
    cold: run.cold.length > 0 ? run.cold : before.cold,
    aside: complete ? undefined : (before.aside ?? occasion),
  }
  return {
    ...run,
    ...once,
    rows: inOrder([...rows, ...kept]),
    failures: { ...Object.fromEntries(failures), ...run.failures },
    versions: { ...before.versions, ...run.versions },
  }
}

/** A run with the rows of another, marked as of an occasion of their own. */
export function withRows(base: Measurement, run: Measurement, replace = false): Measurement {
  const aside = { date: run.date, effort: run.effort }
  const rows = new Map(base.rows.map((row) => [problemKey(row), row]))
  for (const row of run.rows) {
    if (replace || !calmer(rows.get(problemKey(row)), row)) rows.set(problemKey(row), { ...row, aside })
  }
  return { ...base, rows: inOrder([...rows.values()]), failures: { ...base.failures, ...run.failures } }
}

/** Whether an earlier row is the better one: turns of the new one were disturbed, and the limit, which no contender has a part in, was faster then. */
function calmer(earlier: Row | undefined, row: Row): boolean {
  const limit = ({ entries }: Row) => entries.find(({ name }) => name === LIMITS.muladd)?.median ?? Infinity
  return earlier !== undefined && row.calm !== undefined && row.calm.disturbed > 0 && limit(earlier) < limit(row)
}

/** As the report has them. */
function inOrder(rows: readonly Row[]): Row[] {
  const order = allProblems().map(problemKey)
  return [...rows].sort((a, b) => order.indexOf(problemKey(a)) - order.indexOf(problemKey(b)))
}

function runsOf(file: string): Measurement[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).runs : []
}
