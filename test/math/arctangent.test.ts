// atan against the host's, which is within an ulp, on what other functions of the library may ask for.
import { expect, test } from 'vitest'
import { atan } from '../../src/math/arctangent.js'
import { exponentOf } from '../../src/math/power-of-two.js'

test('stays within 5 ulp of the host', () => {
  let worst = 0
  for (let i = 0; i < 40_000; i++) {
    const x = i < 20_000 ? (i + 0.5) / 10_000 : 2 ** ((i - 30_000) / 100)
    const wanted = Math.atan(x)
    worst = Math.max(worst, Math.abs(atan(x) - wanted) / 2 ** (exponentOf(wanted) - 52))
    expect(atan(-x)).toBe(-atan(x))
  }
  expect(worst).toBeLessThan(5)
  expect(worst).toBeGreaterThan(0)
})

test.each([
  [0, 0],
  [-0, -0],
  [Number.NaN, Number.NaN],
  [Infinity, Math.PI / 2],
  [-Infinity, -Math.PI / 2],
  [5e-324, 5e-324],
  [-1e-300, -1e-300],
])('atan(%d) = %d', (x, expected) => expect(atan(x)).toBe(expected))
