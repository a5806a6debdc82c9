// How a penalty shrinks the singular values that a linear autoencoder keeps.
import { checkNumber, checkOptions } from '../../check.js'
import { twoLayerMode } from '../modes/two-layer-mode.js'
import { checkNumbers } from '../numerics/arrays.js'
import { checkLoss, type LaeLoss } from './spectrum.js'

/**
 * Singular values of `W_2 W_1` at the minimum, for directions that are kept: 1 (`'none'`), `1/(1 + lambda/v)` (`'product'`),
 * `max(0, 1 - lambda/v)` (`'sum'`), v the variance along the direction.
 *
 * @param variances v >= 0, in any order; a direction without variance is not kept: 0
 * @throws {DTypeError|RangeArgError|OptionError} no numbers, negative ones, a bad loss
 * @example laeShrinkage([4, 2, 1], { lambda: 2 }) // -> [0.5, 0, 0]
 * @example laeShrinkage([4, 0], { penalty: 'product', lambda: 4 }) // -> [0.5, 0]
 * @see Kunin, Bloom, Goeva, Seed (2019), Loss landscapes of regularized linear autoencoders, arXiv:1901.08168, theorem 4.2
 */
export function laeShrinkage(variances: ArrayLike<number>, options?: LaeLoss): Float64Array {
  const v = checkNumbers(variances, 'variances', { min: 0 })
  const loss = checkLoss(checkOptions(options, 'options', ['penalty', 'lambda']))
  return v.map((variance) => shrink(variance, loss))
}

export function shrink(variance: number, { penalty, lambda }: ReturnType<typeof checkLoss>): number {
  if (variance === 0) return 0
  if (penalty === 'none') return 1
  if (penalty === 'product') return variance / (variance + lambda)
  return variance > lambda ? (variance - lambda) / variance : 0
}

/**
 * The singular value p(t) of `W_2 W_1` along one principal direction when encoder and decoder are each other's transpose and aligned with it, under
 * the flow of the half gradients with the sum penalty: `dp/dt = 2 p (v - lambda - v p)`, a logistic curve towards `1 - lambda/v`; for
 * lambda = v it falls like `1/(2 v t)`, for larger ones exponentially.
 *
 * @param variance v > 0
 * @param start p(0) > 0
 * @param lambda >= 0
 * @param times each >= 0, shape (T)
 * @returns p, shape (T), relative error of a few ulp
 * @throws {DTypeError|RangeArgError} bad numbers
 * @example laeMode(1, 0.5, 1, [1]) // -> [0.25]
 * @see Kunin, Bloom, Goeva, Seed (2019), arXiv:1901.08168
 */
export function laeMode(variance: number, start: number, lambda: number, times: ArrayLike<number>): Float64Array {
  checkNumber(variance, 'variance', { above: 0 })
  checkNumber(start, 'start', { above: 0 })
  checkNumber(lambda, 'lambda', { min: 0 })
  return checkNumbers(times, 'times', { min: 0 }).map((t) => twoLayerMode(variance - lambda, variance, start, t))
}
