// Downstream, balanced, upstream: how far the kernel of one neuron turns and how fast it learns, from the same function.
import { whitened } from '../../task/whitened.js'
import { kernelDistance } from '../../theory/lambda-balanced/metrics.js'
import { singleNeuronExact } from '../../theory/single-neuron/exact.js'
import { singleNeuronFromBeta } from '../../theory/single-neuron/from-beta.js'
import { singleNeuronRegimes } from '../../theory/single-neuron/regimes.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, PAPER, simulateNeuron, spread } from './simulate.js'

const [BETA0, TARGET] = [
  [0, 0.1],
  [1, 0],
]
/** delta, final kernel distance, time until 1 % of the loss is left. */
const TABLE = [
  [-4, 0.9467, 31.7],
  [-1, 0.7242, 8.76],
  [0, 0.2, 3.27],
  [1, 0.0134, 1.51],
  [4, 0.0004, 0.55],
] as const

export const kernelRegimes = defineExperiment({
  id: 'kernel-regimes',
  title: 'Upstream, balanced, downstream: how far the kernel of a neuron turns',
  paper: PAPER,
  formulas: [
    'M = (s + delta)/2 I + (s - delta)/2 beta beta^T/|beta|^2,  s = sqrt(delta^2 + 4 |beta|^2)',
    'kernel distance 1 - <M, M_0>/(|M| |M_0|)',
  ],
  parameters: {
    deltas: { description: 'balances, rising', default: [-4, -1, 0, 1, 4], min: -8, max: 8 },
  },
  async run({ engine, parameters: { deltas }, progress }) {
    const checks: Check[] = []
    const task = whitened([TARGET])
    const theory = singleNeuronRegimes({ beta0: BETA0, betaStar: TARGET, deltas })
    const [curves, finals] = [[] as Series[], [] as number[]]
    const simulatedTimes: number[] = []
    for (const [i, delta] of deltas.entries()) {
      await progress(i / deltas.length, `delta ${delta}`)
      const learning = theory.learningTime[i]
      const times = [...spread(0, 2.5 * learning, 501), 30 * learning]
      const start = singleNeuronFromBeta(delta, BETA0)
      const exact = singleNeuronExact({ a0: start.a, w0: start.w, betaStar: TARGET }, times)
      const found = simulateNeuron(engine, start, task, times)
      const kernel = (t: number) => ({ data: found.kernel.subarray(4 * t, 4 * t + 4), shape: [2, 2] })
      const distances = times.map((_, t) => kernelDistance(kernel(t), kernel(0)))
      const loss = times.map((_, t) => 0.5 * ((found.beta[2 * t] - 1) ** 2 + found.beta[2 * t + 1] ** 2))
      const below = loss.findIndex((value) => value < 0.01 * loss[0])
      const share = (loss[below - 1] - 0.01 * loss[0]) / (loss[below - 1] - loss[below])
      simulatedTimes.push(times[below - 1] + share * (times[below] - times[below - 1]))
      finals.push(distances[times.length - 1])
      checks.push(
        atMost(
          `delta = ${delta}: kernel distance along the flow, simulated against exact`,
          apart(distances, exact.kernelDistance),
          1e-9,
        ),
        within(`delta = ${delta}: final kernel distance`, finals[i], theory.kernelDistance[i], 1e-6),
        within(`delta = ${delta}: time until 1 % of the loss is left`, simulatedTimes[i], learning, 1e-3 * learning),
      )
      const row = TABLE.find(([value]) => value === delta)
      if (row !== undefined) {
        checks.push(
          within(`delta = ${delta}: final kernel distance of the table`, finals[i], row[1], 1e-4),
          within(`delta = ${delta}: time of the table`, simulatedTimes[i], row[2], 0.01 * row[2]),
        )
      }
      const group = `delta = ${delta}`
      const shown = times.slice(1, -1).map((t) => t / learning)
      curves.push(
        { label: `${group}, simulated`, group, kind: 'line', x: shown, y: distances.slice(1, -1) },
        { label: `${group}, exact`, group, kind: 'dashes', x: shown, y: exact.kernelDistance.slice(1, -1) },
      )
    }
    if (deltas.length > 1 && deltas.every((delta, i) => i === 0 || delta > deltas[i - 1])) {
      const rises = finals.slice(1).map((value, i) => value - finals[i])
      checks.push(
        atMost('largest change of the final kernel distance from one delta to the next', Math.max(...rises), -1e-9),
      )
    }
    const grid = spread(Math.min(...deltas) - 0.5, Math.max(...deltas) + 0.5, 121)
    const map = singleNeuronRegimes({ beta0: BETA0, betaStar: TARGET, deltas: grid })
    return {
      checks,
      figures: [
        {
          title: 'Regimes of one hidden neuron',
          description:
            'From the same function, a downstream neuron turns its kernel almost completely and learns late, an upstream one hardly turns it and learns at once.',
          panels: [
            {
              title: 'Distance of the kernel from its start',
              x: { label: 'time / time until 1 % of the loss is left' },
              y: { label: 'kernel distance' },
              series: curves,
            },
            {
              title: 'Distance at the end',
              x: { label: 'delta' },
              y: { label: 'kernel distance', scale: 'log' },
              series: [
                { label: 'simulated', group: 'distance', kind: 'dots', x: deltas, y: finals },
                { label: 'exact', group: 'distance', kind: 'dashes', x: grid, y: map.kernelDistance },
              ],
            },
            {
              title: 'Time to learn',
              x: { label: 'delta' },
              y: { label: 'time until 1 % is left', scale: 'log' },
              series: [
                { label: 'simulated', group: 'time', kind: 'dots', x: deltas, y: simulatedTimes },
                { label: 'exact', group: 'time', kind: 'dashes', x: grid, y: map.learningTime },
              ],
            },
          ],
        },
      ],
    }
  },
})
