// Minibatches: the documented law, and what follows from it.
import { describe, expect, test } from 'vitest'
import { foldIn, key, minibatches } from '../../src/index.js'
import { permutation } from '../../src/random/permutation.js'
import { uniform } from '../../src/random/uniform.js'

const wrong = <T>(value: unknown) => value as T

function drawn(samples: number, options: Parameters<typeof minibatches>[1], steps: number, from = 0): number[][] {
  const fill = minibatches(samples, options)
  return Array.from({ length: steps }, (_, s) => {
    const row = new Int32Array(options.batchSize).fill(-1)
    fill(from + s, row)
    return Array.from(row)
  })
}

describe('without replacement', () => {
  test.each([
    [10, 3],
    [12, 4],
    [7, 7],
    [9, 5],
    [5, 1],
  ])('every sample at most once an epoch, %i samples in batches of %i', (samples, batchSize) => {
    const perEpoch = Math.floor(samples / batchSize)
    const batches = drawn(samples, { batchSize, seed: 4 }, 6 * perEpoch)
    const orders = new Set<string>()
    for (let epoch = 0; epoch < 6; epoch++) {
      const seen = batches.slice(epoch * perEpoch, (epoch + 1) * perEpoch).flat()
      expect(new Set(seen).size).toBe(perEpoch * batchSize)
      expect(seen.every((p) => p >= 0 && p < samples)).toBe(true)
      orders.add(seen.join())
      // The documented law.
      expect(seen).toEqual(Array.from(permutation(foldIn(key(4), epoch), samples).slice(0, perEpoch * batchSize)))
    }
    expect(orders.size).toBeGreaterThan(3)
  })

  test('what an epoch leaves over comes back: over many, all samples are as frequent', () => {
    const counts = new Array<number>(10).fill(0)
    for (const p of drawn(10, { batchSize: 4, seed: 1 }, 8000).flat()) counts[p]++
    // 4000 epochs take 8 of 10 samples: 3200 of each, standard deviation 25.
    for (const count of counts) expect(Math.abs(count - 3200)).toBeLessThan(5 * 25.3)
  })
})

describe('with replacement', () => {
  test('indices are floor(P u) of the uniform numbers of the step', () => {
    const batches = drawn(6, { batchSize: 9, replacement: true, seed: 2n ** 60n }, 40)
    for (const [step, batch] of batches.entries()) {
      const u = uniform(foldIn(key(2n ** 60n), step), 9)
      expect(batch).toEqual(Array.from(u, (x) => Math.floor(6 * x)))
    }
    expect(new Set(batches.flat()).size).toBe(6)
  })

  test('all samples are as frequent', () => {
    const counts = new Array<number>(8).fill(0)
    for (const p of drawn(8, { batchSize: 16, replacement: true }, 4000).flat()) counts[p]++
    for (const count of counts) expect(Math.abs(count - 8000)).toBeLessThan(5 * 84)
  })
})

test.each([false, true])('a step is the same whenever it is asked for: replacement %s', (replacement) => {
  const options = { batchSize: 3, replacement, seed: 5 }
  const all = drawn(11, options, 30)
  const fill = minibatches(11, options)
  const row = new Int32Array(5).fill(-7)
  for (const step of [29, 0, 15, 14, 29, 3]) {
    fill(step, row)
    expect(Array.from(row)).toEqual([...all[step], -7, -7])
  }
  expect(drawn(11, { ...options, seed: 6 }, 30)).not.toEqual(all)
  // Beyond 2^32, where a step has two words.
  expect(drawn(11, options, 1, 2 ** 40)).toEqual(drawn(11, options, 1, 2 ** 40))
  expect(drawn(11, options, 1, 2 ** 40)).not.toEqual(drawn(11, options, 1, 0))
})

test.each([
  ['no samples', () => minibatches(0, { batchSize: 1 }), 'RANGE', 'samples'],
  ['2^31 samples', () => minibatches(2 ** 31, { batchSize: 1 }), 'RANGE', 'samples'],
  ['no options', () => minibatches(5, wrong(undefined)), 'DTYPE', 'batchSize'],
  ['batchSize 0', () => minibatches(5, { batchSize: 0 }), 'RANGE', 'batchSize'],
  ['batchSize 2^29', () => minibatches(5, { batchSize: 2 ** 29, replacement: true }), 'RANGE', 'batchSize'],
  ['batchSize 6 of 5', () => minibatches(5, { batchSize: 6 }), 'RANGE', 'batchSize'],
  ['replacement "no"', () => minibatches(5, { batchSize: 1, replacement: wrong('no') }), 'DTYPE', 'replacement'],
  ['seed 0.5', () => minibatches(5, { batchSize: 1, seed: 0.5 }), 'RANGE', 'seed'],
  ['batch', () => minibatches(5, wrong({ batch: 1 })), 'OPTION', 'minibatches.batch'],
  ['step -1', () => minibatches(5, { batchSize: 1 })(-1, new Int32Array(1)), 'RANGE', 'step'],
  ['step 0.5', () => minibatches(5, { batchSize: 1 })(0.5, new Int32Array(1)), 'RANGE', 'step'],
  ['an array of numbers', () => minibatches(5, { batchSize: 1 })(0, wrong([0])), 'DTYPE', 'indices'],
  ['a row too short', () => minibatches(5, { batchSize: 3 })(0, new Int32Array(2)), 'SHAPE', 'indices'],
])('%s is refused', (_, call, code, argument) => {
  expect(call).toThrow(expect.objectContaining({ code, argument }))
})
