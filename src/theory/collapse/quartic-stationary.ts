// The double well with noise that vanishes at its maximum, d theta = (mu theta - theta^3) dt + zeta theta dB: theta^2 / zeta^2 settles on a Gamma
// distribution, or all of it on 0.
import { checkNumber } from '../../check.js'
import { pow } from '../../math/elementary.js'
import { gammaKernel, gammaRatio } from '../../math/gamma.js'

/** Where the double well ends up. */
export interface QuarticStationary {
  /** `zeta^2/2 - mu`: the rate at which ln |theta| falls near 0. */
  readonly alpha: number
  /** `alpha >= 0`: all of it goes to 0, at alpha = 0 slower than any exponential. */
  readonly collapses: boolean
  /** `k = mu/zeta^2 - 1/2`: theta^2 / zeta^2 is Gamma(k); 0 where it collapses. */
  readonly shape: number
  /**
   * The density at x: `|x|^(2k-1) e^(-x^2/zeta^2) / (zeta^(2k) Gamma(k))`, relative error below `(30 + 2 |k - x^2/zeta^2|) eps`. Infinite at 0 for k < 1/2. Collapsed it is 0,
   * and Infinity at 0. A chain that started on one side stays there; this is the density over both.
   */
  density(x: number): number
  /** `E |theta|^q = zeta^q Gamma(k + q/2) / Gamma(k)` for q > -2k, relative error below `(12 + 4 |q|) eps`; Infinity for smaller q. */
  moment(q: number): number
}

/**
 * The stationary distribution of `d theta = (mu theta - theta^3) dt + zeta theta dB`, the loss `theta^4/4 - mu theta^2/2` with multiplicative noise.
 *
 * @param mu curvature of the maximum, 1e-6 .. 1e6 in size, or 0
 * @param zeta strength of the noise, 1e-6 .. 1e6
 * @throws {RangeArgError|DTypeError} out of range
 * @example
 * const { moment, density, collapses } = quarticStationary(1.5, 1)
 * moment(2) // -> 1
 * density(1) // -> 0.36787944117144233
 * collapses // -> false
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function quarticStationary(mu: number, zeta: number): QuarticStationary {
  checkNumber(mu, 'mu', { min: -1e6, max: 1e6 })
  checkNumber(zeta, 'zeta', { min: 1e-6, max: 1e6 })
  const square = zeta * zeta
  const alpha = 0.5 * square - mu
  const collapses = alpha >= 0
  // From the difference: mu / zeta^2 and 1/2 cancel near the threshold.
  const shape = collapses ? 0 : -alpha / square
  return {
    alpha,
    collapses,
    shape,
    density(x) {
      const size = Math.abs(checkNumber(x, 'x', { min: -1e150, max: 1e150 }))
      if (size === 0) return collapses || shape < 0.5 ? Infinity : shape > 0.5 ? 0 : 1 / (zeta * ROOT_PI)
      return collapses ? 0 : gammaKernel(shape, (size / zeta) * (size / zeta)) / size
    },
    moment(q) {
      checkNumber(q, 'q', { min: -100, max: 100 })
      if (collapses) return q === 0 ? 1 : q > 0 ? 0 : Infinity
      return shape + 0.5 * q > 0 ? pow(zeta, q) * gammaRatio(shape, 0.5 * q) : Infinity
    },
  }
}

const ROOT_PI = 1.772453850905516
