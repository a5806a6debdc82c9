// Losses C(A) of the end-to-end map A, with their gradients: what the reduced dynamics of this folder descend.
import { checkInteger, describe } from '../check.js'
import { DTypeError, RangeArgError } from '../errors.js'
import { checkMatrix } from './numerics/arrays.js'
import { multiply, multiplyRightTransposed } from './numerics/dense.js'

/** A loss of the map A (rows, columns), row-major. Make one with `squaredError`, `completionError`, `regressionError`, or by hand. */
export interface Objective {
  /** Outputs of the map. */
  readonly rows: number
  /** Inputs of the map. */
  readonly columns: number
  /** C(A). */
  readonly loss: (map: Float64Array) => number
  /** Writes dC/dA into `out`, shape (rows, columns); neither keeps nor changes `map`. */
  readonly gradient: (map: Float64Array, out: Float64Array) => void
}

/**
 * `C(A) = 1/2 |A - Y|_F^2`, gradient `A - Y`: whitened inputs.
 *
 * @param target Y, shape (rows, columns) row-major
 * @returns the objective; C is the sum of the squares of the entries
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together, NaN, infinities
 * @example squaredError([3, 0, 0, 1], 2, 2).loss(new Float64Array(4)) // -> 5
 */
export function squaredError(target: ArrayLike<number>, rows: number, columns: number): Objective {
  return completionError(target, new Float64Array(checkSize(rows, columns)).fill(1), rows, columns)
}

/**
 * `C(A) = 1/2 |M o (A - Y)|_F^2`, gradient `M o (A - Y)`: matrix completion from the entries that the mask shows.
 *
 * @param target Y, shape (rows, columns) row-major; its hidden entries are not used
 * @param mask M, shape (rows, columns), entries 0 and 1
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together, a mask of other numbers
 * @example completionError([3, 7, 0, 1], [1, 0, 1, 1], 2, 2).loss(new Float64Array(4)) // -> 5
 */
export function completionError(
  target: ArrayLike<number>,
  mask: ArrayLike<number>,
  rows: number,
  columns: number,
): Objective {
  const size = checkSize(rows, columns)
  const y = checkMatrix(target, 'target', rows, columns)
  const shown = checkMatrix(mask, 'mask', rows, columns)
  const other = shown.findIndex((value) => value !== 0 && value !== 1)
  if (other >= 0) throw new RangeArgError(`mask[${other}] must be 0 or 1, got ${shown[other]}`, { argument: 'mask' })
  return {
    rows,
    columns,
    loss: (map) => {
      let sum = 0
      for (let i = 0; i < size; i++) sum += shown[i] * (map[i] - y[i]) * (map[i] - y[i])
      return 0.5 * sum
    },
    gradient: (map, out) => {
      for (let i = 0; i < size; i++) out[i] = shown[i] * (map[i] - y[i])
    },
  }
}

/**
 * `C(A) = 1/(2P) |A X - T|_F^2`, gradient `(A X - T) X' / P`: regression on inputs that need not be white.
 *
 * @param labels T, shape (rows, samples) row-major, columns are samples
 * @param inputs X, shape (columns, samples) row-major
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together, NaN, infinities
 * @example regressionError([1, 2], [1, 2], 1, 1, 2).loss(Float64Array.of(0)) // -> 1.25
 */
export function regressionError(
  labels: ArrayLike<number>,
  inputs: ArrayLike<number>,
  rows: number,
  columns: number,
  samples: number,
): Objective {
  checkSize(rows, columns)
  checkInteger(samples, 'samples', { min: 1 })
  const t = checkMatrix(labels, 'labels', rows, samples)
  const x = checkMatrix(inputs, 'inputs', columns, samples)
  const residual = (map: Float64Array) => {
    const error = multiply(map, x, rows, columns, samples)
    for (let i = 0; i < error.length; i++) error[i] -= t[i]
    return error
  }
  return {
    rows,
    columns,
    loss: (map) => residual(map).reduce((sum, value) => sum + value * value, 0) / (2 * samples),
    gradient: (map, out) => {
      multiplyRightTransposed(residual(map), x, rows, samples, columns, out)
      for (let i = 0; i < out.length; i++) out[i] /= samples
    },
  }
}

function checkSize(rows: number, columns: number): number {
  return checkInteger(rows, 'rows', { min: 1 }) * checkInteger(columns, 'columns', { min: 1 })
}

/** An objective as given, or an error. */
export function checkObjective(value: unknown, name = 'objective'): Objective {
  const given = value as Partial<Objective> | null | undefined
  if (typeof given?.loss !== 'function' || typeof given.gradient !== 'function') {
    throw new DTypeError(
      `${name} must be an objective with loss and gradient, as squaredError makes it; got ${describe(value)}`,
      { argument: name },
    )
  }
  checkInteger(given.rows, `${name}.rows`, { min: 1 })
  checkInteger(given.columns, `${name}.columns`, { min: 1 })
  return given as Objective
}

/** dC/dA at a map, into a new array. */
export function gradientAt(objective: Objective, map: Float64Array): Float64Array {
  const gradient = new Float64Array(map.length)
  objective.gradient(map, gradient)
  return gradient
}

/**
 * `C(A) = 1/(2m) sum_k (<A_k, A> - y_k)^2`, gradient `sum_k (<A_k, A> - y_k) A_k / m`: what m linear measurements of a matrix tell.
 *
 * @param measurements A_1 .. A_m, shape (m, rows columns), one measurement a row, its matrix row by row
 * @param values y, length m
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together, NaN, infinities
 * @example sensingError([1, 0, 0, 0, 0, 1, 1, 0], [2, 1], 2, 2).loss(new Float64Array(4)) // -> 1.25
 */
export function sensingError(
  measurements: ArrayLike<number>,
  values: ArrayLike<number>,
  rows: number,
  columns: number,
): Objective {
  const size = checkSize(rows, columns)
  const count = values.length
  const a = checkMatrix(measurements, 'measurements', count, size)
  const y = checkMatrix(values, 'values', count, 1)
  const missed = (map: Float64Array) => {
    const seen = multiply(a, map, count, size, 1)
    for (let k = 0; k < count; k++) seen[k] -= y[k]
    return seen
  }
  return {
    rows,
    columns,
    loss: (map) => missed(map).reduce((sum, error) => sum + error * error, 0) / (2 * count),
    gradient: (map, out) => {
      out.set(multiply(missed(map), a, 1, count, size))
      for (let i = 0; i < size; i++) out[i] /= count
    },
  }
}
