// The true weights along the flow, not only up to a rotation of the hidden layer. In the eigenbasis, with C(t) = I + q' Phi(t) q,
//
//   Q(t) = e^{F t} Q(0) Y(t),   Y' = -1/2 C^{-1} C' Y,   Y(0) = I
//
// C is entire and Y is analytic, so Y has a Taylor series, C Y' = -1/2 C' Y term by term:
//
//   n y_n = -sum_{j=1..n} (n - j/2) c_j y_{n-j},   c_j = q' diag((2 x)^{j-1}/j!) q h^j
//
// Steps with |q|_F^2 h <= 1/8 and 2 max|x| h <= 1/4 converge by a factor above 3 a term: 32 terms are enough for rounding.
import { checkOptions } from '../../check.js'
import { exp } from '../../math/elementary.js'
import { inner, multiply } from '../numerics/dense.js'
import { type EigenSystem, fromEigenbasis } from './eigen-system.js'
import { collect, FLOW_KEYS, type LambdaBalancedFlow, type LambdaBalancedFlowOptions, readStart } from './flow.js'
import { identityOf } from './small-matrix.js'
import { checkAscending, checkSteps } from './steps.js'

const TERMS = 32
const MAX_STEPS = 1e5

/**
 * `lambdaBalancedFlow` with the weights themselves: `w1`, `w2` are W_1(t), W_2(t) of the gradient flow from this start, which the blocks of P
 * leave open up to one rotation of the hidden layer. Costs about `8 (|W_1|^2 + |W_2|^2 + |lambda| + 2 s_1) t/tau` short steps; starts
 * aligned with the task keep the rotation of `lambdaBalancedFlow` constant and do not need this.
 *
 * @param options as for `lambdaBalancedFlow`, with ascending times and without `rankTolerance`
 * @returns weights within 1e-11 of their norm for up to 1e4 steps
 * @throws {RangeArgError} times that descend, more than 1e5 steps, a start that is not lambda-balanced
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * lambdaBalancedPath({ w1: [[1]], w2: [[1]], sigmaYX: [[4]], times: [0, 20] }).w2 // -> [1, 2]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623
 */
export function lambdaBalancedPath(options: Omit<LambdaBalancedFlowOptions, 'rankTolerance'>): LambdaBalancedFlow {
  const start = readStart(checkOptions(options, 'lambdaBalancedPath', FLOW_KEYS) as Partial<LambdaBalancedFlowOptions>)
  const { system, scaled } = start
  const hidden = start.sizes[1]
  checkAscending(scaled)
  const fastest = system.x.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  // |Q|^2 is at most its start or its end along the way, up to what the task adds.
  const bound = Math.max(inner(start.q, start.q), 2 * hidden * fastest)
  checkSteps(8 * bound * (scaled[scaled.length - 1] ?? 0), MAX_STEPS)
  let q: Float64Array = start.q.slice()
  let now = 0
  return collect(start, (time) => {
    while (now < time) {
      const longest = 1 / (8 * Math.max(inner(q, q), fastest))
      const last = time - now <= longest
      q = advance(system, q, hidden, last ? time - now : longest)
      now = last ? time : now + longest
    }
    return fromEigenbasis(system, q, hidden)
  })
}

function advance({ x }: EigenSystem, q: Float64Array, hidden: number, h: number): Float64Array {
  const size = hidden * hidden
  const series: Float64Array[] = []
  const terms = [identityOf(hidden)]
  const powers = new Float64Array(x.length).fill(h)
  const sum = terms[0].slice()
  for (let n = 1; n <= TERMS; n++) {
    const c = new Float64Array(size)
    for (let i = 0; i < x.length; i++) {
      for (let a = 0; a < hidden; a++) {
        const scaled = powers[i] * q[i * hidden + a]
        for (let b = 0; b < hidden; b++) c[a * hidden + b] += scaled * q[i * hidden + b]
      }
      powers[i] *= (2 * x[i] * h) / (n + 1)
    }
    series.push(c)
    const term = new Float64Array(size)
    for (let j = 1; j <= n; j++) {
      const product = multiply(series[j - 1], terms[n - j], hidden, hidden, hidden)
      for (let t = 0; t < size; t++) term[t] -= ((n - j / 2) / n) * product[t]
    }
    terms.push(term)
    for (let t = 0; t < size; t++) sum[t] += term[t]
  }
  const moved = multiply(q, sum, x.length, hidden, hidden)
  for (let i = 0; i < x.length; i++) {
    const growth = exp(x[i] * h)
    for (let a = 0; a < hidden; a++) moved[i * hidden + a] *= growth
  }
  return moved
}
