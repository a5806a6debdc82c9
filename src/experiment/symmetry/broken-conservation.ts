// What gradient flow conserves, gradient descent does not: the balance D_l of neighbouring layers drifts in proportion to the learning rate.
import { createNetwork } from '../../network/create.js'
import { gaussian } from '../../network/initializer.js'
import { noetherCharges } from '../../probe/charges.js'
import { gradientFlowSync } from '../../train/flow.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { logSlope } from '../saddle/shared.js'
import { chargedRun, distance, MECHANICS_PAPER, noisyRegression } from './shared.js'

export const brokenConservationExperiment = defineExperiment({
  id: 'broken-conservation',
  title: 'Conserved under gradient flow, broken by a finite learning rate: the balance of neighbouring layers',
  paper: MECHANICS_PAPER,
  formulas: [
    "D_l = W_{l+1}' W_{l+1} - W_l W_l'  is constant under gradient flow",
    "gradient descent: D := D + eta^2 (G_{l+1}' G_{l+1} - G_l G_l'), exactly; the drift over a fixed time is O(eta)",
  ],
  parameters: {
    sizes: { description: 'widths n_0 .. n_L', default: [8, 10, 6, 5], min: 1, max: 64, integer: true },
    rates: { description: 'learning rates, falling', default: [0.04, 0.02, 0.01, 0.005], min: 1e-4, max: 0.2 },
    time: { description: 'time at which the drift is read', default: 10, min: 0.1, max: 100 },
    samples: { description: 'number of samples', default: 40, min: 1, max: 1000, integer: true },
    variance: { description: 'variance of the starting weights', default: 0.1, min: 1e-6, max: 1 },
  },
  async run({ engine, parameters: { sizes, rates, time, samples, variance }, seed, progress }) {
    const task = noisyRegression(sizes[0], sizes[sizes.length - 1], samples, seed)
    const checks: Check[] = []
    const [drift, predicted] = [[] as number[], [] as number[]]
    const paths: Series[] = []
    let worst = 0
    for (const [i, learningRate] of rates.entries()) {
      await progress(i / (rates.length + 1), `learning rate ${learningRate}`)
      const steps = Math.round(time / learningRate)
      const run = chargedRun(engine, task, { sizes, variance, seed, learningRate, steps })
      const from = (path: Float64Array[][], s: number) =>
        distance(
          path.map((layer) => layer[s]),
          run.charges.map((layer) => layer[0]),
        )
      drift.push(from(run.charges, steps))
      predicted.push(from(run.predicted, steps))
      for (let s = 0; s <= steps; s++) {
        const error = distance(
          run.charges.map((layer) => layer[s]),
          run.predicted.map((layer) => layer[s]),
        )
        worst = Math.max(worst, error)
      }
      const every = Math.max(1, Math.floor(steps / 200))
      const shown = Array.from({ length: Math.floor(steps / every) + 1 }, (_, s) => s * every)
      const group = `eta = ${learningRate}`
      const x = shown.map((s) => s * learningRate)
      paths.push(
        { label: `${group}, descent`, group, kind: 'line', x, y: shown.map((s) => from(run.charges, s)) },
        { label: `${group}, recursion`, group, kind: 'dashes', x, y: shown.map((s) => from(run.predicted, s)) },
      )
    }
    await progress(rates.length / (rates.length + 1), 'gradient flow')
    const net = createNetwork(engine, { sizes: [...sizes], init: gaussian({ variance }), seed })
    try {
      const observed = [noetherCharges({ form: 'matrix' })] as const
      const { columns } = gradientFlowSync<typeof observed>(net, task, {
        time,
        rtol: 1e-12,
        record: { at: [0, time], probes: observed },
      })
      const size = columns.noetherCharges.data.length / 2
      const data = columns.noetherCharges.data as Float64Array
      checks.push(
        atMost(`|D(${time}) - D(0)| of gradient flow`, distance([data.slice(0, size)], [data.slice(size)]), 1e-10),
      )
    } finally {
      net.dispose()
    }
    checks.push(atMost('largest error of the exact recursion of D', worst, 1e-10))
    if (rates.length >= 2) {
      checks.push(
        within('slope of log drift against log eta, two smallest', logSlope(rates.slice(-2), drift.slice(-2)), 1, 0.05),
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Broken conservation',
          description:
            'Distance of the balance matrices from where they started: over time for several learning rates, and at the end against the learning rate, with slope 1.',
          panels: [
            {
              title: '|D(t) - D(0)|_F over all pairs of layers',
              x: { label: 'time t = eta * step' },
              y: { label: 'drift' },
              series: paths,
            },
            {
              title: `|D(${time}) - D(0)|_F`,
              x: { label: 'learning rate eta', scale: 'log' },
              y: { label: 'drift', scale: 'log' },
              series: [
                { label: 'gradient descent', group: 'drift', kind: 'dots', x: rates, y: drift },
                { label: 'recursion of D', group: 'drift', kind: 'dashes', x: rates, y: predicted },
                {
                  label: 'slope 1',
                  kind: 'dashes',
                  x: rates,
                  y: rates.map((rate) => (drift[drift.length - 1] * rate) / rates[rates.length - 1]),
                },
              ],
            },
          ],
        },
      ],
    }
  },
})
