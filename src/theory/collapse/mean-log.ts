// E ln |1 + a + c xi| over a normal xi: what the size of a factor with noise does to a product of many.
import { RangeArgError } from '../../errors.js'
import { exp, log } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'

/** psi(1/2) = -Euler's constant - 2 ln 2. */
const DIGAMMA_HALF = -1.9635100260214235

/**
 * E ln |1 + a + c xi|, absolute error below 1e-14 (1 + |value|).
 *
 * With m = |1 + a| / c above 9, the series of the logarithm, `ln |1 + a| - sum_j (2j - 1)!! / (2 j m^(2j))`, whose terms fall to e^-40 before they grow; else
 * `(1 + a + c xi)^2 / c^2` is a noncentral chi-square, a Poisson mixture of chi-squares: `ln c + (ln 2 + sum_j Poisson(j; m^2/2) psi(1/2 + j)) / 2`.
 */
export function meanLogShifted(a: number, c: number): number {
  const size = Math.abs(1 + a)
  if (c === 0) {
    if (size === 0)
      throw new RangeArgError('1 + learningRate * value is 0, and there is no noise', { argument: 'value' })
    return a > -1 ? log1p(a) : log(size)
  }
  const m = size / c
  if (m > 9) {
    const z = 1 / (m * m)
    let sum = 0
    let term = 0.5 * z
    for (let j = 1; term > 1e-19 && j < 40; j++) {
      sum += term
      term *= ((2 * j + 1) * j * z) / (j + 1)
    }
    return (a > -1 ? log1p(a) : log(size)) - sum
  }
  const rate = 0.5 * m * m
  let weight = exp(-rate)
  let digamma = DIGAMMA_HALF
  let sum = 0
  for (let j = 0; j < rate || weight > 1e-19; j++) {
    sum += weight * digamma
    digamma += 1 / (j + 0.5)
    weight *= rate / (j + 1)
  }
  return log(c) + 0.5 * (log(2) + sum)
}
