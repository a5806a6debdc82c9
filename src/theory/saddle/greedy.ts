// The greedy low-rank algorithm that a deep network with a small start follows.
import { checkInteger, checkNumber } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { pow } from '../../math/elementary.js'
import { Chain } from '../numerics/chain.js'
import { checkObjective, gradientAt, type Objective } from '../objective.js'
import { escapeTime } from './escape.js'
import { checkGreedy, describePhase, type GreedyOptions, type GreedyPhase } from './greedy-options.js'
import { runPhase } from './phase-run.js'

/**
 * The greedy low-rank path of a deep linear network (Algorithm A, with flow to stationarity in place of a fixed number of steps): one neuron more a phase.
 *
 *     (u, s, v) = leading triple of dC/dA
 *     append: W_1 <- [W_1; eps v'], W_l <- diag(W_l, eps), W_L <- [W_L, -eps u]
 *     gradient flow of the width-k network until it rests
 *
 * The stationary points depend on neither depth nor eps; training from a vanishing start goes from one to the next. The escape of each phase takes about
 * `escapeTime(s, depth, eps)`.
 *
 * @param objective the loss C(A)
 * @param depth the number of layers L, at least 2
 * @param size eps in (0, 1): the size of a new neuron
 * @param options `{ maxRank, lossTolerance, valueTolerance, tolerance, rtol, safety }`
 * @returns the phases, in order; fewer than `maxRank` where the loss or the escape value has become negligible
 * @throws {DTypeError} {RangeArgError} {OptionError} arguments that do not fit together
 * @throws {ConvergenceError} a phase does not come to rest
 * @example greedyLowRank(squaredError([2, 0, 0, 1], 2, 2), 3, 0.01).map(({ loss }) => Math.round(loss * 1e9) / 1e9) // -> [0.5, 0]
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), arXiv:2106.15933, algorithm A and conjecture 7
 */
export function greedyLowRank(
  objective: Objective,
  depth: number,
  size: number,
  options?: GreedyOptions,
): GreedyPhase[] {
  const { rows, columns, loss, gradient } = checkObjective(objective)
  checkInteger(depth, 'depth', { min: 2 })
  checkNumber(size, 'size', { above: 0, below: 1 })
  const checked = checkGreedy(options, Math.min(rows, columns))
  const phases: GreedyPhase[] = []
  let map: Float64Array = new Float64Array(rows * columns)
  const initialLoss = loss(map)
  let top = leadingTriple(gradientAt(objective, map), rows, columns)
  const firstValue = top.value
  let theta: Float64Array = new Float64Array(0)
  for (let rank = 1; rank <= checked.maxRank; rank++) {
    if (!(loss(map) > checked.lossTolerance * initialLoss && top.value > checked.valueTolerance * firstValue)) break
    const chain = new Chain([columns, ...new Array(depth - 1).fill(rank), rows])
    theta = withNeuron(chain, theta, top, size)
    const g = new Float64Array(rows * columns)
    const time = escapeTime(top.value, depth, size)
    const result = runPhase(
      {
        start: theta,
        rhs: (_t, y, dy) => {
          const forward = chain.forward(y)
          gradient(forward[depth - 1], g)
          chain.pullBack(y, forward, g, dy)
          for (let i = 0; i < dy.length; i++) dy[i] = -dy[i]
        },
        loss: (y) => loss(chain.product(y)),
        mapOf: (y) => chain.product(y).slice(),
        escape: time,
        drop: 5e-3 * top.value * top.value,
        settling: 8 / (depth * pow(top.value, 2 - 2 / depth)),
      },
      checked,
    )
    theta = result.end
    map = result.maps[result.maps.length - 1]
    const { value } = top
    top = leadingTriple(gradientAt(objective, map), rows, columns)
    phases.push(describePhase(objective, rank, { value, time }, result, top.value))
  }
  return phases
}

interface Triple {
  value: number
  u: Float64Array
  v: Float64Array
}

function leadingTriple(gradient: Float64Array, rows: number, columns: number): Triple {
  const { u, s, v } = jacobiSvd(gradient, rows, columns)
  const r = s.length
  return {
    value: s[0],
    u: Float64Array.from({ length: rows }, (_, i) => u[i * r]),
    v: Float64Array.from({ length: columns }, (_, j) => v[j * r]),
  }
}

/** theta of a network one neuron narrower, with the new neuron appended. */
function withNeuron(chain: Chain, narrow: Float64Array, { u, v }: Triple, size: number): Float64Array {
  const { depth, sizes } = chain
  const rank = sizes[1]
  const old = new Chain([sizes[0], ...new Array(depth - 1).fill(rank - 1), sizes[depth]])
  const theta = new Float64Array(chain.length)
  for (let l = 1; l <= depth; l++) {
    const [into, from] = [chain.layer(theta, l), old.layer(narrow, l)]
    const [rows, columns] = [old.sizes[l], old.sizes[l - 1]]
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) into[i * sizes[l - 1] + j] = from[i * columns + j]
    }
    if (l === 1) for (let j = 0; j < v.length; j++) into[(rank - 1) * v.length + j] = size * v[j]
    else if (l === depth) for (let i = 0; i < u.length; i++) into[i * rank + rank - 1] = -size * u[i]
    else into[rank * rank - 1] = size
  }
  return theta
}
