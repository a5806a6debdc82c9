// `deeplinear/sweep`: many runs of one kind, on one machine or on many, with the same numbers everywhere. Node only.
export { runCount } from './axes.js'
export { bullmq } from './bullmq.js'
export { manifestHash } from './canonical.js'
export type { Chunk, ChunkResult, Failure } from './chunk.js'
export { type Executor, type ExecutorSession, inline } from './executor.js'
export { tableToCsv, tableToNpz } from './output.js'
export { defineSweep, type ParseManifestOptions, parseManifest } from './parse.js'
export { type PhaseDiagramOptions, phaseDiagram } from './phase-diagram.js'
export type { QueueOptions } from './queue.js'
export { type ExperimentRun, runConfig, runSeed } from './run-config.js'
export { runChunk } from './runner.js'
export { parseShard, type Shard } from './shard.js'
export { type OpenStoreOptions, openStore, type SweepStore } from './store.js'
export { mergeStores } from './stored.js'
export { type Problem, type SweepOptions, type SweepOutcome, type SweepProgress, sweep } from './sweep.js'
export type { SweepTable } from './table.js'
export { type ThreadsOptions, threads } from './threads.js'
export type {
  Axis,
  AxisPath,
  ExperimentBase,
  ExperimentMetric,
  Metric,
  ProbeMetric,
  SweepEngine,
  SweepInput,
  SweepManifest,
  Take,
} from './types.js'
export { type SweepWorkerOptions, sweepWorker } from './worker.js'
