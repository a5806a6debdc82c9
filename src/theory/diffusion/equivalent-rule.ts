// Update rules that diffuse alike.
import { checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { checkSgd } from './mode-parameters.js'

/** The part of an update rule that the diffusion depends on. */
export interface DiffusionRule {
  readonly learningRate: number
  readonly momentum: number
  readonly batchSize: number
}

/**
 * Another batch size, momentum and learning rate with the same `kappa = S (1 - b^2)` and the same `eta (1 + b)`, which are all that the stationary state of the continuous form knows:
 * `S' = S / alpha`, `b' = sqrt(1 - alpha (1 - b^2))`, `eta' = eta (1 + b) / (1 + b')`. Times `eta * step` differ.
 *
 * @param alpha > 0, at most `1 / (1 - b^2)`
 * @throws {OptionError|RangeArgError|DTypeError} a bad option, or an alpha for which there is no momentum
 * @example
 * equivalentRule({ learningRate: 0.1, momentum: 0, batchSize: 8 }, 0.64) // -> { learningRate: 0.0625, momentum: 0.6, batchSize: 12.5 }
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function equivalentRule(options: DiffusionRule, alpha: number): DiffusionRule {
  const { eta, b, batch } = checkSgd(checkOptions(options, 'equivalentRule', ['learningRate', 'momentum', 'batchSize']))
  checkNumber(alpha, 'alpha', { above: 0, max: 1e12 })
  const square = 1 - alpha * (1 - b * b)
  if (!(square >= 0 && square < 1)) {
    throw new RangeArgError(`alpha must be at most 1 / (1 - momentum^2) = ${1 / (1 - b * b)}, got ${alpha}`, {
      argument: 'alpha',
    })
  }
  const momentum = Math.sqrt(square)
  return { learningRate: (eta * (1 + b)) / (1 + momentum), momentum, batchSize: batch / alpha }
}
