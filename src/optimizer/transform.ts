// Gradient transformations: the pieces that update rules are made of. Each takes the updates of all parameters, changes them in place and
// may remember something; a rule applies them in order and then takes `W := W - learningRate * update`.
import type { Matrix } from '../engine/matrix.js'
import type { Parameter, StatePart } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'

/** One piece of an update rule. */
export interface GradientTransform {
  readonly name: string
  readonly description: Readonly<Record<string, unknown>>
  /** Make what it remembers, zero, for parameters in their order. */
  bind(parameters: readonly Parameter[]): BoundTransform
}

/** A piece with its memory. */
export interface BoundTransform {
  readonly state: readonly StatePart[]
  /**
   * Emit the change of the updates, in place.
   * @param last whether no other piece follows. The last one may return matrices of its own, which are then only read: a velocity need not be copied
   */
  emit(p: PlanBuilder, updates: readonly Matrix[], last: boolean): readonly Matrix[] | undefined
}

/** Nothing to remember. */
export const STATELESS: readonly StatePart[] = []

/** For each of the names a matrix of zeros for every parameter: all of them or none. */
export function zerosFor(parameters: readonly Parameter[], ...names: readonly string[]): StatePart[] {
  const made: StatePart[] = []
  try {
    for (const name of names) {
      for (const parameter of parameters) {
        made.push({ name: `${name} ${parameter.name}`, matrix: parameter.matrix.zerosLike() })
      }
    }
  } catch (error) {
    for (const { matrix } of made) matrix.dispose()
    throw error
  }
  return made
}
