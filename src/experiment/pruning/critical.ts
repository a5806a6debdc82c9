// How far each score can prune before a layer is gone, beside how far anything can, and how far chance goes.

import { pow } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { criticalCompression } from '../../network/pruning/critical.js'
import { pruneAtInit } from '../../network/pruning/prune.js'
import type { SaliencyKind } from '../../network/pruning/saliency.js'
import { maximalCompression, randomCriticalCompression } from '../../theory/pruning/compression.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { layerSizes, looks, mean, mixture, PAPER, SIZES, sizesAt } from './problem.js'

const METHODS: readonly (readonly [string, SaliencyKind, 'once' | 'iterated'])[] = [
  ['random', 'random', 'once'],
  ['magnitude', 'magnitude', 'once'],
  ['SNIP', 'snip', 'once'],
  ['GraSP', 'grasp', 'once'],
  ['SynFlow, 1 iteration', 'synflow', 'once'],
  ['SynFlow, iterated', 'synflow', 'iterated'],
]

export const criticalCompressions = defineExperiment({
  id: 'critical-compression',
  title: 'Critical compression: iterated SynFlow prunes as far as anything can',
  paper: PAPER,
  formulas: [
    'rho_max = N / L: one weight a layer',
    'random:  E[N / K*] = 1 + sum_(L <= K < N) N / (K (K+1)) P(no layer empty at K)',
  ],
  parameters: {
    scales: { description: 'widths over those of 20-30-25-15-10, rising', default: [0.5, 1], min: 0.2, max: 4 },
    draws: { description: 'networks for scores without data', default: 60, min: 4, max: 1000, integer: true },
    dataDraws: { description: 'networks for SNIP and GraSP', default: 8, min: 2, max: 100, integer: true },
    samples: { description: 'samples of SNIP and GraSP', default: 100, min: 10, max: 2000, integer: true },
    iterations: { description: 'iterations of SynFlow', default: 100, min: 30, max: 1000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { scales, draws, dataDraws, samples, iterations } = parameters
    const found = METHODS.map(() => [] as number[])
    const checks: Check[] = []
    const counts = scales.map((scale) => layerSizes(sizesAt(scale)))
    const weights = counts.map((layers) => layers.reduce((sum, size) => sum + size, 0))
    const largest = counts.map(maximalCompression)
    const chance = counts.map(randomCriticalCompression)
    for (const [s, scale] of scales.entries()) {
      const sizes = sizesAt(scale)
      for (const [m, [name, score, how]] of METHODS.entries()) {
        const count = how === 'iterated' ? 2 : looks(score) ? dataDraws : draws
        const values: number[] = []
        for (let i = 0; i < count; i++) {
          if (looks(score) || how === 'iterated' || i % 20 === 0) {
            await progress((s + (m + i / count) / METHODS.length) / scales.length, `${name}, scale ${scale}`)
          }
          const own = 1000 * seed + i
          using net = createNetwork(engine, { sizes, activation: 'relu', seed: own })
          values.push(
            criticalCompression(net, {
              score,
              ...(how === 'iterated' ? { iterations } : { iterations: 1 }),
              ...inputOf(score, sizes[0], samples, own),
            }).compression,
          )
        }
        found[m].push(mean(values))
        if (how === 'iterated') {
          checks.push(within(`${name}, scale ${scale}`, Math.min(...values), largest[s], 0))
        } else if (scale === 1) checks.push(atMost(`${name}: mean, scale 1`, mean(values), 0.75 * largest[s]))
        if (score === 'random' || score === 'magnitude') {
          const spread = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / count)
          checks.push(within(`${name}, scale ${scale}: mean of ${count}`, mean(values), chance[s], 4 * spread))
        }
      }
    }
    const x = weights
    return {
      checks,
      notes: [
        'Small ReLU networks stand for the VGG and ResNet of the paper: collapse is a matter of layer sizes and scores, not of convolutions.',
      ],
      figures: [
        {
          title: 'Critical compression',
          description:
            'Critical compression against the size of the network, and the smallest layer against compression: iterated SynFlow lies on the line N / L, all others far below.',
          panels: [
            {
              title: 'Critical compression',
              x: { label: 'weights N', scale: 'log' },
              y: { label: 'compression rho', scale: 'log' },
              series: [
                ...METHODS.map(([label], m): Series => ({ label, kind: 'dots', x, y: found[m] })),
                { label: 'N / L', group: 'SynFlow, iterated', kind: 'dashes', x, y: largest },
                { label: 'random, expected', group: 'random', kind: 'dashes', x, y: chance },
              ],
            },
            {
              title: 'What is left of the emptiest layer (a line ends where a layer is gone)',
              x: { label: 'compression rho', scale: 'log' },
              y: { label: 'weights', scale: 'log' },
              series: METHODS.map(([label, score, how]) =>
                emptiest(engine, label, score, how === 'iterated' ? iterations : 1, samples, seed),
              ),
            },
          ],
        },
      ],
    }
  },
})

function inputOf(score: SaliencyKind, inputs: number, samples: number, seed: number) {
  if (score === 'random') return { seed }
  if (!looks(score)) return {}
  const { x, y } = mixture(inputs, samples, 1, seed, 0)
  return { x, y, loss: 'softmax-cross-entropy' as const }
}

/** The smallest layer after pruning, against the compression. */
function emptiest(
  engine: Parameters<typeof createNetwork>[0],
  label: string,
  score: SaliencyKind,
  iterations: number,
  samples: number,
  seed: number,
): Series {
  using net = createNetwork(engine, { sizes: SIZES, activation: 'relu', seed: 1000 * seed })
  const points = 22
  const last = maximalCompression(layerSizes(SIZES))
  const x = Array.from({ length: points }, (_, i) => pow(last, i / (points - 1)))
  const y = x.map((compression) => {
    const { layers } = pruneAtInit(net, {
      score,
      compression,
      iterations,
      ...inputOf(score, SIZES[0], samples, 1000 * seed),
    })
    return Math.min(...layers.map(({ kept }) => kept))
  })
  const end = y.indexOf(0)
  return { label, kind: 'line', x: x.slice(0, end < 0 ? points : end), y: y.slice(0, end < 0 ? points : end) }
}
