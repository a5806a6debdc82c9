// Wider networks are better at every step in the mean-field parameterisation; in the NTK one a hard power-law task is learned the slower, the
// wider the network.
import { dlnDmft } from '../../theory/large-width/dln-dmft.js'
import { powerLawFlow } from '../../theory/large-width/power-law-flow.js'
import { atLeast, atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { networkOf, PAPER, runsOnPopulation, runsOnSamples } from './simulate.js'

const STEPS = 20

export const widerIsBetter = defineExperiment({
  id: 'wider-is-better',
  title: 'Test loss against the width',
  paper: PAPER,
  formulas: [
    'muP, gamma_0 = 1: the mean test loss falls with N at every step; test(nu) - test(infinity) ~ 1/nu',
    'NTK: gamma_h = gamma_0 sqrt(N_0 / N): wide networks are lazy, and a hard task needs features',
  ],
  parameters: {
    widths: {
      description: 'hidden widths, rising',
      default: [16, 32, 64, 128, 256, 512],
      min: 8,
      max: 1024,
      integer: true,
    },
    runs: {
      description: 'starts of each width; start i has the same samples at all widths',
      default: 60,
      min: 12,
      max: 2000,
      integer: true,
    },
    powerWidths: {
      description: 'widths of the power-law task, rising',
      default: [64, 256, 1024],
      min: 16,
      max: 2048,
      integer: true,
    },
    time: { description: 'tau at which the power-law losses are compared', default: 300, min: 10, max: 3000 },
  },
  async run({ engine, parameters, seed, progress }) {
    const { widths, runs, powerWidths, time } = parameters
    const inputs = 64
    const [samples, noise] = [128, 0.3]
    const checks: Check[] = []
    const series: Series[] = []
    for (const [i, kind] of ['population', '128 samples'].entries()) {
      const ratio = kind === 'population' ? {} : { sampleRatio: samples / inputs, noise }
      const theories = widths.map((width) =>
        dlnDmft({ depth: 2, steps: STEPS, learningRate: 0.04, widthRatio: width / inputs, ...ratio, engine }),
      )
      const means: Float64Array[] = []
      for (const [j, width] of widths.entries()) {
        const options = {
          network: networkOf(inputs, width, 2, 1),
          learningRate: 0.04,
          steps: STEPS,
          runs,
          seed: 10 * seed + i,
          progress: (done: number) => progress((0.8 * (i + (j + done) / widths.length)) / 2, `${kind}, width ${width}`),
        }
        if (kind === 'population') means.push((await runsOnPopulation(engine, options)).mean)
        else means.push((await runsOnSamples(engine, { ...options, samples, noise })).test.mean)
      }
      const rise = (curves: readonly Float64Array[], at: readonly number[]) =>
        Math.max(...curves.slice(1).flatMap((curve, j) => at.map((t) => curve[t] / curves[j][t])))
      if (widths.length > 1) {
        const all = Array.from({ length: STEPS + 1 }, (_, t) => t)
        const largest = rise(
          theories.map(({ test }) => test),
          all,
        )
        checks.push(atMost(`${kind}, theory: largest ratio of neighbouring widths, all steps`, largest, 1 - 1e-9))
        const found = rise(means, [5, 10, STEPS])
        checks.push(atMost(`${kind}, simulation: the same at steps 5, 10, ${STEPS}`, found, 1))
      }
      series.push(
        { label: `${kind}, simulation`, group: kind, kind: 'dots', x: widths, y: means.map((mean) => mean[STEPS]) },
        {
          label: `${kind}, theory`,
          group: kind,
          kind: 'dashes',
          x: widths,
          y: theories.map(({ test }) => test[STEPS]),
        },
      )
    }
    // A hard power-law task: one hidden layer, richness 4 at the first width.
    const task = { capacity: 2, source: 0.25, time, cutoff: 1e12, binsPerDecade: 4 }
    const powers: Series[] = []
    for (const [i, name] of ['muP', 'NTK'].entries()) {
      const richness = (width: number) => (name === 'muP' ? 4 : 4 * Math.sqrt(powerWidths[0] / width))
      const [finite, infinite]: number[][] = [[], []]
      for (const [j, width] of powerWidths.entries()) {
        await progress(0.8 + 0.1 * (i + j / powerWidths.length), `power law, ${name}, width ${width}`)
        finite.push(powerLawFlow({ ...task, richness: richness(width), width, seed, engine }).test.at(-1)!)
        infinite.push(powerLawFlow({ ...task, richness: richness(width) }).test.at(-1)!)
      }
      const ratio = finite[finite.length - 1] / finite[0]
      if (name === 'muP') checks.push(within('power law, muP: loss of the widest over the narrowest', ratio, 1, 0.03))
      else if (powerWidths[powerWidths.length - 1] / powerWidths[0] >= 16 && time >= 300) {
        checks.push(atLeast('power law, NTK: loss of the widest over the narrowest', ratio, 1.5))
      }
      powers.push(
        { label: `${name}, finite width`, group: name, kind: 'dots', x: powerWidths, y: finite },
        {
          label: `${name}, infinite width of the same richness`,
          group: name,
          kind: 'dashes',
          x: powerWidths,
          y: infinite,
        },
      )
    }
    const x = { label: 'width N', scale: 'log' as const }
    const y = { label: 'test loss', scale: 'log' as const }
    return {
      checks,
      figures: [
        {
          title: 'Test loss against the width',
          description:
            'Isotropic inputs: the loss falls with the width. A hard power-law task: it does not depend on the width in muP, and rises with it in the NTK parameterisation.',
          panels: [
            { title: `Isotropic inputs, D = ${inputs}, muP, after ${STEPS} steps`, x, y, series },
            { title: `Power-law task, b = 2, s = 1/4, tau = ${time}`, x, y, series: powers },
          ],
        },
      ],
    }
  },
})
