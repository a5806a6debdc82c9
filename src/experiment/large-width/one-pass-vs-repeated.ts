// Samples that come again against fresh ones: the same first step, then overfitting against a noise floor.
import { dlnDmft } from '../../theory/large-width/dln-dmft.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { networkOf, PAPER, runsOnPopulation, runsOnSamples, stepsOf } from './simulate.js'

export const onePassVsRepeated = defineExperiment({
  id: 'one-pass-vs-repeated',
  title: 'Fresh samples in every step against the same ones',
  paper: PAPER,
  formulas: [
    'repeated: q = lam R_D v + sqrt(lam/alpha) r_phi,  C_Delta = R_D (C_v + sigma^2) R_D^T',
    'one pass: R_D = 1, C_Delta diagonal; the first step is statistically the same',
  ],
  parameters: {
    dimension: { description: 'inputs D, and the width', default: 100, min: 20, max: 400, integer: true },
    ratios: { description: 'samples, or samples of a step, over D', default: [0.5, 1, 2], min: 0.1, max: 8 },
    steps: { description: 'updates', default: 40, min: 2, max: 200, integer: true },
    noise: { description: 'standard deviation of the noise on targets', default: 0.3, min: 0, max: 2 },
    runs: { description: 'starts with samples that come again', default: 80, min: 4, max: 1000, integer: true },
    freshRuns: { description: 'starts with fresh samples', default: 400, min: 4, max: 10000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { dimension: d, ratios, steps, noise, runs, freshRuns } = parameters
    const network = networkOf(d, d, 2, 1)
    const x = stepsOf(steps + 1)
    const checks: Check[] = []
    const [tests, trains]: Series[][] = [[], []]
    for (const [i, ratio] of ratios.entries()) {
      const count = Math.max(1, Math.round(ratio * d))
      const model = { depth: 2, steps, learningRate: 0.05, widthRatio: 1, noise, engine }
      const [again, fresh] = [
        dlnDmft({ ...model, sampleRatio: count / d }),
        dlnDmft({ ...model, batchRatio: count / d }),
      ]
      const part = (half: number) => (done: number) =>
        progress((i + (half + done) / 2) / ratios.length, `ratio ${ratio}`)
      const options = { network, learningRate: 0.05, steps, runs, seed: 10 * seed + i }
      const seen = await runsOnSamples(engine, { ...options, samples: count, noise, progress: part(0) })
      const once = await runsOnPopulation(engine, {
        ...options,
        runs: freshRuns,
        batch: { size: count, noise },
        progress: part(1),
      })
      const name = `ratio ${ratio}`
      checks.push(
        atMost(`${name}: difference of the theories after one step`, Math.abs(again.test[1] - fresh.test[1]), 1e-12),
      )
      const simulations = [
        ['repeated', seen.test, again.test],
        ['one pass', once, fresh.test],
      ] as const
      for (const [kind, { mean, error }, theory] of simulations) {
        // 12% at D = 100, or what few runs leave open.
        const bound = Math.max(12 / d, (3 * error[steps]) / theory[steps])
        const distance = Math.abs(mean[steps] / theory[steps] - 1)
        checks.push(atMost(`${name}, ${kind}: distance of the last test loss`, distance, bound))
      }
      if (ratio <= 2 && steps >= 40 && noise >= 0.3) {
        const [expected, found] = [again.test[steps] / fresh.test[steps], seen.test.mean[steps] / once.mean[steps]]
        checks.push(
          atLeast(`${name}, theory: last test loss, repeated over one pass`, expected, 10),
          atLeast(`${name}, simulation: last test loss, repeated over one pass`, found, 10),
          atMost(`${name}, theory: last training loss, repeated`, again.train[steps], noise * noise),
          atMost(`${name}, simulation: last training loss, repeated`, seen.train.mean[steps], noise * noise),
          atLeast(`${name}, theory: last training loss, one pass`, fresh.train[steps], noise * noise),
        )
      }
      for (const [kind, { mean }, theory] of simulations) {
        const group = `${name}, ${kind}`
        tests.push(
          { label: `${group}, mean of ${kind === 'repeated' ? runs : freshRuns}`, group, kind: 'line', x, y: mean },
          { label: `${group}, theory`, group, kind: 'dashes', x, y: theory },
        )
      }
      const group = `${name}, repeated`
      trains.push(
        { label: `${group}, mean of ${runs}`, group, kind: 'line', x, y: seen.train.mean },
        { label: `${group}, theory`, group, kind: 'dashes', x, y: again.train },
        { label: `${name}, one pass, theory`, kind: 'dashes', x, y: fresh.train },
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Fresh samples against the same ones',
          description:
            'With the same samples in every step the training loss falls below the noise while the test loss stays high; with fresh ones both end near the noise.',
          panels: [
            {
              title: `Test loss, D = N = ${d}`,
              x: { label: 'step' },
              y: { label: 'test loss', scale: 'log' },
              series: tests,
            },
            {
              title: 'Training loss',
              x: { label: 'step' },
              y: { label: 'training loss', scale: 'log' },
              series: trains,
            },
          ],
        },
      ],
    }
  },
})
