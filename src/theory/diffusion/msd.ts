// How far SGD moves once it is stationary: the mean-square displacement, summed over modes.
import { checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { checkNumbers, checkPerMode } from '../numerics/arrays.js'
import { discreteStationary, discreteStep, isStable } from './discrete-mode.js'
import { power, squareMoved } from './gaussian-step.js'
import { CURVATURES, checkSgd, NOISES, SGD_KEYS, type SgdParameters } from './mode-parameters.js'
import { oscillatorOf, ouStationary, ouStep } from './ornstein-uhlenbeck.js'
import { checkSteps } from './sgd-mode.js'

/** Options of `msdCurve`. */
export interface MsdOptions extends SgdParameters {
  /** Eigenvalues of the Hessian, shape (modes). */
  rho: ArrayLike<number>
  /** Variance Sigma of the gradient of one sample: along each mode, or one for all. */
  noise: number | ArrayLike<number>
}

/**
 * `E |theta_k - theta_0|^2` from stationarity, additive noise: `sum_l 2 Var_l (1 - c_l(k))` with the variance and the autocorrelation of each mode, in a form that does not
 * cancel for slow modes.
 *
 * @param steps integers >= 0, in any order, shape (T)
 * @returns `ou`, the Ornstein-Uhlenbeck process at times `eta * step`, and `discrete`, the update rule itself; each of shape (T), relative error of the order of
 *   `eps (1 + (gamma + omega) eta step)` of each mode
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} a bad option, or a mode that is not stable
 * @example
 * msdCurve({ rho: [1, 0.1], noise: 1, learningRate: 0.1 }, [0]).discrete // -> [0]
 * msdCurve({ rho: [1], noise: 1, learningRate: 1 }, [1, 2]).discrete // -> [2, 2]
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function msdCurve(
  options: MsdOptions,
  steps: ArrayLike<number>,
): { readonly ou: Float64Array; readonly discrete: Float64Array } {
  const given = checkOptions(options, 'msdCurve', [...SGD_KEYS, 'rho', 'noise'])
  const sgd = checkSgd(given)
  const rho = checkNumbers(given.rho, 'rho', CURVATURES)
  const noise = checkPerMode(given.noise, 'noise', rho.length, NOISES)
  const at = checkSteps(steps)
  const [ou, discrete] = [new Float64Array(at.length), new Float64Array(at.length)]
  rho.forEach((curvature, l) => {
    const h = curvature + sgd.decay
    if (!isStable(h, sgd)) {
      throw new RangeArgError(
        `rho[${l}] + weightDecay = ${h} has no stationary state: learningRate times it must be above 0 and below 2 (1 + momentum)`,
        { argument: `rho[${l}]` },
      )
    }
    const v = noise[l] / sgd.batch
    const oscillator = oscillatorOf(h, v, sgd)
    const once = discreteStep(h, v, sgd)
    const [calm, settled] = [ouStationary(h, v, sgd), discreteStationary(h, v, sgd)]
    at.forEach((k, i) => {
      ou[i] += squareMoved(ouStep(oscillator, sgd.eta * k), calm)
      discrete[i] += squareMoved(power(once, k), settled)
    })
  })
  return { ou, discrete }
}
