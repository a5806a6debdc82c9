// Which margin training maximises: that of the lambda_max-seminorm, in which only the shallow coordinates are paid for, and not the l2 one.
import { exp, log } from '../../math/elementary.js'
import { quasiHomogeneousFlow } from '../../theory/margin/flow.js'
import { maxMarginLambdaMax } from '../../theory/margin/max-margin.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { PAPER, simulateMargin } from './simulate.js'

const X = [
  [1.2, 0.4, 0.9, 0.2],
  [0.3, 1.1, -0.6, 0.9],
  [-0.5, 0.8, 0.7, -0.4],
]
const Y = [1, 1, 1, 1]
const DEPTHS = [1, 1, 2]
/** log(1/L) and how far the squared seminorm at margin 1 is above the optimum. */
const TABLE = [
  [100, 4.38e-3],
  [400, 1.05e-3],
  [3000, 1.37e-4],
] as const

export const maxMargin = defineExperiment({
  id: 'max-margin',
  title: 'The margin that unequal depths maximise',
  paper: PAPER,
  formulas: [
    'beta/margin -> argmin beta_1^2 + beta_2^2  subject to  y_n beta.x_n >= 1,  beta_3 (depth 2) free',
    'an exactly balanced deep pair of the wrong sign, theta_2 = -theta_3, keeps beta_3 <= 0 and ends at another KKT point',
  ],
  parameters: {
    levels: { description: 'log(1/L) of the theory, rising', default: [100, 400, 3000], min: 20, max: 10000 },
    simulated: { description: 'log(1/L) up to which the network is simulated', default: 60, min: 20, max: 400 },
    deepStart: { description: 'both factors of the deep coordinate at the start', default: 0.7, min: 0.1, max: 2 },
  },
  async run({ engine, parameters: { levels, simulated, deepStart }, progress }) {
    const checks: Check[] = []
    const best = maxMarginLambdaMax({ x: X, y: Y, depths: DEPTHS })
    const l2 = maxMarginLambdaMax({ x: X, y: Y, depths: [1, 1, 1] })
    const size = (beta: ArrayLike<number>, margin = 1) => (beta[0] ** 2 + beta[1] ** 2) / margin ** 2 / best.optimum - 1
    checks.push(
      within('optimum of the quadratic program', best.optimum, 3.009201691, 1e-8),
      within('l2 maximum margin: excess over the optimum', size(l2.beta), 0.0246, 1e-4),
    )
    const end = levels[levels.length - 1]
    const curve = Array.from({ length: 49 }, (_, i) => exp(log(2) + (i / 48) * log(end / 2)))
    const at = [...new Set([...levels, ...curve, simulated])].filter((level) => level <= end).sort((a, b) => a - b)
    const series: Series[] = []
    for (const [k, [name, sign]] of (
      [
        ['signs that fit', 1],
        ['wrong sign, balanced', -1],
      ] as const
    ).entries()) {
      const theta0 = [0.3, 0.2, deepStart, sign * deepStart]
      const problem = { x: X, y: Y, depths: DEPTHS, theta0 }
      await progress(k / 2, `${name}: theory`)
      const method = sign === 1 ? 'rosenbrock' : 'dop853'
      const theory = quasiHomogeneousFlow({ ...problem, logInverseLoss: at, method, rtol: 1e-10 })
      const excess = at.map((_, i) => size(theory.beta.subarray(3 * i, 3 * i + 3), theory.margin[i]))
      const shown = at.filter((level) => level <= simulated)
      const falls = shown.map((level) => level - theory.start)
      const beta = await simulateMargin(engine, problem, falls, { progress, done: k / 2 + 0.1, what: name })
      const margin = (b: ArrayLike<number>) =>
        Math.min(...Y.map((y, n) => y * X.reduce((sum, row, i) => sum + row[n] * b[i], 0)))
      const found = shown.map((_, i) => {
        const b = beta.subarray(3 * i, 3 * i + 3)
        return size(b, margin(b))
      })
      const apart = shown.reduce((most, _, i) => Math.max(most, Math.abs(found[i] - excess[i])), 0)
      checks.push(atMost(`${name}: largest difference of simulation and theory`, apart, 1e-6))
      for (const level of levels) {
        const measured = excess[at.indexOf(level)]
        if (sign === -1) {
          if (deepStart === 0.7 && level >= 400)
            checks.push(within(`${name}: excess at log(1/L) = ${level}`, measured, 0.053, 1e-3))
          continue
        }
        const row = TABLE.find(([value]) => value === level)
        checks.push(
          row !== undefined && deepStart === 0.7
            ? within(`${name}: excess at log(1/L) = ${level}`, measured, row[1], 0.05 * row[1])
            : atMost(`${name}: excess at log(1/L) = ${level}`, measured, 2 / level),
        )
      }
      series.push(
        { label: `${name}, simulated`, group: name, kind: 'line', x: shown, y: found },
        { label: `${name}, theory`, group: name, kind: 'dashes', x: at, y: excess },
      )
    }
    series.push({ label: 'l2 maximum margin', kind: 'dashes', x: [at[0], end], y: [size(l2.beta), size(l2.beta)] })
    return {
      checks,
      figures: [
        {
          title: 'The margin that unequal depths maximise',
          description:
            'The seminorm of the shallow coordinates at margin 1 comes down to its minimum as one over log(1/L), and passes the l2 maximum margin; from the wrong sign it stops at another point.',
          panels: [
            {
              title: 'Squared lambda_max-seminorm at margin 1, above its minimum',
              x: { label: 'log(1/L)', scale: 'log' },
              y: { label: 'relative excess', scale: 'log' },
              series,
            },
          ],
        },
      ],
    }
  },
})
