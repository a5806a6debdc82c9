// Random orthonormal columns.
import { checkInteger } from '../../check.js'
import { ShapeError } from '../../errors.js'
import type { Key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { householderQr } from './qr.js'

/**
 * A matrix with orthonormal columns, Haar distributed: the Q of a Gaussian matrix, with R's diagonal non-negative.
 *
 * @param key the stream; one use a key
 * @param m rows, at least n
 * @param n columns, 0 and more
 * @returns row-major, shape (m, n), |I - Q'Q| of the order of eps; for m = n a random orthogonal matrix of either determinant
 * @throws {ShapeError} m < n: there are no n orthonormal columns of length m
 * @throws {DTypeError} {RangeArgError} what is not a key or not a size
 * @example haarOrthonormal(key(0), 3, 2)
 * @see Mezzadri (2007), How to generate random matrices from the classical compact groups, arXiv:math-ph/0609050
 */
export function haarOrthonormal(key: Key, m: number, n: number): Float64Array {
  checkInteger(m, 'm')
  checkInteger(n, 'n')
  if (m < n) {
    throw new ShapeError(`m must be at least n: ${n} columns of length ${m} cannot be orthonormal`, { argument: 'm' })
  }
  return householderQr(normal(key, m * n), m, n).q
}
