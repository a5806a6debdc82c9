// Bounds on updates, as pieces of an update rule.
import { checkNumber } from '../check.js'
import type { ScalarSlot } from '../plan/slot.js'
import { type GradientTransform, STATELESS } from './transform.js'

/**
 * Shorten the updates of all parameters together to a norm of at most `limit`: `U := min(1, limit / |U|) U`.
 *
 * @param limit > 0
 * @throws {RangeArgError|DTypeError} a bad limit
 * @example
 * chain([clipByNorm(0.5)], { learningRate: 0.1 }).name // -> 'clipByNorm(0.5)'
 * @see Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural networks, arXiv:1211.5063
 */
export function clipByNorm(limit: number): GradientTransform {
  checkNumber(limit, 'limit', { above: 0 })
  return {
    name: `clipByNorm(${limit})`,
    description: { transform: 'clipByNorm', limit },
    bind: () => ({
      state: STATELESS,
      emit(p, updates) {
        p.note('norm of the updates')
        let square: ScalarSlot | undefined
        for (const update of updates) {
          const own = p.sumOfSquares(update)
          square = square === undefined ? own : p.slotAxpy(1, own, square)
        }
        if (square === undefined) return
        const factor = p.clipFactor(limit, square)
        for (const update of updates) p.scale(factor, update)
      },
    }),
  }
}

/**
 * Bring every entry of the updates into `-limit .. limit`: `U := min(max(U, -limit), limit)`.
 *
 * @param limit > 0
 * @throws {RangeArgError|DTypeError} a bad limit
 * @example
 * chain([clipByValue(1)], { learningRate: 0.1 }).name // -> 'clipByValue(1)'
 */
export function clipByValue(limit: number): GradientTransform {
  checkNumber(limit, 'limit', { above: 0 })
  return {
    name: `clipByValue(${limit})`,
    description: { transform: 'clipByValue', limit },
    bind: () => ({
      state: STATELESS,
      emit(p, updates) {
        p.note('clip')
        for (const update of updates) p.clamp(limit, update)
      },
    }),
  }
}
