// How far SGD moves once it is stationary: an ensemble against the closed form, and on a power-law spectrum a displacement that grows as a power of the steps below 1.
import { pow } from '../../math/elementary.js'
import { anomalousDiffusion, anomalousExponent } from '../../theory/diffusion/anomalous.js'
import { msdCurve } from '../../theory/diffusion/msd.js'
import { type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { DIFFUSION_PAPER, displacement, modeWeights } from './shared.js'

/** Modes of the ensembles. */
const FEW = 8
const MANY = 60
/** Steps until the velocities have forgotten that they started at 0. */
const WARM = 200
const LAGS = [1, 10, 50, 400]

/** Modes enough for the tail of the spectrum to carry less than a per cent of the displacement. */
function modesFor(decay: number): number {
  return decay >= 2.5 ? 2000 : 20000
}

export const anomalousDiffusionExperiment = defineExperiment({
  id: 'anomalous-diffusion',
  title: 'On a power-law spectrum SGD diffuses anomalously',
  paper: DIFFUSION_PAPER,
  formulas: [
    'E |theta_k - theta_0|^2 = sum_l 2 Var_l (1 - c_l(k))',
    'rho_l = l^-a:  2 V Gamma(1 - 1/a) (t / (1 - b))^(1/a),  V = sigma^2 eta / (2 S (1 - b))',
  ],
  parameters: {
    decays: { description: 'exponents a of the spectrum', default: [2, 3], min: 1.8, max: 6 },
    learningRate: { description: 'learning rate', default: 0.1, min: 0.01, max: 0.5 },
    momentum: { description: 'momentum', default: 0.9, min: 0, max: 0.95 },
    replicas: { description: 'members of the ensemble on 8 modes', default: 1000, min: 100, max: 20000, integer: true },
    wanderers: { description: 'members of the ensembles on 60 modes', default: 64, min: 16, max: 1000, integer: true },
    steps: { description: 'steps of the ensembles on 60 modes', default: 2000, min: 500, max: 30000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { decays, learningRate, momentum, replicas, wanderers, steps } = parameters
    const spectrum = (count: number, decay: number) => Array.from({ length: count }, (_, l) => pow(l + 1, -decay))
    const rule = { learningRate, momentum }
    const checks: Check[] = []
    // As many samples as modes, so the noise of a minibatch is that of labels divided by their number.
    const few = spectrum(FEW, decays[0])
    const closed = msdCurve({ ...rule, rho: few, noise: few, batchSize: FEW }, LAGS).discrete
    const shared = { rho: few, ...rule, replicas, seed }
    const fine = await modeWeights(engine, { ...shared, steps: WARM + 40, every: 1 }, (share) =>
      progress(0.2 * share, 'short lags'),
    )
    const coarse = await modeWeights(engine, { ...shared, seed: seed + 7, steps: WARM + 1600, every: 10 }, (share) =>
      progress(0.2 + 0.3 * share, 'long lags'),
    )
    const seen = LAGS.map((lag) =>
      lag < 10
        ? displacement(fine, FEW, replicas, WARM, lag)
        : displacement(coarse, FEW, replicas, WARM / 10, lag / 10),
    )
    const tolerance = 0.03 * Math.max(1, Math.sqrt(1000 / replicas))
    LAGS.forEach((lag, i) => {
      checks.push(within(`displacement over the closed form, ${lag} steps`, seen[i] / closed[i], 1, tolerance))
    })
    const grid = [1e3, 2e3, 4e3, 8e3, 16e3, 3e4]
    const series: Series[] = []
    for (const [i, decay] of decays.entries()) {
      const done = 0.5 + (0.5 * i) / decays.length
      await progress(done, `a = ${decay}, closed form`)
      const rho = Float64Array.from(spectrum(modesFor(decay), decay))
      const curve = msdCurve({ ...rule, rho, noise: rho }, grid).discrete
      const { exponent } = anomalousExponent(grid, curve)
      checks.push(within(`a = ${decay}: exponent of the closed form, steps 1e3 to 3e4`, exponent, 1 / decay, 0.015))
      const many = spectrum(MANY, decay)
      const run = { rho: many, ...rule, replicas: wanderers, seed: seed + 20 + i, steps: WARM + steps, every: 20 }
      const data = await modeWeights(engine, run, (share) =>
        progress(done + (0.5 * share) / decays.length, `a = ${decay}`),
      )
      const lags = [20, 40, 80, 160, 320, 640, 1280].filter((lag) => lag <= 0.7 * steps)
      const moved = lags.map((lag) => displacement(data, MANY, wanderers, WARM / 20, lag / 20))
      const finite = msdCurve({ ...rule, rho: many, noise: many, batchSize: MANY }, lags).discrete
      const [trained, predicted] = [moved, finite].map((msd) => anomalousExponent(lags, msd).exponent)
      checks.push(within(`a = ${decay}: exponent of trained weights against the closed form`, trained, predicted, 0.06))
      const group = `a = ${decay}`
      const limit = anomalousDiffusion({ ...rule, decay, noise: 1, batchSize: MANY }, lags)
      series.push(
        { label: `${group}, trained`, group, kind: 'dots', x: lags, y: moved },
        { label: `${group}, closed form`, group, kind: 'dashes', x: lags, y: finite },
        { label: `${group}, power law 1/a`, kind: 'dashes', x: lags, y: limit },
      )
    }
    const steady = [1, 2, 4, 7, 10, 20, 50, 100, 200, 400]
    return {
      checks,
      figures: [
        {
          title: 'Displacement of SGD from stationarity',
          description:
            'On eight modes the displacement of the ensemble lies on the closed form; on a power-law spectrum l^-a it grows as the power 1/a of the steps.',
          panels: [
            {
              title: `${FEW} modes`,
              x: { label: 'steps', scale: 'log' },
              y: { label: 'E |theta_k - theta_0|^2', scale: 'log' },
              series: [
                { label: 'trained', group: 'msd', kind: 'dots', x: LAGS, y: seen },
                {
                  ...{ label: 'closed form', group: 'msd', kind: 'dashes', x: steady },
                  y: msdCurve({ ...rule, rho: few, noise: few, batchSize: FEW }, steady).discrete,
                },
              ],
            },
            {
              title: `${MANY} modes of variance l^-a`,
              x: { label: 'steps', scale: 'log' },
              y: { label: 'E |theta_k - theta_0|^2', scale: 'log' },
              series,
            },
          ],
        },
      ],
    }
  },
})
