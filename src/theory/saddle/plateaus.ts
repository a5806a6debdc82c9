// The saddles that a small start visits, whitened inputs: A is the target cut to rank k, for k = 0, 1, 2, ...
import { checkInteger, checkNumber } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { log } from '../../math/elementary.js'
import { checkMatrix, checkNumbers } from '../numerics/arrays.js'
import { multiply } from '../numerics/dense.js'

/** Columns of `plateaus`, each of shape (r + 1): what is seen at plateau k = 0..r. */
export interface Plateaus {
  /** `1/2 sum_(i > k) s_i^2`, summed from the smallest. */
  losses: Float64Array
  /** `sum_(i <= k) s_i`. */
  nuclearNorms: Float64Array
  /** `|dC/dA|_op = s_(k+1)`, the speed of the next escape; 0 at the end. */
  speeds: Float64Array
}

/**
 * The plateaus of a network that starts small, loss `1/2 |A - Y|^2`: at plateau k the map is Y cut to rank k.
 *
 * @param values the singular values of Y, descending, shape (r)
 * @returns `{ losses, nuclearNorms, speeds }`, each of shape (r + 1)
 * @throws {RangeArgError} {DTypeError} values that are negative or not descending
 * @example plateaus([4, 2, 1, 0.5]).losses // -> [10.625, 2.625, 0.625, 0.125, 0]
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), arXiv:2106.15933
 */
export function plateaus(values: ArrayLike<number>): Plateaus {
  const s = checkDescending(values)
  const r = s.length
  const losses = new Float64Array(r + 1)
  const nuclearNorms = new Float64Array(r + 1)
  const speeds = new Float64Array(r + 1)
  for (let k = r - 1; k >= 0; k--) losses[k] = losses[k + 1] + 0.5 * s[k] * s[k]
  for (let k = 0; k < r; k++) {
    nuclearNorms[k + 1] = nuclearNorms[k] + s[k]
    speeds[k] = s[k]
  }
  return { losses, nuclearNorms, speeds }
}

/**
 * When the modes of a two-layer network with a small start are half learned, `t_k = ln(s_k / a_k) / (2 s_k)`, to leading order in the start: the first to
 * rounding of the theory, later ones up to an offset that stays bounded as the start shrinks, since the modes learned before disturb them. Differences between two
 * scales of the start are exact in the limit: `dt_k / d ln(1 / alpha) = 1 / s_k`.
 *
 * @param values the singular values s_k > 0 of Y
 * @param amplitudes a_k > 0, as `escapeAmplitudes` makes them, one number or one for each
 * @returns t_k, shape (r), in units of 1 / learning rate
 * @throws {RangeArgError} {DTypeError} {ShapeError} a number out of its range, or arrays that do not fit together
 * @example plateauTimes([4, 1], [4e-8, 1e-8]) // -> [2.302585092994046, 9.210340371976184]
 * @see Jacot et al. (2021), arXiv:2106.15933
 */
export function plateauTimes(values: ArrayLike<number>, amplitudes: number | ArrayLike<number>): Float64Array {
  const s = checkNumbers(values, 'values', { above: 0 })
  const a =
    typeof amplitudes === 'number'
      ? new Float64Array(s.length).fill(checkNumber(amplitudes, 'amplitudes', { above: 0 }))
      : checkNumbers(amplitudes, 'amplitudes', { above: 0 }, s.length)
  return s.map((value, k) => (log(value) - log(a[k])) / (2 * value))
}

/**
 * The sizes with which the modes of a small two-layer start begin, `a_k = |W_1 v_k + W_2' u_k|^2 / 4`: the part of the weights that grows as `e^(s_k t)`. For Gaussian
 * weights the mean is `w sigma^2 / 2`.
 *
 * @param first W_1, shape (width, columns) row-major
 * @param second W_2, shape (rows, width) row-major
 * @param target Y, shape (rows, columns) row-major
 * @returns a_k, shape (min(rows, columns)), in the order of the singular values of Y; those of equal values depend on the basis
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @example escapeAmplitudes([0.1], [0.3], [2], 1, 1, 1) // -> [0.04]
 * @see Jacot et al. (2021), arXiv:2106.15933
 */
export function escapeAmplitudes(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  target: ArrayLike<number>,
  rows: number,
  width: number,
  columns: number,
): Float64Array {
  const sizes = { rows, width, columns }
  for (const [name, size] of Object.entries(sizes)) checkInteger(size, name, { min: 1 })
  const w1 = checkMatrix(first, 'first', width, columns)
  const w2 = checkMatrix(second, 'second', rows, width)
  const { u, s, v } = jacobiSvd(checkMatrix(target, 'target', rows, columns), rows, columns)
  const r = s.length
  const below = multiply(w1, v, width, columns, r)
  const amplitudes = new Float64Array(r)
  for (let k = 0; k < r; k++) {
    for (let h = 0; h < width; h++) {
      let sum = below[h * r + k]
      for (let i = 0; i < rows; i++) sum += w2[i * width + h] * u[i * r + k]
      amplitudes[k] += 0.25 * sum * sum
    }
  }
  return amplitudes
}

/** Singular values as an argument: descending and not negative. */
export function checkDescending(values: unknown): Float64Array {
  const s = checkNumbers(values, 'values', { min: 0 })
  for (let k = 1; k < s.length; k++) {
    if (s[k] > s[k - 1]) {
      throw new RangeArgError(`values must be descending; values[${k}] = ${s[k]} follows ${s[k - 1]}`, {
        argument: 'values',
      })
    }
  }
  return s
}
