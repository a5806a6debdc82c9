// The parameters of one mode of SGD with momentum, checked, and what both its forms are made of.
import { checkNumber } from '../../check.js'

/** What SGD with momentum is told besides the mode. */
export interface SgdParameters {
  /** eta > 0. */
  learningRate: number
  /** b, 0 <= b < 1. Default 0. */
  momentum?: number
  /** Samples of a minibatch S, > 0. Default 1. */
  batchSize?: number
  /** lambda >= 0. Default 0. */
  weightDecay?: number
}

/** The names of `SgdParameters`. */
export const SGD_KEYS = ['learningRate', 'momentum', 'batchSize', 'weightDecay'] as const

/** Checked. */
export interface CheckedSgd {
  readonly eta: number
  readonly b: number
  readonly batch: number
  readonly decay: number
}

export function checkSgd(given: Partial<Record<(typeof SGD_KEYS)[number], unknown>>): CheckedSgd {
  return {
    eta: checkNumber(given.learningRate, 'learningRate', { min: 1e-12, max: 1e12 }),
    b: checkNumber(given.momentum ?? 0, 'momentum', { min: 0, below: 1 }),
    batch: checkNumber(given.batchSize ?? 1, 'batchSize', { above: 0, max: 1e12 }),
    decay: checkNumber(given.weightDecay ?? 0, 'weightDecay', { min: 0, max: 1e12 }),
  }
}

/** Eigenvalues of the Hessian. */
export const CURVATURES = { min: 0, max: 1e12 }
/** Variances of the gradient of a sample. */
export const NOISES = { min: 0, max: 1e100 }
