// What one iteration can cut. Scores that are conserved sum to R in every layer, so to L R in all; the m smallest of k of them sum to at most
// m/k of that. A layer is emptied only by cutting all of its R: below that, none is.
import { checkInteger, checkNumber } from '../../check.js'
import { log } from '../../math/elementary.js'
import { expm1 } from '../numerics/expm1.js'

/**
 * The most that cutting the smallest of conserved, non-negative scores can take, over what a layer has: `cut / R <= L (1 - after/before)`. Below 1 no layer
 * is emptied.
 *
 * @param depth L >= 1
 * @param before weights before, an integer >= 1
 * @param after weights after, 0 .. before
 * @throws {DTypeError|RangeArgError} arguments out of range
 * @example cutBound(4, 100, 80) // -> 0.8
 * @see Tanaka, Kunin, Yamins, Ganguli (2020), arXiv:2006.05467, whose theorem of maximal critical compression asks for cuts below R
 */
export function cutBound(depth: number, before: number, after: number): number {
  checkInteger(depth, 'depth', { min: 1 })
  checkInteger(before, 'before', { min: 1 })
  checkInteger(after, 'after', { max: before })
  return (depth * (before - after)) / before
}

/**
 * Iterations of the exponential schedule after which conserved, non-negative scores cannot empty a layer, up to the rounding of counts: the least n with
 * `L (1 - rho^(-1/n)) < 1`, that is `n > ln rho / -ln(1 - 1/L)`.
 *
 * @param depth L >= 1
 * @param compression rho >= 1
 * @returns an integer >= 1
 * @throws {DTypeError|RangeArgError} arguments out of range
 * @example sufficientIterations(4, 100) // -> 17
 */
export function sufficientIterations(depth: number, compression: number): number {
  checkInteger(depth, 'depth', { min: 1 })
  checkNumber(compression, 'compression', { min: 1 })
  const cut = (n: number) => -depth * expm1(-log(compression) / n)
  let n = depth === 1 ? 1 : Math.max(1, Math.floor(-log(compression) / log(1 - 1 / depth)))
  while (!(cut(n) < 1)) n++
  return n
}
