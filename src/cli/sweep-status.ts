// How far a sweep is.
import { manifestHash } from '../sweep/canonical.js'
import { STATUS } from '../sweep/chunk.js'
import type { SweepTable } from '../sweep/table.js'

/** Failures that are listed. */
export const LISTED = 20

/** How far it is, as data. */
export function statusOf(table: SweepTable) {
  const { manifest, total, done, status, failures } = table
  const counts = { completed: 0, converged: 0, diverged: 0, failed: 0, missing: 0 }
  const names = new Map(Object.entries(STATUS).map(([name, code]) => [code as number, name as keyof typeof counts]))
  for (const code of status) counts[names.get(code)!]++
  return {
    hash: manifestHash(manifest),
    engine: manifest.engine,
    total,
    done,
    counts,
    failures: failures.slice(0, LISTED),
  }
}

/** The same for people. */
export function formatStatus(
  given: ReturnType<typeof statusOf> & { files?: readonly string[]; runsPerSecond?: number },
): string {
  const { total, done, counts, failures, engine, files = [], runsPerSecond } = given
  const lines = [
    `runs       ${done} of ${total}${total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : ''}, engine ${engine}`,
    `status     ${Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  ]
  if (runsPerSecond !== undefined) lines.push(`speed      ${Number(runsPerSecond.toPrecision(3))} runs a second`)
  for (const { run, message } of failures.slice(0, 3)) lines.push(`failed     run ${run}: ${message}`)
  for (const file of files) lines.push(`file       ${file}`)
  return lines.join('\n')
}
