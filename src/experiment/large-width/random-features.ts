// Training the readout alone: random features. The hidden layer is frozen and the readout starts at 0, so that the richness does not matter.

import { gaussian, type Initializer } from '../../network/initializer.js'
import { dlnDmft } from '../../theory/large-width/dln-dmft.js'
import { atMost } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { distanceFrom, networkOf, PAPER, runsOnSamples, stepsOf } from './simulate.js'

export const randomFeatures = defineExperiment({
  id: 'random-features',
  title: 'Random features: only the readout learns',
  paper: PAPER,
  formulas: ['layers at rates 0 and 1, w(0) = 0: the march with r^1 = 0; the result does not depend on gamma_h'],
  parameters: {
    dimension: { description: 'inputs D', default: 100, min: 20, max: 400, integer: true },
    widthRatio: { description: 'nu = N / D', default: 0.5, min: 0.1, max: 4 },
    sampleRatio: { description: 'alpha = P / D', default: 1, min: 0.1, max: 8 },
    learningRate: { description: 'eta', default: 0.04, min: 1e-3, max: 0.1 },
    noise: { description: 'standard deviation of the noise on targets', default: 0.2, min: 0, max: 2 },
    runs: { description: 'starts, each with its own samples', default: 300, min: 4, max: 1000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { dimension: d, widthRatio, sampleRatio, learningRate, noise, runs } = parameters
    const steps = 40
    const [width, samples] = [Math.max(1, Math.round(widthRatio * d)), Math.max(1, Math.round(sampleRatio * d))]
    const options = { learningRate, steps, runs, seed, layerRates: [0, 1], samples, noise }
    const at = (richness: number) =>
      dlnDmft({
        depth: 1,
        steps,
        learningRate,
        richness,
        widthRatio: width / d,
        sampleRatio: samples / d,
        noise,
        layerRates: [0, 1],
        readoutVariance: 0,
        engine,
      })
    const [theory, other] = [at(1), at(5)]
    const network = { ...networkOf(d, width, 1, 1), init: zeroReadout() }
    const found = await runsOnSamples(engine, { ...options, network, progress: (done) => progress(0.9 * done) })
    const rich = { ...networkOf(d, width, 1, 5), init: zeroReadout() }
    const [few, same] = [
      await runsOnSamples(engine, { ...options, runs: 4, network, progress: () => progress(0.9) }),
      await runsOnSamples(engine, { ...options, runs: 4, network: rich, progress: () => progress(0.95) }),
    ]
    const apart = (a: Float64Array, b: Float64Array) => Math.max(...a.map((value, t) => Math.abs(value / b[t] - 1)))
    const [test, train] = [distanceFrom(found.test, theory.test), distanceFrom(found.train, theory.train)]
    const x = stepsOf(steps + 1)
    const pair = (name: string, simulated: Float64Array, predicted: Float64Array): Series[] => [
      { label: `${name}, mean of ${runs}`, group: name, kind: 'line', x, y: simulated },
      { label: `${name}, theory`, group: name, kind: 'dashes', x, y: predicted },
    ]
    return {
      checks: [
        atMost('theory: difference between richness 1 and 5', apart(theory.test, other.test), 1e-12),
        atMost('simulation: difference between richness 1 and 5', apart(few.test.mean, same.test.mean), 1e-9),
        atMost('distance of the test loss', test.distance, 1 / d + 3 * test.error),
        atMost('distance of the training loss', train.distance, 1 / d + 3 * train.error),
      ],
      figures: [
        {
          title: 'Random features',
          description:
            'Test and training loss of a readout on frozen random features, mean of networks over the theory.',
          panels: [
            {
              title: `N = ${width}, P = ${samples}, D = ${d}`,
              x: { label: 'step' },
              y: { label: 'loss', scale: 'log' },
              series: [
                ...pair('test', found.test.mean, theory.test),
                ...pair('training', found.train.mean, theory.train),
              ],
            },
          ],
        },
      ],
    }
  },
})

/** Weights of variance 1, the last layer 0. */
function zeroReadout(): Initializer {
  const unit = gaussian({ variance: 1 })
  return {
    name: 'zero readout',
    weights: (sizes, start) =>
      unit.weights(sizes, start).map((entries, l) => (l === sizes.length - 2 ? entries.map(() => 0) : entries)),
  }
}
