// The inner loops of the matrix-vector kernels for float64. float32 has a file of its own, with the same shape and a rounding
// after every operation: code shared by both types would see two kinds of arrays, and run several times slower.

/** Dot product of a row and x: eight partial sums, added as (p0+p2)+(p4+p6) and (p1+p3)+(p5+p7), then the tail. */
export function rowDot(array: Float64Array, n: number, a: number, x: number, incx: number): number {
  const whole = n - (n % 8)
  const end = a + whole
  let p0 = 0
  let p1 = 0
  let p2 = 0
  let p3 = 0
  let p4 = 0
  let p5 = 0
  let p6 = 0
  let p7 = 0
  if (incx === 1) {
    for (; a < end; a += 8, x += 8) {
      p0 += array[a] * array[x]
      p1 += array[a + 1] * array[x + 1]
      p2 += array[a + 2] * array[x + 2]
      p3 += array[a + 3] * array[x + 3]
      p4 += array[a + 4] * array[x + 4]
      p5 += array[a + 5] * array[x + 5]
      p6 += array[a + 6] * array[x + 6]
      p7 += array[a + 7] * array[x + 7]
    }
  } else {
    for (; a < end; a += 8, x += 8 * incx) {
      p0 += array[a] * array[x]
      p1 += array[a + 1] * array[x + incx]
      p2 += array[a + 2] * array[x + 2 * incx]
      p3 += array[a + 3] * array[x + 3 * incx]
      p4 += array[a + 4] * array[x + 4 * incx]
      p5 += array[a + 5] * array[x + 5 * incx]
      p6 += array[a + 6] * array[x + 6 * incx]
      p7 += array[a + 7] * array[x + 7 * incx]
    }
  }
  let sum = p0 + p2 + (p4 + p6) + (p1 + p3 + (p5 + p7))
  for (let i = whole; i < n; i++, a++, x += incx) sum += array[a] * array[x]
  return sum
}

/** y := y + t x with two roundings. */
export function addRow(
  array: Float64Array,
  n: number,
  t: number,
  x: number,
  incx: number,
  y: number,
  incy: number,
): void {
  if (incx === 1 && incy === 1) for (let j = 0; j < n; j++) array[y + j] += t * array[x + j]
  else for (let j = 0; j < n; j++) array[y + j * incy] += t * array[x + j * incx]
}
