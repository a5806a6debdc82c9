// Residual networks of infinite depth: with branches of scale 1/sqrt(n) losses have a limit, from which n branches differ by O(1/n). Three
// depths, each twice the last, give the limit with that term and the next one removed.
import { checkInteger } from '../../check.js'
import { OptionError } from '../../errors.js'
import { dlnDmft } from './dln-dmft.js'
import type { DlnDmftOptions } from './dmft-options.js'

/** Options of `infiniteDepth`: those of `dlnDmft` but for depth, branches and the layers' rates. */
export type InfiniteDepthOptions = Omit<DlnDmftOptions, 'depth' | 'residual' | 'layerRates'> & {
  /** n >= 1 branches of the smallest of the three networks, at most 256. Default 8. */
  branches?: number
}

/** The limit, with what it was made of. */
export interface InfiniteDepth {
  readonly test: Float64Array
  readonly train: Float64Array
  /** What the last extrapolation has changed of `test`: a measure of its error. */
  readonly change: Float64Array
  /** n, 2 n, 4 n, and the losses of these networks. */
  readonly branches: readonly number[]
  readonly tests: readonly Float64Array[]
}

/**
 * Losses of a residual network `h_{l+1} = h_l + n^-1/2 W_l h_l / sqrt(N)` as the number n of branches grows without bound, by Richardson
 * extrapolation of `dlnDmft`: `(8 L_4n - 6 L_2n + L_n) / 3`. Good where `eta` times the kernel (about 3e for lazy training) stays well below 1;
 * near the edge of stability n = 16 is not yet asymptotic, and `change` says so.
 *
 * @throws {RangeArgError|OptionError|ShapeError|DTypeError|MemoryError} as `dlnDmft`
 * @example
 * const { test } = infiniteDepth({ steps: 0, learningRate: 0.02, widthRatio: 2 })
 * Math.abs(test[0] - (1 + Math.E / 2)) < 2e-4 // -> true
 * @see Bordelon, Pehlevan (2025), arXiv:2502.02531; equations derived anew
 */
export function infiniteDepth(options: InfiniteDepthOptions): InfiniteDepth {
  const { branches: given, ...rest } = options ?? {}
  const fixed = (['depth', 'residual', 'layerRates'] as const).find((name) => name in rest)
  if (fixed !== undefined) throw new OptionError(`infiniteDepth has no option '${fixed}'`, { argument: fixed })
  const n = checkInteger(given ?? 8, 'branches', { min: 1, max: 256 })
  const branches = [n, 2 * n, 4 * n]
  const runs = branches.map((count) => dlnDmft({ ...rest, depth: count + 1, residual: 'depth' }))
  const combine = (of: 'test' | 'train') =>
    runs[2][of].map((fine, t) => {
      const value = (8 * fine - 6 * runs[1][of][t] + runs[0][of][t]) / 3
      return Number.isNaN(value) ? Infinity : Math.max(0, value)
    })
  const test = combine('test')
  const change = test.map((value, t) => {
    const difference = Math.abs(value - (2 * runs[2].test[t] - runs[1].test[t]))
    return Number.isNaN(difference) ? Infinity : difference
  })
  return { test, train: combine('train'), change, branches, tests: runs.map((run) => run.test) }
}
