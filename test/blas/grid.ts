// What the BLAS tests share: arrays with padding, the reference tester's ratio, and its grid of sizes with those that cross tiles.
import type { Order, Transpose } from '../../src/blas/index.js'
import type { DType } from '../../src/index.js'
import { addProduct, minus, scale } from '../kernels/helpers/double-double.js'
import type { Prng } from '../kernels/helpers/prng.js'

/** What padding holds: as in the reference testers, a read or a write of it shows. */
export const ROGUE = -1e10
export const ORDERS: readonly Order[] = ['row-major', 'column-major']
export const TRANSPOSES: readonly Transpose[] = ['no-transpose', 'transpose', 'conjugate-transpose']
/** EPSILON() of Fortran, as SMMCH has it. */
export const EPS: Readonly<Record<DType, number>> = { float32: 2 ** -23, float64: 2 ** -52 }

export function makeArray(dtype: DType, length: number): Float32Array | Float64Array {
  return (dtype === 'float64' ? new Float64Array(length) : new Float32Array(length)).fill(ROGUE)
}

/** A matrix (rows, cols) in either order, with an accessor. */
export interface Stored {
  readonly array: Float32Array | Float64Array
  readonly lead: number
  at(i: number, j: number): number
}

export function randomMatrix(
  dtype: DType,
  order: Order,
  rows: number,
  cols: number,
  pad: number,
  random: Prng,
): Stored {
  const [lines, width] = order === 'row-major' ? [rows, cols] : [cols, rows]
  const lead = Math.max(1, width) + pad
  const array = makeArray(dtype, Math.max(0, lines * lead))
  for (let l = 0; l < lines; l++) for (let w = 0; w < width; w++) array[l * lead + w] = random.uniform()
  return { array, lead, at: (i, j) => array[order === 'row-major' ? i * lead + j : j * lead + i] }
}

/** n random numbers, |increment| apart; element i of the vector through `at`. */
export function randomVector(dtype: DType, n: number, increment: number, random: Prng): Stored {
  const step = Math.abs(increment)
  const array = makeArray(dtype, n === 0 ? 1 : 1 + (n - 1) * step + 2)
  for (let i = 0; i < n; i++) array[i * step] = random.uniform()
  return { array, lead: increment, at: (i) => array[increment > 0 ? i * step : (n - 1 - i) * step] }
}

/** Whether everything but the elements still is ROGUE. */
export function paddingIntact(array: ArrayLike<number>, isElement: (index: number) => boolean): boolean {
  for (let i = 0; i < array.length; i++) if (!isElement(i) && array[i] !== Math.fround(ROGUE)) return false
  return true
}

/** |computed - exact| / (eps (|alpha| sum |terms| + |beta c|)) of one element; the terms are x(k) y(k). */
export function elementRatio(
  dtype: DType,
  computed: number,
  terms: readonly [count: number, x: (k: number) => number, y: (k: number) => number],
  alpha: number,
  beta: number,
  old: number,
): number {
  let sum = { high: 0, low: 0 }
  let gauge = 0
  const [count, left, right] = terms
  for (let k = 0; k < count; k++) {
    const [x, y] = [left(k), right(k)]
    sum = addProduct(sum, x, y)
    gauge += Math.abs(x * y)
  }
  const exact = beta === 0 ? scale(sum, alpha) : addProduct(scale(sum, alpha), beta, old)
  const error = Math.abs(minus(exact, computed))
  const bound = Math.abs(alpha) * gauge + (beta === 0 ? 0 : Math.abs(beta * old))
  return error === 0 ? 0 : error / (EPS[dtype] * bound)
}
