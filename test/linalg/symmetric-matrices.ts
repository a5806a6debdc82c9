// Classes of symmetric matrices, after the testers of LAPACK (schkst / dchkst, types 1 to 15) and the literature, and ratios in
// plain loops. A matrix of an element type holds numbers of that type; ratios are computed in float64.
import type { DType } from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'

/** Distance from 1 to the next number. */
export const EPS: Readonly<Record<DType, number>> = { float32: 2 ** -23, float64: 2 ** -52 }
const ROOT_OVERFLOW: Readonly<Record<DType, number>> = { float32: 2 ** 63, float64: 2 ** 511 }
const ROOT_UNDERFLOW: Readonly<Record<DType, number>> = { float32: 2 ** -63, float64: 2 ** -511 }

/** n values from 1 down to `least`. */
const even = (k: number, n: number, least: number) => (n === 1 ? 1 : 1 - (k / (n - 1)) * (1 - least))
const geometric = (k: number, n: number, least: number) => (n === 1 ? 1 : least ** (k / (n - 1)))
const alternating = (k: number) => (k % 3 === 1 ? -1 : 1)

/** Q diag(d) Q' with Q a product of n reflections: symmetric up to the rounding to the element type, which is exact here. */
export function withSpectrum(n: number, seed: number, d: (k: number) => number): Float64Array {
  const random = prng(seed)
  const a = new Float64Array(n * n)
  for (let k = 0; k < n; k++) a[k * n + k] = d(k)
  for (let turn = 0; turn < Math.min(n, 6); turn++) {
    const v = Float64Array.from({ length: n }, () => random.uniform())
    const square = v.reduce((sum, x) => sum + x * x, 0)
    // A := H A H with H = I - 2 v v' / v'v.
    for (const left of [true, false]) {
      for (let j = 0; j < n; j++) {
        let inner = 0
        for (let i = 0; i < n; i++) inner += v[i] * a[left ? i * n + j : j * n + i]
        for (let i = 0; i < n; i++) a[left ? i * n + j : j * n + i] -= ((2 * inner) / square) * v[i]
      }
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j]
  return a
}

function randomSymmetric(n: number, seed: number): Float64Array {
  const random = prng(seed)
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.uniform()
  return a
}

type Generator = (n: number, eps: number, seed: number) => Float64Array

const diagonal =
  (d: (k: number, n: number, eps: number) => number): Generator =>
  (n, eps) => {
    const a = new Float64Array(n * n)
    for (let k = 0; k < n; k++) a[k * n + k] = alternating(k) * d(k, n, eps)
    return a
  }

const dense =
  (d: (k: number, n: number, eps: number) => number, signs = true): Generator =>
  (n, eps, seed) =>
    withSpectrum(n, seed, (k) => (signs ? alternating(k) : 1) * d(k, n, eps))

/** Name, generator, and the power by which sqrt(overflow) scales it. */
export const CLASSES: readonly (readonly [name: string, generator: Generator, power: -1 | 0 | 1])[] = [
  ['zero', (n) => new Float64Array(n * n), 0],
  ['identity', diagonal(() => 1), 0],
  ['diagonal even', diagonal((k, n, eps) => even(k, n, eps)), 0],
  ['diagonal geometric', diagonal((k, n, eps) => geometric(k, n, eps)), 0],
  ['diagonal clustered', diagonal((k, _, eps) => (k === 0 ? 1 : eps)), 0],
  ['diagonal near overflow', diagonal((k, n, eps) => even(k, n, eps)), 1],
  ['diagonal near underflow', diagonal((k, n, eps) => even(k, n, eps)), -1],
  ['even', dense((k, n, eps) => even(k, n, eps)), 0],
  ['geometric', dense((k, n, eps) => geometric(k, n, eps)), 0],
  ['clustered', dense((k, _, eps) => (k === 0 ? 1 : eps)), 0],
  ['even near overflow', dense((k, n, eps) => even(k, n, eps)), 1],
  ['even near underflow', dense((k, n, eps) => even(k, n, eps)), -1],
  ['random', (n, _, seed) => randomSymmetric(n, seed), 0],
  ['random near overflow', (n, _, seed) => randomSymmetric(n, seed), 1],
  ['random near underflow', (n, _, seed) => randomSymmetric(n, seed), -1],
  ['positive geometric', dense((k, n, eps) => geometric(k, n, eps), false), 0],
  ['all equal', dense(() => 1, false), 0],
  ['pairs', dense((k) => 1 / (1 + Math.floor(k / 2)), false), 0],
  ['plus and minus', dense((k) => (k % 2 === 0 ? 1 : -1), false), 0],
  ['rank 1', dense((k) => (k === 0 ? 1 : 0), false), 0],
  ['ones', (n) => new Float64Array(n * n).fill(1), 0],
  ['graded down', (n) => grade(n, (i) => 0.5 ** i), 0],
  ['graded up', (n) => grade(n, (i) => 0.5 ** (n - 1 - i)), 0],
  ['graded steeply', (n, eps, seed) => grade(n, (i) => eps ** (i / 4), seed), 0],
  ['Wilkinson', (n) => tridiagonal(n, (i) => Math.abs(i - (n - 1) / 2), 1), 0],
  ['second differences', (n) => tridiagonal(n, () => 2, -1), 0],
  ['hollow', (n) => tridiagonal(n, () => 0, 1), 0],
  ['Hilbert', (n) => Float64Array.from({ length: n * n }, (_, t) => 1 / (Math.floor(t / n) + (t % n) + 1)), 0],
]

function grade(n: number, factor: (i: number) => number, seed = 5): Float64Array {
  return randomSymmetric(n, seed).map((x, t) => (x + 2) * factor(Math.floor(t / n)) * factor(t % n))
}

function tridiagonal(n: number, d: (i: number) => number, e: number): Float64Array {
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    a[i * n + i] = d(i)
    if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = e
  }
  return a
}

/** A matrix of a class, rounded to the element type. */
export function symmetric(index: number, n: number, dtype: DType): Float64Array {
  const [, generator, power] = CLASSES[index]
  const scale = power === 0 ? 1 : (power > 0 ? ROOT_OVERFLOW : ROOT_UNDERFLOW)[dtype]
  const round = dtype === 'float32' ? Math.fround : (x: number) => x
  return generator(n, EPS[dtype], 17 * index + n).map((x) => round(x * scale))
}

/** Largest column sum of magnitudes. */
export function norm1(a: ArrayLike<number>, m: number, n: number): number {
  let largest = 0
  for (let j = 0; j < n; j++) {
    let sum = 0
    for (let i = 0; i < m; i++) sum += Math.abs(a[i * n + j])
    if (!(sum <= largest)) largest = sum
  }
  return largest
}

/** X (m, k) times Y (k, n), or times Y' (n, k). */
export function times(x: ArrayLike<number>, y: ArrayLike<number>, m: number, k: number, n: number, transposed = false) {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let p = 0; p < k; p++) sum += x[i * k + p] * y[transposed ? j * k + p : p * n + j]
      out[i * n + j] = sum
    }
  }
  return out
}
