// Normalised regression: with its length free a scale-invariant parameter finds a stable step size for any learning rate; with its length fixed
// it needs one below 2 over the curvature.
import type { Engine } from '../../linalg/engine.js'
import { singularValues } from '../../linalg/svd.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { radiusPrediction } from '../../theory/symmetry/scale-invariance.js'
import { scaleInvariantTrain } from '../../train/scale-invariant.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { NOETHER_PAPER } from './shared.js'

/** Losses below this are drawn here. */
const FLOOR = 1e-32

export const normAdaptive = defineExperiment({
  id: 'norm-adaptive',
  title: 'Normalised weights with free and with fixed length: implicit adaptive learning rates',
  paper: NOETHER_PAPER,
  formulas: [
    "f(q) = 1/(2n) |y - a X' q/|q||^2,  y = a X' u*",
    "fixed length 1: stable for eta < 2/curvature, curvature = a^2 |P X X' P|/n, P = I - u* u*'",
    'free length: r^2 := r^2 + eta^2 |ghat|^2/r^2, effective learning rate eta/r^2',
  ],
  parameters: {
    samples: { description: 'number of samples n', default: 64, min: 8, max: 1000, integer: true },
    dimension: { description: 'number of parameters d', default: 8, min: 2, max: 64, integer: true },
    scale: { description: 'a', default: 3, min: 0.1, max: 100 },
    rates: {
      description: 'learning rates, rising',
      default: [0.01, 0.03, 0.1, 0.2, 0.5, 1, 3],
      min: 1e-4,
      max: 100,
    },
    steps: { description: 'number of steps', default: 6000, min: 10, max: 1e6, integer: true },
  },
  async run({ engine, parameters: { samples, dimension, scale, rates, steps }, seed, progress }) {
    const problem = makeProblem(engine, samples, dimension, scale, seed)
    const threshold = 2 / problem.curvature
    const checks: Check[] = []
    const losses = { free: [] as number[], fixed: [] as number[] }
    const radii: Series[] = []
    let worst = 0
    for (const [i, learningRate] of rates.entries()) {
      await progress(i / rates.length, `eta ${learningRate}`)
      for (const radius of ['fixed', 'free'] as const) {
        const run = scaleInvariantTrain(problem.gradient, problem.start, { learningRate, steps, radius })
        losses[radius].push(problem.loss(run.position))
        if (radius === 'fixed') continue
        const exact = radiusPrediction({ learningRate, start: 1, squares: run.squaredGradient, mode: 'exact' })
        for (let n = 0; n <= steps; n++) worst = Math.max(worst, Math.abs(exact[n] / run.squaredRadius[n] - 1))
        const x = Array.from({ length: 200 }, (_, k) => Math.round((1.045 ** k - 1) * 4)).filter(
          (n, k, all) => n <= steps && n !== all[k - 1],
        )
        const group = `eta ${learningRate}`
        radii.push(
          {
            label: `${group}, descent`,
            group,
            kind: 'line',
            x: x.map((n) => n + 1),
            y: x.map((n) => Math.sqrt(run.squaredRadius[n])),
          },
          {
            label: `${group}, formula`,
            group,
            kind: 'dashes',
            x: x.map((n) => n + 1),
            y: x.map((n) => Math.sqrt(exact[n])),
          },
        )
      }
    }
    const largest = (list: number[]) => Math.max(0, ...list)
    if (steps >= 6000) {
      checks.push(atMost('free length: largest final loss', largest(losses.free), 1e-20))
      const below = losses.fixed.filter((_, i) => rates[i] <= 0.9 * threshold && rates[i] >= 0.01)
      checks.push(atMost('fixed length, eta below 2/curvature: largest final loss', largest(below), 1e-20))
    }
    const above = losses.fixed.filter((_, i) => rates[i] >= 1.2 * threshold)
    if (above.length > 0) {
      checks.push(atLeast('fixed length, eta above 2/curvature: least final loss', Math.min(...above), 1e-3))
    }
    checks.push(atMost('relative error of the recursion of r^2', worst, 1e-10))
    const show = (list: number[]) => list.map((loss) => Math.max(loss, FLOOR))
    return {
      checks,
      figures: [
        {
          title: 'Free and fixed length',
          description:
            'Final loss against the learning rate: with fixed length it fails beyond 2/curvature, with free length never. Below, the length, which grows with the learning rate.',
          panels: [
            {
              title: `Loss after ${steps} steps (drawn at ${FLOOR} where less)`,
              x: { label: 'learning rate eta', scale: 'log' },
              y: { label: 'loss', scale: 'log' },
              series: [
                { label: 'length free', kind: 'dots', x: rates, y: show(losses.free) },
                { label: 'length fixed', kind: 'dots', x: rates, y: show(losses.fixed) },
                { label: '2 / curvature', kind: 'dashes', x: [threshold, threshold], y: [FLOOR, 1] },
              ],
            },
            {
              title: 'Length of the free weights',
              x: { label: 'step + 1', scale: 'log' },
              y: { label: 'r', scale: 'log' },
              series: radii,
            },
          ],
        },
      ],
    }
  },
})

/** The regression of `formulas`, through its moments S = X X'/n: f = a^2/2 (u - u*)' S (u - u*), u = q/|q|. */
function makeProblem(engine: Engine, samples: number, n: number, a: number, seed: number) {
  const draw = (stream: number, count: number) => normal(foldIn(key(seed), stream), count)
  const x = draw(1, n * samples)
  const s = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < samples; p++) s[i * n + j] += (x[i * samples + p] * x[j * samples + p] * a * a) / samples
    }
  }
  const [teacher, start] = [unit(draw(2, n)), unit(draw(3, n))]
  const apart = new Float64Array(n)
  const pull = new Float64Array(n)
  const evaluate = (q: Float64Array): number => {
    const length = Math.sqrt(q.reduce((sum, value) => sum + value * value, 0))
    for (let i = 0; i < n; i++) apart[i] = q[i] / length - teacher[i]
    for (let i = 0; i < n; i++) {
      pull[i] = 0
      for (let j = 0; j < n; j++) pull[i] += s[i * n + j] * apart[j]
    }
    return length
  }
  const project = (from: Float64Array, u: Float64Array) => {
    const along = from.reduce((sum, value, i) => sum + value * u[i], 0)
    return from.map((value, i) => value - along * u[i])
  }
  // P S P, column by column, then row by row.
  const columns = Array.from({ length: n }, (_, j) =>
    project(
      s.filter((_, at) => at % n === j),
      teacher,
    ),
  )
  const projected = columns.map((_, i) =>
    Array.from(
      project(
        Float64Array.from(columns, (column) => column[i]),
        teacher,
      ),
    ),
  )
  const matrix = engine.matrix(projected)
  const curvature = singularValues(matrix)[0]
  matrix.dispose()
  return {
    start,
    curvature,
    loss(q: Float64Array): number {
      evaluate(q)
      return 0.5 * apart.reduce((sum, value, i) => sum + value * pull[i], 0)
    },
    gradient(q: Float64Array, out: Float64Array): void {
      const length = evaluate(q)
      const along = pull.reduce((sum, value, i) => sum + value * q[i], 0) / (length * length)
      for (let i = 0; i < n; i++) out[i] = (pull[i] - along * q[i]) / length
    },
  }
}

function unit(x: Float64Array): Float64Array {
  const length = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))
  return x.map((value) => value / length)
}
