// Where local rules of feedback end for weights W that stand still, z = W a, C = E a a':
//
//   weight mirror              B = amp/decay C W'
//   information alignment      B = amp C W' (decay I + null W C W')^-1
//   symmetric alignment        B = self/decay W'
//   activation alignment       B = amp/sparse W'          (C of full rank)
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../../check.js'
import { OptionError } from '../../errors.js'
import { checkMatrix } from '../numerics/arrays.js'
import { multiply, multiplyRightTransposed } from '../numerics/dense.js'
import { solvePositive } from '../numerics/positive-solve.js'

/** Coefficients of the rule, under the names that the rule has for them, and the covariance of its signal. */
export interface FixedPointOptions {
  /** >= 0. Default 1 */
  amp?: number
  /** > 0, or >= 0 for information alignment. Default 1, 0.1 for information alignment */
  decay?: number
  /** >= 0. Default 1 */
  null?: number
  /** > 0. Default 1 */
  sparse?: number
  /** >= 0. Default 1 */
  self?: number
  /** C, (columns, columns) row-major, symmetric positive semidefinite, or a number for `variance I`. Default 1 */
  covariance?: number | ArrayLike<number>
}

const NAMES = {
  'weight-mirror': ['amp', 'decay', 'covariance'],
  'information-alignment': ['amp', 'decay', 'null', 'covariance'],
  'symmetric-alignment': ['self', 'decay'],
  'activation-alignment': ['amp', 'sparse'],
} as const

/**
 * The feedback matrix at which a local rule ends for fixed weights.
 *
 * @param rule the name of the rule
 * @param weight W, shape (rows, columns) row-major
 * @param rows outputs of the layer
 * @param columns inputs of the layer
 * @param options coefficients of the rule, and its covariance
 * @returns B, shape (columns, rows) row-major; relative error `rows eps` times the condition of what information alignment inverts, else 4 eps
 * @throws {OptionError|DTypeError|ShapeError|RangeArgError} arguments that do not fit together
 * @throws {ConvergenceError} information alignment without decay of a W C W' that is singular to rounding
 * @example backwardFixedPoint('weight-mirror', [1, 2], 1, 2, { decay: 0.5, covariance: 3 }) // -> [6, 12]
 * @example backwardFixedPoint('information-alignment', [3, 4], 1, 2, { decay: 0 }) // -> [0.12, 0.16]
 * @see Kunin, Nayebi, Sagastuy-Brena, Ganguli, Bloom, Yamins (2020), Two routes to scalable credit assignment without weight symmetry, arXiv:2003.01513
 */
export function backwardFixedPoint(
  rule: keyof typeof NAMES,
  weight: ArrayLike<number>,
  rows: number,
  columns: number,
  options?: FixedPointOptions,
): Float64Array {
  const name = checkChoice(rule, 'rule', Object.keys(NAMES) as (keyof typeof NAMES)[])
  checkInteger(rows, 'rows', { min: 1 })
  checkInteger(columns, 'columns', { min: 1 })
  const w = checkMatrix(weight, 'weight', rows, columns)
  const given = checkOptions(options, name, NAMES[name] as readonly (keyof FixedPointOptions)[])
  const amp = checkNumber(given.amp ?? 1, 'amp', { min: 0 })
  const inverts = name === 'information-alignment'
  const decay = checkNumber(given.decay ?? (inverts ? 0.1 : 1), 'decay', inverts ? { min: 0 } : { above: 0 })
  const nullify = checkNumber(given.null ?? 1, 'null', { min: 0 })
  if (name === 'symmetric-alignment') {
    return mirrored(w, rows, columns, checkNumber(given.self ?? 1, 'self', { min: 0 }) / decay)
  }
  if (name === 'activation-alignment') {
    return mirrored(w, rows, columns, amp / checkNumber(given.sparse ?? 1, 'sparse', { above: 0 }))
  }
  const wc = multiply(w, checkCovariance(given.covariance, columns), rows, columns, columns)
  if (!inverts) return mirrored(wc, rows, columns, amp / decay)
  if (decay === 0 && nullify === 0) {
    throw new OptionError('information alignment with neither decay nor null has no fixed point', { argument: 'decay' })
  }
  const s = multiplyRightTransposed(wc, w, rows, columns, rows).map((value) => nullify * value)
  for (let i = 0; i < rows; i++) s[i * (rows + 1)] += decay
  // B' = S^-1 amp W C, S symmetric.
  return mirrored(solvePositive(s, rows, wc, columns), rows, columns, amp)
}

/** factor A' of (rows, columns). */
function mirrored(a: Float64Array, rows: number, columns: number, factor: number): Float64Array {
  return Float64Array.from(a, (_, at) => factor * a[(at % rows) * columns + Math.floor(at / rows)])
}

function checkCovariance(given: unknown, n: number): Float64Array {
  if (typeof given !== 'number' && given !== undefined) return checkMatrix(given, 'covariance', n, n)
  const variance = checkNumber(given ?? 1, 'covariance', { min: 0 })
  return Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? variance : 0))
}
