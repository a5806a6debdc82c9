// Counter-based random bits: Threefry-2x32 with 20 rounds, and the keys that name streams. A key and a counter determine
// 64 bits, nothing else does: no state, no order, no thread can change a number. `key`, `foldIn` and `split` agree bit for
// bit with JAX where jax_threefry_partitionable is on (its default since 0.5); so does `uniform` for float64.
import { checkInteger, describe } from '../check.js'
import { DTypeError, RangeArgError } from '../errors.js'

/** Two 32-bit words, `[high, low]`. Use a key for one draw; derive further keys with `foldIn` or `split`. */
export type Key = readonly [number, number]

const TWO_32 = 2 ** 32
/** The Skein key-schedule constant. */
const PARITY = 0x1bd11bda

/**
 * Threefry-2x32, 20 rounds, into `out[at]` and `out[at + 1]`. The hot form of `threefry2x32`: no allocation, no checks.
 */
export function threefryInto(k0: number, k1: number, c0: number, c1: number, out: Uint32Array, at: number): void {
  const k2 = k0 ^ k1 ^ PARITY
  let a = (c0 + k0) | 0
  let b = (c1 + k1) | 0
  let even = true
  // Five groups of four rounds; the rotations alternate between two sets and a subkey is injected after each group.
  for (let group = 1; group <= 5; group++) {
    if (even) {
      a = (a + b) | 0
      b = ((b << 13) | (b >>> 19)) ^ a
      a = (a + b) | 0
      b = ((b << 15) | (b >>> 17)) ^ a
      a = (a + b) | 0
      b = ((b << 26) | (b >>> 6)) ^ a
      a = (a + b) | 0
      b = ((b << 6) | (b >>> 26)) ^ a
    } else {
      a = (a + b) | 0
      b = ((b << 17) | (b >>> 15)) ^ a
      a = (a + b) | 0
      b = ((b << 29) | (b >>> 3)) ^ a
      a = (a + b) | 0
      b = ((b << 16) | (b >>> 16)) ^ a
      a = (a + b) | 0
      b = ((b << 24) | (b >>> 8)) ^ a
    }
    even = !even
    // Group g injects subkeys g mod 3 and (g + 1) mod 3.
    a = (a + (group === 1 || group === 4 ? k1 : group === 3 ? k0 : k2)) | 0
    b = (b + (group === 1 || group === 4 ? k2 : group === 3 ? k1 : k0) + group) | 0
  }
  out[at] = a
  out[at + 1] = b
}

/**
 * The Threefry-2x32 block cipher with 20 rounds: 64 random bits for a key and a 64-bit counter.
 *
 * @param key the key
 * @param c0 high word of the counter, 0 .. 2^32 - 1
 * @param c1 low word of the counter, 0 .. 2^32 - 1
 * @returns two unsigned 32-bit words
 * @throws {DTypeError} {RangeArgError} for what is not a key or not an unsigned 32-bit integer
 * @example threefry2x32([0, 0], 0, 0) // -> [0x6b200159, 0x99ba4efe]
 * @see Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3; known answers of Random123
 */
export function threefry2x32(key: Key, c0: number, c1: number): [number, number] {
  checkKey(key)
  checkInteger(c0, 'c0', { max: TWO_32 - 1 })
  checkInteger(c1, 'c1', { max: TWO_32 - 1 })
  return block(key, c0, c1)
}

/**
 * The key of a seed: its high and its low 32 bits.
 *
 * @param seed an integer from 0 to 2^64 - 1; a bigint above 2^53 - 1
 * @throws {RangeArgError} the seed is negative, fractional, not finite, an unsafe integer or 2^64 and more
 * @throws {DTypeError} the seed is neither a number nor a bigint
 * @example key(42) // -> [0, 42]
 */
export function key(seed: number | bigint): Key {
  if (typeof seed === 'bigint') {
    if (seed < 0n || seed >= 1n << 64n) {
      throw new RangeArgError(`seed must be an integer from 0 to 2^64 - 1, got ${describe(seed)}`, { argument: 'seed' })
    }
    return [Number(seed >> 32n), Number(seed & 0xffffffffn)]
  }
  checkInteger(seed, 'seed')
  return [Math.floor(seed / TWO_32), seed >>> 0]
}

/**
 * A new key from a key and a number: the stream of member `data`.
 *
 * `foldIn(key, data) = threefry2x32(key, high(data), low(data))`
 *
 * @param data an integer from 0 to 2^53 - 1; below 2^32 the result is JAX's `fold_in`
 * @throws {DTypeError} {RangeArgError} for what is not a key or not such an integer
 * @example foldIn(key(0), 7) // the key of run 7 of a sweep, whatever ran before it
 */
export function foldIn(key: Key, data: number): Key {
  checkKey(key)
  checkInteger(data, 'data')
  return block(key, Math.floor(data / TWO_32), data >>> 0)
}

/**
 * `count` independent keys; the i-th is `foldIn(key, i)` and does not depend on `count`.
 *
 * @param count how many, 0 .. 2^32 - 1
 * @throws {DTypeError} {RangeArgError} for what is not a key or not a count
 * @example const [forWeights, forData] = split(key(1), 2)
 */
export function split(key: Key, count: number): Key[] {
  checkKey(key)
  checkInteger(count, 'count', { max: TWO_32 - 1 })
  const keys: Key[] = []
  for (let i = 0; i < count; i++) keys.push(block(key, 0, i))
  return keys
}

/** A key as given, or an error: two unsigned 32-bit words. */
export function checkKey(value: unknown, name = 'key'): Key {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new DTypeError(`${name} must be a key, two 32-bit words as made by key(seed), got ${describe(value)}`, {
      argument: name,
    })
  }
  checkInteger(value[0], `${name}[0]`, { max: TWO_32 - 1 })
  checkInteger(value[1], `${name}[1]`, { max: TWO_32 - 1 })
  return value as unknown as Key
}

const scratch = new Uint32Array(2)

function block(key: Key, c0: number, c1: number): [number, number] {
  threefryInto(key[0], key[1], c0, c1, scratch, 0)
  return [scratch[0], scratch[1]]
}
