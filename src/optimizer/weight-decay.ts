// Weight decay, as a piece of an update rule: coupled where it stands before momentum or an adaptive scale, decoupled where it stands last.
import { checkNumber } from '../check.js'
import { type GradientTransform, STATELESS } from './transform.js'

/**
 * `U := U + lambda W` for every parameter.
 *
 * @param lambda >= 0
 * @throws {RangeArgError|DTypeError} a bad lambda
 * @example
 * // What adamw does.
 * chain([scaleByAdam(), addWeightDecay(0.01)], { learningRate: 1e-3 }).name // -> 'adam(0.9, 0.999, 1e-8) > addWeightDecay(0.01)'
 * @see Loshchilov, Hutter (2019), Decoupled weight decay regularization, arXiv:1711.05101
 */
export function addWeightDecay(lambda: number): GradientTransform {
  checkNumber(lambda, 'lambda', { min: 0 })
  return {
    name: `addWeightDecay(${lambda})`,
    description: { transform: 'addWeightDecay', lambda },
    bind: (parameters) => ({
      state: STATELESS,
      emit(p, updates) {
        p.note('weight decay')
        updates.forEach((update, i) => {
          p.axpy(lambda, parameters[i].matrix, update)
        })
      },
    }),
  }
}
