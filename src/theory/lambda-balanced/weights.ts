// Starts: two lambda-balanced layers from the singular values and vectors of their product, or from the product itself.
import { checkInteger, checkNumber, checkOptions, describe } from '../../check.js'
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { OptionError, ShapeError } from '../../errors.js'
import { balancedFactors, checkBalanceable, type TwoLayerSizes } from '../../linalg/dense/balanced-factors.js'
import { haarOrthonormal } from '../../linalg/dense/haar.js'
import { foldIn, type Key } from '../../random/key.js'
import { checkNumbers } from '../numerics/arrays.js'
import { readMatrix } from './operands.js'
import { checkOrthonormal } from './orthonormal.js'
import { columnsOf, identityOf } from './small-matrix.js'
import { taskBasis } from './task-basis.js'

/** Two layers, row-major. */
export interface TwoLayers {
  /** [inputs, hidden, outputs]. */
  readonly sizes: TwoLayerSizes
  /** W_1, data of shape (hidden, inputs). */
  readonly w1: { data: Float64Array; shape: [number, number] }
  /** W_2, data of shape (outputs, hidden). */
  readonly w2: { data: Float64Array; shape: [number, number] }
}

/** Options of `lambdaBalancedWeights`. */
export interface LambdaBalancedWeightsOptions {
  /** [inputs, hidden, outputs]. */
  sizes: TwoLayerSizes
  lambda: number
  /** Singular values of W_2 W_1, >= 0, at most min(sizes); the others are 0. */
  strengths: ArrayLike<number>
  /** U, at least min(outputs, hidden) orthonormal columns of length outputs. Default: the identity, or Haar with `key`. */
  left?: MatrixLike
  /** R, orthogonal, (hidden, hidden). */
  hidden?: MatrixLike
  /** V, at least min(inputs, hidden) orthonormal columns of length inputs. */
  right?: MatrixLike
  /** Draws those of U, R, V that are not given, Haar distributed. */
  key?: Key
}

/**
 * Two layers with `W_2' W_2 - W_1 W_1' = lambda I` and `W_2 W_1 = U diag(m) V'`:
 * `W_1 = R diag(s_1) V'`, `W_2 = U diag(s_2) R'`, `s_1 s_2 = m`, `s_2^2 - s_1^2 = lambda`.
 *
 * Take U, V of the task for a task-aligned start. lambda > 0 asks for hidden <= outputs, lambda < 0 for hidden <= inputs.
 *
 * @returns `|W_2' W_2 - W_1 W_1' - lambda I|` of the order of eps (|W_1|^2 + |W_2|^2)
 * @throws {RangeArgError} no such layers exist, a negative strength, columns that are not orthonormal
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * const { w1, w2 } = lambdaBalancedWeights({ sizes: [2, 2, 2], lambda: 3, strengths: [2, 2] })
 * w1.data // -> [1, 0, 0, 1]
 * w2.data // -> [2, 0, 0, 2]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, lambda-balanced initialisation
 */
export function lambdaBalancedWeights(options: LambdaBalancedWeightsOptions): TwoLayers {
  const given = checkOptions(options, 'lambdaBalancedWeights', [
    'sizes',
    'lambda',
    'strengths',
    'left',
    'hidden',
    'right',
    'key',
  ])
  const sizes = readSizes(given.sizes)
  const [inputs, hidden, outputs] = sizes
  const lambda = checkNumber(given.lambda, 'lambda')
  const strengths = checkNumbers(given.strengths, 'strengths', { min: 0 })
  checkBalanceable(lambda, sizes)
  const basis = (value: unknown, name: string, rows: number, cols: number, stream: number) => {
    if (value !== undefined) return orthonormal(value as MatrixLike, name, rows, cols)
    if (given.key !== undefined) return haarOrthonormal(foldIn(given.key as Key, stream), rows, cols)
    return columnsOf(identityOf(rows), rows, rows, 0, cols)
  }
  const left = basis(given.left, 'left', outputs, Math.min(outputs, hidden), 2)
  const turn = basis(given.hidden, 'hidden', hidden, hidden, 1)
  const right = basis(given.right, 'right', inputs, Math.min(inputs, hidden), 0)
  return layersOf(sizes, balancedFactors(lambda, strengths, sizes, left, turn, right))
}

