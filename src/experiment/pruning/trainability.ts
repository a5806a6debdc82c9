// What pruned networks learn: accuracy on fresh samples after training from the pruned start, for every score and several compressions. A network
// without biases that has lost a layer says 0 to everything, so it is right for exactly one class.
import { createNetwork } from '../../network/create.js'
import { type PruningMask, pruneAtInit } from '../../network/pruning/prune.js'
import type { SaliencyKind } from '../../network/pruning/saliency.js'
import { chain } from '../../optimizer/chain.js'
import { accuracy } from '../../probe/accuracy.js'
import { classification } from '../../task/classification.js'
import { maximalCompression } from '../../theory/pruning/compression.js'
import { trainSync } from '../../train/train.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import { layerSizes, looks, mean, mixture, PAPER, SIZES } from './problem.js'

const SCORES: readonly (readonly [string, SaliencyKind])[] = [
  ['SynFlow', 'synflow'],
  ['SNIP', 'snip'],
  ['GraSP', 'grasp'],
  ['magnitude', 'magnitude'],
  ['random', 'random'],
]
const CLASSES = SIZES[SIZES.length - 1]
/** A multiple of the classes, so that all are equally frequent. */
const TESTS = 50 * CLASSES
const RATE = 0.15
const STEPS = 400

export const prunedTrainability = defineExperiment({
  id: 'pruned-trainability',
  title: 'Pruned to a tenth, networks of SynFlow learn most and those of chance nothing',
  paper: PAPER,
  formulas: [
    'an empty layer: f(x) = 0, accuracy 1 / classes',
    'accuracy at rho = 10: SynFlow > SNIP > magnitude > random',
  ],
  parameters: {
    compressions: { description: 'compressions rho, rising', default: [4, 10, 20, 100], min: 1, max: 400 },
    distance: {
      description: 'deviation of the centres of classes, over that around them',
      default: 1.5,
      min: 1,
      max: 5,
    },
    samples: { description: 'samples of training', default: 200, min: 50, max: 5000, integer: true },
    learningRate: { description: 'of gradient descent', default: RATE, min: 0.01, max: 0.5 },
    steps: { description: 'steps of gradient descent', default: STEPS, min: 50, max: 5000, integer: true },
    networks: {
      description: 'networks a score, each with a mixture of its own',
      default: 5,
      min: 1,
      max: 50,
      integer: true,
    },
  },
  async run({ engine, parameters, seed, progress }) {
    const { compressions, distance, samples, learningRate, steps, networks } = parameters
    const found = SCORES.map(() => compressions.map(() => [] as number[]))
    const dense: number[] = []
    let [done, lost, apart, emptied] = [0, 0, 0, 0]
    for (let i = 0; i < networks; i++) {
      const own = 1000 * seed + i
      const { x, y } = mixture(SIZES[0], samples, distance, own, 0)
      const fresh = mixture(SIZES[0], TESTS, distance, own, 1)
      const task = classification(x, y)
      const judge = accuracy({ inputs: fresh.x, labels: fresh.labels })
      const shape = { sizes: SIZES, activation: 'relu', seed: own, dtype: 'float32' } as const
      const learn = (masks?: readonly PruningMask[]) => {
        using net = createNetwork(engine, { ...shape, masks })
        const record = { every: steps, probes: [judge] }
        const { data } = trainSync(net, task, { optimizer: chain([], { learningRate }), steps, record }).columns
          .accuracy
        return data[data.length - 1]
      }
      dense.push(learn())
      using start = createNetwork(engine, { ...shape, dtype: 'float64' })
      for (const [k, [name, score]] of SCORES.entries()) {
        const data = looks(score) ? { x, y, loss: 'softmax-cross-entropy' as const } : {}
        for (const [c, compression] of compressions.entries()) {
          await progress(done++ / (networks * SCORES.length * compressions.length), `${name}, rho ${compression}`)
          const { masks, emptyLayers } = pruneAtInit(start, {
            ...{ score, compression, ...data },
            ...(score === 'random' ? { seed: own } : {}),
          })
          const right = learn(masks)
          found[k][c].push(right)
          if (emptyLayers.length === 0) continue
          if (score === 'synflow') lost++
          emptied++
          apart = Math.max(apart, Math.abs(right - 1 / CLASSES))
        }
      }
    }
    const means = found.map((row) => row.map(mean))
    const checks: Check[] = []
    if (Math.max(...compressions) <= maximalCompression(layerSizes(SIZES)) / 2)
      checks.push(atMost('networks that SynFlow leaves with an empty layer', lost, 0))
    if (emptied > 0)
      checks.push(atMost(`accuracy with an empty layer, away from 1 / ${CLASSES}, ${emptied} of them`, apart, 1e-12))
    const at = compressions.indexOf(10)
    if (distance >= 1.5 && samples >= 200 && learningRate === RATE && steps >= STEPS) {
      checks.push(atLeast('dense networks: mean accuracy', mean(dense), 0.95))
      if (at >= 0) {
        const [synflow, snip, , magnitude, random] = means.map((row) => row[at])
        checks.push(
          atLeast('rho 10: accuracy of SynFlow over that of SNIP', synflow - snip, 0.02),
          atLeast('rho 10: accuracy of SNIP over that of magnitude', snip - magnitude, 0.02),
          atLeast('rho 10: accuracy of magnitude over that of random', magnitude - random, 0.02),
          atLeast('rho 10: accuracy of SynFlow over that of random', synflow - random, 0.4),
        )
      }
    }
    return {
      checks,
      notes: [
        'A mixture of Gaussians and a small ReLU network stand for CIFAR and ImageNet with VGG and ResNet, which are not run here.',
        'GraSP is drawn and not ordered: between networks it is above and below SNIP.',
      ],
      figures: [
        {
          title: 'Accuracy of pruned networks',
          description:
            'Accuracy on fresh samples against compression: at a tenth of the weights SynFlow keeps most of it and random pruning nothing; far beyond, all are near chance.',
          panels: [
            {
              title: `Accuracy after ${steps} steps, mean of ${networks}`,
              x: { label: 'compression rho', scale: 'log' },
              y: { label: 'accuracy on fresh samples' },
              series: [
                ...SCORES.map(([label], k) => ({ label, kind: 'line' as const, x: compressions, y: means[k] })),
                { label: 'dense', kind: 'dashes' as const, x: compressions, y: compressions.map(() => mean(dense)) },
                {
                  label: 'a layer empty: 1 / classes',
                  kind: 'dashes' as const,
                  x: compressions,
                  y: compressions.map(() => 1 / CLASSES),
                },
              ],
            },
          ],
        },
      ],
    }
  },
})
