// A neuron from what it computes and its balance.

import { checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { norm } from '../../linalg/dense/vector.js'
import { checkNumbers } from '../numerics/arrays.js'
import { type NeuronRates, readRates, SIZES, strengthsOf } from './neuron.js'

/**
 * The neuron with a > 0 that computes a given `beta = a w` and has a given balance `delta = eta_w a^2 - eta_a |w|^2`:
 * `a^2 = (delta + sqrt(delta^2 + 4 eta_a eta_w |beta|^2))/(2 eta_w)`, without cancellation for delta < 0. The other neuron is (-a, -w).
 *
 * @param delta any finite number up to 1e60: large positive ones start lazily, large negative ones learn late
 * @param beta shape (d), not zero unless delta > 0: without a function and with delta <= 0 there is no direction for w
 * @returns a and w with a relative error of a few eps
 * @throws {DTypeError|RangeArgError|OptionError} what is out of range
 * @example
 * singleNeuronFromBeta(3, [0, 2]) // -> { a: 2, w: [0, 1] }
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function singleNeuronFromBeta(
  delta: number,
  beta: ArrayLike<number>,
  rates?: NeuronRates,
): { a: number; w: Float64Array } {
  const balance = checkNumber(delta, 'delta', SIZES)
  const target = checkNumbers(beta, 'beta', SIZES)
  const length = norm(target, 0, target.length)
  if (length === 0 && !(balance > 0)) {
    throw new RangeArgError('beta = 0 with delta <= 0 leaves the direction of w open; give a beta that is not zero', {
      argument: 'beta',
    })
  }
  const { a, w } = strengthsOf(length, balance, readRates(checkOptions(rates, 'rates', ['etaA', 'etaW'])))
  return { a, w: target.map((value) => (length > 0 ? (value / length) * w : 0)) }
}
