// Implicit QR sweeps on a bidiagonal matrix, the reference; assembly/factor/bidiagonal-qr.ts has the formulas. Each sweep's
// rotations are applied at once, one after the other: rotations that commute are in another order there, which changes no bit.
import type { Kernels } from '../../kernels.js'
import type { Elements } from '../views.js'
import type { Blas } from './blas.js'

const LEAST = 2 ** -480
const NO_SHIFT = 2 ** -53

/** Cosines and sines of one sweep, pairwise, for either side. */
interface Rotations {
  right: Float64Array
  left: Float64Array
}

const length = (f: number, g: number) => {
  const r = Math.sqrt(f * f + g * g)
  return r >= LEAST ? r : 0
}

/** A sweep over count + 1 diagonal elements from position d, `step` = 1 downwards or -1 upwards. */
function shiftedSweep(
  x: Float64Array,
  count: number,
  d: number,
  e: number,
  step: number,
  shift: number,
  to: Rotations,
) {
  const first = x[d]
  let f = (Math.abs(first) - shift) * ((first >= 0 ? 1 : -1) + shift / first)
  let g = x[e]
  for (let i = 0; i < count; i++) {
    const [di, ei] = [d + i * step, e + i * step]
    let r = length(f, g)
    let c = r > 0 ? f / r : 1
    let s = r > 0 ? g / r : 0
    if (i > 0) x[ei - step] = r > 0 ? r : f
    to.right[2 * i] = c
    to.right[2 * i + 1] = s
    f = c * x[di] + s * x[ei]
    const off = c * x[ei] - s * x[di]
    g = s * x[di + step]
    const next = c * x[di + step]
    r = length(f, g)
    c = r > 0 ? f / r : 1
    s = r > 0 ? g / r : 0
    x[di] = r > 0 ? r : f
    to.left[2 * i] = c
    to.left[2 * i + 1] = s
    f = c * off + s * next
    x[di + step] = c * next - s * off
    if (i + 1 < count) {
      g = s * x[ei + step]
      x[ei + step] = c * x[ei + step]
    } else x[ei] = f
  }
}

/** The same with shift zero. */
function plainSweep(x: Float64Array, count: number, d: number, e: number, step: number, to: Rotations) {
  let [c, c2, s2] = [1, 1, 0]
  for (let i = 0; i < count; i++) {
    const [di, ei] = [d + i * step, e + i * step]
    const f = x[di] * c
    let r = length(f, x[ei])
    c = r > 0 ? f / r : 1
    const s = r > 0 ? x[ei] / r : 0
    if (r === 0) r = f
    if (i > 0) x[ei - step] = s2 * r
    to.right[2 * i] = c
    to.right[2 * i + 1] = s
    const f2 = c2 * r
    const g2 = x[di + step] * s
    r = length(f2, g2)
    c2 = r > 0 ? f2 / r : 1
    s2 = r > 0 ? g2 / r : 0
    x[di] = r > 0 ? r : f2
    to.left[2 * i] = c2
    to.left[2 * i + 1] = s2
  }
  const h = x[d + count * step] * c
  x[d + count * step] = h * c2
  x[e + (count - 1) * step] = h * s2
}

/** The smaller singular value of ((f, g), (0, h)). */
function smallerOfTwo(f0: number, g0: number, h0: number): number {
  const size = Math.max(Math.max(Math.abs(f0), Math.abs(h0)), Math.abs(g0))
  if (!(size > 0)) return 0
  const [f, g, h] = [Math.abs(f0) / size, Math.abs(g0) / size, Math.abs(h0) / size]
  const sum = Math.sqrt((f + h) * (f + h) + g * g) + Math.sqrt((f - h) * (f - h) + g * g)
  return size * (Math.min(f, h) * ((2 * Math.max(f, h)) / sum))
}

/** Rotate `count` pairs of rows of float64, `ld` elements apart (negative upwards), from position `at`. */
function rotate64(array: Float64Array, count: number, at: number, ld: number, rotations: Float64Array): void {
  const width = Math.abs(ld)
  for (let i = 0; i < count; i++) {
    const [c, s] = [rotations[2 * i], rotations[2 * i + 1]]
    for (let p = at + i * ld, q = p + ld, end = p + width; p < end; p++, q++) {
      const [x, y] = [array[p], array[q]]
      array[p] = c * x + s * y
      array[q] = c * y - s * x
    }
  }
}

