// Information alignment: a weight mirror that is also asked to keep what it feeds back small, which bounds it whatever its other coefficients.
import { composeRule, type FeedbackSignal } from './primitives.js'
import type { AlignmentRule } from './rule.js'

/**
 * Information alignment: `B := B - eta rate (decay B - amp E[a z'] + null B E[z z'])`, z = W a. For fixed weights it ends at
 * `B = amp C W' (decay I + null W C W')^-1`, the ridge decoder of z; with amp = null and decay -> 0 the pseudoinverse of W.
 *
 * @param options.amp >= 0. Default 1
 * @param options.decay >= 0. Default 0.1
 * @param options.null >= 0. Default 1
 * @param options.rate learning rate of B over that of the weights, > 0. Default 1
 * @param options.signal as for `weightMirror`
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * informationAlignment({ decay: 0.5, signal: 'activity' }).name // -> 'information-alignment'
 * @see Kunin et al. (2020), Two routes to scalable credit assignment without weight symmetry, arXiv:2003.01513
 */
export function informationAlignment(options?: {
  amp?: number
  decay?: number
  null?: number
  rate?: number
  signal?: FeedbackSignal
}): AlignmentRule {
  return composeRule('information-alignment', { amp: 1, decay: 0.1, null: 1 }, options, true)
}
