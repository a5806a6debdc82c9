// The diagonal linear network f(x) = sum_i x_i prod_{j <= D_i} theta_i^(j), whose coordinates have depths D_i of their own, on plain arrays. Scaling the
// parameters of coordinate i by e^(alpha/D_i) scales f by e^alpha: the network is quasi-homogeneous with rates lambda = 1/D_i.
//
// theta is the list of all factors, coordinate after coordinate. Data are columns, times their signs: z_n = y_n x_n.
import { checkInteger } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError, ShapeError } from '../../errors.js'
import { readMatrix } from '../lambda-balanced/operands.js'
import { checkNumbers } from '../numerics/arrays.js'

/** Data for a linear classifier. */
export interface MarginData {
  /** X, shape (d, P): columns are samples. */
  x: MatrixLike
  /** Signs, shape (P): 1 or -1. Default all 1, for samples that were multiplied by theirs. */
  y?: ArrayLike<number>
}

/** z_n = y_n x_n as columns, shape (d, P). */
export interface Samples {
  readonly d: number
  readonly count: number
  readonly z: Float64Array
}

export function readSamples(given: { x?: unknown; y?: unknown }): Samples {
  const { rows: d, cols: count, data } = readMatrix(given.x as MatrixLike, 'x')
  const y = given.y === undefined ? new Float64Array(count).fill(1) : checkNumbers(given.y, 'y', {}, count)
  const odd = y.findIndex((sign) => sign !== 1 && sign !== -1)
  if (odd >= 0) throw new RangeArgError(`y[${odd}] must be 1 or -1, got ${y[odd]}`, { argument: `y[${odd}]` })
  return { d, count, z: data.map((value, at) => value * y[at % count]) }
}

/** Depths, one a coordinate. */
export function readDepths(given: unknown, d?: number): number[] {
  const depths = Array.from(checkNumbers(given, 'depths', {}, d), (depth, i) =>
    checkInteger(depth, `depths[${i}]`, { min: 1, max: 64 }),
  )
  if (depths.length === 0) throw new ShapeError('depths must name at least one coordinate', { argument: 'depths' })
  return depths
}

/** beta_i, the product of the factors of coordinate i. */
export function productsOf(theta: ArrayLike<number>, depths: readonly number[], beta: Float64Array): Float64Array {
  let at = 0
  depths.forEach((depth, i) => {
    let product = 1
    for (let j = 0; j < depth; j++) product *= theta[at++]
    beta[i] = product
  })
  return beta
}

/** z_n.beta for all samples. */
export function marginsOf({ d, count, z }: Samples, beta: ArrayLike<number>, out: Float64Array): Float64Array {
  out.fill(0)
  for (let i = 0; i < d; i++) for (let n = 0; n < count; n++) out[n] += z[i * count + n] * beta[i]
  return out
}

/** The smallest of some numbers. */
export const least = (values: Float64Array): number => values.reduce((low, value) => Math.min(low, value), Infinity)
