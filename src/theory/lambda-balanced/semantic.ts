// Progressive differentiation: the broad distinctions of a hierarchy before the fine ones, as its modes have larger singular values. Large
// |lambda| makes all modes learn at the rate |lambda|, and the order disappears.
import { halfTimes, type ModeTimesOptions } from './mode-times.js'

/**
 * How far apart the broadest and the finest distinction of a hierarchy are learned: half-learning time of the weakest mode over that of the
 * strongest, for a task-aligned start.
 *
 * @param options.s singular values of the task, one for each level or each mode, not 0
 * @param options.u0 strengths at the start, each below half of its s
 * @param options.lambda of either sign, default 0: the ratio goes to 1 for |lambda| -> infinity
 * @returns Infinity where the strongest mode starts half learned
 * @throws {ShapeError|DTypeError|RangeArgError|OptionError} as `halfTimes`
 * @example
 * differentiation({ s: [2, 1], u0: [1 / 3, 1 / 3], lambda: 0 }) // -> 0.8613531161467861
 * @see Saxe, McClelland, Ganguli (2019), PNAS 116:11537; Domine et al. (2024), arXiv:2409.14623
 */
export function differentiation(options: Omit<ModeTimesOptions, 'to'>): number {
  const times = halfTimes(options)
  let [strongest, weakest] = [0, 0]
  for (let j = 1; j < times.length; j++) {
    if (Math.abs(options.s[j]) > Math.abs(options.s[strongest])) strongest = j
    if (Math.abs(options.s[j]) <= Math.abs(options.s[weakest])) weakest = j
  }
  return times[weakest] / times[strongest]
}
