// What the experiments of feedback share: a task of given strengths in random directions, and one run under one rule.

import { haarOrthonormal } from '../../linalg/dense/haar.js'
import type { Engine } from '../../linalg/engine.js'
import { createNetwork } from '../../network/create.js'
import type { AlignmentRule, FeedbackRule } from '../../network/feedback/rule.js'
import { orthogonal } from '../../network/initializer.js'
import { chain } from '../../optimizer/chain.js'
import { addWeightDecay } from '../../optimizer/weight-decay.js'
import { weightAngle } from '../../probe/feedback-angles.js'
import { loss } from '../../probe/loss.js'
import { foldIn, key } from '../../random/key.js'
import { whitened } from '../../task/whitened.js'
import { trainSync } from '../../train/train.js'

export const PAPER =
  'Kunin, Nayebi, Sagastuy-Brena, Ganguli, Bloom, Yamins (2020), Two routes to scalable credit assignment without weight symmetry, arXiv:2003.01513'

const INPUTS = 8
const VALUES = [1.5, 1.2, 1, 0.8, 0.6]
export const OUTPUTS = VALUES.length

/** Sigma_yx = U diag(s) V' with random U, V. */
export function target(seed: number) {
  const draw = (stream: number, rows: number) => haarOrthonormal(foldIn(foldIn(key(seed), 1000), stream), rows, OUTPUTS)
  const [u, v] = [draw(0, OUTPUTS), draw(1, INPUTS)]
  const data = new Float64Array(OUTPUTS * INPUTS)
  for (let i = 0; i < OUTPUTS; i++)
    for (let j = 0; j < INPUTS; j++)
      for (const [k, s] of VALUES.entries()) data[i * INPUTS + j] += u[i * OUTPUTS + k] * s * v[j * OUTPUTS + k]
  return whitened({ data, shape: [OUTPUTS, INPUTS] })
}

/** One run: how deep and wide, how fast, under which rule. */
export interface Setting {
  readonly depth: number
  readonly width: number
  readonly steps: number
  readonly learningRate: number
  readonly seed: number
  /** undefined: back-propagation. */
  readonly rule?: FeedbackRule
  /** Variance of the entries of B at the start. */
  readonly variance?: number
  readonly weightDecay?: number
}

/** What a run shows. */
export interface Curve {
  readonly step: readonly number[]
  readonly loss: readonly number[]
  /** The largest angle of a layer, in degrees; none under back-propagation. */
  readonly angle: readonly number[]
  /** |W_l - B_l'|_F^2 summed over layers, at the start and at the end. */
  readonly apart: readonly [number, number]
}

/** Train from one start: weights of seed `seed` are the same under every rule. */
export function learn(engine: Engine, setting: Setting, every: number): Curve {
  const { depth, width, steps, learningRate, seed, rule, variance = 1 / width, weightDecay = 0 } = setting
  const sizes = sizesOf(setting)
  const shape = { sizes, init: orthogonal({ gain: 0.8 }), seed }
  using net = createNetwork(
    engine,
    rule === undefined ? { ...shape, activation: 'linear' } : { ...shape, feedback: { variance, rule } },
  )
  const apart = () =>
    net.layers.reduce((sum, { weight, feedback }) => {
      if (feedback === undefined) return sum
      const [w, b] = [Float64Array.from(weight.view()), feedback.view()]
      const { rows, cols } = weight
      return w.reduce((part, value, at) => {
        const difference = value - b[(at % cols) * rows + Math.floor(at / cols)]
        return part + difference * difference
      }, sum)
    }, 0)
  const before = apart()
  const { columns } = trainSync(net, target(seed), {
    optimizer: chain(weightDecay > 0 ? [addWeightDecay(weightDecay)] : [], { learningRate }),
    steps,
    record: { every, probes: rule === undefined ? [loss()] : [loss(), weightAngle()] },
  })
  const angles = (columns as Partial<Record<'weightAngle', { data: ArrayLike<number> }>>).weightAngle?.data
  const step = Array.from(columns.step.data)
  return {
    step,
    loss: Array.from(columns.loss.data),
    angle:
      angles === undefined
        ? []
        : step.map((_, i) => Math.max(...Array.from(angles).slice(i * (depth - 1), (i + 1) * (depth - 1)))),
    apart: [before, apart()],
  }
}

/** Weights W_2 .. W_L, and B_2 .. B_L, of a run whose feedback alone moves: its rate makes up for a learning rate that is next to nothing. */
export function feedbackOf(engine: Engine, setting: Setting, rule: AlignmentRule) {
  const { depth, width, steps, learningRate, seed, variance = 1 / width } = setting
  const sizes = sizesOf(setting)
  const moving = { ...rule, rate: 0.05 / learningRate }
  using net = createNetwork(engine, {
    sizes,
    init: orthogonal({ gain: 0.8 }),
    seed,
    feedback: { variance, rule: moving },
  })
  trainSync(net, target(seed), { optimizer: chain([], { learningRate }), steps, record: { probes: [] } })
  const upper = net.layers.slice(1, depth)
  return {
    sizes,
    weights: upper.map(({ weight }) => Float64Array.from(weight.view())),
    feedback: upper.map(({ feedback }) => Float64Array.from(feedback!.view())),
  }
}

const sizesOf = ({ depth, width }: Setting) => [INPUTS, ...new Array<number>(depth - 1).fill(width), OUTPUTS]

/** The loss at the end; Infinity where a run left the finite numbers. */
export function final({ step, loss: values }: Curve, steps: number): number {
  const last = values[values.length - 1]
  return step[step.length - 1] === steps && Number.isFinite(last) ? last : Infinity
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[sorted.length >> 1]
}
