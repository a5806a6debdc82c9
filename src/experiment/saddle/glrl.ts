// A symmetric factorisation M = U U' by the flow of a two-layer network with W_2 = W_1' = U, which stays so: the smaller its full-rank start, the
// closer it follows greedy low-rank learning.
import { log } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { loss } from '../../probe/loss.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { matrixSensing } from '../../task/sensing.js'
import { whitened } from '../../task/whitened.js'
import { sensingError, squaredError } from '../../theory/objective.js'
import { greedySymmetric } from '../../theory/saddle/greedy-symmetric.js'
import { pathDistance } from '../../theory/saddle/path-distance.js'
import { gradientFlowSync } from '../../train/flow.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { diagonal, endToEndMap } from './shared.js'

export const symmetricGreedy = defineExperiment({
  id: 'glrl',
  title: 'A symmetric factorisation from a small start, along the path of greedy low-rank learning',
  paper:
    'Li, Luo, Lyu (2020), Towards resolving the implicit bias of gradient descent for matrix factorization: greedy low-rank learning, arXiv:2012.09839',
  formulas: [
    "dU/dt = -grad f(U U') U;  greedy: U <- [U, eps v] along the leading eigenpair (mu, v) of -grad f, flow until it rests, repeat",
    "as the start alpha N(0, 1) shrinks, sup_t dist(U U', greedy path) -> 0;  half time of a phase = ln(1 / eps) / mu + O(1)",
  ],
  parameters: {
    values: { description: 'eigenvalues of the matrix, falling', default: [3, 1.5, 0.6], min: 0.1, max: 100 },
    scales: {
      description: 'scales alpha of the start, falling',
      default: [0.1, 0.01, 1e-3, 1e-5, 1e-7],
      min: 1e-9,
      max: 0.3,
    },
    measurements: {
      description: 'symmetric measurements of the matrix; 0 sees all of it',
      default: 40,
      min: 0,
      max: 1000,
      integer: true,
    },
    size: { description: 'length eps of a new column of the greedy algorithm', default: 1e-6, min: 1e-9, max: 1e-2 },
  },
  async run({ engine, parameters: { values, scales, measurements, size }, seed, progress }) {
    const n = values.length + 1
    const target = diagonal([...values, 0])
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
    const seen = measurements > 0 ? measure(target, n, measurements, seed) : undefined
    const objective = seen === undefined ? squaredError(target, n, n) : sensingError(seen.operator, seen.observed, n, n)
    const phases = greedySymmetric(objective, size)
    const path = Float64Array.from([...new Float64Array(n * n), ...phases.flatMap(({ path: p }) => [...p])])
    const task =
      seen === undefined
        ? whitened({ data: target, shape: [n, n] })
        : matrixSensing({ data: seen.operator, shape: [measurements, n * n] }, seen.observed, [n, n])
    const unit = normal(foldIn(key(seed), 1), n * n)
    const checks: Check[] = [within('greedy phases', phases.length, values.length, 0)]
    for (const [k, { halfTime, escapeTime }] of phases.entries()) {
      checks.push(within(`phase ${k + 1}: half time / formula`, halfTime / escapeTime, 1, 0.06))
    }
    const distances: number[] = []
    const curves: Series[] = []
    for (const [i, alpha] of scales.entries()) {
      await progress(i / scales.length, `alpha ${alpha}`)
      const up = unit.map((entry) => alpha * entry)
      const down = up.map((_, k) => up[(k % n) * n + Math.floor(k / n)])
      const shape: [number, number] = [n, n]
      const init = explicit([
        { data: down, shape },
        { data: up, shape },
      ])
      const net = createNetwork(engine, { sizes: [n, n, n], init })
      try {
        const observed = [loss(), endToEndMap()] as const
        const time = (12 - 2 * log(alpha)) / values[values.length - 1]
        const { columns } = gradientFlowSync<typeof observed>(net, task, {
          time,
          rtol: 1e-10,
          record: { every: time / 800, probes: observed },
        })
        distances.push(pathDistance(columns.map.data, path, n * n) / norm)
        const label = `alpha ${alpha}`
        curves.push({ label, kind: 'line', x: columns.time.data, y: columns.loss.data })
      } finally {
        net.dispose()
      }
    }
    for (let i = 1; i < scales.length; i++) {
      const name = `distance from the greedy path, alpha ${scales[i]} against ${scales[i - 1]}`
      if (scales[i] < scales[i - 1]) checks.push(atMost(name, distances[i] / distances[i - 1], 1))
    }
    const last = scales.length - 1
    if (scales[last] <= 1e-7)
      checks.push(atMost(`distance at alpha ${scales[last]}, part of |M|`, distances[last], 0.03))
    const end = Math.max(...curves.map(({ x }) => x[x.length - 1]))
    for (const [k, { loss: height }] of phases.slice(0, -1).entries()) {
      curves.push({ label: `greedy, rest ${k + 1}`, group: 'greedy', kind: 'dashes', x: [0, end], y: [height, height] })
    }
    return {
      checks,
      figures: [
        {
          title: 'Greedy low-rank learning',
          description:
            'Distance of the path of the flow from the greedy path against the scale of the start, falling; and the loss, whose plateaus are the rests of the greedy algorithm.',
          panels: [
            {
              title: 'Farthest from the greedy path',
              x: { label: 'scale alpha of the start', scale: 'log' },
              y: { label: 'distance, part of |M|', scale: 'log' },
              series: [{ label: 'flow', kind: 'dots', x: scales, y: distances }],
            },
            {
              title: 'Loss',
              x: { label: 'time (learning rate x step)' },
              y: { label: seen === undefined ? "loss 1/2 |U U' - M|^2" : "loss on the measurements of U U'" },
              series: curves,
            },
          ],
        },
      ],
    }
  },
})

/** Symmetric Gaussian measurements of a matrix: A_k = (G + G') / 2, y_k = <A_k, M>. */
function measure(matrix: Float64Array, n: number, count: number, seed: number) {
  const entries = normal(foldIn(key(seed), 2), count * n * n)
  const operator = entries.map((entry, i) => {
    const [k, j] = [Math.floor(i / (n * n)), i % (n * n)]
    return 0.5 * (entry + entries[k * n * n + (j % n) * n + Math.floor(j / n)])
  })
  const observed = Float64Array.from({ length: count }, (_, k) =>
    matrix.reduce((sum, value, i) => sum + value * operator[k * n * n + i], 0),
  )
  return { operator, observed }
}
