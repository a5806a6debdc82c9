// From a table (one sample a row) to what training takes (one sample a column).
import { checkChoice, checkInteger, checkOptions, describe } from '../check.js'
import { FormatError, OptionError, RangeArgError, ShapeError } from '../errors.js'
import type { Table } from './csv.js'

/** Samples and what is to be learned from them. Matrices are row-major, columns are samples. */
export interface Dataset {
  /** The features, shape `(features, samples)`. */
  inputs: Float64Array
  /** One-hot rows of the labels, shape `(classes, samples)`, or the target columns, shape `(outputs, samples)`. */
  targets: Float64Array
  /** The class of each sample, where the table has labels. */
  labels?: Int32Array
  /** Number of classes; 0 without labels. */
  classes: number
  /** Rows of `targets`: `classes`, or the number of target columns. */
  outputs: number
  features: number
  samples: number
}

/** What the columns of a table mean. */
export interface DatasetOptions {
  /** `'last'` (default): the last column is an integer class label from 0. `'none'`: there are no labels. */
  labels?: 'last' | 'none'
  /** Number of classes, where the table need not have them all. Default: the largest label plus 1. */
  classes?: number
  /** With `labels: 'none'`: how many of the last columns are targets. Default 0. */
  targets?: number
}

/** A limit that keeps a stray id from being taken for a label. */
const MAX_CLASSES = 65_536
/** One-hot targets take `classes` numbers a sample; 2 GiB of them are a mistake. */
const MAX_ONE_HOT = 2 ** 28

/**
 * Turns a table with one sample a row into a dataset with one sample a column.
 *
 * @param table shape `(samples, features + 1)`, or `(samples, features + targets)` with `labels: 'none'`; finite
 * @returns the dataset; every array is new
 * @throws {ShapeError} `data` is not `rows * cols` long, there are no rows, or no column is left for the features
 * @throws {FormatError} a label that is not an integer, or a value that is not finite; the message names the row
 * @throws {RangeArgError} a label that is negative or not below the number of classes; the message names the row. Also
 *   more classes than one-hot targets can be made for
 * @throws {OptionError} unknown options, or `targets` together with labels
 * @example
 * const table = parseCsv('0.5,1.5,0\n2.5,3.5,1\n')
 * tableToDataset(table).inputs // -> [0.5, 2.5, 1.5, 3.5]
 */
export function tableToDataset(table: Table, options?: DatasetOptions): Dataset {
  const { labels: labelMode, targets, classes: declared } = readOptions(options)
  const { rows: samples, cols, data } = checkTable(table)
  const extra = labelMode === 'last' ? 1 : targets
  const features = cols - extra
  if (features < 1) {
    throw new ShapeError(`the table has ${cols} columns; ${extra} for labels or targets leave none for the features`, {
      argument: 'table',
    })
  }
  const inputs = columnsToRows(data, samples, cols, 0, features)
  if (labelMode === 'none') {
    return {
      inputs,
      targets: columnsToRows(data, samples, cols, features, targets),
      classes: 0,
      outputs: targets,
      features,
      samples,
    }
  }
  const labels = readLabels(data, samples, cols, declared ?? MAX_CLASSES)
  const classes = declared ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1
  if (classes * samples > MAX_ONE_HOT) {
    throw new RangeArgError(
      `one-hot targets of ${classes} classes x ${samples} samples are too large; check the labels`,
      {
        argument: 'table',
      },
    )
  }
  const oneHot = new Float64Array(classes * samples)
  for (let sample = 0; sample < samples; sample++) oneHot[labels[sample] * samples + sample] = 1
  return { inputs, targets: oneHot, labels, classes, outputs: classes, features, samples }
}

function readOptions(options: DatasetOptions | undefined): {
  labels: 'last' | 'none'
  targets: number
  classes: number | undefined
} {
  const given = checkOptions(options, 'options', ['labels', 'classes', 'targets'])
  const labels = checkChoice(given.labels ?? 'last', 'labels', ['last', 'none'])
  const unused = labels === 'last' ? 'targets' : 'classes'
  if (given[unused] !== undefined) {
    throw new OptionError(`option '${unused}' does not go with labels: '${labels}'`, { argument: unused })
  }
  return {
    labels,
    targets: checkInteger(given.targets ?? 0, 'targets'),
    classes:
      given.classes === undefined ? undefined : checkInteger(given.classes, 'classes', { min: 1, max: MAX_CLASSES }),
  }
}

function checkTable(table: Table): Table {
  const rows = checkInteger(table.rows, 'table.rows', { min: 1 })
  const cols = checkInteger(table.cols, 'table.cols', { min: 1 })
  if (table.data.length !== rows * cols) {
    throw new ShapeError(`the table has ${table.data.length} numbers, not ${rows} x ${cols}`, {
      argument: 'table.data',
    })
  }
  const bad = table.data.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    const row = Math.floor(bad / cols) + 1
    const column = (bad % cols) + 1
    throw new FormatError(`row ${row}, column ${column} of the table is ${table.data[bad]}; it must be finite`, {
      argument: 'table.data',
      data: { row, column },
    })
  }
  return table
}

/** Columns `from .. from + count - 1` of a row-major table as the rows of a row-major matrix. */
function columnsToRows(data: Float64Array, rows: number, cols: number, from: number, count: number): Float64Array {
  const out = new Float64Array(count * rows)
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < count; c++) out[c * rows + row] = data[row * cols + from + c]
  }
  return out
}

function readLabels(data: Float64Array, rows: number, cols: number, classes: number): Int32Array {
  const labels = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const label = data[row * cols + cols - 1]
    const details = { argument: 'table', data: { row: row + 1, column: cols } }
    if (!Number.isInteger(label)) {
      const cure = "say labels: 'none' where the last column is no class"
      throw new FormatError(`row ${row + 1}: the label must be an integer, got ${describe(label)}; ${cure}`, details)
    }
    if (label < 0 || label >= classes) {
      throw new RangeArgError(`row ${row + 1}: the label must be from 0 to ${classes - 1}, got ${label}`, details)
    }
    labels[row] = label
  }
  return labels
}
