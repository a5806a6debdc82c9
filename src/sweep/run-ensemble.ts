// Small networks side by side: runs of a chunk that differ in seed, start or learning rate alone train as the members of one ensemble. A member has
// the same bits in an ensemble of any size, so it does not matter which runs share one.
import { createRun } from '../config/create-run.js'
import { initializerOf, networkOptionsOf } from '../config/networks.js'
import type { RunConfig } from '../config/types.js'
import { createEnsemble } from '../network/ensemble.js'
import type { Initializer } from '../network/initializer.js'
import { trainEnsemble } from '../train/ensemble.js'
import type { EnsembleResult } from '../train/ensemble-options.js'
import { axisPaths, coordinates } from './axes.js'
import { STATUS } from './chunk.js'
import { takeOf } from './metrics.js'
import { checkBase, rawRun } from './run-config.js'
import type { ChunkWriter } from './runner.js'
import type { ProbeMetric, SweepManifest } from './types.js'

/** Members of one ensemble: more gain nothing and leave the cache. */
export const MEMBERS = 256
const SLICE_MS = 25

type Raw = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export async function runEnsembles(writer: ChunkWriter): Promise<void> {
  const { manifest, chunk } = writer
  const kindOf = kinds(manifest)
  const packs = new Map<string, number[]>()
  for (let run = chunk.lo; run < chunk.hi; run++) {
    const kind = kindOf(run)
    const pack = packs.get(kind) ?? []
    packs.set(kind, pack)
    pack.push(run)
    if (pack.length === MEMBERS) {
      packs.delete(kind)
      await runPack(writer, pack)
    }
  }
  for (const pack of packs.values()) await runPack(writer, pack)
}

/** What members of one ensemble have in common: their place on all axes but those of start and learning rate, and the seeds of a task. */
function kinds({ axes, replicates, seeds }: SweepManifest): (run: number) => string {
  const isFree = (path: string) => /^network\.(seed|init\b.*)$|^optimizer\.learningRate$/.test(path)
  const bound = axes.flatMap((axis, k) => (axisPaths(axis).every(isFree) ? [] : [k]))
  const drawn = !seeds.every(isFree)
  return (run) => {
    const { at } = coordinates({ axes, replicates }, run)
    return bound.map((k) => at[k]).join() + (drawn ? `;${run}` : '')
  }
}

async function runPack(writer: ChunkWriter, runs: readonly number[]): Promise<void> {
  const { manifest, signal, keep, fail } = writer
  signal?.throwIfAborted()
  let result: EnsembleResult
  try {
    result = await trainPack(writer, runs)
  } catch (error) {
    if (signal?.aborted) throw error
    // Whose fault it is shows when each is alone.
    if (runs.length > 1) for (const run of runs) await runPack(writer, [run])
    else fail(runs[0], error)
    return
  }
  const metrics = manifest.metrics as readonly ProbeMetric[]
  runs.forEach((run, m) => {
    const diverged = result.diverged[m] >= 0
    keep(
      run,
      diverged ? STATUS.diverged : STATUS.completed,
      metrics.map((metric) => numberOf(metric, result, m)),
    )
  })
}

async function trainPack({ engine, manifest, signal }: ChunkWriter, runs: readonly number[]): Promise<EnsembleResult> {
  const raws = runs.map((run) => rawRun(manifest, run)) as Raw[]
  const config = checkBase(raws[0]) as RunConfig
  const { net, task, options } = createRun(engine, config)
  net.dispose()
  const { seed: _, init: __, ...network } = networkOptionsOf(config.network)
  const starts = new Map<unknown, Initializer | undefined>()
  const startOf = ({ network: { init } }: Raw) => {
    const text = JSON.stringify(init)
    if (!starts.has(text)) starts.set(text, init === undefined ? undefined : initializerOf(init))
    return starts.get(text)
  }
  const ensemble = createEnsemble(engine, {
    ...network,
    replicas: runs.length,
    seeds: raws.map(({ network: { seed } }) => (seed ?? 0) as number),
    inits: raws.map(startOf),
  })
  try {
    const rates = raws.map(({ optimizer: { learningRate } }) => learningRate)
    const { optimizer, steps, record } = options
    const result = await trainEnsemble(ensemble, task, {
      optimizer,
      steps,
      record,
      signal,
      sliceMs: SLICE_MS,
      // Given even where all have the same one, so that a member never notices its neighbours.
      ...(typeof rates[0] === 'number' && { learningRates: rates as number[] }),
    })
    if (result.status === 'aborted') signal!.throwIfAborted()
    return result
  } finally {
    ensemble.dispose()
  }
}

function numberOf(metric: ProbeMetric, { columns, diverged, steps: done }: EnsembleResult, member: number): number {
  if (metric.probe === 'steps') return done
  const { data, shape } = (columns as EnsembleResult['columns'] & Record<string, typeof columns.step>)[metric.probe]
  const [members, ...rest] = shape
  const width = rest.reduce((product, size) => product * size, 1)
  const entry = metric.entry ?? 0
  const value = (f: number) => (entry < width ? data[(f * members + member) * width + entry] : Number.NaN)
  return takeOf(metric, { steps: columns.step.data, value, diverged: diverged[member] >= 0 })
}
