// The curvature of the sum-penalised loss at its critical points, in closed form: which are minima, and how fast descent is near them.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { readIndices, readVariances } from './spectrum.js'

/** Options of both functions. */
export interface CurvatureOptions {
  /** Hidden units k. */
  hidden: number
  /** lambda > 0. */
  lambda: number
  /** The kept directions, of variances above lambda. Default: those of the global minimum. */
  indices?: readonly number[]
}

/**
 * Morse index and nullity of a critical point of the sum-penalised loss that keeps l directions I:
 *
 *     index = #{i in I, j not in I: v_j > v_i} + (k - l) #{j not in I: v_j > lambda},   nullity = k l - l (l + 1)/2
 *
 * Index 0 only where the min(k, #{v > lambda}) leading directions are kept: there is no other minimum. The nullity counts rotations of the hidden units.
 *
 * @param variances eigenvalues of C, falling, different from each other and from lambda
 * @throws {DTypeError|RangeArgError|ShapeError|OptionError} arguments that do not fit together
 * @example laeMorse([4, 3, 2], { hidden: 2, lambda: 1, indices: [0, 2] }) // -> { index: 1, nullity: 1 }
 * @see Kunin, Bloom, Goeva, Seed (2019), Loss landscapes of regularized linear autoencoders, arXiv:1901.08168; the counts are ours
 */
export function laeMorse(variances: ArrayLike<number>, options: CurvatureOptions): { index: number; nullity: number } {
  const { v, k, lambda, kept } = read(variances, options)
  const l = kept.length
  let index = 0
  v.forEach((variance, j) => {
    if (kept.includes(j)) return
    for (const i of kept) if (variance > v[i]) index++
    if (variance > lambda) index += k - l
  })
  return { index, nullity: k * l - (l * (l + 1)) / 2 }
}

/**
 * Eigenvalues of the Hessian of `1/2 tr((I - W) C (I - W)') + lambda/2 (|W_1|^2 + |W_2|^2)` (the half gradients) at a critical point, all
 * 2 n k of them. Near the minimum descent loses a factor `1 - eta e` a step, e the least positive one.
 *
 * @param variances eigenvalues of C, falling, shape (n)
 * @returns rising, shape (2 n k); absolute error a few ulp of the largest variance
 * @throws {DTypeError|RangeArgError|ShapeError|OptionError} arguments that do not fit together
 * @example laeHessianSpectrum([3], { hidden: 1, lambda: 1 }) // -> [2, 4]
 * @see Kunin, Bloom, Goeva, Seed (2019), arXiv:1901.08168; the closed form is ours
 */
export function laeHessianSpectrum(variances: ArrayLike<number>, options: CurvatureOptions): Float64Array {
  const { v, k, lambda, kept } = read(variances, options)
  const values: number[] = []
  const s = (i: number) => (v[i] - lambda) / v[i]
  for (const a of kept) {
    values.push(2 * (v[a] - lambda), 2 * lambda)
    v.forEach((variance, j) => {
      if (!kept.includes(j)) values.push(...symmetricPair(s(a) * variance + lambda, -variance, v[a]))
    })
    for (const j of kept) {
      if (j <= a) continue
      const [J, P, r] = [v[j], v[a], Math.sqrt(s(a) * s(j))]
      const block = [
        [lambda + s(a) * J, 0, -lambda, r * J],
        [0, lambda + s(j) * P, r * P, -lambda],
        [-lambda, r * P, lambda + s(a) * P, 0],
        [r * J, -lambda, 0, lambda + s(j) * J],
      ]
      // Kept directions do not compete: the block is positive semidefinite, its singular values are its eigenvalues.
      values.push(...jacobiSvd(Float64Array.from(block.flat()), 4, 4, { vectors: false }).s)
    }
  }
  // Units that keep nothing: against a kept direction they are a rotation and its opposite, against another one free.
  for (let idle = kept.length; idle < k; idle++) {
    v.forEach((variance, j) => {
      if (kept.includes(j)) values.push(0, 2 * lambda)
      else values.push(lambda - variance, lambda + variance)
    })
  }
  return Float64Array.from(values).sort()
}

/** Eigenvalues of [[a, b], [b, d]]; the smaller one from the determinant where it would cancel. */
function symmetricPair(a: number, b: number, d: number): [number, number] {
  const middle = (a + d) / 2
  const radius = Math.sqrt(((a - d) / 2) ** 2 + b * b)
  const large = middle < 0 ? middle - radius : middle + radius
  return [large, large === 0 ? 0 : (a * d - b * b) / large]
}

function read(variances: unknown, options: unknown) {
  const given = checkOptions(options, 'options', ['hidden', 'lambda', 'indices'])
  const v = readVariances(variances)
  const k = checkInteger(given.hidden, 'hidden', { min: 1 })
  const lambda = checkNumber(given.lambda, 'lambda', { above: 0 })
  const best = Array.from({ length: Math.min(k, v.length) }, (_, i) => i).filter((i) => v[i] > lambda)
  const kept = given.indices === undefined ? best : readIndices(given.indices, v.length, k)
  const lost = kept.find((i) => v[i] <= lambda)
  if (lost !== undefined) {
    throw new RangeArgError(`indices names a direction of variance ${v[lost]}, which is not above lambda = ${lambda}`, {
      argument: 'indices',
    })
  }
  return { v, k, lambda, kept }
}
