// The best learning rate against the width: it stays in the mean-field parameterisation, rises in the NTK one where networks become lazy, and falls
// in the standard one.
import { log } from '../../math/elementary.js'
import type { NetworkOptions } from '../../network/create.js'
import { fanIn } from '../../network/fan-in.js'
import { meanField, ntk } from '../../network/parameterization.js'
import { dlnDmft } from '../../theory/large-width/dln-dmft.js'
import { lrSweep } from '../../train/lr-sweep.js'
import { optimalLearningRate } from '../../train/optimal-learning-rate.js'
import { alongside } from '../alongside.js'
import { atLeast, atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { agreement, optimaSeries } from './optima.js'
import { PAPER, population, powersOfTwo } from './simulate.js'

export const transferWidth = defineExperiment({
  id: 'learning-rate-transfer-width',
  title: 'The best learning rate against the width',
  paper: PAPER,
  formulas: [
    'muP: gamma_h = gamma_0;  NTK: gamma_h = gamma / sqrt(nu);  standard: gamma_h = 1 / sqrt(nu), layers at rates 1, nu, .., nu',
    'optimum: parabola of ln loss against log2 eta through the lowest point of the grid and its neighbours',
  ],
  parameters: {
    widths: { description: 'hidden widths, rising', default: [64, 256, 1024], min: 8, max: 4096, integer: true },
    richness: { description: 'gamma_0; the effect needs 4 and more', default: 4, min: 0.25, max: 16 },
    depth: { description: 'hidden layers', default: 2, min: 1, max: 8, integer: true },
    runs: {
      description: 'starts at the smallest width; fewer at larger ones, at least 2',
      default: 16,
      min: 2,
      max: 100,
      integer: true,
    },
    simulated: { description: 'largest width that is simulated', default: 1024, min: 8, max: 4096, integer: true },
    spacing: { description: 'step of the grid of log2 eta', default: 0.25, min: 0.1, max: 1 },
  },
  async run({ engine, parameters, seed, progress }) {
    const { widths, richness, depth, runs, simulated: most, spacing } = parameters
    const run = widths.filter((width) => width <= most)
    const inputs = 32
    const steps = 10
    const [first, last] = [widths[0], widths[widths.length - 1]]
    const gamma = richness * Math.sqrt(first / inputs)
    const settings = [
      {
        name: 'muP',
        grid: powersOfTwo(-6, 0, spacing),
        richness: () => richness,
        network: (): Partial<NetworkOptions> => ({
          parameterization: meanField({ gamma0: richness, normalizer: inputs }),
        }),
        // What the sweep calls a learning rate, over eta.
        unit: 1,
      },
      {
        name: 'NTK',
        grid: powersOfTwo(-6, 0.5, spacing),
        richness: (width: number) => gamma * Math.sqrt(inputs / width),
        network: (): Partial<NetworkOptions> => ({ parameterization: ntk({ gamma }) }),
        unit: inputs,
      },
      {
        name: 'standard',
        grid: powersOfTwo(-8, 1, spacing),
        richness: (width: number) => Math.sqrt(inputs / width),
        network: (): Partial<NetworkOptions> => ({ init: fanIn() }),
        unit: 1,
      },
    ]
    const checks: Check[] = []
    const [optima, curves]: Series[][] = [[], []]
    let done = 0
    for (const { name, grid, richness: richnessOf, network, unit } of settings) {
      const [simulated, predicted]: number[][] = [[], []]
      for (const width of widths) {
        await progress(done++ / (3 * widths.length), `${name}, width ${width}`)
        const ratio = width / inputs
        const losses = grid.map((eta) => {
          const layerRates = name === 'standard' ? [1, ...new Array<number>(depth).fill(ratio)] : undefined
          const options = { depth, steps, richness: richnessOf(width), widthRatio: ratio, layerRates, engine }
          return dlnDmft({ ...options, learningRate: eta }).test[steps]
        })
        predicted.push(optimalLearningRate(grid, losses).log2)
        if (width > most) continue
        const count = Math.max(2, Math.round((runs * first) / width))
        const sweep = await alongside(
          (signal) =>
            lrSweep(engine, {
              network: { sizes: [inputs, ...new Array<number>(depth).fill(width), 1], dtype: 'float32', ...network() },
              task: population(inputs),
              learningRates: grid.map((eta) => eta * unit),
              steps,
              seeds: Array.from({ length: count }, (_, i) => 1e6 * seed + i),
              // A network alone in memory takes five times as long as one of ten.
              runsAtOnce: Math.max(1, Math.min(grid.length, Math.floor(2e7 / (width * width * depth)))),
              signal,
            }),
          (share) => progress((done - 1 + share) / (3 * widths.length), `${name}, width ${width}`),
        )
        simulated.push(sweep.optimum.log2 - log(unit) / log(2))
        const group = `${name}, ${width}`
        if (name !== 'standard') {
          const shown = (values: ArrayLike<number>) => Array.from(values, (value) => (value < 100 ? value : Number.NaN))
          const y = shown(sweep.means.map((mean) => 2 * mean))
          curves.push(
            { label: `${group}, mean of ${count}`, group, kind: 'line', x: grid, y },
            { label: `${group}, theory`, group, kind: 'dashes', x: grid, y: shown(losses) },
          )
        }
      }
      const found = { x: widths, predicted, simulated }
      if (run.length > 0) checks.push(agreement(name, found, name === 'standard' ? 0.5 : 0.15))
      // The effect needs this range of widths, and richness.
      for (const [of, values] of last / first >= 16 && richness >= 4
        ? ([
            ['theory', predicted],
            ['simulation', simulated],
          ] as const)
        : []) {
        if (values.length < widths.length) continue
        const shift = values[values.length - 1] - values[0]
        const title = `${name}, ${of}: shift of log2 of the optimum from ${first} to ${last}`
        if (name === 'muP') checks.push(within(title, shift, 0, 0.5))
        else checks.push(name === 'NTK' ? atLeast(title, shift, 1.5) : atMost(title, shift, -2.5))
      }
      optima.push(...optimaSeries(name, found))
    }
    return {
      checks,
      figures: [
        {
          title: 'The best learning rate against the width',
          description:
            'The optimum stays where it is in the mean-field parameterisation (muP), rises with the width in the NTK one and falls in the standard one.',
          panels: [
            {
              title: `Best learning rate, ${depth} hidden layers, ${steps} steps`,
              x: { label: 'width N', scale: 'log' },
              y: { label: 'learning rate eta', scale: 'log' },
              series: optima,
            },
            {
              title: `Test loss after ${steps} steps`,
              x: { label: 'learning rate eta', scale: 'log' },
              y: { label: 'test loss', scale: 'log' },
              series: curves,
            },
          ],
        },
      ],
    }
  },
})
