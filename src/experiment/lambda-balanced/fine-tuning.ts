// A trained network is refactored to another lambda, its function unchanged, and learns the next task: the larger |lambda|, the sooner.
import { lambdaBalancedFlow } from '../../theory/lambda-balanced/flow.js'
import { lambdaBalancedFactors } from '../../theory/lambda-balanced/weights.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, cosines, known, PAPER, reflection, spectral, spread, startOf, TASK, transpose } from './setup.js'
import { simulate } from './simulate.js'

const NEXT = spectral(reflection([1, -1, 2, 0.5]), [1.8, 1.4, 1.1, 0.6], transpose(cosines(4)))
/** Loss on the next task at t = 0.3. */
const LOSSES = [
  [0, 2.60438014],
  [1, 2.24804282],
  [2, 1.55402909],
  [5, 0.31201115],
  [10, 0.01611077],
  [-10, 0.01611077],
] as const

export const fineTuning = defineExperiment({
  id: 'fine-tuning',
  title: 'Fine-tuning: re-gauging a trained function speeds up the next task',
  paper: PAPER,
  formulas: [
    'W_2 W_1 = U m V, split by lambda: s_1 s_2 = m, s_2^2 - s_1^2 = lambda; then the exact flow on the next task',
  ],
  parameters: {
    lambdas: { description: 'lambdas of the refactored network', default: [0, 1, 2, 5, 10, -10], min: -20, max: 20 },
    time: { description: 'length of the second run', default: 2, min: 0.5, max: 20 },
  },
  async run({ engine, parameters: { lambdas, time }, progress }) {
    const first = await simulate(engine, startOf(1), TASK, {
      times: [0, 40],
      rtol: 1e-12,
      progress,
      what: 'first task',
    })
    const learned = first.at('w', -1)
    const checks: Check[] = [
      atMost('first task: largest error of the trained map', apart(learned.data, TASK.flat()), 1e-9),
    ]
    const grid = [...new Set([...spread(0, time, 101), 0.3])].sort((a, b) => a - b)
    const mark = grid.indexOf(0.3)
    const series: Series[] = []
    const simulated: number[] = []
    for (const [l, lambda] of lambdas.entries()) {
      const start = lambdaBalancedFactors(learned, { lambda })
      const done = (l + 1) / (lambdas.length + 1)
      const found = await simulate(engine, start, NEXT, { times: grid, progress, done, what: `lambda ${lambda}` })
      const { w1, w2 } = lambdaBalancedFactors(TASK, { lambda })
      const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: NEXT, times: grid, lambda })
      const wanted = known(LOSSES, lambda)
      if (wanted !== undefined) {
        checks.push(within(`lambda = ${lambda}: loss of the exact flow at t = 0.3`, flow.loss[mark], wanted, 1e-8))
      }
      checks.push(
        atMost(
          `lambda = ${lambda}: change of the function by refactoring`,
          apart(found.at('w', 0).data, learned.data),
          1e-12,
        ),
        atMost(`lambda = ${lambda}: loss, simulated against exact`, apart(found.loss, flow.loss), 1e-7),
      )
      const group = `lambda = ${lambda}`
      series.push(
        { label: `${group}, simulated`, group, kind: 'line', x: grid, y: found.loss },
        { label: `${group}, exact`, group, kind: 'dashes', x: grid, y: flow.loss },
      )
      simulated.push(found.loss[mark])
    }
    const over = spread(Math.min(...lambdas), Math.max(...lambdas, Math.min(...lambdas) + 1), 101)
    const exact = over.map((lambda) => {
      const { w1, w2 } = lambdaBalancedFactors(TASK, { lambda })
      return lambdaBalancedFlow({ w1, w2, sigmaYX: NEXT, times: [0.3], lambda }).loss[0]
    })
    return {
      checks,
      figures: [
        {
          title: 'Fine-tuning after a change of lambda',
          description: 'The same trained function, refactored, learns the next task sooner the larger |lambda| is.',
          panels: [
            { title: 'Loss on the next task', x: { label: 'time' }, y: { label: 'loss' }, series },
            {
              title: 'Loss at t = 0.3',
              x: { label: 'lambda of the refactored network' },
              y: { label: 'loss', scale: 'log' },
              series: [
                { label: 'simulated', group: 'loss', kind: 'dots', x: lambdas, y: simulated },
                { label: 'exact', group: 'loss', kind: 'dashes', x: over, y: exact },
              ],
            },
          ],
        },
      ],
    }
  },
})
