// What callers may pass as a matrix: nested arrays, flat arrays with a shape, a Matrix, or anything shaped
// `{ data, shape, strides?, dtype? }` (ndarray, stdlib, numpy-ts). Everything is checked before anything is written.
import { checkInteger, describe, isDetached } from '../check.js'
import { DTypeError, MemoryError, RangeArgError, ShapeError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import { isHandle, Matrix, notMatrix } from './matrix.js'

/** A strided two-dimensional array of another library. */
export interface StridedArray {
  readonly data: ArrayLike<number>
  readonly shape: ArrayLike<number>
  readonly strides?: ArrayLike<number>
  /** The same under ndarray's name. */
  readonly stride?: ArrayLike<number>
  /** Elements before the first one (ndarray's `offset`). */
  readonly offset?: number
  readonly dtype?: string
}

/** Whatever is accepted as a matrix. */
export type MatrixLike = Matrix | StridedArray | readonly (readonly number[])[] | FlatData

/** Elements row by row; the shape comes from elsewhere. */
export type FlatData = readonly number[] | Float32Array | Float64Array

/** A matrix read in full: float64, row-major, checked. */
export interface DenseMatrix {
  readonly rows: number
  readonly cols: number
  readonly data: Float64Array
}

/** Rows and columns as a checked pair. */
export function checkShape(shape: unknown, name = 'shape'): [number, number] {
  if (!Array.isArray(shape))
    throw new DTypeError(`${name} must be [rows, cols], got ${describe(shape)}`, { argument: name })
  if (shape.length !== 2)
    throw new ShapeError(`${name} must be [rows, cols], got ${shape.length} entries`, { argument: name })
  for (const index of [0, 1]) {
    if (typeof shape[index] === 'number' && Number.isInteger(shape[index]) && shape[index] > 2 ** 31 - 1) {
      throw new MemoryError(`${name}[${index}] = ${shape[index]} is more than linear memory can hold`, {
        argument: name,
      })
    }
  }
  return [checkInteger(shape[0], `${name}[0]`), checkInteger(shape[1], `${name}[1]`)]
}

/**
 * Read any matrix-like as float64, row-major.
 * @param options.finite refuse NaN and infinities
 */
export function readDense(source: unknown, name: string, options: { finite?: boolean } = {}): DenseMatrix {
  const dense = toDense(source, name)
  if (options.finite === true) {
    for (let i = 0; i < dense.data.length; i++) {
      if (!Number.isFinite(dense.data[i])) {
        throw new RangeArgError(
          `${name} must be finite, got ${dense.data[i]} in row ${Math.floor(i / dense.cols)}, column ${i % dense.cols}`,
          { argument: name, data: { index: i } },
        )
      }
    }
  }
  return dense
}

/** Write a matrix-like, or flat data of the right length, into a matrix. */
export function writeDense(source: unknown, target: Matrix, name = 'data'): void {
  let values: ArrayLike<number>
  if (isFlat(source)) {
    checkFlat(source, name)
    if (source.length !== target.size) throw lengthError(name, target, source.length)
    values = source
  } else {
    const dense = toDense(source, name)
    if (dense.rows !== target.rows || dense.cols !== target.cols) {
      throw new ShapeError(`${name} must be ${target.rows} x ${target.cols}, got ${dense.rows} x ${dense.cols}`, {
        argument: name,
      })
    }
    values = dense.data
  }
  if (target.dtype === 'float32') checkFloat32Range(values, name)
  target.view().set(values)
}

/** True for data without a shape of its own: a typed array, or an array whose first element is no array. */
export function isFlat(source: unknown): source is FlatData {
  return ArrayBuffer.isView(source) || (Array.isArray(source) && (source.length === 0 || !Array.isArray(source[0])))
}

function toDense(source: unknown, name: string): DenseMatrix {
  if (source instanceof Matrix) return { rows: source.rows, cols: source.cols, data: Float64Array.from(source.view()) }
  if (Array.isArray(source) && Array.isArray(source[0])) return fromNested(source, name)
  if (typeof source === 'object' && source !== null && 'data' in source && 'shape' in source) {
    return fromStrided(source as StridedArray, name)
  }
  if (isFlat(source)) {
    throw new ShapeError(`${name} has no shape: pass nested arrays, a Matrix, or { data, shape }`, { argument: name })
  }
  if (isHandle(source)) throw notMatrix(source, name)
  throw new DTypeError(
    `${name} must be a matrix (nested arrays, a Matrix, or { data, shape }), got ${describe(source)}`,
    {
      argument: name,
    },
  )
}

function fromNested(source: readonly unknown[], name: string): DenseMatrix {
  const rows = source.length
  const cols = (source[0] as unknown[]).length
  const data = new Float64Array(rows * cols)
  for (let i = 0; i < rows; i++) {
    const row = source[i]
    if (!Array.isArray(row))
      throw new DTypeError(`${name}[${i}] must be a row, got ${describe(row)}`, { argument: name })
    if (row.length !== cols) {
      throw new ShapeError(`${name} is ragged: row 0 has ${cols} entries, row ${i} has ${row.length}`, {
        argument: name,
      })
    }
    for (let j = 0; j < cols; j++) {
      if (Array.isArray(row[j])) throw new ShapeError(`${name} is nested deeper than a matrix`, { argument: name })
      if (typeof row[j] !== 'number') {
        throw new DTypeError(`${name}[${i}][${j}] must be a number, got ${describe(row[j])}`, { argument: name })
      }
      data[i * cols + j] = row[j]
    }
  }
  return { rows, cols, data }
}

function fromStrided(source: StridedArray, name: string): DenseMatrix {
  const [rows, cols] = checkShape(listed(source.shape), `${name}.shape`)
  const given = source.strides === undefined ? source.stride : source.strides
  const strides = given === undefined ? [cols, 1] : listed(given)
  const offset = checkInteger(source.offset ?? 0, `${name}.offset`)
  checkFlat(source.data, `${name}.data`)
  if (!Array.isArray(strides) || strides.length !== 2 || !strides.every(Number.isInteger)) {
    throw new ShapeError(`${name}.strides must be two integers, got ${describe(given)}`, { argument: name })
  }
  if (rows * cols > 2 ** 29) {
    throw new MemoryError(`${name} is ${rows} x ${cols}: more than linear memory can hold`, { argument: name })
  }
  const length = source.data.length
  const last = offset + Math.max(0, rows - 1) * strides[0] + Math.max(0, cols - 1) * strides[1]
  if (rows * cols > 0 && !(last >= 0 && last < length)) {
    throw new ShapeError(`${name}.data has ${length} elements, but the last of ${rows} x ${cols} is at ${last}`, {
      argument: name,
    })
  }
  const data = new Float64Array(rows * cols)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const index = offset + i * strides[0] + j * strides[1]
      if (!(index >= 0 && index < length)) {
        throw new ShapeError(`${name}.data has ${length} elements, but row ${i}, column ${j} is at ${index}`, {
          argument: name,
        })
      }
      data[i * cols + j] = source.data[index]
    }
  }
  return { rows, cols, data }
}

