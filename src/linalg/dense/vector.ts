// Operations on contiguous runs of a Float64Array, the inner loops of the dense factorizations. The order of summation is
// fixed, so results have the same bits on every engine.
import { exponentOf, scaleByPowerOfTwo } from '../../math/power-of-two.js'

/** `sum x[i + t] y[j + t]`, t < n: four interleaved partial sums, which hide the latency of the additions. */
export function dot(x: Float64Array, i: number, y: Float64Array, j: number, n: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const blocked = n - (n & 3)
  for (let t = 0; t < blocked; t += 4) {
    s0 += x[i + t] * y[j + t]
    s1 += x[i + t + 1] * y[j + t + 1]
    s2 += x[i + t + 2] * y[j + t + 2]
    s3 += x[i + t + 3] * y[j + t + 3]
  }
  let s = s0 + s1 + (s2 + s3)
  for (let t = blocked; t < n; t++) s += x[i + t] * y[j + t]
  return s
}

/** `y[j + t] += alpha x[i + t]`, t < n. */
export function axpy(alpha: number, x: Float64Array, i: number, y: Float64Array, j: number, n: number): void {
  const shift = j - i
  const end = i + n
  for (let t = i; t < end; t++) y[t + shift] += alpha * x[t]
}

/** Euclidean norm of x[i .. i + n), right where the squares would underflow; entries above 2^500 are the caller's to scale. */
export function norm(x: Float64Array, i: number, n: number): number {
  const s = dot(x, i, x, i, n)
  if (s > 2 ** -900) return Math.sqrt(s)
  let largest = 0
  for (let t = 0; t < n; t++) largest = Math.max(largest, Math.abs(x[i + t]))
  if (largest === 0) return 0
  // Two factors, because the inverse of a subnormal overflows.
  const e = -exponentOf(largest)
  const up = scaleByPowerOfTwo(1, e - Math.floor(e / 2))
  const more = scaleByPowerOfTwo(1, Math.floor(e / 2))
  let scaled = 0
  for (let t = 0; t < n; t++) {
    const v = x[i + t] * up * more
    scaled += v * v
  }
  return Math.sqrt(scaled) / up / more
}

/** Exchanges x[i .. i + n) and x[j .. j + n). */
export function swapRuns(x: Float64Array, i: number, j: number, n: number): void {
  for (let t = 0; t < n; t++) {
    const kept = x[i + t]
    x[i + t] = x[j + t]
    x[j + t] = kept
  }
}
