// Register tiles of the reference gemm in float64: out = sum over k ascending of a(:, k) b(k, :), from zero.
//
//   a    R rows of k elements one behind the other, from index `at`      b    packed row by row, V elements per k
//   out  R x V sums, row by row
//
// A pointer for each row of a is faster than one pointer into a copy by columns (8 % of a whole product on Node 20).

/** 4 rows by 4 columns. */
export function tile4x4(k: number, a: Float64Array, at: number, b: Float64Array, out: Float64Array): void {
  let s00 = 0
  let s01 = 0
  let s02 = 0
  let s03 = 0
  let s10 = 0
  let s11 = 0
  let s12 = 0
  let s13 = 0
  let s20 = 0
  let s21 = 0
  let s22 = 0
  let s23 = 0
  let s30 = 0
  let s31 = 0
  let s32 = 0
  let s33 = 0
  let a0 = at
  let a1 = at + k
  let a2 = at + 2 * k
  let a3 = at + 3 * k
  for (let j = 0, end = 4 * k; j < end; j += 4) {
    const b0 = b[j]
    const b1 = b[j + 1]
    const b2 = b[j + 2]
    const b3 = b[j + 3]
    let x = a[a0++]
    s00 += x * b0
    s01 += x * b1
    s02 += x * b2
    s03 += x * b3
    x = a[a1++]
    s10 += x * b0
    s11 += x * b1
    s12 += x * b2
    s13 += x * b3
    x = a[a2++]
    s20 += x * b0
    s21 += x * b1
    s22 += x * b2
    s23 += x * b3
    x = a[a3++]
    s30 += x * b0
    s31 += x * b1
    s32 += x * b2
    s33 += x * b3
  }
  out[0] = s00
  out[1] = s01
  out[2] = s02
  out[3] = s03
  out[4] = s10
  out[5] = s11
  out[6] = s12
  out[7] = s13
  out[8] = s20
  out[9] = s21
  out[10] = s22
  out[11] = s23
  out[12] = s30
  out[13] = s31
  out[14] = s32
  out[15] = s33
}

/** 4 rows by 2 columns. */
export function tile4x2(k: number, a: Float64Array, at: number, b: Float64Array, out: Float64Array): void {
  let s00 = 0
  let s01 = 0
  let s10 = 0
  let s11 = 0
  let s20 = 0
  let s21 = 0
  let s30 = 0
  let s31 = 0
  let a0 = at
  let a1 = at + k
  let a2 = at + 2 * k
  let a3 = at + 3 * k
  for (let j = 0, end = 2 * k; j < end; j += 2) {
    const b0 = b[j]
    const b1 = b[j + 1]
    let x = a[a0++]
    s00 += x * b0
    s01 += x * b1
    x = a[a1++]
    s10 += x * b0
    s11 += x * b1
    x = a[a2++]
    s20 += x * b0
    s21 += x * b1
    x = a[a3++]
    s30 += x * b0
    s31 += x * b1
  }
  out[0] = s00
  out[1] = s01
  out[2] = s10
  out[3] = s11
  out[4] = s20
  out[5] = s21
  out[6] = s30
  out[7] = s31
}

/** 2 rows by 4 columns. */
export function tile2x4(k: number, a: Float64Array, at: number, b: Float64Array, out: Float64Array): void {
  let s00 = 0
  let s01 = 0
  let s02 = 0
  let s03 = 0
  let s10 = 0
  let s11 = 0
  let s12 = 0
  let s13 = 0
  let a0 = at
  let a1 = at + k
  for (let j = 0, end = 4 * k; j < end; j += 4) {
    const b0 = b[j]
    const b1 = b[j + 1]
    const b2 = b[j + 2]
    const b3 = b[j + 3]
    let x = a[a0++]
    s00 += x * b0
    s01 += x * b1
    s02 += x * b2
    s03 += x * b3
    x = a[a1++]
    s10 += x * b0
    s11 += x * b1
    s12 += x * b2
    s13 += x * b3
  }
  out[0] = s00
  out[1] = s01
  out[2] = s02
  out[3] = s03
  out[4] = s10
  out[5] = s11
  out[6] = s12
  out[7] = s13
}

/** 2 rows by 2 columns. */
export function tile2x2(k: number, a: Float64Array, at: number, b: Float64Array, out: Float64Array): void {
  let s00 = 0
  let s01 = 0
  let s10 = 0
  let s11 = 0
  let a0 = at
  let a1 = at + k
  for (let j = 0, end = 2 * k; j < end; j += 2) {
    const b0 = b[j]
    const b1 = b[j + 1]
    let x = a[a0++]
    s00 += x * b0
    s01 += x * b1
    x = a[a1++]
    s10 += x * b0
    s11 += x * b1
  }
  out[0] = s00
  out[1] = s01
  out[2] = s10
  out[3] = s11
}
