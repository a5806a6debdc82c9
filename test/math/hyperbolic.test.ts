import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { log1p, tanh } from '../../src/math/hyperbolic.js'
import { exponentOf } from '../../src/math/power-of-two.js'

interface Table {
  x: number[]
  value: number[]
  rest: number[]
}
const golden: { tanh: Table; log1p: Table } = JSON.parse(
  readFileSync(new URL('../golden/elementary.json', import.meta.url), 'utf8'),
)

/** The largest distance from mpmath's value, in units of its last place. */
function worstError(table: Table, f: (x: number) => number, least = -Infinity): number {
  let worst = 0
  table.x.forEach((x, i) => {
    if (x < least) return
    const ulp = 2 ** Math.max(-1074, exponentOf(table.value[i]) - 52)
    const error = Math.abs((f(x) - table.value[i]) / ulp - table.rest[i])
    if (!(error <= worst)) worst = error
  })
  return worst
}

test('tanh stays within 1.4 ulp of mpmath, log1p within 1.2 and, from 0 on, within 1', () => {
  expect(golden.tanh.x.length).toBeGreaterThan(1500)
  expect(golden.log1p.x.length).toBeGreaterThan(1500)
  expect(worstError(golden.tanh, tanh)).toBeLessThan(1.4)
  expect(worstError(golden.log1p, log1p)).toBeLessThan(1.2)
  expect(worstError(golden.log1p, log1p, 0)).toBeLessThan(1)
})

describe('special values', () => {
  test.each([
    [0, 0],
    [-0, -0],
    [NaN, NaN],
    [Infinity, 1],
    [-Infinity, -1],
    [1e308, 1],
    [22, 1],
    [-22, -1],
    [5e-324, 5e-324],
    [-1e-200, -1e-200],
  ])('tanh(%d) = %d', (x, expected) => expect(tanh(x)).toBe(expected))

  test.each([
    [0, 0],
    [-0, -0],
    [NaN, NaN],
    [Infinity, Infinity],
    [-1, -Infinity],
    [-1.5, NaN],
    [-Infinity, NaN],
    [5e-324, 5e-324],
    [1e-20, 1e-20],
    [-1e-300, -1e-300],
  ])('log1p(%d) = %d', (x, expected) => expect(log1p(x)).toBe(expected))
})

test('tanh is odd, rises, and never leaves [-1, 1]', () => {
  let last = -1
  for (let i = -30_000; i <= 30_000; i++) {
    const x = i / 1000 + 1e-7 * (i % 7)
    const y = tanh(x)
    if (!(y >= last && y <= 1)) expect.fail(`tanh(${x}) = ${y} after ${last}`)
    if (!Object.is(tanh(-x), -y)) expect.fail(`tanh(${-x})`)
    last = y
  }
})
