// How balanced independent Gaussian layers are: D = W_2' W_2 - W_1 W_1' of entries N(0, v1) and N(0, v2).
import { checkChoice, checkNumber } from '../../check.js'
import type { TwoLayerSizes } from '../../linalg/dense/balanced-factors.js'
import { readSizes } from './weights.js'

/** Moments of D. */
export interface GaussianLambda {
  /** E D = mean I: the lambda that such a start has on average. */
  readonly mean: number
  /** Variance of each diagonal entry of D. */
  readonly diagonalVariance: number
  /** Variance of each other entry. */
  readonly offDiagonalVariance: number
  /** Variance of the estimate tr D/hidden. */
  readonly lambdaVariance: number
}

/**
 * Mean and variances of `D = W_2' W_2 - W_1 W_1'` for independent entries `W_1 ~ N(0, v1)`, `W_2 ~ N(0, v2)`:
 * `E D = (out v2 - in v1) I`, `Var D_ii = 2 (out v2^2 + in v1^2)`, `Var D_ij = out v2^2 + in v1^2`.
 *
 * The exact solution for such a start, with `lambda` the estimate and `tolerance: Infinity`, is an approximation: its error falls about like
 * width^-1/2.
 * @param sizes [inputs, hidden, outputs]
 * @param v1 variance >= 0 of the entries of W_1
 * @param v2 variance >= 0 of the entries of W_2
 * @throws {RangeArgError|DTypeError|OptionError} no sizes, or a negative variance
 * @example
 * gaussianLambda([2, 4, 3], 1, 1).mean // -> 1
 */
export function gaussianLambda(sizes: TwoLayerSizes, v1: number, v2: number): GaussianLambda {
  const [inputs, hidden, outputs] = readSizes(sizes)
  checkNumber(v1, 'v1', { min: 0 })
  checkNumber(v2, 'v2', { min: 0 })
  const spread = outputs * v2 * v2 + inputs * v1 * v1
  return {
    mean: outputs * v2 - inputs * v1,
    diagonalVariance: 2 * spread,
    offDiagonalVariance: spread,
    // Diagonal entries belong to different hidden units: independent.
    lambdaVariance: (2 * spread) / hidden,
  }
}

/**
 * Variances of the entries of W_1 and W_2 in the usual schemes: LeCun `1/fan-in`, He `2/fan-in`, Glorot `2/(fan-in + fan-out)`.
 *
 * @param sizes [inputs, hidden, outputs]
 * @returns [v1, v2]
 * @throws {OptionError} an unknown scheme; {RangeArgError|DTypeError} no sizes
 * @example
 * initializationVariances('lecun', [4, 8, 2]) // -> [0.25, 0.125]
 */
export function initializationVariances(scheme: 'lecun' | 'he' | 'glorot', sizes: TwoLayerSizes): [number, number] {
  checkChoice(scheme, 'scheme', ['lecun', 'he', 'glorot'])
  const [inputs, hidden, outputs] = readSizes(sizes)
  if (scheme === 'glorot') return [2 / (inputs + hidden), 2 / (hidden + outputs)]
  const gain = scheme === 'he' ? 2 : 1
  return [gain / inputs, gain / hidden]
}
