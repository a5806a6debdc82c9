// How the functions of this folder read their arguments: matrices of any kind that the library takes, times, two layers.
import { checkNumber } from '../../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../../engine/coerce.js'
import { RangeArgError, ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'

/** A finite matrix with rows and columns; `rows` and `cols` where the shape is known already. */
export function readMatrix(value: MatrixLike, name: string, rows?: number, cols?: number): DenseMatrix {
  const dense = readDense(value, name, { finite: true })
  if (dense.rows === 0 || dense.cols === 0) {
    throw new ShapeError(`${name} must have rows and columns, got ${dense.rows} x ${dense.cols}`, { argument: name })
  }
  if ((rows !== undefined && dense.rows !== rows) || (cols !== undefined && dense.cols !== cols)) {
    throw new ShapeError(`${name} must be ${rows ?? 'any'} x ${cols ?? 'any'}, got ${dense.rows} x ${dense.cols}`, {
      argument: name,
    })
  }
  return dense
}

/** Times, finite and >= 0, in any order, with the time constant: `scaled = t/tau`. */
export function readTimes(times: unknown, tau: unknown): { times: Float64Array; tau: number; scaled: Float64Array } {
  const list = checkNumbers(times, 'times', { min: 0 })
  const constant = checkNumber(tau ?? 1, 'tau', { above: 0 })
  const scaled = list.map((t) => t / constant)
  for (const [i, t] of scaled.entries()) {
    if (!(t <= 1e290)) {
      throw new RangeArgError(`times[${i}] / tau = ${t} is beyond 1e290`, { argument: 'times', data: { index: i } })
    }
  }
  return { times: list, tau: constant, scaled }
}

/** Two layers that chain: W_1 (hidden, inputs), W_2 (outputs, hidden). */
export function readLayers(w1: MatrixLike, w2: MatrixLike): { w1: DenseMatrix; w2: DenseMatrix } {
  const first = readMatrix(w1, 'w1')
  const second = readMatrix(w2, 'w2')
  if (second.cols !== first.rows) {
    throw new ShapeError(
      `w2 must have ${first.rows} columns, one for each row of w1 (the hidden layer), got ${second.cols}`,
      { argument: 'w2' },
    )
  }
  return { w1: first, w2: second }
}
