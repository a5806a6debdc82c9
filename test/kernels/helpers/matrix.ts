// Matrices and vectors with padding, as plain numbers.
import type { DType } from '../../../src/kernels/kernels.js'
import { type DataClass, ROGUE, sample } from './data.js'
import type { Prng } from './prng.js'

/** A row-major (rows, columns) matrix with `lead` elements from row to row; padding holds ROGUE. */
export function paddedMatrix(
  dtype: DType,
  rows: number,
  columns: number,
  lead: number,
  data: DataClass,
  random: Prng,
): Float64Array {
  const values = new Float64Array(rows * lead).fill(ROGUE)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) values[i * lead + j] = sample(dtype, data, random)
  }
  return values
}

/** A vector of n elements, `increment` apart; what lies between them holds ROGUE. */
export function stridedVector(dtype: DType, n: number, increment: number, data: DataClass, random: Prng): Float64Array {
  const values = new Float64Array(n * increment).fill(ROGUE)
  for (let i = 0; i < n; i++) values[i * increment] = sample(dtype, data, random)
  return values
}

/** Whether all padding of a matrix still holds ROGUE. */
export function paddingUntouched(values: ArrayLike<number>, rows: number, columns: number, lead: number): boolean {
  for (let i = 0; i < rows; i++) {
    for (let j = columns; j < lead; j++) if (values[i * lead + j] !== Math.fround(ROGUE)) return false
  }
  return true
}
