// Runs of an experiment of the registry.

import type { ParameterSpec, RunContext } from '../experiment/experiment.js'
import { findExperiment } from '../experiment/registry.js'
import { STATUS } from './chunk.js'
import { metricOf } from './metrics.js'
import { type ExperimentRun, runConfig } from './run-config.js'
import type { ChunkWriter } from './runner.js'
import type { ExperimentMetric } from './types.js'

/** Experiments tell their progress often; others get their turn as often as this. */
const TURN_MS = 25

export async function runExperiments({ engine, manifest, chunk, signal, keep, fail }: ChunkWriter): Promise<void> {
  const metrics = manifest.metrics as readonly ExperimentMetric[]
  let last = performance.now()
  const progress = async () => {
    if (performance.now() - last < TURN_MS) return
    await new Promise<void>((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    last = performance.now()
  }
  for (let i = chunk.lo; i < chunk.hi; i++) {
    await progress()
    try {
      const { experiment, parameters, seed } = runConfig(manifest, i) as ExperimentRun
      const context = { engine, parameters, seed, progress } as RunContext<Readonly<Record<string, ParameterSpec>>>
      const outcome = await findExperiment(experiment).run(context)
      keep(
        i,
        STATUS.completed,
        metrics.map((metric) => metricOf(metric, outcome)),
      )
    } catch (error) {
      if (signal?.aborted) throw error
      fail(i, error)
    }
  }
}
