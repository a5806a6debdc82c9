// Exponents of the test loss on power-law tasks: lazy training follows the source exponent, rich training is faster on hard tasks, the more so
// the deeper the network.

import { exp, log } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { gaussian, type Initializer } from '../../network/initializer.js'
import { meanField } from '../../network/parameterization.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { powerLaw } from '../../task/power-law.js'
import { fitExponent } from '../../theory/large-width/fit-exponent.js'
import { powerLawExponents, powerLawFlow } from '../../theory/large-width/power-law-flow.js'
import { twoLayerInfiniteWidth } from '../../theory/large-width/two-layer.js'
import { trainSync } from '../../train/train.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'

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
    width: { description: 'width of the simulated network', default: 400, min: 50, max: 2000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { capacity, sources, depth, deepWidth, modes, width } = parameters
    const checks: Check[] = []
    const series: Series[] = []
    const window = { from: 30, to: 300 }
    const fitted = (name: string, times: Float64Array, test: Float64Array, expected: number) => {
      const { exponent, prefactor } = fitExponent(times, test, window)
      checks.push(within(`${name}: exponent over tau = 30 .. 300`, -exponent, expected, 0.04 * expected))
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
        fitted(`s = ${source}, ${name}`, times, test, expected)
      }
    }
    await progress(0.4, `depth ${depth}`)
    const deep = powerLawFlow({
      capacity,
      source: 0.5,
      richness: 10,
      depth,
      width: deepWidth,
      time: 300,
      cutoff: 1e9,
      binsPerDecade: 4,
      seed,
      engine,
    })
    fitted(`s = 0.5, rich, L = ${depth}`, deep.times, deep.test, powerLawExponents(0.5, depth).rich)
    // A network trained on a short spectrum, against the recursion of infinite width on the same modes.
    const task = powerLaw({ dimensions: modes, capacity, source: 0.5 })
    const shown: Series[] = []
    const steps = 2000
    for (const [name, richness] of [
      ['lazy', 0.01],
      ['rich', 10],
    ] as const) {
      await progress(name === 'lazy' ? 0.6 : 0.8, `simulation, ${name}`)
      const learningRate = 0.02
      const net = createNetwork(engine, {
        sizes: [modes, width, 1],
        parameterization: meanField({ gamma0: richness, normalizer: 1 }),
        init: antisymmetric(),
        seed,
      })
      try {
        const { columns } = trainSync(net, task, {
          optimizer: gradientDescent({ learningRate }),
          steps,
          record: { every: 10 },
        })
        const { test } = twoLayerInfiniteWidth({
          steps,
          learningRate,
          richness,
          eigenvalues: task.eigenvalues,
          targets: task.target.map((value) => value * value),
        })
        const x = Array.from(columns.time.data).slice(1)
        const theory = x.map((_, i) => test[10 * (i + 1)])
        const y = x.map((_, i) => 2 * columns.loss.data[i + 1])
        // The kernel of a finite layer is off by O(1/sqrt(N)), which the end of a short spectrum would magnify.
        const early = theory.filter((value) => value > 0.01 * test[0]).length
        const apart = Math.max(...y.slice(0, early).map((value, i) => Math.abs(value / theory[i] - 1)))
        const bound = 6 / Math.sqrt(width)
        checks.push(
          atMost(`${modes} modes, ${name}, width ${width}: largest distance from infinite width`, apart, bound),
        )
        shown.push(
          { label: `${name}, width ${width}`, group: name, kind: 'line', x, y },
          { label: `${name}, infinite width`, group: name, kind: 'dashes', x, y: theory },
        )
      } finally {
        net.dispose()
      }
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
