// The queue between a sweep and its workers: BullMQ over Redis. Both are packages that who wants them installs.
import type { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { checkNumber, describe } from '../check.js'
import { IoError, OptionError, UnsupportedError } from '../errors.js'

/** What both ends of the queue take. */
export interface QueueOptions {
  /** Where Redis is, such as `redis://localhost:6379`, or `rediss://user:password@host:6380/1`. */
  redis: string
  /** Name of the queue. Default `deeplinear-sweep`. */
  queue?: string
}

export const QUEUE = 'deeplinear-sweep'

/** A chunk as a job. The manifest goes with it, so that a worker needs nothing else, and a queue that lost everything is filled again. */
export interface ChunkJob {
  readonly manifest: string
  readonly lo: number
  readonly hi: number
}

/** What a worker gives back: a record (record.ts) in base64, and how long it took. */
export interface ChunkAnswer {
  readonly record: string
  readonly seconds: number
}

export type ChunkQueue = Queue<ChunkJob, ChunkAnswer>

/** What is taken of the two packages. */
export interface QueuePackages {
  readonly Queue: typeof Queue
  readonly Worker: typeof Worker
  readonly Redis: typeof Redis
}

/** @throws {UnsupportedError} the packages are not installed; the message says how to install them */
export async function loadQueue(): Promise<QueuePackages> {
  try {
    const [{ Queue, Worker }, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')])
    return { Queue, Worker, Redis }
  } catch (cause) {
    throw new UnsupportedError(
      `a queue of chunks needs the packages bullmq and ioredis; install them: npm install bullmq ioredis (${(cause as Error).message})`,
      { argument: 'executor', cause },
    )
  }
}

export function checkQueue({ redis, queue }: { redis?: unknown; queue?: unknown }): Required<QueueOptions> {
  if (typeof redis !== 'string' || !/^(redis|rediss|unix):\/\//.test(redis)) {
    throw new OptionError(`redis must be a URL such as redis://localhost:6379, got ${describe(redis)}`, {
      argument: 'redis',
    })
  }
  const name = queue ?? QUEUE
  if (typeof name !== 'string' || !/^[\w-]{1,100}$/.test(name)) {
    throw new OptionError(`queue must be a name of letters, digits, _ and -, got ${describe(name)}`, {
      argument: 'queue',
    })
  }
  return { redis, queue: name }
}

export function checkLock(seconds: unknown): number {
  return 1000 * checkNumber(seconds ?? 30, 'lockSeconds', { min: 0.5, max: 3600 })
}

/**
 * A connection that waits for a server that restarts, but not for one that was never there.
 * @throws {IoError} no answer within five seconds
 */
export async function connect({ Redis }: Pick<QueuePackages, 'Redis'>, url: string): Promise<Redis> {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(100 * times, 2000) })
  let last: Error | undefined
  client.on('error', (error: Error) => {
    last = error
  })
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(last ?? new Error('no answer')), CONNECT_MS)
  })
  try {
    await Promise.race([client.ping(), timeout])
    return client
  } catch (cause) {
    client.disconnect()
    const where = url.replace(/\/\/[^@/]*@/, '//')
    throw new IoError(`cannot reach Redis at ${where}: ${(cause as Error).message || 'refused'}`, {
      argument: 'redis',
      cause,
    })
  } finally {
    clearTimeout(timer)
  }
}

const CONNECT_MS = 5000
