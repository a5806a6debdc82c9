// The named update rules, each a chain of pieces.
import { checkNumber, checkOptions } from '../check.js'
import { DTypeError, OptionError } from '../errors.js'
import { type AdamScaleOptions, type RmsScaleOptions, scaleByAdam, scaleByRms } from './adaptive.js'
import { checkRule, composed, RULE_KEYS, type RuleOptions } from './chain.js'
import { clipByNorm, clipByValue } from './clip.js'
import { trace } from './momentum.js'
import type { Optimizer } from './optimizer.js'
import type { GradientTransform } from './transform.js'
import { addWeightDecay } from './weight-decay.js'

/** What all named rules take. */
export interface NamedRuleOptions extends RuleOptions {
  /**
   * lambda >= 0, default 0 (`adamw`: 0.01). Coupled: the gradient, clipped if it is to be, becomes `G + lambda W` before the rule sees it. Of
   * `adamw` decoupled: lambda W is added to the direction that the rule takes.
   */
  weightDecay?: number
  /** Shorten the gradients of all layers together to a norm of at most this, > 0; before all else. Default: no bound. */
  clipNorm?: number
  /** Bring every entry of the gradients into `-clipValue .. clipValue`, > 0; after `clipNorm`, before weight decay. Default: no bound. */
  clipValue?: number
}

/** Options of `sgd`. */
export interface SgdOptions extends NamedRuleOptions {
  /** beta, 0 <= beta < 1. Default 0. */
  momentum?: number
  /** Nesterov's look-ahead; needs momentum. Default false. */
  nesterov?: boolean
  /** s, 0 <= s < 1: gradients enter the velocity times 1 - s; needs momentum. Default 0. */
  dampening?: number
}

/** Options of `momentum`. */
export interface MomentumOptions extends NamedRuleOptions {
  /** beta, 0 <= beta < 1. Default 0.9. */
  momentum?: number
  /** s, 0 <= s < 1: gradients enter the velocity times 1 - s. Default 0. */
  dampening?: number
}

/** Options of `adam` and `adamw`. */
export interface AdamOptions extends NamedRuleOptions, AdamScaleOptions {}

/** Options of `rmsprop`. */
export interface RmspropOptions extends NamedRuleOptions, RmsScaleOptions {
  /** beta of a velocity on top, 0 <= beta < 1. Default 0. */
  momentum?: number
}

const NAMED_KEYS = [...RULE_KEYS, 'weightDecay', 'clipNorm', 'clipValue'] as const

type Named = Partial<Record<(typeof NAMED_KEYS)[number], unknown>>

/** Clipping and coupled decay, which come before the rest. */
function before({ clipNorm, clipValue }: Named, decay: number): GradientTransform[] {
  return [
    ...(clipNorm === undefined ? [] : [clipByNorm(checkNumber(clipNorm, 'clipNorm', { above: 0 }))]),
    ...(clipValue === undefined ? [] : [clipByValue(checkNumber(clipValue, 'clipValue', { above: 0 }))]),
    ...(decay === 0 ? [] : [addWeightDecay(decay)]),
  ]
}

function decayOf({ weightDecay = 0 }: Named): number {
  return checkNumber(weightDecay, 'weightDecay', { min: 0 })
}

/** beta of a velocity, by the name that the rules have for it. */
function betaOf({ momentum }: { momentum?: unknown }, usual: number): number {
  return checkNumber(momentum ?? usual, 'momentum', { min: 0, below: 1 })
}

/**
 * Stochastic gradient descent: `V := beta V + (1 - s) (G + lambda W)`, `W := W - learningRate V`, G the gradient of the task's loss on a minibatch
 * that is drawn by `minibatches`. Without `batchSize` it sees all samples. With `nesterov`, `W := W - learningRate ((1 - s) (G + lambda W) + beta V)`.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * const task = regression([[0, 1, 2, 3], [1, 1, 1, 1]], [[1, 3, 5, 7]])
 * const net = createNetwork(engine, { sizes: [2, 4, 1], init: gaussian({ variance: 0.1 }), seed: 2 })
 * const optimizer = sgd({ learningRate: 0.05, batchSize: 2, seed: 1, momentum: 0.5 })
 * trainSync(net, task, { optimizer, steps: 3000 }).columns.loss.data.at(-1) < 1e-6 // -> true
 */
export function sgd(options: SgdOptions): Optimizer {
  const given = checkOptions(options, 'sgd', [...NAMED_KEYS, 'momentum', 'nesterov', 'dampening'])
  const decay = betaOf(given, 0)
  const { nesterov = false } = given
  if (typeof nesterov !== 'boolean') throw new DTypeError('nesterov must be true or false', { argument: 'nesterov' })
  const dampening = checkNumber(given.dampening ?? 0, 'dampening', { min: 0, below: 1 })
  if (decay === 0 && (nesterov || dampening > 0)) {
    const argument = nesterov ? 'nesterov' : 'dampening'
    throw new OptionError(`${argument} needs momentum; give momentum above 0 as well`, { argument })
  }
  const velocity = decay === 0 ? [] : [trace({ decay, nesterov, dampening })]
  return composed('sgd', [...before(given, decayOf(given)), ...velocity], checkRule(given))
}

