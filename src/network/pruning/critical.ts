// How far a network can be pruned before a layer is gone.
import { checkOptions } from '../../check.js'
import { OptionError } from '../../errors.js'
import type { Prunable } from './model.js'
import { checkPruning, PRUNE_KEYS, type PruneOptions, prune } from './prune.js'
import { layerFinder, ranked } from './select.js'

/** Where the first layer collapses. */
export interface CriticalCompression {
  /** The largest compression that leaves a weight in every layer: N over `kept`. */
  readonly compression: number
  /** The fewest weights with one in every layer. */
  readonly kept: number
  /** N / L: one weight a layer. */
  readonly maximal: number
}

/**
 * Critical compression: the largest compression that leaves no layer empty. It is at most `N / L`, which scores that are positive and conserved reach
 * where they are recomputed often enough.
 *
 * With one iteration the ranking of the weights says it; with more, every compression is a run of its own: `N / L` is tried first, then larger
 * numbers of weights, doubling, and the bracket is halved, which finds the least number if more weights never hurt.
 * @param source a network of layers, or weights W_1 .. W_L
 * @param options those of `pruneAtInit` but for the compression and the scope
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError|UnsupportedError} see `pruneAtInit`
 * @example
 * const net = createNetwork(engine, { sizes: [20, 30, 25, 15, 10], seed: 1 })
 * criticalCompression(net, { score: 'synflow', iterations: 100 }).compression // -> 468.75
 * @see Tanaka et al. (2020), arXiv:2006.05467
 */
export function criticalCompression(
  source: Prunable,
  options?: Omit<PruneOptions, 'compression' | 'scope'>,
): CriticalCompression {
  const given = checkOptions(
    options,
    'criticalCompression',
    PRUNE_KEYS.filter((name) => name !== 'compression' && name !== 'scope'),
  )
  const { model, scorer, iterations, schedule, prunable } = checkPruning(source, given)
  const masks = model.layers.map(({ mask }) => mask)
  const depth = masks.length
  masks.forEach((mask, l) => {
    if (mask.every((entry) => entry === 0)) {
      throw new OptionError(`W_${l + 1} has no weights before anything is pruned`, { argument: 'masks' })
    }
  })
  const result = (kept: number): CriticalCompression => ({
    compression: prunable / kept,
    kept,
    maximal: prunable / depth,
  })
  if (iterations === 1) {
    const find = layerFinder(masks.map(({ length }) => length))
    const seen = new Set<number>()
    const order = ranked(scorer(model, 0), masks)
    for (let kept = 1; ; kept++) {
      seen.add(find(order[kept - 1])[0])
      if (seen.size === depth) return result(kept)
    }
  }
  const whole = (kept: number) =>
    prune(model, scorer, kept, { iterations, schedule, scope: 'global' }).emptyLayers.length === 0
  if (whole(depth)) return result(depth)
  let [empty, full] = [depth, Math.min(prunable, 2 * depth)]
  while (full < prunable && !whole(full)) [empty, full] = [full, Math.min(prunable, 2 * full)]
  while (full - empty > 1) {
    const middle = (empty + full) >> 1
    if (whole(middle)) full = middle
    else empty = middle
  }
  return result(full)
}
