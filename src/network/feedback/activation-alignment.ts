// Activation alignment: a weight mirror whose forgetting is weighed by the same signal, so that the two covariances cancel.
import { composeRule, type FeedbackSignal } from './primitives.js'
import type { AlignmentRule } from './rule.js'

/**
 * Activation alignment: `B := B - eta rate (sparse E[a a'] B - amp E[a (W a)'])`. For fixed weights and a covariance of full rank it ends at
 * `B = amp/sparse W'`, whatever the covariance.
 *
 * @param options.amp >= 0. Default 1
 * @param options.sparse >= 0. Default 1
 * @param options.rate learning rate of B over that of the weights, > 0. Default 1
 * @param options.signal as for `weightMirror`
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * activationAlignment({ signal: { variance: 1, samples: 32, seed: 3 } }).signal // -> 'sampled'
 * @see Kunin et al. (2020), Two routes to scalable credit assignment without weight symmetry, arXiv:2003.01513
 */
export function activationAlignment(options?: {
  amp?: number
  sparse?: number
  rate?: number
  signal?: FeedbackSignal
}): AlignmentRule {
  return composeRule('activation-alignment', { amp: 1, sparse: 1 }, options, true)
}
