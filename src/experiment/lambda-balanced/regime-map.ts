// Rich, lazy, delayed rich: how far the tangent kernel moves, over lambda, the shape of the network and the scale of its start.
import { lambdaBalancedFlow } from '../../theory/lambda-balanced/flow.js'
import { ntkDistances } from '../../theory/lambda-balanced/ntk.js'
import { regimeMap } from '../../theory/lambda-balanced/regime-map.js'
import { lambdaBalancedWeights } from '../../theory/lambda-balanced/weights.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, cosines, PAPER, reflection, spectral, spread, transpose } from './setup.js'
import { simulate } from './simulate.js'

type Sizes = [number, number, number]
const LAMBDAS = [-20, -5, 0, 5, 20]
const SHAPES: readonly (readonly [Sizes, readonly number[]])[] = [
  [
    [4, 4, 4],
    [7.5166502e-6, 0.0010517211, 0.015083821, 0.0010517211, 7.5166502e-6],
  ],
  [
    [6, 3, 3],
    [0.48951189, 0.46467545, 0.12701669, 0.0017581968, 1.1212938e-5],
  ],
  [
    [3, 3, 6],
    [1.1212791e-5, 0.0017581691, 0.11016952, 0.46284385, 0.50171343],
  ],
]
const SCALES: readonly (readonly [number, readonly number[]])[] = [
  [0.01, [1.8620593e-4, 0.091695939, 1.8620593e-4]],
  [1, [6.4865818e-4, 0.091695939, 6.4865818e-4]],
  [10, [0.024436033, 0.091695939, 0.024436033]],
]

export const regimeMapExperiment = defineExperiment({
  id: 'regime-map',
  title: 'Kernel distance over lambda, shape and scale: rich, lazy and delayed rich',
  paper: PAPER,
  formulas: ["1 - <K, K_0>/(|K| |K_0|), K = I (x) X' A X + B (x) X' X, with the exact A and B"],
  parameters: {
    lambdas: { description: 'lambdas that are simulated', default: LAMBDAS, min: -20, max: 20 },
    time: { description: 'length of the simulated runs', default: 300, min: 20, max: 1000 },
  },
  async run({ engine, parameters: { lambdas, time }, progress }) {
    const checks: Check[] = []
    const shapes: Series[] = []
    // Closer together where the curves turn, around lambda = 0.
    const around = (end: number) => spread(-1, 1, 81).map((u) => end * u * u * u)
    const grid = around(20)
    for (const [i, [sizes, table]] of SHAPES.entries()) {
      const [inputs, hidden, outputs] = sizes
      const k = Math.min(inputs, outputs)
      const sigmaYX = spectral(cosines(outputs), spread(2, 1, k), transpose(cosines(inputs)))
      const strengths = new Array<number>(hidden).fill(0.01)
      const left = reflection(Array.from({ length: outputs }, (_, o) => outputs + 0.5 - o))
      const right = reflection(Array.from({ length: inputs }, (_, n) => n + 1))
      const map = (list: readonly number[]) => regimeMap({ sigmaYX, lambdas: list, strengths, left, right })
      const name = sizes.join(' x ')
      const exact = map(LAMBDAS).kernelDistance
      for (const [j, lambda] of LAMBDAS.entries()) {
        checks.push(within(`${name}, lambda = ${lambda}: exact kernel distance`, exact[j], table[j], 1e-7))
      }
      const simulated: number[] = []
      for (const [l, lambda] of lambdas.entries()) {
        const { w1, w2 } = lambdaBalancedWeights({ sizes, lambda, strengths, left, right })
        const times = spread(0, time, 31)
        const done = (i + l / lambdas.length) / 4
        const found = await simulate(engine, { w1, w2 }, sigmaYX, { times, progress, done, what: `${name}, ${lambda}` })
        const now = ntkDistances(lambdaBalancedFlow({ w1, w2, sigmaYX, lambda, times }))
        const error = apart(found.kernelDistance, now)
        checks.push(atMost(`${name}, lambda = ${lambda}: kernel distance, simulated against exact`, error, 1e-7))
        simulated.push(found.kernelDistance[times.length - 1])
      }
      shapes.push(
        { label: `${name}, simulated`, group: name, kind: 'dots', x: lambdas, y: simulated },
        { label: `${name}, exact`, group: name, kind: 'dashes', x: grid, y: map(grid).kernelDistance },
      )
    }
    await progress(0.8, 'scale of the start')
    const scaleMap = (lambdas: readonly number[]) =>
      regimeMap({
        sigmaYX: spectral(reflection([1, 2]), [1, 0.5], reflection([1, 3])),
        lambdas,
        scales: SCALES.map(([scale]) => scale),
        strengths: [1, 0.5],
        left: reflection([2, 1]),
        right: reflection([1, -4]),
        time: 1e4,
      }).kernelDistance
    const found = scaleMap([-5, 0, 5])
    for (const [i, [scale, wanted]] of SCALES.entries()) {
      const error = apart(found.subarray(3 * i, 3 * i + 3), wanted)
      checks.push(atMost(`scale ${scale}: kernel distances at lambda = -5, 0, 5 against the table`, error, 1e-8))
    }
    const narrow = around(9)
    const curves = scaleMap(narrow)
    return {
      checks,
      figures: [
        {
          title: 'Regimes of lambda-balanced networks',
          description:
            'Square networks are rich at lambda = 0 and lazy on both sides; with more inputs than outputs negative lambda is rich too, if late, and the other way round.',
          panels: [
            {
              title: 'Kernel distance by shape (inputs x hidden x outputs)',
              x: { label: 'lambda' },
              y: { label: 'kernel distance after training', scale: 'log' },
              series: shapes,
            },
            {
              title: 'Kernel distance by the scale of the start, 2 x 2 x 2',
              x: { label: 'lambda' },
              y: { label: 'kernel distance after training', scale: 'log' },
              series: SCALES.map(([scale], i) => ({
                label: `scale ${scale}, exact`,
                kind: 'dashes' as const,
                x: narrow,
                y: curves.subarray(i * narrow.length, (i + 1) * narrow.length),
              })),
            },
          ],
        },
      ],
    }
  },
})
