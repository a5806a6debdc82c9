// The best learning rate against the depth: with branches of scale 1/sqrt(n) it has a limit; without branches, and with branches of scale 1, it
// falls without end.
import { log } from '../../math/elementary.js'
import { dlnDmft } from '../../theory/large-width/dln-dmft.js'
import { lrSweep } from '../../train/lr-sweep.js'
import { optimalLearningRate } from '../../train/optimal-learning-rate.js'
import { alongside } from '../alongside.js'
import { atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { agreement, optimaSeries } from './optima.js'
import { networkOf, PAPER, population, powersOfTwo } from './simulate.js'

export const transferDepth = defineExperiment({
  id: 'learning-rate-transfer-depth',
  title: 'The best learning rate against the depth',
  paper: PAPER,
  formulas: [
    'h_{l+1} = h_l + b W_l h_l / sqrt(N),  b = 1/sqrt(n) for n branches;  lazy kernel 2 (1 + 1/n)^n + (1 + 1/n)^(n-1) -> 3 e',
    'optimum: parabola of ln loss against log2 eta through the lowest point of the grid and its neighbours',
  ],
  parameters: {
    depths: {
      description: 'branches, or hidden layers, rising',
      default: [2, 4, 8, 16],
      min: 2,
      max: 32,
      integer: true,
    },
    width: { description: 'hidden width N', default: 128, min: 32, max: 512, integer: true },
    runs: { description: 'starts', default: 24, min: 2, max: 128, integer: true },
    window: {
      description: 'simulated are rates within this of the predicted best one, in log2',
      default: 1.5,
      min: 0.5,
      max: 12,
    },
  },
  async run({ engine, parameters, seed, progress }) {
    const { depths, width, runs, window } = parameters
    const inputs = 32
    const steps = 8
    const settings = [
      { name: 'branches, b = 1/sqrt(n)', grid: powersOfTwo(-5, -1, 0.25), scale: 'depth' as const, extra: 1, most: 32 },
      { name: 'branches, b = 1', grid: powersOfTwo(-12, -1, 0.25), scale: 1, extra: 0, most: 8 },
      { name: 'no branches', grid: powersOfTwo(-8, -1, 0.25), scale: undefined, extra: 0, most: 32 },
    ]
    const total = settings.reduce((sum, { most }) => sum + depths.filter((n) => n <= most).length, 0)
    const checks: Check[] = []
    const series: Series[] = []
    let done = 0
    for (const { name, grid, scale, extra, most } of settings) {
      const shown = depths.filter((n) => n <= most)
      const [simulated, predicted]: number[][] = [[], []]
      let ends = 0
      for (const n of shown) {
        const depth = n + extra
        const residual = scale === undefined ? undefined : { scale }
        const losses: number[] = []
        for (const [i, learningRate] of grid.entries()) {
          if (i % 8 === 0) await progress(done / total, `${name}, ${n}`)
          const options = { depth, steps, learningRate, widthRatio: width / inputs, residual: scale, engine }
          losses.push(dlnDmft(options).test[steps])
        }
        const best = optimalLearningRate(grid, losses).log2
        const { optimum } = await alongside(
          (signal) =>
            lrSweep(engine, {
              network: {
                ...networkOf(inputs, width, depth, 1),
                dtype: 'float32',
                ...(residual === undefined ? {} : { residual }),
              },
              task: population(inputs),
              learningRates: grid.filter((eta) => Math.abs(log(eta) / log(2) - best) < window),
              steps,
              seeds: Array.from({ length: runs }, (_, i) => 1e6 * seed + i),
              signal,
            }),
          (share) => progress((done + share) / total, `${name}, ${n}`),
        )
        ends += Number(optimum.atEdge)
        simulated.push(optimum.log2)
        predicted.push(best)
        done++
      }
      const at = (values: number[], n: number) => values[shown.indexOf(n)]
      for (const [of, values] of [
        ['theory', predicted],
        ['simulation', simulated],
      ] as const) {
        if (scale === 'depth' && shown.includes(4) && shown.includes(16)) {
          const shift = Math.abs(at(values, 16) - at(values, 4))
          checks.push(atMost(`${name}, ${of}: shift of log2 of the optimum from 4 to 16`, shift, 0.4))
        } else if (scale === 1 && shown.includes(4) && shown.includes(8)) {
          checks.push(atMost(`${name}, ${of}: the same from 4 to 8`, at(values, 8) - at(values, 4), -3.5))
        } else if (scale === undefined && shown.includes(4) && shown.includes(16)) {
          checks.push(atMost(`${name}, ${of}: the same from 4 to 16`, at(values, 16) - at(values, 4), -1.8))
        }
      }
      checks.push(atMost(`${name}: optima at an end of the simulated rates`, ends, 0))
      const optima = { x: shown, predicted, simulated }
      if (scale === 'depth') checks.push(agreement(name, optima, 0.2))
      series.push(...optimaSeries(name, optima))
    }
    return {
      checks,
      figures: [
        {
          title: 'The best learning rate against the depth',
          description:
            'With branches of scale 1/sqrt(n) the optimum tends to a limit; otherwise it falls with every layer.',
          panels: [
            {
              title: `Best learning rate for ${steps} steps, width ${width}`,
              x: { label: 'branches n, or hidden layers L', scale: 'log' },
              y: { label: 'learning rate eta', scale: 'log' },
              series,
            },
          ],
        },
      ],
    }
  },
})
