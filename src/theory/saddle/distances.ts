// How far a start is from the nearest minimum and from the nearest saddle, and how that scales with the width: lazy training where the minimum is nearer.
import { checkInteger, checkNumber } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { pow } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { checkChain } from '../numerics/chain.js'
import { frobenius } from '../numerics/dense.js'
import { hypotenuse } from '../numerics/expm1.js'

/**
 * The distance from the origin of the weights to the nearest global minimum, `sqrt(L sum s_i^(2/L))`: the balanced factorisations. A small start is that far (gamma > 1).
 *
 * @param values the singular values s >= 0 of the target
 * @param depth the number of layers L, at least 1
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example originDistance([4, 1], 2) // -> 3.1622776601683795
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), arXiv:2106.15933, theorem 1
 */
export function originDistance(values: ArrayLike<number>, depth: number): number {
  const s = checkNumbers(values, 'values', { min: 0 })
  checkInteger(depth, 'depth', { min: 1 })
  return Math.sqrt(depth * s.reduce((sum, value) => sum + pow(value, 2 / depth), 0))
}

/**
 * The distance from a wide start of large variance to the nearest global minimum, `|A_0 - Y|_F / sqrt(L c^(L-1))`, c = sigma^2 w: one step of the linearised network
 * (gamma < 1).
 *
 * @param error `|A_0 - Y|_F`, at least 0
 * @param depth the number of layers L, at least 1
 * @param scale c > 0: variance of a weight times the width
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example lazyDistance(4, 2, 2) // -> 2
 * @see Jacot et al. (2021), arXiv:2106.15933, theorem 1; the constant is that of the tangent kernel, `lazyKernel`
 */
export function lazyDistance(error: number, depth: number, scale: number): number {
  checkNumber(error, 'error', { min: 0 })
  checkInteger(depth, 'depth', { min: 1 })
  checkNumber(scale, 'scale', { above: 0 })
  return error / Math.sqrt(depth * pow(scale, depth - 1))
}

/** Bounds of the distance to the nearest critical point that is not a minimum. */
export interface SaddleBounds {
  /** `sqrt(s_min(W_1)^2 + s_min(W_2)^2)` for two layers; 0 for more, where no bound is known. */
  lower: number
  /** `sqrt(|W_1|^2 + |W_L|^2)`: with the first and the last layer at 0 any weights are critical. */
  upper: number
}

/**
 * Bounds of the distance from given weights to the nearest saddle. For Gaussian weights of width w they are about `sigma sqrt(2 w)` and `sigma sqrt(w (n_0 + n_L))`.
 *
 * The lower one: a critical point that is no minimum has `G != 0` with `W_2' G = 0 = G W_1'`, so neither layer has full rank there.
 *
 * @param weights W_l, l = 1..L, each flat row-major (n_l, n_(l-1))
 * @param sizes n_0 .. n_L, at least two layers
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @example saddleDistanceBounds([[3], [4]], [1, 1, 1]) // -> { lower: 5, upper: 5 }
 * @see Jacot et al. (2021), arXiv:2106.15933, theorem 1
 */
export function saddleDistanceBounds(weights: readonly ArrayLike<number>[], sizes: readonly number[]): SaddleBounds {
  const { chain, theta } = checkChain(weights, sizes, 2)
  const first = chain.layer(theta, 1)
  const last = chain.layer(theta, chain.depth)
  const upper = hypotenuse(frobenius(first), frobenius(last))
  if (chain.depth > 2) return { lower: 0, upper }
  // The singular value that vanishes when the rank falls below n_0, or below n_2: 0 for a hidden layer that is narrower.
  const [n, w, m] = sizes
  const below = w < n ? 0 : jacobiSvd(first, w, n, { vectors: false }).s[n - 1]
  const above = w < m ? 0 : jacobiSvd(last, m, w, { vectors: false }).s[m - 1]
  return { lower: hypotenuse(below, above), upper }
}

/** Powers of the width w for sigma^2 = w^-gamma. */
export interface WidthExponents {
  /** Of the distance to the nearest minimum. */
  minimum: number
  /** Of the distance to the nearest saddle. */
  saddle: number
  /** Of the relative change of the tangent kernel over training, two layers; undefined for more. */
  kernelChange: number | undefined
}

/**
 * How the distances of theorem 1 scale with the width w when the variance is `w^-gamma`: `d_m ~ w^(-(1-gamma)(L-1)/2)` for gamma < 1 and ~ 1 else,
 * `d_s ~ w^((1-gamma)/2)`. Below 1 the minimum is nearer (lazy), above 1 the saddle at the origin is (saddle to saddle).
 *
 * @param gamma at least 1 - 1/L: below it the map of the start itself grows with the width
 * @param depth the number of layers L, at least 2
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example widthExponents(0.75, 3).minimum // -> -0.25
 * @see Jacot et al. (2021), arXiv:2106.15933, theorem 1
 */
export function widthExponents(gamma: number, depth: number): WidthExponents {
  checkInteger(depth, 'depth', { min: 2 })
  checkNumber(gamma, 'gamma', { min: 1 - 1 / depth })
  const gap = 1 - gamma
  const active = gap > 0 ? -2 * gap : gamma - 1
  return {
    minimum: gap > 0 ? (-gap * (depth - 1)) / 2 : 0,
    saddle: gap / 2,
    kernelChange: depth === 2 ? active : undefined,
  }
}
