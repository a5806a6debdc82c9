// Minibatches, momentum and weight decay do not hide the charges: they follow an exact recursion in discrete time, and the paper's integrals in
// continuous time up to O(eta).
import { brokenConservation } from '../../theory/symmetry/broken-conservation.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { logSlope } from '../saddle/shared.js'
import { chargedRun, MECHANICS_PAPER, noisyRegression, traceOf } from './shared.js'

export const chargeRecursion = defineExperiment({
  id: 'charge-recursion',
  title: 'The exact law of a Noether charge under minibatches, momentum and weight decay',
  paper: MECHANICS_PAPER,
  formulas: [
    "M = beta N + lambda D;  D := D - eta (M + M') + eta^2 K;  N := M - eta K",
    "N = W_{l+1}' V_{l+1} - V_l W_l',  K = V_{l+1}' V_{l+1} - V_l V_l'",
    'e^(-2 lambda t) D(0) + eta int e^(-2 lambda (t - tau)) K dtau  is O(eta) away, with 2 lambda + 2 eta lambda^2 O(eta^2)',
  ],
  parameters: {
    sizes: { description: 'widths n_0 .. n_L', default: [6, 8, 7, 5, 4], min: 1, max: 32, integer: true },
    samples: { description: 'number of samples', default: 50, min: 10, max: 1000, integer: true },
    batchSize: { description: 'samples a step', default: 10, min: 1, max: 1000, integer: true },
    learningRate: { description: 'eta', default: 0.02, min: 1e-4, max: 0.1 },
    momentum: { description: 'beta', default: 0.9, min: 0.1, max: 0.95 },
    weightDecay: { description: 'lambda', default: 0.01, min: 0, max: 0.5 },
    steps: { description: 'number of steps', default: 1500, min: 10, max: 20000, integer: true },
    rates: {
      description: 'learning rates of the formulas, each half of the one before',
      default: [0.1, 0.05, 0.025, 0.0125],
      min: 1e-3,
      max: 0.2,
    },
    decay: { description: 'lambda of the formulas', default: 0.05, min: 1e-3, max: 0.5 },
  },
  async run({ engine, parameters, seed, progress }) {
    const { sizes, samples, learningRate, momentum: beta, weightDecay: lambda, steps, rates, decay } = parameters
    const batchSize = Math.min(parameters.batchSize, samples)
    const task = noisyRegression(sizes[0], sizes[sizes.length - 1], samples, seed)
    const checks: Check[] = []
    await progress(0, 'minibatches with momentum')
    const start = { sizes, variance: 0.15, seed }
    const run = chargedRun(engine, task, { ...start, learningRate, beta, lambda, batchSize, steps })
    let [worst, scale] = [0, 0]
    run.charges.forEach((layer, l) => {
      layer.forEach((matrix, s) => {
        matrix.forEach((value, i) => {
          worst = Math.max(worst, Math.abs(value - run.predicted[l][s][i]))
          scale = Math.max(scale, Math.abs(value))
        })
      })
    })
    checks.push(atMost(`error of the recursion over ${steps} minibatch steps`, worst, 1e-10 * Math.max(1, scale)))
    const every = Math.max(1, Math.floor(steps / 300))
    const shown = Array.from({ length: Math.floor(steps / every) + 1 }, (_, s) => s * every)
    const traces: Series[] = run.charges.flatMap((layer, l): Series[] => {
      const group = `tr D_${l + 1}`
      return [
        { label: `${group}, SGD`, group, kind: 'line', x: shown, y: shown.map((s) => traceOf(layer[s])) },
        {
          label: `${group}, recursion`,
          group,
          kind: 'dashes',
          x: shown,
          y: shown.map((s) => traceOf(run.predicted[l][s])),
        },
      ]
    })
    const errors = { flow: [] as number[], modified: [] as number[] }
    for (const [i, rate] of rates.entries()) {
      await progress((i + 1) / (rates.length + 1), `formulas at eta = ${rate}`)
      const found = chargedRun(engine, task, {
        ...start,
        learningRate: rate,
        lambda: decay,
        steps: Math.round(10 / rate),
      })
      const measured = found.charges[0].map(traceOf)
      const squares = found.kinetic[0].map(traceOf)
      for (const kind of ['flow', 'modified'] as const) {
        const curve = brokenConservation({
          start: measured[0],
          squares,
          learningRate: rate,
          weightDecay: decay,
          kind,
        })
        errors[kind].push(Math.max(...curve.map((value, s) => Math.abs(value - measured[s]))))
      }
    }
    if (rates.length >= 2) {
      // An error that halves with eta, within 20 %, has an order between 0.68 and 1.32.
      checks.push(within('order of the formula in continuous time', logSlope(rates, errors.flow), 1, 0.3))
      checks.push(within('order with the decay rate of next order', logSlope(rates, errors.modified), 2, 0.3))
    }
    const last = rates.length - 1
    const through = (from: readonly number[], order: 1 | 2) =>
      rates.map((rate) => from[last] * (order === 1 ? rate / rates[last] : (rate / rates[last]) ** 2))
    return {
      checks,
      figures: [
        {
          title: 'Charges in discrete time',
          description:
            'Traces of the balance matrices during training with minibatches, momentum and weight decay, with the recursion on top; and the errors of the formulas in continuous time against the learning rate.',
          panels: [
            {
              title: `Charges under SGD: batches of ${batchSize}, eta ${learningRate}, beta ${beta}, lambda ${lambda}`,
              x: { label: 'step' },
              y: { label: 'tr D_l' },
              series: traces,
            },
            {
              title: `Error of the formulas for tr D_1 until t = 10, lambda ${decay}, no momentum`,
              x: { label: 'learning rate eta', scale: 'log' },
              y: { label: 'largest error', scale: 'log' },
              series: [
                { label: 'integral of the paper', group: 'flow', kind: 'dots', x: rates, y: errors.flow },
                { label: 'order 1', group: 'flow', kind: 'dashes', x: rates, y: through(errors.flow, 1) },
                { label: 'decay to next order', group: 'modified', kind: 'dots', x: rates, y: errors.modified },
                { label: 'order 2', group: 'modified', kind: 'dashes', x: rates, y: through(errors.modified, 2) },
              ],
            },
          ],
        },
      ],
    }
  },
})
