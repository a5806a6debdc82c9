// Making networks of layers: a chain of weights, or a feedforward network where more is asked for.
import { checkNumber, checkOptions, describe } from '../check.js'
import { type MatrixLike, readDense } from '../engine/coerce.js'
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, MemoryError, OptionError, RangeArgError, ShapeError } from '../errors.js'
import { elementBytes } from '../kernels/kernels.js'
import { digest } from '../math/digest.js'
import { foldIn, type Key } from '../random/key.js'
import { normal } from '../random/normal.js'
import { type ActivationOption, checkActivation } from './activation.js'
import { DeepLinearNetwork } from './deep-linear.js'
import { type AlignmentRule, checkFeedbackRule, type FeedbackRule } from './feedback/rule.js'
import { FeedforwardNetwork, type Layer } from './feedforward.js'
import { shapesOf } from './initializer.js'
import { type CommonNetworkOptions, checkNetworkOptions, NETWORK_KEYS } from './options.js'
import { type Parameterization, standard } from './parameterization.js'

/** Options of `createNetwork`: with any of these given, the network is a `FeedforwardNetwork`. */
export interface FeedforwardOptions {
  /** What hidden layers apply. Default `'linear'`. */
  activation?: ActivationOption
  /** Biases in all layers, zero at the start or normal with a variance. Default none. */
  biases?: boolean | { variance: number }
  /**
   * Skip connections around the hidden layers of equal width, `h_l = h_{l-1} + scale phi(W_l h_{l-1})`, l = 2 .. L-1. `'depth'` is the scale
   * `1 / sqrt(L - 2)`, under which the limit of infinite depth exists. Default none.
   */
  residual?: { scale: number | 'depth' }
  /** `standard()`, `ntk()` or `meanField({ gamma0 })`. Default standard. The default of `init` comes from it: variance 1 for the last two. */
  parameterization?: Parameterization
  /**
   * A factor of the outputs besides, not 0; a large one makes training lazy (Chizat, Oyallon, Bach 2019), with learning rates divided by its
   * square. Default 1.
   */
  outputMultiplier?: number
  /** 0/1 matrices, one a layer (undefined: no mask): weights that are masked are zero and stay so. */
  masks?: readonly (MatrixLike | undefined)[]
  /**
   * Matrices B_2 .. B_L, each (n_{l-1}, n_l), that take the place of the transposed weights on the way back: given, or normal with a variance.
   * `'kolen-pollack'` lets them learn by the transposed update of the weights, so that under `addWeightDecay` the two come together;
   * `weightMirror`, `informationAlignment`, `symmetricAlignment` and `activationAlignment` by objectives of their own. Update rules treat matrices
   * that learn as they treat weights: momentum, decay and `layerRates` act on both. Default: the transposed weights.
   */
  feedback?: { matrices: readonly MatrixLike[]; rule?: FeedbackRule } | { variance: number; rule?: FeedbackRule }
}

/** Options of `createNetwork`. */
export type NetworkOptions = CommonNetworkOptions & FeedforwardOptions

/** Options with at least one feature of a feedforward network. */
type WithFeature = {
  [K in keyof FeedforwardOptions]-?: NetworkOptions & Required<Pick<FeedforwardOptions, K>>
}[keyof FeedforwardOptions]

const FEEDFORWARD_KEYS = [
  'activation',
  'biases',
  'residual',
  'parameterization',
  'outputMultiplier',
  'masks',
  'feedback',
] as const

const NO_MASK = new Float64Array()

/** Streams of the key of a start: the layers use 1 .. L. */
const BIAS_STREAM = 2 ** 20
const FEEDBACK_STREAM = 2 ** 21

/**
 * A network with layers `n_0 -> n_1 -> ... -> n_L`: a deep linear network, or, with any of the options of a feedforward network, one with
 * activations, biases, residual branches, masks, feedback matrices or another parameterisation.
 *
 * @throws {RangeArgError|OptionError|ShapeError|DTypeError|MemoryError} before anything is kept
 * @example
 * const net = createNetwork(engine, { sizes: [8, 64, 64, 8], init: gaussian({ gamma: 1.5 }), seed: 1 })
 * net.parameterCount // -> 5120
 * @example
 * const net = createNetwork(engine, { sizes: [2, 16, 1], activation: 'relu', biases: true, seed: 1 })
 * net.parameterCount // -> 65
 * @example
 * const deep = { sizes: [8, 32, 32, 32, 32, 1], residual: { scale: 'depth' }, parameterization: meanField({ gamma0: 1 }) }
 * createNetwork(engine, { ...deep, init: gaussian({ variance: 1 }) }).linear // -> true
 */
