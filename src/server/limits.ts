// What one server may be asked for. Everything has a bound, so that no request can take the machine.
import { checkInteger, checkNumber, checkOptions } from '../check.js'

/** Bounds of a server; each has a default. */
export interface ServerLimits {
  /** Bytes of a request's body. Default 1 MiB. */
  bodyBytes?: number
  /** Steps of a run. Default 10^8. */
  steps?: number
  /** Frames that a run may record; they are kept until the job is forgotten. Default 20 000. */
  frames?: number
  /** Linear memory of a run, in bytes. Default 256 MiB. */
  memoryBytes?: number
  /** Seconds of a job, waiting not counted. Default 600. */
  seconds?: number
  /** Jobs at work at once, each in a thread of its own. Default 2. */
  concurrency?: number
  /** Jobs that may wait; further ones are refused with 429. Default 16. */
  waiting?: number
  /** Ended jobs that are kept, the oldest forgotten first. Default 64. */
  kept?: number
}

/** Limits with everything decided. */
export type CheckedLimits = Required<ServerLimits>

/** @throws {OptionError|RangeArgError|DTypeError} a bad limit */
export function checkLimits(given: ServerLimits | undefined): CheckedLimits {
  const limits = checkOptions(given, 'limits', [
    ...(['bodyBytes', 'steps', 'frames', 'memoryBytes', 'seconds', 'concurrency', 'waiting', 'kept'] as const),
  ])
  const integer = (name: keyof CheckedLimits, fallback: number, min: number, max = Number.MAX_SAFE_INTEGER) =>
    checkInteger(limits[name] ?? fallback, `limits.${name}`, { min, max })
  return {
    bodyBytes: integer('bodyBytes', 2 ** 20, 1024, 2 ** 28),
    steps: integer('steps', 1e8, 1),
    frames: integer('frames', 20_000, 2, 1e7),
    memoryBytes: integer('memoryBytes', 2 ** 28, 2 ** 20, 2 ** 32 - 65536),
    seconds: checkNumber(limits.seconds ?? 600, 'limits.seconds', { above: 0, max: 1e6 }),
    concurrency: integer('concurrency', 2, 1, 256),
    waiting: integer('waiting', 16, 0, 1e6),
    kept: integer('kept', 64, 0, 1e6),
  }
}
