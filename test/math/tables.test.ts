// The tables and the double-double operations against integers: nothing here comes from mpmath or from the library.
import { expect, test } from 'vitest'
import { productTail, sumTail } from '../../src/math/double-double.js'
import { LN2_HEAD, LN2_TAIL, LOGARITHMS, POWERS, STEP_HEAD, STEP_TAIL } from '../../src/math/tables.js'
import { key, threefry2x32 } from '../../src/random/key.js'

/** Fixed point with 200 binary places. */
const PLACES = 200n
const ONE = 1n << PLACES

/** ln(a / b) = 2 artanh((a - b) / (a + b)). */
function ln(a: bigint, b: bigint): bigint {
  let sum = 0n
  let power = ((a - b) * ONE) / (a + b)
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n
    power = (power * (a - b) * (a - b)) / ((a + b) * (a + b))
  }
  return 2n * sum
}

function squareRoot(x: bigint): bigint {
  let root = 2n * ONE
  for (let step = 0; step < 20; step++) root = (root + (x * ONE) / root) / 2n
  return root
}

/** A float64 that is a multiple of 2^-150, in fixed point. */
function fixed(x: number): bigint {
  return BigInt(x * 2 ** 150) << (PLACES - 150n)
}

function expectSplit(head: number, tail: number, exact: bigint): void {
  // Half a unit of 2^-85, and a little for the series above.
  const error = (BigInt(head) << 157n) + (BigInt(tail) << 115n) - exact
  expect(Math.abs(Number(error))).toBeLessThan(2 ** 114 * 1.0001)
  expect(Math.abs(tail)).toBeLessThanOrEqual(2 ** 41)
}

test('logarithms of the short reciprocals to 85 places', () => {
  expectSplit(LN2_HEAD, LN2_TAIL, ln(2n, 1n))
  expect(LOGARITHMS.length).toBe(2 * 129)
  for (let n = 128; n <= 256; n++) {
    expectSplit(LOGARITHMS[2 * n - 256], LOGARITHMS[2 * n - 255], -ln(BigInt(n), n > 181 ? 256n : 128n))
  }
  // What logPair relies on: the sums with k ln 2 are exact integers.
  expect(1075 * LN2_HEAD + Math.max(...LOGARITHMS)).toBeLessThan(2 ** 53)
  expect(1075 * LN2_TAIL + 2 ** 41).toBeLessThan(2 ** 53)
})

test('the step ln(2) / 64, its head short enough for an exact product', () => {
  const error = (BigInt(STEP_HEAD) << 157n) + fixed(STEP_TAIL) - ln(2n, 1n) / 64n
  expect(Math.abs(Number(error)) * 2 ** -200).toBeLessThan(2 ** -98)
  expect(STEP_HEAD * Math.ceil(750 * 64 * Math.LOG2E)).toBeLessThan(2 ** 53)
})

test('powers 2^(j / 64): the nearest float64 and the rest to 7 digits', () => {
  let root = 2n * ONE
  for (let halving = 0; halving < 6; halving++) root = squareRoot(root)
  let exact = ONE
  for (let j = 0; j < 64; j++) {
    const rest = Number(exact - fixed(POWERS[2 * j])) * 2 ** -200
    expect(Math.abs(rest)).toBeLessThanOrEqual(2 ** -53)
    expect(Math.abs(POWERS[2 * j + 1] - rest)).toBeLessThan(6e-23)
    exact = (exact * root) / ONE
  }
  expect(POWERS.length).toBe(128)
})

test('sums and products with their tails are exact', () => {
  for (let i = 0; i < 1000; i++) {
    const words = threefry2x32(key(5), 0, i)
    const others = threefry2x32(key(5), 1, i)
    const a = words[0] * 2 ** 21 + (words[1] >>> 11)
    const b = -(others[0] * 2 ** 21 + (others[1] >>> 11))
    const product = a * b
    expect(BigInt(product) + BigInt(productTail(a, b, product))).toBe(BigInt(a) * BigInt(b))
    const large = a * 2 ** 30
    const sum = large + b
    expect(BigInt(sum) + BigInt(sumTail(large, b, sum))).toBe(BigInt(large) + BigInt(b))
  }
})
