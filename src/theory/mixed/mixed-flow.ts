// Mixed dynamics of the whole map, for any loss.
import { checkNumber, checkOptions } from '../../check.js'
import { checkMatrix } from '../numerics/arrays.js'
import { multiply } from '../numerics/dense.js'
import { CURVE_KEYS, type CurveOptions, solveFlow } from '../numerics/solve-flow.js'
import { checkObjective, type Objective } from '../objective.js'
import { gramOf } from './gram.js'

/**
 * The end-to-end map of a wide two-layer linear network of any initial variance, under gradient flow of any loss of the map: the self-consistent
 * equation
 *
 *     dA/dt = - sqrt(A A' + c^2 I) G - G sqrt(A'A + c^2 I),  G = dC/dA,  c = sigma^2 w
 *
 * in closed form: nothing of the width is left but c. Singular values far above c move as in a balanced network, those far below lazily, `dA/dt = -2 c G`.
 * For whitened inputs `mixedWhiteFlow` has the solution.
 *
 * @param objective the loss C(A)
 * @param start A(0), shape (rows, columns) row-major
 * @param scale c >= 0: variance of a weight times the width; 0 is the balanced network of two layers
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @param options `rtol` (default 1e-11) and `atol` of the integrator
 * @returns A, shape (T, rows, columns) row-major; error about 1e-10 of the largest entry at the default tolerance
 * @throws {DTypeError} {ShapeError} {RangeArgError} {OptionError} arguments that do not fit together
 * @throws {ConvergenceError} the loss is too stiff or the map leaves the finite numbers
 * @example
 * const path = mixedFlow(squaredError([3], 1, 1), [0], 0.5, [0.5])
 * Math.abs(path[0] - mixedModes([3], 0, 0.5, [0.5])[0]) < 1e-9 // -> true
 * @see Tu, Aranguri, Jacot (2024), Mixed dynamics in linear networks, arXiv:2405.17580, equation (1)
 */
export function mixedFlow(
  objective: Objective,
  start: ArrayLike<number>,
  scale: number,
  times: ArrayLike<number>,
  options?: CurveOptions,
): Float64Array {
  const { rows, columns, gradient } = checkObjective(objective)
  const map = checkMatrix(start, 'start', rows, columns)
  const c = checkNumber(scale, 'scale', { min: 0 })
  const g = new Float64Array(map.length)
  const rhs = (_t: number, a: Float64Array, da: Float64Array) => {
    gradient(a, g)
    const { left, right } = gramOf(a, rows, columns, c)
    const first = multiply(left, g, rows, rows, columns)
    const second = multiply(g, right, rows, columns, columns)
    for (let i = 0; i < da.length; i++) da[i] = -(first[i] + second[i])
  }
  return solveFlow(rhs, map, times, checkOptions(options, 'options', CURVE_KEYS) as CurveOptions)
}
