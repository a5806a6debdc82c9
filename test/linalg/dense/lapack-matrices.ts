// The matrix classes of LAPACK's SVD testers (svd.in / schkbd.f, stest.in / slatb4.f, SLATM1) and some of the literature's,
// numbered as in the test plan. Everything is built here by the plainest means; nothing of the code under test takes part
// except the random bits.

import { foldIn, key } from '../../../src/random/key.js'
import { uniform } from '../../../src/random/uniform.js'

export const EPS = 2 ** -52

/** What the classes must know of an element type: eps, the exponents of its largest and smallest powers of two. */
export interface Precision {
  readonly eps: number
  readonly top: number
  /** Of the smallest normal number, and of the smallest number. */
  readonly bottom: number
  readonly least: number
}

export const FLOAT64: Precision = { eps: EPS, top: 1023, bottom: -1022, least: -1074 }
export const FLOAT32: Precision = { eps: 2 ** -23, top: 127, bottom: -126, least: -149 }

export type Matrix = Float64Array
type Generator = (m: number, n: number, seed: number) => Matrix

export function fill(m: number, n: number, entry: (i: number, j: number) => number): Matrix {
  const a = new Float64Array(m * n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) a[i * n + j] = entry(i, j)
  return a
}

function random(m: number, n: number, seed: number): Matrix {
  return uniform(foldIn(key(2024), seed), m * n).map((x) => 2 * x - 1)
}

function times(a: Matrix, factor: number): Matrix {
  return a.map((x) => x * factor)
}

const made = new Map<string, Matrix>()

/** Orthonormal columns by Gram-Schmidt, three times over; kept, because many classes ask for the same. */
function orthonormal(m: number, n: number, seed: number): Matrix {
  const name = `${m} ${n} ${seed}`
  const known = made.get(name)
  if (known !== undefined) return known
  const q = random(m, n, seed)
  for (let j = 0; j < n; j++) {
    for (let pass = 0; pass < 3; pass++) {
      for (let k = 0; k < j; k++) {
        let inner = 0
        for (let i = 0; i < m; i++) inner += q[i * n + j] * q[i * n + k]
        for (let i = 0; i < m; i++) q[i * n + j] -= inner * q[i * n + k]
      }
      let size = 0
      for (let i = 0; i < m; i++) size += q[i * n + j] ** 2
      for (let i = 0; i < m; i++) q[i * n + j] /= Math.sqrt(size)
    }
  }
  made.set(name, q)
  return q
}

/** U diag(d) V' with random orthonormal U and V. */
function withSpectrum(m: number, n: number, seed: number, d: (k: number, r: number) => number): Matrix {
  const r = Math.min(m, n)
  const u = orthonormal(m, r, 2 * seed)
  const v = orthonormal(n, r, 2 * seed + 1)
  const s = fill(1, r, (_, k) => d(k, r))
  return fill(m, n, (i, j) => {
    let sum = 0
    for (let k = 0; k < r; k++) sum += u[i * r + k] * s[k] * v[j * r + k]
    return sum
  })
}

const even = (k: number, r: number, least: number) => (r === 1 ? 1 : 1 - (k / (r - 1)) * (1 - least))
const geometric = (k: number, r: number, least: number) => (r === 1 ? 1 : least ** (k / (r - 1)))
const clustered = (k: number, least: number) => (k === 0 ? 1 : least)
const alternating = (i: number) => (i % 3 === 1 ? -1 : 1)

const diagonal =
  (d: (k: number, r: number) => number): Generator =>
  (m, n) =>
    fill(m, n, (i, j) => (i === j ? alternating(i) * d(i, Math.min(m, n)) : 0))

const spectrum =
  (d: (k: number, r: number) => number, factor = 1): Generator =>
  (m, n, seed) =>
    times(withSpectrum(m, n, seed, d), factor)

const zeroColumns =
  (isZero: (j: number, n: number) => boolean): Generator =>
  (m, n, seed) =>
    random(m, n, seed).map((x, t) => (isZero(t % n, n) ? 0 : x))

