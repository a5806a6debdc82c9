// What the functions of linear algebra ask of their operands, and the scratch that they borrow for one call.
import type { EngineCore } from '../engine/core.js'
import { Matrix, notMatrix } from '../engine/matrix.js'
import { RangeArgError, ShapeError } from '../errors.js'
import type { DType, Kernels, Pointer } from '../kernels/kernels.js'

/** Distance from 1 to the next number of an element type. */
export const EPSILON: Readonly<Record<DType, number>> = { float32: 2 ** -23, float64: 2 ** -52 }

/** A live matrix handle. @throws {DTypeError|DisposedError} */
export function checkMatrix(value: unknown, name: string): Matrix {
  if (!(value instanceof Matrix)) throw notMatrix(value, name)
  void value.pointer // throws if it was disposed
  return value
}

/** A live square matrix. @throws {DTypeError|DisposedError|ShapeError} */
export function checkSquare(value: unknown, name: string): Matrix {
  const matrix = checkMatrix(value, name)
  if (matrix.rows !== matrix.cols) {
    throw new ShapeError(`${name} must be square, got ${matrix.rows} x ${matrix.cols}`, { argument: name })
  }
  return matrix
}

/** Every entry is a number. @throws {RangeArgError} naming the place of the first that is not */
export function checkFinite(matrix: Matrix, name: string): void {
  const index = matrix.engine.guard((kernels) =>
    (matrix.dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite)(matrix.size, matrix.pointer),
  )
  if (index < 0) return
  const [row, column] = [Math.floor(index / matrix.cols), index % matrix.cols]
  throw new RangeArgError(`${name} must be finite, got ${matrix.view()[index]} in row ${row}, column ${column}`, {
    argument: name,
    data: { row, column },
  })
}

/** The same for the lower triangle, which is all that some functions read; the largest magnitude in it. */
export function checkLowerTriangle(matrix: Matrix, name: string): number {
  const data = matrix.view()
  let largest = 0
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j <= i; j++) {
      const value = Math.abs(data[i * matrix.cols + j])
      if (!(value < Infinity)) {
        throw new RangeArgError(`${name} must be finite, got ${data[i * matrix.cols + j]} in row ${i}, column ${j}`, {
          argument: name,
          data: { row: i, column: j },
        })
      }
      if (value > largest) largest = value
    }
  }
  return largest
}

/** The kernels of an element type, without its letter. */
export function kernelsOf(kernels: Kernels, dtype: DType) {
  return dtype === 'float64'
    ? { copy: kernels.dcopy, swap: kernels.dswap, trsm: kernels.dtrsm, potrf: kernels.dpotrf, getrf: kernels.dgetrf }
    : { copy: kernels.scopy, swap: kernels.sswap, trsm: kernels.strsm, potrf: kernels.spotrf, getrf: kernels.sgetrf }
}

/** Blocks for one call, 64 bytes apart or more; given back whatever happens. */
export function withScratch<T>(engine: EngineCore, sizes: readonly number[], run: (...blocks: Pointer[]) => T): T {
  const starts: number[] = []
  let total = 0
  for (const bytes of sizes) {
    starts.push(total)
    total += Math.ceil(bytes / 64) * 64
  }
  const pointer = engine.allocate(Math.max(64, total))
  try {
    return run(...starts.map((start) => pointer + start))
  } finally {
    engine.free(pointer)
  }
}

/** A new matrix, filled by `fill`; disposed if that throws. */
export function newMatrix(engine: EngineCore, rows: number, cols: number, dtype: DType, fill: (out: Matrix) => void) {
  const out = engine.matrix([rows, cols], undefined, { dtype })
  try {
    fill(out)
  } catch (error) {
    out.dispose()
    throw error
  }
  return out
}
