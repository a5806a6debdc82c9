// Residual networks as their depth grows: with branches of scale 1/sqrt(n) the losses tend to a limit as 1/n, and three depths give it.

import { exp } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { dlnDmft } from '../../theory/large-width/dln-dmft.js'
import { infiniteDepth as limitOf } from '../../theory/large-width/infinite-depth.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { distanceFrom, networkOf, PAPER, runsOnPopulation, stepsOf } from './simulate.js'

export const infiniteDepth = defineExperiment({
  id: 'infinite-depth',
  title: 'Residual networks of growing depth',
  paper: PAPER,
  formulas: [
    'test_n(0) = 1 + (1 + 1/n)^n / (gamma_h^2 nu) -> 1 + e / (gamma_h^2 nu)',
    'limit = (8 test_4n - 6 test_2n + test_n) / 3 + O(1/n^3)',
  ],
  parameters: {
    dimension: { description: 'inputs D of the simulation', default: 50, min: 20, max: 200, integer: true },
    widthRatio: { description: 'nu = N / D', default: 2, min: 0.5, max: 8 },
    learningRate: { description: 'eta; small against 1 / (3 e)', default: 0.02, min: 1e-3, max: 0.04 },
    steps: { description: 'updates', default: 20, min: 5, max: 60, integer: true },
    simulated: {
      description: 'numbers of branches that are simulated',
      default: [2, 16],
      min: 2,
      max: 32,
      integer: true,
    },
    runs: { description: 'starts', default: 200, min: 4, max: 1000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { dimension: d, widthRatio, learningRate, steps, simulated, runs } = parameters
    const width = Math.round(widthRatio * d)
    const options = { steps, learningRate, widthRatio: width / d, engine }
    const [fine, coarse] = [limitOf({ ...options, branches: 8 }), limitOf({ ...options, branches: 4 })]
    await progress(0.2, 'limit')
    const checks: Check[] = []
    const start = 1 + exp(1) / options.widthRatio
    checks.push(within('loss at the start in the limit', fine.test[0], start, 1e-4 * start))
    const starts = fine.branches.map((n) => 1 + exp(n * log1p(1 / n)) / options.widthRatio)
    const off = Math.max(...starts.map((value, i) => Math.abs(fine.tests[i][0] / value - 1)))
    checks.push(atMost('8, 16, 32 branches: distance of the loss at the start from its formula', off, 1e-12))
    // Relative, down to 1% of the start. Measured with the defaults: 3e-4 at the start, 5e-4 after one step. Near the edge of stability 16 branches are few.
    const floor = 0.01 * fine.test[0]
    const apart = Math.max(...fine.test.map((value, t) => Math.abs(coarse.test[t] - value) / (value + floor)))
    const bound = learningRate <= 0.02 && widthRatio === 2 ? 6e-4 : 1e-2
    checks.push(atMost('distance of the limits from 4, 8, 16 and 8, 16, 32 branches', apart, bound))
    const [first, second] = [0, 1].map((i) =>
      fine.tests[i].reduce((sum, value, t) => sum + Math.abs(value - fine.tests[i + 1][t]), 0),
    )
    checks.push(within('change from 8 to 16 branches over that from 16 to 32 (1/n: 2)', first / second, 2, 0.15))
    const x = stepsOf(steps + 1)
    const series: Series[] = []
    for (const [i, n] of simulated.entries()) {
      const theory = dlnDmft({ ...options, depth: n + 1, residual: 'depth' }).test
      const curve = await runsOnPopulation(engine, {
        network: { ...networkOf(d, width, n + 1, 1), residual: { scale: 'depth' } },
        learningRate,
        steps,
        runs,
        seed: 10 * seed + i,
        progress: (done) => progress(0.3 + (0.7 * (i + done)) / simulated.length, `${n} branches`),
      })
      const { distance, error } = distanceFrom(curve, theory)
      checks.push(atMost(`${n} branches: distance of simulation and theory`, distance, 3 / d + 3 * error))
      const group = `${n} branches`
      series.push(
        { label: `${group}, mean of ${runs}`, group, kind: 'line', x, y: curve.mean },
        { label: `${group}, theory`, group, kind: 'dashes', x, y: theory },
      )
    }
    series.push({ label: 'infinite depth, theory', kind: 'dashes', x, y: fine.test })
    return {
      checks,
      figures: [
        {
          title: 'Residual networks of growing depth',
          description:
            'Test loss with branches of scale 1/sqrt(n): simulation over theory, and the limit of infinite depth.',
          panels: [
            { title: `D = ${d}, N = ${width}`, x: { label: 'step' }, y: { label: 'test loss', scale: 'log' }, series },
          ],
        },
      ],
    }
  },
})
