// LAPACK's test ratios, in plain loops: residuals in units of what rounding must cost. NaN fails every comparison with a
// threshold because the tests ask for `ratio < threshold`.
import { exponentOf, scaleByPowerOfTwo } from '../../../src/math/power-of-two.js'
import { EPS, type Matrix } from './lapack-matrices.js'

/** Largest column sum of magnitudes. */
function norm1(a: ArrayLike<number>, m: number, n: number): number {
  let largest = 0
  for (let j = 0; j < n; j++) {
    let sum = 0
    for (let i = 0; i < m; i++) sum += Math.abs(a[i * n + j])
    largest = !(sum <= largest) ? sum : largest
  }
  return largest
}

/** Powers of two that bring a matrix to about 1, so that the ratios themselves neither overflow nor underflow. */
function exponentOfMatrix(a: Matrix): number {
  const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  return largest === 0 ? 0 : exponentOf(largest)
}

/**
 * |A - X Y| / (|A| max(m, n) eps) with X (m, r), Y (r, n); the plain residual for A = 0. `least` is the exponent of the smallest
 * number of the element type.
 */
export function productRatio(a: Matrix, x: Matrix, y: Matrix, m: number, n: number, r: number, least = -1074): number {
  const e = exponentOfMatrix(a)
  const scaled = a.map((v) => scaleByPowerOfTwo(v, -e))
  const factor = y.map((v) => scaleByPowerOfTwo(v, -e))
  const residual = scaled.slice()
  // Along the rows of both; every entry sums in the order of k.
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < r; k++) {
      for (let j = 0; j < n; j++) residual[i * n + j] -= x[i * r + k] * factor[k * n + j]
    }
  }
  const size = norm1(scaled, m, n)
  // What a result below the normal numbers must be rounded to is not the algorithm's error.
  const grain = scaleByPowerOfTwo(2 ** least, -e) * r * m
  return Math.max(0, norm1(residual, m, n) - grain) / (size === 0 ? 1 : size * Math.max(m, n) * EPS)
}

/** |I - X'X| / (m eps) with X (m, r). */
export function orthogonalityRatio(x: Matrix, m: number, r: number): number {
  const gram = new Float64Array(r * r)
  for (let i = 0; i < r; i++) gram[i * r + i] = -1
  for (let k = 0; k < m; k++) {
    for (let i = 0; i < r; i++) {
      for (let j = 0; j < r; j++) gram[i * r + j] += x[k * r + i] * x[k * r + j]
    }
  }
  return norm1(gram, r, r) / (Math.max(1, m) * EPS)
}

/** 0 if descending and non-negative, else 1 / eps. */
export function orderRatio(s: Float64Array): number {
  return s.every((x, k) => x >= 0 && (k === 0 || x <= s[k - 1])) ? 0 : 1 / EPS
}

/** |S1 - S2| / (S1_max r eps). */
export function valuesRatio(s1: Float64Array, s2: Float64Array): number {
  if (s1.length === 0) return s2.length
  let largest = 0
  s1.forEach((x, k) => {
    largest = Math.max(largest, Math.abs(x - s2[k]))
  })
  return s1[0] === 0 ? largest : largest / s1[0] / (s1.length * EPS)
}

/** What keeps R (rank, n) from being upper triangular with a diagonal that is not negative; a negative zero is none of its zeros. */
export function triangleFaults(r: ArrayLike<number>, rank: number, n: number): string[] {
  const faults: string[] = []
  for (let k = 0; k < rank; k++) {
    if (!(r[k * n + k] >= 0)) faults.push(`R[${k}, ${k}] is ${r[k * n + k]}`)
    for (let j = 0; j < k; j++) if (!Object.is(r[k * n + j], 0)) faults.push(`R[${k}, ${j}] is ${r[k * n + j]}`)
  }
  return faults
}
