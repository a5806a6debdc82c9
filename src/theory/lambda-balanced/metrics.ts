// Figures that compare kernels, or say in one number what a spectrum or a basis looks like. On plain matrices; for running networks see `probes`.
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError } from '../../errors.js'
import { exp, log } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { frobenius, inner, multiply, multiplyLeftTransposed } from '../numerics/dense.js'
import { readMatrix } from './operands.js'
import { checkOrthonormal } from './orthonormal.js'
import { traceOf } from './small-matrix.js'

/**
 * Cosine distance of two kernels, `1 - <K, L>/(|K| |L|)`.
 * @param k (n, n)
 * @param l (n, n)
 * @throws {RangeArgError} a kernel that is zero; {ShapeError|DTypeError} shapes that differ
 * @example
 * kernelDistance([[1, 0], [0, 1]], [[2, 0], [0, 2]]) // -> 0
 * @see Fort et al. (2020), Deep learning versus kernel learning, arXiv:2010.15110
 */
export function kernelDistance(k: MatrixLike, l: MatrixLike): number {
  const [first, second] = readKernels(k, l).map((kernel) => normalized(kernel, 'kernel'))
  return 0.5 * squared(first.map((value, i) => value - second[i]))
}

/**
 * Relative movement of a kernel, `|K_t - K_0|/|K_0|`.
 * @throws {RangeArgError} K_0 is zero; {ShapeError|DTypeError} shapes that differ
 * @example
 * kernelMovement([[3, 0], [0, 3]], [[1, 0], [0, 1]]) // -> 2
 */
export function kernelMovement(now: MatrixLike, start: MatrixLike): number {
  const [k, k0] = readKernels(now, start)
  const size = frobenius(k0)
  if (!(size > 0)) throw new RangeArgError('a movement is relative to a kernel that is not zero', { argument: 'start' })
  return frobenius(k.map((value, i) => value - k0[i])) / size
}

/**
 * Alignment of a kernel with a target, `y' K y/(|K|_F |y|^2)`.
 * @param k (n, n)
 * @param y n numbers
 * @throws {RangeArgError} zero kernel or target; {ShapeError|DTypeError} shapes that do not fit
 * @example
 * targetAlignment([[1, 0], [0, 0]], [2, 0]) // -> 1
 */
export function targetAlignment(k: MatrixLike, y: ArrayLike<number>): number {
  const target = checkNumbers(y, 'y')
  const { data, rows } = readMatrix(k, 'k', target.length, target.length)
  const direction = normalized(target, 'y')
  return inner(direction, multiply(normalized(data, 'kernel'), direction, rows, rows, 1))
}

/**
 * Centred kernel alignment `<HKH, HLH>/(|HKH| |HLH|)`, `H = I - 1 1'/n`.
 * @throws {RangeArgError} a kernel that is constant after centring; {ShapeError|DTypeError} shapes that differ
 * @example
 * centredAlignment([[1, 0], [0, 0]], [[0, 0], [0, 3]]) // -> 1
 * @see Kornblith, Norouzi, Lee, Hinton (2019), Similarity of neural network representations revisited, arXiv:1905.00414
 */
export function centredAlignment(k: MatrixLike, l: MatrixLike): number {
  const [first, second] = readKernels(k, l).map((kernel) => normalized(centred(kernel), 'centred kernel'))
  return inner(first, second)
}

/**
 * How far a symmetric matrix is from a multiple of the identity, `|A - (tr A/n) I|_F/|A|_F`: 0 for the unstructured layer of a lazy network.
 * @throws {RangeArgError} A is zero; {ShapeError|DTypeError} A is not square
 * @example
 * identityDeviation([[2, 0], [0, 2]]) // -> 0
 */
export function identityDeviation(a: MatrixLike): number {
  const { data, rows, cols } = readMatrix(a, 'a')
  readMatrix(a, 'a', cols, cols)
  const unit = normalized(data, 'a')
  const mean = traceOf(unit, rows) / rows
  return frobenius(unit.map((value, i) => (i % (rows + 1) === 0 ? value - mean : value)))
}

/** The ranks that a spectrum has: `effective = exp(-sum p log p)`, `p = s/sum s`; `stable = |A|_F^2/|A|_2^2`; `participation = (sum s^2)^2/sum s^4`. */
export interface SpectrumRanks {
  readonly effective: number
  readonly stable: number
  readonly participation: number
}

/**
 * Effective rank, stable rank and participation ratio (of s^2) of a spectrum.
 * @param s singular values >= 0, not all 0
 * @throws {RangeArgError} a negative value, or none above 0
 * @example
 * spectrumRanks([2, 2, 0]) // -> { effective: 2, stable: 2, participation: 2 }
 * @see Roy, Vetterli (2007), The effective rank, EUSIPCO
 */
export function spectrumRanks(s: ArrayLike<number>): SpectrumRanks {
  const values = checkNumbers(s, 's', { min: 0 })
  const largest = values.reduce((most, value) => Math.max(most, value), 0)
  if (!(largest > 0)) throw new RangeArgError('s must have a value above 0', { argument: 's' })
  let [total, squares, fourths, entropy] = [0, 0, 0, 0]
  for (const value of values) {
    const x = value / largest
    total += x
    squares += x * x
    fourths += x ** 4
  }
  for (const value of values) {
    const share = value / largest / total
    if (share > 0) entropy -= share * log(share)
  }
  return { effective: exp(entropy), stable: squares, participation: squares ** 2 / fourths }
}

/**
 * Overlap of two subspaces, `|U' V|_F^2/k`: 1 for the same, 0 for orthogonal ones. For degenerate singular values it means something where single
 * vectors do not.
 * @param u (n, k), orthonormal columns
 * @param v (n, k), orthonormal columns
 * @throws {RangeArgError} columns that are not orthonormal; {ShapeError|DTypeError} shapes that differ
 * @example
 * subspaceOverlap([[1], [0]], [[0], [1]]) // -> 0
 */
export function subspaceOverlap(u: MatrixLike, v: MatrixLike): number {
  const first = readMatrix(u, 'u')
  const second = readMatrix(v, 'v', first.rows, first.cols)
  checkOrthonormal(first.data, 'u', first.rows, first.cols)
  checkOrthonormal(second.data, 'v', first.rows, first.cols)
  return squared(multiplyLeftTransposed(first.data, second.data, first.cols, first.rows, first.cols)) / first.cols
}

function readKernels(k: MatrixLike, l: MatrixLike): [Float64Array, Float64Array] {
  const { rows, data } = readMatrix(k, 'k')
  readMatrix(k, 'k', rows, rows)
  return [data, readMatrix(l, 'l', rows, rows).data]
}

function squared(x: Float64Array): number {
  return inner(x, x)
}

function normalized(x: Float64Array, name: string): Float64Array {
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (!(largest > 0)) throw new RangeArgError(`${name} is zero and has no direction`, { argument: name })
  const scaled = x.map((value) => value / largest)
  const size = frobenius(scaled)
  return scaled.map((value) => value / size)
}

function centred(kernel: Float64Array): Float64Array {
  const n = Math.round(Math.sqrt(kernel.length))
  const rows = new Float64Array(n)
  const cols = new Float64Array(n)
  for (let i = 0; i < kernel.length; i++) {
    rows[Math.floor(i / n)] += kernel[i] / n
    cols[i % n] += kernel[i] / n
  }
  const mean = rows.reduce((sum, value) => sum + value / n, 0)
  return kernel.map((value, i) => value - rows[Math.floor(i / n)] - cols[i % n] + mean)
}
