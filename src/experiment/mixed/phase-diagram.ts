// The phase diagram of two-layer networks over width and variance: the least test error on the way, the stable rank and the step at which it is
// reached. Gradient descent in Gram form against the closed form of mixed dynamics from A_0 = 0 and the parabola of lazy training, and a formula that has both as limits.
import { lazyOptimum } from '../../theory/mixed/lazy.js'
import { mixedPhase } from '../../theory/mixed/phase.js'
import { atLeast, atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { PanelData, Series } from '../figure.js'
import { type Best, descend, leastError } from './best.js'
import { noisyTeacher, pointOf } from './problem.js'

/** One point: what gradient descent finds, and the formulas. */
interface Cell {
  readonly gs: number
  readonly gw: number
  readonly lazyMargin: number
  readonly startMargin: number
  readonly measured: Best
  readonly closed: Best
  readonly between: Best
  readonly parabola: number
}

export const mixedPhaseDiagram = defineExperiment({
  id: 'mixed-phase-diagram',
  title: 'Phase diagram of active, mixed and lazy training over width and variance',
  paper: 'Tu, Aranguri, Jacot (2024), Mixed dynamics in linear networks, arXiv:2405.17580, figure 2',
  formulas: [
    'lazy (gamma_s + gamma_w > 1):  least test error (a + v0) n / (a + v0 + n),  v0 = sigma^4 w,  a, n the variances of teacher and noise',
    'small start (2 gamma_s + gamma_w < -1):  da_i/dt = 2 sqrt(a_i^2 + c^2) (s_i - a_i) from 0, in closed form',
    'between the two:  the test error of the closed form and v0 e^(-4ct) of the start: an interpolation, exact in both limits',
  ],
  parameters: {
    dimension: { description: 'd: inputs and outputs', default: 100, min: 20, max: 400, integer: true },
    rank: { description: 'rank of the teacher', default: 5, min: 1, max: 10, integer: true },
    widthExponents: {
      description: 'gamma_w, w = d^gamma_w, rising',
      default: [1.75, 1.96, 2.17, 2.38, 2.59, 2.8],
      min: 1.5,
      max: 4,
    },
    varianceExponents: {
      description: 'gamma_s, sigma^2 = d^gamma_s',
      default: [-2.2, -1.92, -1.64, -1.36, -1.08, -0.8],
      min: -4,
      max: 0,
    },
    divisor: { description: 'steps of 1 / (this |A*|), or of 1 / (this c) where lazy', default: 20, min: 10, max: 200 },
    iterations: {
      description: 'steps of gradient descent at most; a run ends once its test error has risen by 5 %',
      default: 400,
      min: 10,
      max: 2000,
      integer: true,
    },
  },
  async run({ engine, parameters, seed, progress }) {
    const { dimension, rank, widthExponents, varianceExponents, divisor, iterations } = parameters
    const problem = noisyTeacher(engine, dimension, rank, seed)
    const cells = varianceExponents.flatMap((gs) => widthExponents.map((gw) => ({ gs, gw })))
    const found: Cell[] = []
    for (const [i, { gs, gw }] of cells.entries()) {
      const { scale, startVariance: start, learningRate: h, ...size } = pointOf(problem, gw, gs, divisor)
      const tell = (part: number) => progress((i + part) / cells.length, `gamma_s ${gs}, gamma_w ${gw}`)
      const measured = await descend({ engine, progress: tell }, problem, size, h, iterations, seed)
      const { lazyMargin, startMargin } = mixedPhase({ dimension, rank, widthExponent: gw, varianceExponent: gs })
      const closed = leastError(problem, scale, h, iterations, 0)
      const between = leastError(problem, scale, h, iterations, start)
      const parabola = lazyOptimum(scale, { teacher: problem.signal, noise: problem.noise, start }).test
      found.push({ gs, gw, measured, lazyMargin, startMargin, closed, between, parabola })
    }

    const checks: Check[] = []
    const worst = (cells: readonly Cell[], theory: (cell: Cell) => number) =>
      cells.reduce((most, cell) => Math.max(most, Math.abs(cell.measured.test - theory(cell))), 0)
    const lazyCells = found.filter((cell) => cell.lazyMargin > 0)
    const smallStarts = found.filter((cell) => cell.startMargin < -1)
    if (lazyCells.length > 0) {
      const gap = worst(lazyCells, ({ parabola }) => parabola)
      checks.push(atMost(`${lazyCells.length} lazy points: least test error against the parabola`, gap, 2 / dimension))
    }
    if (smallStarts.length > 0) {
      const gap = worst(smallStarts, ({ closed }) => closed.test)
      checks.push(
        atMost(`${smallStarts.length} points of small start: least test error, closed form`, gap, 1 / dimension),
      )
    }
    const gap = worst(found, ({ between }) => between.test)
    checks.push(atMost(`${found.length} points: least test error against the interpolation`, gap, 2 / dimension))
    const at = (gs: number, gw: number) => found.find((cell) => cell.gs === gs && cell.gw === gw)
    const corner = at(-2.2, 1.75)
    if (corner !== undefined && rank === 5 && dimension === 100 && iterations >= 400 && divisor === 20) {
      checks.push(
        within('active corner: least test error', corner.measured.test, 0.112, 0.02),
        within('active corner: stable rank there', corner.measured.stableRank, corner.closed.stableRank, 0.5),
      )
      const opposite = at(-0.8, 2.8)
      if (opposite !== undefined) {
        const share = opposite.measured.test / problem.noise
        checks.push(atLeast('corner of the largest start: least test error over the noise', share, 0.98))
      }
    }
    // A point of the official code, with smaller steps.
    if (corner !== undefined && rank === 5 && dimension === 200 && iterations >= 400 && divisor === 50) {
      const { measured, closed } = corner
      checks.push(
        within('official point: least test error (official code .0525)', measured.test, 0.05, 0.005),
        within('official point: its step (official code 304)', measured.step, 320, 20),
        within('official point: least test error, closed form', measured.test, closed.test, 2e-4),
      )
    }
    const panel = (title: string, label: string, which: keyof Best): PanelData => ({
      title,
      x: { label: 'gamma_w, width w = d^gamma_w' },
      y: { label },
      series: varianceExponents.flatMap((gs): Series[] => {
        const group = `gamma_s = ${gs}`
        const row = found.filter((cell) => cell.gs === gs)
        const x = row.map(({ gw }) => gw)
        return [
          { label: `${group}, gradient descent`, group, kind: 'dots', x, y: row.map((cell) => cell.measured[which]) },
          { label: `${group}, formula`, group, kind: 'dashes', x, y: row.map((cell) => cell.between[which]) },
        ]
      }),
    })
    return {
      checks,
      notes: [
        'Active training from a small start comes close to the best approximation of the rank of the teacher; lazy training can only choose when to stop.',
      ],
      figures: [
        {
          title: 'Phase diagram of mixed dynamics',
          description:
            'Least test error, stable rank and step of the least test error against the exponent of the width, one colour an exponent of the variance. Small width and variance are active: low error and rank; large ones are lazy.',
          panels: [
            panel('Least test error', 'test error', 'test'),
            panel('Step of the least test error', 'step', 'step'),
            panel('Stable rank at the least test error', 'stable rank', 'stableRank'),
          ],
        },
      ],
    }
  },
})
