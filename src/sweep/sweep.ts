// Running a sweep: what is missing goes to an executor in chunks, what comes back goes to a store.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, UnsupportedError } from '../errors.js'
import { runCount } from './axes.js'
import { type Chunk, type ChunkResult, STATUS } from './chunk.js'
import type { Executor, ExecutorSession } from './executor.js'
import { Pace } from './pace.js'
import { checkCode } from './runner.js'
import { type Shard, shardRuns } from './shard.js'
import { memoryStore, openStore, type SweepStore } from './store.js'
import { makeTable, type SweepTable } from './table.js'
import { threads } from './threads.js'
import type { SweepManifest } from './types.js'

/** How far a sweep is. */
export interface SweepProgress {
  /** Runs that are there, and runs in all, of this shard. */
  readonly done: number
  readonly total: number
  /** Of those computed now: how many could not be made, and how many diverged. */
  readonly failed: number
  readonly diverged: number
  /** Since the start, and what that means for the rest. NaN before the first chunk. */
  readonly runsPerSecond: number
  readonly secondsLeft: number
  readonly workers: number
}

/** Options of `sweep`. */
export interface SweepOptions {
  /** Default: `threads()`. */
  executor?: Executor
  /** A store, or a folder that becomes one and is closed again. Default: memory. */
  store?: SweepStore | string | URL
  /** A part of the runs. Default: all of them. */
  shard?: Shard
  /** Ends the sweep; what is done by then is kept. */
  signal?: AbortSignal
  onProgress?: (progress: SweepProgress) => void
  /** What a chunk should take, 0.01 .. 60 seconds. Default 1. */
  chunkSeconds?: number
  /** Runs of a chunk, in place of what `chunkSeconds` makes of it. */
  chunkRuns?: number
}

/** A chunk that nobody could compute. */
export interface Problem extends Chunk {
  readonly message: string
}

/** What became of a sweep. */
export interface SweepOutcome {
  /** `'incomplete'`: some runs could not be computed, see `problems`; running the sweep again tries them again. */
  readonly status: 'completed' | 'aborted' | 'incomplete'
  /** Runs of this shard that are there, and in all. */
  readonly done: number
  readonly total: number
  /** Computed now. */
  readonly ran: number
  readonly seconds: number
  readonly runsPerSecond: number
  readonly problems: readonly Problem[]
  readonly table: SweepTable
}

const KEYS = ['executor', 'store', 'shard', 'signal', 'onProgress', 'chunkSeconds', 'chunkRuns'] as const
/** What becomes of a chunk that fails: it is tried again, then its runs one by one, each twice. */
const TRIES = 2
/** So many chunks without a single result: it is not the chunks. */
const HOPELESS = 12

/**
 * Run a sweep, or what is missing of it. The numbers do not depend on executor, workers, chunks, or on how often it was interrupted.
 *
 * A run that cannot be made (values of axes that do not go together) has status 3 in the table and does not end the sweep; nor does a worker that dies:
 * its chunk is computed again.
 *
 * @param manifest what `parseManifest` or `defineSweep` gives
 * @returns status, table and speed; an abort is a status, not an error
 * @throws {OptionError} bad options, a manifest of another code, a store of another sweep
 * @throws {IoError} a store that another process has, or that cannot be written
 * @example
 * const manifest = defineSweep({
 *   schema: 1,
 *   base,
 *   axes: [{ kind: 'log', path: 'optimizer.learningRate', from: 0.01, to: 0.1, count: 4 }],
 *   replicates: 25,
 *   key: 1,
 * })
 * const { status, table } = await sweep(manifest, { executor: inline() })
 * table.values.length // -> 100
 */
export async function sweep(manifest: SweepManifest, options?: SweepOptions): Promise<SweepOutcome> {
  const given = checkOptions(options, 'sweep', KEYS)
  const executor = (given.executor ?? threads()) as Executor
  if (typeof executor?.open !== 'function') {
    throw new OptionError(`executor must be inline(), threads() or bullmq(), got ${describe(executor)}`, {
      argument: 'executor',
    })
  }
  if (typeof manifest?.engine !== 'string' || !Array.isArray(manifest.metrics)) {
    throw new DTypeError(`manifest must be what parseManifest gives, got ${describe(manifest)}`, {
      argument: 'manifest',
    })
  }
  const { onProgress, signal } = given as SweepOptions
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new DTypeError('onProgress must be a function', { argument: 'onProgress' })
  }
  const seconds = checkNumber(given.chunkSeconds ?? 1, 'chunkSeconds', { min: 0.01, max: 60 })
  const fixed = given.chunkRuns === undefined ? undefined : checkInteger(given.chunkRuns, 'chunkRuns', { min: 1 })
  checkCode(manifest)
  const all = runCount(manifest)
  const range = given.shard === undefined ? { lo: 0, hi: all } : shardRuns(checkShard(given.shard), all)
  const isOurs = typeof given.store === 'string' || given.store instanceof URL
  const store = isOurs
    ? await openStore(given.store as string | URL, manifest)
    : ((given.store as SweepStore | undefined) ?? memoryStore(manifest))
  const driver = new Driver(store, range, new Pace(seconds, manifest.engine === 'ensemble', fixed), onProgress)
  try {
    await driver.run(executor, manifest, signal)
    return driver.outcome(signal?.aborted === true, makeTable(manifest, await store.results()))
  } finally {
    if (isOurs) await store.close()
  }
}

