import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { exp, log, pow } from '../../src/math/elementary.js'
import { exponentOf, scaleByPowerOfTwo } from '../../src/math/power-of-two.js'

// The bound of the docstrings; the largest errors seen at 830 000 points are 0.511, 0.500 and 0.510 ulp.
const MAX_ULP = 0.52

interface Table {
  x: number[]
  y?: number[]
  value: number[]
  rest: number[]
}
const golden: { exp: Table; log: Table; pow: Table } = JSON.parse(
  readFileSync(new URL('../golden/elementary.json', import.meta.url), 'utf8'),
)

/** Distance of neighbouring float64 at v. */
function ulp(v: number): number {
  return 2 ** Math.max(-1074, exponentOf(v) - 52)
}

function worstError(table: Table, f: (x: number, y: number) => number): number {
  let worst = 0
  table.x.forEach((x, i) => {
    const error = Math.abs((f(x, table.y?.[i] ?? 0) - table.value[i]) / ulp(table.value[i]) - table.rest[i])
    if (!(error <= worst)) worst = error
  })
  return worst
}

test.each([
  ['exp', golden.exp, exp],
  ['log', golden.log, log],
  ['pow', golden.pow, pow],
] as [string, Table, (x: number, y: number) => number][])('%s stays within 0.52 ulp of mpmath', (_name, table, f) => {
  expect(table.x.length).toBeGreaterThan(1500)
  expect(worstError(table, f)).toBeLessThan(MAX_ULP)
})

describe('special values', () => {
  test.each([
    [0, 1],
    [-0, 1],
    [Infinity, Infinity],
    [-Infinity, 0],
    [NaN, NaN],
    [709.782712893384, 1.7976931348622732e308],
    [709.7827128933841, Infinity],
    [-745.1332191019412, 0],
    [-745.1332191019411, 5e-324],
  ])('exp(%d) = %d', (x, expected) => expect(exp(x)).toBe(expected))

  test.each([
    [1, 0],
    [0, -Infinity],
    [-0, -Infinity],
    [-1, NaN],
    [Infinity, Infinity],
    [-Infinity, NaN],
    [NaN, NaN],
    [5e-324, -744.4400719213812],
  ])('log(%d) = %d', (x, expected) => expect(log(x)).toBe(expected))

  test.each([
    [NaN, 0, 1],
    [1, NaN, 1],
    [1, Infinity, 1],
    [NaN, 1, NaN],
    [2, NaN, NaN],
    [-2, 2, NaN],
    [0, 3, 0],
    [-0, 3, 0],
    [0, -3, Infinity],
    [Infinity, 2, Infinity],
    [Infinity, -2, 0],
    [2, Infinity, Infinity],
    [2, -Infinity, 0],
    [0.5, Infinity, 0],
    [0.5, -Infinity, Infinity],
    [2, 1024, Infinity],
    [2, 1023, 2 ** 1023],
    [2, -1074, 5e-324],
    [2, -1076, 0],
    [3, 1e300, Infinity],
    [3, -1e300, 0],
    [0.3, 1e300, 0],
    [1 + 2 ** -52, 1e300, Infinity],
    [1 - 2 ** -53, 1e300, 0],
    [5e-324, 0.5, 2 ** -537],
    [7, 1, 7],
  ])('pow(%d, %d) = %d', (x, y, expected) => expect(pow(x, y)).toBe(expected))

  test('pow next to 1 with a huge exponent follows e^(t y)', () => {
    const y = 2 ** 52 * 3.5
    expect(Math.abs(pow(1 + 2 ** -52, y) / Math.exp(3.5) - 1)).toBeLessThan(4e-16)
    expect(Math.abs(pow(1 - 2 ** -53, y) / Math.exp(-1.75) - 1)).toBeLessThan(4e-16)
  })

  test('pow with an exponent above 2^31 keeps its accuracy', () => {
    // mpmath's value.
    expect(pow(1.0000001988265803, 3151422870.716837)).toBe(1.3276691860258928e272)
  })

  test('small integer powers are exact where the result is', () => {
    for (let base = 1; base <= 20; base++) for (let n = 0; n <= 12; n++) expect(pow(base, n)).toBe(base ** n)
  })
})

describe('powers of two', () => {
  test('exponentOf over the whole range', () => {
    for (let e = -1074; e <= 1023; e++) {
      expect(exponentOf(2 ** e)).toBe(e)
      if (e > -1074) expect(exponentOf(-(2 ** e) * (1 + (e > -1022 ? 0.999 : 0)))).toBe(e)
    }
    expect(exponentOf(Number.MAX_VALUE)).toBe(1023)
    expect(exponentOf(0)).toBe(-1074)
  })

  test('scaling is exact both ways and rounds once into the subnormals', () => {
    for (let e = -1074; e <= 1023; e += 7) expect(scaleByPowerOfTwo(1, e)).toBe(2 ** e)
    expect(scaleByPowerOfTwo(2 ** -1074, 2097)).toBe(2 ** 1023)
    expect(scaleByPowerOfTwo(2 ** 1023, -2097)).toBe(2 ** -1074)
    expect(scaleByPowerOfTwo(1, 2000)).toBe(Infinity)
    expect(scaleByPowerOfTwo(1, 1e9)).toBe(Infinity)
    expect(scaleByPowerOfTwo(-1, -1e9)).toBe(-0)
    // Just above the half-way point: two roundings would lose the sticky bit.
    expect(scaleByPowerOfTwo(1 + 2 ** -52, -1075)).toBe(2 ** -1074)
    expect(scaleByPowerOfTwo(0.5 + 2 ** -53, -1074)).toBe(2 ** -1074)
    expect(scaleByPowerOfTwo(1, -1075)).toBe(0)
  })
})
