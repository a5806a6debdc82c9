// Tasks in a row, each trained to convergence: what is forgotten depends on the tasks alone, how fast on lambda.
import { taskInterference } from '../../theory/lambda-balanced/continual.js'
import { lambdaBalancedFlow } from '../../theory/lambda-balanced/flow.js'
import { crossLosses, momentOf } from '../../theory/lambda-balanced/flow-at.js'
import { lambdaBalancedFactors } from '../../theory/lambda-balanced/weights.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, known, type Layers, PAPER, type Rows, reflection, spectral, spread } from './setup.js'
import { simulate } from './simulate.js'

const TASKS = [1, 2, 3].map((k) => spectral(reflection([1, k, 2, -1]), [2, 1.5, 1, 0.8], reflection([k, 1, -1, 2])))
const LATE = 400
/** Losses on task i after task j: 1/2 |S_i - S_j|^2. */
const INTERFERENCE = [
  [1, 1.756563265],
  [2, 4.370481633],
  [5, 0.837296],
] as const
/** When nine tenths of task 1 are forgotten. */
const TIMES = [
  [0, 1.08428569],
  [1, 1.00927669],
  [4, 0.60190816],
  [-4, 0.60190816],
] as const

export const continualLearning = defineExperiment({
  id: 'continual-learning',
  title: 'Continual learning: forgetting does not depend on lambda, its speed does',
  paper: PAPER,
  formulas: [
    'L_i after task j = 1/2 |S_i - S_j|^2 for every lambda',
    'L_i(t) = 1/2 |W(t) - S_i|^2 with the exact W(t)',
  ],
  parameters: {
    lambdas: { description: 'lambdas', default: [0, 0.5, -0.5, 1, 4, -4], min: -10, max: 10 },
    time: { description: 'time for each task', default: 40, min: 30, max: 100 },
  },
  async run({ engine, parameters, progress }) {
    const { lambdas, time } = parameters
    const losses = taskInterference(TASKS)
    const checks: Check[] = INTERFERENCE.map(([at, wanted]) =>
      within(`1/2 |S_${Math.floor(at / 3) + 1} - S_${(at % 3) + 1}|^2`, losses[at], wanted, 1e-8),
    )
    const early = spread(0, 4, 81)
    const forgetting: Series[] = []
    const [measured, predicted] = [[] as number[], [] as number[]]
    for (const [l, lambda] of lambdas.entries()) {
      let layers: Layers = lambdaBalancedFactors(TASKS[0], { lambda })
      let exact = layers
      const [left, leftExact] = [[] as number[], [] as number[]]
      for (const [k, task] of TASKS.entries()) {
        if (k === 0) continue
        const goal = 0.9 * losses[3]
        const found = await simulate(engine, layers, task, {
          times: [...early, time],
          rtol: 1e-12,
          events: k === 1 ? [{ name: 'forgotten', when: ({ endToEnd }) => lossOf(endToEnd, TASKS[0]) - goal }] : [],
          progress,
          done: (l + (k - 1) / 2) / lambdas.length,
          what: `lambda ${lambda}, task ${k + 1}`,
        })
        const flow = lambdaBalancedFlow({ ...pair(exact), sigmaYX: task, times: [...early, LATE], lambda })
        if (k === 1) {
          const of = TASKS[0]
          const y = early.map((_, t) => lossOf(found.at('w', t).data, of))
          const theory = crossLosses(flow, [of]).subarray(0, early.length)
          const group = `lambda = ${lambda}`
          forgetting.push(
            { label: `${group}, simulated`, group, kind: 'line', x: early, y },
            { label: `${group}, exact`, group, kind: 'dashes', x: early, y: theory },
          )
          checks.push(atMost(`lambda = ${lambda}: L_1(t), simulated against exact`, apart(y, theory), 1e-8))
          const when = found.events[0]?.time ?? Number.NaN
          const formula = timeOf((t) => {
            const now = lambdaBalancedFlow({ ...pair(exact), sigmaYX: task, times: [t], lambda })
            return crossLosses(now, [of])[0] - goal
          })
          measured.push(when)
          predicted.push(formula)
          checks.push(within(`lambda = ${lambda}: nine tenths of task 1 forgotten at`, when, formula, 1e-8))
          const wanted = known(TIMES, lambda)
          if (wanted !== undefined) {
            checks.push(within(`lambda = ${lambda}: that time of the exact flow`, formula, wanted, 1e-8))
          }
        }
        left.push(...TASKS.map((other) => lossOf(found.at('w', -1).data, other)))
        leftExact.push(...crossLosses(flow, TASKS).slice(-3))
        layers = { w1: found.at('w1', -1), w2: found.at('w2', -1) }
        exact = pair(momentOf(flow, -1))
      }
      const wanted = losses.subarray(3)
      checks.push(
        atMost(`lambda = ${lambda}: losses left on the tasks, simulated`, apart(left, wanted), 1e-6),
        atMost(`lambda = ${lambda}: losses left on the tasks, exact flow`, apart(leftExact, wanted), 1e-9),
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Continual learning',
          description:
            'While the second task is learned the first is forgotten: to the same loss for every lambda, sooner for larger lambda of either sign.',
          panels: [
            {
              title: 'Loss on task 1 while task 2 is learned',
              x: { label: 'time' },
              y: { label: 'loss on task 1' },
              series: forgetting,
            },
            {
              title: 'When nine tenths are forgotten',
              x: { label: 'lambda' },
              y: { label: 'time' },
              series: [
                { label: 'simulated', kind: 'dots', ...sorted(lambdas, measured) },
                { label: 'exact flow', group: 'simulated', kind: 'dashes', ...sorted(lambdas, predicted) },
              ],
            },
          ],
        },
      ],
    }
  },
})

const pair = ({ w1, w2 }: Layers): Layers => ({ w1, w2 })

function lossOf(map: ArrayLike<number>, task: Rows): number {
  return 0.5 * task.flat().reduce((sum, value, i) => sum + (map[i] - value) ** 2, 0)
}

/** The zero of a rising function between 0 and 20. */
function timeOf(f: (t: number) => number): number {
  let [low, high] = [0, 20]
  for (let i = 0; i < 52; i++) {
    const middle = (low + high) / 2
    if (f(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function sorted(x: readonly number[], y: readonly number[]): { x: number[]; y: number[] } {
  const order = x.map((_, i) => i).sort((i, j) => x[i] - x[j])
  return { x: order.map((i) => x[i]), y: order.map((i) => y[i]) }
}
