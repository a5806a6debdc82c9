// Uniform numbers from 64 counter bits each. Value i depends on the key and on i alone: a longer draw begins with the
// shorter one, and any part of it can be made anywhere.
import { checkInteger } from '../check.js'
import { checkKey, type Key, threefryInto } from './key.js'

const words = new Uint32Array(2)

/** The 52 leading bits of block `index` of the stream, as an integer below 2^52. */
export function bits52(k0: number, k1: number, index: number): number {
  threefryInto(k0, k1, Math.floor(index / 2 ** 32), index >>> 0, words, 0)
  return words[0] * 2 ** 20 + (words[1] >>> 12)
}

/** One number of the open interval (0, 1): the midpoint of its cell, symmetric about 1/2 and never 0 or 1. */
export function openUniform(k0: number, k1: number, index: number): number {
  return (bits52(k0, k1, index) + 0.5) * 2 ** -52
}

/**
 * Uniform random numbers in [0, 1), multiples of 2^-52.
 *
 * @param key the stream; one use a key
 * @param n how many, 0 .. 2^32 - 1
 * @returns float64, shape (n); the i-th depends on `key` and i only. Bit for bit `jax.random.uniform(key, (n,), float64)`
 * @throws {DTypeError} {RangeArgError} for what is not a key or not a count
 * @example uniform(key(0), 3)
 */
export function uniform(key: Key, n: number): Float64Array {
  const [k0, k1] = checkKey(key)
  const values = new Float64Array(checkInteger(n, 'n', { max: 2 ** 32 - 1 }))
  for (let i = 0; i < n; i++) values[i] = bits52(k0, k1, i) * 2 ** -52
  return values
}
