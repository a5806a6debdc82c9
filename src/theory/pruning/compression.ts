// Layer collapse: N weights in L layers, K of them left. No scores are needed to say how far anything can go, nor how far chance goes.
//
// K weights left at random leave layers of a set S empty with probability C(N - N_S, K) / C(N, K), N_S the weights in S, so that
//
//   P(no layer is empty) = sum_S (-1)^|S| prod_(i < K) (N - N_S - i) / (N - i)
import { checkInteger } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'

/** Sums run over all sets of layers. */
const MOST_LAYERS = 16
const MOST_WEIGHTS = 1e7

/**
 * The largest compression that can leave a weight in every layer, `rho_max = N / L`.
 *
 * @param layerSizes weights of each layer, integers >= 1, shape (L)
 * @throws {DTypeError|RangeArgError} sizes that are not
 * @example maximalCompression([600, 750, 375, 150]) // -> 468.75
 * @see Tanaka, Kunin, Yamins, Ganguli (2020), Pruning neural networks without any data by iteratively conserving synaptic flow, arXiv:2006.05467
 */
export function maximalCompression(layerSizes: ArrayLike<number>): number {
  const sizes = checkSizes(layerSizes)
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length
}

/**
 * The probability that K weights left at random leave some layer empty. The same holds for the largest weights where all layers are drawn from one
 * distribution.
 *
 * @param layerSizes weights of each layer, at most 16 layers and 10^7 weights, shape (L)
 * @param kept K, 0 .. N
 * @returns 0 .. 1, absolute error below `2^L K eps`
 * @throws {DTypeError|RangeArgError} arguments out of range
 * @example randomCollapse([1, 1], 1) // -> 1
 * @example randomCollapse([2, 2], 2) // -> 0.33333333333333337
 */
export function randomCollapse(layerSizes: ArrayLike<number>, kept: number): number {
  const sizes = checkSizes(layerSizes)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  checkInteger(kept, 'kept', { max: total })
  const sets = subsets(sizes)
  for (let i = 0; i < kept; i++) step(sets, total, i)
  return 1 - chance(sets)
}

/**
 * The expected critical compression of pruning at random, `E[N / K*]` with K* the fewest weights, in an order drawn at random, that leave no layer empty:
 * `1 + sum_(L <= K < N) N / (K (K+1)) P(no layer is empty at K)`.
 *
 * @param layerSizes weights of each layer, at most 16 layers and 10^7 weights, shape (L)
 * @returns 1 .. N / L, relative error below `2^L N eps`
 * @throws {DTypeError|RangeArgError} sizes out of range
 * @example randomCriticalCompression([1, 1]) // -> 1
 */
export function randomCriticalCompression(layerSizes: ArrayLike<number>): number {
  const sizes = checkSizes(layerSizes)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const sets = subsets(sizes)
  let expected = 1
  for (let kept = 1; kept < total; kept++) {
    step(sets, total, kept - 1)
    if (kept >= sizes.length) expected += (total / kept / (kept + 1)) * Math.max(0, chance(sets))
  }
  return expected
}

interface Subsets {
  /** Weights outside of each set of layers. */
  readonly outside: Float64Array
  /** (-1)^|S|. */
  readonly sign: Float64Array
  /** The probability that none of the weights so far is in the set. */
  readonly missed: Float64Array
}

function subsets(sizes: Float64Array): Subsets {
  const count = 2 ** sizes.length
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const outside = new Float64Array(count).fill(total)
  const sign = new Float64Array(count).fill(1)
  for (let set = 0; set < count; set++) {
    for (let l = 0; l < sizes.length; l++) {
      if (((set >> l) & 1) === 0) continue
      outside[set] -= sizes[l]
      sign[set] = -sign[set]
    }
  }
  return { outside, sign, missed: new Float64Array(count).fill(1) }
}

/** One weight more, the i-th from 0. */
function step({ outside, missed }: Subsets, total: number, i: number): void {
  for (let set = 0; set < missed.length; set++) missed[set] *= Math.max(0, outside[set] - i) / (total - i)
}

function chance({ sign, missed }: Subsets): number {
  let sum = 0
  for (let set = missed.length - 1; set >= 0; set--) sum += sign[set] * missed[set]
  return Math.max(0, Math.min(1, sum))
}

function checkSizes(given: ArrayLike<number>): Float64Array {
  const sizes = checkNumbers(given, 'layerSizes', { min: 1, max: MOST_WEIGHTS })
  if (sizes.length < 1 || sizes.length > MOST_LAYERS) {
    throw new RangeArgError(`layerSizes must be of 1 to ${MOST_LAYERS} layers, got ${sizes.length}`, {
      argument: 'layerSizes',
    })
  }
  sizes.forEach((size, l) => {
    checkInteger(size, `layerSizes[${l}]`)
  })
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_WEIGHTS) {
    throw new RangeArgError(`layerSizes must sum to at most ${MOST_WEIGHTS}`, { argument: 'layerSizes' })
  }
  return sizes
}
