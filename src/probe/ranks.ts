// Ranks that are not whole numbers: how many modes W has, weighted by their strength.
import { exp, log } from '../math/elementary.js'
import type { Probe } from './probe.js'
import { allValues, leadingValues } from './spectrum.js'

/**
 * The effective rank of W: `exp(-sum_i p_i ln p_i)` with `p_i = s_i / sum_j s_j`, between 1 and min(n_0, n_L); 0 for W = 0.
 * @example
 * probes.effectiveRank()
 * @see Roy, Vetterli (2007), The effective rank: a measure of effective dimensionality, EUSIPCO
 */
export function effectiveRank(): Probe<'effectiveRank', number> {
  return {
    name: 'effectiveRank',
    shape: () => [],
    emit(_p, context) {
      const read = allValues(context)
      return () => {
        const values = read()
        // Divided by the largest first, so that the sum cannot overflow.
        const total = values.reduce((sum, value) => sum + value / values[0], 0)
        if (values[0] === 0) return 0
        let entropy = 0
        for (const value of values) {
          const share = value / values[0] / total
          if (share !== 0) entropy -= share * log(share)
        }
        return exp(entropy)
      }
    },
  }
}

/**
 * The stable rank of W: `|W|_F^2 / |W|_2^2`, between 1 and the rank; 0 for W = 0.
 * @example
 * probes.stableRank()
 * @see Rudelson, Vershynin (2007), Sampling from large matrices, J. ACM 54
 */
export function stableRank(): Probe<'stableRank', number> {
  return {
    name: 'stableRank',
    shape: () => [],
    emit(p, context) {
      const map = context.endToEnd
      const read = leadingValues(p, context, 1)
      return () => {
        const largest = read()[0]
        if (!(largest > 0)) return largest
        // Entries are divided first: their squares may leave the range of float64.
        let sum = 0
        for (const entry of map.view()) sum += (entry / largest) * (entry / largest)
        return sum
      }
    },
  }
}
