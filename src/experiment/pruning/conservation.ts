// Conservation of synaptic flow: every layer has the same sum of scores, every neuron passes on what it gets, so large layers have small scores;
// and why scores must be computed again between small cuts.
import { createNetwork } from '../../network/create.js'
import { saliencyConservation } from '../../network/pruning/conservation.js'
import { pruneAtInit } from '../../network/pruning/prune.js'
import { saliency } from '../../network/pruning/saliency.js'
import { synflowScores } from '../../network/pruning/synflow.js'
import { cutBound } from '../../theory/pruning/cuts.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import { layerSizes, mixture, PAPER, SIZES } from './problem.js'

export const synapticConservation = defineExperiment({
  id: 'synaptic-conservation',
  title: 'Synaptic flow is conserved by neurons and layers, and small cuts leave every layer alive',
  paper: PAPER,
  formulas: [
    'sum of S_l = R for every l, so mean score = R / size',
    'cut / R <= L (1 - kept / before) for conserved scores',
  ],
  parameters: {
    compression: { description: 'rho of the cuts', default: 100, min: 2, max: 400 },
    iterations: { description: 'iterations of either schedule', default: 100, min: 10, max: 500, integer: true },
    samples: { description: 'samples of the gradient', default: 100, min: 10, max: 2000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { compression, iterations, samples } = parameters
    using net = createNetwork(engine, { sizes: SIZES, activation: 'relu', seed })
    const counts = layerSizes(SIZES)
    const shaped = (scores: readonly Float64Array[]) =>
      scores.map((data, l) => ({ data, shape: [SIZES[l + 1], SIZES[l]] as const }))
    const { scores, flow } = synflowScores(net)
    const sums = saliencyConservation(shaped(scores))
    const checks: Check[] = [
      atMost('SynFlow: spread of size x mean score over layers', sums.layerSpread, 1e-12),
      atMost('SynFlow: largest defect of a neuron, relative', sums.largestDefect, 1e-12),
      atMost('SynFlow: layer sums against R, relative', Math.abs(sums.layerSums[0] / flow - 1), 1e-12),
    ]
    await progress(0.2, 'gradients')
    const { x, y } = mixture(SIZES[0], samples, 1, seed, 0)
    // SNIP scores are the sizes of W o dC/dW, whose signed values every layer sums to the same; unsigned they are not conserved.
    const snip = saliency('snip', net, { x, y, loss: 'softmax-cross-entropy' })
    const snipSums = saliencyConservation(shaped(snip))
    checks.push(atLeast('SNIP, unsigned: spread over layers', snipSums.layerSpread, 1e-3))
    const runs = (['exponential', 'linear'] as const).map((schedule) => ({
      schedule,
      ...pruneAtInit(net, { compression, iterations, schedule }),
    }))
    const bounds = runs.map(({ keptCounts, prunable }) =>
      keptCounts.map((kept, i) => cutBound(counts.length, i === 0 ? prunable : keptCounts[i - 1], kept)),
    )
    const published = compression === 100 && iterations === 100
    for (const [k, { schedule, cutRatios, emptyLayers }] of runs.entries()) {
      const largest = Math.max(...cutRatios)
      if (published) {
        const name = `${schedule} schedule: largest cut / R`
        checks.push(schedule === 'exponential' ? atMost(name, largest, 0.2) : atLeast(name, largest, 1))
      }
      const over = Math.max(...cutRatios.map((cut, i) => cut - bounds[k][i]))
      checks.push(atMost(`${schedule} schedule: cut over its bound`, over, 1e-12))
      if (schedule === 'exponential') checks.push(atMost('exponential schedule: empty layers', emptyLayers.length, 0))
    }
    const byMean = counts.map((size, l) => ({
      size,
      synflow: sums.layerSums[l] / size,
      snip: snipSums.layerSums[l] / size,
    }))
    byMean.sort((a, b) => a.size - b.size)
    const sizes = byMean.map(({ size }) => size)
    const steps = Array.from({ length: iterations }, (_, i) => i + 1)
    return {
      checks,
      figures: [
        {
          title: 'Conservation of synaptic flow',
          description:
            'Mean scores fall as one over the size of a layer; cuts of the exponential schedule stay far below what a layer has, those of the linear one do not.',
          panels: [
            {
              title: 'Mean score of a layer, times R or the mean layer sum of SNIP',
              x: { label: 'weights of the layer', scale: 'log' },
              y: { label: 'mean score over layer sum', scale: 'log' },
              series: [
                { label: 'SynFlow', kind: 'dots', x: sizes, y: byMean.map(({ synflow }) => synflow / flow) },
                { label: 'SNIP', kind: 'dots', x: sizes, y: byMean.map(({ snip }) => snip * counts.length) },
                { label: '1 / size', group: 'SynFlow', kind: 'dashes', x: sizes, y: sizes.map((size) => 1 / size) },
              ],
            },
            {
              title: `Cut over what a layer has, rho = ${compression}`,
              x: { label: 'iteration' },
              y: { label: 'cut / R', scale: 'log' },
              series: runs.flatMap(({ schedule, cutRatios }, k) => [
                {
                  label: schedule,
                  group: schedule,
                  kind: 'line' as const,
                  x: steps,
                  y: cutRatios.map((cut) => cut || Number.NaN),
                },
                {
                  label: `${schedule}, bound`,
                  group: schedule,
                  kind: 'dashes' as const,
                  x: steps,
                  y: bounds[k].map((cut) => cut || Number.NaN),
                },
              ]),
            },
          ],
        },
      ],
    }
  },
})
