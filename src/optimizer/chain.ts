// Update rules from pieces: gradients of the whole task or of a minibatch, the pieces in order, and `W := W - learningRate * update`.
import { checkNumber, checkOptions, describe } from '../check.js'
import { OptionError, ShapeError, UnsupportedError } from '../errors.js'
import type { Network, StatePart } from '../network/network.js'
import { checkSampling, type Sampling } from '../task/sampling.js'
import type { BoundOptimizer, Optimizer } from './optimizer.js'
import { Rate } from './rate.js'
import { checkSchedule, type LearningRate, type Schedule } from './schedule.js'
import type { BoundTransform, GradientTransform } from './transform.js'

/** What every update rule takes. */
export interface RuleOptions {
  /** > 0, a schedule, or a function of the step. Time is the sum of the rates of the steps. */
  learningRate: LearningRate
  /** Factors of the learning rate, one a layer, >= 0: 0 freezes a layer. Default all 1. */
  layerRates?: readonly number[]
  /** Samples a step; default: all of them. */
  batchSize?: number
  /** Draw minibatches with replacement. Default false: every sample once an epoch. */
  replacement?: boolean
  /** Seed of the minibatches. Default 0. */
  seed?: number | bigint
}

/** The options of every rule, by name. */
export const RULE_KEYS = ['learningRate', 'layerRates', 'batchSize', 'replacement', 'seed'] as const

/** The options of every rule, checked. @internal */
export interface CheckedRule {
  readonly schedule: Schedule
  readonly layerRates: readonly number[] | undefined
  readonly sampling: Sampling | undefined
}

/** Check the options that every rule takes. @internal */
export function checkRule(given: Partial<Record<(typeof RULE_KEYS)[number], unknown>>): CheckedRule {
  const { layerRates, batchSize, replacement, seed } = given
  if (batchSize === undefined && (replacement !== undefined || seed !== undefined)) {
    throw new OptionError('replacement and seed are for minibatches; give batchSize as well', { argument: 'batchSize' })
  }
  return {
    schedule: checkSchedule(given.learningRate),
    layerRates: checkLayerRates(layerRates),
    sampling: batchSize === undefined ? undefined : checkSampling({ batchSize, replacement, seed }),
  }
}

/** Factors of the learning rate, one a layer, or none. @internal */
export function checkLayerRates(given: unknown): readonly number[] | undefined {
  if (given === undefined) return undefined
  if (!Array.isArray(given) || given.length === 0) {
    throw new OptionError(`layerRates must be an array of factors, one a layer, got ${describe(given)}`, {
      argument: 'layerRates',
    })
  }
  return Array.from(given, (rate, l) => checkNumber(rate, `layerRates[${l}]`, { min: 0 }))
}

/** Plain data of the options of a rule. @internal */
export function describeRule({ layerRates, sampling }: CheckedRule): Record<string, unknown> {
  return { layerRates: layerRates ?? null, sampling: sampling ?? null }
}

/** Factors of the learning rate, one a parameter. @internal */
export function parameterRates(net: Network, layerRates: readonly number[] | undefined): number[] {
  const layers = net.parameters.reduce((most, { layer }) => Math.max(most, layer), 0)
  if (layerRates !== undefined && layerRates.length !== layers) {
    throw new ShapeError(`layerRates must hold ${layers} factors, one a layer, got ${layerRates.length}`, {
      argument: 'layerRates',
    })
  }
  return net.parameters.map(({ layer, rate }) => rate * (layerRates?.[layer - 1] ?? 1))
}

/**
 * An update rule from pieces, applied in order to the gradient G of the loss: `U := piece_k(... piece_1(G))`, `W_l := W_l - learningRate U_l`. All
 * gradients are from the old weights. Without pieces it is plain gradient descent.
 *
 * @param transforms `trace`, `scaleByAdam`, `scaleByRms`, `clipByNorm`, `clipByValue`, `addWeightDecay`, or pieces of your own
 * @param options see `RuleOptions`; training throws a ShapeError where `layerRates` are not one a layer, a RangeArgError where a batch without
 *   replacement is larger than the data, and an UnsupportedError for minibatches of a task without samples and for a Gram network
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * const rule = chain([clipByNorm(1), trace({ decay: 0.9 }), addWeightDecay(1e-4)], { learningRate: 0.05 })
 * const net = createNetwork(engine, { sizes: [2, 8, 2], seed: 1 })
 * trainSync(net, whitened([[3, 0], [0, 1]]), { optimizer: rule, steps: 300 }).status // -> 'completed'
 */