/** The same for float32. */
function rotate32(array: Float32Array, count: number, at: number, ld: number, rotations: Float64Array): void {
  const width = Math.abs(ld)
  for (let i = 0; i < count; i++) {
    const [c, s] = [Math.fround(rotations[2 * i]), Math.fround(rotations[2 * i + 1])]
    for (let p = at + i * ld, q = p + ld, end = p + width; p < end; p++, q++) {
      const [x, y] = [array[p], array[q]]
      array[p] = Math.fround(c * x) + Math.fround(s * y)
      array[q] = Math.fround(c * y) - Math.fround(s * x)
    }
  }
}

/** bdsqr of one element type. */
export function makeBdsqr(blas: Blas): Kernels['dbdsqr'] {
  const { bytes } = blas
  const tol = bytes === 8 ? 2 ** -53 : 2 ** -25
  const rotate = (array: Elements, count: number, at: number, ld: number, rotations: Float64Array) =>
    array instanceof Float64Array
      ? rotate64(array, count, at, ld, rotations)
      : rotate32(array, count, at, ld, rotations)

  /** Non-negative, descending values; the rows follow. */
  function sort(n: number, x: Float64Array, d: number, vt: number, ldv: number): void {
    for (let i = 0; i < n; i++) x[d + i] = Math.abs(x[d + i])
    for (let i = 0; i + 1 < n; i++) {
      let best = i
      for (let j = i + 1; j < n; j++) if (x[d + j] > x[d + best]) best = j
      if (best === i) continue
      const value = x[d + i]
      x[d + i] = x[d + best]
      x[d + best] = value
      blas.swap(ldv, vt + i * ldv * bytes, 1, vt + best * ldv * bytes, 1)
    }
  }

  return (n, dAt, eAt, vt, ldv, _work, _batch, most) => {
    const x = blas.float64()
    const array = blas.view()
    const [d, e] = [dAt / 8, eAt / 8]
    let largest = 0
    for (let i = 0; i < n; i++) {
      largest = Math.max(largest, Math.abs(x[d + i]))
      if (i + 1 < n) largest = Math.max(largest, Math.abs(x[e + i]))
    }
    const floor = tol * largest * 2 ** -20
    const rotations = { right: new Float64Array(2 * n), left: new Float64Array(2 * n) }

    /** First row of the block that ends at row `hi`. */
    const blockStart = (hi: number) => {
      for (let i = hi - 1; i >= 0; i--) {
        const size = Math.abs(x[e + i])
        if (size <= floor || size <= tol * (Math.abs(x[d + i]) + Math.abs(x[d + i + 1]))) {
          x[e + i] = 0
          return i + 1
        }
      }
      return 0
    }

    /** The largest shift that makes sense for a block. */
    const shiftLimit = (lo: number, hi: number) => {
      let mu = Math.abs(x[d + hi])
      let [least, most] = [mu, mu]
      for (let i = hi - 1; i >= lo; i--) {
        const [size, off] = [Math.abs(x[d + i]), Math.abs(x[e + i])]
        mu = size * (mu / (mu + off))
        least = Math.min(least, mu)
        most = Math.max(most, Math.max(size, off))
      }
      return least <= tol * most ? 16 * least : Number.MAX_VALUE
    }

    let sweeps = 0
    let step = 1
    let hi = n - 1
    let [blockLo, blockHi] = [n, n]
    while (hi > 0) {
      const lo = blockStart(hi)
      if (lo === hi) {
        hi--
        continue
      }
      if (sweeps === most) return -1
      if (lo >= blockHi || hi <= blockLo || blockHi === n) step = Math.abs(x[d + lo]) < Math.abs(x[d + hi]) ? -1 : 1
      blockLo = lo
      blockHi = hi
      const count = hi - lo
      const [first, last] = step === 1 ? [lo, hi] : [hi, lo]
      const firstE = step === 1 ? lo : hi - 1
      const lastE = step === 1 ? hi - 1 : lo
      const shift = smallerOfTwo(x[d + last - step], x[e + lastE], x[d + last])
      const lead = Math.abs(x[d + first])
      const share = shift / lead
      if (lead > 0 && share * share > NO_SHIFT && shift <= shiftLimit(lo, hi))
        shiftedSweep(x, count, d + first, e + firstE, step, shift, rotations)
      else plainSweep(x, count, d + first, e + firstE, step, rotations)
      sweeps++
      const { right, left } = rotations
      if (ldv > 0) rotate(array, count, vt / bytes + first * ldv, step * ldv, step === 1 ? right : left)
    }
    sort(n, x, d, vt, ldv)
    return sweeps
  }
}
