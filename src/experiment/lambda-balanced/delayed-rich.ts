// More inputs than outputs and large negative lambda: a lazy plateau first, then a rich phase whose time grows with |lambda|.
import { exp, log } from '../../math/elementary.js'
import { lambdaBalancedFlow } from '../../theory/lambda-balanced/flow.js'
import { ntkDistances } from '../../theory/lambda-balanced/ntk.js'
import { regimeRates } from '../../theory/lambda-balanced/regimes.js'
import { lambdaBalancedWeights } from '../../theory/lambda-balanced/weights.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, cosines, PAPER, reflection, spectral, spread, transpose } from './setup.js'
import { simulate } from './simulate.js'

const INPUTS = cosines(4)
const TASK = spectral(cosines(2), [2, 1], transpose(INPUTS))
const PLATEAU = 1.90599828
/** lambda, loss and kernel distance at 10/|lambda|, final kernel distance. */
const TABLE = [
  [-20, 1.88529326, 2.3e-4, 0.48802082],
  [-40, 1.9010771, 1.4e-5, 0.48899629],
  [-80, 1.90478342, 8.6e-7, 0.48924729],
] as const

export const delayedRich = defineExperiment({
  id: 'delayed-rich',
  title: 'Delayed rich: a lazy plateau, then features at the predicted rate',
  paper: PAPER,
  formulas: [
    'fast phase, rate |lambda|: W -> S Pi, plateau loss 1/2 |S (I - Pi)|^2, Pi the projector on the rows of W_1(0)',
    "slow phase: tr(V_perp' W_1' W_1 V_perp) falls at rate 2 (sqrt(s_min^2 + lambda^2/4) - |lambda|/2), about 2 s_min^2/|lambda|",
  ],
  parameters: {
    lambdas: { description: 'lambdas, negative', default: [-20, -40, -80], min: -100, max: -10 },
  },
  async run({ engine, parameters: { lambdas }, progress }) {
    const checks: Check[] = []
    const [losses, kernels] = [[] as Series[], [] as Series[]]
    for (const [l, lambda] of lambdas.entries()) {
      const size = -lambda
      const sizes: [number, number, number] = [4, 2, 2]
      const { w1, w2 } = lambdaBalancedWeights({
        sizes,
        lambda,
        strengths: [0.01, 0.01],
        right: reflection([1, 2, 3, 4]),
      })
      const scaled = [0, ...spread(log(1e-4), log(20), 129).map(exp)]
      const times = [...new Set([...scaled.map((t) => t * size), 10 / size, 5 * size, 7 * size])].sort((a, b) => a - b)
      const what = `lambda ${lambda}`
      const found = await simulate(engine, { w1, w2 }, TASK, { times, progress, done: l / lambdas.length, what })
      const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: TASK, lambda, times })
      const distances = ntkDistances(flow)
      const { plateauLoss, turningRates } = regimeRates({ w1, w2, sigmaYX: TASK })
      const early = times.indexOf(10 / size)
      const row = TABLE.find(([value]) => value === lambda)
      checks.push(
        within(`lambda = ${lambda}: plateau loss of the formula`, plateauLoss, PLATEAU, 1e-8),
        within(
          `lambda = ${lambda}: loss at 10/|lambda|, simulated`,
          found.loss[early],
          row?.[1] ?? flow.loss[early],
          1e-8,
        ),
        atMost(
          `lambda = ${lambda}: |loss at 10/|lambda| - plateau| over the plateau`,
          Math.abs(found.loss[early] / plateauLoss - 1),
          1 / size,
        ),
        atMost(`lambda = ${lambda}: loss, simulated against exact`, apart(found.loss, flow.loss), 1e-7),
        atMost(
          `lambda = ${lambda}: kernel distance, simulated against exact`,
          apart(found.kernelDistance, distances),
          1e-7,
        ),
      )
      const final = found.kernelDistance[times.length - 1]
      if (row !== undefined) {
        const [, , kernel, last] = row
        checks.push(
          within(
            `lambda = ${lambda}: kernel distance at 10/|lambda|`,
            found.kernelDistance[early],
            kernel,
            0.03 * kernel,
          ),
          within(`lambda = ${lambda}: final kernel distance`, final, last, 2e-8),
        )
      }
      // The part of W_1 outside of the task's two modes.
      const outside = [5, 7].map((factor) => {
        return outsideOf(found.at('w1', times.indexOf(factor * size)).data)
      })
      const rate = log(outside[0] / outside[1]) / (2 * size)
      const slow = turningRates[1]
      checks.push(within(`lambda = ${lambda}: rate of the slow phase over the formula`, rate / slow, 1, 2e-5))
      const shown = times.flatMap((t, i) => (t > 0 ? [i] : []))
      const at = shown.map((i) => times[i] / size)
      const group = `lambda = ${lambda}`
      const curve = (label: string, kind: 'line' | 'dashes', y: ArrayLike<number>): Series => ({
        label: `${group}, ${label}`,
        group,
        kind,
        x: at,
        y: shown.map((i) => y[i]),
      })
      losses.push(curve('simulated', 'line', found.loss), curve('exact', 'dashes', flow.loss))
      kernels.push(curve('simulated', 'line', found.kernelDistance), curve('exact', 'dashes', distances))
      if (l === 0) losses.push({ label: 'plateau', kind: 'dashes', x: [1e-4, 20], y: [plateauLoss, plateauLoss] })
    }
    const x = { label: 'time / |lambda|', scale: 'log' } as const
    return {
      checks,
      figures: [
        {
          title: 'Delayed rich learning',
          description:
            'The loss falls at once to a plateau while the kernel rests, and then, at times in proportion to |lambda|, both change together.',
          panels: [
            { title: 'Loss', x, y: { label: 'loss' }, series: losses },
            { title: 'Distance of the kernel from its start', x, y: { label: 'kernel distance' }, series: kernels },
          ],
        },
      ],
    }
  },
})

/** |W_1 V_perp|^2, W_1 (2, 4), V_perp the inputs that the task does not use. */
function outsideOf(w1: Float64Array): number {
  let sum = 0
  for (const direction of INPUTS.slice(2)) {
    for (let r = 0; r < 2; r++) sum += direction.reduce((dot, value, i) => dot + value * w1[4 * r + i], 0) ** 2
  }
  return sum
}
