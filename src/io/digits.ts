// The handwritten digits that come with the package (data/digits.csv.gz), from bytes or text: no file system, so that a page may
// fetch them. 64 pixels of 0 (paper) to 16 (ink), row by row, then the label.
import { describe } from '../check.js'
import { DeepLinearError, DTypeError, FormatError, RangeArgError, ShapeError } from '../errors.js'
import { parseCsv } from './csv.js'
import { tableToDataset } from './dataset.js'
import { gunzip, isGzip } from './gzip.js'

const SIDE = 8
const PIXELS = SIDE * SIDE
const CLASSES = 10
/** The pixel value of full ink. A power of two: dividing by it rounds nothing. */
export const INK = 16
/** The digits take 264 kB of text. */
const MAX_TEXT = 2 ** 24

/** Pictures of digits and what they are. Matrices are row-major, columns are samples. */
export interface Digits {
  readonly name: string
  /** X, (64, P), pixels from 0 (paper) to 1 (ink). */
  readonly inputs: { readonly data: Float64Array; readonly shape: readonly [number, number] }
  /** One-hot Y, (10, P). */
  readonly outputs: { readonly data: Float64Array; readonly shape: readonly [number, number] }
  /** The digit of each sample, (P). */
  readonly labels: Int32Array
  /** Names of the P columns: their digits. */
  readonly items: readonly string[]
  /** Names of the 10 rows of Y. */
  readonly features: readonly string[]
}

/**
 * The handwritten digits as a task: pixels scaled to 0..1 and one-hot labels. The inputs are not whitened.
 *
 * @param csv the contents of `data/digits.csv.gz`, as compressed or plain bytes, or the text; any table of 64 pixels from 0 to 16 and
 *   a label from 0 to 9 a line
 * @returns X (64, P), Y (10, P) and labels; P = 1797 for the file of the package
 * @throws {DTypeError} neither text nor bytes
 * @throws {FormatError} not gzip, not UTF-8, not a table of numbers, or a label that is no integer
 * @throws {ShapeError} not 65 columns
 * @throws {RangeArgError} a pixel outside 0..16, a label outside 0..9, or compressed text of more than 16 MiB
 * @example
 * digits('0,16,'.repeat(32) + '7').labels // -> [7]
 * @see Alpaydin, Kaynak (1998), Optical Recognition of Handwritten Digits, UCI, https://doi.org/10.24432/C50P49 (CC BY 4.0)
 */
export function digits(csv: string | Uint8Array | ArrayBuffer): Digits {
  const table = parseCsv(typeof csv === 'string' ? csv : textOf(csv))
  if (table.cols !== PIXELS + 1) {
    throw new ShapeError(
      `a table of digits has ${PIXELS} pixels and a label a row, this one has ${table.cols} columns`,
      {
        argument: 'csv',
      },
    )
  }
  const dataset = tableToDataset(table, { classes: CLASSES })
  const { samples } = dataset
  const bad = dataset.inputs.findIndex((value) => !(value >= 0 && value <= INK))
  if (bad >= 0) {
    const [row, column] = [(bad % samples) + 1, Math.floor(bad / samples) + 1]
    throw new RangeArgError(
      `row ${row}, column ${column}: a pixel must be from 0 to ${INK}, got ${dataset.inputs[bad]}`,
      { argument: 'csv', data: { row, column } },
    )
  }
  const labels = dataset.labels as Int32Array
  return {
    name: 'handwritten digits',
    inputs: { data: dataset.inputs.map((value) => value / INK), shape: [PIXELS, samples] },
    outputs: { data: dataset.targets, shape: [CLASSES, samples] },
    labels,
    items: Array.from(labels, String),
    features: Array.from({ length: CLASSES }, (_, digit) => `${digit}`),
  }
}

function textOf(csv: Uint8Array | ArrayBuffer): string {
  const bytes = csv instanceof ArrayBuffer ? new Uint8Array(csv) : csv
  if (!(bytes instanceof Uint8Array)) {
    throw new DTypeError(`csv must be text or bytes, got ${describe(csv)}`, { argument: 'csv' })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(isGzip(bytes) ? gunzip(bytes, MAX_TEXT) : bytes)
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    throw new FormatError('csv is not UTF-8', { argument: 'csv', cause })
  }
}
