// Gradient descent, W_l := W_l - learningRate dC/dW_l, with the update fused into the product that forms the gradient:
// no gradient of a layer is ever stored.
import { checkChoice, checkOptions } from '../check.js'
import type { Matrix, Operand } from '../engine/matrix.js'
import { OptionError, UnsupportedError } from '../errors.js'
import { cheaperSide, emitProducts } from '../network/chain.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import type { GramNetwork } from '../network/gram.js'
import type { Network } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'
import type { Objective } from '../task/task.js'
import { type CheckedRule, checkRule, composed, describeRule, parameterRates, stepObjective } from './chain.js'
import type { BoundOptimizer, Optimizer } from './optimizer.js'
import { Rate } from './rate.js'
import type { LearningRate } from './schedule.js'

/** In which order the layers of one step see each other's updates. */
export type UpdateOrder = 'simultaneous' | 'alternating'

/** Options of `gradientDescent`. */
export interface GradientDescentOptions {
  /** Step length, > 0, a schedule, or a function of the step. Time is `t = learningRate * step`, or the sum of the rates. */
  learningRate: LearningRate
  /** Factors of the learning rate, one a layer, >= 0: 0 freezes a layer. Default all 1. */
  layerRates?: readonly number[]
  /**
   * `'simultaneous'` (default): all gradients from the old weights. `'alternating'`: G = dC/dW is taken once at the start of the
   * step, then layers 1, 2, ..., L are updated in turn, each with the new weights below it and the old ones above; for chains of weights and
   * Gram networks with a loss of the end-to-end map.
   */
  update?: UpdateOrder
}

/**
 * Full-batch gradient descent: `W_l := W_l - learningRate layerRate_l dC/dW_l`. On `stream` and `labelNoise` the gradient is that of the samples
 * and of the noise of the step. It has no state but the weights.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option, such as a learning rate that is not positive and finite
 * @example
 * gradientDescent({ learningRate: 0.01, update: 'alternating' }).name // -> 'gradientDescent(alternating)'
 */
export function gradientDescent(options: GradientDescentOptions): Optimizer {
  const given = checkOptions(options, 'gradientDescent', ['learningRate', 'layerRates', 'update'])
  const update = checkChoice(given.update ?? 'simultaneous', 'update', ['simultaneous', 'alternating'])
  const rule = checkRule(given)
  return {
    name: `gradientDescent(${update})`,
    schedule: rule.schedule,
    description: { rule: 'gradientDescent', update, ...describeRule(rule) },
    bind: (net) => (net.kind === 'gram' ? bindGram(net, update, rule) : bindLayers(net, update, rule)),
  }
}

/** The state of gradient descent is the weights. */
const NO_STATE = { state: [], dispose() {} } as const

function bindGram(net: GramNetwork, update: UpdateOrder, { schedule, layerRates }: CheckedRule): BoundOptimizer {
  if (layerRates !== undefined) {
    throw new OptionError('layerRates need layers, and a Gram network has none; use createNetwork', {
      argument: 'layerRates',
    })
  }
  const rate = new Rate(schedule)
  return {
    ...NO_STATE,
    rate,
    emitStep(p, task, { weightPenalty = 0 } = {}) {
      if (weightPenalty > 0) {
        throw new UnsupportedError('a penalty on the weights needs layers, and a Gram network has none', {
          argument: 'task',
        })
      }
      const slot = rate.emit(p)
      const objective = stepObjective(p, task, undefined)
      if (objective.inputs !== undefined) net.emitPass(p, objective.inputs)
      const rates = { minus: rate.times(p, slot, -1), square: rate.square(p, slot) }
      if (update === 'simultaneous') emitGramSimultaneous(p, net, objective, rates)
      else emitGramAlternating(p, net, objective, rates)
    },
  }
}

/** Fused updates where a chain of weights meets a loss of its map; the general rule where it does not. */
function bindLayers(net: Exclude<Network, GramNetwork>, update: UpdateOrder, rule: CheckedRule): BoundOptimizer {
  const general = composed('gradientDescent', [], rule).bind(net)
  const factors = parameterRates(net, rule.layerRates)
  const { rate } = general
  return {
    ...NO_STATE,
    rate,
    emitStep(p, task, options = {}) {
      const plain = net.kind === 'layers' && (options.weightPenalty ?? 0) === 0
      if (!plain || task.inputs !== undefined || task.emitBatch !== undefined) {
        if (update === 'alternating') {
          throw new UnsupportedError(
            "update: 'alternating' is for a chain of weights and a loss of its end-to-end map; use 'simultaneous'",
            { argument: 'update' },
          )
        }
        general.emitStep(p, task, options)
        return
      }
      const slot = rate.emit(p)
      const minus = factors.map((factor) => (factor === 0 ? undefined : rate.times(p, slot, -factor)))
      if (update === 'simultaneous' && cheaperSide(net.sizes) === 'input') emitFromInputSide(p, net, task, minus)
      else emitFromOutputSide(p, net, task, minus, update)
    },
  }
}

/** Minus the learning rate of each layer; undefined: the layer is frozen. */
type MinusRates = readonly (ScalarSlot | undefined)[]

