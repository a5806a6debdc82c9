// The exact solution of one hidden neuron beside its simulation: every balance, through the sign change of the readout, and for gradient descent.
import { cosPi } from '../../math/cosine.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { weights } from '../../probe/weights.js'
import { whitened } from '../../task/whitened.js'
import { singleNeuronBasin, singleNeuronExact } from '../../theory/single-neuron/exact.js'
import { singleNeuronFromBeta } from '../../theory/single-neuron/from-beta.js'
import { trainSync } from '../../train/train.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { apart, neuronNetwork, PAPER, simulateNeuron, spread } from './simulate.js'

const TARGET = [0.5, 0.5]

export const singleNeuron = defineExperiment({
  id: 'single-neuron',
  title: 'One hidden neuron: the exact flow for every balance',
  paper: PAPER,
  formulas: [
    'delta = eta_w a^2 - eta_a |w|^2 is conserved',
    'a, w.beta* and w_perp in closed form from the eigenvectors of [[delta, eta_a], [eta_w |beta*|^2, 0]], normalised',
    'a(infinity) has the sign of a(0) (R + delta) + 2 eta_a w(0).beta*,  R = sqrt(delta^2 + 4 eta_a eta_w |beta*|^2)',
  ],
  parameters: {
    deltas: { description: 'balances', default: [-2, -1, -0.2, 0, 0.2, 1, 2], min: -20, max: 20 },
    angles: {
      description: 'directions of beta(0) against beta*, in half turns',
      default: [0.25, 0.5, 0.9],
      min: 0,
      max: 0.99,
    },
    time: { description: 'length of the runs', default: 10, min: 1, max: 40 },
    learningRate: { description: 'of gradient descent', default: 1e-3, min: 1e-4, max: 1e-2 },
  },
  async run({ engine, parameters: { deltas, angles, time, learningRate }, progress }) {
    const task = whitened([TARGET])
    const times = spread(0, time, 201)
    const checks: Check[] = []
    const [losses, plane] = [[] as Series[], [] as Series[]]
    for (const [i, delta] of deltas.entries()) {
      await progress(i / deltas.length, `delta ${delta}`)
      let [flowError, descentError, drift] = [0, 0, 0]
      for (const [k, angle] of angles.entries()) {
        // |beta(0)| = 1, turned from beta* = (1, 1)/2.
        const beta0 = [cosPi(0.25 + angle), cosPi(angle - 0.25)]
        const start = singleNeuronFromBeta(delta, beta0)
        const exact = singleNeuronExact({ a0: start.a, w0: start.w, betaStar: TARGET }, times)
        const found = simulateNeuron(engine, start, task, times)
        flowError = Math.max(flowError, apart(found.beta, exact.beta), apart(found.a, exact.a))
        const net = neuronNetwork(engine, start)
        try {
          const observed = [weights()] as const
          const { columns } = trainSync<typeof observed>(net, task, {
            optimizer: gradientDescent({ learningRate }),
            steps: Math.round(time / learningRate),
            record: { every: Math.round(time / learningRate / 50), probes: observed },
          })
          const { beta } = singleNeuronExact(
            { a0: start.a, w0: start.w, betaStar: TARGET },
            [...columns.step.data].map((step) => step * learningRate),
          )
          columns.step.data.forEach((_, t) => {
            const [x, y, a] = columns.weights.data.subarray(3 * t, 3 * t + 3)
            const moved = Math.max(Math.abs(a * x - beta[2 * t]), Math.abs(a * y - beta[2 * t + 1]))
            descentError = Math.max(descentError, moved)
            drift = Math.max(drift, Math.abs(a * a - x * x - y * y - delta))
          })
        } finally {
          net.dispose()
        }
        const group = `delta = ${delta}`
        const excess = Float64Array.from(
          times,
          (_, t) => 0.5 * ((found.beta[2 * t] - 0.5) ** 2 + (found.beta[2 * t + 1] - 0.5) ** 2),
        )
        if (k === Math.min(1, angles.length - 1)) {
          losses.push(
            {
              label: `${group}, simulated`,
              group,
              kind: 'line',
              x: times,
              y: excess.map((y) => (y > 1e-12 ? y : Number.NaN)),
            },
            {
              label: `${group}, exact`,
              group,
              kind: 'dashes',
              x: times,
              y: exact.loss.map((y) => (y > 1e-12 ? y : Number.NaN)),
            },
          )
          const column = (from: Float64Array, c: number) => times.map((_, t) => from[2 * t + c])
          plane.push(
            { label: `${group}, simulated`, group, kind: 'line', x: column(found.beta, 0), y: column(found.beta, 1) },
            { label: `${group}, exact`, group, kind: 'dashes', x: column(exact.beta, 0), y: column(exact.beta, 1) },
          )
        }
      }
      checks.push(
        atMost(`delta = ${delta}: largest error of the closed form against the flow`, flowError, 1e-8),
        atMost(
          `delta = ${delta}: gradient descent, learning rate ${learningRate}, against the closed form`,
          descentError,
          learningRate * Math.max(1, (1 + Math.abs(delta)) / 3),
        ),
        atMost(`delta = ${delta}: drift of delta under gradient descent`, drift, 5 * learningRate),
      )
    }
    const turning = { a: 0.4, w: [-1, 0.5] }
    const betaStar = [1, -2]
    const exact = singleNeuronExact({ a0: 0.4, w0: turning.w, betaStar }, times)
    const found = simulateNeuron(engine, turning, whitened([betaStar]), times)
    checks.push(
      atMost('a readout that changes its sign: error of the closed form', apart(found.a, exact.a), 1e-8),
      within(
        'its sign at the end, against the basin',
        Math.sign(found.a[times.length - 1]),
        singleNeuronBasin({ a0: 0.4, w0: turning.w, betaStar }),
        0,
      ),
    )
    return {
      checks,
      figures: [
        {
          title: 'One hidden neuron',
          description:
            'Downstream neurons (delta < 0) first shrink along their own direction and turn late, upstream ones (delta > 0) go nearly straight; simulation and closed form coincide.',
          panels: [
            {
              title: 'Loss above its minimum',
              x: { label: 'time (learning rate x step)' },
              y: { label: 'loss', scale: 'log' },
              series: losses,
            },
            { title: 'The map beta = a w', x: { label: 'beta_1' }, y: { label: 'beta_2' }, series: plane },
          ],
        },
      ],
    }
  },
})
