// The inner loops of the matrix-vector kernels for float32: those of rows-float64.ts with a rounding after every operation.

const round = Math.fround

/** Dot product of a row and x: sixteen partial sums; lane l is (p[l]+p[l+4])+(p[l+8]+p[l+12]), lanes left to right, then the tail. */
export function rowDot(array: Float32Array, n: number, a: number, x: number, incx: number): number {
  const whole = n - (n % 16)
  const end = a + whole
  let p0 = round(0)
  let p1 = round(0)
  let p2 = round(0)
  let p3 = round(0)
  let p4 = round(0)
  let p5 = round(0)
  let p6 = round(0)
  let p7 = round(0)
  let p8 = round(0)
  let p9 = round(0)
  let p10 = round(0)
  let p11 = round(0)
  let p12 = round(0)
  let p13 = round(0)
  let p14 = round(0)
  let p15 = round(0)
  for (; a < end; a += 16, x += 16 * incx) {
    p0 = round(p0 + round(array[a] * array[x]))
    p1 = round(p1 + round(array[a + 1] * array[x + incx]))
    p2 = round(p2 + round(array[a + 2] * array[x + 2 * incx]))
    p3 = round(p3 + round(array[a + 3] * array[x + 3 * incx]))
    p4 = round(p4 + round(array[a + 4] * array[x + 4 * incx]))
    p5 = round(p5 + round(array[a + 5] * array[x + 5 * incx]))
    p6 = round(p6 + round(array[a + 6] * array[x + 6 * incx]))
    p7 = round(p7 + round(array[a + 7] * array[x + 7 * incx]))
    p8 = round(p8 + round(array[a + 8] * array[x + 8 * incx]))
    p9 = round(p9 + round(array[a + 9] * array[x + 9 * incx]))
    p10 = round(p10 + round(array[a + 10] * array[x + 10 * incx]))
    p11 = round(p11 + round(array[a + 11] * array[x + 11 * incx]))
    p12 = round(p12 + round(array[a + 12] * array[x + 12 * incx]))
    p13 = round(p13 + round(array[a + 13] * array[x + 13 * incx]))
    p14 = round(p14 + round(array[a + 14] * array[x + 14 * incx]))
    p15 = round(p15 + round(array[a + 15] * array[x + 15 * incx]))
  }
  const lane0 = round(round(p0 + p4) + round(p8 + p12))
  const lane1 = round(round(p1 + p5) + round(p9 + p13))
  const lane2 = round(round(p2 + p6) + round(p10 + p14))
  const lane3 = round(round(p3 + p7) + round(p11 + p15))
  let sum = round(round(round(lane0 + lane1) + lane2) + lane3)
  for (let i = whole; i < n; i++, a++, x += incx) sum = round(sum + round(array[a] * array[x]))
  return sum
}

/** y := y + t x with two roundings; the second is the store. */
export function addRow(
  array: Float32Array,
  n: number,
  t: number,
  x: number,
  incx: number,
  y: number,
  incy: number,
): void {
  if (incx === 1 && incy === 1) for (let j = 0; j < n; j++) array[y + j] += round(t * array[x + j])
  else for (let j = 0; j < n; j++) array[y + j * incy] += round(t * array[x + j * incx])
}
