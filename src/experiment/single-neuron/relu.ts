// Shallow rectifier networks that learn a small rectifier network: from a small start, upstream neurons flip their gates at once, downstream ones late, and over
// the plane of scale and balance there is a region of fast features.
import type { Engine } from '../../linalg/engine.js'
import { exp, log } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { unbalanced } from '../../network/unbalanced.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { noetherCharges } from '../../probe/charges.js'
import { hammingDistance } from '../../probe/hamming-distance.js'
import { kernelDistance } from '../../probe/kernel-distance.js'
import { loss } from '../../probe/loss.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { regression } from '../../task/regression.js'
import { trainSync } from '../../train/train.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { FigureData, PanelData, Series } from '../figure.js'
import { PAPER, spread } from './simulate.js'

const [SAMPLES, INPUTS, HIDDEN, TEACHER] = [100, 10, 20, 3]
/** Of the loss with 1/2: twice that of a mean of squares. */
const LEARNING_RATE = 0.1
const KINDS = [
  ['upstream', 1],
  ['balanced', 0],
  ['downstream', -1],
] as const

export const getRichQuick = defineExperiment({
  id: 'get-rich-quick-relu',
  title: 'Rectifier networks: upstream starts flip their gates first',
  paper: PAPER,
  formulas: [
    'every neuron: |a|^2 - |w|^2 = delta, |a| |w| = tau^2; pairs of opposite readout, so that f = 0 at the start',
    'Hamming distance: share of (unit, sample) gates that have flipped; kernel distance 1 - <K, K_0>/(|K| |K_0|)',
    'gradient flow conserves delta of every neuron; gradient descent drifts by O(learning rate)',
  ],
  parameters: {
    tau: { description: 'scale of the curves', default: 0.1, min: 0.05, max: 1 },
    seeds: { description: 'draws of data, teacher and start', default: 5, min: 1, max: 32, integer: true },
    steps: { description: 'steps of the curves', default: 4000, min: 1000, max: 100000, integer: true },
    grid: {
      description: 'points of the map along delta (-1 .. 1) and tau (0.1 .. 2); 0 for none',
      default: 5,
      min: 0,
      max: 17,
      integer: true,
    },
    gridSteps: { description: 'steps of the map', default: 1000, min: 100, max: 100000, integer: true },
  },
  async run({ engine, parameters: { tau, seeds, steps, grid, gridSteps }, seed, progress }) {
    const checks: Check[] = []
    const [hammings, kernels, losses] = [[] as Series[], [] as Series[], [] as Series[]]
    const lossAt = KINDS.map(() => 0)
    const share = grid > 0 ? 0.6 : 1
    for (let s = 0; s < seeds; s++) {
      const at: { hamming: number; kernel: number }[] = []
      let drift = 0
      for (const [k, [name, delta]] of KINDS.entries()) {
        await progress((share * (s + k / 3)) / seeds, `seed ${s + 1}, ${name}`)
        const { columns } = learn(engine, { seed, draw: s, tau, delta, steps, every: 100, learningRate: LEARNING_RATE })
        at.push({ hamming: columns.hammingDistance.data[1], kernel: columns.kernelDistance.data[1] })
        lossAt[k] += columns.loss.data[10] / seeds
        for (const charge of columns.noetherCharges.data) drift = Math.max(drift, Math.abs(charge - delta))
        if (s > 0) continue
        const x = columns.step.data
        hammings.push({ label: name, kind: 'line', x, y: columns.hammingDistance.data })
        kernels.push({ label: name, kind: 'line', x, y: columns.kernelDistance.data })
        losses.push({ label: name, kind: 'line', x, y: columns.loss.data })
      }
      // The orders are those of a small start.
      if (tau > 0.2) continue
      const [up, even, down] = at
      checks.push(
        atLeast(`draw ${s + 1}: Hamming distance at step 100, upstream less balanced`, up.hamming - even.hamming, 0.02),
        atLeast(`draw ${s + 1}: the same, balanced less downstream`, even.hamming - down.hamming, 0.02),
        atLeast(`draw ${s + 1}: kernel distance at step 100, upstream`, up.kernel, 0.1),
        atMost(`draw ${s + 1}: the same, downstream`, down.kernel, 0.05),
        atMost(`draw ${s + 1}: drift of |a|^2 - |w|^2`, drift, 5e-3),
      )
    }
    if (tau <= 0.2) {
      checks.push(
        atMost('mean loss at step 1000, upstream over balanced', lossAt[0] / lossAt[1], 0.8),
        atMost('mean loss at step 1000, balanced over downstream', lossAt[1] / lossAt[2], 0.9),
      )
    }
    const step = { label: 'step' }
    const figures: (FigureData & { panels: PanelData[] })[] = [
      {
        title: 'Rectifier networks from a small start',
        description:
          'Upstream neurons flip gates and turn the kernel within a hundred steps, balanced ones later, downstream ones last; large starts hardly move at any balance.',
        panels: [
          {
            title: 'Gates that have flipped since the start',
            x: step,
            y: { label: 'Hamming distance' },
            series: hammings,
          },
          { title: 'Distance of the kernel from its start', x: step, y: { label: 'kernel distance' }, series: kernels },
          { title: 'Training loss', x: step, y: { label: 'loss', scale: 'log' as const }, series: losses },
        ],
      },
    ]
    if (grid > 1) {
      const deltas = spread(-1, 1, grid)
      const taus = spread(log(0.1), log(2), grid).map(exp)
      const [flips, turns] = [[] as number[], [] as number[]]
      let least = Number.POSITIVE_INFINITY
      let lazy = 0
      for (const [i, scale] of taus.entries()) {
        const kernel: number[] = []
        for (const [j, delta] of deltas.entries()) {
          await progress(share + (1 - share) * ((i + j / grid) / grid), `tau ${scale.toFixed(2)}, delta ${delta}`)
          // Large neurons learn in proportion to their size, and need shorter steps.
          const learningRate = Math.min(LEARNING_RATE, 0.05 / (scale * scale))
          const options = { seed, draw: 0, tau: scale, delta, steps: gridSteps, every: gridSteps, learningRate }
          const { columns } = learn(engine, options)
          flips.push(columns.hammingDistance.data[1])
          kernel.push(columns.kernelDistance.data[1])
        }
        if (i === 0) least = kernel[grid - 1]
        if (i === grid - 1) lazy = Math.max(...kernel)
        turns.push(...kernel)
      }
      checks.push(
        atLeast('map: kernel distance of the smallest upstream start over that of the largest starts', least / lazy, 3),
      )
      const half = 1 / (grid - 1)
      const cells = { x: spread(-1 - half, 1 + half, grid + 1), y: edgesOf(taus) }
      for (const [what, label, values] of [
        ['gates flipped', 'Hamming distance', flips],
        ['change of the kernel', 'distance', turns],
      ] as const) {
        figures[0].panels.push({
          title: `Map: ${what} after ${gridSteps} steps`,
          x: { label: 'delta (downstream < 0 < upstream)' },
          y: { label: 'scale tau of the start', scale: 'log' },
          heat: { ...cells, values, label },
          series: [],
        })
      }
    }
    return { checks, figures }
  },
})

