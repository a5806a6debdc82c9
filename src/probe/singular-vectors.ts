// The leading singular vectors of the end-to-end map, with signs that do not jump from frame to frame.
import { checkInteger, checkOptions } from '../check.js'
import type { Probe } from './probe.js'
import { checkRank, leadingTriples } from './spectrum.js'

/**
 * The leading singular vectors of W, shape (n_L + n_0, rank), row by row: the first n_L rows are the left vectors, the others the right ones.
 *
 * A pair (u_i, v_i) is determined up to its sign. In the first frame the largest component of u_i is positive; in later frames u_i has a positive
 * product with that vector of the frame before which it resembles most, so that a vector that turns slowly never flips. Vectors of equal singular
 * values are one basis out of many. NaN once W is not finite.
 * @param options.rank how many, 1 .. min(n_0, n_L)
 * @throws {RangeArgError} a rank out of range
 * @example
 * probes.singularVectors({ rank: 2 })
 */
export function singularVectors(options: { rank: number }): Probe<'singularVectors', Float64Array> {
  const wanted = checkInteger(checkOptions(options, 'singularVectors', ['rank']).rank, 'rank', { min: 1 })
  return {
    name: 'singularVectors',
    shape: (net) => [net.sizes[net.depth] + net.sizes[0], checkRank(wanted, net.sizes)],
    emit(p, context) {
      const count = checkRank(wanted, context.net.sizes)
      const read = leadingTriples(p, context, count)
      let before: Float64Array | undefined
      return () => {
        const { u, v } = read()
        const both = new Float64Array(u.length + v.length)
        both.set(u)
        both.set(v, u.length)
        orient(both, u.length / count, count, before)
        if (both.every(Number.isFinite)) before = both
        return both
      }
    },
  }
}

/** Flip columns of `both` (rows of u first, `left` of them) so that u resembles `before`, or has a positive largest component. */
function orient(both: Float64Array, left: number, count: number, before: Float64Array | undefined): void {
  for (let k = 0; k < count; k++) {
    let lead = 0
    for (let other = 0; other < (before === undefined ? 0 : count); other++) {
      let product = 0
      for (let i = 0; i < left; i++) product += both[i * count + k] * before![i * count + other]
      if (Math.abs(product) > Math.abs(lead)) lead = product
    }
    if (lead === 0) {
      for (let i = 0; i < left; i++) {
        if (Math.abs(both[i * count + k]) > Math.abs(lead)) lead = both[i * count + k]
      }
    }
    if (lead < 0) for (let i = k; i < both.length; i += count) both[i] = -both[i]
  }
}
