// How feedback that is not symmetric falls behind with depth, and that rules which make it symmetric do not.
import { pow } from '../../math/elementary.js'
import { informationAlignment } from '../../network/feedback/information-alignment.js'
import type { FeedbackRule } from '../../network/feedback/rule.js'
import { symmetricAlignment } from '../../network/feedback/symmetric-alignment.js'
import { weightMirror } from '../../network/feedback/weight-mirror.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { type Curve, final, learn, median, PAPER } from './problem.js'

/** Below this a loss is rounding. */
const FLOOR = 1e-20
/** Variance of fixed feedback, of Kolen-Pollack at the start, and of rules that forget where they start. */
const FIXED = 0.05
const FORGOTTEN = 0.01

export const creditAssignmentDepth = defineExperiment({
  id: 'credit-assignment-depth',
  title: 'Feedback matrices that learn keep up with back-propagation in depth',
  paper: PAPER,
  formulas: [
    "fixed feedback (FA), B learning dW transposed (KP), decay B - W' (SA), decay B - C W' (WM), decay B - C W' + B W C W' (IA)",
    "Kolen-Pollack:  W_n - B_n' = (1 - eta lambda)^n (W_0 - B_0')",
  ],
  parameters: {
    depths: {
      description: 'numbers of layers; curves are of the last',
      default: [2, 3, 4],
      min: 2,
      max: 6,
      integer: true,
    },
    width: { description: 'hidden width', default: 10, min: 6, max: 64, integer: true },
    learningRate: { description: 'of the weights', default: 0.05, min: 1e-3, max: 0.1 },
    rate: { description: 'learning rate of B over that of the weights, SA and WM', default: 4, min: 0.5, max: 20 },
    steps: { description: 'steps of gradient descent', default: 600, min: 200, max: 20_000, integer: true },
    weightDecay: { description: 'lambda of Kolen-Pollack', default: 1e-3, min: 1e-5, max: 0.1 },
    seeds: { description: 'starts a rule', default: 3, min: 1, max: 20, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { depths, width, learningRate, rate, steps, weightDecay, seeds } = parameters
    const rules: readonly (readonly [string, FeedbackRule | undefined, number])[] = [
      ['BP', undefined, 0],
      ['FA', 'fixed', FIXED],
      ['KP', 'kolen-pollack', FIXED],
      ['SA', symmetricAlignment({ rate }), FORGOTTEN],
      ['WM', weightMirror({ rate }), FORGOTTEN],
      ['IA', informationAlignment(), FORGOTTEN],
    ]
    const deepest = depths[depths.length - 1]
    const every = Math.max(1, Math.floor(steps / 200))
    const ends: Record<string, number[]> = {}
    const [losses, angles]: Series[][] = [[], []]
    const checks: Check[] = []
    let done = 0
    for (const depth of depths) {
      for (const [name, rule, variance] of rules) {
        await progress(done++ / (depths.length * rules.length), `${name}, ${depth} layers`)
        const decay = name === 'KP' ? weightDecay : 0
        const curves = Array.from({ length: seeds }, (_, i) =>
          learn(
            engine,
            { depth, width, steps, learningRate, seed: 100 * seed + i, rule, variance, weightDecay: decay },
            depth === deepest ? every : steps,
          ),
        )
        ends[name] ??= []
        ends[name].push(median(curves.map((curve) => final(curve, steps))))
        if (name === 'KP') {
          const left = pow(1 - learningRate * decay, 2 * steps)
          const error = Math.max(...curves.map(({ apart: [before, after] }) => Math.abs(after / (left * before) - 1)))
          checks.push(atMost(`depth ${depth}: relative error of the Kolen-Pollack law, squared distance`, error, 1e-10))
        }
        if (depth !== deepest) continue
        const [{ step, loss, angle }] = curves
        losses.push({ label: name, kind: 'line', x: step, y: loss.map((value) => Math.max(value, 1e-32)) })
        // An angle of nothing has no place on a logarithmic axis.
        if (rule !== undefined)
          angles.push({ label: name, kind: 'line', x: step, y: angle.map((value) => Math.max(value, 1e-14)) })
        if (name === 'SA') checks.push(...angleChecks(curves, depth))
      }
      const at = (name: string) => Math.max(FLOOR, ends[name][ends[name].length - 1])
      for (const name of ['SA', 'WM']) {
        checks.push(atMost(`depth ${depth}: loss under ${name} over that of back-propagation`, at(name) / at('BP'), 10))
      }
      if (depth >= 4)
        checks.push(atLeast(`depth ${depth}: loss under FA over that of back-propagation`, at('FA') / at('BP'), 100))
    }
    const finite = (values: readonly number[]) => values.map((value) => (Number.isFinite(value) ? value : 1e2))
    return {
      checks,
      notes: [
        'KP ends at the floor that weight decay leaves; loss ratios count losses below 1e-20 as 1e-20.',
        'Deep linear networks stand for the ResNets of the paper: the order of the rules is compared, not their accuracy on ImageNet.',
      ],
      figures: [
        {
          title: 'Credit assignment without weight symmetry',
          description:
            'Loss against steps and depth: rules that make feedback symmetric fall with back-propagation, fixed feedback falls behind; angles between W and B transposed close.',
          panels: [
            {
              title: `Loss, ${deepest} layers`,
              x: { label: 'step' },
              y: { label: 'loss', scale: 'log' },
              series: losses,
            },
            {
              title: "Largest angle between W_l and B_l'",
              x: { label: 'step' },
              y: { label: 'degrees', scale: 'log' },
              series: angles,
            },
            {
              title: `Loss after ${steps} steps, median of ${seeds} (100: diverged)`,
              x: { label: 'layers L' },
              y: { label: 'loss', scale: 'log' },
              series: rules.map(([label]) => ({ label, kind: 'dots' as const, x: depths, y: finite(ends[label]) })),
            },
          ],
        },
      ],
    }
  },
})

/** Where the loss has come below 1e-6, and at the end. */
function angleChecks(curves: readonly Curve[], depth: number): Check[] {
  const found = curves.map(({ loss, angle }) => angle[loss.findIndex((value) => value < 1e-6)] ?? Number.NaN)
  const end = curves.map(({ angle }) => angle[angle.length - 1])
  return [
    atMost(`depth ${depth}: largest angle under SA at loss 1e-6, degrees`, Math.max(...found), 0.05),
    atMost(`depth ${depth}: largest angle under SA at the end, degrees`, Math.max(...end), 1e-3),
  ]
}