export function createNetwork(engine: EngineCore, options: WithFeature): FeedforwardNetwork
export function createNetwork(
  engine: EngineCore,
  options: CommonNetworkOptions & { [K in keyof FeedforwardOptions]?: undefined },
): DeepLinearNetwork
export function createNetwork(engine: EngineCore, options: NetworkOptions): DeepLinearNetwork | FeedforwardNetwork
export function createNetwork(engine: EngineCore, options: NetworkOptions): DeepLinearNetwork | FeedforwardNetwork {
  const given = checkOptions(options, 'network', [...NETWORK_KEYS, ...FEEDFORWARD_KEYS])
  const common = Object.fromEntries(NETWORK_KEYS.filter((name) => name in given).map((name) => [name, given[name]]))
  const checked = checkNetworkOptions(engine, common as unknown as CommonNetworkOptions)
  const { sizes, dtype, seed } = checked
  const more = FEEDFORWARD_KEYS.some((name) => given[name] !== undefined)
  const plan = more ? checkFeedforward(given as FeedforwardOptions, sizes) : undefined
  const init = given.init === undefined && plan !== undefined ? plan.parameterization.init : checked.init
  const bytes = shapesOf(sizes).reduce((sum, [rows, cols]) => sum + rows * cols * elementBytes(dtype), 0)
  const { budgetBytes, liveBytes } = engine.memory
  if (bytes > budgetBytes - liveBytes) {
    throw new MemoryError(
      `the weights of sizes [${sizes.join(', ')}] take ${bytes} bytes, and ${budgetBytes - liveBytes} of the engine's budget are left`,
      { argument: 'sizes', data: { requested: bytes, available: budgetBytes - liveBytes, limit: budgetBytes } },
    )
  }
  const start = init.weights(sizes, seed)
  const made: Matrix[] = []
  const make = (rows: number, cols: number, data: Float64Array | undefined) => {
    const matrix = engine.matrix([rows, cols], data, { dtype })
    made.push(matrix)
    return matrix
  }
  try {
    if (plan === undefined) {
      shapesOf(sizes).forEach(([rows, cols], l) => {
        make(rows, cols, start[l])
      })
      return new DeepLinearNetwork(engine, sizes, dtype, made)
    }
    const { multipliers, output, rate } = plan.parameterization.scales(sizes)
    const last = output * plan.outputMultiplier
    const layers = shapesOf(sizes).map(([rows, cols], l): Layer => {
      const mask = plan.masks[l]
      const outer = l === sizes.length - 2 ? last : 1
      return {
        weight: make(rows, cols, mask === undefined ? start[l] : start[l].map((w, i) => (mask[i] === 0 ? 0 : w))),
        bias: plan.biases === undefined ? undefined : make(rows, 1, biasStart(plan.biases, seed, l, rows)),
        mask: mask === undefined ? undefined : make(rows, cols, mask),
        feedback: l === 0 || plan.feedback === undefined ? undefined : make(cols, rows, plan.feedback(seed, l)),
        multiplier: multipliers[l] * outer,
        biasMultiplier: outer,
        residual: l > 0 && l < sizes.length - 2 ? plan.residual : undefined,
      }
    })
    const { activation, feedbackRule } = plan
    const description = {
      kind: 'feedforward',
      sizes,
      dtype,
      activation: activation.name,
      biases: plan.biases !== undefined,
      residual: plan.residual ?? null,
      multipliers: layers.map(({ multiplier }) => multiplier),
      rate,
      masks: plan.masks.some((mask) => mask !== undefined)
        ? digest(...plan.masks.map((mask) => mask ?? NO_MASK))
        : null,
      feedback: plan.feedback === undefined ? null : describeRule(feedbackRule),
      // Matrices that learn are part of the state, and those that do not are a choice.
      feedbackMatrices:
        plan.feedback === undefined || feedbackRule !== undefined
          ? null
          : digest(...layers.flatMap(({ feedback }) => (feedback === undefined ? [] : [asFloat64(feedback)]))),
    }
    return new FeedforwardNetwork(engine, { sizes, dtype, layers, activation, rate, feedbackRule, description })
  } catch (error) {
    for (const matrix of made) matrix.dispose()
    throw error
  }
}

/** The two that have always been words stay words: checkpoints hold them. */
function describeRule(rule: AlignmentRule | undefined): unknown {
  if (rule === undefined) return 'fixed'
  return rule.own ? rule.description : rule.name
}

function asFloat64(matrix: Matrix): Float64Array {
  return Float64Array.from(matrix.view())
}

/** The options of a feedforward network, checked against its sizes before anything is made. */
function checkFeedforward(given: FeedforwardOptions, sizes: readonly number[]) {
  const parameterization = given.parameterization ?? standard()
  if (typeof parameterization?.scales !== 'function' || typeof parameterization.init?.weights !== 'function') {
    throw new OptionError(
      `parameterization must be standard(), ntk() or meanField({ gamma0 }), got ${describe(parameterization)}`,
      { argument: 'parameterization' },
    )
  }
  return {
    activation: checkActivation(given.activation),
    biases: checkBiases(given.biases),
    residual: checkResidual(given.residual, sizes),
    parameterization,
    outputMultiplier: checkMultiplier(given.outputMultiplier),
    masks: checkMasks(given.masks, sizes),
    ...checkFeedback(given.feedback, sizes),
  }
}

