// From a table of samples to training and test matrices: shuffle and split by a key, then shift and scale by what the
// training part alone says. Columns are samples throughout.
import { checkChoice, checkNumber } from '../check.js'
import { ShapeError } from '../errors.js'
import type { Key } from '../random/key.js'
import { permutation } from '../random/permutation.js'

/** A matrix of samples, row-major, ready to be passed as a matrix. */
export interface Samples {
  readonly data: Float64Array
  readonly shape: readonly [number, number]
}

/** What is done to features before training. */
export type Scaling = 'none' | 'center' | 'standardize'

/** Split `count` samples at random: indices of the training part and of the test part (rounded, at least one each unless the fraction is 0). */
export function splitIndices(count: number, testFraction: number, key: Key): { train: Uint32Array; test: Uint32Array } {
  checkNumber(testFraction, 'testFraction', { min: 0, below: 1 })
  const order = permutation(key, count)
  const test = testFraction === 0 ? 0 : Math.max(1, Math.round(count * testFraction))
  if (count - test < 1) {
    throw new ShapeError(`${count} samples leave none to train on at a test fraction of ${testFraction}`, {
      argument: 'testFraction',
    })
  }
  return { train: order.slice(0, count - test), test: order.slice(count - test) }
}

/** The columns of a (rows, cols) matrix at `indices`. */
export function selectSamples(data: Float64Array, rows: number, cols: number, indices: Uint32Array): Samples {
  const out = new Float64Array(rows * indices.length)
  for (let i = 0; i < rows; i++) {
    for (let p = 0; p < indices.length; p++) out[i * indices.length + p] = data[i * cols + indices[p]]
  }
  return { data: out, shape: [rows, indices.length] }
}

/** Shift and scale of each row, learned from one set of samples and applied to any. */
export interface RowTransform {
  readonly shift: Float64Array
  readonly scale: Float64Array
}

/**
 * The transform that centres each row (and, for `'standardize'`, divides it by its standard deviation; constant rows are only
 * centred). `'none'` leaves everything.
 */
export function fitRows({ data, shape: [rows, samples] }: Samples, scaling: Scaling): RowTransform {
  checkChoice(scaling, 'scaling', ['none', 'center', 'standardize'])
  const shift = new Float64Array(rows)
  const scale = new Float64Array(rows).fill(1)
  if (scaling === 'none') return { shift, scale }
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * samples, (i + 1) * samples)
    let sum = 0
    for (const value of row) sum += value
    shift[i] = sum / samples
    if (scaling === 'center') continue
    let squares = 0
    for (const value of row) squares += (value - shift[i]) ** 2
    const deviation = Math.sqrt(squares / samples)
    if (deviation > 0) scale[i] = 1 / deviation
  }
  return { shift, scale }
}

/** Apply a transform to samples. */
export function transformRows({ data, shape }: Samples, { shift, scale }: RowTransform): Samples {
  const [rows, samples] = shape
  const out = new Float64Array(data.length)
  for (let i = 0; i < rows; i++) {
    for (let p = 0; p < samples; p++) out[i * samples + p] = (data[i * samples + p] - shift[i]) * scale[i]
  }
  return { data: out, shape }
}
