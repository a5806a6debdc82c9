// Probes of the singular values of the end-to-end map. Those asked for in one frame share one decomposition.
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import { RangeArgError } from '../errors.js'
import { singularValues as decompose } from '../linalg/svd.js'
import type { Probe, ProbeContext } from './probe.js'

/**
 * The leading singular values of `W = W_L ... W_1`, descending; NaN once W is not finite.
 * @param options.rank how many, 1 .. min(n_0, n_L). Default: all.
 */
export function singularValues(options?: { rank?: number }): Probe<'singularValues', Float64Array> {
  const given = checkOptions(options, 'singularValues', ['rank'])
  const wanted = given.rank === undefined ? undefined : checkInteger(given.rank, 'rank', { min: 1 })
  const count = (sizes: readonly number[]) => {
    const all = Math.min(sizes[0], sizes[sizes.length - 1])
    if (wanted !== undefined && wanted > all) {
      throw new RangeArgError(`rank must be at most ${all}, the number of singular values, got ${wanted}`, {
        argument: 'rank',
      })
    }
    return wanted ?? all
  }
  return {
    name: 'singularValues',
    shape: (net) => [count(net.sizes)],
    emit(_p, context) {
      const take = count(context.net.sizes)
      const read = spectrum(context)
      return () => read().slice(0, take)
    },
  }
}

/**
 * The numerical rank of W: the number of singular values above `tolerance` times the largest; 0 for W = 0.
 * @param options.tolerance 0 < tolerance < 1, default 1e-2
 */
export function rank(options?: { tolerance?: number }): Probe<'rank', number> {
  const tolerance = checkNumber(checkOptions(options, 'rank', ['tolerance']).tolerance ?? 1e-2, 'tolerance', {
    above: 0,
    below: 1,
  })
  return {
    name: 'rank',
    shape: () => [],
    emit(_p, context) {
      const read = spectrum(context)
      return () => {
        const values = read()
        return values.reduce((sum, value) => sum + (value > tolerance * values[0] ? 1 : 0), 0)
      }
    },
  }
}

/** The nuclear norm of W: the sum of its singular values. */
export function nuclearNorm(): Probe<'nuclearNorm', number> {
  return {
    name: 'nuclearNorm',
    shape: () => [],
    emit(_p, context) {
      const read = spectrum(context)
      return () => read().reduce((sum, value) => sum + value, 0)
    },
  }
}

const caches = new WeakMap<ProbeContext, { frame: number; values: Float64Array }>()

/** All singular values of W, decomposed at most once a frame. */
function spectrum(context: ProbeContext): () => Float64Array {
  const map = context.endToEnd
  return () => {
    const cached = caches.get(context)
    if (cached?.frame === context.frame) return cached.values
    const finite = map.view().every(Number.isFinite)
    const values = finite ? decompose(map) : new Float64Array(Math.min(map.rows, map.cols)).fill(Number.NaN)
    caches.set(context, { frame: context.frame, values })
    return values
  }
}
