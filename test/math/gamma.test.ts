// The Gamma function, its companions and angles against mpmath (test/golden/make_noise.py).
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { atan2 } from '../../src/math/arctangent.js'
import { cosPi, sinPi } from '../../src/math/cosine.js'
import { gamma, gammaKernel, gammaRatio } from '../../src/math/gamma.js'

const golden = JSON.parse(readFileSync(new URL('../golden/noise.json', import.meta.url), 'utf8')) as Record<
  'gamma' | 'ratio' | 'kernel' | 'angle' | 'sine',
  number[][]
>
const EPS = 2 ** -52

/** The worst error in units of eps times the wanted value. */
function worst(cases: number[][], error: (entry: number[]) => number): number {
  expect(cases.length).toBeGreaterThan(50)
  return Math.max(...cases.map(error))
}
const relative = (found: number, wanted: number) =>
  found === wanted ? 0 : Math.abs(found - wanted) / (EPS * Math.abs(wanted))

test('gamma: below 4 ulp on all of its range, exact values where there are some', () => {
  expect(worst(golden.gamma, ([x, y]) => relative(gamma(x), y))).toBeLessThan(4)
  let factorial = 1
  for (let n = 1; n <= 18; n++) {
    expect(gamma(n)).toBeCloseTo(factorial, 15 - Math.ceil(Math.log10(factorial)))
    factorial *= n
  }
  expect([gamma(172), gamma(1e-310), gamma(0), gamma(-0.5), gamma(Number.NaN), gamma(Infinity)]).toEqual([
    Infinity,
    Infinity,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Infinity,
  ])
})
test('gammaRatio and gammaKernel: as documented, far beyond the overflow of their parts', () => {
  expect(worst(golden.ratio, ([x, a, y]) => relative(gammaRatio(x, a), y) / (10 + 4 * Math.abs(a)))).toBeLessThan(1)
  expect(worst(golden.kernel, ([k, y, p]) => relative(gammaKernel(k, y), p) / (20 + 2 * Math.abs(k - y)))).toBeLessThan(
    1,
  )
  expect([gammaRatio(-1, 2), gammaRatio(1, -1), gammaKernel(0, 1), gammaKernel(2, -1)]).toEqual(
    new Array(4).fill(Number.NaN),
  )
  expect([gammaKernel(3, 0), gammaKernel(3, Infinity), gammaKernel(1e5, 1e8)]).toEqual([0, 0, 0])
})
test('atan2: below 3 ulp in all directions', () => {
  expect(worst(golden.angle, ([y, x, angle]) => relative(atan2(y, x), angle))).toBeLessThan(2)
  expect([atan2(0, 0), atan2(Number.NaN, 1), atan2(0, -1)]).toEqual([0, Number.NaN, Math.PI])
})
test('sinPi: absolute and, up to a half, relative; the square of it and of cosPi is one', () => {
  expect(worst(golden.sine, ([x, y]) => Math.abs(sinPi(x) - y))).toBeLessThan(2.3e-16)
  expect(worst(golden.sine, ([x, y]) => (Math.abs(x) <= 0.5 ? relative(sinPi(x), y) : 0))).toBeLessThan(3)
  for (let x = -3; x <= 3; x += 1 / 64) expect(Math.abs(sinPi(x) ** 2 + cosPi(x) ** 2 - 1)).toBeLessThan(4e-16)
  expect([sinPi(0), sinPi(1), sinPi(-0.5), sinPi(2.5), sinPi(Infinity)]).toEqual([0, 0, -1, 1, Number.NaN])
})
