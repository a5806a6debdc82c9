// Principal directions without descent: alternating exact minimisation of the sum-penalised loss, plain and synchronised.

import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { laeCriticalPoint } from '../../theory/autoencoder/critical-point.js'
import { axisError } from '../../theory/autoencoder/metrics.js'
import { laePca } from '../../theory/autoencoder/spectrum.js'
import { laeTrain } from '../../train/lae.js'
import { atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { AUTOENCODER_PAPER, covarianceOf } from './shared.js'

export const autoencoderAlternating = defineExperiment({
  id: 'autoencoder-alternating',
  title: 'Alternating minimisation of the sum-penalised autoencoder finds the principal directions',
  paper: AUTOENCODER_PAPER,
  formulas: [
    "W_2 = C W_1' (W_1 C W_1' + lambda I)^-1,   (W_2' W_2) W_1 C + lambda W_1 = W_2' C,   in turn",
    "synchronised: after each turn W_1 = W_2' = their mean",
  ],
  parameters: {
    inputs: { description: 'inputs n; variances about 4 i', default: 6, min: 2, max: 30, integer: true },
    hidden: { description: 'hidden units k', default: 3, min: 1, max: 29, integer: true },
    lambda: { description: 'penalty', default: 3, min: 1e-3, max: 100 },
    turns: { description: 'turns, at most', default: 200, min: 10, max: 10000, integer: true },
  },
  async run({ engine, parameters: { inputs, hidden: wanted, lambda, turns }, seed, progress }) {
    const hidden = Math.min(wanted, inputs - 1)
    const jitter = normal(foldIn(key(seed), 7), inputs)
    const variances = Array.from(
      { length: inputs },
      (_, i) => 4 * (inputs - i) + 0.3 * Math.max(-3, Math.min(3, jitter[i])),
    )
    const { covariance } = covarianceOf(variances, seed)
    const pca = laePca(covariance)
    const directions = { data: pca.directions, shape: [inputs, inputs] as [number, number] }
    const kept = variances.slice(0, hidden).filter((variance) => variance > lambda).length
    const best = laeCriticalPoint(covariance, { hidden, lambda }).loss
    const checks: Check[] = []
    const [axes, losses]: [Series[], Series[]] = [[], []]
    for (const [m, method] of (['exact', 'sync'] as const).entries()) {
      const [x, errors, gaps] = [[] as number[], [] as number[], [] as number[]]
      const options = { hidden, lambda, method, seed, tolerance: 0 }
      await progress(m / 2, method)
      for (let steps = 1; steps <= turns; steps = Math.max(steps + 1, Math.round(1.07 * steps))) {
        const found = laeTrain(engine, covariance, { ...options, steps })
        const { directions: data } = laePca(found.decoder, { from: 'samples' })
        const leading = data.filter((_, i) => i % hidden < kept)
        x.push(found.steps)
        errors.push(Math.max(1e-16, axisError({ data: leading, shape: [inputs, kept] }, directions)))
        gaps.push(Math.max(1e-16, (2 * found.loss) / best - 1))
      }
      checks.push(atMost(`${method}: axis error within ${turns} turns`, errors[errors.length - 1], 1e-10))
      checks.push(atMost(`${method}: loss over that of the minimum, less 1`, gaps[gaps.length - 1], 1e-12))
      axes.push({ label: method, kind: 'line', x, y: errors })
      losses.push({ label: method, kind: 'line', x, y: gaps })
    }
    return {
      checks,
      figures: [
        {
          title: 'Alternating minimisation',
          description:
            'Axis error and excess loss against the number of turns: both methods converge linearly to the principal directions.',
          panels: [
            { title: 'Axis error', x: { label: 'turn' }, y: { label: 'axis error', scale: 'log' }, series: axes },
            {
              title: 'Loss / least loss - 1',
              x: { label: 'turn' },
              y: { label: 'excess', scale: 'log' },
              series: losses,
            },
          ],
        },
      ],
    }
  },
})