export function chain(transforms: readonly GradientTransform[], options: RuleOptions): Optimizer {
  if (!Array.isArray(transforms)) {
    throw new OptionError(
      `chain takes an array of pieces, such as [trace({ decay: 0.9 })], got ${describe(transforms)}`,
      {
        argument: 'transforms',
      },
    )
  }
  for (const [i, piece] of transforms.entries()) {
    // A piece that was not called has a `bind` as every function has.
    if (typeof piece !== 'object' || typeof piece?.bind !== 'function') {
      throw new OptionError(`transforms[${i}] must be a piece such as clipByNorm(1), got ${describe(piece)}`, {
        argument: `transforms[${i}]`,
      })
    }
  }
  const pieces = [...(transforms as readonly GradientTransform[])]
  const name = pieces.map(({ name }) => name).join(' > ') || 'descent'
  return composed(name, pieces, checkRule(checkOptions(options, 'chain', RULE_KEYS)))
}

/** A rule from checked options. @internal */
export function composed(name: string, transforms: readonly GradientTransform[], rule: CheckedRule): Optimizer {
  const { schedule, layerRates, sampling } = rule
  return {
    name,
    schedule,
    sampling,
    description: { rule: 'chain', transforms: transforms.map(({ description }) => description), ...describeRule(rule) },
    bind(net): BoundOptimizer {
      if (net.kind === 'gram') {
        throw new UnsupportedError(
          `${name} needs layers, and a Gram network has none; use gradientDescent, or createNetwork`,
          { argument: 'optimizer' },
        )
      }
      const factors = parameterRates(net, layerRates)
      const { parameters } = net
      const rate = new Rate(schedule)
      const bound: BoundTransform[] = []
      const dispose = () => {
        for (const { state } of bound) for (const { matrix } of state) matrix.dispose()
      }
      try {
        for (const transform of transforms) bound.push(transform.bind(parameters))
      } catch (error) {
        dispose()
        throw error
      }
      return {
        state: distinct(bound.flatMap(({ state }) => state)),
        rate,
        emitStep(p, task, { weightPenalty = 0 } = {}) {
          const slot = rate.emit(p)
          const batch = stepObjective(p, task, sampling)
          const pass = net.emitPass(p.note('forward'), batch.inputs)
          // Probes look at the whole task: what they may share with a step is the map alone.
          if (batch.inputs === undefined) p.publishEndToEnd(pass.outputs)
          const updates = pass.emitGradients(batch.emitGradient(p, pass.outputs))
          if (weightPenalty > 0) {
            parameters.forEach(({ matrix, role }, i) => {
              if (role === 'weight') p.note('penalty on the weights').axpy(weightPenalty, matrix, updates[i])
            })
          }
          let steps = updates
          bound.forEach((piece, i) => {
            steps = piece.emit(p, updates, i === bound.length - 1) ?? updates
          })
          const minus = new Map<number, ReturnType<Rate['times']>>()
          parameters.forEach(({ matrix, name }, i) => {
            const factor = factors[i]
            if (factor === 0) return
            const step = minus.get(factor) ?? rate.times(p, slot, -factor)
            minus.set(factor, step)
            p.note(`update ${name}`).axpy(step, steps[i], matrix)
          })
        },
        dispose,
      }
    },
  }
}

/** Parts with names of their own: of two pieces of a kind the second has ` (2)` behind its names. */
function distinct(state: readonly StatePart[]): StatePart[] {
  const seen = new Map<string, number>()
  return state.map(({ name, matrix }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return { name: count === 1 ? name : `${name} (${count})`, matrix }
  })
}

/** What one step sees of a task. @internal */
export function stepObjective(
  p: Parameters<BoundOptimizer['emitStep']>[0],
  task: Parameters<BoundOptimizer['emitStep']>[1],
  sampling: Sampling | undefined,
) {
  if (task.emitBatch !== undefined) return task.emitBatch(p, sampling)
  if (sampling === undefined) return task
  throw new UnsupportedError(
    'minibatches need a task of samples, such as regression(x, y) or classification(x, y); this one is a loss of the end-to-end map',
    { argument: 'batchSize' },
  )
}
