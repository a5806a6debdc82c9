// Chunks in threads of this process: the default.
import { checkOptions } from '../check.js'
import type { Executor } from './executor.js'
import { checkWorkers, openPool } from './pool.js'

/** Options of `threads`. */
export interface ThreadsOptions {
  /** Number of threads, 1 .. 1024. Default: as many as the machine runs at once. */
  workers?: number
}

/**
 * Chunks in threads of this process, each with an engine of its own.
 *
 * @throws {OptionError|RangeArgError|DTypeError} bad options
 * @example
 * const executor = threads({ workers: 2 })
 * executor.name // -> 'threads'
 */
export function threads(options?: ThreadsOptions): Executor {
  const workers = checkWorkers(checkOptions(options, 'threads', ['workers']).workers)
  return {
    name: 'threads',
    async open(manifest) {
      const pool = await openPool(workers)
      const text = JSON.stringify(manifest)
      return {
        workers,
        // One more than there are threads, so that none waits for this one to come round.
        slots: workers + 1,
        run: ({ lo, hi }) => pool.run({ manifest: text, lo, hi }),
        close: () => pool.close(),
      }
    },
  }
}
