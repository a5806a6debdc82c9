// Two-layer regression with inputs that are not white but share their axes with the correlations.

import { checkNumbers, checkPerMode } from '../numerics/arrays.js'
import { LEAST_SIZE } from './balanced-time.js'
import { twoLayerMode } from './two-layer-mode.js'

/**
 * The modes of two-layer regression `1/(2P) ||Y - W2 W1 X||^2` where `X X'/P = V diag(lam) V'` and `Y X'/P = U diag(sig) V'`, from the balanced
 * start `W2 W1 = e^(-2 delta) U V'`:
 *
 *     dw/dt = 2 w (sig - lam w)
 *     w(t) = sig E / (lam (E - e^(-2 delta)) + sig),  E = e^(2 sig t - 2 delta)
 *
 * Mode i ends at sig_i / lam_i. In the scaled time t / delta, delta -> infinity, it jumps there at 1 / sig_i.
 *
 * @param correlations sig >= 0, shape (r)
 * @param covariances lam >= 0, one number or shape (r)
 * @param initial w(0) = e^(-2 delta), at least 1e-300, one number or shape (r)
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @returns w, shape (T, r) row-major; relative error below 4 eps (1 + 2 sig t)
 * @throws {RangeArgError} {DTypeError} {ShapeError} a number out of its range, or arrays that do not fit together
 * @example gidelModes([2], [4], 0.01, [0, 10]) // -> [0.01, 0.5]
 * @see Gidel, Bach, Lacoste-Julien (2019), Implicit regularization of discrete gradient dynamics in linear neural networks
 */
export function gidelModes(
  correlations: ArrayLike<number>,
  covariances: number | ArrayLike<number>,
  initial: number | ArrayLike<number>,
  times: ArrayLike<number>,
): Float64Array {
  const sig = checkNumbers(correlations, 'correlations', { min: 0 })
  const lam = checkPerMode(covariances, 'covariances', sig.length, { min: 0 })
  const w0 = checkPerMode(initial, 'initial', sig.length, { min: LEAST_SIZE })
  const t = checkNumbers(times, 'times', { min: 0 })
  const modes = new Float64Array(t.length * sig.length)
  for (let i = 0; i < t.length; i++) {
    for (let k = 0; k < sig.length; k++) modes[i * sig.length + k] = twoLayerMode(sig[k], lam[k], w0[k], t[i])
  }
  return modes
}