/** SLATM1: modes 1 to 5 (one large, one small, geometric, arithmetic, log-uniform), each also in reverse order. */
function slatm1(mode: number, condition: number, k: number, r: number): number {
  const place = mode < 0 ? r - 1 - k : k
  const small = 1 / condition
  switch (Math.abs(mode)) {
    case 1:
      return place === 0 ? 1 : small
    case 2:
      return place === r - 1 ? small : 1
    case 3:
      return geometric(place, r, small)
    case 4:
      return even(place, r, small)
    default:
      return small ** (((place * 0.6180339887498949) % 1) as number)
  }
}

/** The classes for an element type; the caller rounds the entries to it. */
export function classesOf({ eps, top, bottom, least }: Precision): [string, Generator][] {
  const rootOverflow = 2 ** Math.floor(top / 2)
  const rootUnderflow = 2 ** (bottom / 2)
  const conditions = [2, 1e3, 0.1 / eps]
  // Half of the decades that columns or rows cover.
  const span = 10 ** Math.floor(top * 0.147)
  const evenly = (k: number, r: number) => even(k, r, eps)
  const geometrically = (k: number, r: number) => geometric(k, r, eps)
  return [
    ['1 zero', (m, n) => new Float64Array(m * n)],
    ['2 identity', (m, n) => fill(m, n, (i, j) => (i === j ? 1 : 0))],
    ['3 even diagonal', diagonal(evenly)],
    ['4 geometric diagonal', diagonal(geometrically)],
    ['5 clustered diagonal', diagonal((k) => clustered(k, eps))],
    ['6 even diagonal near overflow', (m, n, seed) => times(diagonal(evenly)(m, n, seed), rootOverflow)],
    ['7 even diagonal near underflow', (m, n, seed) => times(diagonal(evenly)(m, n, seed), rootUnderflow)],
    ['8 even', spectrum(evenly)],
    ['9 geometric', spectrum(geometrically)],
    ['10 clustered', spectrum((k) => clustered(k, eps))],
    ['11 even near overflow', spectrum(evenly, rootOverflow)],
    ['12 even near underflow', spectrum(evenly, rootUnderflow)],
    ['13 random', random],
    ['14 random near overflow', (m, n, seed) => times(random(m, n, seed), rootOverflow)],
    ['15 random near underflow', (m, n, seed) => times(random(m, n, seed), rootUnderflow)],
    [
      '16 bidiagonal over all sizes',
      (m, n, seed) => {
        const u = uniform(foldIn(key(99), seed), m * n)
        return fill(m, n, (i, j) => (j === i || j === i + 1 ? eps ** (4 * u[i * n + j] - 2) : 0))
      },
    ],
    ['17 even, underflow / eps', spectrum(evenly, 2 ** bottom / eps)],
    ['18 even, overflow * eps', spectrum(evenly, 2 ** top * eps)],
    ['19 diagonal', (m, n, seed) => random(m, n, seed).map((x, t) => (Math.floor(t / n) === t % n ? x : 0))],
    ['20 upper triangular', (m, n, seed) => random(m, n, seed).map((x, t) => (Math.floor(t / n) <= t % n ? x : 0))],
    ['21 lower triangular', (m, n, seed) => random(m, n, seed).map((x, t) => (Math.floor(t / n) >= t % n ? x : 0))],
    ['22 first column zero', zeroColumns((j) => j === 0)],
    ['23 last column zero', zeroColumns((j, n) => j === n - 1)],
    ['24 last half zero', zeroColumns((j, n) => j >= n / 2)],
    ['25 condition sqrt(0.1 / eps)', spectrum((k, r) => geometric(k, r, Math.sqrt(eps / 0.1)))],
    ['26 condition 0.1 / eps', spectrum((k, r) => geometric(k, r, eps / 0.1))],
    ...[1, 2, 3, 4, 5, -1, -2, -3, -4, -5].flatMap((mode) =>
      conditions.map((condition): [string, Generator] => [
        `29 SLATM1 mode ${mode}, condition ${condition.toExponential(0)}`,
        spectrum((k, r) => slatm1(mode, condition, k, r)),
      ]),
    ),
    ['31 all equal', spectrum(() => 1)],
    ['31 pairs', spectrum((k) => 1 / (1 + Math.floor(k / 2)))],
    ...[1e-3, 1e-6, eps].map((gap): [string, Generator] => [
      `31 gaps ${gap.toExponential(0)}`,
      spectrum((k) => 1 - k * gap),
    ]),
    ['32 rank 1', spectrum((k) => (k === 0 ? 1 : 0))],
    ['32 rank half', spectrum((k, r) => (k < r / 2 ? 1 / (k + 1) : 0))],
    ['32 ones', (m, n) => fill(m, n, () => 1)],
    ['32 repeated columns', (m, n, seed) => random(m, n, seed).map((_, t, a) => a[t - (t % n) + ((t % n) % 3)])],
    ['33 subnormal', (m, n, seed) => times(random(m, n, seed), 2 ** (least + 14))],
    ['33 one ulp above zero', (m, n) => fill(m, n, (i, j) => ((i + j) % 2 === 0 ? 2 ** least : 0))],
    ['33 mixed 1e38 and 1e-38', (m, n, seed) => random(m, n, seed).map((x, t) => x * (t % 2 === 0 ? 1e38 : 1e-38))],
    [
      '33 columns over the whole range',
      (m, n, seed) => random(m, n, seed).map((x, t) => x * span ** (1 - (2 * (t % n)) / n)),
    ],
    [
      '33 rows over the whole range',
      (m, n, seed) => random(m, n, seed).map((x, t) => x * span ** (1 - (2 * Math.floor(t / n)) / m)),
    ],
    ['35 Hilbert', (m, n) => fill(m, n, (i, j) => 1 / (i + j + 1))],
    ['35 Vandermonde (Wampler)', (m, n) => fill(m, n, (i, j) => (i / m) ** j)],
    ['35 Vandermonde (Filip)', (m, n) => fill(m, n, (i, j) => (-9 + (6 * i) / m) ** Math.min(j, 10))],
    ['35 Kahan', (m, n) => fill(m, n, (i, j) => (i > j ? 0 : 0.8 ** i * (i === j ? 1 : -0.6)))],
    ['35 Grcar', (m, n) => fill(m, n, (i, j) => (i === j + 1 ? -1 : i <= j && j <= i + 3 ? 1 : 0))],
  ]
}

