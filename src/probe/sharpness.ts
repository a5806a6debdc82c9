// Sharpness: the largest eigenvalue of the Hessian of the loss in all weights. Gradient descent is stable where it is below 2 / learningRate.
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import { OptionError } from '../errors.js'
import { HessianOperator } from './hessian.js'
import type { Probe } from './probe.js'

/** Default tolerance: what Lanczos vectors of an element type can tell. */
export const SHARPNESS_TOLERANCE = { float32: 1e-4, float64: 1e-6 } as const
/** Default of the products with the Hessian. */
export const SHARPNESS_ITERATIONS = 500

/**
 * The largest eigenvalue of the Hessian of the loss with respect to all weights together, by Lanczos on exact Hessian-vector products; each costs about two
 * training steps, and some tens are needed. It may be negative nowhere but at a maximum; directions of negative curvature, as at saddles, do not
 * enter. At a balanced minimum of depth L it is `L s_1^(2 - 2/L)`.
 *
 * @param options.tolerance largest residual relative to the largest modulus of an eigenvalue, 0 < tolerance < 1. Default 1e-6 for float64, 1e-4 for
 *   float32; the error of the value is the square of it where the eigenvalue stands apart
 * @param options.maxIterations products with the Hessian at most, 1 .. 100 000, default 500: the value is then a lower bound
 * @throws {OptionError} on a Gram network, whose layers do not exist
 * @throws {RangeArgError} an option out of range
 * @example
 * probes.sharpness({ tolerance: 1e-4 })
 * @see Cohen, Kaur, Li, Kolter, Talwalkar (2021), Gradient descent on neural networks typically occurs at the edge of stability, arXiv:2103.00065
 */
export function sharpness(options?: { tolerance?: number; maxIterations?: number }): Probe<'sharpness', number> {
  const given = checkOptions(options, 'sharpness', ['tolerance', 'maxIterations'])
  const tolerance =
    given.tolerance === undefined ? undefined : checkNumber(given.tolerance, 'tolerance', { above: 0, below: 1 })
  const maxIterations = checkInteger(given.maxIterations ?? SHARPNESS_ITERATIONS, 'maxIterations', {
    min: 1,
    max: 100_000,
  })
  return {
    name: 'sharpness',
    shape: () => [],
    emit(p, { net, task }) {
      if (net.kind !== 'layers') {
        throw new OptionError('probes.sharpness needs a chain of weights, made by createNetwork with sizes alone', {
          argument: 'sharpness',
        })
      }
      const operator = p.own(new HessianOperator(net, task))
      const chosen = tolerance ?? SHARPNESS_TOLERANCE[net.dtype]
      return () => operator.largest({ tolerance: chosen, maxIterations }).value
    },
  }
}
