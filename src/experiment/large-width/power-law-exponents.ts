// Exponents of the test loss on power-law tasks: lazy training follows the source exponent, rich training is faster on hard tasks, the more so
// the deeper the network.

import { exp, log } from '../../math/elementary.js'
import { gaussian, type Initializer } from '../../network/initializer.js'
import { meanField } from '../../network/parameterization.js'
import { powerLaw } from '../../task/power-law.js'
import { fitExponent } from '../../theory/large-width/fit-exponent.js'
import { type PowerLawCurve, powerLawExponents, powerLawFlow } from '../../theory/large-width/power-law-flow.js'
import { twoLayerInfiniteWidth } from '../../theory/large-width/two-layer.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { distanceFrom, runsOnPopulation } from './simulate.js'

/** Geometric middle of the window. */
const MIDDLE = Math.sqrt(30 * 300)

export const powerLawExponentsExperiment = defineExperiment({
  id: 'power-law-exponents',
  title: 'Exponents of the loss on power-law tasks',
  paper:
    'Bordelon, Atanasov, Pehlevan (2024), How feature learning can improve neural scaling laws, arXiv:2409.17858; the exponent of depth L derived anew',
  formulas: [
    'lam_k = k^-b, lam_k beta_k^2 = k^-(1 + b s):  lazy test ~ tau^-s,  rich test ~ tau^-(s max(1, (L+1)/(1 + L s)))',
    '(1 + dt Lambda Ker) q = Lambda v, dt = max(1e-3, 0.02 tau)',
  ],
  parameters: {
    capacity: { description: 'b', default: 2, min: 1.1, max: 4 },
    sources: { description: 's; below 1 the task is hard', default: [0.5, 1.5], min: 0.2, max: 3 },
    depth: { description: 'hidden layers of the deep network, s = 0.5', default: 2, min: 2, max: 4, integer: true },
    deepWidth: { description: 'its width', default: 300, min: 50, max: 1000, integer: true },
    modes: { description: 'modes of the simulated task', default: 60, min: 10, max: 500, integer: true },
    width: { description: 'width of the simulated networks', default: 400, min: 50, max: 2000, integer: true },
    runs: { description: 'simulated networks', default: 8, min: 2, max: 1000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { capacity, sources, depth, deepWidth, modes, width, runs } = parameters
    const checks: Check[] = []
    const series: Series[] = []
    const window = { from: 30, to: 300 }
    /** `tolerance` is relative. */
    const fitted = (name: string, times: Float64Array, test: Float64Array, expected: number, tolerance: number) => {
      const { exponent, prefactor } = fitExponent(times, test, window)
      checks.push(within(`${name}: exponent over tau = 30 .. 300`, -exponent, expected, tolerance * expected))
      const x = [30, 300]
      const middle = log(prefactor) + exponent * log(MIDDLE)
      series.push(
        { label: name, group: name, kind: 'line', x: times.slice(1), y: test.slice(1) },
        {
          label: `${name}, slope -${expected.toFixed(2)}`,
          group: name,
          kind: 'dashes',
          x,
          y: x.map((t) => exp(middle - expected * (log(t) - log(MIDDLE)))),
        },
      )
    }
    for (const source of sources) {
      const { lazy, rich } = powerLawExponents(source)
      for (const [name, richness, expected] of [
        ['lazy', 0.01, lazy],
        ['rich', 10, rich],
      ] as const) {
        await progress(0.2, `s = ${source}, ${name}`)
        const { times, test } = powerLawFlow({
          capacity,
          source,
          richness,
          time: 300,
          cutoff: source < 0.5 ? 1e12 : 1e6,
          binsPerDecade: source < 0.5 ? 4 : 8,
        })
        // Lazy 0.48 .. 0.52 and rich 0.643 .. 0.690 at s = 0.5, both 1.45 .. 1.55 at s = 1.5.
        fitted(`s = ${source}, ${name}`, times, test, expected, source >= 1 ? 0.033 : name === 'lazy' ? 0.04 : 0.035)
      }
    }
    // The mean of several networks: one of width 300 is off by up to 0.02.
    const deep: PowerLawCurve[] = []
    for (let i = 0; i < 4; i++) {
      await progress(0.3 + 0.08 * i, `depth ${depth}`)
      deep.push(
        powerLawFlow({
          capacity,
          source: 0.5,
          richness: 10,
          depth,
          width: deepWidth,
          time: 300,
          cutoff: 1e9,
          binsPerDecade: 4,
          seed: 4 * seed + i,
          engine,
        }),
      )
    }
    const [{ times }] = deep
    const mean = times.map((_, t) => deep.reduce((sum, { test }) => sum + test[t] / deep.length, 0))
    // 0.73 .. 0.77 at L = 2; three layers of 300 are further from their limit.
    fitted(`s = 0.5, rich, L = ${depth}`, times, mean, powerLawExponents(0.5, depth).rich, depth === 2 ? 0.026 : 0.035)
    // Networks trained on a short spectrum, against the recursion of infinite width on the same modes.
    const task = powerLaw({ dimensions: modes, capacity, source: 0.5 })
    const shown: Series[] = []
    const steps = 2000
    for (const [name, richness] of [
      ['lazy', 0.01],
      ['rich', 10],
    ] as const) {
      const [learningRate, every] = [0.02, 10]
      const curve = await runsOnPopulation(engine, {
        network: {
          sizes: [modes, width, 1],
          parameterization: meanField({ gamma0: richness, normalizer: 1 }),
          init: antisymmetric(),
        },
        task,
        learningRate,
        steps,
        every,
        runs,
        seed,
        progress: (done) => progress((name === 'lazy' ? 0.6 : 0.8) + 0.2 * done, `simulation, ${name}`),
      })
      const { test } = twoLayerInfiniteWidth({
        steps,
        learningRate,
        richness,
        eigenvalues: task.eigenvalues,
        targets: task.target.map((value) => value * value),
      })
      const theory = curve.mean.map((_, i) => test[every * i])
      // Neurons in pairs leave half as many free; what they leave of the kernel is magnified at the end of a short spectrum.
      const early = theory.filter((value) => value > 0.01 * test[0]).length
      const cut = { mean: curve.mean.subarray(0, early), error: curve.error.subarray(0, early) }
      const { distance, error } = distanceFrom(cut, theory.subarray(0, early))
      const title = `${modes} modes, ${name}, width ${width}: distance from infinite width`
      checks.push(atMost(title, distance, 8 / width + 3 * error))
      const x = Array.from(theory, (_, i) => learningRate * every * i).slice(1)
      shown.push(
        { label: `${name}, mean of ${runs}, width ${width}`, group: name, kind: 'line', x, y: curve.mean.subarray(1) },
        { label: `${name}, infinite width`, group: name, kind: 'dashes', x, y: theory.subarray(1) },
      )
    }
    const x = { label: 'tau = eta t', scale: 'log' as const }
    const y = { label: 'test loss', scale: 'log' as const }
    return {
      checks,
      figures: [
        {
          title: 'Exponents of the loss on power-law tasks',
          description:
            'Hard tasks are learned faster by rich networks, and faster still by deeper ones; easy tasks are not.',
          panels: [
            { title: `Long spectra, b = ${capacity}, large width`, x, y, series },
            { title: `Gradient descent on ${modes} modes, s = 1/2`, x, y, series: shown },
          ],
        },
      ],
    }
  },
})

/** One hidden layer of pairs of neurons with the same input weights and opposite output weights: the map starts at 0, as at infinite width. */
function antisymmetric(): Initializer {
  const unit = gaussian({ variance: 1 })
  return {
    name: 'antisymmetric',
    weights(sizes, start) {
      const [inputs, hidden] = sizes
      const [first, second] = unit.weights(sizes, start)
      for (let i = 0; 2 * i + 1 < hidden; i++) {
        first.copyWithin((2 * i + 1) * inputs, 2 * i * inputs, (2 * i + 1) * inputs)
        second[2 * i + 1] = -second[2 * i]
      }
      return [first, second]
    },
  }
}
