// One sample, one coordinate of depth 1 and one of depth D with equal factors t: the two are tied by an invariant of the flow.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { log } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { expm1 } from '../numerics/expm1.js'

/** Options of `shallowAgainstDeep`. */
export interface ShallowAgainstDeepOptions {
  /** Depth D of the second coordinate, 1 .. 64. */
  depth: number
  /** The sample times its sign, both entries above 0. */
  z: readonly [number, number]
  /** The shallow weight at the start. */
  shallow0: number
  /** The factors of the deep coordinate at the start, > 0. */
  deep0: number
}

/**
 * The shallow weight as a function of the factors t of a deep coordinate that started equal, along the gradient flow of any loss of one sample's margin
 * `z_1 theta_1 + z_2 t^D`:
 *
 *     theta_1 = theta_1(0) + (z_1/z_2) ln(t/t0)   for D = 2,     theta_1(0) + (z_1/z_2) (t^(2-D) - t0^(2-D))/(2 - D)   for other D
 *
 * For D > 2 it is bounded, `t0^(2-D)/(D - 2)` above its start: the deep coordinate alone makes the margin.
 *
 * @param deep values of t >= deep0, shape (T)
 * @returns theta_1, shape (T), relative error of its change a few eps
 * @throws {DTypeError|RangeArgError|OptionError} what is out of range
 * @example
 * shallowAgainstDeep({ depth: 1, z: [1, 2], shallow0: 0.5, deep0: 1 }, [3]) // -> [1.5]
 * @see Kunin et al. (2022), arXiv:2210.03820, the example of unequal depths; the invariant is this library's
 */
export function shallowAgainstDeep(options: ShallowAgainstDeepOptions, deep: ArrayLike<number>): Float64Array {
  const given = checkOptions(options, 'shallowAgainstDeep', ['depth', 'z', 'shallow0', 'deep0'])
  const depth = checkInteger(given.depth, 'depth', { min: 1, max: 64 })
  const z = checkNumbers(given.z, 'z', { above: 0 }, 2)
  const shallow0 = checkNumber(given.shallow0, 'shallow0')
  const deep0 = checkNumber(given.deep0, 'deep0', { above: 0 })
  const factors = checkNumbers(deep, 'deep', { min: deep0 })
  let first = 1
  for (let j = 2; j < depth; j++) first /= deep0
  if (depth === 1) first = deep0
  return factors.map((t) => {
    // t^(2-D) - t0^(2-D) = t0^(2-D) expm1((2 - D) ln(t/t0))
    const ratio = log(t / deep0)
    const moved = depth === 2 ? ratio : (first * expm1((2 - depth) * ratio)) / (2 - depth)
    return shallow0 + (z[0] / z[1]) * moved
  })
}
