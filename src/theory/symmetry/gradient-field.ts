// A loss of a parameter vector as its derivatives, given as functions that write into arrays.
import { describe } from '../../check.js'
import { DTypeError } from '../../errors.js'

/** The gradient of a loss, and its Hessian where it is needed. */
export interface GradientField {
  /** Writes g(theta) into `out`; neither keeps nor changes `theta`. */
  readonly gradient: (theta: Float64Array, out: Float64Array) => void
  /** Writes H(theta) v into `out`. */
  readonly hessianProduct?: (theta: Float64Array, v: Float64Array, out: Float64Array) => void
}

/** The field as given, or an error; `second` asks for the Hessian. */
export function checkField(value: unknown, second: boolean): GradientField {
  const field = value as Partial<GradientField> | null | undefined
  if (typeof field?.gradient !== 'function') {
    throw new DTypeError(`field must have a function gradient(theta, out), got ${describe(value)}`, {
      argument: 'field',
    })
  }
  const { hessianProduct } = field
  if (hessianProduct === undefined ? second : typeof hessianProduct !== 'function') {
    throw new DTypeError('field must have a function hessianProduct(theta, v, out)', {
      argument: 'field.hessianProduct',
    })
  }
  return field as GradientField
}
