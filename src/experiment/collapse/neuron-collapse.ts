// One tanh neuron under label noise, an ensemble a level of the noise: half of the neurons vanish where the formula puts the threshold.
import { createEnsemble } from '../../network/ensemble.js'
import { explicit } from '../../network/initializer.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { weights } from '../../probe/weights.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { labelNoise } from '../../task/label-noise.js'
import { regression } from '../../task/regression.js'
import { neuronCollapse } from '../../theory/collapse/neuron.js'
import { trainEnsemble } from '../../train/ensemble.js'
import { alongside } from '../alongside.js'
import { atLeast, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { COLLAPSE_PAPER } from './shared.js'

export const neuronCollapseExperiment = defineExperiment({
  id: 'neuron-collapse',
  title: 'A neuron under label noise vanishes above a threshold',
  paper: COLLAPSE_PAPER,
  formulas: [
    'f = w_2 tanh(w_1 x);  gradient descent at rate eta on labels y + sigma xi follows the diffusion with eta zeta^2, zeta = sigma / sqrt(m)',
    '(0, 0) attracts iff eta zeta^2 / 2 > sum x y / sum x^2',
  ],
  parameters: {
    levels: {
      description: 'noise eta zeta^2 / 2 as multiples of the critical one, rising',
      default: [0.7, 0.9, 1.1, 1.3],
      min: 0.1,
      max: 3,
    },
    samples: { description: 'samples m', default: 32, min: 4, max: 256, integer: true },
    replicas: { description: 'neurons a level', default: 200, min: 20, max: 10000, integer: true },
    time: { description: 'length of a run', default: 200, min: 20, max: 1000 },
    learningRate: { description: 'learning rate, the step of the diffusion', default: 0.04, min: 0.001, max: 0.1 },
  },
  async run({ engine, parameters, seed, progress }) {
    const { levels, samples, replicas, time, learningRate } = parameters
    const x = normal(foldIn(key(seed), 0), samples)
    const extra = normal(foldIn(key(seed), 1), samples)
    const y = x.map((value, i) => value + 0.1 * extra[i])
    const data = regression([[...x]], [[...y]])
    const { critical } = neuronCollapse({ x, y, eta: learningRate, zeta: 0 })
    const steps = Math.round(time / learningRate)
    const every = Math.ceil(steps / 40)
    const curves: Series[] = []
    const gone: number[] = []
    for (const [i, multiple] of levels.entries()) {
      const sigma = Math.sqrt((2 * multiple * critical * samples) / learningRate)
      const ensemble = createEnsemble(engine, {
        ...{ replicas, sizes: [1, 1, 1], activation: 'tanh', init: explicit([[[1]], [[1]]]) },
      })
      try {
        const { columns } = await alongside(
          (signal) =>
            trainEnsemble(ensemble, labelNoise(data, { sigma, seed: BigInt(seed) * 100n + BigInt(i) }), {
              optimizer: gradientDescent({ learningRate }),
              steps,
              record: { every, probes: [weights()] },
              signal,
            }),
          (share) => progress((i + share) / levels.length, `level ${multiple}`),
        )
        const shares = Array.from(columns.step.data, (_, frame) => {
          let small = 0
          for (let r = 0; r < replicas; r++) {
            const at = 2 * (frame * replicas + r)
            const [w1, w2] = [columns.weights.data[at], columns.weights.data[at + 1]]
            if (w1 * w1 + w2 * w2 < 1e-4) small++
          }
          return small / replicas
        })
        gone.push(shares[shares.length - 1])
        const label = `${multiple} of the critical level`
        curves.push({ label, kind: 'line', x: columns.step.data.map((step) => step * learningRate), y: shares })
      } finally {
        ensemble.dispose()
      }
    }
    const checks: Check[] = []
    const upper = gone.findIndex((share) => share >= 0.5)
    if (upper > 0) {
      const [a, b] = [gone[upper - 1], gone[upper]]
      const crossing = levels[upper - 1] + ((0.5 - a) / (b - a)) * (levels[upper] - levels[upper - 1])
      const measured = crossing * critical
      checks.push(within(`level at which half have vanished by t = ${time}`, measured, critical, 0.15))
    } else {
      checks.push(atLeast('levels on both sides of the one at which half have vanished', 0, 1))
    }
    for (let i = 1; i < levels.length; i++) {
      const what = `vanished, ${levels[i - 1]} to ${levels[i]} of the critical level: growth`
      checks.push(atLeast(what, gone[i] - gone[i - 1], 0))
    }
    return {
      checks,
      figures: [
        {
          title: 'One tanh neuron under label noise',
          description:
            'The share of neurons that have vanished rises from 0 to 1 around the critical level of the noise.',
          panels: [
            {
              title: `Vanished by t = ${time}`,
              x: { label: 'eta zeta^2 / 2' },
              y: { label: 'share with |w| < 0.01' },
              series: [
                { label: 'trained neurons', kind: 'dots', x: levels.map((multiple) => multiple * critical), y: gone },
                { label: 'sum xy / sum x^2', kind: 'dashes', x: [critical, critical], y: [0, 1] },
              ],
            },
            {
              ...{
                title: 'On the way',
                x: { label: 'time (learning rate x step)' },
                y: { label: 'share with |w| < 0.01' },
              },
              series: curves,
            },
          ],
        },
      ],
    }
  },
})
