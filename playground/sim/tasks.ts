// The tasks of the page: the task for training, and its moments for the theory and for the pictures.
import { livingThings, regression, type Task, teacher, tree15, whitened } from 'deeplinear'
import { digits, parseCsv, tableToDataset } from 'deeplinear/io'
import type { Values } from '../state/controls.js'

export interface Learned {
  readonly task: Task
  readonly inputs: number
  readonly outputs: number
  /** Sigma_yx, (outputs, inputs). */
  readonly sigmaYX: Float64Array
  /** Sigma_xx; undefined where the inputs are white. */
  readonly sigmaXX: Float64Array | undefined
  readonly minimumLoss: number
  /** The line of TypeScript that makes it. */
  readonly code: string
}

/** Largest tables that a page learns from. */
const MOST = { rows: 20_000, columns: 200, outputs: 32 }

export function makeTask(values: Values, seed: number, data: ArrayBuffer | string | undefined): Learned {
  switch (values.task) {
    case 'things':
      return white(livingThings().sigmaYX, 'whitened(livingThings().sigmaYX)')
    case 'tree':
      return white(tree15().sigmaYX, 'whitened(tree15().sigmaYX)')
    case 'digits': {
      const { inputs, outputs } = digits(data as ArrayBuffer)
      const code = "regression(centred pixels, centred one-hot labels) // digits('data/digits.csv.gz')"
      return fromSamples(inputs.data, inputs.shape[0], outputs.data, outputs.shape[0], inputs.shape[1], false, code)
    }
    case 'csv':
      return fromTable(String(data ?? ''))
    default: {
      const n = values.modes as number
      const singularValues = spectrum(n)
      const list = singularValues.map((value) => Number(value.toFixed(4)))
      // More inputs than outputs: in a square, half of all balanced starts could never learn the last mode.
      const inputs = n + 2
      const { map } = teacher({ inputs, outputs: n, singularValues: list, seed })
      return white(
        { data: map, shape: [n, inputs] },
        `teacher({ inputs: ${inputs}, outputs: ${n}, singularValues: [${list.join(', ')}], seed: ${seed} })`,
      )
    }
  }
}

/** Evenly spaced, so that every mode is a step of the staircase. */
function spectrum(n: number): number[] {
  return Array.from({ length: n }, (_, k) => 3 * (1 - (0.72 * k) / Math.max(1, n - 1)))
}

function white(sigmaYX: { data: ArrayLike<number>; shape: readonly [number, number] }, code: string): Learned {
  const data = Float64Array.from(sigmaYX.data)
  const [outputs, inputs] = sigmaYX.shape
  const task = whitened({ data, shape: [outputs, inputs] })
  return { task, inputs, outputs, sigmaYX: data, sigmaXX: undefined, minimumLoss: 0, code }
}

/** One sample a row; the last column is a class where it holds small integers, else the target. */
function fromTable(text: string): Learned {
  const table = parseCsv(text)
  if (table.cols > MOST.columns || table.rows > MOST.rows) {
    throw new RangeError(
      `a table may have ${MOST.rows} rows and ${MOST.columns} columns here; this one has ${table.rows} and ${table.cols}`,
    )
  }
  const last = Array.from({ length: table.rows }, (_, row) => table.data[(row + 1) * table.cols - 1])
  const classes = last.every((value) => Number.isInteger(value) && value >= 0 && value < MOST.outputs)
  const { inputs, features, targets, outputs, samples } = tableToDataset(
    table,
    classes ? {} : { labels: 'none', targets: 1 },
  )
  const code = `regression(standardised inputs, centred ${classes ? 'one-hot labels' : 'targets'}) // ${samples} rows of your table`
  return fromSamples(inputs, features, targets, outputs, samples, true, code)
}

function fromSamples(
  x: Float64Array,
  inputs: number,
  y: Float64Array,
  outputs: number,
  samples: number,
  standardise: boolean,
  code: string,
): Learned {
  const task = regression(
    { data: centred(x, inputs, samples, standardise), shape: [inputs, samples] },
    { data: centred(y, outputs, samples, false), shape: [outputs, samples] },
  )
  const { sigmaXX, sigmaYX, minimumLoss } = task
  return { task, inputs, outputs, sigmaYX, sigmaXX, minimumLoss, code }
}

/** Rows without their mean, and of variance 1 where asked for. */
function centred(data: Float64Array, rows: number, columns: number, standardise: boolean): Float64Array {
  const out = new Float64Array(data.length)
  for (let row = 0; row < rows; row++) {
    const entries = data.subarray(row * columns, (row + 1) * columns)
    const mean = entries.reduce((sum, value) => sum + value, 0) / columns
    const variance = entries.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns
    const unit = standardise && variance > 0 ? 1 / Math.sqrt(variance) : 1
    for (let i = 0; i < columns; i++) out[row * columns + i] = (entries[i] - mean) * unit
  }
  return out
}
