// The inputs that kernels and representations are compared on.
//
// Inner products of kernels X' G X depend on X X' alone, so samples beyond the number of inputs can be rotated away: with X' = Q R,
// Q (P, r) orthonormal, r = min(P, n_0), the kernels R G R' have the same inner products, and targets Y become Y Q.
import type { DenseMatrix } from '../engine/coerce.js'
import { readDense } from '../engine/coerce.js'
import type { EngineCore } from '../engine/core.js'
import { RangeArgError, ShapeError } from '../errors.js'
import { matmul } from '../linalg/matmul.js'
import { qr } from '../linalg/qr.js'
import type { Network } from '../network/network.js'
import { transposed } from './arrays.js'
import type { Inputs } from './products.js'

/** Rows of the largest matrix that is recorded frame by frame. */
const LARGEST_RECORDED = 1024

/** Inputs X (n_0, P) as given, checked; `undefined` stays: the identity. */
export function readInputs(given: unknown): Inputs {
  return given === undefined ? undefined : readSamples(given, 'inputs')
}

/** A finite matrix with at least one column. */
export function readSamples(given: unknown, name: string): DenseMatrix {
  const read = readDense(given, name, { finite: true })
  if (read.cols === 0) throw new ShapeError(`${name} has no samples (columns)`, { argument: name })
  return read
}

/** The number of samples P of inputs that fit a network. @throws {ShapeError} another number of rows than n_0 */
export function samplesOf(inputs: Inputs, net: Network): number {
  if (inputs === undefined) return net.sizes[0]
  checkRows(inputs, net.sizes[0], 'inputs')
  return inputs.cols
}

/** @throws {ShapeError} another number of rows */
export function checkRows({ rows }: DenseMatrix, wanted: number, name: string): void {
  if (rows !== wanted) throw new ShapeError(`${name} must have ${wanted} rows, got ${rows}`, { argument: name })
}

/** @throws {RangeArgError} a matrix of `rows` rows is too large to be recorded in every frame */
export function checkRecorded(rows: number, what: string, cure: string): number {
  if (rows <= LARGEST_RECORDED) return rows
  throw new RangeArgError(
    `${what} would be ${rows} x ${rows} in every frame; at most ${LARGEST_RECORDED} rows are recorded: ${cure}`,
    { argument: 'inputs', data: { rows, limit: LARGEST_RECORDED } },
  )
}

/** Inputs with each row's mean taken out: what centring over the samples does to every representation of a linear network. */
export function centred({ rows, cols, data }: DenseMatrix): DenseMatrix {
  const out = new Float64Array(data.length)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < cols; j++) sum += data[i * cols + j]
    for (let j = 0; j < cols; j++) out[i * cols + j] = data[i * cols + j] - sum / cols
  }
  return { rows, cols, data: out }
}

/** The identity. */
export function identity(order: number): Float64Array<ArrayBuffer> {
  const data = new Float64Array(order * order)
  for (let i = 0; i < order; i++) data[i * order + i] = 1
  return data
}

/** Inputs with at most n_0 samples that give kernels the same inner products, and the rotation of targets that goes with them. */
export interface ReducedInputs {
  readonly inputs: Inputs
  /** Y Q for Y (m, P). */
  rotate(targets: DenseMatrix): DenseMatrix
}

/** Rotate superfluous samples away. */
export function reduceInputs(engine: EngineCore, inputs: Inputs): ReducedInputs {
  if (inputs === undefined || inputs.cols <= inputs.rows) return { inputs, rotate: (targets) => targets }
  const columns = engine.matrix([inputs.cols, inputs.rows], transpose(inputs).data, { dtype: 'float64' })
  try {
    const { q, r } = qr(columns)
    try {
      const basis: DenseMatrix = { rows: q.rows, cols: q.cols, data: new Float64Array(q.view()) }
      const triangle = transposed(new Float64Array(r.view()), r.rows, r.cols)
      return {
        inputs: { rows: r.cols, cols: r.rows, data: triangle },
        rotate: (targets) => product(engine, targets, basis),
      }
    } finally {
      q.dispose()
      r.dispose()
    }
  } finally {
    columns.dispose()
  }
}

/** X' X, (P, P). */
export function gramOf(engine: EngineCore, x: DenseMatrix): Float64Array<ArrayBuffer> {
  return product(engine, transpose(x), x).data as Float64Array<ArrayBuffer>
}

/** X'. */
export function transpose({ rows, cols, data }: DenseMatrix): DenseMatrix {
  return { rows: cols, cols: rows, data: transposed(data, rows, cols) }
}

/** a b in float64. */
export function product(engine: EngineCore, a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const made = [a, b].map(({ rows, cols, data }) => engine.matrix([rows, cols], data, { dtype: 'float64' }))
  try {
    const out = matmul(made[0], made[1])
    made.push(out)
    return { rows: out.rows, cols: out.cols, data: new Float64Array(out.view()) }
  } finally {
    for (const matrix of made) matrix.dispose()
  }
}
