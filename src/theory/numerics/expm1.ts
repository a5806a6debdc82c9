// e^x - 1 and what is made of it without cancellation.
import { exp, log } from '../../math/elementary.js'
import { log1p, tanh } from '../../math/hyperbolic.js'

/**
 * e^x - 1, accurate also where e^x rounds to 1: `2 t / (1 - t)` with `t = tanh(x / 2)` for |x| < 0.7.
 *
 * @returns relative error below 4 ulp; -1 for x = -Infinity
 * @example expm1(1e-20) // -> 1e-20
 */
export function expm1(x: number): number {
  if (!(x > -0.7 && x < 0.7)) return exp(x) - 1
  const t = tanh(0.5 * x)
  return (2 * t) / (1 - t)
}

/** (1 - e^-x) / x, 1 at x = 0: the mean of e^-y over y in 0..x. */
export function meanDecay(x: number): number {
  return x === 0 ? 1 : -expm1(-x) / x
}

/** ln(x / y) for positive x and y, given their difference x - y, which may be known better than the two. */
export function logRatio(x: number, y: number, difference: number = x - y): number {
  const relative = difference / y
  return relative > -0.5 && relative < 1 ? log1p(relative) : log(x / y)
}

/** sqrt(a^2 + b^2) where the squares would overflow or vanish. */
export function hypotenuse(a: number, b: number): number {
  const [x, y] = [Math.abs(a), Math.abs(b)]
  const [large, small] = x > y ? [x, y] : [y, x]
  if (large === 0) return 0
  const ratio = small / large
  return large * Math.sqrt(1 + ratio * ratio)
}
