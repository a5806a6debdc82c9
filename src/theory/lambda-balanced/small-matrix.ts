// What the formulas of this folder need of small row-major matrices besides the products of ../numerics/dense.ts.
import { dot } from '../../linalg/dense/vector.js'

/** Z Z' with Z (m, k): symmetric to the last bit. */
export function gramOf(z: Float64Array, m: number, k: number): Float64Array {
  const c = new Float64Array(m * m)
  for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) c[i * m + j] = c[j * m + i] = dot(z, i * k, z, j * k, k)
  return c
}

/** A' with A (m, n). */
export function transposed(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(a.length)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j]
  return out
}

/** Columns `from` .. `to` - 1 of A (m, n). */
export function columnsOf(a: Float64Array, m: number, n: number, from: number, to: number): Float64Array {
  const out = new Float64Array(m * (to - from))
  for (let i = 0; i < m; i++) out.set(a.subarray(i * n + from, i * n + to), i * (to - from))
  return out
}

/** Sum of the diagonal of A (n, n). */
export function traceOf(a: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += a[i * n + i]
  return sum
}

/** |A - B|_F^2. */
export function distanceSquared(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i])
  return sum
}

/** The n x n identity. */
export function identityOf(n: number): Float64Array {
  const eye = new Float64Array(n * n)
  for (let i = 0; i < n; i++) eye[i * (n + 1)] = 1
  return eye
}
