// Leaving the saddle at the origin along the steepest direction: how fast, how far, when. Near it C(0) + H(theta), H homogeneous of degree L.
import { checkInteger, checkNumber } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { exp, log, pow } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { checkMatrix, checkNumbers } from '../numerics/arrays.js'

/**
 * The escape speed `s* = s_1 L^(1 - L/2)`: on the unit sphere the steepest descent of a deep linear network from a saddle is `dr/dt = s* r^(L-1)`.
 *
 * @param value s_1 >= 0, the largest singular value of dC/dA at the saddle
 * @param depth the number of layers L, at least 2
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example escapeSpeed(3, 4) // -> 0.75
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), Saddle-to-saddle dynamics in deep linear networks, arXiv:2106.15933
 */
export function escapeSpeed(value: number, depth: number): number {
  checkNumber(value, 'value', { min: 0 })
  checkInteger(depth, 'depth', { min: 2 })
  return value * pow(depth, 1 - depth / 2)
}

/**
 * The norm of the weights along the optimal escape path, `dr/dt = s* r^(L-1)`:
 *
 *     L = 2:  r = r_0 e^(s* t)
 *     L > 2:  r = r_0 (1 - t / T)^(-1/(L-2)),  T = r_0^-(L-2) / ((L-2) s*)
 *
 * the path of the homogeneous part of the loss; the loss itself bends it once the map is not small.
 *
 * @param norm r_0 > 0, the norm of all weights together at time 0
 * @param value s_1 > 0, the largest singular value of dC/dA at the saddle
 * @param depth the number of layers L, at least 2
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @returns r, shape (T); Infinity from the blow-up time on
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example escapeNorms(0.1, 1, 4, [0, 150]) // -> [0.1, 0.2]
 * @see Jacot et al. (2021), arXiv:2106.15933
 */
export function escapeNorms(norm: number, value: number, depth: number, times: ArrayLike<number>): Float64Array {
  checkNumber(norm, 'norm', { above: 0 })
  checkNumber(value, 'value', { above: 0 })
  const speed = escapeSpeed(value, depth)
  const t = checkNumbers(times, 'times', { min: 0 })
  if (depth === 2) return t.map((time) => norm * exp(speed * time))
  const end = pow(norm, 2 - depth) / ((depth - 2) * speed)
  return t.map((time) => (time < end ? norm * exp(log1p(-time / end) / (2 - depth)) : Infinity))
}

/**
 * When a network of depth L leaves a saddle along the optimal path: `T = eps^-(L-2) / ((L-2) s_1)`, the blow-up time of the homogeneous part; for two layers
 * `ln(1 / eps) / s_1`, when it would be of size 1.
 *
 * @param value s_1 > 0, the largest singular value of dC/dA at the saddle
 * @param depth the number of layers L, at least 2
 * @param size eps > 0 (below 1 for two layers): the norm of one layer at time 0, `r_0 = eps sqrt L`
 * @returns the time, in units of 1 / learning rate
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example escapeTime(2, 3, 0.01) // -> 50
 * @example escapeTime(2, 2, 0.01) // -> 2.302585092994046
 * @see Jacot et al. (2021), arXiv:2106.15933
 */
export function escapeTime(value: number, depth: number, size: number): number {
  checkNumber(value, 'value', { above: 0 })
  checkInteger(depth, 'depth', { min: 2 })
  checkNumber(size, 'size', depth === 2 ? { above: 0, max: 1 } : { above: 0 })
  return depth === 2 ? -log(size) / value : pow(size, 2 - depth) / ((depth - 2) * value)
}

/**
 * The optimal escape direction from the origin, on the unit sphere of all weights:
 *
 *     W_1 = z_1 v_1' / sqrt L,  W_l = z_l z_(l-1)' / sqrt L,  W_L = -u_1 z_(L-1)' / sqrt L
 *
 * with the leading triple (u_1, s_1, v_1) of `G_0 = dC/dA(0)` and any unit vectors z_l of the hidden layers, here the first neuron of each. There
 * `H = -s_1 L^(-L/2)` is least, and `grad H = -s* rho`.
 *
 * @param gradient G_0, shape (n_L, n_0) row-major, not 0
 * @param sizes n_0 .. n_L, at least two layers
 * @returns W_1 .. W_L, each flat row-major (n_l, n_(l-1)); the sign of the path is that of `jacobiSvd`
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together; no gradient, no direction
 * @example escapeDirection([-3], [1, 1, 1]).map(([w]) => Math.abs(w)) // -> [0.7071067811865475, 0.7071067811865475]
 * @see Jacot et al. (2021), arXiv:2106.15933
 */
export function escapeDirection(gradient: ArrayLike<number>, sizes: readonly number[]): Float64Array[] {
  const depth = checkInteger(sizes?.length, 'the number of sizes', { min: 3 }) - 1
  sizes.forEach((size, l) => {
    checkInteger(size, `sizes[${l}]`, { min: 1 })
  })
  const { u, s, v } = jacobiSvd(checkMatrix(gradient, 'gradient', sizes[depth], sizes[0]), sizes[depth], sizes[0])
  checkNumber(s[0], 'the norm of gradient', { above: 0 })
  const unit = 1 / Math.sqrt(depth)
  return sizes.slice(1).map((rows, i) => {
    const columns = sizes[i]
    const w = new Float64Array(rows * columns)
    if (i === 0) for (let j = 0; j < columns; j++) w[j] = unit * v[j * s.length]
    else if (i < depth - 1) w[0] = unit
    else for (let j = 0; j < rows; j++) w[j * columns] = -unit * u[j * s.length]
    return w
  })
}
