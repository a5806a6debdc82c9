// A hierarchy is learned from its broad distinctions to its fine ones, one level after the other; with large |lambda| all at once.
import { tree15 } from '../../task/datasets/semantic-tree.js'
import { halfTimes } from '../../theory/lambda-balanced/mode-times.js'
import { lambdaModes } from '../../theory/lambda-balanced/scalar-mode.js'
import { differentiation } from '../../theory/lambda-balanced/semantic.js'
import { taskBasis } from '../../theory/lambda-balanced/task-basis.js'
import { lambdaBalancedWeights } from '../../theory/lambda-balanced/weights.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { PanelData, Series } from '../figure.js'
import { apart, known, modeOf, PAPER, type Rows, spread } from './setup.js'
import { simulate } from './simulate.js'

/** Modes 1, 2, 3 and 5 of the tree are the first of their levels. */
const FIRST = [0, 1, 2, 4]
const TIMES = [3.47788, 4.88739, 7.11966, 11.5546]
const RATIOS = [
  [0, 3.32231],
  [1, 1.233625],
  [25, 1.000247],
] as const

export const semanticDevelopment = defineExperiment({
  id: 'semantic-development',
  title: 'Progressive differentiation of a semantic tree, and its end as lambda grows',
  paper: `${PAPER}; Saxe, McClelland, Ganguli (2019), A mathematical theory of semantic development in deep neural networks, PNAS 116:11537`,
  formulas: [
    "tau u' = sqrt(lambda^2 + 4 u^2)(s - u) for each mode of the tree",
    'lambda = 0: half learned at t = ln(s/u0 - 1)/(2 s)',
  ],
  parameters: {
    lambdas: { description: 'lambdas', default: [0, 1, 25], min: -50, max: 50 },
    start: { description: 'strength of all modes at the start', default: 1e-4, min: 1e-6, max: 0.05 },
  },
  async run({ engine, parameters, progress }) {
    const { lambdas, start } = parameters
    const { sigmaYX } = tree15()
    const basis = taskBasis(sigmaYX)
    const nested = (data: Float64Array, n: number): Rows =>
      Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * n, (i + 1) * n)))
    const [left, right] = [nested(basis.u, 15), nested(basis.v, 8)]
    const s = FIRST.map((j) => basis.s[j])
    const checks: Check[] = []
    const panels: PanelData[] = []
    const [ratios, ratiosFound] = [[] as number[], [] as number[]]
    for (const [l, lambda] of lambdas.entries()) {
      const half = halfTimes({ s, u0: start, lambda })
      const end = 1.5 * Math.max(...half)
      const times = spread(0, end, 121)
      const options = { sizes: [8, 8, 15] as [number, number, number], lambda, left, right }
      const layers = lambdaBalancedWeights({ ...options, strengths: Array(8).fill(start) })
      const found = await simulate(engine, layers, sigmaYX, {
        times,
        rtol: 1e-12,
        events: FIRST.map((j, level) => ({
          name: `level ${level + 1}`,
          direction: 'rising',
          when: ({ endToEnd }) => modeOf(left, endToEnd, right, j) - basis.s[j] / 2,
        })),
        progress,
        done: l / lambdas.length,
        what: `lambda ${lambda}`,
      })
      const { u } = lambdaModes({ s, u0: start, lambda, times })
      const at = lambdaModes({ s, u0: start, lambda, times: half }).u
      const series: Series[] = []
      const when: number[] = []
      for (const [level, j] of FIRST.entries()) {
        const name = `level ${level + 1}`
        const mode = times.map((_, t) => modeOf(left, found.at('w', t).data, right, j) / s[level])
        const theory = times.map((_, t) => u[4 * t + level] / s[level])
        series.push(
          { label: `${name}, simulated`, group: name, kind: 'line', x: times, y: mode },
          { label: `${name}, theory`, group: name, kind: 'dashes', x: times, y: theory },
        )
        when.push(found.events.find((event) => event.name === name)?.time ?? Number.NaN)
        const part = at[4 * level + level] / s[level]
        checks.push(within(`lambda = ${lambda}, ${name}: u/s of the exact mode at its half time`, part, 0.5, 1e-12))
        checks.push(atMost(`lambda = ${lambda}, ${name}: curve, simulated against theory`, apart(mode, theory), 1e-7))
        checks.push(within(`lambda = ${lambda}, ${name}: half learned at`, when[level], half[level], 1e-7))
        if (lambda === 0 && start === 1e-4) {
          checks.push(within(`lambda = 0, ${name}: half time of the formula`, half[level], TIMES[level], 5e-6))
        }
      }
      ratios.push(differentiation({ s, u0: start, lambda }))
      ratiosFound.push(when[3] / when[0])
      const wanted = start === 1e-4 ? known(RATIOS, lambda) : undefined
      checks.push(
        within(
          `lambda = ${lambda}: half time of the last level over the first`,
          ratiosFound[l],
          wanted ?? ratios[l],
          wanted === undefined ? 1e-6 : 6e-6 * wanted,
        ),
      )
      panels.push({
        title: `lambda = ${lambda}`,
        x: { label: 'time' },
        y: { label: 'mode, part of its end' },
        series,
      })
    }
    const grid = spread(Math.min(...lambdas), Math.max(...lambdas, Math.min(...lambdas) + 1), 101)
    const curve = grid.map((lambda) => differentiation({ s, u0: start, lambda }))
    panels.push({
      title: 'Half time of the finest level over that of the broadest',
      x: { label: 'lambda' },
      y: { label: 'ratio of times', scale: 'log' },
      series: [
        { label: 'simulated', group: 'ratio', kind: 'dots', x: lambdas, y: ratiosFound },
        { label: 'theory', group: 'ratio', kind: 'dashes', x: grid, y: curve },
      ],
    })
    return {
      checks,
      figures: [
        {
          title: 'Progressive differentiation',
          description:
            'The four levels of a tree of eight items: learned one after the other at lambda = 0, together when lambda is large.',
          panels,
        },
      ],
    }
  },
})