/** What is array-like as an array; anything else as it is, for the check that follows to name. */
function listed(value: unknown): unknown {
  return typeof (value as ArrayLike<unknown>)?.length === 'number' && typeof value === 'object'
    ? Array.from(value as ArrayLike<unknown>)
    : value
}

function checkFlat(source: unknown, name: string): asserts source is FlatData {
  if (source instanceof Float32Array || source instanceof Float64Array) {
    if (!isDetached(source)) return
    throw new DTypeError(`${name} is gone: its buffer was detached; copy the elements before they are transferred`, {
      argument: name,
    })
  }
  if (!Array.isArray(source)) {
    const cure =
      ArrayBuffer.isView(source) && !(source instanceof DataView) ? '; convert it with Float64Array.from' : ''
    throw new DTypeError(
      `${name} must be an array of numbers, Float32Array or Float64Array, got ${describe(source)}${cure}`,
      {
        argument: name,
      },
    )
  }
  for (let i = 0; i < source.length; i++) {
    if (typeof source[i] !== 'number') {
      throw new DTypeError(`${name}[${i}] must be a number, got ${describe(source[i])}`, { argument: name })
    }
  }
}

function checkFloat32Range(values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]) && !Number.isFinite(Math.fround(values[i]))) {
      throw new RangeArgError(`${name}[${i}] = ${values[i]} does not fit float32; scale it, or use float64`, {
        argument: name,
      })
    }
  }
}

function lengthError(name: string, target: { rows: number; cols: number; dtype: DType }, length: number): ShapeError {
  return new ShapeError(
    `${name} must have ${target.rows * target.cols} elements for ${target.rows} x ${target.cols}, got ${length}`,
    { argument: name },
  )
}
