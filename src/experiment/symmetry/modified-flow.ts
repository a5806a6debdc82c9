// Gradient descent does not follow gradient flow but, one order closer, the flow of a loss with eta/4 |grad|^2 added; the heavy ball likewise.
import type { Engine } from '../../linalg/engine.js'
import { createNetwork } from '../../network/create.js'
import { gaussian } from '../../network/initializer.js'
import { momentum as heavyBall } from '../../optimizer/rules.js'
import { gradientFlowSync } from '../../train/flow.js'
import { trainSync } from '../../train/train.js'
import { atLeast, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { PanelData } from '../figure.js'
import { logSlope } from '../saddle/shared.js'
import { distance, MECHANICS_PAPER, noisyRegression } from './shared.js'

export const modifiedFlow = defineExperiment({
  id: 'modified-flow',
  title: 'Gradient descent follows a modified gradient flow',
  paper: MECHANICS_PAPER,
  formulas: [
    'd theta/dt = - grad[ L + eta/4 |grad L|^2 ]  is O(eta^2) from gradient descent, gradient flow O(eta)',
    'heavy ball:  d theta/dt = - 1/(1-beta) grad[ L + eta (1+beta)/(4 (1-beta)^2) |grad L|^2 ]',
  ],
  parameters: {
    sizes: { description: 'widths n_0 .. n_L', default: [5, 4, 3], min: 1, max: 32, integer: true },
    rates: { description: 'learning rates, falling', default: [0.2, 0.1, 0.05, 0.025], min: 1e-3, max: 0.3 },
    time: { description: 'time at which they are compared', default: 2, min: 0.1, max: 20 },
    momentum: { description: 'beta of the heavy ball', default: 0.5, min: 0.1, max: 0.9 },
    variance: { description: 'variance of the starting weights', default: 0.1, min: 1e-6, max: 1 },
  },
  async run({ engine, parameters: { sizes, rates, time, momentum, variance }, seed, progress }) {
    const task = noisyRegression(sizes[0], sizes[sizes.length - 1], 40, seed)
    const start = { sizes: [...sizes], init: gaussian({ variance }), seed }
    const checks: Check[] = []
    const panels: PanelData[] = []
    for (const beta of [0, momentum]) {
      // As stable as without momentum: the ball's effective rate is eta/(1 - beta)^2, and it is 1/(1 - beta) as fast.
      const list = rates.map((rate) => rate * (1 - beta) ** 2)
      const until = time * (1 - beta)
      const errors = { flow: [] as number[], modified: [] as number[] }
      for (const [i, rate] of list.entries()) {
        await progress((i / list.length + (beta > 0 ? 1 : 0)) / 2, `beta ${beta}, eta ${rate}`)
        const steps = Math.round(until / rate)
        const end = steps * rate
        const descent = weightsAfter(engine, start, (net) =>
          trainSync(net, task, { optimizer: heavyBall({ learningRate: rate, momentum: beta }), steps }),
        )
        const flows = {
          flow: { time: end / (1 - beta) },
          modified: { time: end, modified: { learningRate: rate, momentum: beta } },
        }
        for (const kind of ['flow', 'modified'] as const) {
          const found = weightsAfter(engine, start, (net) =>
            gradientFlowSync(net, task, { ...flows[kind], rtol: 1e-11, record: { at: [] } }),
          )
          errors[kind].push(distance(found, descent))
        }
      }
      const name = beta === 0 ? 'descent' : `heavy ball, beta ${beta}`
      if (list.length >= 2) {
        checks.push(within(`${name}: order of gradient flow`, logSlope(list, errors.flow), beta > 0 ? 1.1 : 1.2, 0.25))
        checks.push(
          within(`${name}: order of the modified flow`, logSlope(list, errors.modified), beta > 0 ? 2.1 : 2.15, 0.25),
        )
      }
      const last = list.length - 1
      if (beta === 0 && list[last] <= 0.025) {
        const ratio = errors.flow[last] / errors.modified[last]
        checks.push(atLeast(`${name}: flow / modified flow at eta = ${list[last]}`, ratio, 8))
      }
      const through = (order: number, from: readonly number[]) =>
        list.map((rate) => from[last] * powerOf(rate / list[last], order))
      panels.push({
        title: `${beta === 0 ? 'Gradient descent' : `Heavy ball, beta = ${beta}`}: distance of the weights at t = ${Number(until.toPrecision(6))}`,
        x: { label: 'learning rate eta', scale: 'log' },
        y: { label: '|theta - theta_flow|', scale: 'log' },
        series: [
          { label: 'gradient flow', group: 'flow', kind: 'dots', x: list, y: errors.flow },
          { label: 'order 1', group: 'flow', kind: 'dashes', x: list, y: through(1, errors.flow) },
          { label: 'modified flow', group: 'modified', kind: 'dots', x: list, y: errors.modified },
          { label: 'order 2', group: 'modified', kind: 'dashes', x: list, y: through(2, errors.modified) },
        ],
      })
    }
    return {
      checks,
      figures: [
        {
          title: 'The flow that gradient descent follows',
          description:
            'Distance of the weights after descent and after two flows from the same start, against the learning rate: order 1 for gradient flow, order 2 for the modified flow.',
          panels,
        },
      ],
    }
  },
})

type Net = ReturnType<typeof createNetwork> & { readonly kind: 'layers' }

/** The weights of a fresh network after a run. */
function weightsAfter(
  engine: Engine,
  start: { sizes: number[]; init: ReturnType<typeof gaussian>; seed: number },
  run: (net: Net) => unknown,
): Float64Array[] {
  const net = createNetwork(engine, start) as Net
  try {
    run(net)
    return net.weights.map((w) => w.toArray() as Float64Array)
  } finally {
    net.dispose()
  }
}

function powerOf(x: number, order: number): number {
  return order === 1 ? x : x * x
}