/**
 * The lambda-balanced layers of a given map: its singular value decomposition, split by lambda. So weights are recovered from W_2 W_1 and
 * lambda, up to one rotation of the hidden layer, and a trained network is refactored to another lambda without a change of its function
 * (fine-tuning).
 *
 * @param map W = W_2 W_1, shape (outputs, inputs), of rank at most `hidden`
 * @param options.lambda `s_2^2 - s_1^2` in every mode
 * @param options.hidden size of the hidden layer, default min(inputs, outputs)
 * @param options.rotation R, orthogonal (hidden, hidden), default the identity
 * @returns layers whose product is the map to rounding. With hidden > min(inputs, outputs) and lambda not 0, the directions that the map
 *   does not name are the first ones of the complement
 * @throws {RangeArgError} no such layers exist; {ShapeError} the rank exceeds hidden
 * @example
 * lambdaBalancedFactors([[2, 0], [0, 2]], { lambda: -3 }).w1.data // -> [2, 0, 0, 2]
 * @see Domine et al. (2024), arXiv:2409.14623, recovery of the weights up to a rotation
 */
export function lambdaBalancedFactors(
  map: MatrixLike,
  options: { lambda: number; hidden?: number; rotation?: MatrixLike },
): TwoLayers {
  const given = checkOptions(options, 'lambdaBalancedFactors', ['lambda', 'hidden', 'rotation'])
  const lambda = checkNumber(given.lambda, 'lambda')
  const { rows: outputs, cols: inputs } = readMatrix(map, 'map')
  const { s, u, v } = taskBasis(map)
  const hidden = checkInteger(given.hidden ?? s.length, 'hidden', { min: 1 })
  if (hidden < s.length && s[hidden] > 1e-12 * s[0]) {
    throw new ShapeError(
      `map has a rank above ${hidden}, the hidden layer; singular value ${hidden + 1} is ${s[hidden]}`,
      {
        argument: 'map',
      },
    )
  }
  const sizes: TwoLayerSizes = [inputs, hidden, outputs]
  checkBalanceable(lambda, sizes)
  const left = columnsOf(u, outputs, outputs, 0, Math.min(outputs, hidden))
  const right = columnsOf(v, inputs, inputs, 0, Math.min(inputs, hidden))
  const turn =
    given.rotation === undefined
      ? identityOf(hidden)
      : orthonormal(given.rotation as MatrixLike, 'rotation', hidden, hidden)
  return layersOf(sizes, balancedFactors(lambda, s.subarray(0, Math.min(hidden, s.length)), sizes, left, turn, right))
}

/** [inputs, hidden, outputs], checked. */
export function readSizes(value: unknown): TwoLayerSizes {
  if (!Array.isArray(value) || value.length !== 3) {
    throw new OptionError(`sizes must be [inputs, hidden, outputs], got ${describe(value)}`, { argument: 'sizes' })
  }
  const [inputs, hidden, outputs] = value.map((size, i) => checkInteger(size, `sizes[${i}]`, { min: 1, max: 2 ** 20 }))
  return [inputs, hidden, outputs]
}

function layersOf(sizes: TwoLayerSizes, [w1, w2]: [Float64Array, Float64Array]): TwoLayers {
  const [inputs, hidden, outputs] = sizes
  return { sizes, w1: { data: w1, shape: [hidden, inputs] }, w2: { data: w2, shape: [outputs, hidden] } }
}

/** The first `cols` of columns that are orthonormal to 1e-8. */
function orthonormal(value: MatrixLike, name: string, rows: number, cols: number): Float64Array {
  const dense = readDense(value, name, { finite: true })
  if (dense.rows !== rows || dense.cols < cols || dense.cols > rows) {
    throw new ShapeError(
      `${name} must be ${rows} x ${cols}${cols < rows ? ' or wider' : ''}, got ${dense.rows} x ${dense.cols}`,
      {
        argument: name,
      },
    )
  }
  const columns = columnsOf(dense.data, rows, dense.cols, 0, cols)
  checkOrthonormal(columns, name, rows, cols)
  return columns
}
