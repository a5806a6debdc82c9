// The spread of SGD around the minimum of linear regression: an ensemble whose members draw their own minibatches, the exact recursion of the moments, and the
// additive theory, which is a few per cent low.
import { createEnsemble } from '../../network/ensemble.js'
import { explicit } from '../../network/initializer.js'
import { momentum } from '../../optimizer/rules.js'
import { weights } from '../../probe/weights.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { regression } from '../../task/regression.js'
import { sgdLinearRegression } from '../../theory/diffusion/linear-regression.js'
import { sgdMomentRecursion } from '../../theory/diffusion/moment-recursion.js'
import { trainEnsemble } from '../../train/ensemble.js'
import { alongside } from '../alongside.js'
import { atLeast, atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { mean } from '../saddle/shared.js'
import { DIFFUSION_PAPER } from './shared.js'

const EVERY = 20

export const sgdMoments = defineExperiment({
  id: 'sgd-moments',
  title: 'Minibatch noise depends on where the weights are: moments of SGD, exactly',
  paper: DIFFUSION_PAPER,
  formulas: [
    'v := b v - g_B, theta := theta + eta v;  covariance of g_B = Gamma(mean, covariance) / S, in closed form',
    'additive noise sigma^2 H / S:  Var theta = eta (1 + b) V / (h (1 - b) (2 (1 + b) - eta h)) for each mode',
  ],
  parameters: {
    rho: { description: 'variances of the inputs', default: [2, 0.7, 0.2], min: 0.05, max: 5 },
    inputs: { description: 'inputs, each with two labels', default: 100, min: 10, max: 1000, integer: true },
    batchSize: { description: 'minibatch, drawn with replacement', default: 10, min: 1, max: 100, integer: true },
    learningRate: { description: 'learning rate', default: 0.02, min: 0.002, max: 0.05 },
    momentum: { description: 'momentum', default: 0.9, min: 0, max: 0.95 },
    replicas: { description: 'members of the ensemble', default: 1000, min: 100, max: 20000, integer: true },
    steps: { description: 'steps', default: 1500, min: 600, max: 10000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { rho, inputs: count, batchSize, learningRate, momentum: beta, replicas, steps } = parameters
    const d = rho.length
    const root = key(seed)
    // Each input twice, with labels half above and half below the line: at the minimum all residuals are of one size, and gradients have the covariance sigma^2 H
    // that the additive theory assumes. What is left of a difference is that noise grows with the distance.
    const samples = 2 * count
    const inputs = rho.map((value, i) => {
      const row = normal(foldIn(root, i), count).map((z) => z * Math.sqrt(value))
      return [...row, ...row]
    })
    const labels = Float64Array.from({ length: samples }, (_, n) =>
      inputs.reduce((sum, row) => sum + row[n], n < count ? 0.5 : -0.5),
    )
    const theta0 = new Array<number>(d).fill(0)
    const ensemble = createEnsemble(engine, { replicas, sizes: [d, 1], init: explicit([[theta0.map(() => 0)]]) })
    const data = await (async () => {
      try {
        const { columns } = await alongside(
          (signal) =>
            trainEnsemble(ensemble, regression(inputs, [[...labels]]), {
              optimizer: momentum({ learningRate, momentum: beta, batchSize, replacement: true, seed }),
              ...{ steps, minibatches: 'own', signal, record: { every: EVERY, probes: [weights()] } },
            }),
          (share) => progress(share, `${replicas} members`),
          20,
        )
        return columns
      } finally {
        ensemble.dispose()
      }
    })()
    const at = Array.from(data.step.data)
    const rule = { inputs, outputs: labels, learningRate, momentum: beta, batchSize, theta0 }
    const exact = sgdMomentRecursion(rule, at)
    const { minimum } = exact
    let square = 0
    for (let n = 0; n < samples; n++) {
      const residual = labels[n] - inputs.reduce((sum, row, i) => sum + row[n] * minimum[i], 0)
      square += (residual * residual) / samples
    }
    const additive = sgdLinearRegression({ ...rule, sigma: Math.sqrt(square) }, at).discrete
    const checks: Check[] = []
    const [variances, means] = [[] as Series[], [] as Series[]]
    const settled = at.findIndex((step) => step >= steps / 3)
    for (let i = 0; i < d; i++) {
      const average: number[] = []
      const variance: number[] = []
      for (let frame = 0; frame < at.length; frame++) {
        const values = Array.from({ length: replicas }, (_, r) => data.weights.data[(frame * replicas + r) * d + i])
        average.push(mean(values))
        const center = average[frame]
        variance.push(mean(values.map((x) => (x - center) ** 2)) * (replicas / (replicas - 1)))
      }
      const recursion = at.map((_, frame) => exact.covariance[frame * 4 * d * d + i * 2 * d + i])
      const simple = at.map((_, frame) => additive.covariance[frame * d * d + i * d + i])
      const late = (values: readonly number[]) => mean(values.slice(settled))
      const name = `input variance ${rho[i]}`
      checks.push(
        within(`${name}: variance over that of the recursion`, late(variance) / late(recursion), 1, 0.04),
        atLeast(`${name}: recursion over additive theory`, late(recursion) / late(simple), 1.005),
      )
      const z = average.map((m, frame) =>
        recursion[frame] > 0 ? Math.abs(m - exact.theta[frame * d + i]) / Math.sqrt(recursion[frame] / replicas) : 0,
      )
      checks.push(atMost(`${name}: largest z of the mean, all looks`, Math.max(...z), 5))
      variances.push(
        { label: `${name}, members`, group: name, kind: 'line', x: at, y: variance },
        { label: `${name}, recursion`, group: name, kind: 'dashes', x: at, y: recursion },
      )
      means.push(
        { label: `${name}, members`, group: name, kind: 'line', x: at, y: average },
        {
          label: `${name}, recursion`,
          group: name,
          kind: 'dashes',
          x: at,
          y: at.map((_, f) => exact.theta[f * d + i]),
        },
      )
      if (i === d - 1) variances.push({ label: `${name}, additive noise`, kind: 'dashes', x: at, y: simple })
    }
    return {
      checks,
      figures: [
        {
          title: 'Moments of SGD with momentum on linear regression',
          description:
            'Variance and mean of each weight over the ensemble lie on the exact recursion; additive noise of fixed covariance is a few per cent low.',
          panels: [
            { title: 'Variance of the weights', x: { label: 'step' }, y: { label: 'variance' }, series: variances },
            { title: 'Mean of the weights', x: { label: 'step' }, y: { label: 'mean' }, series: means },
          ],
        },
      ],
    }
  },
})
