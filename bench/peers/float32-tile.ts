// The fastest float32 product that plain TypeScript seems to offer, written as an honest opponent for the benchmarks.
//
//   C = A B    A (m, k), B (k, n), C (m, n), row-major, contiguous
//
// JavaScript has no float32 arithmetic: rounding after every operation costs two conversions each, so this tile sums in
// float64 and rounds once, on the store. Its results are therefore more exact than those of float32 kernels, and not the
// same bits. A and B are widened to float64 while they are packed, which takes the conversions out of the inner loop; the
// 4 x 4 tile keeps its sixteen sums in locals. Blocks of k keep a strip of B in the first-level cache.

const DEPTH = 256
let packedA = new Float64Array(0)
const packedB = new Float64Array(4 * DEPTH)

/** C := A B in float32 with sums in float64; C must not overlap A or B. */
export function gemmFloat32Tile(
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
): void {
  if (packedA.length < (m + 3) * DEPTH) packedA = new Float64Array((m + 3) * DEPTH)
  c.fill(0, 0, m * n)
  for (let k0 = 0; k0 < k; k0 += DEPTH) {
    const depth = Math.min(DEPTH, k - k0)
    for (let i = 0; i < m; i += 4) packFour(a, depth, Math.min(4, m - i), i * k + k0, 1, k, packedA, i * depth)
    for (let j = 0; j < n; j += 4) {
      const columns = Math.min(4, n - j)
      packFour(b, depth, columns, k0 * n + j, n, 1, packedB, 0)
      for (let i = 0; i < m; i += 4) tile4x4(depth, i * depth, Math.min(4, m - i), columns, c, i * n + j, n)
    }
  }
}

/** Copy `depth` groups of `count` elements, `step` apart in a group, each group filled up with zeros to four. */
function packFour(
  from: Float32Array,
  depth: number,
  count: number,
  at: number,
  depthStep: number,
  step: number,
  to: Float64Array,
  start: number,
): void {
  for (let j = 0; j < 4; j++) {
    for (let p = 0, i = at + j * step, o = start + j; p < depth; p++, i += depthStep, o += 4) {
      to[o] = j < count ? from[i] : 0
    }
  }
}

/** C(rows, columns) += the product of one group of rows of A and the strip of B. */
function tile4x4(
  depth: number,
  start: number,
  rows: number,
  columns: number,
  c: Float32Array,
  at: number,
  ldc: number,
): void {
  const a = packedA
  const b = packedB
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
  for (let i = start, j = 0, end = 4 * depth; j < end; i += 4, j += 4) {
    const b0 = b[j]
    const b1 = b[j + 1]
    const b2 = b[j + 2]
    const b3 = b[j + 3]
    let x = a[i]
    s00 += x * b0
    s01 += x * b1
    s02 += x * b2
    s03 += x * b3
    x = a[i + 1]
    s10 += x * b0
    s11 += x * b1
    s12 += x * b2
    s13 += x * b3
    x = a[i + 2]
    s20 += x * b0
    s21 += x * b1
    s22 += x * b2
    s23 += x * b3
    x = a[i + 3]
    s30 += x * b0
    s31 += x * b1
    s32 += x * b2
    s33 += x * b3
  }
  if (rows === 4 && columns === 4) {
    addFour(c, at, s00, s01, s02, s03)
    addFour(c, at + ldc, s10, s11, s12, s13)
    addFour(c, at + 2 * ldc, s20, s21, s22, s23)
    addFour(c, at + 3 * ldc, s30, s31, s32, s33)
    return
  }
  const sums = [s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33]
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) c[at + i * ldc + j] += sums[4 * i + j]
  }
}

function addFour(c: Float32Array, at: number, s0: number, s1: number, s2: number, s3: number): void {
  c[at] += s0
  c[at + 1] += s1
  c[at + 2] += s2
  c[at + 3] += s3
}
