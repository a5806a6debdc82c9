// cos(pi x) against sums of a hundred digits in integers.
import { describe, expect, test } from 'vitest'
import { cosPi } from '../../src/math/cosine.js'

/** Fixed point: integers in units of 2^-BITS. */
const BITS = 256n
const ONE = 1n << BITS
/** pi, 3.14159..., by Machin's formula pi/4 = 4 atan(1/5) - atan(1/239). */
const PI = 4n * (4n * inverseTangent(5n) - inverseTangent(239n))

/** atan(1/q). */
function inverseTangent(q: bigint): bigint {
  let [power, sum, sign] = [ONE / q, 0n, 1n]
  for (let odd = 1n; power !== 0n; odd += 2n) {
    sum += (sign * power) / odd
    power /= q * q
    sign = -sign
  }
  return sum
}

/** cos(pi x) in fixed point, x a float64 of at least 2^-200. */
function exact(x: number): bigint {
  let exponent = 0n
  let mantissa = x
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2
    exponent++
  }
  // Whole periods are taken off in integers.
  const turn = ((BigInt(mantissa) << BITS) >> exponent) % (2n * ONE)
  const t = (PI * turn) >> BITS
  let [term, sum] = [ONE, ONE]
  for (let n = 1n; term !== 0n; n++) {
    term = (-term * t) / ONE
    term = (term * t) / ONE / ((2n * n - 1n) * (2n * n))
    sum += term
  }
  return sum
}

/** |actual - exact| in float64. */
function error(x: number): number {
  const scaled = BigInt(Math.round(cosPi(x) * 2 ** 52)) // |cos| <= 1: a multiple of 2^-52 within 2^-53
  const rest = cosPi(x) - Math.round(cosPi(x) * 2 ** 52) / 2 ** 52
  const difference = (scaled << (BITS - 52n)) - exact(x)
  return Math.abs(Number(difference >> (BITS - 100n)) / 2 ** 100 + rest)
}

describe('cosPi', () => {
  // Truncation is below 1e-17: the rest is the roundings of a few operations on numbers up to 1.
  test('is within 2.3e-16 of the function', () => {
    let worst = 0
    for (let i = 0; i <= 4096; i++) worst = Math.max(worst, error(i / 4096))
    for (let i = 1; i < 3000; i++)
      worst = Math.max(worst, error(i / 2999), error(2 + i / 7919), error(1e9 + i / 1024 + 0.1))
    for (const x of [
      1e-9,
      0.25 - 2 ** -54,
      0.25,
      0.25 + 2 ** -54,
      0.5 - 2 ** -54,
      0.5 + 2 ** -53,
      1 - 2 ** -53,
      2 - 2 ** -52,
    ]) {
      worst = Math.max(worst, error(x))
    }
    expect(worst).toBeLessThan(2.3e-16)
    // The bound is no idle one.
    expect(worst).toBeGreaterThan(0.5e-16)
  })

  test('is exact where the function is, and near its zeros to relative accuracy', () => {
    for (const n of [0, 1, 2, 3, 4, 7, 1000, 2 ** 40 + 1, 2 ** 53]) expect(cosPi(n)).toBe(n % 2 === 0 ? 1 : -1)
    for (const n of [0.5, 1.5, 2.5, 3.5, 1000.5, 2 ** 40 + 0.5]) expect(cosPi(n)).toBe(0)
    for (const h of [2 ** -20, 2 ** -40, 2 ** -52]) {
      expect(Math.abs(cosPi(0.5 + h) / (-Math.PI * h) - 1)).toBeLessThan(2 * h * h + 4e-16)
    }
  })

  test('has the symmetries of the function, bit for bit', () => {
    for (let i = 1; i < 500; i++) {
      const x = i / 1024
      expect(cosPi(-x)).toBe(cosPi(x))
      expect(cosPi(2 - x)).toBe(cosPi(x))
      expect(cosPi(x + 6)).toBe(cosPi(x))
      expect(cosPi(1 - x)).toBe(-cosPi(x))
    }
  })

  test.each([Number.NaN, Infinity, -Infinity])('%s gives NaN', (x) => expect(cosPi(x)).toBeNaN())
})
