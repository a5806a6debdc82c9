// The shortcut of test/equality.ts says `equal` only where Vitest would.
import { describe, expect, test } from 'vitest'
import { sameNumbers } from './equality.js'

const numbers = [0, 1.5, Number.NaN, -Infinity, 5e-324]
const f64 = () => Float64Array.from(numbers)

describe('the same', () => {
  test.each<[string, unknown, unknown]>([
    ['typed arrays', f64(), f64()],
    ['views at different places', f64(), new Float64Array([7, ...numbers]).subarray(1)],
    ['views of shared memory', new Uint8Array(new SharedArrayBuffer(3)), new Uint8Array(3)],
    ['lists', [...numbers], [...numbers]],
  ])('%s', (_name, a, b) => {
    expect(sameNumbers(a, b)).toBe(true)
    expect(a).toEqual(b)
    expect({ inside: [a] }).toStrictEqual({ inside: [b] })
  })
})

describe('not the same', () => {
  test.each<[string, unknown, unknown]>([
    ['one bit', f64(), f64().fill(1.5 + 2 ** -52, 1, 2)],
    ['the sign of a zero', f64(), f64().fill(-0, 0, 1)],
    ['the sign of a zero in a list', [0, 1], [-0, 1]],
    ['a longer one', f64(), new Float64Array([...numbers, 0])],
    ['a longer list', [1, 2], [1, 2, 3]],
    ['another type of the same bytes', new Int32Array(2), new Uint32Array(2)],
    ['a list and a typed array', [1, 2], Float64Array.of(1, 2)],
    ['numbers and text', [1, 2], [1, '2']],
  ])('%s', (_name, a, b) => {
    expect(sameNumbers(a, b)).toBeUndefined()
    expect(a).not.toEqual(b)
    expect({ inside: [a] }).not.toStrictEqual({ inside: [b] })
  })
})

test('what is not decided here is decided as ever: payloads of NaN, no numbers, nothing at all', () => {
  const payload = (low: number) => new Float64Array(Uint32Array.of(low, 0x7ff80000).buffer)
  for (const [a, b] of [
    [payload(1), payload(2)],
    [new Float64Array(), new Float64Array()],
    [[], []],
    [['x'], ['x']],
    [[undefined], [undefined]],
  ]) {
    expect(sameNumbers(a, b)).toBeUndefined()
    expect(a).toEqual(b)
  }
})
