// Pruning at initialisation: score, cut, score what is left, cut again, until as many weights are left as asked for.
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../../check.js'
import { OptionError, RangeArgError } from '../../errors.js'
import { pow } from '../../math/elementary.js'
import { type Prunable, type PrunableModel, readPrunable, withMasks } from './model.js'
import {
  checkScorer,
  SALIENCY_KEYS,
  SALIENCY_KINDS,
  type SaliencyKind,
  type SaliencyOptions,
  type Scorer,
} from './saliency.js'
import { keepBest } from './select.js'

/** Options of `pruneAtInit`, and those of `saliency`. */
export interface PruneOptions extends SaliencyOptions {
  /** Default `'synflow'`. */
  score?: SaliencyKind
  /** rho: weights before over weights after, 1 .. N. */
  compression: number
  /** How many times weights are scored and cut, 1 .. 10^5. Default 100 for `'synflow'`, else 1. */
  iterations?: number
  /** `'exponential'` (default) leaves `N rho^(-i/n)` weights after iteration i of n, `'linear'` `N (1 - (1 - 1/rho) i/n)`. */
  schedule?: 'exponential' | 'linear'
  /** Whether weights of all layers compete (default), or those of one. */
  scope?: 'global' | 'layer'
}

/** One layer after pruning. */
export interface PrunedLayer {
  /** 1 .. L. */
  readonly layer: number
  /** Weights before and after. */
  readonly size: number
  readonly kept: number
  /** Of the scores of the first iteration. */
  readonly meanScore: number
  readonly scoreVariance: number
}

/** One mask, accepted by `createNetwork({ masks })`. */
export interface PruningMask {
  readonly data: Float64Array
  readonly shape: readonly [number, number]
}

/** What pruning leaves. */
export interface Pruned {
  /** 0/1, one a layer. */
  readonly masks: readonly PruningMask[]
  /** Weights before and after, and their ratio. */
  readonly prunable: number
  readonly kept: number
  readonly compression: number
  readonly layers: readonly PrunedLayer[]
  /** Numbers of layers that are left without a weight: nothing flows through the network then. */
  readonly emptyLayers: readonly number[]
  /** Weights left after each iteration. */
  readonly keptCounts: readonly number[]
  /**
   * What each iteration cut, over the mean sum of scores of a layer: of conserved scores below 1 no layer can lose all of its weights in it.
   */
  readonly cutRatios: readonly number[]
}

/** Names of the options of `pruneAtInit`. */
export const PRUNE_KEYS = [...SALIENCY_KEYS, 'score', 'compression', 'iterations', 'schedule', 'scope'] as const

/**
 * Prune a network before it is trained. Counts are exact: `round(N / rho)` weights are left, ties are broken by layer, row and column, and what has been
 * cut never comes back. Make the pruned network with the same options and the masks: it starts from the same weights, without those.
 *
 * @param source a network of layers, or weights W_1 .. W_L; masked weights count as not there
 * @param options see `PruneOptions`
 * @throws {RangeArgError} a compression below 1 or above the number of weights, scores that are not finite
 * @throws {OptionError|ShapeError|DTypeError|UnsupportedError} other bad options
 * @example
 * const shape = { sizes: [8, 16, 16, 4], seed: 1 }
 * const { masks, kept, emptyLayers } = pruneAtInit(createNetwork(engine, shape), { compression: 20 })
 * kept // -> 22
 * emptyLayers // -> []
 * createNetwork(engine, { ...shape, masks }).kind // -> 'feedforward'
 * @see Tanaka, Kunin, Yamins, Ganguli (2020), Pruning neural networks without any data by iteratively conserving synaptic flow, arXiv:2006.05467
 */
export function pruneAtInit(source: Prunable, options: PruneOptions): Pruned {
  const given = checkOptions(options, 'pruneAtInit', PRUNE_KEYS)
  const { model, scorer, iterations, schedule, scope, prunable } = checkPruning(source, given)
  const rho = checkNumber(given.compression, 'compression', { min: 1, max: prunable })
  return prune(model, scorer, Math.max(1, Math.round(prunable / rho)), { iterations, schedule, scope }, 1 / rho)
}

/** How weights are cut, checked. @internal */
export interface CheckedSchedule {
  readonly iterations: number
  readonly schedule: 'exponential' | 'linear'
  readonly scope: 'global' | 'layer'
}

