// The results of a sweep as a table: one line a run, whatever the order in which chunks came.
import { runCount } from './axes.js'
import { type ChunkResult, type Failure, STATUS } from './chunk.js'
import type { SweepManifest } from './types.js'

/** All runs of a sweep, done or not. */
export interface SweepTable {
  readonly manifest: SweepManifest
  /** Number of runs in all, and of those that are there. */
  readonly total: number
  readonly done: number
  /** 0 completed, 1 converged, 2 diverged, 3 failed, 255 missing; shape (total). */
  readonly status: Uint8Array
  /** Shape (total, metrics), row-major; NaN where there is none. */
  readonly values: Float64Array
  /** Runs that could not be made, and why; in the order of runs. */
  readonly failures: readonly Failure[]
}

export function makeTable(manifest: SweepManifest, results: Iterable<ChunkResult>): SweepTable {
  const total = runCount(manifest)
  const width = manifest.metrics.length
  const status = new Uint8Array(total).fill(STATUS.missing)
  const values = new Float64Array(total * width).fill(Number.NaN)
  const failures = new Map<number, Failure>()
  for (const result of results) {
    status.set(result.status, result.lo)
    values.set(result.values, result.lo * width)
    for (const failure of result.failures) failures.set(failure.run, failure)
  }
  const done = status.reduce((count, code) => count + Number(code !== STATUS.missing), 0)
  const listed = [...failures.values()].sort((a, b) => a.run - b.run)
  return { manifest, total, done, status, values, failures: listed }
}
