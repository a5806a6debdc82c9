// A chunk: runs lo .. hi - 1 of a sweep, and what came out of them.

/** Runs `lo` to `hi - 1`. */
export interface Chunk {
  readonly lo: number
  readonly hi: number
}

/** How a run ended, as tables hold it. */
export const STATUS = { completed: 0, converged: 1, diverged: 2, failed: 3, missing: 255 } as const

/** A run that could not be made: values of axes that do not go together. */
export interface Failure {
  readonly run: number
  readonly code: string
  readonly message: string
}

/** What came out of a chunk. Only `seconds` depends on where it was computed. */
export interface ChunkResult extends Chunk {
  /** One of `STATUS` a run. */
  readonly status: Uint8Array
  /** Metrics of run after run: shape (hi - lo, metrics). NaN where there is none. */
  readonly values: Float64Array
  readonly failures: readonly Failure[]
  readonly seconds: number
}
