// The sum penalty as a threshold: directions of variance below lambda are given up, the others shrink by lambda over their variance.
import { gaussian } from '../../network/initializer.js'
import { laeShrinkage } from '../../theory/autoencoder/shrinkage.js'
import { laeTrain } from '../../train/lae.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { AUTOENCODER_PAPER, covarianceOf, farthest, mapValues } from './shared.js'

export const autoencoderShrinkage = defineExperiment({
  id: 'autoencoder-shrinkage',
  title: 'Shrinkage and rank of the sum-penalised autoencoder against lambda',
  paper: AUTOENCODER_PAPER,
  formulas: ['singular values of W_2 W_1 = max(0, 1 - lambda/sigma^2),  rank = #{sigma^2 > lambda}'],
  parameters: {
    inputs: { description: 'inputs n; sigma = n, n-1, .. 1', default: 20, min: 3, max: 40, integer: true },
    hidden: { description: 'hidden units k', default: 10, min: 1, max: 40, integer: true },
    lambdas: {
      description: 'penalties, not near a variance sigma^2, where convergence is algebraic',
      default: [2, 10, 50, 122.5, 230, 365],
      min: 0.1,
      max: 2000,
    },
    learningRate: { description: 'eta', default: 5e-4, min: 1e-6, max: 0.1 },
    steps: { description: 'number of steps', default: 20000, min: 100, max: 1e6, integer: true },
  },
  async run({ engine, parameters: { inputs, hidden: wanted, lambdas, learningRate, steps }, seed, progress }) {
    const hidden = Math.min(wanted, inputs)
    const variances = Array.from({ length: inputs }, (_, i) => (inputs - i) ** 2)
    const { covariance } = covarianceOf(variances, seed)
    const checks: Check[] = []
    const series: Series[] = []
    const x = Array.from({ length: hidden }, (_, i) => i + 1)
    for (const [i, lambda] of lambdas.entries()) {
      await progress(i / lambdas.length, `lambda ${lambda}`)
      const init = gaussian({ variance: 0.0025 })
      const values = mapValues(
        engine,
        laeTrain(engine, covariance, { hidden, lambda, learningRate, steps, init, seed }),
      )
      const predicted = laeShrinkage(variances.slice(0, hidden), { lambda })
      checks.push(atMost(`lambda ${lambda}: error of the singular values`, farthest(values, predicted), 1e-8))
      const rank = variances.slice(0, hidden).filter((variance) => variance > lambda).length
      checks.push(within(`lambda ${lambda}: rank`, values.filter((value) => value > 1e-6).length, rank, 0))
      const group = `lambda ${lambda}`
      series.push(
        { label: `${group}, descent`, group, kind: 'dots', x, y: values },
        { label: `${group}, formula`, group, kind: 'dashes', x, y: predicted },
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Shrinkage',
          description:
            'Singular values of the learned map for rising penalties: shrunk, and cut off where the variance is below lambda.',
          panels: [
            {
              title: `Singular values of W_2 W_1, sigma = ${inputs} .. 1`,
              x: { label: 'mode' },
              y: { label: 'singular value' },
              series,
            },
          ],
        },
      ],
    }
  },
})
