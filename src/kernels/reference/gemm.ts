// gemm of the reference: C := alpha op(A) op(B) + beta C under the numeric contract of assembly/README.md.
//
// A block of k (KC deep) of op(A) is copied row by row, and op(B) strip by strip of four columns, then two. An odd row or
// column gets a neighbour of zeros whose sums are never stored. The copies cost little beside the product and give the
// engine one simple loop for all four transposes.
import type { Elements } from './views.js'

// The contract cuts sums over k here; named again on purpose, since the reference shares nothing with what it checks.
const KC = 256

type Tile = (k: number, a: Float64Array, at: number, b: Float64Array, out: Float64Array) => void

/** The register tiles of an element type. */
export interface Tiles {
  tile4x4: Tile
  tile4x2: Tile
  tile2x4: Tile
  tile2x2: Tile
}

/** A gemm over elements of `array`; sizes, leading dimensions and positions in elements. */
export type ReferenceGemm = (
  array: Elements,
  trans: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void

/** Make the gemm of an element type; `round` rounds to it. */
export function makeGemm(tiles: Tiles, round: (x: number) => number): ReferenceGemm {
  let packedA = new Float64Array(0)
  const packedB = new Float64Array(4 * KC)
  const sums = new Float64Array(16)

  /** C(rows, columns) := beta C + alpha sums, `width` sums to a row. */
  function store(
    array: Elements,
    rows: number,
    columns: number,
    width: number,
    alpha: number,
    beta: number,
    c: number,
    ldc: number,
  ) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const at = c + i * ldc + j
        const product = round(alpha * sums[i * width + j])
        array[at] = beta === 0 ? product : round(beta * array[at]) + product
      }
    }
  }

  return (array, trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
    if (alpha === 0 || k === 0) {
      scaleMatrix(array, m, n, beta, c, ldc)
      return
    }
    const [rowA, columnA] = trans & 1 ? [1, lda] : [lda, 1]
    const [rowB, columnB] = trans & 2 ? [1, ldb] : [ldb, 1]
    const rows = m + (m & 1)
    if (packedA.length < rows * KC) packedA = new Float64Array(rows * KC)
    for (let k0 = 0; k0 < k; k0 += KC) {
      const depth = Math.min(KC, k - k0)
      const scale = k0 === 0 ? beta : 1
      for (let i = 0; i < m; i++) {
        const from = a + i * rowA + k0 * columnA
        for (let p = 0; p < depth; p++) packedA[i * depth + p] = array[from + p * columnA]
      }
      packedA.fill(0, m * depth, rows * depth)
      for (let j = 0; j < n; ) {
        const width = n - j >= 3 ? 4 : 2
        const columns = Math.min(width, n - j)
        packStrip(array, depth, columns, width, b + k0 * rowB + j * columnB, rowB, columnB, packedB)
        for (let i = 0; i < m; ) {
          const height = m - i >= 3 ? 4 : 2
          if (height === 4) {
            if (width === 4) tiles.tile4x4(depth, packedA, i * depth, packedB, sums)
            else tiles.tile4x2(depth, packedA, i * depth, packedB, sums)
          } else if (width === 4) tiles.tile2x4(depth, packedA, i * depth, packedB, sums)
          else tiles.tile2x2(depth, packedA, i * depth, packedB, sums)
          store(array, Math.min(height, m - i), columns, width, alpha, scale, c + i * ldc + j, ldc)
          i += height
        }
        j += width
      }
    }
  }
}

/** Copy a strip of `columns` columns of op(B) row by row, each row filled up with zeros to `width`. */
function packStrip(
  from: Elements,
  depth: number,
  columns: number,
  width: number,
  at: number,
  row: number,
  column: number,
  to: Float64Array,
): void {
  for (let j = 0; j < width; j++) {
    for (let p = 0, i = at + j * column, o = j; p < depth; p++, i += row, o += width) to[o] = j < columns ? from[i] : 0
  }
}

/** C := beta C; beta = 0 stores +0 without reading C. */
function scaleMatrix(array: Elements, m: number, n: number, beta: number, c: number, ldc: number): void {
  if (beta === 1) return
  for (let i = 0; i < m; i++) {
    for (let at = c + i * ldc, end = at + n; at < end; at++) array[at] = beta === 0 ? 0 : beta * array[at]
  }
}
