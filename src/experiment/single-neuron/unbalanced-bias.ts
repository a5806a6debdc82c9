// One sample, two inputs: which of all maps that fit it one neuron finds, by its balance.
import { regression } from '../../task/regression.js'
import { singleNeuronFromBeta } from '../../theory/single-neuron/from-beta.js'
import { singleNeuronLimit } from '../../theory/single-neuron/limit.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, PAPER, simulateNeuron, spread } from './simulate.js'

const SAMPLE = [[0.5], [1]]
const TARGET = 1.1
const BETA0 = [0.4, 0.05]
const TABLE = [
  [-4, 1.55107694, 0.32446153],
  [-2, 1.36444421, 0.41777789],
  [-1, 1.18817486, 0.50591257],
  [0, 0.94300432, 0.62849784],
  [1, 0.80339648, 0.69830176],
  [2, 0.76568895, 0.71715553],
  [4, 0.74788255, 0.72605873],
] as const

export const unbalancedBias = defineExperiment({
  id: 'unbalanced-bias',
  title: 'Which interpolator one neuron finds, by its balance',
  paper: PAPER,
  formulas: [
    'beta_inf = X^+ y + a_inf n_0,  n_0 = (I - X X^+) w_0,  q = delta + |n_0|^2,  a_inf^2 = (q + sqrt(q^2 + 4 |X^+ y|^2))/2',
    'delta -> +inf: the solution nearest to beta_0;  delta -> -inf: the one collinear with it',
  ],
  parameters: {
    deltas: { description: 'balances', default: [-4, -2, -1, 0, 1, 2, 4], min: -8, max: 8 },
    time: { description: 'length of the runs; at delta = -8 about 300 is needed', default: 200, min: 50, max: 2000 },
  },
  async run({ engine, parameters: { deltas, time }, progress }) {
    const task = regression(SAMPLE, [[TARGET]])
    const checks: Check[] = []
    const paths: Series[] = []
    const ends: number[] = []
    const predict = (delta: number) => {
      const { a, w } = singleNeuronFromBeta(delta, BETA0)
      return singleNeuronLimit({ a0: a, w0: w, x: SAMPLE, y: [TARGET] }).betaInf
    }
    for (const [i, delta] of deltas.entries()) {
      await progress(i / deltas.length, `delta ${delta}`)
      const times = [...spread(0, time / 10, 201), time]
      const { beta } = simulateNeuron(engine, singleNeuronFromBeta(delta, BETA0), task, times)
      const end = beta.slice(-2)
      const formula = predict(delta)
      ends.push(end[0])
      checks.push(atMost(`delta = ${delta}: end of the flow against the formula`, apart(end, formula), 1e-6))
      const row = TABLE.find(([value]) => value === delta)
      if (row !== undefined) {
        checks.push(within(`delta = ${delta}: beta_inf,1 of the table`, end[0], row[1], 1e-6))
        checks.push(within(`delta = ${delta}: beta_inf,2 of the table`, end[1], row[2], 1e-6))
      }
      const group = `delta = ${delta}`
      const column = (c: number) => times.map((_, t) => beta[2 * t + c])
      paths.push({ label: group, group, kind: 'line', x: column(0), y: column(1) })
    }
    // Limits in delta, of the formula.
    const along = BETA0[0] * SAMPLE[0][0] + BETA0[1] * SAMPLE[1][0]
    const size = SAMPLE[0][0] ** 2 + SAMPLE[1][0] ** 2
    const lazy = BETA0.map((value, i) => value + (SAMPLE[i][0] * (TARGET - along)) / size)
    const rich = BETA0.map((value) => (value * TARGET) / along)
    checks.push(
      atMost('delta = 1e8: formula against the nearest solution', apart(predict(1e8), lazy), 1e-6),
      atMost('delta = -1e8: formula against the collinear solution', apart(predict(-1e8), rich), 1e-6),
    )
    const grid = spread(-8, 8, 121)
    paths.push({
      label: 'formula',
      group: 'ends',
      kind: 'dashes',
      x: grid.map((delta) => predict(delta)[0]),
      y: grid.map((delta) => predict(delta)[1]),
    })
    return {
      checks,
      figures: [
        {
          title: 'The interpolator that is found',
          description:
            'All paths end on the line of maps that fit the sample: upstream at the point nearest to the start, downstream where the ray of the start meets the line.',
          panels: [
            {
              title: 'Paths of beta = a w, and the formula for their ends',
              x: { label: 'beta_1' },
              y: { label: 'beta_2' },
              series: paths,
            },
            {
              title: 'Where they end',
              x: { label: 'delta' },
              y: { label: 'beta_1 at the end' },
              series: [
                { label: 'simulated', group: 'end', kind: 'dots', x: deltas, y: ends },
                { label: 'formula', group: 'end', kind: 'dashes', x: grid, y: grid.map((delta) => predict(delta)[0]) },
                { label: 'nearest to the start', kind: 'dashes', x: [-8, 8], y: [lazy[0], lazy[0]] },
                { label: 'collinear with the start', kind: 'dashes', x: [-8, 8], y: [rich[0], rich[0]] },
              ],
            },
          ],
        },
      ],
    }
  },
})
