// The mean-field equations against networks of finite size: five kinds of data and architecture, and how the distance shrinks with the size.
import type { NetworkOptions } from '../../network/create.js'
import { dlnDmft } from '../../theory/large-width/dln-dmft.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { distanceFrom, type MeanCurve, networkOf, PAPER, runsOnPopulation, runsOnSamples, stepsOf } from './simulate.js'

/** The settings: ratios to D. */
const CASES = [
  { name: 'L = 2, population', depth: 2, width: 2, richness: 1.5, rate: 0.05, noise: 0 },
  { name: 'L = 2, repeated samples', depth: 2, width: 1, richness: 1, rate: 0.08, noise: 0.3, samples: 1 },
  { name: 'L = 2, fresh samples', depth: 2, width: 1, richness: 1, rate: 0.08, noise: 0.3, batch: 0.5 },
  { name: 'L = 3 with branches', depth: 3, width: 1, richness: 1, rate: 0.05, noise: 0.2, samples: 2, branches: true },
] as const
const STEPS = 12

export const dmftVsSimulation = defineExperiment({
  id: 'dmft-vs-simulation',
  title: 'Mean-field theory against simulation',
  paper: PAPER,
  formulas: [
    'h^l = u^l + P^l g^l,  g^l = r^l + Q^l h^l,  v = beta* 1 - r_xi/(gamma_h sqrt(nu)) - M q:  test(t) = C_v(t, t)',
    'mean over starts and samples = theory + O(1/D);  fluctuations O(1/sqrt(D))',
  ],
  parameters: {
    dimension: { description: 'inputs D', default: 100, min: 20, max: 1000, integer: true },
    runs: {
      description: 'starts, each with its own samples, of each setting',
      default: 300,
      min: 4,
      max: 10000,
      integer: true,
    },
    lawDimensions: {
      description: 'inputs D of the law of size, rising (L = 1 on the population)',
      default: [50, 100, 200],
      min: 10,
      max: 1000,
      integer: true,
    },
    lawRuns: {
      description: 'starts at the largest of them; more at smaller ones',
      default: 600,
      min: 10,
      max: 1e5,
      integer: true,
    },
  },
  async run({ engine, parameters, seed, progress }) {
    const { dimension: d, runs, lawDimensions, lawRuns } = parameters
    const checks: Check[] = []
    const series: Series[] = []
    const x = stepsOf(STEPS + 1)
    for (const [i, setting] of CASES.entries()) {
      const { name, depth, richness, rate, noise } = setting
      const width = Math.round(setting.width * d)
      const residual = 'branches' in setting ? 1 / Math.sqrt(3) : undefined
      const network: NetworkOptions = {
        ...networkOf(d, width, depth, richness),
        ...(residual === undefined ? {} : { residual: { scale: residual } }),
      }
      const samples = 'samples' in setting ? Math.round(setting.samples * d) : undefined
      const batch = 'batch' in setting ? Math.round(setting.batch * d) : undefined
      const options = {
        network,
        learningRate: rate,
        steps: STEPS,
        runs,
        seed: 10 * seed + i,
        progress: (done: number) => progress((0.6 * (i + done)) / CASES.length, name),
      }
      const theory = dlnDmft({
        depth,
        steps: STEPS,
        learningRate: rate,
        richness,
        widthRatio: width / d,
        sampleRatio: samples === undefined ? undefined : samples / d,
        batchRatio: batch === undefined ? undefined : batch / d,
        noise,
        residual,
        engine,
      })
      let test: MeanCurve
      if (samples === undefined) {
        test = await runsOnPopulation(engine, {
          ...options,
          batch: batch === undefined ? undefined : { size: batch, noise },
        })
      } else {
        const both = await runsOnSamples(engine, { ...options, samples, noise })
        test = both.test
        const { distance, error } = distanceFrom(both.train, theory.train)
        checks.push(atMost(`${name}: distance of the training loss, D = ${d}`, distance, 3 / d + 3 * error))
      }
      const { distance, error } = distanceFrom(test, theory.test)
      checks.push(atMost(`${name}: distance of the test loss, D = ${d}`, distance, 3 / d + 3 * error))
      series.push(
        { label: `${name}, mean of ${runs}`, group: name, kind: 'line', x, y: test.mean },
        { label: `${name}, theory`, group: name, kind: 'dashes', x, y: theory.test },
      )
    }
    // The law of size: width D, richness 1.
    const theory = dlnDmft({ depth: 1, steps: STEPS, learningRate: 0.1, widthRatio: 1, engine })
    const distances: number[] = []
    const largest = lawDimensions[lawDimensions.length - 1]
    for (const [i, size] of lawDimensions.entries()) {
      const count = Math.round(lawRuns * (largest / size) * Math.sqrt(largest / size))
      const curve = await runsOnPopulation(engine, {
        network: networkOf(size, size, 1, 1),
        learningRate: 0.1,
        steps: STEPS,
        runs: count,
        seed: 1000 * seed + i,
        progress: (done) => progress(0.6 + (0.4 * (i + done)) / lawDimensions.length, `D = ${size}`),
      })
      const { distance, error } = distanceFrom(curve, theory.test)
      distances.push(distance)
      // The law, 2/D, with half of it either way, or what the runs leave open: 0.02 .. 0.06 at 50, below 0.03 at 200.
      checks.push(within(`L = 1: distance at D = ${size}`, distance, 2 / size, Math.max(1 / size, 3 * error)))
    }
    return {
      checks,
      figures: [
        {
          title: 'Mean-field theory and simulation',
          description: `Mean test loss of ${runs} networks with ${d} inputs over the theory, for four settings, and its distance from the theory against the size.`,
          panels: [
            { title: `Test loss, D = ${d}`, x: { label: 'step' }, y: { label: 'test loss', scale: 'log' }, series },
            {
              title: 'Distance from the theory, one hidden layer of width D',
              x: { label: 'inputs D', scale: 'log' },
              y: { label: 'relative distance of the mean', scale: 'log' },
              series: [
                { label: 'simulation', group: 'distance', kind: 'dots', x: lawDimensions, y: distances },
                {
                  label: '2 / D',
                  group: 'distance',
                  kind: 'dashes',
                  x: lawDimensions,
                  y: lawDimensions.map((n) => 2 / n),
                },
              ],
            },
          ],
        },
      ],
    }
  },
})
