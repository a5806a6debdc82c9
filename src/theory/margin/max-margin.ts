// The maximum margin that quasi-homogeneous networks tend to: only the coordinates of the largest rate are paid for.
//
//   minimise sum_{i shallow} beta_i^2   subject to   y_n beta.x_n >= 1,    the other coordinates free
//
// With a small price eps^2 on the free coordinates it is a least-distance problem, which non-negative least squares solves by its active set; on that set the
// problem without the price is a linear system. The set is right if what comes out satisfies the conditions of the optimum, else eps is lowered.
import { checkOptions } from '../../check.js'
import { ConvergenceError, RangeArgError, UnsupportedError } from '../../errors.js'
import { least, type MarginData, marginsOf, readDepths, readSamples, type Samples } from './model.js'
import { nonnegativeLeastSquares, shortestSolution } from './nonnegative.js'

/** A maximum-margin classifier. */
export interface MaxMargin {
  /** shape (d), with smallest margin 1 */
  readonly beta: Float64Array
  /** The sum of the squares of the coordinates that are paid for. */
  readonly optimum: number
  /** Lagrange multipliers of the samples, shape (P), >= 0; above 0 for those that hold the margin. Their sum is the optimum. */
  readonly multipliers: Float64Array
}

/**
 * The classifier of least lambda_max-seminorm among those of margin 1: `min sum_{D_i = 1} beta_i^2` subject to `y_n beta.x_n >= 1`, deeper coordinates free. Gradient
 * flow of a quasi-homogeneous diagonal network on the exponential loss tends to its direction, if the products of the deep coordinates can take its signs.
 * With all depths 1 it is the l2 maximum margin (the hard-margin support vector machine without offset).
 *
 * @param options.depths depth of every coordinate, shape (d); the shallowest must be 1
 * @returns the conditions of the optimum hold to 1e-10: margins, signs of the multipliers, and stationarity
 * @throws {RangeArgError} data that no beta separates
 * @throws {UnsupportedError} no coordinate of depth 1: then the seminorm is no quadratic form of beta
 * @throws {ConvergenceError} data so near to not separable that the conditions cannot be met
 * @throws {DTypeError|ShapeError|OptionError} what does not fit together
 * @example
 * maxMarginLambdaMax({ x: [[1, -1], [0, 0]], y: [1, -1], depths: [1, 1] }).beta // -> [1, 0]
 * @see Kunin, Yamamura, Ma, Ganguli (2022), arXiv:2210.03820
 */
export function maxMarginLambdaMax(options: MarginData & { depths: readonly number[] }): MaxMargin {
  const given = checkOptions(options, 'maxMarginLambdaMax', ['x', 'y', 'depths'])
  const samples = readSamples(given)
  const depths = readDepths(given.depths, samples.d)
  if (!depths.includes(1)) {
    throw new UnsupportedError(
      'maxMarginLambdaMax needs a coordinate of depth 1; with all depths D the limit is the least l_(2/D) seminorm, no quadratic program',
      { argument: 'depths' },
    )
  }
  const paid = depths.map((depth) => (depth === 1 ? 1 : 0))
  // In units of the largest entry.
  const scale = samples.z.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (scale === 0) throw notSeparable()
  const unit = { ...samples, z: samples.z.map((value) => value / scale) }
  for (const price of [1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
    if (price === 1 && paid.includes(0)) continue
    const active = activeSamples(unit, paid, price)
    const found = optimumOn(unit, paid, active)
    if (found !== undefined) {
      const beta = found.beta.map((value) => value / scale)
      const multipliers = found.multipliers.map((value) => value / scale / scale)
      return { beta, optimum: beta.reduce((sum, value, i) => sum + paid[i] * value * value, 0), multipliers }
    }
  }
  throw new ConvergenceError('the data are so near to not separable that the maximum margin is lost in rounding', {
    argument: 'x',
  })
}

/** The samples that hold the margin with a price `price`^2 on free coordinates. @throws {RangeArgError} no separation */
function activeSamples({ d, count, z }: Samples, paid: readonly number[], price: number): number[] {
  const columns = Array.from({ length: count }, (_, n) =>
    Float64Array.from({ length: d + 1 }, (_, i) => (i === d ? 1 : z[i * count + n] / (paid[i] === 1 ? 1 : price))),
  )
  const f = new Float64Array(d + 1)
  f[d] = 1
  const u = nonnegativeLeastSquares(columns, f)
  // What is left of f is the direction of the optimum; nothing is left where a convex combination of samples is zero.
  const rest = columns.reduce((left, column, n) => left - column[d] * u[n], 1)
  if (!(rest > 1e-14)) throw notSeparable()
  return [...u.keys()].filter((n) => u[n] > 0)
}

/** The optimum with these samples at margin 1, if it is one: H beta = Z alpha, Z' beta = 1. */
function optimumOn(
  samples: Samples,
  paid: readonly number[],
  active: readonly number[],
): { beta: Float64Array; multipliers: Float64Array } | undefined {
  const { d, count, z } = samples
  const size = d + active.length
  const system = new Float64Array(size * size)
  const right = new Float64Array(size)
  for (let i = 0; i < d; i++) system[i * size + i] = paid[i]
  active.forEach((n, k) => {
    right[d + k] = 1
    for (let i = 0; i < d; i++) {
      system[i * size + d + k] = -z[i * count + n]
      system[(d + k) * size + i] = z[i * count + n]
    }
  })
  const solution = shortestSolution(system, size, size, right, 1e-14)
  const beta = solution.slice(0, d)
  const multipliers = new Float64Array(count)
  active.forEach((n, k) => {
    multipliers[n] = solution[d + k]
  })
  const largest = multipliers.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const length = Math.max(1, ...beta.map(Math.abs))
  const feasible = least(marginsOf(samples, beta, new Float64Array(count))) >= 1 - 1e-10
  const signed = multipliers.every((value) => value >= -1e-10 * Math.max(1, largest))
  // Stationarity.
  let worst = 0
  for (let i = 0; i < d; i++) {
    let pull = -paid[i] * beta[i]
    for (let n = 0; n < count; n++) pull += z[i * count + n] * multipliers[n]
    worst = Math.max(worst, Math.abs(pull))
  }
  if (!(feasible && signed && worst <= 1e-10 * Math.max(length, largest))) return undefined
  return { beta, multipliers: multipliers.map((value) => Math.max(0, value)) }
}

function notSeparable(): RangeArgError {
  return new RangeArgError('no beta has a positive margin on all samples: the data are not separable', {
    argument: 'x',
  })
}
