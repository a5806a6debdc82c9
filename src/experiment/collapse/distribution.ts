// Thousands of students of two modes under label noise, as one ensemble: the distribution of a mode against the Gamma distribution.
import type { Engine } from '../../linalg/engine.js'
import { gammaKernel } from '../../math/gamma.js'
import { createEnsemble } from '../../network/ensemble.js'
import { sgd } from '../../optimizer/rules.js'
import { labelNoise } from '../../task/label-noise.js'
import { whitened } from '../../task/whitened.js'
import { shrinkage } from '../../theory/collapse/shrinkage.js'
import { trainEnsemble } from '../../train/ensemble.js'
import { alongside } from '../alongside.js'
import { type Check, within } from '../check.js'
import type { PanelData } from '../figure.js'
import { endToEndMap, mean } from '../saddle/shared.js'
import { histogram } from './shared.js'

const VALUES = [1.2, 0.8]
const RATE = 0.005
const SIGMA = 10
/** Time 8 is 12 and more relaxation times of both modes. */
const STEPS = 1600

/** Checks of mean and variance of both modes over `members` students, and their histograms. */
export async function distribution(
  engine: Engine,
  members: number,
  seed: number,
  progress: (share: number) => Promise<void>,
): Promise<{ checks: Check[]; panel: PanelData }> {
  const law = shrinkage(VALUES, RATE, SIGMA)
  const start = [VALUES, VALUES].map((row) => row.map((_, k) => Math.sqrt(law.mean[k])))
  const ensemble = createEnsemble(engine, { replicas: members, depths: [2, 2], start })
  try {
    const { columns } = await alongside(
      (signal) =>
        trainEnsemble(ensemble, labelNoise(whitened([VALUES]), { sigma: SIGMA, seed }), {
          optimizer: sgd({ learningRate: RATE }),
          steps: STEPS,
          record: { every: STEPS, probes: [endToEndMap()] },
          signal,
        }),
      progress,
    )
    const last = columns.map.data.subarray(columns.map.data.length - 2 * members)
    const checks: Check[] = []
    const series = VALUES.flatMap((value, k) => {
      const s = Array.from({ length: members }, (_, r) => last[2 * r + k])
      const average = mean(s)
      const variance = mean(s.map((x) => (x - average) ** 2))
      // 4.5 standard errors, and what steps of this length differ from the diffusion by.
      const spread = law.variance[k] * (4.5 * Math.sqrt((2 + 6 / law.shape[k]) / members) + 2 * RATE * value)
      const room = 4.5 * Math.sqrt(law.variance[k] / members) + RATE * value
      checks.push(
        within(`${members} students, s* = ${value}: mean of s`, average, law.mean[k], room),
        within(`${members} students, s* = ${value}: variance of s`, variance, law.variance[k], spread),
      )
      const { x, y } = histogram(s, 5, 50)
      const group = `s* = ${value}`
      const density = x.map((at) => gammaKernel(law.shape[k], at / law.scale) / at)
      return [
        { label: `${group}, students`, group, kind: 'line' as const, x, y },
        { label: `${group}, Gamma distribution`, group, kind: 'dashes' as const, x, y: density },
      ]
    })
    const panel = { title: `${members} students of two modes`, x: { label: 's' }, y: { label: 'density' }, series }
    return { checks, panel }
  } finally {
    ensemble.dispose()
  }
}
