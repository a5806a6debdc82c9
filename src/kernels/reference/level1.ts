// Vector kernels of the reference. Positions and increments are in elements. Storing into a Float32Array rounds, so an
// element that is the result of one operation needs no other rounding; the double sum, difference or product of two
// float32 values rounds to their float32 one.
import type { Elements } from './views.js'

/** Sum of f(i), i < n, in eight partial sums over i mod 8: the order of dot, asum and nrm2 in the contract. */
function sumOfEight(n: number, term: (i: number) => number): number {
  const p = [0, 0, 0, 0, 0, 0, 0, 0]
  const whole = n - (n % 8)
  for (let i = 0; i < whole; i++) p[i % 8] += term(i)
  const q0 = p[0] + p[2] + (p[4] + p[6])
  const q1 = p[1] + p[3] + (p[5] + p[7])
  let sum = q0 + q1
  for (let i = whole; i < n; i++) sum += term(i)
  return sum
}

/** sum x_i y_i in float64. */
export function dot(array: Elements, n: number, x: number, incx: number, y: number, incy: number): number {
  let p0 = 0
  let p1 = 0
  let p2 = 0
  let p3 = 0
  let p4 = 0
  let p5 = 0
  let p6 = 0
  let p7 = 0
  let i = x
  let j = y
  let left = n
  for (; left >= 8; left -= 8) {
    p0 += array[i] * array[j]
    p1 += array[i + incx] * array[j + incy]
    p2 += array[i + 2 * incx] * array[j + 2 * incy]
    p3 += array[i + 3 * incx] * array[j + 3 * incy]
    p4 += array[i + 4 * incx] * array[j + 4 * incy]
    p5 += array[i + 5 * incx] * array[j + 5 * incy]
    p6 += array[i + 6 * incx] * array[j + 6 * incy]
    p7 += array[i + 7 * incx] * array[j + 7 * incy]
    i += 8 * incx
    j += 8 * incy
  }
  let sum = p0 + p2 + (p4 + p6) + (p1 + p3 + (p5 + p7))
  for (; left > 0; left--) {
    sum += array[i] * array[j]
    i += incx
    j += incy
  }
  return sum
}

/** sum |x_i| in float64. */
export function asum(array: Elements, n: number, x: number, incx: number): number {
  return sumOfEight(n, (i) => Math.abs(array[x + i * incx]))
}

/** First index of the largest |x_i|; a NaN is never larger; -1 for n = 0. */
export function iamax(array: Elements, n: number, x: number, incx: number): number {
  let index = n > 0 ? 0 : -1
  let largest = -1
  for (let i = 0; i < n; i++) {
    const size = Math.abs(array[x + i * incx])
    if (size > largest) {
      largest = size
      index = i
    }
  }
  return index
}

/** sqrt(sum x_i^2); `scaled` guards float64 sums against overflow and underflow, as the contract says. */
export function nrm2(array: Elements, n: number, x: number, incx: number): number {
  const sum = dot(array, n, x, incx, x, incx)
  if (array instanceof Float32Array || (sum >= SMALL_SUM && sum < Infinity) || Number.isNaN(sum)) return Math.sqrt(sum)
  if (n === 0) return 0
  const largest = Math.abs(array[x + iamax(array, n, x, incx) * incx])
  if (largest === 0 || largest === Infinity) return largest
  const exponent = exponentOf(largest)
  const half = Math.floor(exponent / 2)
  const first = powerOfTwo(-half)
  const second = powerOfTwo(half - exponent)
  const scaled = sumOfEight(n, (i) => {
    const value = array[x + i * incx] * first * second
    return value * value
  })
  return Math.sqrt(scaled) * powerOfTwo(half) * powerOfTwo(exponent - half)
}

const SMALL_SUM = powerOfTwo(-968)

/** 2^e by repeated doubling or halving, exact for every e from -1074 to 1023. */
function powerOfTwo(e: number): number {
  let power = 1
  for (let i = 0; i < e; i++) power *= 2
  for (let i = 0; i > e; i--) power /= 2
  return power
}

/** floor(log2(x)) of a positive finite number, exactly. */
function exponentOf(x: number): number {
  let exponent = 0
  let value = x
  for (; value >= 2; exponent++) value /= 2
  for (; value < 1; exponent--) value *= 2
  return exponent
}

/** y := y + alpha x with two roundings, alpha already rounded; alpha = 0 does nothing. */
export function axpy(
  array: Elements,
  n: number,
  alpha: number,
  x: number,
  incx: number,
  y: number,
  incy: number,
): void {
  if (alpha === 0) return
  if (array instanceof Float32Array) {
    for (let i = 0; i < n; i++) array[y + i * incy] += Math.fround(alpha * array[x + i * incx])
  } else {
    for (let i = 0; i < n; i++) array[y + i * incy] += alpha * array[x + i * incx]
  }
}

/** x := alpha x. */
export function scal(array: Elements, n: number, alpha: number, x: number, incx: number): void {
  for (let i = 0; i < n; i++) array[x + i * incx] *= alpha
}

/** y := x. */
export function copy(array: Elements, n: number, x: number, incx: number, y: number, incy: number): void {
  for (let i = 0; i < n; i++) array[y + i * incy] = array[x + i * incx]
}

/** x and y change places. */
export function swap(array: Elements, n: number, x: number, incx: number, y: number, incy: number): void {
  for (let i = 0; i < n; i++) {
    const value = array[x + i * incx]
    array[x + i * incx] = array[y + i * incy]
    array[y + i * incy] = value
  }
}

/** c := a + b. */
export function add(array: Elements, n: number, a: number, b: number, c: number): void {
  for (let i = 0; i < n; i++) array[c + i] = array[a + i] + array[b + i]
}

/** c := a - b. */
export function sub(array: Elements, n: number, a: number, b: number, c: number): void {
  for (let i = 0; i < n; i++) array[c + i] = array[a + i] - array[b + i]
}

/** c := a * b elementwise. */
export function mul(array: Elements, n: number, a: number, b: number, c: number): void {
  for (let i = 0; i < n; i++) array[c + i] = array[a + i] * array[b + i]
}

/** Index of the first NaN or infinity, or -1. */
export function nonfinite(array: Elements, n: number, x: number): number {
  for (let i = 0; i < n; i++) if (!Number.isFinite(array[x + i])) return i
  return -1
}
