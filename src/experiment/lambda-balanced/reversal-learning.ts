// A network converged on S and then trained on -S must pass the saddle at zero: at lambda = 0 it stays there, any other lambda crosses, each mode
// at a time of its own.
import { lambdaBalancedFlow } from '../../theory/lambda-balanced/flow.js'
import { reversalTimes } from '../../theory/lambda-balanced/mode-times.js'
import { reversalModes } from '../../theory/lambda-balanced/reversal.js'
import { lambdaBalancedFactors } from '../../theory/lambda-balanced/weights.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, known, LEFT, modeOf, PAPER, RIGHT, spread, TASK, VALUES } from './setup.js'
import { simulate } from './simulate.js'

const REVERSED = TASK.map((row) => row.map((x) => -x))
/** Loss at lambda = 0. */
const HELD = [
  [2, 3.89835664],
  [5, 3.87024661],
  [100, 3.87],
] as const

export const reversalLearning = defineExperiment({
  id: 'reversal-learning',
  title: 'Reversal learning: who gets past the saddle, and when',
  paper: PAPER,
  formulas: [
    't_x = (1/Om) ln(1 + Om/|lambda|), Om = sqrt(lambda^2 + 4 s^2): mode s, converged and then trained on -s, crosses zero',
    'lambda = 0: u = s/(2 e^{2 s t} - 1), the saddle',
  ],
  parameters: {
    lambdas: { description: 'lambdas that cross (not 0)', default: [0.5, -0.5, 2], min: -10, max: 10 },
    time: { description: 'length of the run', default: 8, min: 5, max: 10 },
  },
  async run({ engine, parameters, progress }) {
    const { lambdas, time } = parameters
    const checks: Check[] = []
    const modes: Series[] = []
    const losses: Series[] = []
    const [predicted, crossed] = [[] as number[], [] as number[]]
    const grid = spread(0, time, 161)
    const all = [...lambdas.filter((lambda) => lambda !== 0), 0]
    for (const [l, lambda] of all.entries()) {
      const start = lambdaBalancedFactors(TASK, { lambda })
      const events = VALUES.map((_, j) => ({
        name: `mode ${j + 1}`,
        when: ({ endToEnd }: { endToEnd: Float64Array }) => modeOf(LEFT, endToEnd, RIGHT, j),
      }))
      const found = await simulate(engine, start, REVERSED, {
        times: grid,
        rtol: 1e-12,
        events: lambda === 0 ? [] : events,
        progress,
        done: l / all.length,
        what: `lambda ${lambda}`,
      })
      const theory = reversalModes({ s: VALUES, lambda, times: grid })
      const simulated = grid.flatMap((_, t) => VALUES.map((_, j) => modeOf(LEFT, found.at('w', t).data, RIGHT, j)))
      const loss = (u: ArrayLike<number>) =>
        grid.map((_, t) => 0.5 * VALUES.reduce((sum, s, j) => sum + (u[4 * t + j] + s) ** 2, 0))
      const group = `lambda = ${lambda}`
      losses.push(
        { label: `${group}, simulated`, group, kind: 'line', x: grid, y: found.loss },
        { label: `${group}, theory`, group, kind: 'dashes', x: grid, y: loss(theory) },
      )
      if (l === 0 || lambda === 0) {
        const of = (u: ArrayLike<number>) => grid.map((_, t) => u[4 * t])
        modes.push(
          { label: `${group}, simulated`, group, kind: 'line', x: grid, y: of(simulated) },
          { label: `${group}, theory`, group, kind: 'dashes', x: grid, y: of(theory) },
        )
      }
      if (lambda === 0) {
        // Until rounding, which grows as e^{s t}, has to be counted.
        const early = grid.filter((t) => t <= 5).length
        const error = apart(found.loss.slice(0, early), loss(theory).slice(0, early))
        checks.push(atMost('lambda = 0: simulated loss against the law of the saddle, t <= 5', error, 1e-6))
        const flow = lambdaBalancedFlow({
          ...{ w1: start.w1, w2: start.w2, sigmaYX: REVERSED, lambda },
          times: HELD.map(([t]) => t),
          rankTolerance: 1e-12,
        })
        for (const [i, t] of flow.times.entries()) {
          const wanted = known(HELD, t) as number
          checks.push(within(`lambda = 0: loss of the exact flow at t = ${t}`, flow.loss[i], wanted, 1e-8))
        }
        continue
      }
      // Near the saddle a slip costs 1/|lambda|.
      const slip = Math.max(1, 0.5 / Math.abs(lambda))
      const times = reversalTimes(VALUES, lambda)
      const flow = lambdaBalancedFlow({ w1: start.w1, w2: start.w2, sigmaYX: REVERSED, times, lambda })
      for (const [j, t] of times.entries()) {
        const u = modeOf(LEFT, flow.w.subarray(16 * j, 16 * j + 16), RIGHT, j)
        checks.push(
          atMost(`lambda = ${lambda}: |u| of mode ${j + 1} of the exact flow at t_x`, Math.abs(u), 1e-12 * slip),
        )
        const at = found.events.find(({ name }) => name === `mode ${j + 1}`)?.time ?? Number.NaN
        if (t <= time) {
          checks.push(within(`lambda = ${lambda}: crossing of mode ${j + 1}, simulated`, at, t, 1e-8 * slip))
          predicted.push(t)
          crossed.push(at)
        }
      }
    }
    const line = spread(0, Math.max(...predicted, 0.1), 2)
    return {
      checks,
      figures: [
        {
          title: 'Reversal learning',
          description:
            'Trained on the opposite of what it knows, a network with lambda = 0 stops at the saddle with its loss; others pass it at the predicted times.',
          panels: [
            { title: 'Loss', x: { label: 'time' }, y: { label: 'loss' }, series: losses },
            { title: 'Strongest mode', x: { label: 'time' }, y: { label: "u_1' W v_1" }, series: modes },
            {
              title: 'Crossing times of all modes',
              x: { label: 'predicted time' },
              y: { label: 'simulated time' },
              series: [
                { label: 'simulated', group: 'crossing', kind: 'dots', x: predicted, y: crossed },
                { label: 'equal', group: 'crossing', kind: 'dashes', x: line, y: line },
              ],
            },
          ],
        },
      ],
    }
  },
})
