// A random order of 0 .. n - 1 by the Fisher-Yates shuffle, with integers that are exactly uniform given uniform bits.
import { checkInteger } from '../check.js'
import { checkKey, type Key, threefryInto } from './key.js'

const TWO_53 = 2 ** 53
const words = new Uint32Array(2)

/**
 * A uniformly random permutation of 0 .. n - 1.
 *
 * @param key the stream; one use a key
 * @param n how many, 0 .. 2^32 - 1
 * @returns uint32, shape (n); the whole permutation depends on `key` and `n`
 * @throws {DTypeError} {RangeArgError} for what is not a key or not a count
 * @example permutation(key(5), 4) // one of the 24 orders of 0, 1, 2, 3
 * @see Durstenfeld (1964), Algorithm 235: random permutation, CACM 7, 420
 */
export function permutation(key: Key, n: number): Uint32Array {
  const [k0, k1] = checkKey(key)
  const order = new Uint32Array(checkInteger(n, 'n', { max: 2 ** 32 - 1 }))
  for (let i = 0; i < n; i++) order[i] = i
  for (let i = n - 1; i > 0; i--) {
    const j = integerBelow(k0, k1, i + 1, i)
    const moved = order[i]
    order[i] = order[j]
    order[j] = moved
  }
  return order
}

/** A uniform integer in [0, bound), bound <= 2^32, from the stream's blocks (attempt, index). */
function integerBelow(k0: number, k1: number, bound: number, index: number): number {
  // The last, incomplete run of `bound` among the 2^53 values is refused; that happens with probability below 2^-21.
  const limit = TWO_53 - (TWO_53 % bound)
  let value = 0
  for (let attempt = 0; attempt < 64; attempt++) {
    threefryInto(k0, k1, attempt, index, words, 0)
    value = words[0] * 2 ** 21 + (words[1] >>> 11)
    if (value < limit) break
  }
  return value % bound
}
