// The same flow by steps: a cross-check that shares only the eigenbasis with the pivoted form. From Q to Q at h later, in the eigenbasis,
//
//   q <- E q C'^{-1},   C C' = I + q' Phi(h) q,   E = e^{x h}
//
// which keeps P = Q Q' exact and turns the hidden layer. Steps are short enough, max|x| h <= 4, that nothing overflows or cancels.
import { checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { dot } from '../../linalg/dense/vector.js'
import { exp } from '../../math/elementary.js'
import { meanDecay } from '../numerics/expm1.js'
import { type EigenSystem, fromEigenbasis } from './eigen-system.js'
import { collect, FLOW_KEYS, type LambdaBalancedFlow, type LambdaBalancedFlowOptions, readStart } from './flow.js'
import { factorInPlace } from './pivoted.js'

/** max|x| h of a step. */
const REACH = 4
const MAX_STEPS = 1e6

/**
 * `lambdaBalancedFlow` by steps along ascending times (the semigroup property): an independent check of it, with the same result to 1e-13,
 * and the simplest form for a dense grid. Costs `sqrt(s_1^2 + lambda^2/4) t/(4 tau)` steps.
 *
 * @param options as for `lambdaBalancedFlow`, with ascending times and without `rankTolerance`
 * @throws {RangeArgError} times that descend, more than 1e6 steps, a start that is not lambda-balanced
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * lambdaBalancedSteps({ w1: [[1]], w2: [[1]], sigmaYX: [[2]], times: [0, 50, 100] }).w // -> [1, 2, 2]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623
 */
export function lambdaBalancedSteps(options: Omit<LambdaBalancedFlowOptions, 'rankTolerance'>): LambdaBalancedFlow {
  const start = readStart(checkOptions(options, 'lambdaBalancedSteps', FLOW_KEYS) as Partial<LambdaBalancedFlowOptions>)
  const { system, scaled } = start
  const hidden = start.sizes[1]
  const fastest = system.x.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  checkAscending(scaled)
  checkSteps((fastest / REACH) * (scaled[scaled.length - 1] ?? 0), MAX_STEPS)
  const q = start.q.slice()
  let now = 0
  return collect(start, (time) => {
    const count = Math.max(1, Math.ceil((fastest * (time - now)) / REACH))
    const h = (time - now) / count
    if (h > 0) for (let i = 0; i < count; i++) step(system, q, hidden, h)
    now = time
    return fromEigenbasis(system, q, hidden)
  })
}

/** Times of a walk go up. */
export function checkAscending(times: Float64Array): void {
  for (let i = 1; i < times.length; i++) {
    if (times[i] < times[i - 1]) {
      throw new RangeArgError(
        `times must ascend, but times[${i}] is before times[${i - 1}]; lambdaBalancedFlow takes any order`,
        {
          argument: 'times',
          data: { index: i },
        },
      )
    }
  }
}

/** A walk of bearable length. */
export function checkSteps(count: number, most: number): void {
  if (!(count <= most)) {
    throw new RangeArgError(`${count} steps are more than ${most}; lambdaBalancedFlow reaches any time at once`, {
      argument: 'times',
      data: { steps: count },
    })
  }
}

function step({ x }: EigenSystem, q: Float64Array, hidden: number, h: number): void {
  const gram = new Float64Array(hidden * hidden)
  const row = new Float64Array(hidden)
  for (let i = 0; i < x.length; i++) {
    // Phi = integral of e^{2 x u}: for x > 0 that of -x, times e^{2 x h}.
    const rise = exp(Math.max(0, x[i]) * h)
    const phi = rise * rise * h * meanDecay(2 * Math.abs(x[i]) * h)
    for (let a = 0; a < hidden; a++) {
      const scaled = phi * q[i * hidden + a]
      for (let b = 0; b <= a; b++) gram[a * hidden + b] += scaled * q[i * hidden + b]
    }
  }
  for (let a = 0; a < hidden; a++) gram[a * (hidden + 1)] += 1
  factorInPlace(gram, hidden)
  for (let i = 0; i < x.length; i++) {
    const growth = exp(x[i] * h)
    for (let a = 0; a < hidden; a++) {
      row[a] = (growth * q[i * hidden + a] - dot(gram, a * hidden, row, 0, a)) / gram[a * (hidden + 1)]
    }
    q.set(row, i * hidden)
  }
}
