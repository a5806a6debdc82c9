// Momentum, as a piece of an update rule.
import { checkNumber, checkOptions } from '../check.js'
import { DTypeError } from '../errors.js'
import type { GradientTransform } from './transform.js'
import { zerosFor } from './transform.js'

/** Options of `trace`. */
export interface TraceOptions {
  /** beta, 0 <= beta < 1. */
  decay: number
  /** Look ahead by Nesterov's rule. Default false. */
  nesterov?: boolean
  /** s, 0 <= s < 1: the gradient enters times 1 - s. Default 0. */
  dampening?: number
}

/**
 * The velocity `V := beta V + (1 - s) U` in place of the update U; with `nesterov`, `U := (1 - s) U + beta V` of the new V. V starts at zero and
 * is the state `velocity W_l`.
 *
 * @throws {RangeArgError|DTypeError} a bad option
 * @example
 * chain([trace({ decay: 0.9 })], { learningRate: 0.1 }).name // -> 'trace(0.9)'
 * @see Polyak (1964), Some methods of speeding up the convergence of iteration methods, USSR Comput. Math. Math. Phys. 4(5), 1-17
 * @see Sutskever, Martens, Dahl, Hinton (2013), On the importance of initialization and momentum in deep learning, ICML
 */
export function trace(options: TraceOptions): GradientTransform {
  const given = checkOptions(options, 'trace', ['decay', 'nesterov', 'dampening'])
  const decay = checkNumber(given.decay, 'decay', { min: 0, below: 1 })
  const dampening = checkNumber(given.dampening ?? 0, 'dampening', { min: 0, below: 1 })
  const { nesterov = false } = given
  if (typeof nesterov !== 'boolean') throw new DTypeError('nesterov must be true or false', { argument: 'nesterov' })
  const gain = 1 - dampening
  return {
    name: `trace(${decay}${nesterov ? ', nesterov' : ''}${dampening > 0 ? `, dampening ${dampening}` : ''})`,
    description: { transform: 'trace', decay, nesterov, dampening },
    bind(parameters) {
      const state = zerosFor(parameters, 'velocity')
      return {
        state,
        emit(p, updates, last) {
          updates.forEach((update, i) => {
            const { matrix: velocity, name } = state[i]
            p.note(name).axpby(gain, update, decay, velocity)
            if (nesterov) p.axpby(decay, velocity, gain, update)
            else if (!last) p.copy(velocity, update)
          })
          return last && !nesterov ? state.map(({ matrix }) => matrix) : undefined
        },
      }
    },
  }
}
