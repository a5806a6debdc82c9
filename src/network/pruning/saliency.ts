// Scores by which weights are kept: the larger, the longer. Some look at the weights alone, some at the loss on data.
import { checkChoice, checkOptions } from '../../check.js'
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { OptionError, RangeArgError, ShapeError } from '../../errors.js'
import { foldIn, type Key, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { PRUNABLE_KEYS, type Prunable, type PrunableModel, type PrunableOptions, readPrunable } from './model.js'
import { derivatives, type PruningData } from './passes.js'
import { flowScores } from './synflow.js'

/** Kinds of scores. */
export type SaliencyKind = 'synflow' | 'magnitude' | 'random' | 'snip' | 'grasp'

/** All kinds. */
export const SALIENCY_KINDS: readonly SaliencyKind[] = ['synflow', 'magnitude', 'random', 'snip', 'grasp']

/** What scores may need besides the weights. */
export interface SaliencyOptions extends PrunableOptions {
  /** Inputs X, (n_0, P), for `'snip'` and `'grasp'`. */
  x?: MatrixLike
  /** Targets Y, (n_L, P): shares of classes under the softmax. */
  y?: MatrixLike
  /** `'squared'` (default), `1/(2P) |Y - f|_F^2`, or `'softmax-cross-entropy'`. */
  loss?: 'squared' | 'softmax-cross-entropy'
  /** Seed of `'random'`, 0 <= seed < 2^64. Default 0. */
  seed?: number | bigint
}

/** Names of these options. */
export const SALIENCY_KEYS = [...PRUNABLE_KEYS, 'x', 'y', 'loss', 'seed'] as const

/** Scores of a model, which may have fewer weights than when they were made. @internal */
export type Scorer = (model: PrunableModel, iteration: number) => readonly Float64Array[]

/**
 * Scores of all weights; masked ones have 0.
 *
 * - `'synflow'`: see `synflowScores`
 * - `'magnitude'`: |W|
 * - `'random'`: |z| with standard normal z
 * - `'snip'`: |W o G| / sum, G the gradient of the loss on x, y
 * - `'grasp'`: W o (H G), H the Hessian of the same loss, exact, by the R-operator: what the gradient norm gains by keeping the weight
 *
 * Weights of a network count with the factors of its parameterisation; its biases enter the outputs and are not scored.
 * @returns S_1 .. S_L, each row by row, (n_l, n_{l-1}), float64
 * @throws {OptionError} a kind that needs data without them, or data for one that does not
 * @throws {ShapeError|RangeArgError|DTypeError|UnsupportedError} weights or data that do not fit together
 * @example
 * saliency('snip', [[[1, -2]], [[3]]], { x: [[1], [0]], y: [[0]] }) // -> [[0.5, 0], [0.5]]
 * @see Lee, Ajanthan, Torr (2019), SNIP: single-shot network pruning based on connection sensitivity, arXiv:1810.02340
 * @see Wang, Zhang, Grosse (2020), Picking winning tickets before training by preserving gradient flow, arXiv:2002.07376
 */
export function saliency(kind: SaliencyKind, source: Prunable, options?: SaliencyOptions): Float64Array[] {
  const chosen = checkChoice(kind, 'kind', SALIENCY_KINDS)
  const given = checkOptions(options, 'saliency', SALIENCY_KEYS)
  const model = readPrunable(source, given)
  return [...checkScorer(chosen, given, model)(model, 0)]
}

/** The function that a kind names, its data checked against the model. @internal */
export function checkScorer(
  kind: SaliencyKind,
  given: Partial<Record<'x' | 'y' | 'loss' | 'seed', unknown>>,
  model: PrunableModel,
): Scorer {
  const looks = kind === 'snip' || kind === 'grasp'
  if (!looks && (given.x !== undefined || given.y !== undefined || given.loss !== undefined)) {
    throw new OptionError(`'${kind}' sees no data; leave out x, y and loss`, { argument: 'x' })
  }
  if (given.seed !== undefined && kind !== 'random') {
    throw new OptionError(`seed is for 'random', and '${kind}' draws nothing`, { argument: 'seed' })
  }
  if (kind === 'synflow') return (at) => flowScores(at).scores
  if (kind === 'magnitude') return ({ layers }) => layers.map(({ weight }) => weight.map(Math.abs))
  if (kind === 'random') return randomScores(key((given.seed ?? 0) as number | bigint))
  const data = checkData(given, model)
  return (at) => {
    const found = derivatives(at, data)
    const with_ = kind === 'snip' ? found.gradient : found.curvature()
    const products = at.layers.map(({ weight }, l) => weight.map((value, i) => value * with_[l][i]))
    if (kind === 'grasp') return products
    const sizes = products.map((layer) => layer.map(Math.abs))
    const sum = sizes.reduce((all, layer) => layer.reduce((part, value) => part + value, all), 0)
    // Without any gradient all weights are alike.
    return sum === 0 ? sizes : sizes.map((layer) => layer.map((value) => value / sum))
  }
}

function randomScores(seed: Key): Scorer {
  return ({ layers }, iteration) =>
    layers.map(({ weight, mask }, l) => {
      const drawn = normal(foldIn(foldIn(seed, iteration), l), weight.length)
      return drawn.map((value, i) => (mask[i] === 1 ? Math.abs(value) : 0))
    })
}

function checkData(given: Partial<Record<'x' | 'y' | 'loss', unknown>>, { layers }: PrunableModel): PruningData {
  if (given.x === undefined || given.y === undefined) {
    throw new OptionError("'snip' and 'grasp' are of a loss on data; give x and y", { argument: 'x' })
  }
  const loss = checkChoice(given.loss ?? 'squared', 'loss', ['squared', 'softmax-cross-entropy'])
  const x = readDense(given.x, 'x', { finite: true })
  const y = readDense(given.y, 'y', { finite: true })
  const [inputs, outputs] = [layers[0].cols, layers[layers.length - 1].rows]
  if (x.rows !== inputs || x.cols === 0) {
    throw new ShapeError(`x must have ${inputs} rows and at least one sample (column), got ${x.rows} x ${x.cols}`, {
      argument: 'x',
    })
  }
  if (y.rows !== outputs || y.cols !== x.cols) {
    throw new ShapeError(`y must be ${outputs} x ${x.cols}, got ${y.rows} x ${y.cols}`, { argument: 'y' })
  }
  if (loss === 'softmax-cross-entropy') checkShares(y.data, y.rows, y.cols)
  return { x: x.data, y: y.data, samples: x.cols, loss }
}

function checkShares(y: Float64Array, classes: number, samples: number): void {
  for (let c = 0; c < samples; c++) {
    let sum = 0
    for (let k = 0; k < classes; k++) sum += y[k * samples + c] >= 0 ? y[k * samples + c] : Number.NaN
    if (Math.abs(sum - 1) <= 1e-6) continue
    throw new RangeArgError(`column ${c} of y must hold shares of classes, at least 0, that sum to 1`, {
      argument: 'y',
    })
  }
}
