import { expect, test } from 'vitest'
import { digest } from '../../src/math/digest.js'

const data = Float64Array.from({ length: 50 }, (_, i) => Math.sqrt(i) - 3)

test('sixteen hexadecimal digits that are the same everywhere', () => {
  expect(digest()).toBe('811c9dc52f0b4c47')
  expect(digest(data)).toMatch(/^[0-9a-f]{16}$/)
  expect(digest(data)).toBe(digest(data.slice()))
  // A stored one: a checkpoint made elsewhere must agree.
  expect(digest(new Float64Array([1, 2]), new Float64Array([-0.5]))).toBe('5ab21c19aa471139')
})

test('an array that begins in the middle of its buffer counts with what it shows', () => {
  const buffer = new Float64Array(60)
  buffer.set(data, 7)
  expect(digest(buffer.subarray(7, 57))).toBe(digest(data))
})

test('every bit changes both halves', () => {
  const seen = new Set([digest(data).slice(0, 8)])
  const others = new Set([digest(data).slice(8)])
  for (let i = 0; i < data.length; i++) {
    for (let bit = 0; bit < 64; bit++) {
      const changed = data.slice()
      new Uint8Array(changed.buffer)[8 * i + (bit >> 3)] ^= 1 << (bit & 7)
      const sum = digest(changed)
      seen.add(sum.slice(0, 8))
      others.add(sum.slice(8))
    }
  }
  // Of 3200 sums of 32 bits about 0.001 pairs agree by chance.
  expect([seen.size, others.size]).toEqual([3201, 3201])
})

test('order, lengths and where one array ends count', () => {
  const sums = [
    [[1, 2]],
    [[2, 1]],
    [[1], [2]],
    [[], [1, 2]],
    [[1, 2], []],
    [[1, 2, 0]],
    [[0, 1, 2]],
    [[]],
    [[], []],
    [[-0]],
    [[0]],
  ].map((arrays) => digest(...arrays.map((array) => Float64Array.from(array))))
  expect(new Set(sums).size).toBe(sums.length)
})
