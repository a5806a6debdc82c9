// Symmetric alignment: B is told the weights themselves. Not local, and the yardstick of the rules that are.
import { composeRule } from './primitives.js'
import type { AlignmentRule } from './rule.js'

/**
 * Symmetric alignment: `B := B - eta rate (decay B - self W')`. For fixed weights `B_n - self/decay W' = (1 - eta rate decay)^n (B_0 - self/decay W')`
 * exactly.
 *
 * @param options.self >= 0. Default 1
 * @param options.decay >= 0. Default 1
 * @param options.rate learning rate of B over that of the weights, > 0. Default 1
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * symmetricAlignment({ rate: 4 }).rate // -> 4
 * @see Kunin et al. (2020), Two routes to scalable credit assignment without weight symmetry, arXiv:2003.01513
 */
export function symmetricAlignment(options?: { self?: number; decay?: number; rate?: number }): AlignmentRule {
  return composeRule('symmetric-alignment', { self: 1, decay: 1 }, options, false)
}
