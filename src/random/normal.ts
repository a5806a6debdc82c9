// Standard normal numbers by inversion: one uniform a normal, so that value i depends on the key and on i alone. A pairwise
// or rejecting method would be faster and would tie a value to its neighbours.
import { checkInteger } from '../check.js'
import { checkKey, type Key } from './key.js'
import { normalQuantile } from './normal-quantile.js'
import { openUniform } from './uniform.js'

/**
 * Standard normal random numbers, `normalQuantile((k + 1/2) 2^-52)` with k the 52 leading bits of block i.
 *
 * @param key the stream; one use a key
 * @param n how many, 0 .. 2^32 - 1
 * @returns float64, shape (n), |z| <= 8.21 (the 2^-53 quantile); a longer draw begins with the shorter one
 * @throws {DTypeError} {RangeArgError} for what is not a key or not a count
 * @example normal(key(0), 3)
 */
export function normal(key: Key, n: number): Float64Array {
  const [k0, k1] = checkKey(key)
  const values = new Float64Array(checkInteger(n, 'n', { max: 2 ** 32 - 1 }))
  for (let i = 0; i < n; i++) values[i] = normalQuantile(openUniform(k0, k1, i))
  return values
}
