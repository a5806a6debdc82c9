// Modes of a two-layer diagonal network under label noise: each singular value is shrunk by a threshold, and those below it collapse.
//
//   ds = 2 s (s* - s) dt + eta sigma^2 s dt + 2 sqrt(eta) sigma s dB,   s = u v, u = v,   t = eta * step
//
// settles on Gamma(shape (s* - theta) / (eta sigma^2), scale eta sigma^2), theta = eta sigma^2 / 2.
import { checkInteger, checkNumber } from '../../check.js'
import { checkNumbers } from '../numerics/arrays.js'
import { meanLogShifted } from './mean-log.js'

const RATES = { above: 0, max: 1e6 }
const NOISES = { min: 0, max: 1e6 }
const VALUES = { min: -1e6, max: 1e6 }

/**
 * The threshold `theta = eta sigma^2 / 2`: modes with a target below it collapse.
 *
 * @param learningRate eta of one step: where a gradient is divided by N samples, the rate divided by N
 * @param sigma standard deviation of the noise on each mode, >= 0
 * @throws {RangeArgError|DTypeError} out of range
 * @example
 * collapseThreshold(3 / 1024, 20) // -> 0.5859375
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function collapseThreshold(learningRate: number, sigma: number): number {
  checkNumber(learningRate, 'learningRate', RATES)
  checkNumber(sigma, 'sigma', NOISES)
  return 0.5 * learningRate * sigma * sigma
}

/** Where modes settle. */
export interface Shrinkage {
  readonly threshold: number
  /** `max(s* - theta, 0)`, shape (modes): the singular values, soft-thresholded. */
  readonly mean: Float64Array
  /** `mean * eta sigma^2`, shape (modes). */
  readonly variance: Float64Array
  /** Shape of the Gamma distribution, `mean / (eta sigma^2)`, shape (modes); 0 where the mode collapses, Infinity without noise. */
  readonly shape: Float64Array
  /** Its scale `eta sigma^2`. */
  readonly scale: number
  /** 1 where `s* <= theta`, shape (modes). */
  readonly collapses: Uint8Array
}

/**
 * The stationary distribution of each mode of a two-layer diagonal network under label noise: soft thresholding of the singular values. Right to first order in eta
 * (steps of discrete training differ by O(eta s*)).
 *
 * @param values targets s* >= 0, shape (modes)
 * @param learningRate eta of one step
 * @param sigma standard deviation of the noise on each mode
 * @throws {RangeArgError|DTypeError} out of range
 * @example
 * shrinkage([0.8, 0.3], 3 / 1024, 20).mean // -> [0.2140625, 0]
 * shrinkage([0.8, 0.3], 3 / 1024, 20).collapses // -> [0, 1]
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function shrinkage(values: ArrayLike<number>, learningRate: number, sigma: number): Shrinkage {
  const targets = checkNumbers(values, 'values', { min: 0, max: 1e6 })
  const threshold = collapseThreshold(learningRate, sigma)
  const scale = 2 * threshold
  const mean = targets.map((target) => Math.max(target - threshold, 0))
  return {
    threshold,
    mean,
    variance: mean.map((value) => value * scale),
    shape: mean.map((value) => (value === 0 ? 0 : value / scale)),
    scale,
    collapses: Uint8Array.from(targets, (target) => (target <= threshold ? 1 : 0)),
  }
}

/**
 * Growth of a vanishing mode a step, exactly, in discrete time: `E ln |1 + eta (s* - sigma xi)|`, xi normal. Negative: the mode collapses. About
 * `eta s* - eta^2 (sigma^2 + s*^2) / 2`.
 *
 * @param value target s*
 * @param learningRate eta of one step
 * @param sigma standard deviation of the noise on the mode
 * @returns absolute error below 1e-14
 * @throws {RangeArgError|DTypeError} out of range, or `1 + eta s* = 0` without noise
 * @example
 * collapseExponent(0.5, 3 / 1024, 20) < 0 // -> true
 */
export function collapseExponent(value: number, learningRate: number, sigma: number): number {
  const target = checkNumber(value, 'value', VALUES)
  checkNumber(learningRate, 'learningRate', RATES)
  checkNumber(sigma, 'sigma', NOISES)
  return meanLogShifted(learningRate * target, learningRate * sigma)
}

/**
 * Growth rate of a vanishing neuron under noise on all entries of a square map, `eta sigma^2 (n - 2) / 2` in time `eta * step`: positive above two dimensions, so that noise
 * that is isotropic over the map does not collapse wide layers, as noise of single modes does.
 *
 * @param width n: inputs and outputs, >= 1
 * @param learningRate eta of one step
 * @param sigma standard deviation of the noise on each entry
 * @throws {RangeArgError|DTypeError} out of range
 * @example
 * isotropicNoiseExponent(4, 0.01, 10) // -> 1
 */
export function isotropicNoiseExponent(width: number, learningRate: number, sigma: number): number {
  checkInteger(width, 'width', { min: 1 })
  return collapseThreshold(learningRate, sigma) * (width - 2)
}
