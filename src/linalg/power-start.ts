// The start that a caller gives to block iteration, checked and scaled.
import { Matrix, notMatrix } from '../engine/matrix.js'
import { RangeArgError, ShapeError } from '../errors.js'
import { exponentOf, scaleByPowerOfTwo } from '../math/power-of-two.js'

/** The columns to start from, (n, width) row by row, entries of about 1. @throws {ShapeError|RangeArgError|DTypeError} */
export function checkStart(value: unknown, a: Matrix): { width: number; columns: Float64Array } | undefined {
  if (value === undefined) return undefined
  if (!(value instanceof Matrix)) throw notMatrix(value, 'start')
  if (value.rows !== a.cols || value.cols === 0) {
    throw new ShapeError(
      `start must have ${a.cols} rows, the columns of a, and at least one column, got ${value.rows} x ${value.cols}`,
      {
        argument: 'start',
      },
    )
  }
  const columns = Float64Array.from(value.view())
  if (!columns.every(Number.isFinite)) {
    throw new RangeArgError('start holds NaN or infinities; every entry must be finite', { argument: 'start' })
  }
  const scale = columns.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)
  if (scale === 0) throw new RangeArgError('start must not be zero', { argument: 'start' })
  return { width: Math.min(value.cols, Math.min(a.rows, a.cols)), columns: firstColumns(columns, value, scale) }
}

/** At most min(m, n) columns, scaled to entries of about 1. */
function firstColumns(columns: Float64Array, { rows, cols }: Matrix, scale: number): Float64Array {
  const exponent = exponentOf(scale)
  const half = Math.floor(-exponent / 2)
  const factors = [scaleByPowerOfTwo(1, half), scaleByPowerOfTwo(1, -exponent - half)]
  const width = Math.min(rows, cols)
  const out = new Float64Array(rows * width)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) out[i * width + j] = columns[i * cols + j] * factors[0] * factors[1]
  }
  return out
}
