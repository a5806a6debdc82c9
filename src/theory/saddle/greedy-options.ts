// What both greedy algorithms take, and what they give.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import type { Objective } from '../objective.js'
import type { PhaseAccuracy, PhaseResult } from './phase-run.js'

/** Options of `greedyLowRank` and `greedySymmetric`. */
export interface GreedyOptions {
  /** Phases at most; default min(rows, columns). */
  maxRank?: number
  /** Stop once the loss is below this part of the loss at 0; default 1e-12. */
  lossTolerance?: number
  /** Stop once the escape value is below this part of the first; default 1e-7. */
  valueTolerance?: number
  /** A point is stationary once the gradient is below this part of the largest in the phase; at least 5 rtol, default 1e-10. */
  tolerance?: number
  /** Relative tolerance of the integrator; default 1e-11. */
  rtol?: number
  /** The escape may take this many times as long as expected; default 3. */
  safety?: number
}

/** One phase: escape from a saddle, and the stationary point reached. */
export interface GreedyPhase {
  /** Neurons, counting the new one. */
  readonly rank: number
  /** The value that drives the escape: largest singular value of dC/dA at the saddle (largest eigenvalue of `-dC/dM`, symmetric). */
  readonly escapeValue: number
  /** When the escape is expected, from the start of the phase. */
  readonly escapeTime: number
  /** When the loss was half way down, from the start of the phase. */
  readonly halfTime: number
  /** Length of the phase. */
  readonly duration: number
  /** C at the stationary point. */
  readonly loss: number
  /** Its escape value: what drives the next phase, 0 to rounding at a minimum. */
  readonly nextValue: number
  /** Singular values of the stationary map, shape (rank). */
  readonly singularValues: Float64Array
  /** Sampled times of the phase, from its start. */
  readonly times: Float64Array
  /** The map at these times, shape (times, rows, columns): corners of a polyline for `pathDistance`. */
  readonly path: Float64Array
}

const KEYS = ['maxRank', 'lossTolerance', 'valueTolerance', 'tolerance', 'rtol', 'safety'] as const

export function checkGreedy(options: GreedyOptions | undefined, most: number): Required<GreedyOptions> & PhaseAccuracy {
  const given = checkOptions(options, 'options', KEYS)
  const rtol = checkNumber(given.rtol ?? 1e-11, 'options.rtol', { min: 1e-14, max: 1e-3 })
  return {
    maxRank: checkInteger(given.maxRank ?? most, 'options.maxRank', { min: 1, max: most }),
    lossTolerance: checkNumber(given.lossTolerance ?? 1e-12, 'options.lossTolerance', { min: 0, below: 1 }),
    valueTolerance: checkNumber(given.valueTolerance ?? 1e-7, 'options.valueTolerance', { min: 0, below: 1 }),
    // The integrator leaves a gradient of about rtol.
    tolerance: checkNumber(given.tolerance ?? Math.max(1e-10, 5 * rtol), 'options.tolerance', {
      min: 5 * rtol,
      below: 1,
    }),
    rtol,
    safety: checkNumber(given.safety ?? 3, 'options.safety', { min: 1 }),
  }
}

/** The report of a phase. */
export function describePhase(
  { rows, columns, loss }: Objective,
  rank: number,
  expected: { value: number; time: number },
  { duration, halfTime, times, maps }: PhaseResult,
  nextValue: number,
): GreedyPhase {
  const last = maps[maps.length - 1]
  const path = new Float64Array(maps.length * last.length)
  maps.forEach((map, i) => {
    path.set(map, i * last.length)
  })
  return {
    rank,
    escapeValue: expected.value,
    escapeTime: expected.time,
    halfTime,
    duration,
    loss: loss(last),
    nextValue,
    singularValues: jacobiSvd(last, rows, columns, { vectors: false }).s.slice(0, rank),
    times: Float64Array.from(times),
    path,
  }
}
