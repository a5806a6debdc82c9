// A short digest of numbers, to tell data sets apart: two independent 32-bit FNV-1a sums over their words. Not for secrets.

/**
 * Sixteen hexadecimal digits that depend on every bit of the arrays and on their lengths.
 *
 * @example
 * digest(new Float64Array([1, 2])) === digest(new Float64Array([2, 1])) // -> false
 */
export function digest(...arrays: readonly Float64Array[]): string {
  let a = 0x811c9dc5
  let b = 0x2f0b4c47
  const take = (word: number) => {
    a = Math.imul(a ^ word, 0x01000193)
    a ^= a >>> 15
    b = Math.imul(b ^ word, 0x85ebca6b)
    b ^= b >>> 13
  }
  for (const array of arrays) {
    take(array.length)
    // A copy: an array may begin anywhere in its buffer.
    for (const word of new Uint32Array(array.slice().buffer)) take(word)
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