type Event = { chunk: Chunk; result: ChunkResult } | { chunk: Chunk; error: unknown }

class Driver {
  readonly #store: SweepStore
  readonly #range: Chunk
  readonly #pace: Pace
  readonly #tell: ((progress: SweepProgress) => void) | undefined
  readonly #todo: Chunk[]
  readonly #failures = new Map<string, number>()
  readonly #problems: Problem[] = []
  readonly #start = performance.now()
  #inARow = 0
  #ran = 0
  #failed = 0
  #diverged = 0

  constructor(store: SweepStore, range: Chunk, pace: Pace, tell: ((progress: SweepProgress) => void) | undefined) {
    this.#store = store
    this.#range = range
    this.#pace = pace
    this.#tell = tell
    this.#todo = store.missing(range)
  }

  async run(executor: Executor, manifest: SweepManifest, signal: AbortSignal | undefined): Promise<void> {
    if (this.#todo.length === 0 || signal?.aborted) return
    const stop = new AbortController()
    const session = await executor.open(manifest)
    const aborted = new Promise<'aborted'>((resolve) => {
      signal?.addEventListener('abort', () => resolve('aborted'), { once: true, signal: stop.signal })
    })
    const pending = new Map<Chunk, Promise<Event>>()
    try {
      this.#report(session)
      for (;;) {
        while (pending.size < session.slots && this.#todo.length > 0) {
          const chunk = this.#take(session.workers)
          const work = session.run(chunk, stop.signal)
          pending.set(
            chunk,
            work.then(
              (result) => ({ chunk, result }),
              (error) => ({ chunk, error }),
            ),
          )
        }
        if (pending.size === 0) return
        const event = signal?.aborted ? 'aborted' : await Promise.race([...pending.values(), aborted])
        if (event === 'aborted') return
        pending.delete(event.chunk)
        if ('result' in event) await this.#keep(event.result)
        else this.#retry(event.chunk, event.error)
        this.#report(session)
      }
    } finally {
      stop.abort()
      await session.close()
    }
  }

  outcome(aborted: boolean, table: SweepTable): SweepOutcome {
    const { lo, hi } = this.#range
    const left = this.#store.missing(this.#range).reduce((sum, gap) => sum + gap.hi - gap.lo, 0)
    const seconds = (performance.now() - this.#start) / 1000
    return {
      status: left === 0 ? 'completed' : aborted ? 'aborted' : 'incomplete',
      done: hi - lo - left,
      total: hi - lo,
      ran: this.#ran,
      seconds,
      runsPerSecond: this.#ran / Math.max(seconds, 1e-9),
      problems: this.#problems,
      table,
    }
  }

  /** The next runs, of which nobody has any. */
  #take(workers: number): Chunk {
    const { lo, hi } = this.#todo[0]
    const left = this.#todo.reduce((sum, gap) => sum + gap.hi - gap.lo, 0)
    // What failed is tried as it was, or in single runs.
    const size = this.#failures.has(`${lo}-${hi}`) ? hi - lo : this.#pace.next(left, workers)
    const chunk = { lo, hi: Math.min(hi, lo + size) }
    if (chunk.hi === hi) this.#todo.shift()
    else this.#todo[0] = { lo: chunk.hi, hi }
    return chunk
  }

  async #keep(result: ChunkResult): Promise<void> {
    await this.#store.put(result)
    const { lo, hi, status, seconds } = result
    this.#ran += hi - lo
    this.#inARow = 0
    this.#pace.measured(hi - lo, seconds)
    for (const code of status) {
      if (code === STATUS.failed) this.#failed++
      if (code === STATUS.diverged) this.#diverged++
    }
  }

  #retry({ lo, hi }: Chunk, error: unknown): void {
    const message = (error as Error)?.message ?? String(error)
    if (++this.#inARow >= HOPELESS && this.#ran === 0) {
      throw new UnsupportedError(`no chunk could be computed: ${message}`, { argument: 'executor', cause: error })
    }
    const name = `${lo}-${hi}`
    const tries = (this.#failures.get(name) ?? 0) + 1
    this.#failures.set(name, tries)
    if (tries < TRIES) this.#todo.push({ lo, hi })
    else if (hi - lo === 1) this.#problems.push({ lo, hi, message })
    else {
      for (let i = lo; i < hi; i++) {
        this.#failures.set(`${i}-${i + 1}`, 0)
        this.#todo.push({ lo: i, hi: i + 1 })
      }
    }
  }

  #report({ workers }: ExecutorSession): void {
    if (this.#tell === undefined) return
    const { lo, hi } = this.#range
    const left = this.#store.missing(this.#range).reduce((sum, gap) => sum + gap.hi - gap.lo, 0)
    const rate = this.#ran === 0 ? Number.NaN : (1000 * this.#ran) / (performance.now() - this.#start)
    this.#tell({
      done: hi - lo - left,
      total: hi - lo,
      failed: this.#failed,
      diverged: this.#diverged,
      runsPerSecond: rate,
      secondsLeft: left / rate,
      workers,
    })
  }
}

function checkShard(value: unknown): Shard {
  const { index, count } = checkOptions(value as object, 'shard', ['index', 'count'])
  const of = checkInteger(count, 'shard.count', { min: 1 })
  return { index: checkInteger(index, 'shard.index', { max: of - 1 }), count: of }
}
