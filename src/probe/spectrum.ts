// Probes of the singular values of the end-to-end map, and what they share: a frame decomposes W once, whoever asks.
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import { fewValues, leadingValuesByBisection } from '../linalg/leading-values.js'
import { SubspaceTracker } from '../linalg/subspace-tracker.js'
import { singularValues as decompose, svd } from '../linalg/svd.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { Probe, ProbeContext } from './probe.js'

/** Largest error of a followed singular value, relative to the largest. */
export const TRACKING_TOLERANCE = { float32: 2e-6, float64: 1e-10 } as const

/**
 * The leading singular values of `W = W_L ... W_1`, descending, shape (rank); NaN once W is not finite.
 *
 * Where `rank` is small beside the matrix (4 (rank + 4) <= min(n_0, n_L)), a block iteration that starts from the vectors of the frame before
 * follows them: its values are within 1e-10 s_1 (float64; 2e-6 s_1 for float32) of those of W, and proved to be the largest from the energy
 * |W|_F^2 that they leave over. Where that proof fails, as for flat spectra, and for larger ranks, W is decomposed in full.
 * @param options.rank how many, 1 .. min(n_0, n_L). Default: all.
 * @throws {RangeArgError} a rank out of range
 * @example
 * trainSync(net, task, { optimizer, steps: 400, record: { every: 1, probes: [probes.singularValues({ rank: 2 })] } })
 */
export function singularValues(options?: { rank?: number }): Probe<'singularValues', Float64Array> {
  const given = checkOptions(options, 'singularValues', ['rank'])
  const wanted = given.rank === undefined ? undefined : checkInteger(given.rank, 'rank', { min: 1 })
  return {
    name: 'singularValues',
    shape: (net) => [checkRank(wanted, net.sizes)],
    emit(p, context) {
      return leadingValues(p, context, checkRank(wanted, context.net.sizes))
    },
  }
}

/**
 * The numerical rank of W: the number of singular values above `tolerance` times the largest; 0 for W = 0.
 * @param options.tolerance 0 < tolerance < 1, default 1e-2
 * @example
 * probes.rank({ tolerance: 0.05 })
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
      const read = allValues(context)
      return () => {
        const values = read()
        return values.reduce((sum, value) => sum + (value > tolerance * values[0] ? 1 : 0), 0)
      }
    },
  }
}

/**
 * The nuclear norm of W: the sum of its singular values.
 * @example
 * probes.nuclearNorm()
 */
export function nuclearNorm(): Probe<'nuclearNorm', number> {
  return {
    name: 'nuclearNorm',
    shape: () => [],
    emit(_p, context) {
      const read = allValues(context)
      return () => read().reduce((sum, value) => sum + value, 0)
    },
  }
}

/** A number of singular values as asked for: all of them where it was not said. */
export function checkRank(wanted: number | undefined, sizes: readonly number[]): number {
  const all = Math.min(sizes[0], sizes[sizes.length - 1])
  if (wanted !== undefined && wanted > all) {
    throw new RangeArgError(`rank must be at most ${all}, the number of singular values, got ${wanted}`, {
      argument: 'rank',
    })
  }
  return wanted ?? all
}

/** Leading singular triples: u (n_L, k) and v (n_0, k), row by row. */
export interface Triples {
  readonly u: Float64Array
  readonly s: Float64Array
  readonly v: Float64Array
}

/** A tracker and what it said in a frame; `cut` are the values found without it where it proved nothing. */
interface Followed {
  readonly tracker: SubspaceTracker
  frame: number
  values: Float64Array | undefined
  cut: Float64Array | undefined
}

/** What the probes of one run know of the spectrum in a frame. */
interface Spectrum {
  frame: number
  finite: boolean
  /** All values, once somebody needed them in this frame. */
  all: Float64Array | undefined
  /** Whether some probe needs all values in every frame, so that nothing is to be followed. */
  needsAll: boolean
  readonly trackers: Map<number, Followed>
  readonly triples: Map<number, { frame: number; value: Triples }>
}

const spectra = new WeakMap<ProbeContext, Spectrum>()

