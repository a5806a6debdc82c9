// Chunks on other machines, through a queue. Jobs are looked at again and again until they are done: what a queue says once is lost when it restarts,
// and so may be the jobs; those that are gone are added again. A chunk that is computed twice gives the same numbers.
import { checkOptions } from '../check.js'
import { OptionError } from '../errors.js'
import { runCount } from './axes.js'
import { manifestHash } from './canonical.js'
import type { Chunk, ChunkResult } from './chunk.js'
import type { Executor, ExecutorSession } from './executor.js'
import { type ChunkAnswer, type ChunkQueue, checkQueue, connect, loadQueue, type QueueOptions } from './queue.js'
import { decodeRecord } from './record.js'
import type { SweepManifest } from './types.js'

/** Between two looks at the jobs, and at who works. */
const LOOK_MS = 50
const COUNT_MS = 1000
/** Chunks in the queue for every thread that works, and while nobody does. */
const AHEAD = 3
/** How long a result may wait in the queue for a sweep that was interrupted, in seconds. */
const KEPT = 3600
/** What is cleaned up at the end may take so long. */
const CLOSING_MS = 2000

/**
 * Chunks through a queue in Redis: whoever runs `deeplinear sweep worker --redis URL`, or `sweepWorker`, computes them. Needs the packages `bullmq` and
 * `ioredis`. Workers may come, go and be killed, and Redis may restart, with or without its data.
 *
 * @throws {OptionError} bad options
 * @throws {UnsupportedError} when the sweep begins: the packages are not installed
 * @throws {IoError} when the sweep begins: nobody answers there
 * @example
 * const executor = bullmq({ redis: 'redis://localhost:6379' })
 * executor.name // -> 'bullmq'
 */
export function bullmq(options: QueueOptions): Executor {
  const { redis, queue: name } = checkQueue(checkOptions(options, 'bullmq', ['redis', 'queue']))
  return {
    name: 'bullmq',
    async open(manifest) {
      const packages = await loadQueue()
      const client = await connect(packages, redis)
      const queue: ChunkQueue = new packages.Queue(name, { connection: client, skipMetasUpdate: true })
      // Connections that break are made again; what was asked for meanwhile waits.
      queue.on('error', () => {})
      const session = new Session(queue, manifest)
      return Object.assign(session, {
        close: () => session.end().finally(() => client.disconnect()),
      })
    },
  }
}

interface Waiting {
  readonly chunk: Chunk
  resolve(result: ChunkResult): void
  reject(error: unknown): void
}

class Session implements ExecutorSession {
  workers = 1
  readonly #queue: ChunkQueue
  readonly #manifest: SweepManifest
  readonly #text: string
  readonly #prefix: string
  readonly #waiting = new Map<string, Waiting>()
  readonly #loop: Promise<void>
  #closing = false

  constructor(queue: ChunkQueue, manifest: SweepManifest) {
    this.#queue = queue
    this.#manifest = manifest
    this.#text = JSON.stringify(manifest)
    this.#prefix = manifestHash(manifest).slice(0, 24)
    this.#loop = this.#look()
  }

  get slots(): number {
    return AHEAD * this.workers + 1
  }

  async run(chunk: Chunk): Promise<ChunkResult> {
    const id = `${this.#prefix}-${chunk.lo}-${chunk.hi}`
    const result = new Promise<ChunkResult>((resolve, reject) => this.#waiting.set(id, { chunk, resolve, reject }))
    // Added by the loop, which finds that it is not there.
    return await result
  }

  async close(): Promise<void> {
    await this.end()
  }

  async end(): Promise<void> {
    this.#closing = true
    const clean = async () => {
      await this.#loop
      for (const id of this.#waiting.keys()) await this.#remove(id)
      await this.#queue.close()
    }
    await Promise.race([clean().catch(() => {}), sleep(CLOSING_MS)])
    for (const { reject } of this.#waiting.values()) reject(new Error('the sweep ended'))
  }

  async #look(): Promise<void> {
    let counted = Number.NEGATIVE_INFINITY
    while (!this.#closing) {
      try {
        if (performance.now() - counted > COUNT_MS) {
          counted = performance.now()
          this.workers = await this.#count()
        }
        for (const [id, waiting] of this.#waiting) await this.#visit(id, waiting)
      } catch {
        // The server is away; the jobs are asked for again when it is back.
      }
      await sleep(LOOK_MS)
    }
  }

  async #visit(id: string, { chunk, resolve, reject }: Waiting): Promise<void> {
    const job = await this.#queue.getJob(id)
    if (job === undefined) {
      const data = { manifest: this.#text, lo: chunk.lo, hi: chunk.hi }
      const age = { age: KEPT }
      await this.#queue.add('chunk', data, { jobId: id, removeOnComplete: age, removeOnFail: age })
      return
    }
    if (job.finishedOn === undefined) return
    this.#waiting.delete(id)
    await this.#remove(id)
    if (job.failedReason) reject(new Error(job.failedReason))
    else {
      const result = this.#decode(job.returnvalue, chunk)
      if (result === undefined) reject(new OptionError('a worker answered with something else than the chunk'))
      else resolve(result)
    }
  }

  #decode(answer: ChunkAnswer | null, { lo, hi }: Chunk): ChunkResult | undefined {
    if (typeof answer?.record !== 'string') return undefined
    const bytes = Buffer.from(answer.record, 'base64')
    const found = decodeRecord(bytes, 0, this.#manifest.metrics.length, runCount(this.#manifest))?.result
    return found?.lo === lo && found.hi === hi ? { ...found, seconds: Number(answer.seconds) } : undefined
  }

  /** A job that somebody works on stays; its result is thrown away by time. */
  async #remove(id: string): Promise<void> {
    await this.#queue.remove(id).catch(() => {})
  }

  /** Threads of all workers: each says in its name how many it has. */
  async #count(): Promise<number> {
    const workers = await this.#queue.getWorkers()
    const threads = workers.map(({ rawname = '' }) => Number(/:w:threads-(\d+)$/.exec(rawname)?.[1] ?? 1))
    return Math.max(
      1,
      threads.reduce((sum, count) => sum + count, 0),
    )
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
