import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DTypeError, RangeArgError } from '../../src/errors.js'
import { foldIn, type Key, key, split, threefry2x32 } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'
import { normalQuantile } from '../../src/random/normal-quantile.js'
import { uniform } from '../../src/random/uniform.js'

interface Stream {
  key: [number, number]
  blocks: string
  folds: [number, [number, number]][]
  uniform: { first: number[]; sha256: string }
  normal: number[]
}
const golden: { streams: Stream[]; quantile: [number, number][] } = JSON.parse(
  readFileSync(new URL('../golden/random.json', import.meta.url), 'utf8'),
)

function sha(values: Float64Array | Uint32Array): string {
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')
}

// Random123, tests/kat_vectors, threefry2x32 20.
test.each([
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
])('known answer for key %j, counter %j', (k, counter, expected) => {
  expect(threefry2x32(k as unknown as Key, counter[0], counter[1])).toEqual(expected)
})

describe.each(golden.streams)('stream of key $key against numpy', (stream) => {
  test('4096 blocks', () => {
    const blocks = Uint32Array.from({ length: 4096 }, (_, i) => i).reduce((out, i) => {
      out.set(threefry2x32(stream.key, 0, i), 2 * i)
      return out
    }, new Uint32Array(8192))
    expect(sha(blocks)).toBe(stream.blocks)
  })

  test('foldIn, beyond 32 bits too', () => {
    for (const [data, expected] of stream.folds) expect(foldIn(stream.key, data)).toEqual(expected)
  })

  test('uniform, every bit', () => {
    expect(Array.from(uniform(stream.key, 4))).toEqual(stream.uniform.first)
    expect(sha(uniform(stream.key, 4096))).toBe(stream.uniform.sha256)
  })

  test('normal follows mpmath to 1e-15 and is the quantile of the uniform draw', () => {
    const values = normal(stream.key, 4096)
    expect(stream.normal.length).toBe(128)
    stream.normal.forEach((z, i) => {
      expect(Math.abs(values[i] / z - 1)).toBeLessThan(1e-15)
    })
    expect(values).toEqual(uniform(stream.key, 4096).map((u) => normalQuantile(u + 2 ** -53)))
  })
})

test('a seed is its high and low word', () => {
  expect(key(0)).toEqual([0, 0])
  expect(key(2 ** 53 - 1)).toEqual([0x1fffff, 0xffffffff])
  expect(key(2n ** 64n - 1n)).toEqual([0xffffffff, 0xffffffff])
  expect(key(0x123456789abcn)).toEqual(key(0x123456789abc))
})

test.each([-1, 1.5, NaN, Infinity, 2 ** 53, 2 ** 64, -1n, 2n ** 64n])('seed %s is refused', (seed) => {
  expect(() => key(seed)).toThrow(RangeArgError)
  expect(() => key(seed)).toThrow(/seed/)
})

test('what is not a key or a number is refused by name', () => {
  expect(() => key('1' as unknown as number)).toThrow(DTypeError)
  for (const bad of [0, null, undefined, [1], [1, 2, 3], { 0: 1, 1: 2, length: 2 }]) {
    expect(() => foldIn(bad as unknown as Key, 0)).toThrow(DTypeError)
  }
  expect(() => uniform([0, 2 ** 32], 1)).toThrow(/key\[1\]/)
  expect(() => normal([-1, 0], 1)).toThrow(RangeArgError)
  expect(() => foldIn([0, 0], -1)).toThrow(/data/)
  expect(() => foldIn([0, 0], 0.5)).toThrow(RangeArgError)
  expect(() => uniform([0, 0], -1)).toThrow(RangeArgError)
  expect(() => threefry2x32([0, 0], 2 ** 32, 0)).toThrow(/c0/)
})

test('split is foldIn by number, and its keys differ', () => {
  const keys = split(key(9), 1000)
  expect(keys[17]).toEqual(foldIn(key(9), 17))
  expect(split(key(9), 3)).toEqual(keys.slice(0, 3))
  expect(new Set(keys.map(String)).size).toBe(1000)
  expect(split(key(9), 0)).toEqual([])
})

test('normalQuantile follows mpmath to 1e-15', () => {
  let worst = 0
  for (const [p, z] of golden.quantile) {
    const error = Math.abs(normalQuantile(p) / z - 1)
    if (!(error <= worst)) worst = error
  }
  expect(golden.quantile.length).toBeGreaterThan(700)
  expect(worst).toBeLessThan(1e-15)
  expect(normalQuantile(0.5)).toBe(0)
  expect([0, 1, -0.1, 1.1, NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN])
})
