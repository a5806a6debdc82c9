// Runs chunks on an engine of its own: reproducible, so that results do not depend on the machine.
import { checkInteger } from '../check.js'
import { DeepLinearError, type ErrorCode, OptionError } from '../errors.js'
import { createEngineSync, type Engine } from '../linalg/engine.js'
import { runCount } from './axes.js'
import { type Chunk, type ChunkResult, type Failure, STATUS } from './chunk.js'
import { currentCode } from './code.js'
import { runEnsembles } from './run-ensemble.js'
import { runExperiments } from './run-experiment.js'
import { runSingles } from './run-single.js'
import type { SweepManifest } from './types.js'

/** Where the kinds of runs write what came out. */
export interface ChunkWriter {
  readonly engine: Engine
  readonly manifest: SweepManifest
  readonly chunk: Chunk
  readonly signal: AbortSignal | undefined
  /** Keep the metrics of run i. */
  keep(i: number, status: number, values: ArrayLike<number>): void
  /** Run i could not be made. Errors that are none of the library's are thrown on. */
  fail(i: number, error: unknown): void
}

/** What says nothing of a run, but of the engine or the machine that it met. */
const NOT_OF_THE_RUN: readonly ErrorCode[] = ['TRAP', 'MEMORY', 'DISPOSED', 'IO']

const RUN = { single: runSingles, gram: runSingles, ensemble: runEnsembles, experiment: runExperiments } as const

/** Runs one chunk after the other. */
export class ChunkRunner {
  #engine: Engine | undefined

  /** @throws {OptionError} a manifest of another code, or a chunk beyond its runs */
  async run(manifest: SweepManifest, { lo, hi }: Chunk, signal?: AbortSignal): Promise<ChunkResult> {
    checkCode(manifest)
    checkInteger(hi, 'hi', { min: 1, max: runCount(manifest) })
    checkInteger(lo, 'lo', { max: hi - 1 })
    signal?.throwIfAborted()
    this.#engine ??= createEngineSync({ reproducible: true })
    const count = hi - lo
    const width = manifest.metrics.length
    const values = new Float64Array(count * width).fill(Number.NaN)
    const status = new Uint8Array(count).fill(STATUS.missing)
    const failures: Failure[] = []
    const start = performance.now()
    const writer: ChunkWriter = {
      engine: this.#engine,
      manifest,
      chunk: { lo, hi },
      signal,
      keep(i, code, metrics) {
        status[i - lo] = code
        values.set(metrics, (i - lo) * width)
      },
      fail(i, error) {
        if (!(error instanceof DeepLinearError) || NOT_OF_THE_RUN.includes(error.code)) throw error
        status[i - lo] = STATUS.failed
        failures.push({ run: i, code: error.code, message: error.message })
      },
    }
    try {
      await RUN[manifest.engine](writer)
    } catch (error) {
      // Whatever it was, the next chunk gets an engine that has not met it.
      this.dispose()
      throw error
    }
    failures.sort((a, b) => a.run - b.run)
    return { lo, hi, status, values, failures, seconds: (performance.now() - start) / 1000 }
  }

  dispose(): void {
    this.#engine?.dispose()
    this.#engine = undefined
  }
}

/** @throws {OptionError} results of another code would not fit */
export function checkCode({ code }: SweepManifest): void {
  if (code !== currentCode()) {
    throw new OptionError(
      `the sweep is of '${code}', and this is '${currentCode()}'; install that version, or begin a new sweep without "code"`,
      { argument: 'code' },
    )
  }
}

/**
 * Compute runs `lo` to `hi - 1` of a sweep, here and now. The numbers of a run do not depend on the chunk that it is in.
 *
 * @param chunk `{ lo, hi }`, 0 <= lo < hi <= number of runs
 * @param options.signal ends between two runs, or within a long one, by its reason
 * @returns metrics and status of every run; a run that cannot be made has status 3 and a failure that says why
 * @throws {OptionError} a manifest of another code
 * @throws {RangeArgError|DTypeError} a chunk beyond the runs
 * @example
 * const manifest = parseManifest({ schema: 1, base, replicates: 20 })
 * const { values } = await runChunk(manifest, { lo: 0, hi: 20 })
 * const { values: some } = await runChunk(manifest, { lo: 7, hi: 9 })
 * some[0] === values[7] // -> true
 */
export async function runChunk(
  manifest: SweepManifest,
  chunk: Chunk,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ChunkResult> {
  const runner = new ChunkRunner()
  try {
    return await runner.run(manifest, chunk, signal)
  } finally {
    runner.dispose()
  }
}
