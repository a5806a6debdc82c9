// The weight mirror needs its coefficients tuned, information alignment does not: both under noise of many variances. A mirror at its fixed point
// scales what it feeds back through L - l layers by r^(L - l), r = amp variance / decay.
import { informationAlignment } from '../../network/feedback/information-alignment.js'
import { weightMirror } from '../../network/feedback/weight-mirror.js'
import { backwardFixedPoint } from '../../theory/alignment/fixed-point.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import { feedbackOf, final, learn, median, PAPER } from './problem.js'

const DEPTH = 4
const DECAY = 0.1

export const weightMirrorSensitivity = defineExperiment({
  id: 'weight-mirror-sensitivity',
  title: 'The weight mirror is sensitive to its noise, information alignment is not',
  paper: PAPER,
  formulas: [
    "weight mirror:          B -> r W',  r = amp sigma^2 / decay;  errors through k layers are scaled by r^k",
    "information alignment:  B -> sigma^2 W' (decay I + sigma^2 W W')^-1, which no sigma makes larger than 1 / (2 sqrt(decay / sigma^2))",
  ],
  parameters: {
    variances: {
      description: 'variances sigma^2 of the noise, rising',
      default: [0.1, 0.5, 1, 2, 4],
      min: 0.01,
      max: 8,
    },
    width: { description: 'hidden width', default: 10, min: 6, max: 64, integer: true },
    learningRate: { description: 'of the weights', default: 0.05, min: 1e-3, max: 0.1 },
    steps: { description: 'steps of gradient descent', default: 300, min: 100, max: 20_000, integer: true },
    seeds: { description: 'starts a rule', default: 3, min: 1, max: 20, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { variances, width, learningRate, steps, seeds } = parameters
    const ends: [number[], number[]] = [[], []]
    const errors: [number[], number[]] = [[], []]
    for (const [i, variance] of variances.entries()) {
      const signal = { variance }
      const rules = [weightMirror({ signal }), informationAlignment({ decay: DECAY, signal })] as const
      for (const [k, rule] of rules.entries()) {
        await progress((2 * i + k) / (2 * variances.length), `${rule.name}, variance ${variance}`)
        const settings = Array.from({ length: seeds }, (_, j) => ({
          ...{ depth: DEPTH, width, steps, learningRate, seed: 100 * seed + j, rule, variance: 0.01 },
        }))
        ends[k].push(median(settings.map((setting) => final(learn(engine, setting, steps), steps))))
        // The same rule beside weights that stand still ends where the theory says.
        const { weights, feedback, sizes } = feedbackOf(
          engine,
          { ...settings[0], learningRate: 1e-6, steps: 4000 },
          rule,
        )
        const apart = feedback.map((found, l) => {
          const coefficients = k === 0 ? {} : { decay: DECAY }
          const at = { ...coefficients, covariance: variance }
          const end = backwardFixedPoint(
            k === 0 ? 'weight-mirror' : 'information-alignment',
            weights[l],
            sizes[l + 2],
            sizes[l + 1],
            at,
          )
          return Math.max(...end.map((value, e) => Math.abs(value - found[e])))
        })
        errors[k].push(Math.max(...apart))
      }
    }
    const names = ['weight mirror', 'information alignment'] as const
    const checks: Check[] = names.map((name, k) =>
      atMost(`${name}: distance of B from its fixed point, weights almost at rest`, Math.max(...errors[k]), 1e-3),
    )
    const worst = (values: readonly number[]) => Math.max(...values)
    const at = variances.indexOf(1)
    if (at > 0 && variances[0] <= 0.1 && steps <= 300) {
      checks.push(atLeast('weight mirror: loss at the smallest variance over that at 1', ends[0][0] / ends[0][at], 1e3))
    }
    if (variances[variances.length - 1] >= 4) {
      const diverged = ends[0].filter((value) => !Number.isFinite(value)).length
      checks.push(atLeast('weight mirror: variances at which it diverges', diverged, 1))
    }
    checks.push(atMost('information alignment: largest loss', worst(ends[1]), 1e-5))
    return {
      checks,
      figures: [
        {
          title: 'Weight mirror and information alignment',
          description:
            'Loss after training against the variance of the noise: the mirror is good near 1 only, information alignment everywhere.',
          panels: [
            {
              title: `Loss after ${steps} steps, ${DEPTH} layers (100: diverged)`,
              x: { label: 'sigma^2 = amp sigma^2 / decay of the mirror', scale: 'log' },
              y: { label: 'loss', scale: 'log' },
              series: names.map((label, k) => ({
                label,
                kind: 'dots' as const,
                x: variances,
                y: ends[k].map((value) => (Number.isFinite(value) ? Math.max(value, 1e-32) : 1e2)),
              })),
            },
          ],
        },
      ],
    }
  },
})
