// Matrices as shades: where one is larger than the screen has room for, a cell shows the entry of largest size in its block.
import type { Matrix } from 'deeplinear'
import type { PictureView } from './protocol.js'

/** Most rows and columns of a picture. */
const MOST = 40

export interface Pictures {
  readonly views: readonly PictureView[]
  readonly cells: number
  read(out: Float32Array): void
}

/** Shades of these matrices, read when asked for. */
export function picturesOf(
  matrices: readonly { readonly label: string; readonly matrix: Matrix; readonly limit?: number }[],
): Pictures {
  let cells = 0
  const views = matrices.map(({ label, matrix: { rows, cols }, limit }): PictureView => {
    const [height, width] = [Math.min(rows, MOST), Math.min(cols, MOST)]
    const view = {
      label,
      rows: height,
      columns: width,
      offset: cells,
      signed: true,
      ...(limit === undefined ? {} : { limit }),
    }
    cells += height * width
    return height === rows && width === cols ? view : { ...view, of: [rows, cols] }
  })
  return {
    views,
    cells,
    read(out) {
      for (const [i, { matrix }] of matrices.entries()) shade(matrix.view(), matrix.rows, matrix.cols, views[i], out)
    },
  }
}

/** Write the entries of largest size of every block. */
export function shade(
  entries: ArrayLike<number>,
  rows: number,
  cols: number,
  { rows: height, columns: width, offset }: PictureView,
  out: Float32Array,
): void {
  if (height === rows && width === cols) {
    for (let i = 0; i < rows * cols; i++) out[offset + i] = entries[i]
    return
  }
  for (let r = 0; r < height; r++) {
    const [top, bottom] = [Math.floor((r * rows) / height), Math.ceil(((r + 1) * rows) / height)]
    for (let c = 0; c < width; c++) {
      const [left, right] = [Math.floor((c * cols) / width), Math.ceil(((c + 1) * cols) / width)]
      let most = 0
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) {
          const entry = entries[i * cols + j]
          if (Math.abs(entry) > Math.abs(most)) most = entry
        }
      }
      out[offset + r * width + c] = most
    }
  }
}