/** Edges of cells around numbers that are evenly spaced in their logarithm. */
function edgesOf(centres: readonly number[]): number[] {
  const half = Math.sqrt(centres[1] / centres[0])
  return [centres[0] / half, ...centres.map((centre) => centre * half)]
}

interface Run {
  readonly seed: number
  readonly draw: number
  readonly tau: number
  readonly delta: number
  readonly steps: number
  readonly every: number
  readonly learningRate: number
}

/** Train a student on what a teacher of three rectifiers says of random samples of length 1. */
function learn(engine: Engine, { seed, draw, tau, delta, steps, every, learningRate }: Run) {
  const root = foldIn(key(seed), draw)
  const rows = (stream: number, count: number) => {
    const z = normal(foldIn(root, stream), count * INPUTS)
    return Array.from({ length: count }, (_, n) => {
      const row = z.subarray(n * INPUTS, (n + 1) * INPUTS)
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
      return Array.from(row, (value) => value / length)
    })
  }
  const samples = rows(1, SAMPLES)
  const units = rows(2, TEACHER)
  const signs = normal(foldIn(root, 3), TEACHER).map((value) => (value < 0 ? -1 : 1))
  const targets = samples.map((x) =>
    units.reduce(
      (sum, w, i) =>
        sum +
        signs[i] *
          Math.max(
            0,
            w.reduce((dot, value, j) => dot + value * x[j], 0),
          ),
      0,
    ),
  )
  const x = Array.from({ length: INPUTS }, (_, j) => samples.map((sample) => sample[j]))
  const init = unbalanced({ tau, delta, antisymmetric: true })
  const net = createNetwork(engine, { sizes: [INPUTS, HIDDEN, 1], activation: 'relu', init, seed: seed * 1000 + draw })
  try {
    const probes = [
      loss(),
      hammingDistance({ inputs: x }),
      kernelDistance({ inputs: x }),
      noetherCharges({ form: 'neurons' }),
    ] as const
    return trainSync<typeof probes>(net, regression(x, [targets]), {
      optimizer: gradientDescent({ learningRate }),
      steps,
      record: { every, probes },
    })
  } finally {
    net.dispose()
  }
}
