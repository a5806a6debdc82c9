// When a network with a small random start learns its first mode.
import { checkInteger, checkNumber } from '../../check.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { log, pow } from '../../math/elementary.js'
import { clockFromBlowUp } from '../modes/deep-clock.js'
import { checkMatrix } from '../numerics/arrays.js'
import { checkChain } from '../numerics/chain.js'
import { blowUp, checkFraction } from './blow-up.js'
import { escapeAmplitudes } from './plateaus.js'

/**
 * How much later than the blow-up of the homogeneous flow the first mode reaches the fraction f of its target, depth L > 2, whitened inputs:
 *
 *     c_L(f) = f^(1-p) s_1^-p / (L (1-p)) 2F1(1, 1-p; 2-p; f),  p = 2 - 2/L
 *
 * negative for small f: the mode gets there before.
 *
 * @param fraction f inside (0, 1)
 * @param value s_1 > 0
 * @param depth the number of layers L, at least 3
 * @returns the offset, in units of 1 / learning rate; relative error below 1e-14 (absolute where it changes its sign)
 * @throws {RangeArgError} {DTypeError} a number out of its range
 * @example escapeOffset(0.5, 1, 4) // -> -0.2664199876767761
 * @see Jacot et al. (2021), arXiv:2106.15933; the integral of the mode equation of Saxe et al. (2014), arXiv:1312.6120
 */
export function escapeOffset(fraction: number, value: number, depth: number): number {
  const f = checkFraction(fraction)
  checkNumber(value, 'value', { above: 0 })
  checkInteger(depth, 'depth', { min: 3 })
  return clockFromBlowUp(f, 1 - 2 / depth) / (depth * pow(value, 2 - 2 / depth))
}

/**
 * When a deep linear network with a small start learns its first mode: the time at which `u_1' A v_1` reaches f s_1, loss `1/2 |A - Y|^2`, to leading order
 * in the start.
 *
 *     L = 2:  t = ln[ f / (1 - f) s_1 / a_1 ] / (2 s_1),  a_1 of `escapeAmplitudes`
 *     L > 2:  t = T + c_L(f),  T of `blowUp`, c_L of `escapeOffset`
 *
 * @param weights W_l, l = 1..L, each flat row-major (n_l, n_(l-1))
 * @param sizes n_0 .. n_L, at least two layers
 * @param target Y, shape (n_L, n_0) row-major, s_1 > s_2
 * @param fraction f inside (0, 1), default 1/2
 * @returns the time, in units of 1 / learning rate; for starts alpha = 0.1 .. 0.001 of random weights of order 1 the error measured is 1e-3 .. 1e-6 of it
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @throws {ConvergenceError} the start does not leave the origin
 * @example startEscapeTime([[0.001], [0.001]], [1, 1, 1], [1]) // -> 6.907755278982137
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), Saddle-to-saddle dynamics in deep linear networks, arXiv:2106.15933, the first escape
 */
export function startEscapeTime(
  weights: readonly ArrayLike<number>[],
  sizes: readonly number[],
  target: ArrayLike<number>,
  fraction = 0.5,
): number {
  const { chain } = checkChain(weights, sizes, 2)
  const [rows, columns] = [sizes[chain.depth], sizes[0]]
  const y = checkMatrix(target, 'target', rows, columns)
  const f = checkFraction(fraction)
  const value = checkNumber(jacobiSvd(y, rows, columns, { vectors: false }).s[0], 'the norm of target', { above: 0 })
  if (chain.depth > 2) {
    const { time } = blowUp(
      weights,
      sizes,
      y.map((entry) => -entry),
    )
    return time + escapeOffset(f, value, chain.depth)
  }
  const [amplitude] = escapeAmplitudes(weights[0], weights[1], y, rows, sizes[1], columns)
  checkNumber(amplitude, 'the part of weights along the first mode', { above: 0 })
  return (log(f / (1 - f)) + log(value) - log(amplitude)) / (2 * value)
}
