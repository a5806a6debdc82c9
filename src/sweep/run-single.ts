// Runs one after the other.
import { createRun } from '../config/create-run.js'
import type { RunConfig } from '../config/types.js'
import type { Columns } from '../train/history.js'
import { train } from '../train/train.js'
import { STATUS } from './chunk.js'
import { takeOf } from './metrics.js'
import { runConfig } from './run-config.js'
import type { ChunkWriter } from './runner.js'
import type { ProbeMetric } from './types.js'

/** Longest stretch between two looks at the event loop. Nobody paints here. */
const SLICE_MS = 25

export async function runSingles({ engine, manifest, chunk, signal, keep, fail }: ChunkWriter): Promise<void> {
  const metrics = manifest.metrics as readonly ProbeMetric[]
  for (let i = chunk.lo; i < chunk.hi; i++) {
    signal?.throwIfAborted()
    let made: ReturnType<typeof createRun> | undefined
    try {
      made = createRun(engine, runConfig(manifest, i) as RunConfig)
      const run = train(made.net, made.task, { ...made.options, signal, sliceMs: SLICE_MS })
      const { status, steps, columns } = await run.finished
      if (status === 'aborted') signal!.throwIfAborted()
      const diverged = status === 'diverged'
      const code = diverged ? STATUS.diverged : status === 'converged' ? STATUS.converged : STATUS.completed
      keep(
        i,
        code,
        metrics.map((metric) => numberOf(metric, columns, steps, diverged)),
      )
    } catch (error) {
      if (signal?.aborted) throw error
      fail(i, error)
    } finally {
      made?.net.dispose()
    }
  }
}

function numberOf(metric: ProbeMetric, columns: Columns, done: number, diverged: boolean): number {
  if (metric.probe === 'steps') return done
  const { data, shape } = columns[metric.probe]
  const width = shape.reduce((product, size) => product * size, 1)
  const entry = metric.entry ?? 0
  // An entry that the column does not have is no number.
  const value = (f: number) => (entry < width ? data[f * width + entry] : Number.NaN)
  return takeOf(metric, { steps: columns.step.data, value, diverged })
}
