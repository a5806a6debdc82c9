// Exponents of power laws from curves.
import { checkNumber, checkOptions } from '../../check.js'
import { OptionError, RangeArgError, ShapeError } from '../../errors.js'
import { exp, log } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'

/** A fitted power law `y = prefactor x^exponent`. */
export interface FittedExponent {
  readonly exponent: number
  readonly prefactor: number
  /** Standard error of the exponent if the logarithms scatter independently; 0 for two points. */
  readonly standardError: number
  /** Number of points in the window. */
  readonly points: number
}

/**
 * Fit `y = c x^p` by least squares on logarithms, over the points with `from <= x <= to`. A curve that bends has another exponent in every
 * window: compare windows before believing one.
 *
 * @param x positive, in any order; points outside the window may be anything finite
 * @param y positive within the window
 * @throws {OptionError} fewer than two different x within the window
 * @throws {RangeArgError|ShapeError|DTypeError} numbers that are not positive, or of different count
 * @example
 * fitExponent([1, 2, 4, 8], [3, 12, 48, 192]).exponent.toFixed(12) // -> '2.000000000000'
 */
export function fitExponent(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  window?: { from?: number; to?: number },
): FittedExponent {
  const given = checkOptions(window, 'window', ['from', 'to'])
  const from = given.from === undefined ? 0 : checkNumber(given.from, 'from', { min: 0 })
  const to = given.to === undefined ? Infinity : checkNumber(given.to, 'to', { above: from })
  const xs = checkNumbers(x, 'x')
  if ((y as { length?: unknown } | null)?.length !== xs.length) {
    throw new ShapeError(`y must hold ${xs.length} numbers, one for each x`, { argument: 'y' })
  }
  const points: [number, number][] = []
  xs.forEach((value, i) => {
    if (!(value >= from && value <= to)) return
    if (!(value > 0)) throw new RangeArgError(`x[${i}] must be above 0, got ${value}`, { argument: 'x' })
    points.push([log(value), log(checkNumber(y[i], `y[${i}]`, { above: 0 }))])
  })
  const count = points.length
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / count
  const [centreX, centreY] = [mean(0), mean(1)]
  let [spread, shared] = [0, 0]
  for (const [u, v] of points) {
    spread += (u - centreX) ** 2
    shared += (u - centreX) * (v - centreY)
  }
  if (!(spread > 0)) {
    throw new OptionError(`there are ${count} points with ${from} <= x <= ${to}; a slope needs two different x`, {
      argument: 'window',
    })
  }
  const exponent = shared / spread
  const intercept = centreY - exponent * centreX
  const scatter = points.reduce((sum, [u, v]) => sum + (v - intercept - exponent * u) ** 2, 0)
  const standardError = count > 2 ? Math.sqrt(scatter / ((count - 2) * spread)) : 0
  return { exponent, prefactor: exp(intercept), standardError, points: count }
}
