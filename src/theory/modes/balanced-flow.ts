// The end-to-end map of a balanced deep linear network, for any loss.
import { checkInteger, checkOptions } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { pow } from '../../math/elementary.js'
import { checkMatrix } from '../numerics/arrays.js'
import { multiply, multiplyLeftTransposed, multiplyRightTransposed, scaleColumns } from '../numerics/dense.js'
import { CURVE_KEYS, type CurveOptions, solveFlow } from '../numerics/solve-flow.js'
import { checkObjective, type Objective } from '../objective.js'

/**
 * The velocity of the end-to-end map of a balanced network of depth L under gradient flow:
 *
 *     dA/dt = - sum_(j=1..L) (A A')^((j-1)/L) G (A'A)^((L-j)/L),  G = dC/dA
 *
 * from one singular value decomposition of A; the power 0 is the identity, also on the null space.
 */
export function balancedVelocity(
  map: Float64Array,
  gradient: Float64Array,
  rows: number,
  columns: number,
  depth: number,
): Float64Array {
  const { u, s, v } = jacobiSvd(map, rows, columns)
  const r = s.length
  const powers = (exponent: number) => s.map((value) => pow(value, exponent))
  const end = powers(2 - 2 / depth)
  const leftG = multiplyLeftTransposed(u, gradient, r, rows, columns)
  const gRight = multiply(gradient, v, rows, columns, r)
  // j = 1 and j = L: one factor is the identity. The others live in the r singular directions.
  const velocity = multiplyRightTransposed(scaleColumns(gRight, rows, r, end), v, rows, r, columns)
  const last = multiply(scaleColumns(u, rows, r, end), leftG, rows, r, columns)
  const inside = multiply(leftG, v, r, columns, r)
  const sum = new Float64Array(r * r)
  for (let j = 2; j < depth; j++) {
    const [left, right] = [powers((2 * (j - 1)) / depth), powers((2 * (depth - j)) / depth)]
    for (let i = 0; i < r; i++) for (let k = 0; k < r; k++) sum[i * r + k] += left[i] * inside[i * r + k] * right[k]
  }
  const middle = multiplyRightTransposed(multiply(u, sum, rows, r, r), v, rows, r, columns)
  for (let i = 0; i < velocity.length; i++) velocity[i] = -(velocity[i] + last[i] + middle[i])
  return velocity
}

/**
 * The end-to-end map of a deep linear network that starts balanced (`W_(l+1)' W_(l+1) = W_l W_l'`) and wide enough, under gradient flow of any loss
 * of the map; a map of rank k stays of rank k.
 *
 *     dA/dt = - sum_(j=1..L) (A A')^((j-1)/L) G (A'A)^((L-j)/L),  G = dC/dA
 *
 * @param objective the loss C(A)
 * @param start A(0), shape (rows, columns) row-major
 * @param depth the number of layers L, at least 1
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @param options `rtol` (default 1e-11) and `atol` of the integrator
 * @returns A, shape (T, rows, columns) row-major; error about 1e-10 of the largest entry at the default tolerance
 * @throws {DTypeError} {ShapeError} {RangeArgError} {OptionError} arguments that do not fit together
 * @throws {ConvergenceError} the loss is too stiff or the map leaves the finite numbers
 * @example
 * const path = balancedFlow(squaredError([2], 1, 1), [0.001], 3, [5])
 * Math.abs(path[0] - balancedModes([2], 0.001, 3, [5])[0]) < 1e-8 // -> true
 * @see Arora, Cohen, Hazan (2018), arXiv:1802.06509; Arora, Cohen, Hu, Luo (2019), arXiv:1905.13655
 */
export function balancedFlow(
  objective: Objective,
  start: ArrayLike<number>,
  depth: number,
  times: ArrayLike<number>,
  options?: CurveOptions,
): Float64Array {
  const { rows, columns, gradient } = checkObjective(objective)
  const map = checkMatrix(start, 'start', rows, columns)
  checkInteger(depth, 'depth', { min: 1 })
  const g = new Float64Array(map.length)
  const rhs = (_t: number, a: Float64Array, da: Float64Array) => {
    gradient(a, g)
    if (depth === 1) for (let i = 0; i < g.length; i++) da[i] = -g[i]
    else da.set(balancedVelocity(a, g, rows, columns, depth))
  }
  return solveFlow(rhs, map, times, checkOptions(options, 'options', CURVE_KEYS) as CurveOptions)
}
