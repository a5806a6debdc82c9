// When multiplicative noise draws a point in: the sign of one number.
import { checkNumber } from '../../check.js'

/** Whether a point where the noise vanishes attracts. */
export interface Attractivity {
  /** `alpha = L'' + D''/2`; `E ln|theta|` falls at this rate near the point. */
  readonly alpha: number
  /** `alpha > 0`: the point attracts, be it a minimum or a maximum of the loss. */
  readonly attracts: boolean
}

/**
 * Attractivity of theta = 0 under `d theta = -L'(theta) dt + sqrt(2 D(theta)) dB` (Ito) with `L'(0) = D(0) = 0`: noise that vanishes there
 * draws in what the loss alone pushes away, if `alpha = L''(0) + D''(0)/2 > 0`.
 *
 * @param curvature L''(0) of the loss
 * @param noiseCurvature D''(0) >= 0. Gradient noise of variance `Sigma(theta)` a step at learning rate eta has `D = eta Sigma / 2`
 * @throws {RangeArgError|DTypeError} numbers that are not finite, a negative noise
 * @example
 * attractivity(-1.5, 4).attracts // -> true
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function attractivity(curvature: number, noiseCurvature: number): Attractivity {
  checkNumber(curvature, 'curvature', { min: -1e300, max: 1e300 })
  checkNumber(noiseCurvature, 'noiseCurvature', { min: 0, max: 1e300 })
  const alpha = curvature + 0.5 * noiseCurvature
  return { alpha, attracts: alpha > 0 }
}
