// Gradient descent tends to the exact flow as its steps get shorter, and the flow to its two limits as lambda gets large or small.
import type { Engine } from '../../linalg/engine.js'
import { log } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { weights } from '../../probe/weights.js'
import { whitened } from '../../task/whitened.js'
import { lambdaBalancedFlow } from '../../theory/lambda-balanced/flow.js'
import { lazyLimit } from '../../theory/lambda-balanced/lazy-limit.js'
import { lazyFraction, richFraction } from '../../theory/lambda-balanced/mode-limits.js'
import { ntkDistances } from '../../theory/lambda-balanced/ntk.js'
import { lambdaBalancedWeights } from '../../theory/lambda-balanced/weights.js'
import { trainSync } from '../../train/train.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { PanelData, Series } from '../figure.js'
import { apart, gram, known, PAPER, product, reflection, spread, startOf, TASK } from './setup.js'
import { type Progress, simulate } from './simulate.js'

/** Errors of gradient descent at lambda = 1, until t = 3. */
const ERRORS = [
  [0.01, 2.9944e-3],
  [0.005, 1.4947e-3],
] as const

export const lambdaFlow = defineExperiment({
  id: 'lambda-flow',
  title: 'Gradient descent, the exact flow of lambda-balanced layers, and its limits in lambda',
  paper: PAPER,
  formulas: [
    "P(t) = Z Z', tau dP/dt = F P + P F - P^2, P = [[W_1'W_1, W'], [W, W_2 W_2']]; gradient descent differs by O(learningRate)",
    "|lambda| -> infinity: lambda W_1'W_1 -> S'S up to lambda^-2, kernel distance ~ lambda^-4, gamma = 1 - e^{-|lambda| t}",
    'lambda -> 0: gamma = (E - 1)/(E - 1 + s/u0), E = e^{2 s t}',
  ],
  parameters: {
    lambda: { description: 'lambda of the descent', default: 1, min: -10, max: 10 },
    learningRates: { description: 'steps of the descent, falling', default: [0.01, 0.005], min: 1e-3, max: 0.02 },
    large: { description: 'lambdas of the lazy limit, rising', default: [30, 100, 300], min: 30, max: 1000 },
  },
  async run({ engine, parameters, progress }) {
    const { lambda, learningRates, large } = parameters
    const descent = await descend(engine, lambda, learningRates, progress)
    const lazy = await lazyScaling(engine, large, progress)
    const limits = await bothLimits(engine, progress)
    return {
      checks: [...descent.checks, ...lazy.checks, ...limits.checks],
      figures: [
        {
          title: 'Gradient descent and the exact flow',
          description:
            'The loss of gradient descent on the curve of the exact flow, and how the lazy limit is approached: the kernel moves by the fourth power of 1/lambda, the small layer by the second.',
          panels: [descent.panel, lazy.panel, limits.panel],
        },
      ],
    }
  },
})

async function descend(engine: Engine, lambda: number, rates: readonly number[], progress: Progress) {
  const checks: Check[] = []
  const series: Series[] = []
  const { w1, w2 } = startOf(lambda)
  const errors: number[] = []
  for (const learningRate of rates) {
    await progress(0, `learning rate ${learningRate}`)
    const every = Math.max(1, Math.round(0.25 / learningRate))
    const net = createNetwork(engine, { sizes: [4, 4, 4], init: explicit([w1, w2]) })
    const { columns } = (() => {
      try {
        return trainSync(net, whitened(TASK), {
          optimizer: gradientDescent({ learningRate }),
          steps: 12 * every,
          record: { every, probes: [weights()] },
        })
      } finally {
        net.dispose()
      }
    })()
    const times = columns.step.data
    const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: TASK, times, tau: 1 / learningRate, lambda })
    const map = new Float64Array(flow.w.length)
    for (let t = 0; t < times.length; t++) {
      const all = columns.weights.data.subarray(32 * t, 32 * t + 32)
      map.set(product(all.subarray(16), all.subarray(0, 16), 4, 4, 4), 16 * t)
    }
    const error = apart(map, flow.w)
    errors.push(error)
    const wanted = lambda === 1 ? known(ERRORS, learningRate) : undefined
    const name = `learning rate ${learningRate}: largest error of W`
    if (wanted !== undefined) checks.push(within(name, error, wanted, 1e-7))
    const previous = errors[errors.length - 2]
    if (previous !== undefined) {
      const before = rates[errors.length - 2]
      const factor = before / learningRate
      // The next order, as far as it goes: 0.05 for a factor of 2 from 0.01 at lambda = 1.
      const slack = 2.5 * before * Math.max(1, Math.abs(lambda))
      checks.push(
        within(`error falls with the learning rate to ${learningRate}`, previous / error, factor, slack * factor),
      )
    }
    const losses = Array.from(times, (_, t) => halfSquare(map.subarray(16 * t, 16 * t + 16)))
    const x = Array.from(times, (step) => step * learningRate)
    series.push({ label: `descent, rate ${learningRate}`, kind: 'dots', x, y: losses })
  }
  const times = spread(0, 3, 121)
  const exact = lambdaBalancedFlow({ w1, w2, sigmaYX: TASK, times, lambda })
  series.push({ label: 'exact flow', kind: 'dashes', x: times, y: exact.loss })
  const panel: PanelData = { title: `Loss, lambda = ${lambda}`, x: { label: 'time' }, y: { label: 'loss' }, series }
  return { checks, panel }
}

