// Anomalous diffusion: a displacement that grows as a power of the steps other than 1/2 of the square, and the spectrum it comes from.
import { checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { exp, log, pow } from '../../math/elementary.js'
import { gamma } from '../../math/gamma.js'
import { checkNumbers } from '../numerics/arrays.js'
import { checkSgd, NOISES, SGD_KEYS, type SgdParameters } from './mode-parameters.js'

/**
 * The exponent of `msd = prefactor * step^exponent`, by least squares on logarithms. 1 is Brownian motion.
 *
 * @param steps > 0, at least two that differ, shape (T)
 * @param msd mean-square displacements > 0, shape (T)
 * @throws {RangeArgError|ShapeError|DTypeError} numbers that are not positive, or a single step
 * @example
 * anomalousExponent([1, 100], [2, 20]).exponent // -> 0.5
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function anomalousExponent(
  steps: ArrayLike<number>,
  msd: ArrayLike<number>,
): { readonly exponent: number; readonly prefactor: number } {
  const x = checkNumbers(steps, 'steps', { above: 0 }).map(log)
  const y = checkNumbers(msd, 'msd', { above: 0 }, x.length).map(log)
  const [meanX, meanY] = [x, y].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length)
  let [across, along] = [0, 0]
  x.forEach((value, i) => {
    across += (value - meanX) * (y[i] - meanY)
    along += (value - meanX) * (value - meanX)
  })
  if (!(along > 0)) throw new RangeArgError('steps must hold at least two that differ', { argument: 'steps' })
  const exponent = across / along
  return { exponent, prefactor: exp(meanY - exponent * meanX) }
}

/** Options of `anomalousDiffusion`. */
export interface AnomalousDiffusionOptions extends Omit<SgdParameters, 'weightDecay'> {
  /** a > 1 of the spectrum `rho_l = l^-a`. */
  decay: number
  /** sigma^2 of the gradient noise `Sigma = sigma^2 H` of one sample. */
  noise: number
}

/**
 * The displacement of SGD from stationarity on a power-law spectrum `rho_l = l^-a`, l = 1, 2, ..., with gradient noise `sigma^2 H` and no weight decay:
 * `2 V Gamma(1 - 1/a) (t / (1 - b))^(1/a)`, `V = sigma^2 eta / (2 S (1 - b))`, `t = eta * step`: the limit of many steps.
 *
 * @param steps >= 0, shape (T)
 * @returns the mean-square displacement, shape (T)
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * anomalousDiffusion({ decay: 2, noise: 1, learningRate: 1 }, [0, 100])[0] // -> 0
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function anomalousDiffusion(options: AnomalousDiffusionOptions, steps: ArrayLike<number>): Float64Array {
  const keys = SGD_KEYS.filter((name) => name !== 'weightDecay')
  const given = checkOptions(options, 'anomalousDiffusion', [...keys, 'decay', 'noise'])
  const { eta, b, batch } = checkSgd(given)
  const a = checkNumber(given.decay, 'decay', { min: 1.001, max: 1000 })
  const noise = checkNumber(given.noise, 'noise', NOISES)
  const scale = ((noise * eta) / (batch * (1 - b))) * gamma(1 - 1 / a)
  return checkNumbers(steps, 'steps', { min: 0, max: 1e16 }).map((k) => scale * pow((eta * k) / (1 - b), 1 / a))
}