function checkBiases(given: unknown): number | undefined {
  if (given === undefined || given === false) return undefined
  if (given === true) return 0
  if (typeof given !== 'object') {
    throw new DTypeError(`biases must be true, false or { variance }, got ${describe(given)}`, { argument: 'biases' })
  }
  return checkNumber(checkOptions(given as object, 'biases', ['variance']).variance, 'biases.variance', { min: 0 })
}

function biasStart(variance: number, seed: Key, l: number, rows: number): Float64Array | undefined {
  if (variance === 0) return undefined
  const deviation = Math.sqrt(variance)
  return normal(foldIn(seed, BIAS_STREAM + l), rows).map((z) => deviation * z)
}

function checkResidual(given: unknown, sizes: readonly number[]): number | undefined {
  if (given === undefined) return undefined
  const { scale } = checkOptions(given as object, 'residual', ['scale'])
  const branches = sizes.length - 3
  if (branches < 1 || sizes.slice(1, -1).some((size) => size !== sizes[1])) {
    throw new ShapeError(
      `residual branches need at least two hidden layers, all of one width, got sizes [${sizes.join(', ')}]`,
      { argument: 'residual' },
    )
  }
  if (scale === 'depth') return 1 / Math.sqrt(branches)
  if (typeof scale === 'string') {
    throw new OptionError(`residual.scale must be a number or 'depth', got ${describe(scale)}`, {
      argument: 'residual.scale',
    })
  }
  return checkNumber(scale, 'residual.scale')
}

function checkMultiplier(given: unknown): number {
  const multiplier = checkNumber(given ?? 1, 'outputMultiplier')
  if (multiplier === 0) {
    throw new RangeArgError('outputMultiplier must not be 0: the network would say nothing and learn nothing', {
      argument: 'outputMultiplier',
    })
  }
  return multiplier
}

function checkMasks(given: unknown, sizes: readonly number[]): readonly (Float64Array | undefined)[] {
  const shapes = shapesOf(sizes)
  if (given === undefined) return shapes.map(() => undefined)
  if (!Array.isArray(given) || given.length !== shapes.length) {
    throw new ShapeError(`masks must be an array of ${shapes.length} matrices, one a layer, got ${describe(given)}`, {
      argument: 'masks',
    })
  }
  return shapes.map(([rows, cols], l) => {
    if (given[l] === undefined) return undefined
    const mask = readDense(given[l] as MatrixLike, `masks[${l}]`, { finite: true })
    if (mask.rows !== rows || mask.cols !== cols) {
      throw new ShapeError(`masks[${l}] must be ${rows} x ${cols}, got ${mask.rows} x ${mask.cols}`, {
        argument: `masks[${l}]`,
      })
    }
    const odd = mask.data.find((entry) => entry !== 0 && entry !== 1)
    if (odd !== undefined) {
      throw new RangeArgError(`masks[${l}] must hold 0 and 1 only, got ${odd}`, { argument: `masks[${l}]` })
    }
    return mask.data
  })
}

function checkFeedback(given: unknown, sizes: readonly number[]) {
  if (given === undefined) return { feedback: undefined, feedbackRule: undefined }
  const options = checkOptions(given as object, 'feedback', ['matrices', 'variance', 'rule'])
  const feedbackRule = checkFeedbackRule(options.rule)
  if ((options.matrices === undefined) === (options.variance === undefined)) {
    throw new OptionError('feedback takes either matrices or a variance', { argument: 'feedback' })
  }
  if (options.variance !== undefined) {
    const deviation = Math.sqrt(checkNumber(options.variance, 'feedback.variance', { above: 0 }))
    const feedback = (seed: Key, l: number) =>
      normal(foldIn(seed, FEEDBACK_STREAM + l), sizes[l] * sizes[l + 1]).map((z) => deviation * z)
    return { feedback, feedbackRule }
  }
  const matrices = options.matrices
  if (!Array.isArray(matrices) || matrices.length !== sizes.length - 2) {
    throw new ShapeError(
      `feedback.matrices must hold ${sizes.length - 2} matrices, B_2 to B_${sizes.length - 1}, got ${describe(matrices)}`,
      { argument: 'feedback.matrices' },
    )
  }
  const dense = matrices.map((matrix: MatrixLike, i) => {
    const { rows, cols, data } = readDense(matrix, `feedback.matrices[${i}]`, { finite: true })
    if (rows !== sizes[i + 1] || cols !== sizes[i + 2]) {
      throw new ShapeError(`B_${i + 2} must be ${sizes[i + 1]} x ${sizes[i + 2]}, got ${rows} x ${cols}`, {
        argument: `feedback.matrices[${i}]`,
      })
    }
    return data
  })
  return { feedback: (_seed: Key, l: number) => dense[l - 1], feedbackRule }
}
