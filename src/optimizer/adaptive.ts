// Steps measured by the size of past gradients, as pieces of an update rule.
import { checkNumber, checkOptions } from '../check.js'
import { pow } from '../math/elementary.js'
import type { GradientTransform } from './transform.js'
import { zerosFor } from './transform.js'

/** Options of `scaleByAdam`. */
export interface AdamScaleOptions {
  /** 0 <= beta1 < 1. Default 0.9. */
  beta1?: number
  /** 0 <= beta2 < 1. Default 0.999. */
  beta2?: number
  /** >= 0. Default 1e-8. With 0 an entry whose gradients all vanish becomes 0/0. */
  epsilon?: number
}

/**
 * Adam's direction: `M := beta1 M + (1 - beta1) U`, `V := beta2 V + (1 - beta2) U^2`, `U := M^ / (sqrt(V^) + epsilon)` with
 * `M^ = M / (1 - beta1^t)`, `V^ = V / (1 - beta2^t)`, t = 1 for the first step. M and V are the states `first moment W_l` and `second moment W_l`.
 *
 * @throws {RangeArgError|DTypeError} a bad option
 * @example
 * chain([clipByNorm(1), scaleByAdam()], { learningRate: 1e-3 })
 * @see Kingma, Ba (2015), Adam: a method for stochastic optimization, arXiv:1412.6980
 */
export function scaleByAdam(options?: AdamScaleOptions): GradientTransform {
  const given = checkOptions(options, 'scaleByAdam', ['beta1', 'beta2', 'epsilon'])
  const beta1 = checkNumber(given.beta1 ?? 0.9, 'beta1', { min: 0, below: 1 })
  const beta2 = checkNumber(given.beta2 ?? 0.999, 'beta2', { min: 0, below: 1 })
  const epsilon = checkNumber(given.epsilon ?? 1e-8, 'epsilon', { min: 0 })
  return {
    name: `adam(${beta1}, ${beta2}, ${epsilon})`,
    description: { transform: 'adam', beta1, beta2, epsilon },
    bind(parameters) {
      const state = zerosFor(parameters, 'first moment', 'second moment')
      const [first, second] = [state.slice(0, parameters.length), state.slice(parameters.length)]
      return {
        state,
        emit(p, updates) {
          // The corrections depend on the number of the step alone, as a schedule does.
          const cells = p.note('Adam').feed.scalars(7, (step, row) => {
            row.set([beta1, 1 - beta1, beta2, 1 - beta2, epsilon])
            row[5] = 1 / (1 - pow(beta1, step + 1))
            row[6] = 1 / (1 - pow(beta2, step + 1))
          })
          updates.forEach((update, i) => {
            p.note(`Adam of ${parameters[i].name}`).adam(cells, first[i].matrix, second[i].matrix, update)
          })
        },
      }
    },
  }
}

/** Options of `scaleByRms`. */
export interface RmsScaleOptions {
  /** rho, 0 <= rho < 1. Default 0.9. */
  decay?: number
  /** >= 0. Default 1e-8. With 0 an entry whose gradients all vanish becomes 0/0. */
  epsilon?: number
}

/**
 * RMSProp's direction: `V := rho V + (1 - rho) U^2`, `U := U / (sqrt(V) + epsilon)`. V is the state `mean square W_l`.
 *
 * @throws {RangeArgError|DTypeError} a bad option
 * @example
 * chain([scaleByRms({ decay: 0.99 })], { learningRate: 1e-3 })
 * @see Tieleman, Hinton (2012), Lecture 6.5 - rmsprop, COURSERA: Neural networks for machine learning
 */
export function scaleByRms(options?: RmsScaleOptions): GradientTransform {
  const given = checkOptions(options, 'scaleByRms', ['decay', 'epsilon'])
  const decay = checkNumber(given.decay ?? 0.9, 'decay', { min: 0, below: 1 })
  const epsilon = checkNumber(given.epsilon ?? 1e-8, 'epsilon', { min: 0 })
  return {
    name: `rms(${decay}, ${epsilon})`,
    description: { transform: 'rms', decay, epsilon },
    bind(parameters) {
      const state = zerosFor(parameters, 'mean square')
      return {
        state,
        emit(p, updates) {
          const cells = p.scalars([decay, 1 - decay, epsilon])
          updates.forEach((update, i) => {
            p.note(`RMSProp of ${parameters[i].name}`).rmsprop(cells, state[i].matrix, update)
          })
        },
      }
    },
  }
}