function spectrumOf(context: ProbeContext): Spectrum {
  let spectrum = spectra.get(context)
  if (spectrum === undefined) {
    spectrum = { frame: -1, finite: true, all: undefined, needsAll: false, trackers: new Map(), triples: new Map() }
    spectra.set(context, spectrum)
  }
  return spectrum
}

/** Begin a frame, if it has not begun: forget the last one and look whether W is finite. */
function refresh(spectrum: Spectrum, context: ProbeContext, map: Matrix): void {
  if (spectrum.frame === context.frame) return
  spectrum.frame = context.frame
  spectrum.all = undefined
  const { kernels } = map.engine
  spectrum.finite = (map.dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite)(map.size, map.pointer) < 0
}

function everything(spectrum: Spectrum, map: Matrix): Float64Array {
  spectrum.all ??= spectrum.finite ? decompose(map) : nans(Math.min(map.rows, map.cols))
  return spectrum.all
}

/** All singular values of W, decomposed at most once a frame. */
export function allValues(context: ProbeContext): () => Float64Array {
  const map = context.endToEnd
  const spectrum = spectrumOf(context)
  spectrum.needsAll = true
  return () => {
    refresh(spectrum, context, map)
    return everything(spectrum, map)
  }
}

/** The `count` largest singular values of W: followed where that pays and is proved, else cut from all of them. */
export function leadingValues(p: PlanBuilder, context: ProbeContext, count: number): () => Float64Array {
  const map = context.endToEnd
  const spectrum = spectrumOf(context)
  const follow = followed(p, spectrum, map, count)
  return () => {
    refresh(spectrum, context, map)
    const found = follow(context.frame)
    return found?.values ?? found?.cut ?? cutFrom(spectrum, map, count)
  }
}

/** The largest values without a vector: by bisection where they are few, else from all of them. */
function cutFrom(spectrum: Spectrum, map: Matrix, count: number): Float64Array {
  if (spectrum.all !== undefined || spectrum.needsAll || !spectrum.finite || !fewValues(map, count)) {
    return everything(spectrum, map).slice(0, count)
  }
  return leadingValuesByBisection(map, count)
}

/** The `count` leading singular triples of W, shared by all who ask for as many; NaN where W is not finite. */
export function leadingTriples(p: PlanBuilder, context: ProbeContext, count: number): () => Triples {
  const map = context.endToEnd
  const spectrum = spectrumOf(context)
  const follow = followed(p, spectrum, map, count)
  return () => {
    refresh(spectrum, context, map)
    const known = spectrum.triples.get(count)
    if (known?.frame === context.frame) return known.value
    const value = triplesOf(spectrum, map, count, follow(context.frame))
    spectrum.triples.set(count, { frame: context.frame, value })
    return value
  }
}

function triplesOf(spectrum: Spectrum, map: Matrix, count: number, found: Followed | undefined): Triples {
  if (!spectrum.finite) return { u: nans(map.rows * count), s: nans(count), v: nans(map.cols * count) }
  if (found?.values !== undefined) return { u: found.tracker.u, s: found.values, v: found.tracker.v }
  const full = svd(map, { rank: count })
  try {
    return { u: Float64Array.from(full.u.view()), s: full.s, v: Float64Array.from(full.v.view()) }
  } finally {
    full.u.dispose()
    full.v.dispose()
  }
}

/** Values of the tracker for this rank, made on first request; undefined where there is none or it proved nothing. */
function followed(p: PlanBuilder, spectrum: Spectrum, map: Matrix, count: number) {
  if (SubspaceTracker.worthwhile(map, count) && !spectrum.trackers.has(count)) {
    const tracker = p.own(new SubspaceTracker(map, count, TRACKING_TOLERANCE[map.dtype]))
    spectrum.trackers.set(count, { tracker, frame: -1, values: undefined, cut: undefined })
  }
  const entry = spectrum.trackers.get(count)
  return (frame: number): Followed | undefined => {
    if (entry === undefined || spectrum.needsAll || !spectrum.finite) return undefined
    if (entry.frame !== frame) {
      entry.frame = frame
      entry.values = entry.tracker.update()
      entry.cut = entry.values === undefined ? cutFrom(spectrum, map, count) : undefined
      if (entry.cut !== undefined) entry.tracker.expect(entry.cut)
    }
    return entry
  }
}

function nans(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN)
}
