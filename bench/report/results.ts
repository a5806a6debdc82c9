// What a run leaves behind, in a file that holds one run a host.
import type { Comparison } from '../measure.js'
import type { Machine } from './machine.js'
import type { Effort, Occasion, Row } from './race.js'

/** Milliseconds of a fresh process: load and compile, first 16 x 16 product read back, and from the start of the process to that. */
export interface ColdStart {
  readonly name: string
  readonly open: number
  readonly first: number
  readonly process: number
}

export interface Measurement {
  readonly date: string
  /** Node with its version and flags, or a browser. */
  readonly host: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  /** What `createEngine()` took. */
  readonly build: string
  readonly effort: Effort
  /** Contenders that are not installed. */
  readonly absent: readonly string[]
  /** Who failed the comparison with plain loops, or gave up, at what, and why. */
  readonly failures: Readonly<Record<string, string>>
  readonly rows: readonly Row[]
  /** GB/s of reads. */
  readonly reads: Readonly<Record<string, number>>
  readonly cold: readonly ColdStart[]
  /** Set where `reads` and `cold` are of another run than the rows: when, and with what effort. */
  readonly aside?: Occasion
}

/** What `npm run bench -- --only threads --out` leaves behind: two threads against one. */
export interface TeamMeasurement {
  readonly date: string
  readonly versions: Readonly<Record<string, string>>
  readonly build: string
  readonly effort: Effort
  readonly results: readonly Comparison[]
}
