// R(q; b) = sum_{k >= 1} q^k / (b + k), the tail of 2F1(1, b; 1 + b; q) / b = 1/b + R, on all of 0 <= q < 1. The clocks of deep balanced
// modes are made of it.
//
// Up to q = 0.8 the series itself; above, the expansion about q = 1 in e = 1 - q, whose logarithm is explicit:
//   1/b + R = sum_k (b)_k / k! [psi(k + 1) - psi(b + k) - ln e] e^k          (Abramowitz, Stegun 15.3.10)
// psi(b) = psi(1 + b) - 1/b, so that the 1/b, huge for deep networks, is cancelled on paper.
import { log } from '../../math/elementary.js'

const EULER = 0.5772156649015329
const TINY = 2 ** -60

/** The digamma function psi(x) for x >= 1: raised above 12 by its recurrence, then Stirling's series. */
export function digamma(x: number): number {
  let shift = 0
  let y = x
  for (; y < 12; y++) shift += 1 / y
  const z = 1 / (y * y)
  const series =
    z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * (691 / 32760 - z / 12))))))
  return log(y) - 0.5 / y - series - shift
}

/** The limit of R(q; b) + ln(1 - q) as q goes to 1: psi(1) - psi(1 + b). */
export function constantAtOne(b: number): number {
  return -EULER - digamma(1 + b)
}

/**
 * R(q; b) for 0 < b <= 2, 0 <= q < 1.
 *
 * @param rest 1 - q, given apart because q near 1 does not know it
 * @returns relative error below 2e-15
 */
export function geometricSeries(q: number, rest: number, b: number): number {
  let sum = 0
  if (q <= 0.8) {
    let power = q
    for (let k = 1; power > TINY * q; k++) {
      sum += power / (b + k)
      power *= q
    }
    return sum
  }
  const logRest = log(rest)
  // psi(k + 1) - psi(b + k); for k = 0 without the 1/b.
  const first = constantAtOne(b)
  let difference = first
  let weight = b * rest
  for (let k = 1; weight > TINY; k++) {
    difference += 1 / k - (k === 1 ? 0 : 1 / (b + k - 1))
    sum += weight * (difference - logRest)
    weight *= ((b + k) / (k + 1)) * rest
  }
  return first - logRest + sum
}