/** What is pruned, and how, checked. @internal */
export function checkPruning(source: Prunable, given: Partial<Record<(typeof PRUNE_KEYS)[number], unknown>>) {
  const kind = checkChoice(given.score ?? 'synflow', 'score', SALIENCY_KINDS)
  const model = readPrunable(source, given)
  const iterations = checkInteger(given.iterations ?? (kind === 'synflow' ? 100 : 1), 'iterations', {
    min: 1,
    max: 1e5,
  })
  const schedule = checkChoice(given.schedule ?? 'exponential', 'schedule', ['exponential', 'linear'])
  const scope = checkChoice(given.scope ?? 'global', 'scope', ['global', 'layer'])
  const prunable = model.layers.reduce((sum, { mask }) => sum + ones(mask), 0)
  if (prunable === 0)
    throw new RangeArgError('all weights are masked: there is nothing to prune', { argument: 'masks' })
  if (given.schedule !== undefined && iterations === 1) {
    throw new OptionError('a schedule is for more than one iteration; give iterations as well', {
      argument: 'schedule',
    })
  }
  return { kind, model, scorer: checkScorer(kind, given, model), iterations, schedule, scope, prunable }
}

/**
 * Cut down to `last` weights.
 * @param end 1 / rho, where `last` is it rounded
 * @internal
 */
export function prune(
  model: PrunableModel,
  scorer: Scorer,
  last: number,
  { iterations, schedule, scope }: CheckedSchedule,
  end?: number,
): Pruned {
  const sizes = model.layers.map(({ mask }) => ones(mask))
  const prunable = sizes.reduce((sum, size) => sum + size, 0)
  const groups = scope === 'global' ? [prunable] : sizes
  // In the end of each layer the same part, and of each at least one.
  const ends =
    scope === 'global' ? [last] : sizes.map((size) => Math.max(Math.min(1, size), Math.round((size * last) / prunable)))
  const parts = keptParts(end ?? last / prunable, iterations, schedule)
  let masks = model.layers.map(({ mask }) => mask)
  const [keptCounts, cutRatios]: number[][] = [[], []]
  let first: readonly Float64Array[] = []
  for (const [i, part] of parts.entries()) {
    const scores = scorer(i === 0 ? model : withMasks(model, masks), i)
    if (i === 0) first = scores
    const counts = groups.map((size, g) => Math.max(ends[g], i + 1 === iterations ? 0 : Math.round(size * part)))
    const kept = keepBest(scores, masks, counts, scope)
    const [all, left] = [masks, kept].map((some) => sumWhere(scores, some))
    cutRatios.push(all === 0 ? 0 : ((all - left) * model.layers.length) / all)
    masks = kept
    keptCounts.push(masks.reduce((sum, mask) => sum + ones(mask), 0))
  }
  const kept = keptCounts[iterations - 1]
  const layers = model.layers.map((before, l) => ({
    layer: l + 1,
    size: sizes[l],
    kept: ones(masks[l]),
    ...moments(first[l], before.mask),
  }))
  return {
    masks: masks.map((mask, l) => ({
      data: Float64Array.from(mask),
      shape: [model.layers[l].rows, model.layers[l].cols] as const,
    })),
    prunable,
    kept,
    compression: prunable / kept,
    layers,
    emptyLayers: layers.filter((layer) => layer.kept === 0).map(({ layer }) => layer),
    keptCounts,
    cutRatios,
  }
}

/** The part of all weights that is left after iteration 1 .. n. */
function keptParts(end: number, n: number, schedule: 'exponential' | 'linear'): number[] {
  return Array.from({ length: n }, (_, i) =>
    schedule === 'exponential' ? pow(end, (i + 1) / n) : 1 - ((1 - end) * (i + 1)) / n,
  )
}

/** Number of weights that are there. */
export function ones(mask: Uint8Array): number {
  return mask.reduce((sum, entry) => sum + entry, 0)
}

function sumWhere(scores: readonly Float64Array[], masks: readonly Uint8Array[]): number {
  let sum = 0
  scores.forEach((values, l) => {
    values.forEach((value, i) => {
      if (masks[l][i] === 1) sum += value
    })
  })
  return sum
}

function moments(scores: Float64Array, mask: Uint8Array): { meanScore: number; scoreVariance: number } {
  const there = scores.filter((_, i) => mask[i] === 1)
  if (there.length === 0) return { meanScore: 0, scoreVariance: 0 }
  const meanScore = there.reduce((sum, value) => sum + value, 0) / there.length
  const scoreVariance = there.reduce((sum, value) => sum + (value - meanScore) ** 2, 0) / there.length
  return { meanScore, scoreVariance }
}
