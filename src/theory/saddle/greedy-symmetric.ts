// Greedy low-rank learning of a symmetric factorization M = U U'.
import { checkNumber } from '../../check.js'
import { ShapeError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { frobenius, multiply, multiplyRightTransposed } from '../numerics/dense.js'
import { checkObjective, gradientAt, type Objective } from '../objective.js'
import { escapeTime } from './escape.js'
import { checkGreedy, describePhase, type GreedyOptions, type GreedyPhase } from './greedy-options.js'
import { runPhase } from './phase-run.js'

/**
 * Greedy low-rank learning (GLRL) of M = U U', loss `1/2 f(U U')`: one column more a phase.
 *
 *     (mu, v) = leading eigenpair of -grad f(M);  U <- [U, eps v];  dU/dt = -grad f(M) U  until it rests
 *
 * Gradient flow from a small full-rank start follows this path ever more closely as the start shrinks. The escape of each phase takes about `ln(1 / eps) / mu`.
 *
 * @param objective f, of square maps; only the symmetric part of its gradient matters
 * @param size eps in (0, 1): the length of a new column
 * @param options `{ maxRank, lossTolerance, valueTolerance, tolerance, rtol, safety }`
 * @returns the phases, in order; `loss` is f, fewer than `maxRank` where f or mu has become negligible
 * @throws {ShapeError} the maps are not square
 * @throws {DTypeError} {RangeArgError} {OptionError} arguments that do not fit together
 * @throws {ConvergenceError} a phase does not come to rest
 * @example greedySymmetric(squaredError([2, 0, 0, 1], 2, 2), 1e-4).map(({ loss }) => Math.round(loss * 1e9) / 1e9) // -> [0.5, 0]
 * @see Li, Luo, Lyu (2020), Towards resolving the implicit bias of gradient descent for matrix factorization: greedy low-rank learning, arXiv:2012.09839
 */
export function greedySymmetric(objective: Objective, size: number, options?: GreedyOptions): GreedyPhase[] {
  const { rows: n, columns, loss } = checkObjective(objective)
  if (n !== columns) {
    throw new ShapeError(`objective must be one of square maps, got ${n} x ${columns}`, { argument: 'objective' })
  }
  checkNumber(size, 'size', { above: 0, below: 1 })
  const checked = checkGreedy(options, n)
  const descent = (map: Float64Array) => {
    const g = gradientAt(objective, map)
    return g.map((value, k) => -0.5 * (value + g[(k % n) * n + Math.floor(k / n)]))
  }
  const phases: GreedyPhase[] = []
  let map: Float64Array = new Float64Array(n * n)
  const initialLoss = loss(map)
  let top = leadingPair(descent(map), n)
  const firstValue = top.value
  let factor: Float64Array = new Float64Array(0)
  for (let rank = 1; rank <= checked.maxRank; rank++) {
    if (!(loss(map) > checked.lossTolerance * initialLoss && top.value > checked.valueTolerance * firstValue)) break
    const start = new Float64Array(n * rank)
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < rank - 1; k++) start[i * rank + k] = factor[i * (rank - 1) + k]
      start[i * rank + rank - 1] = size * top.v[i]
    }
    const mapOf = (u: Float64Array) => multiplyRightTransposed(u, u, n, rank, n)
    const time = escapeTime(top.value, 2, size)
    const result = runPhase(
      {
        start,
        rhs: (_t, u, du) => {
          multiply(descent(mapOf(u)), u, n, n, rank, du)
        },
        loss: (u) => loss(mapOf(u)),
        mapOf,
        escape: time,
        drop: 5e-3 * top.value * top.value,
        settling: 8 / (2 * top.value),
      },
      checked,
    )
    factor = result.end
    map = result.maps[result.maps.length - 1]
    const { value } = top
    top = leadingPair(descent(map), n)
    phases.push(describePhase(objective, rank, { value, time }, result, top.value))
  }
  return phases
}

/** The largest eigenvalue of a symmetric matrix and its vector: raised by its norm the matrix is positive semidefinite, and its singular vectors are eigenvectors. */
function leadingPair(symmetric: Float64Array, n: number): { value: number; v: Float64Array } {
  const raised = symmetric.slice()
  const shift = frobenius(symmetric)
  for (let i = 0; i < n; i++) raised[i * n + i] += shift
  const { s, v } = jacobiSvd(raised, n, n)
  return { value: s[0] - shift, v: Float64Array.from({ length: n }, (_, i) => v[i * n]) }
}
