// Exact work on the exponent of a float64: the base of the elementary functions and of the scalings that keep a
// factorization away from overflow and underflow. Bits are reached through one shared word pair; the index of the high
// word is found once, so that the byte order of the host does not matter.

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)
float[0] = 1
const HIGH = words[1] === 0x3ff00000 ? 1 : 0
const LOW = 1 - HIGH

/** The upper 32 bits of a float64, as an unsigned integer. */
export function highWord(x: number): number {
  float[0] = x
  return words[HIGH]
}

/** The float64 made of two 32-bit words. */
export function fromWords(high: number, low: number): number {
  words[HIGH] = high
  words[LOW] = low
  return float[0]
}

/**
 * The binary exponent of a finite number: `2^e <= |x| < 2^(e+1)`.
 *
 * @param x any finite number; 0 gives -1074, the exponent of the smallest positive float64
 * @returns an integer from -1074 to 1023
 * @example exponentOf(10) // -> 3
 */
export function exponentOf(x: number): number {
  const biased = (highWord(x) >>> 20) & 0x7ff
  if (biased !== 0) return biased - 1023
  if (x === 0) return -1074
  return ((highWord(x * 2 ** 64) >>> 20) & 0x7ff) - 1023 - 64
}

/**
 * `x * 2^exponent`, exact unless the result is subnormal (then rounded once) or overflows (then infinite).
 *
 * @param exponent an integer of any size
 * @example scaleByPowerOfTwo(3, -1) // -> 1.5
 */
export function scaleByPowerOfTwo(x: number, exponent: number): number {
  let y = x
  let e = exponent
  // Three steps reach from the smallest subnormal to beyond the largest number.
  for (let step = 0; step < 2 && e > 1023; step++) {
    y *= 2 ** 1023
    e -= 1023
  }
  // Downwards in steps that leave 53 bits above the subnormals: only the last product rounds.
  for (let step = 0; step < 2 && e < -1022; step++) {
    y *= 2 ** -969
    e += 969
  }
  return y * fromWords((Math.max(-1022, Math.min(1023, e)) + 1023) << 20, 0)
}
