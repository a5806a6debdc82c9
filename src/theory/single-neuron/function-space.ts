// The flow of a map that two layers make, in the space of maps alone: what is left of the layers is their balance.

import { checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError } from '../../errors.js'
import { norm } from '../../linalg/dense/vector.js'
import { readMatrix } from '../lambda-balanced/operands.js'
import { checkMatrix, checkNumbers } from '../numerics/arrays.js'
import { multiply, multiplyLeftTransposed } from '../numerics/dense.js'
import { CURVE_KEYS, type CurveOptions, solveFlow } from '../numerics/solve-flow.js'
import { checkObjective, type Objective } from '../objective.js'
import { type DeltaBalance, deltaGrams, readBalance } from './balance-from-delta.js'
import { type NeuronRates, readRates, SIZES, strengthsOf } from './neuron.js'

/**
 * The kernel that moves `beta = a w` of one hidden neuron, `beta' = -M dC/dbeta`, from beta and the balance alone:
 *
 *     M = eta_w a^2 I + eta_a w w' = (s + delta)/2 I + (s - delta)/2 beta beta'/|beta|^2,   s = sqrt(delta^2 + 4 eta_a eta_w |beta|^2)
 *
 * The tangent kernel on inputs X is X' M X. Upstream (delta > 0) M is nearly a multiple of I and rests, downstream it points along beta.
 *
 * @param beta shape (d), not zero where delta < 0
 * @param delta any finite number up to 1e60
 * @returns M, shape (d, d) row-major, relative error of a few eps
 * @throws {DTypeError|RangeArgError|OptionError} what is out of range
 * @example
 * functionSpaceKernel([0, 2], 3) // -> [4, 0, 0, 5]
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function functionSpaceKernel(beta: ArrayLike<number>, delta: number, rates?: NeuronRates): Float64Array {
  const b = checkNumbers(beta, 'beta', SIZES)
  const balance = checkNumber(delta, 'delta', SIZES)
  const { etaA, etaW } = readRates(checkOptions(rates, 'rates', ['etaA', 'etaW']))
  const length = norm(b, 0, b.length)
  if (length === 0 && balance < 0) {
    throw new RangeArgError('at beta = 0 with delta < 0 the direction of w is open; give a beta that is not zero', {
      argument: 'beta',
    })
  }
  const { a, w } = strengthsOf(length, balance, { etaA, etaW })
  const unit = b.map((value) => (length > 0 ? (value / length) * w : 0))
  return neuronsKernel([a], { data: unit, shape: [1, b.length] }, { etaA, etaW })
}

/**
 * The kernel of h linear neurons with one output, the sum of theirs: `M = eta_w |a|^2 I + eta_a W'W`. Every neuron conserves a balance of its own.
 *
 * @param a readouts, shape (h)
 * @param w weights, shape (h, d)
 * @returns M, shape (d, d) row-major
 * @throws {DTypeError|ShapeError|RangeArgError|OptionError} what does not fit together
 * @example
 * neuronsKernel([1, 2], [[1, 0], [0, 1]]) // -> [6, 0, 0, 6]
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function neuronsKernel(a: ArrayLike<number>, w: MatrixLike, rates?: NeuronRates): Float64Array {
  const readout = checkNumbers(a, 'a', SIZES)
  const { cols: d, data } = readMatrix(w, 'w', readout.length)
  const { etaA, etaW } = readRates(checkOptions(rates, 'rates', ['etaA', 'etaW']))
  const square = readout.reduce((sum, value) => sum + value * value, 0)
  const gram = multiplyLeftTransposed(data, data, d, readout.length, d)
  return gram.map((value, i) => etaA * value + (i % (d + 1) === 0 ? etaW * square : 0))
}

/**
 * The flow of the map of two linear layers with balance delta in every hidden direction, for any loss of the map:
 *
 *     dW/dt = -(eta_a G W_1'W_1 + eta_w W_2 W_2' G),   G = dC/dW,
 *
 * with both Gram matrices functions of W (`balanceFromDelta`). One hidden neuron with one output is the case `hidden: 1`.
 *
 * @param objective the loss C(W), such as `squaredError` (whitened inputs) or `regressionError`
 * @param start W(0), shape (outputs, inputs) row-major, of full rank min(inputs, outputs, hidden) where delta is not 0
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @param options `rtol` (default 1e-11) and `atol` of the integrator
 * @returns W, shape (T, outputs, inputs)
 * @throws {RangeArgError} no such layers, or a map that leaves a Gram matrix open
 * @throws {ConvergenceError} the integration did not reach the last time
 * @throws {DTypeError|ShapeError|OptionError} what does not fit together
 * @example
 * const path = functionSpaceFlow(squaredError([1, -2], 1, 2), [0.2, 0.1], { delta: -1.21, hidden: 1 }, [0, 20])
 * Math.abs(path[3] + 2) < 1e-9 // -> true
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function functionSpaceFlow(
  objective: Objective,
  start: ArrayLike<number>,
  balance: DeltaBalance,
  times: ArrayLike<number>,
  options?: CurveOptions,
): Float64Array {
  const { rows, columns, gradient } = checkObjective(objective)
  const map = checkMatrix(start, 'start', rows, columns)
  const checked = readBalance(balance, rows, columns)
  const { etaA, etaW } = checked
  const g = new Float64Array(map.length)
  const rhs = (_t: number, w: Float64Array, dw: Float64Array) => {
    gradient(w, g)
    const { inner, outer } = deltaGrams(w, rows, columns, checked)
    if (inner === undefined || outer === undefined) {
      throw new RangeArgError(
        `a map of lower rank than its ${checked.hidden} hidden units leaves their directions open`,
        { argument: 'start' },
      )
    }
    const first = multiply(g, inner, rows, columns, columns)
    const second = multiply(outer, g, rows, rows, columns)
    for (let i = 0; i < dw.length; i++) dw[i] = -(etaA * first[i] + etaW * second[i])
  }
  return solveFlow(rhs, map, times, checkOptions(options, 'options', CURVE_KEYS) as CurveOptions)
}
