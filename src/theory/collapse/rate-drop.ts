// What a drop of the learning rate does to modes under label noise: the threshold falls with it, and each mode grows to the new one on a logistic curve.
import { checkInteger, checkNumber, describe } from '../../check.js'
import { DTypeError, RangeArgError } from '../../errors.js'
import { exp } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { meanDecay } from '../numerics/expm1.js'
import { collapseThreshold } from './shrinkage.js'

/** A stretch of steps of one learning rate. */
export interface RatePhase {
  learningRate: number
  steps: number
}

/**
 * The deterministic envelope of modes under label noise through drops of the learning rate: in each phase `ds/dt = 2 s (M - s)`, so
 * `s(t) = M / (1 + (M/s_0 - 1) e^(-2 M t))`, with `M = s* - eta sigma^2/2` and `t = eta * step` of the phase. Modes at 0 stay there.
 *
 * @param values targets s*, shape (modes)
 * @param start s >= 0 at step 0, shape (modes)
 * @param sigma standard deviation of the noise on each mode
 * @param phases learning rates and numbers of steps, one after the other
 * @param steps each >= 0, in any order, at most the sum of the phases, shape (T)
 * @returns s, shape (T, modes)
 * @throws {RangeArgError|ShapeError|DTypeError} out of range, or steps beyond the last phase
 * @example
 * const phases = [{ learningRate: 0.01, steps: 1e5 }, { learningRate: 0.001, steps: 1e5 }]
 * lrDropPrediction([1], [0.5], 10, phases, [0, 1e5, 2e5]) // -> [0.5, 0.5, 0.95]
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function lrDropPrediction(
  values: ArrayLike<number>,
  start: ArrayLike<number>,
  sigma: number,
  phases: readonly RatePhase[],
  steps: ArrayLike<number>,
): Float64Array {
  const targets = checkNumbers(values, 'values', { min: -1e6, max: 1e6 })
  const modes = targets.length
  const initial = checkNumbers(start, 'start', { min: 0, max: 1e6 }, modes)
  checkNumber(sigma, 'sigma', { min: 0, max: 1e6 })
  if (!Array.isArray(phases) || phases.length === 0) {
    throw new DTypeError(`phases must be an array of { learningRate, steps }, got ${describe(phases)}`, {
      argument: 'phases',
    })
  }
  const stretches = phases.map((phase: RatePhase, i) => ({
    rate: checkNumber(phase?.learningRate, `phases[${i}].learningRate`, { above: 0, max: 1e6 }),
    steps: checkInteger(phase?.steps, `phases[${i}].steps`, { min: 1 }),
  }))
  const total = stretches.reduce((sum, stretch) => sum + stretch.steps, 0)
  const at = checkNumbers(steps, 'steps', { min: 0 })
  const beyond = at.find((step) => step > total)
  if (beyond !== undefined) {
    throw new RangeArgError(`steps go to ${beyond}, and the phases end at ${total}`, { argument: 'steps' })
  }
  const found = new Float64Array(at.length * modes)
  at.forEach((step, i) => {
    for (let mode = 0; mode < modes; mode++) {
      let s = initial[mode]
      let left = step
      for (const { rate, steps: length } of stretches) {
        if (left <= 0) break
        s = logistic(s, targets[mode] - collapseThreshold(rate, sigma), rate * Math.min(left, length))
        left -= length
      }
      found[i * modes + mode] = s
    }
  })
  return found
}

/** The solution of ds/dt = 2 s (M - s): a sum of positive terms below, for any sign of M. */
function logistic(s0: number, m: number, t: number): number {
  if (s0 === 0) return 0
  // Where e^(-2 M t) overflows the mode is gone.
  const decay = exp(-2 * m * t)
  return decay === Infinity ? 0 : s0 / (decay + 2 * s0 * t * meanDecay(2 * m * t))
}
