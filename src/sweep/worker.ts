// The other end of the queue: takes chunks, computes them in threads, gives results back.
import { checkOptions } from '../check.js'
import { checkWorkers, openPool } from './pool.js'
import {
  type ChunkAnswer,
  type ChunkJob,
  checkLock,
  checkQueue,
  connect,
  loadQueue,
  type QueueOptions,
} from './queue.js'
import { encodeRecord } from './record.js'

/** Options of `sweepWorker`. */
export interface SweepWorkerOptions extends QueueOptions {
  /** Number of threads. Default: as many as the machine runs at once. */
  workers?: number
  /** A worker that gave no sign of life for so long is taken for dead, and its chunks go to others; 0.5 .. 3600 seconds. Default 30. */
  lockSeconds?: number
  /** Ends the worker, after the chunks under way. */
  signal?: AbortSignal
  /** Told of every chunk that is done. */
  onChunk?: (runs: number, seconds: number) => void
}

/** What is left after `signal` may take so long: a server that is away keeps nobody. */
const CLOSING_MS = 10_000

/**
 * Work for sweeps in a queue until `signal` fires: chunk after chunk, in threads. Any number of workers on any machines may share a queue; they need
 * nothing but Redis and the same version of the library. Needs the packages `bullmq` and `ioredis`.
 *
 * @throws {OptionError|RangeArgError|DTypeError} bad options
 * @throws {UnsupportedError} the packages are not installed
 * @throws {IoError} nobody answers at that address
 * @example
 * const controller = new AbortController()
 * controller.abort()
 * await sweepWorker({ redis: 'redis://localhost:6379', workers: 2, signal: controller.signal })
 */
export async function sweepWorker(options: SweepWorkerOptions): Promise<void> {
  const given = checkOptions(options, 'sweepWorker', ['redis', 'queue', 'workers', 'lockSeconds', 'signal', 'onChunk'])
  const { redis, queue } = checkQueue(given)
  const workers = checkWorkers(given.workers)
  const lockDuration = checkLock(given.lockSeconds)
  const { signal, onChunk } = given as Pick<SweepWorkerOptions, 'signal' | 'onChunk'>
  if (signal?.aborted) return
  const packages = await loadQueue()
  const client = await connect(packages, redis)
  const pool = await openPool(workers)
  const worker = new packages.Worker<ChunkJob, ChunkAnswer>(
    queue,
    async ({ data: { manifest, lo, hi } }) => {
      const result = await pool.run({ manifest, lo, hi })
      onChunk?.(hi - lo, result.seconds)
      return { record: Buffer.from(encodeRecord(result)).toString('base64'), seconds: result.seconds }
    },
    {
      connection: client,
      concurrency: workers,
      name: `threads-${workers}`,
      lockDuration,
      stalledInterval: lockDuration / 2,
      // A chunk is not to blame for machines that go away.
      maxStalledCount: 1000,
    },
  )
  worker.on('error', () => {})
  try {
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
  } finally {
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSING_MS).unref())
    await Promise.race([worker.close(), late])
    await pool.close()
    client.disconnect()
  }
}