/**
 * The heavy ball: `V := beta V + (1 - s) (G + lambda W)`, `W := W - learningRate V`, V from zero. The velocity is the state
 * `velocity W_l`; in units of time it is `-V`.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * momentum({ learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 }).name // -> 'momentum'
 * @see Polyak (1964), Some methods of speeding up the convergence of iteration methods, USSR Comput. Math. Math. Phys. 4(5), 1-17
 */
export function momentum(options: MomentumOptions): Optimizer {
  const given = checkOptions(options, 'momentum', [...NAMED_KEYS, 'momentum', 'dampening'])
  const velocity = trace({ decay: betaOf(given, 0.9), dampening: given.dampening as number })
  return composed('momentum', [...before(given, decayOf(given)), velocity], checkRule(given))
}

/**
 * Nesterov's accelerated gradient: `V := beta V + G + lambda W`, `W := W - learningRate (G + lambda W + beta V)`.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * nesterov({ learningRate: 0.05 }).name // -> 'nesterov'
 * @see Nesterov (1983), A method of solving a convex programming problem with convergence rate O(1/k^2), Soviet Math. Dokl. 27, 372-376
 */
export function nesterov(options: Omit<MomentumOptions, 'dampening'>): Optimizer {
  const given = checkOptions(options, 'nesterov', [...NAMED_KEYS, 'momentum'])
  const velocity = trace({ decay: betaOf(given, 0.9), nesterov: true })
  return composed('nesterov', [...before(given, decayOf(given)), velocity], checkRule(given))
}

/**
 * Adam: `W := W - learningRate M^ / (sqrt(V^) + epsilon)`, see `scaleByAdam`; weight decay is coupled, as an L2 penalty is.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * const net = createNetwork(engine, { sizes: [2, 8, 2], seed: 1 })
 * const run = trainSync(net, whitened([[3, 0], [0, 1]]), { optimizer: adam({ learningRate: 0.02 }), steps: 1500 })
 * run.columns.loss.data.at(-1) < 1e-4 // -> true
 */
export function adam(options: AdamOptions): Optimizer {
  const given = checkOptions(options, 'adam', [...NAMED_KEYS, 'beta1', 'beta2', 'epsilon'])
  return composed('adam', [...before(given, decayOf(given)), scaleByAdam(adamScale(given))], checkRule(given))
}

/**
 * Adam with decoupled weight decay: `W := W - learningRate (direction + lambda W)`.
 *
 * @param options.weightDecay lambda >= 0, default 0.01
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * adamw({ learningRate: 1e-3, weightDecay: 0.1 }).name // -> 'adamw'
 * @see Loshchilov, Hutter (2019), Decoupled weight decay regularization, arXiv:1711.05101
 */
export function adamw(options: AdamOptions): Optimizer {
  const given = checkOptions(options, 'adamw', [...NAMED_KEYS, 'beta1', 'beta2', 'epsilon'])
  const decay = decayOf({ weightDecay: given.weightDecay ?? 0.01 })
  const pieces = [...before(given, 0), scaleByAdam(adamScale(given)), addWeightDecay(decay)]
  return composed('adamw', pieces, checkRule(given))
}

/**
 * RMSProp: `W := W - learningRate U / (sqrt(V) + epsilon)`, see `scaleByRms`; weight decay is coupled. With momentum beta the velocity
 * `B := beta B + U / (sqrt(V) + epsilon)` takes the place of the direction.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * rmsprop({ learningRate: 1e-3, decay: 0.99 }).name // -> 'rmsprop'
 */
export function rmsprop(options: RmspropOptions): Optimizer {
  const given = checkOptions(options, 'rmsprop', [...NAMED_KEYS, 'decay', 'epsilon', 'momentum'])
  const beta = betaOf(given, 0)
  const scale = scaleByRms({ decay: given.decay as number, epsilon: given.epsilon as number })
  const velocity = beta === 0 ? [] : [trace({ decay: beta })]
  return composed('rmsprop', [...before(given, decayOf(given)), scale, ...velocity], checkRule(given))
}

function adamScale({
  beta1,
  beta2,
  epsilon,
}: Partial<Record<'beta1' | 'beta2' | 'epsilon', unknown>>): AdamScaleOptions {
  return { beta1: beta1 as number, beta2: beta2 as number, epsilon: epsilon as number }
}