async function lazyScaling(engine: Engine, lambdas: readonly number[], progress: Progress) {
  const [moved, error, movedExact, errorExact] = [[], [], [], []] as number[][]
  for (const lambda of lambdas) {
    const { w1, w2 } = lambdaBalancedWeights({
      sizes: [4, 4, 4],
      lambda,
      strengths: [0.01, 0.01, 0.01, 0.01],
      left: reflection([1, 2, 3, 4]),
      right: reflection([2, -1, 1, 1]),
    })
    const times = [0, 60 / lambda]
    const options = { times, rtol: 1e-13, progress, done: 0.3, what: `lambda ${lambda}` }
    const found = await simulate(engine, { w1, w2 }, TASK, options)
    const flow = lambdaBalancedFlow({ w1, w2, sigmaYX: TASK, times, lambda })
    const limit = lazyLimit(TASK, lambda).a.data
    const from = (a: ArrayLike<number>) => lambda * Math.sqrt(limit.reduce((sum, x, i) => sum + (a[i] - x) ** 2, 0))
    moved.push(found.kernelDistance[1])
    movedExact.push(ntkDistances(flow)[1])
    error.push(from(gram(found.at('w1', 1).data, 4, 4)))
    errorExact.push(from(flow.a.subarray(16)))
  }
  const last = lambdas.length - 1
  const slope = (y: readonly number[]) => log(y[0] / y[last]) / log(lambdas[last] / lambdas[0])
  const checks =
    last === 0
      ? []
      : [
          within('power of 1/lambda of the kernel distance', slope(moved), 4, 0.05),
          within("power of 1/lambda of |lambda A - S'S|", slope(error), 2, 0.05),
          atMost(
            'kernel distance: simulation against the exact flow, relative',
            apart(
              moved.map((x, i) => x / movedExact[i]),
              lambdas.map(() => 1),
            ),
            1e-3,
          ),
        ]
  const panel: PanelData = {
    title: 'Lazy limit',
    x: { label: 'lambda', scale: 'log' },
    y: { label: 'distance', scale: 'log' },
    series: [
      { label: 'kernel distance, simulated', group: 'kernel', kind: 'dots', x: lambdas, y: moved },
      { label: 'kernel distance, exact', group: 'kernel', kind: 'dashes', x: lambdas, y: movedExact },
      { label: "|lambda A - S'S|, simulated", group: 'layer', kind: 'dots', x: lambdas, y: error },
      { label: "|lambda A - S'S|, exact", group: 'layer', kind: 'dashes', x: lambdas, y: errorExact },
    ],
  }
  return { checks, panel }
}

async function bothLimits(engine: Engine, progress: Progress) {
  const s = 2
  const mode = async (lambda: number, u0: number, times: number[]) => {
    const { w1, w2 } = lambdaBalancedWeights({ sizes: [1, 1, 1], lambda, strengths: [u0] })
    const what = `one mode, lambda ${lambda}`
    const { w } = await simulate(engine, { w1, w2 }, [[s]], { times, rtol: 1e-12, progress, done: 0.8, what })
    return w.map((u) => (u - u0) / (s - u0))
  }
  const early = spread(0, 8 / 100, 801)
  const late = spread(0, 4, 801)
  const [lazy, lazyTheory] = [await mode(100, 0.1, early), lazyFraction(100, early)]
  const [rich, richTheory] = [await mode(1e-4, 0.01, late), richFraction(s, 0.01, late)]
  const x = early.map((t) => 100 * t)
  return {
    checks: [
      within('gamma at lambda = 100 against the lazy limit', apart(lazy, lazyTheory), 8.68e-5, 1e-7),
      atMost('gamma at lambda = 1e-4 against the rich limit', apart(rich, richTheory), 4e-6),
    ],
    panel: {
      title: 'Both limits of one mode',
      x: { label: 'lambda t (lazy), 2 s t (rich)' },
      y: { label: 'gamma, part of the way learned' },
      series: [
        { label: 'lambda = 100, simulated', group: 'lazy', kind: 'line', x, y: lazy },
        { label: 'lazy limit', group: 'lazy', kind: 'dashes', x, y: lazyTheory },
        { label: 'lambda = 0.0001, simulated', group: 'rich', kind: 'line', x: late.map((t) => 2 * s * t), y: rich },
        { label: 'rich limit', group: 'rich', kind: 'dashes', x: late.map((t) => 2 * s * t), y: richTheory },
      ],
    } satisfies PanelData,
  }
}

function halfSquare(map: ArrayLike<number>): number {
  return 0.5 * TASK.flat().reduce((sum, value, i) => sum + (value - map[i]) ** 2, 0)
}
