// Weights before a normalisation: their length adapts the step size, and with weight decay they settle into turning by a fixed angle a step.

import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { radiusPrediction, rotationalEquilibrium } from '../../theory/symmetry/scale-invariance.js'
import { scaleInvariantTrain } from '../../train/scale-invariant.js'
import { atLeast, atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { NOETHER_PAPER } from './shared.js'

export const rotationalEquilibriumExperiment = defineExperiment({
  id: 'rotational-equilibrium',
  title: 'Scale-invariant weights: length as a running mean of gradients, and equilibrium of turning',
  paper: NOETHER_PAPER,
  formulas: [
    'r^4(t) = e^(-4 k t/(1-beta)) r^4(0) + c int e^(-4 k (t - tau)/(1-beta)) |ghat|^2 dtau',
    'c = 2 eta (1+beta)/(1-beta)^3 for gradients that turn slowly,  2 eta/(1-beta)^2 for independent ones',
    'at equilibrium  |step|/|q| = sqrt(2 eta k/(1+beta)),  cos(angle) = 1 - eta k/(1+beta),  whatever the gradient',
  ],
  parameters: {
    learningRate: { description: 'eta of the turning phase', default: 0.1, min: 1e-4, max: 1 },
    weightDecay: { description: 'k of the turning phase', default: 0.05, min: 1e-4, max: 0.5 },
    momenta: { description: 'beta', default: [0, 0.5, 0.9], min: 0, max: 0.95 },
    gradient: { description: 'length of the gradient at length 1', default: 0.7, min: 1e-3, max: 100 },
    dimension: { description: 'parameters under noise', default: 100, min: 10, max: 1000, integer: true },
    noiseRate: { description: 'eta under noise', default: 0.01, min: 1e-4, max: 0.1 },
    noiseDecay: { description: 'k under noise', default: 0.01, min: 1e-3, max: 0.1 },
    noiseSteps: { description: 'steps under noise', default: 20000, min: 100, max: 1e6, integer: true },
  },
  async run({ parameters, seed, progress }) {
    const { learningRate, weightDecay, momenta, gradient: c, dimension, noiseRate, noiseDecay, noiseSteps } = parameters
    const checks: Check[] = []
    const [ratios, radii]: [Series[], Series[]] = [[], []]
    for (const [i, beta] of momenta.entries()) {
      await progress(i / (2 * momenta.length), `beta ${beta}`)
      const rule = { learningRate, weightDecay, momentum: beta }
      // Until nothing of the start is left: the length relaxes at about 4 eta k/(1 - beta) or, if that is slower, as the momentum does.
      const steps = Math.min(2e6, Math.ceil(90 / Math.min((4 * learningRate * weightDecay) / (1 - beta), 1 - beta)))
      const run = scaleInvariantTrain(spiral(c), [1, 0], { ...rule, steps })
      const wanted = rotationalEquilibrium({ ...rule, gradient: c })
      const last = steps - 1
      checks.push(
        atMost(`beta ${beta}: |cos - (1 - eta k/(1+beta))|`, Math.abs(run.cosine[last] - wanted.cosine), 1e-10),
      )
      checks.push(
        atMost(
          `beta ${beta}: relative error of the length at equilibrium`,
          Math.abs(run.squaredRadius[steps] / wanted.squaredRadius - 1),
          1e-10,
        ),
      )
      const end = Math.min(steps, 400)
      const x = Array.from({ length: end }, (_, n) => n)
      const group = `beta ${beta}`
      ratios.push(
        { label: `${group}, descent`, group, kind: 'line', x, y: run.stepRatio.slice(0, end) },
        { label: `${group}, equilibrium`, group, kind: 'dashes', x: [0, end], y: [wanted.stepRatio, wanted.stepRatio] },
      )
    }
    for (const [i, beta] of momenta.entries()) {
      await progress((momenta.length + i) / (2 * momenta.length), `noise, beta ${beta}`)
      const rule = { learningRate: noiseRate, weightDecay: noiseDecay, momentum: beta }
      const start = new Float64Array(dimension)
      start[0] = 1
      const run = scaleInvariantTrain(noise(dimension, seed), start, { ...rule, steps: noiseSteps })
      const predict = (mode: 'white' | 'coherent') =>
        radiusPrediction({ ...rule, start: 1, squares: run.squaredGradient, mode })
      const [white, coherent] = [predict('white'), predict('coherent')]
      // Later than a tenth of the run: the first steps of a ball, at r = 1, are too long for any formula.
      const error = (curve: Float64Array) =>
        Math.max(
          ...pick(noiseSteps, 500).map((n) =>
            n < noiseSteps / 10 ? 0 : Math.abs(curve[n] / run.squaredRadius[n] - 1),
          ),
        )
      checks.push(atMost(`noise, beta ${beta}: error of the length, independent gradients`, error(white), 0.05))
      if (beta >= 0.9) {
        // Its square root is off by sqrt((1 + beta)/(1 - beta)) - 1.
        checks.push(atLeast(`noise, beta ${beta}: the same, slowly turning gradients`, error(coherent), 1))
      }
      if (noiseSteps * noiseRate * noiseDecay >= 1) {
        const late = run.squaredRadius.subarray(noiseSteps >> 1)
        const fourth = late.reduce((sum, r) => sum + r * r, 0) / late.length
        const square = run.squaredGradient.reduce((sum, g) => sum + g, 0) / noiseSteps
        const wanted = rotationalEquilibrium({ ...rule, gradient: Math.sqrt(square) }).squaredRadiusWhite ** 2
        checks.push(within(`noise, beta ${beta}: mean r^4 / formula`, fourth / wanted, 1, 0.05))
      }
      const x = pick(noiseSteps, 300)
      const group = `beta ${beta}`
      const read = (curve: Float64Array) => x.map((n) => curve[n])
      radii.push(
        { label: `${group}, noise`, group, kind: 'line', x, y: read(run.squaredRadius) },
        { label: `${group}, independent`, group, kind: 'dashes', x, y: read(white) },
      )
      if (beta >= 0.9) {
        radii.push({ label: `${group}, slowly turning`, group: 'slowly turning', kind: 'dashes', x, y: read(coherent) })
      }
    }
    return {
      checks,
      figures: [
        {
          title: 'Rotational equilibrium',
          description:
            'Length of a step relative to the weights, which settles at a value that no gradient changes; and the squared length under noise with its predictions.',
          panels: [
            {
              title: `Length of a step over length of the weights, eta ${learningRate}, k ${weightDecay}`,
              x: { label: 'step' },
              y: { label: '|step| / |q|', scale: 'log' },
              series: ratios,
            },
            {
              title: `Squared length under independent gradients, eta ${noiseRate}, k ${noiseDecay}`,
              x: { label: 'step' },
              y: { label: 'r^2', scale: 'log' },
              series: radii,
            },
          ],
        },
      ],
    }
  },
})

/** The gradient of f = c atan2(q_2, q_1). */
function spiral(c: number) {
  return (q: Float64Array, out: Float64Array) => {
    const square = q[0] * q[0] + q[1] * q[1]
    out[0] = (-c * q[1]) / square
    out[1] = (c * q[0]) / square
  }
}

/** Independent gradients orthogonal to q, `|ghat|^2` about 1 - 1/n. */
function noise(n: number, seed: number) {
  const stream = foldIn(key(seed), 4)
  return (q: Float64Array, out: Float64Array, step: number) => {
    const z = normal(foldIn(stream, step), n)
    let [along, square] = [0, 0]
    for (let i = 0; i < n; i++) {
      along += z[i] * q[i]
      square += q[i] * q[i]
    }
    const scale = 1 / Math.sqrt(n * square)
    for (let i = 0; i < n; i++) out[i] = scale * (z[i] - (along / square) * q[i])
  }
}

/** About `count` of the numbers 0 .. last. */
function pick(last: number, count: number): number[] {
  const every = Math.max(1, Math.floor(last / count))
  return Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every)
}
