// Two linear layers f(x) = A' W x whose balance is the same in all hidden directions, Delta = eta_w A A' - eta_a W W' = delta I: then their Gram matrices are
// functions of the map W_tot = A' W, as long as nothing hidden is left open,
//
//   W'W = (-delta/2 I + sqrt(eta_a eta_w W_tot'W_tot + delta^2/4 I))/eta_a      A'A = (delta/2 I + sqrt(eta_a eta_w W_tot W_tot' + delta^2/4 I))/eta_w
//
// taken here singular value by singular value, where they do not cancel.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { readMatrix } from '../lambda-balanced/operands.js'
import { type NeuronRates, readRates, SIZES, strengthsOf } from './neuron.js'

/** What two layers are besides their map. */
export interface DeltaBalance extends NeuronRates {
  /** The balance of every hidden direction. */
  delta: number
  /** Number of hidden units. */
  hidden: number
}

/** The Gram matrices that a map and a balance fix; undefined where they leave one open. */
export interface DeltaGrams {
  /** W'W of the first layer, shape (inputs, inputs). */
  readonly inner: Float64Array | undefined
  /** A'A of the second, shape (outputs, outputs): W_2 W_2' in the order of `createNetwork`. */
  readonly outer: Float64Array | undefined
}

/** The balance, checked. */
export interface CheckedBalance {
  readonly delta: number
  readonly hidden: number
  readonly etaA: number
  readonly etaW: number
}

/**
 * The Gram matrices of two linear layers from the map that they compute and their balance `eta_w A A' - eta_a W W' = delta I`.
 *
 * Of the directions that the map does not use, delta < 0 fills `hidden - rank` of the inputs, and delta > 0 as many of the outputs; which ones, the map
 * does not tell unless it is none or all. That Gram matrix is then undefined.
 *
 * @param map W_tot, shape (outputs, inputs)
 * @returns relative error of a few eps of the largest entry
 * @throws {RangeArgError} no such layers: delta < 0 with more hidden units than inputs, delta > 0 with more than outputs, a map of higher rank than `hidden`
 * @throws {DTypeError|ShapeError|OptionError} what does not fit together
 * @example
 * balanceFromDelta([[0, 2]], { delta: 3, hidden: 1 }) // -> { inner: [0, 0, 0, 1], outer: [4] }
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function balanceFromDelta(map: MatrixLike, balance: DeltaBalance): DeltaGrams {
  const { rows, cols, data } = readMatrix(map, 'map')
  return deltaGrams(data, rows, cols, readBalance(balance, rows, cols))
}

/** @param outputs and `inputs` of the map */
export function readBalance(given: DeltaBalance, outputs: number, inputs: number): CheckedBalance {
  const options = checkOptions(given, 'balance', ['delta', 'hidden', 'etaA', 'etaW'])
  const delta = checkNumber(options.delta, 'delta', SIZES)
  const hidden = checkInteger(options.hidden, 'hidden', { min: 1 })
  const [most, side] = delta > 0 ? [outputs, 'outputs'] : [inputs, 'inputs']
  if (delta !== 0 && hidden > most) {
    throw new RangeArgError(
      `delta = ${delta} in all ${hidden} hidden directions needs as many ${side}, and there are ${most}`,
      { argument: 'hidden' },
    )
  }
  return { delta, hidden, ...readRates(options) }
}

/** The same for what has been checked. */
export function deltaGrams(map: Float64Array, rows: number, cols: number, balance: CheckedBalance): DeltaGrams {
  const { delta, hidden } = balance
  const { u, s, v } = jacobiSvd(map, rows, cols)
  const least = Math.max(rows, cols) * Number.EPSILON * s[0]
  const rank = s.findIndex((value) => !(value > least)) < 0 ? s.length : s.findIndex((value) => !(value > least))
  if (rank > hidden) {
    throw new RangeArgError(`a map of rank ${rank} needs as many hidden units, and there are ${hidden}`, {
      argument: 'map',
    })
  }
  const strengths = Array.from(s.subarray(0, rank), (value) => strengthsOf(value, delta, balance))
  const empty = strengthsOf(0, delta, balance)
  const gram = (vectors: Float64Array, size: number, layer: 'a' | 'w'): Float64Array | undefined => {
    const beside = empty[layer] ** 2
    // All directions beside those of the map, none of them, or some that nobody knows.
    if (beside > 0 && rank < hidden && hidden < size) return undefined
    const filled = rank < hidden ? beside : 0
    const out = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = i === j ? filled : 0
        for (let r = 0; r < rank; r++) {
          sum += vectors[i * s.length + r] * (strengths[r][layer] ** 2 - filled) * vectors[j * s.length + r]
        }
        out[i * size + j] = sum
      }
    }
    return out
  }
  return { inner: gram(v, cols, 'w'), outer: gram(u, rows, 'a') }
}
