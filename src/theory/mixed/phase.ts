// The phase diagram of two-layer networks over width and variance: w = d^gamma_w, sigma^2 = d^gamma_s, a d x d teacher of rank k with entries of
// variance 1 (singular values about d / sqrt k) under noise of variance 1 (largest singular value about 2 sqrt d).
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { log, pow } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { checkScale, mixedTime, SIZES } from './mode.js'

/** A point of the phase diagram. */
export interface PhasePoint {
  /** d: inputs and outputs. */
  dimension: number
  /** k: rank of the teacher. */
  rank: number
  /** gamma_w, w = d^gamma_w. */
  widthExponent: number
  /** gamma_s, sigma^2 = d^gamma_s. */
  varianceExponent: number
}

/** What `mixedPhase` says about a point. The margins are distances to the lines of the diagram, in exponents. */
export interface MixedPhase {
  /** c = sigma^2 w = d^(gamma_w + gamma_s): a singular value above it is active. */
  scale: number
  /** v0 = sigma^4 w: variance of an entry of A_0. */
  startVariance: number
  /**
   * `'lazy'`: c exceeds all singular values. `'mixed'`: the teacher's are active and the noise is lazy. `'active'`: the noise is active too.
   */
  regime: 'lazy' | 'mixed' | 'active'
  /** gamma_s + gamma_w - 1: above 0 lazy (c > d). */
  lazyMargin: number
  /** gamma_s + gamma_w - 1/2: above 0 the noise is lazy (c > sqrt d). */
  noiseMargin: number
  /** 2 gamma_s + gamma_w: above 0 the start is noise larger than the teacher (v0 > 1). */
  startMargin: number
  /** gamma_w - log k / log d: below 0 the network is too narrow for the teacher (w < k). */
  widthMargin: number
}

/**
 * Where a network lies in the phase diagram of lazy, mixed and active training.
 *
 * @param point `{ dimension, rank, widthExponent, varianceExponent }`, dimension at least 2, rank from 1 to dimension
 * @returns c, v0, the regime and the margins to the lines; the lines are those of a large dimension, up to constants
 * @throws {RangeArgError} {DTypeError} {OptionError} a number out of its range
 * @example mixedPhase({ dimension: 100, rank: 5, widthExponent: 2, varianceExponent: -1.6 }).regime // -> 'active'
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580, figure 2
 */
export function mixedPhase(point: PhasePoint): MixedPhase {
  const given = checkOptions(point, 'point', ['dimension', 'rank', 'widthExponent', 'varianceExponent'])
  const d = checkInteger(given.dimension, 'point.dimension', { min: 2 })
  const k = checkInteger(given.rank, 'point.rank', { min: 1, max: d })
  const w = checkNumber(given.widthExponent, 'point.widthExponent')
  const s = checkNumber(given.varianceExponent, 'point.varianceExponent')
  return {
    scale: pow(d, w + s),
    startVariance: pow(d, 2 * s + w),
    regime: w + s > 1 ? 'lazy' : w + s >= 0.5 ? 'mixed' : 'active',
    lazyMargin: s + w - 1,
    noiseMargin: s + w - 0.5,
    startMargin: 2 * s + w,
    widthMargin: w - log(k) / log(d),
  }
}

/**
 * How many singular values are active, `s > c`: they move as in a balanced network, the others lazily.
 *
 * @param values s >= 0
 * @param scale c >= 0: variance of a weight times the width
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example activeModes([3, 1.5, 0.5], 1) // -> 2
 */
export function activeModes(values: ArrayLike<number>, scale: number): number {
  checkNumber(scale, 'scale', { min: 0 })
  return checkNumbers(values, 'values', { min: 0 }).filter((value) => value > scale).length
}

/**
 * When the last of the teacher's modes is half learned, `max_k t(0 -> s_k / 2)`: where active training has to stop before noise follows; about
 * `ln(2 s_k / c) / (2 s_k)`.
 *
 * @param values the teacher's singular values, each > 0, at least one
 * @param scale c in 1e-75 .. 1e75: variance of a weight times the width
 * @returns the time, in units of 1 / learning rate
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example activeStopTime([3, 1.5], 0.001) // -> 2.6685667073293597
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580
 */
export function activeStopTime(values: ArrayLike<number>, scale: number): number {
  checkScale(scale)
  const times = checkNumbers(values, 'values', { above: 0, max: SIZES.max }).map((s) => mixedTime(s, 0, s / 2, scale))
  return times.reduce((latest, time) => Math.max(latest, time), 0)
}

/**
 * Test error of the best approximation of rank k of the noisy map, `|Y_k - A*|^2 / d^2 ~ 2 k / d - k^2 / d^2`: what active training comes close to. It is the
 * noise within the teacher's k left and k right directions.
 *
 * @param dimension d, at least 1
 * @param rank k, from 0 to d
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example truncationError(100, 5) // -> 0.0975
 */
export function truncationError(dimension: number, rank: number): number {
  checkInteger(dimension, 'dimension', { min: 1 })
  const share = checkInteger(rank, 'rank', { min: 0, max: dimension }) / dimension
  return share * (2 - share)
}