/** Down from the output with F_l = W_l ... W_1: back_l = (W_L ... W_{l+1})' G, gradient back_l F_{l-1}'. */
function emitFromInputSide(
  p: PlanBuilder,
  { weights, depth }: DeepLinearNetwork,
  task: Objective,
  minus: MinusRates,
): void {
  const { endToEnd, partial } = emitProducts(p.note('forward'), weights, 'input')
  p.publishEndToEnd(endToEnd)
  let back = task.emitGradient(p, endToEnd)
  for (let l = depth; l >= 2; l--) {
    const below = p.note(`back through W_${l}`).gemm({ a: weights[l - 1].T, b: back })
    const alpha = minus[l - 1]
    if (alpha !== undefined) {
      p.note(`update W_${l}`).gemm({ alpha, a: back, b: partial[l - 1]!.T, beta: 1, c: weights[l - 1] })
    }
    back = below
  }
  if (minus[0] !== undefined) p.note('update W_1').axpy(minus[0], back, weights[0])
}

/**
 * Up from the input with T_l = W_L ... W_{l+1}: right_l = G (W_{l-1} ... W_1)', gradient T_l' right_l. The alternating order costs
 * nothing extra from this side: right_{l+1} is formed from the new W_l instead of the old one, and the T_l are old already.
 */
function emitFromOutputSide(
  p: PlanBuilder,
  { weights, depth, sizes }: DeepLinearNetwork,
  task: Objective,
  minus: MinusRates,
  update: UpdateOrder,
): void {
  const { endToEnd, partial } = emitProducts(p.note('forward'), weights, 'output')
  // Only where a network forms its map from this side too: the bits of a record must not depend on the update order.
  if (cheaperSide(sizes) === 'output') p.publishEndToEnd(endToEnd)
  let right = task.emitGradient(p, endToEnd)
  for (let l = 1; l < depth; l++) {
    const w = weights[l - 1]
    const pass = () => p.note(`pass through W_${l}`).gemm({ a: right, b: w.T })
    const step = () => {
      const alpha = minus[l - 1]
      if (alpha !== undefined) p.note(`update W_${l}`).gemm({ alpha, a: partial[l]!.T, b: right, beta: 1, c: w })
    }
    let above: Matrix
    if (update === 'simultaneous') {
      above = pass()
      step()
    } else {
      step()
      above = pass()
    }
    right = above
  }
  const alpha = minus[depth - 1]
  if (alpha !== undefined) p.note(`update W_${depth}`).axpy(alpha, right, weights[depth - 1])
}

/** Minus the learning rate, and its square. */
interface GramRates {
  readonly minus: ScalarSlot
  readonly square: ScalarSlot
}

/**
 * The same step on Gram matrices, right sides from old values:
 *   A  -= eta (C_1 G + G C_2)    - eta^2 G A' G
 *   C_1 -= eta (A G' + G A')     - eta^2 G C_2 G'
 *   C_2 -= eta (A' G + G' A)     - eta^2 G' C_1 G
 */
function emitGramSimultaneous(p: PlanBuilder, { a, c1, c2 }: GramNetwork, task: Objective, rates: GramRates): void {
  const { minus, square } = rates
  const g = task.emitGradient(p, a)
  const c1g = p.note('products of the old state').gemm({ a: c1, b: g })
  const gc2 = p.gemm({ a: g, b: c2 })
  const atg = p.gemm({ a: a.T, b: g })
  emitCrossTerms(p.note('update C_1'), minus, a, g, c1)
  p.gemm({ alpha: square, a: gc2, b: g.T, beta: 1, c: c1 })
  emitCrossTerms(p.note('update C_2'), minus, a.T, g.T, c2)
  p.gemm({ alpha: square, a: g.T, b: c1g, beta: 1, c: c2 })
  p.note('update A').axpy(minus, c1g, a)
  p.axpy(minus, gc2, a)
  p.gemm({ alpha: square, a: g, b: atg, beta: 1, c: a })
}

/** W_1 first, then W_2 with the new W_1: C_2, then M = A - eta C_1 G, then C_1 from M and the new C_2, then A = M - eta G C_2. */
function emitGramAlternating(p: PlanBuilder, { a, c1, c2 }: GramNetwork, task: Objective, rates: GramRates): void {
  const { minus, square } = rates
  const g = task.emitGradient(p, a)
  const c1g = p.note('C_1 G of the old state').gemm({ a: c1, b: g })
  emitCrossTerms(p.note('update C_2'), minus, a.T, g.T, c2)
  p.gemm({ alpha: square, a: g.T, b: c1g, beta: 1, c: c2 })
  p.note('M = A - eta C_1 G').axpy(minus, c1g, a)
  const gc2 = p.note('G C_2 of the new C_2').gemm({ a: g, b: c2 })
  emitCrossTerms(p.note('update C_1'), minus, a, g, c1)
  p.gemm({ alpha: square, a: gc2, b: g.T, beta: 1, c: c1 })
  p.note('update A').axpy(minus, gc2, a)
}

/** c += alpha (x y' + y x'). */
function emitCrossTerms(p: PlanBuilder, alpha: ScalarSlot, x: Operand, y: Operand, c: Matrix): void {
  p.gemm({ alpha, a: x, b: y.T, beta: 1, c })
  p.gemm({ alpha, a: y, b: x.T, beta: 1, c })
}
