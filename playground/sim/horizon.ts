// How long a run has to be to see everything learned: from the closed forms of single modes.
import { balancedModeTime, mixedModeTime } from 'deeplinear/theory'

/** A start as the estimate sees it. */
export interface Start {
  readonly depth: number
  /** Singular values of the target. */
  readonly values: ArrayLike<number>
  /** Typical size of a mode at the start. */
  readonly size: number
  /** lambda of a balanced start; 0 otherwise. */
  readonly lambda: number
  readonly opposite: boolean
  /** width times the variance of a weight, for Gaussian starts. */
  readonly variance: number
}

/** A mode counts as learned at this part of its value. */
const LEARNED = 0.97
/** Modes smaller than this part of the largest are not waited for. */
const SMALL = 0.1

/** Time until every mode that matters is learned, with some room after it. */
export function horizon({ depth, values, size, lambda, opposite, variance }: Start): number {
  const largest = values[0]
  let longest = 0
  for (const value of Array.from(values).filter((each) => each > SMALL * largest)) {
    longest = Math.max(longest, opposite ? 2 * crossing(value, lambda) : modeTime(value))
  }
  return 1.15 * (longest || 1)

  function modeTime(value: number): number {
    const from = Math.min(size, (LEARNED - 0.05) * value)
    const to = LEARNED * value
    if (depth === 1) return -Math.log(1 - LEARNED)
    if (depth === 2 && lambda !== 0) return Math.min(balancedModeTime(value, from, to, 2), 4 / Math.abs(lambda))
    if (depth === 2 && variance > 0) return mixedModeTime(value, from, to, variance)
    const rich = balancedModeTime(value, from, to, depth)
    return variance > 0 ? Math.min(rich, 4 / (depth * variance ** (depth - 1))) : rich
  }
}

/** When a mode that starts at its opposite passes zero; at lambda = 0 never, so a small one is taken. */
function crossing(value: number, lambda: number): number {
  const size = Math.max(Math.abs(lambda), 2e-3)
  const omega = Math.sqrt(size * size + 4 * value * value)
  return Math.log(1 + omega / size) / omega
}
