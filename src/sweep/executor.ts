// What computes chunks: here, in threads, or on other machines. None of them can change a number.
import type { Chunk, ChunkResult } from './chunk.js'
import { ChunkRunner } from './runner.js'
import type { SweepManifest } from './types.js'

/** A way to compute chunks. */
export interface Executor {
  readonly name: string
  open(manifest: SweepManifest): Promise<ExecutorSession>
}

/** An executor at work on one sweep. */
export interface ExecutorSession {
  /** Who computes at the same time; may change while it works. */
  readonly workers: number
  /** Chunks that may be under way at once. */
  readonly slots: number
  /** Rejects if the chunk could not be computed; it may be asked for again then. */
  run(chunk: Chunk, signal: AbortSignal): Promise<ChunkResult>
  /** Ends what is under way and gives everything back. */
  close(): Promise<void>
}

/**
 * Chunks one after the other in this thread, with turns for others every 25 ms.
 * @example
 * const { status } = await sweep(parseManifest({ schema: 1, base, replicates: 10 }), { executor: inline() })
 * status // -> 'completed'
 */
export function inline(): Executor {
  return {
    name: 'inline',
    async open(manifest) {
      const runner = new ChunkRunner()
      return {
        workers: 1,
        slots: 1,
        run: (chunk, signal) => runner.run(manifest, chunk, signal),
        async close() {
          runner.dispose()
        },
      }
    },
  }
}
