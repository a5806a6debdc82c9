// Weight mirrors: B correlates what goes into a layer with what comes out of it, and forgets.
import { composeRule, type FeedbackSignal } from './primitives.js'
import type { AlignmentRule } from './rule.js'

/**
 * Weight mirror: `B := B - eta rate (decay B - amp E[a (W a)'])`, which for fixed weights ends at `B = amp/decay C W'`, C the covariance of the signal.
 * The ratio `r = amp variance / decay` scales what is fed back through L layers by `r^(L-l)`: away from 1 learning slows down or diverges.
 *
 * @param options.amp >= 0. Default 1
 * @param options.decay >= 0. Default 1
 * @param options.rate learning rate of B over that of the weights, > 0. Default 1
 * @param options.signal white noise of a variance, its expectation (default, variance 1) or `samples` columns drawn in every step; or `'activity'`, the
 *   inputs h_{l-1} of the layer, for tasks of samples
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * const feedback = { variance: 0.1, rule: weightMirror({ amp: 1, decay: 1, rate: 2 }) }
 * createNetwork(engine, { sizes: [4, 8, 8, 2], feedback }).parameters.length // -> 5
 * @see Akrout, Wilson, Humphreys, Lillicrap, Tweed (2019), Deep learning without weight transport, arXiv:1904.05391
 * @see Kunin, Nayebi, Sagastuy-Brena, Ganguli, Bloom, Yamins (2020), Two routes to scalable credit assignment without weight symmetry, arXiv:2003.01513
 */
export function weightMirror(options?: {
  amp?: number
  decay?: number
  rate?: number
  signal?: FeedbackSignal
}): AlignmentRule {
  return composeRule('weight-mirror', { amp: 1, decay: 1 }, options, true)
}