/** Further classes: 27 and 28, scaled to the ends of the range, and 36, products and spectra of deep linear networks. */
export function networkClassesOf({ top, bottom }: Precision): [string, Generator][] {
  const product =
    (depth: number, size: number): Generator =>
    (m, n, seed) => {
      const h = Math.max(m, n)
      let w: Matrix = random(h, n, seed).map((x) => x * size)
      for (let l = 2; l <= depth; l++) {
        const rows = l === depth ? m : h
        const next = random(rows, h, 97 * seed + l)
        w = fill(rows, n, (i, j) => {
          let sum = 0
          for (let k = 0; k < h; k++) sum += next[i * h + k] * size * w[k * n + j]
          return sum
        })
      }
      return w
    }
  return [
    ['27 near underflow', (m, n, seed) => times(random(m, n, seed), 2 ** (bottom + 1))],
    ['28 near overflow', (m, n, seed) => times(random(m, n, seed), 2 ** (top - 9))],
    ['36 product of depth 2', product(2, 1)],
    ['36 product of depth 5, small', product(5, 1e-2)],
    ['36 product of depth 10, tiny', product(10, 1e-3)],
    // A hierarchy of concepts: a singular value for each level, shared by the branches of the level.
    ['36 hierarchy', spectrum((k) => 2 ** -Math.floor(Math.log2(k + 1)))],
  ]
}

export const CLASSES = classesOf(FLOAT64)

/** Both orientations, degenerate sizes, sizes around the unrolling of four. */
export const SIZES: [number, number][] = [
  [0, 0],
  [0, 3],
  [3, 0],
  [1, 1],
  [1, 5],
  [5, 1],
  [2, 2],
  [3, 4],
  [7, 5],
  [10, 64],
  [64, 10],
  [40, 40],
  [17, 33],
]
