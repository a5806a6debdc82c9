// Sweeps that tests run: small, and of every engine.
import { defineSweep, type SweepInput, type SweepManifest } from '../../src/sweep/index.js'

/** A run of 60 steps of a small network. */
export const BASE = {
  network: { kind: 'layers', sizes: [3, 4, 3], init: { kind: 'gaussian', gamma: 1 } },
  task: { kind: 'teacher', inputs: 3, outputs: 3, seed: 5 },
  optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
  steps: 60,
  record: { every: 5, probes: ['loss', 'singularValues'] },
} as const

const AXES = [
  { kind: 'linear', path: 'network.init.gamma', from: 0.5, to: 2, count: 4 },
  { kind: 'log', path: 'optimizer.learningRate', from: 0.02, to: 2, count: 5 },
] as const

export const INPUT: SweepInput = {
  schema: 1,
  base: BASE,
  axes: AXES,
  replicates: 6,
  key: [1, 2],
  metrics: [
    'loss',
    { probe: 'loss', take: 'min' },
    { probe: 'loss', take: 'stepBelow', threshold: 0.05 },
    { probe: 'singularValues', entry: 1 },
  ],
}

/** 120 runs, some of which diverge. */
export const ensemble: SweepManifest = defineSweep(INPUT)
export const single: SweepManifest = defineSweep({ ...INPUT, engine: 'single' })
/** 12 runs of a wide network, in Gram form. */
export const gram: SweepManifest = defineSweep({
  ...INPUT,
  base: { ...BASE, network: { ...BASE.network, sizes: [3, 4000, 3] } },
  axes: [AXES[0]],
  replicates: 3,
})
/** 8 runs of an experiment. */
export const experiment: SweepManifest = defineSweep({
  schema: 1,
  base: {
    experiment: 'mixed-phase-diagram',
    parameters: { dimension: 20, rank: 2, iterations: 10, widthExponents: [2], varianceExponents: [-2] },
  },
  axes: [{ kind: 'list', path: 'parameters.varianceExponents[0]', values: [-2, -1.5], name: 'gamma_s' }],
  replicates: 4,
  metrics: [{ name: 'test', figure: 0, panel: 0, series: 0 }, { name: 'gap', check: 0 }, 'pass'],
})
