// Linear regression with one output: its Hessian, the modes of it, and the shortest minimum.
import { describe } from '../../check.js'
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { ShapeError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { checkNumbers } from '../numerics/arrays.js'
import { multiplyRightTransposed } from '../numerics/dense.js'

/** Most inputs: the moments of a step cost the fourth power of it. */
const MOST_INPUTS = 64

/** Data, (d, N) and (N), with what follows from them. */
export interface RegressionData {
  readonly dimension: number
  readonly samples: number
  readonly x: Float64Array
  readonly y: Float64Array
  /** `X X'/N`, (d, d). */
  readonly hessian: Float64Array
  /** Eigenvalues of it, falling. */
  readonly values: Float64Array
  /** Eigenvectors as columns, (d, d). */
  readonly vectors: Float64Array
  /** `X y / N` along the eigenvectors. */
  readonly force: Float64Array
}

/** @throws {ShapeError|RangeArgError|DTypeError} data that do not fit together */
export function readRegression(inputs: unknown, outputs: unknown): RegressionData {
  const dense = readDense(inputs as MatrixLike, 'inputs', { finite: true })
  const [d, n] = [dense.rows, dense.cols]
  if (d === 0 || n === 0 || d > MOST_INPUTS) {
    throw new ShapeError(`inputs must have 1 to ${MOST_INPUTS} rows and at least one column, got ${d} x ${n}`, {
      argument: 'inputs',
    })
  }
  const x = Float64Array.from(dense.data)
  if (typeof outputs !== 'object') {
    throw new ShapeError(`outputs must hold ${n} numbers, one a sample, got ${describe(outputs)}`, {
      argument: 'outputs',
    })
  }
  const y = checkNumbers(outputs, 'outputs', { min: -1e100, max: 1e100 }, n)
  const hessian = multiplyRightTransposed(x, x, d, n, d).map((sum) => sum / n)
  // Of a positive semidefinite matrix the singular value decomposition is the spectral one.
  const { s, v } = jacobiSvd(hessian, d, d)
  const moment = multiplyRightTransposed(x, y, d, n, 1)
  const force = new Float64Array(d)
  for (let l = 0; l < d; l++) for (let i = 0; i < d; i++) force[l] += (v[i * d + l] * moment[i]) / n
  return { dimension: d, samples: n, x, y, hessian, values: s, vectors: v, force }
}

/** `V c`: from coordinates along the eigenvectors. */
export function fromModes(vectors: Float64Array, coordinates: ArrayLike<number>): Float64Array {
  const d = coordinates.length
  const out = new Float64Array(d)
  for (let i = 0; i < d; i++) for (let l = 0; l < d; l++) out[i] += vectors[i * d + l] * coordinates[l]
  return out
}

/** `V' x`: to coordinates along the eigenvectors. */
export function toModes(vectors: Float64Array, x: ArrayLike<number>): Float64Array {
  const d = x.length
  const out = new Float64Array(d)
  for (let i = 0; i < d; i++) for (let l = 0; l < d; l++) out[l] += vectors[i * d + l] * x[i]
  return out
}

/** `(H + decay)^-1 X y / N` along the eigenvectors; 0 in directions that no sample has. */
export function minimumOf({ values, force }: RegressionData, decay: number): Float64Array {
  const flat = values.length * 2 ** -52 * (values[0] ?? 0)
  return values.map((rho, l) => (rho > flat ? force[l] / (rho + decay) : 0))
}
