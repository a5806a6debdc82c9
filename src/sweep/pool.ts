// Threads that compute chunks. Piscina keeps them, and starts another for one that died.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { checkInteger } from '../check.js'
import type { ChunkResult } from './chunk.js'

/** What a thread is told: the manifest as text, and the runs. */
export interface ThreadTask {
  readonly manifest: string
  readonly lo: number
  readonly hi: number
}

export interface ThreadPool {
  /** Rejects with what the thread threw, or if it died. */
  run(task: ThreadTask): Promise<ChunkResult>
  close(): Promise<void>
}

/** A number of threads as given, or as many as the machine runs at once. */
export function checkWorkers(given: unknown): number {
  return checkInteger(given ?? availableParallelism(), 'workers', { min: 1, max: 1024 })
}

export async function openPool(workers: number): Promise<ThreadPool> {
  const { Piscina } = await import('piscina')
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./sweep-host.js', import.meta.url)),
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    // A thread that sleeps on an atomic between chunks has no event loop meanwhile.
    atomics: 'disabled',
  })
  // A thread that cannot start leaves its tasks waiting; they end with what it said.
  const waiting = new Set<(error: Error) => void>()
  pool.on('error', (error: Error) => {
    for (const reject of waiting) reject(error)
  })
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        waiting.add(reject)
        const work: Promise<ChunkResult> = pool.run(task)
        work.then(resolve, reject).finally(() => waiting.delete(reject))
      }),
    close: () => pool.destroy(),
  }
}
