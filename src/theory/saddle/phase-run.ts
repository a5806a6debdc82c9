// One phase of a greedy algorithm: from a saddle with a new small neuron, through the escape, to the next stationary point.
//
// The escape takes almost all of the time and the move almost none, so there are two parts: until the loss has fallen a little, which tells the escape whenever it
// comes, and from there in chunks of growing length, sampled finely at first, until the gradient has died out.
import { ConvergenceError } from '../../errors.js'
import { integrate } from '../../flow/integrate.js'
import { frobenius } from '../numerics/dense.js'

/** Chunks after the escape; each is twice as long as the one before. */
const MOST_CHUNKS = 20
const SAMPLES = 24

/** A phase to be run. */
export interface PhaseProblem {
  readonly start: Float64Array
  /** `dy/dt = -grad`. */
  readonly rhs: (t: number, y: Float64Array, dy: Float64Array) => void
  readonly loss: (y: Float64Array) => number
  readonly mapOf: (y: Float64Array) => Float64Array
  /** When the escape is expected. */
  readonly escape: number
  /** How far the loss has to fall before the escape counts. */
  readonly drop: number
  /** The time in which the mode settles, roughly. */
  readonly settling: number
}

/** What came of it. Times count from the start of the phase. */
export interface PhaseResult {
  readonly end: Float64Array
  readonly duration: number
  /** When the loss was half way between its values at the start and at the end. */
  readonly halfTime: number
  readonly times: number[]
  readonly maps: Float64Array[]
}

/** Accuracy of a phase. */
export interface PhaseAccuracy {
  /** The gradient counts as 0 below this part of its largest value in the phase. */
  readonly tolerance: number
  readonly rtol: number
  /** The escape may take this many times as long as expected. */
  readonly safety: number
}

/** @throws {ConvergenceError} the phase does not come to rest */
export function runPhase(problem: PhaseProblem, { tolerance, rtol, safety }: PhaseAccuracy): PhaseResult {
  const { rhs, loss, mapOf, start } = problem
  const accuracy = { rtol, atol: 1e-3 * rtol * frobenius(start), maxSteps: 400_000 }
  const from = loss(start)
  const times = [0]
  const losses = [from]
  const maps = [mapOf(start)]
  const slope = new Float64Array(start.length)
  const slopeAt = (y: Float64Array) => {
    rhs(0, y, slope)
    return frobenius(slope)
  }
  const record = (t: number, y: Float64Array) => {
    times.push(t)
    losses.push(loss(y))
    maps.push(mapOf(y))
    return slopeAt(y)
  }

  const when = (_t: number, y: Float64Array) => from - loss(y) - problem.drop
  const first = integrate(rhs, start, 0, safety * problem.escape, {
    ...accuracy,
    events: [{ name: 'escape', when, terminal: true }],
  })
  expectEnd(first.status, first.message)
  let { t, y } = first
  let steepest = Math.max(slopeAt(start), record(t, y))
  let length = problem.settling
  for (let chunk = 0; ; chunk++) {
    const at = Float64Array.from({ length: SAMPLES }, (_, i) => length * ((i + 1) / SAMPLES))
    const run = integrate(rhs, y, 0, length, { ...accuracy, at })
    expectEnd(run.status, run.message)
    let last = 0
    for (let i = 0; i < SAMPLES; i++) {
      last = record(t + at[i], run.states.subarray(i * y.length, (i + 1) * y.length))
      steepest = Math.max(steepest, last)
    }
    t += length
    y = run.y
    if (last <= tolerance * steepest) break
    if (chunk === MOST_CHUNKS) expectEnd('unsettled', `the gradient is ${last} after the time ${t}`)
    length *= 2
  }
  return { end: y, duration: t, halfTime: halfTimeOf(times, losses), times, maps }
}

/** The first crossing of the middle, by linear interpolation. */
function halfTimeOf(times: readonly number[], losses: readonly number[]): number {
  const middle = 0.5 * (losses[0] + losses[losses.length - 1])
  const i = losses.findIndex((value) => value <= middle)
  if (i <= 0) return times[0]
  const share = (losses[i - 1] - middle) / (losses[i - 1] - losses[i])
  return times[i - 1] + share * (times[i] - times[i - 1])
}

function expectEnd(status: string, message?: string): void {
  if (status === 'completed' || status === 'event') return
  throw new ConvergenceError(`a phase does not come to rest: ${message ?? status}; raise options.tolerance`, {
    argument: 'options.tolerance',
  })
}
