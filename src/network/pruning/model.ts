// A network as pruning sees it: effective weights m_l W_l in float64, which of them are there, biases, and what hidden layers apply. Scores are
// taken of this copy, so that they are the same on every build and for every element type that holds the weights.
import { describe } from '../../check.js'
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { OptionError, RangeArgError, ShapeError, UnsupportedError } from '../../errors.js'
import { type Activation, type ActivationOption, checkActivation } from '../activation.js'
import type { Network } from '../network.js'

/** What is pruned: a network of layers, or weights `W_1 .. W_L`, each (n_l, n_{l-1}). */
export type Prunable = Network | readonly MatrixLike[]

/** What plain weights do not say; a network says it itself. */
export interface PrunableOptions {
  /** 0/1 matrices, one a layer (undefined: no mask). For a network: its own, unless given. */
  masks?: readonly (MatrixLike | undefined)[]
  /** b_1 .. b_L, each (n_l, 1) (undefined: none). */
  biases?: readonly (MatrixLike | undefined)[]
  /** What hidden layers apply. Default `'linear'`. */
  activation?: ActivationOption
}

/** One layer. */
export interface PrunableLayer {
  readonly rows: number
  readonly cols: number
  /** Row by row; 0 where masked. */
  readonly weight: Float64Array
  /** 1 where a weight is there. */
  readonly mask: Uint8Array
  readonly bias: Float64Array | undefined
}

/** A network of plain numbers. */
export interface PrunableModel {
  readonly layers: readonly PrunableLayer[]
  /** Slope of the activation on its negative side (1: linear, 0: ReLU); undefined: tanh. */
  readonly slope: number | undefined
}

/** Names of the options of plain weights. */
export const PRUNABLE_KEYS = ['masks', 'biases', 'activation'] as const

/** Read and check all of it. @internal */
export function readPrunable(
  source: Prunable,
  options: Partial<Record<keyof PrunableOptions, unknown>>,
): PrunableModel {
  if (Array.isArray(source)) return fromWeights(source as readonly MatrixLike[], options)
  const net = source as Network
  if (net?.kind !== 'layers' && net?.kind !== 'feedforward') {
    throw new OptionError(
      `pruning takes a network of layers, made by createNetwork, or an array of weights, got ${net?.kind === undefined ? describe(source) : `one of kind '${net.kind}'`}`,
      { argument: 'source' },
    )
  }
  for (const name of ['biases', 'activation'] as const) {
    if (options[name] === undefined) continue
    throw new OptionError(`${name} are for plain weights; a network has its own`, { argument: name })
  }
  if (net.kind === 'layers') return fromWeights(net.weights, options)
  if (net.layers.some(({ residual }) => residual !== undefined)) {
    throw new UnsupportedError('pruning scores are of chains of layers; this network has residual branches', {
      argument: 'source',
    })
  }
  const scaled = (matrix: MatrixLike, factor: number) => {
    const { rows, cols, data } = readDense(matrix, 'source')
    return { data: data.map((value) => factor * value), shape: [rows, cols] as const }
  }
  return fromWeights(
    net.layers.map(({ weight, multiplier }) => scaled(weight, multiplier)),
    {
      masks: options.masks ?? net.layers.map(({ mask }) => mask),
      biases: net.layers.map(({ bias, biasMultiplier }) => bias && scaled(bias, biasMultiplier)),
    },
    net.activation,
  )
}

function fromWeights(
  weights: readonly MatrixLike[],
  options: Partial<Record<keyof PrunableOptions, unknown>>,
  activation: Activation = checkActivation(options.activation),
): PrunableModel {
  if (weights.length === 0) throw new ShapeError('there are no weights to prune', { argument: 'source' })
  const dense = weights.map((weight, l) => readDense(weight, `W_${l + 1}`, { finite: true }))
  const masks = listOf(options.masks, 'masks', dense.length)
  const biases = listOf(options.biases, 'biases', dense.length)
  const layers = dense.map(({ rows, cols, data }, l): PrunableLayer => {
    if (rows * cols === 0) throw new ShapeError(`W_${l + 1} is empty`, { argument: 'source' })
    if (l > 0 && cols !== dense[l - 1].rows) {
      throw new ShapeError(`W_${l + 1} must have ${dense[l - 1].rows} columns, the rows of W_${l}, got ${cols}`, {
        argument: 'source',
      })
    }
    const mask = Uint8Array.from(matching(masks?.[l], `masks[${l}]`, rows, cols) ?? data, (entry) => {
      if (masks?.[l] === undefined || entry === 1) return 1
      if (entry === 0) return 0
      throw new RangeArgError(`masks[${l}] must hold 0 and 1 only, got ${entry}`, { argument: `masks[${l}]` })
    })
    const weight = data.map((value, i) => (mask[i] === 1 ? value : 0))
    return { rows, cols, weight, mask, bias: matching(biases?.[l], `biases[${l}]`, rows, 1) }
  })
  return { layers, slope: activation.slope }
}

function listOf(given: unknown, name: string, depth: number): readonly unknown[] | undefined {
  if (given === undefined) return undefined
  if (Array.isArray(given) && given.length === depth) return given
  throw new ShapeError(`${name} must be an array of ${depth} matrices, one a layer, got ${describe(given)}`, {
    argument: name,
  })
}

function matching(given: unknown, name: string, rows: number, cols: number): Float64Array | undefined {
  if (given === undefined) return undefined
  const matrix = readDense(given, name, { finite: true })
  if (matrix.rows === rows && matrix.cols === cols) return matrix.data
  throw new ShapeError(`${name} must be ${rows} x ${cols}, got ${matrix.rows} x ${matrix.cols}`, { argument: name })
}

/** The same model with other masks. */
export function withMasks(model: PrunableModel, masks: readonly Uint8Array[]): PrunableModel {
  const layers = model.layers.map((layer, l) => ({
    ...layer,
    mask: masks[l],
    weight: layer.weight.map((value, i) => (masks[l][i] === 1 ? value : 0)),
  }))
  return { ...model, layers }
}
