// The two ends of the range of lambda, mode by mode.
import { checkNumber } from '../../check.js'
import { exp } from '../../math/elementary.js'
import { expm1, meanDecay } from '../numerics/expm1.js'
import { readTimes } from './operands.js'
import { startsAtEnd } from './scalar-mode.js'

/**
 * The rich limit, lambda -> 0: `gamma = (E - 1)/(E - 1 + s/u0)`, `E = e^{2 s t/tau}`, the sigmoid `u = s E/(E - 1 + s/u0)`.
 *
 * @param s > 0
 * @param u0 > 0
 * @returns shape (T); the exact fraction differs by O((lambda/u0)^2), small for |lambda| well below 2 u0
 * @throws {RangeArgError} s or u0 not positive; {OptionError} u0 = s
 * @example
 * richFraction(1, 0.5, [0, 1000]) // -> [0, 1]
 * @see Saxe, McClelland, Ganguli (2014), arXiv:1312.6120, solution for one hidden layer
 */
export function richFraction(s: number, u0: number, times: ArrayLike<number>, tau = 1): Float64Array {
  checkNumber(s, 's', { above: 0 })
  checkNumber(u0, 'u0', { above: 0 })
  if (s === u0) throw startsAtEnd(s)
  return readTimes(times, tau).scaled.map((t) => {
    // Divided by E: gamma = (1 - 1/E)/((1 - 1/E) + (s/u0)/E).
    const grown = 2 * s * t * meanDecay(2 * s * t)
    return grown === 0 ? 0 : grown / (grown + (s / u0) * exp(-2 * s * t))
  })
}

/**
 * The lazy limit, |lambda| -> infinity: `gamma = 1 - e^{-|lambda| t/tau}`, the same for every mode. The exact fraction differs by O(1/lambda^2).
 *
 * @returns shape (T)
 * @example
 * lazyFraction(-2, [0, 1000]) // -> [0, 1]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623
 */
export function lazyFraction(lambda: number, times: ArrayLike<number>, tau = 1): Float64Array {
  const rate = Math.abs(checkNumber(lambda, 'lambda'))
  return readTimes(times, tau).scaled.map((t) => (t === 0 ? 0 : -expm1(-rate * t)))
}
