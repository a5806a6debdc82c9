// Training of a wide two-layer network on a noisy teacher of low rank: gradient descent in Gram form at the full width against the self-consistent
// equation and its closed form. The teacher's modes outgrow c = sigma^2 w first and then speed up; the noise follows later.
import { createGramNetwork } from '../../network/gram.js'
import { gaussian } from '../../network/initializer.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { loss } from '../../probe/loss.js'
import { testLoss } from '../../probe/test-loss.js'
import { whitened } from '../../task/whitened.js'
import { mixedModes, mixedModeTime } from '../../theory/mixed/mixed-modes.js'
import { train } from '../../train/train.js'
import { atLeast, atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { alternatingModes, eulerModes } from './descent-modes.js'
import { type Errors, errorsOf, noisyTeacher, pointOf } from './problem.js'

export const mixedDynamics = defineExperiment({
  id: 'mixed-dynamics',
  title: 'Mixed dynamics: errors and modes of a wide network that learns a noisy teacher',
  paper: 'Tu, Aranguri, Jacot (2024), Mixed dynamics in linear networks, arXiv:2405.17580, figure 1',
  formulas: [
    "dA/dt = -sqrt(A A' + c^2) G - G sqrt(A'A + c^2),  c = sigma^2 w",
    'da_i/dt = 2 sqrt(a_i^2 + c^2) (s_i - a_i) for the singular values s_i of the target, in closed form',
    "gradient descent at infinite width: the same with the layers' Gram matrices p, q in steps of W_1, then W_2",
  ],
  parameters: {
    dimension: { description: 'd: inputs and outputs', default: 500, min: 40, max: 1000, integer: true },
    rank: { description: 'rank of the teacher', default: 5, min: 1, max: 10, integer: true },
    widthExponent: { description: 'w = d^this', default: 2.25, min: 1.5, max: 4 },
    varianceExponent: { description: 'sigma^2 = d^this', default: -1.85, min: -4, max: -1 },
    divisor: { description: 'steps of 1 / (this |A*|), or of 1 / (this c) where lazy', default: 5, min: 4, max: 100 },
    iterations: { description: 'steps of gradient descent', default: 100, min: 10, max: 1000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { dimension: d, rank, widthExponent, varianceExponent, divisor, iterations } = parameters
    await progress(0, 'the problem')
    const problem = noisyTeacher(engine, d, rank, seed)
    const { values } = problem
    const { width, variance, scale, startVariance, learningRate } = pointOf(
      problem,
      widthExponent,
      varianceExponent,
      divisor,
    )
    const steps = Float64Array.from({ length: iterations + 1 }, (_, i) => i)
    const closed = Array.from(steps, (i) => mixedModes(values, 0, scale, [i * learningRate]))
    const euler = eulerModes(values, scale, learningRate, iterations)
    const wide = alternatingModes(values, scale, learningRate, iterations)

    await progress(0.02, `the start, width ${width}`)
    const net = createGramNetwork(engine, { sizes: [d, width, d], init: gaussian({ variance }), seed })
    const errors: Pick<Errors, 'train' | 'test'>[] = []
    const modes: Float64Array[] = []
    try {
      const matrix = (data: Float64Array) => whitened({ data, shape: [d, d] })
      const run = train(net, matrix(problem.target), {
        optimizer: gradientDescent({ learningRate, update: 'alternating' }),
        steps: iterations,
        record: { every: 1, probes: [loss(), testLoss(matrix(problem.teacher))] },
      })
      for await (const frame of run) {
        errors.push({ train: (2 * frame.loss) / d ** 2, test: (2 * frame.testLoss) / d ** 2 })
        modes.push(problem.modesOf(Float64Array.from(net.a.view())))
        await progress(0.05 + (0.95 * frame.step) / iterations, `step ${frame.step}`)
      }
    } finally {
      net.dispose()
    }

    const theories = { closed, euler, wide }
    const predicted = Object.fromEntries(
      Object.entries(theories).map(([name, frames]) => [name, frames.map((sizes) => errorsOf(problem, sizes))]),
    ) as Record<keyof typeof theories, Errors[]>
    const gap = (frames: Errors[], which: 'train' | 'test') =>
      errors.reduce((most, error, i) => Math.max(most, Math.abs(error[which] - frames[i][which])), 0)
    const largestGap = (frames: Errors[]) => Math.max(gap(frames, 'train'), gap(frames, 'test'))
    const best = argmin(errors.map(({ test }) => test))
    // What the finite width changes: C_1 and C_2 fluctuate by c sqrt(d / w), A_0 by sqrt(v0) an entry; both enter the errors squared.
    const finite = 3 * (d / width + startVariance)
    const learned = values.reduce((sum, value) => sum + value * value, 0) / d ** 2
    // Four standard deviations of the products of A_0 and Y, and of A_0 and A*.
    const cross = (8 * Math.sqrt(startVariance * (learned + startVariance))) / d
    const checks: Check[] = [
      within('train error at the start: |Y|^2 / d^2 + v0', errors[0].train, learned + startVariance, cross),
      within('test error at the start: |A*|^2 / d^2 + v0', errors[0].test, problem.signal + startVariance, cross),
    ]
    if (finite < 0.1) {
      const name = 'largest gap of the errors to gradient descent at infinite width'
      checks.push(atMost(name, largestGap(predicted.wide), finite))
    }
    const halves = modes[0].map((_, k) => halfTime(modes, k, values[k]))
    const slowest = halves.slice(0, rank).reduce((most, time) => Math.max(most, time), 0)
    // Of the noise, the modes that stand out of what others mix into them at a finite width.
    const mixedIn = values[0] / Math.sqrt(width) + Math.sqrt(startVariance)
    const others = halves.filter((_, k) => k >= rank && values[k] > 10 * mixedIn)
    const fastest = others.reduce((least, time) => Math.min(least, time), iterations)
    const expected = values.slice(0, rank).map((s) => mixedModeTime(s, 0, s / 2, scale) / learningRate)
    const ahead = mixedModeTime(values[rank], 0, values[rank] / 2, scale) / learningRate - Math.max(...expected)
    // In the lazy regime all modes take the same time.
    if (ahead > 2) {
      checks.push(
        atLeast('steps from the last half-learned mode of the teacher to the first of the noise', fastest - slowest, 1),
      )
    }
    const isDefault = d === 500 && rank === 5 && widthExponent === 2.25 && varianceExponent === -1.85 && divisor === 5
    if (isDefault) {
      checks.push(
        atMost('largest gap of the errors to the self-consistent equation', largestGap(predicted.euler), 0.12),
        atMost('largest gap of the errors to the closed form', largestGap(predicted.closed), 0.06),
      )
      if (iterations >= 50) {
        checks.push(
          within('train error after 50 steps (official code .0433)', errors[50].train, 0.043, 0.015),
          within('test error after 50 steps (official code .6482)', errors[50].test, 0.645, 0.05),
          within('least test error', errors[best].test, 0.1, 0.02),
          within('step of the least test error', best, 14, 2),
        )
      }
    }
    const curves = (which: 'train' | 'test'): Series[] => [
      { label: `${which}, gradient descent`, group: which, kind: 'line', x: steps, y: errors.map((e) => e[which]) },
      {
        label: `${which}, closed form`,
        group: which,
        kind: 'dashes',
        x: steps,
        y: predicted.closed.map((e) => e[which]),
      },
      {
        label: `${which}, self-consistent, same steps`,
        group: `${which} (steps)`,
        kind: 'dashes',
        x: steps,
        y: predicted.euler.map((e) => e[which]),
      },
    ]
    const shown = [...new Set([...Array(rank).keys(), rank, Math.floor(d / 4), Math.floor(d / 2)])]
    const sizes = shown.flatMap((k): Series[] => {
      const label = k < rank ? `mode ${k + 1}` : `mode ${k + 1} (noise)`
      return [
        { label: `${label}, gradient descent`, group: label, kind: 'line', x: steps, y: modes.map((a) => a[k]) },
        { label: `${label}, closed form`, group: label, kind: 'dashes', x: steps, y: closed.map((a) => a[k]) },
      ]
    })
    const threshold: Series = { label: 'c = sigma^2 w', kind: 'dashes', x: steps, y: steps.map(() => scale) }
    return {
      checks,
      notes: [
        `Least test error ${errors[best].test.toFixed(4)} after ${best} steps; c = ${scale.toFixed(2)}, singular values ${values[0].toFixed(1)} ... ${values[rank - 1].toFixed(1)} of the teacher, ${values[rank].toFixed(1)} of the noise.`,
        'What is left between gradient descent and the closed form is mostly the step length and the order of the two updates.',
      ],
      figures: [
        {
          title: 'Mixed dynamics',
          description:
            'Train and test error and the sizes of the modes against the step. The modes of the teacher pass c and then grow fast; the test error is least before the noise follows.',
          panels: [
            {
              title: 'Train and test error per entry',
              x: { label: 'step' },
              y: { label: 'error' },
              series: [...curves('train'), ...curves('test')],
            },
            {
              title: "Modes u_i' A v_i",
              x: { label: 'step' },
              y: { label: 'size' },
              series: [...sizes, threshold],
            },
          ],
        },
      ],
    }
  },
})

function argmin(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value < values[best] ? i : best), 0)
}

/** When mode k passes half of s, in steps, between frames on a straight line; never is infinite. */
function halfTime(modes: readonly Float64Array[], k: number, s: number): number {
  const after = modes.findIndex((a) => a[k] >= s / 2)
  if (after <= 0) return after === 0 ? 0 : Infinity
  const [low, high] = [modes[after - 1][k], modes[after][k]]
  return after - (high - s / 2) / (high - low)
}
