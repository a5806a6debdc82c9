// Noether charges of a chain of layers: what the symmetry W_l -> A W_l, W_{l+1} -> W_{l+1} A^-1 conserves along gradient flow, and what
// takes its place where there is momentum.
import { checkOptions } from '../../check.js'
import type { DenseMatrix, MatrixLike } from '../../engine/coerce.js'
import { multiplyLeftTransposed, multiplyRightTransposed } from '../numerics/dense.js'
import { readAlike, readBiases, readLayers, readRates } from './read-layers.js'

/** The charges between layers l and l+1. */
export interface LayerCharge {
  /** `W_{l+1}' W_{l+1} / eta_{l+1} - W_l W_l' / eta_l`, shape (n_l, n_l), symmetric. */
  readonly balance: Float64Array
  /** Its diagonal, shape (n_l): the charge of each neuron, of linear and rectified ones alike. */
  readonly neurons: Float64Array
  /** Its trace: `|W_{l+1}|^2 / eta_{l+1} - |W_l|^2 / eta_l`. */
  readonly trace: number
}

/** The same with velocities. */
export interface LayerMotion extends LayerCharge {
  /** `N = W_{l+1}' V_{l+1} / eta_{l+1} - V_l W_l' / eta_l`, shape (n_l, n_l), in general not symmetric. */
  readonly momentum: Float64Array
  /** `(N - N')/2`: the charge of rotations of the hidden layer, which the heavy ball damps by beta a step and which is 0 if V starts at 0. */
  readonly rotation: Float64Array
  /** `K = V_{l+1}' V_{l+1} / eta_{l+1} - V_l V_l' / eta_l`, shape (n_l, n_l), symmetric: what moves the charges. */
  readonly kinetic: Float64Array
}

/** Options of `noetherCharges`. */
export interface ChargeOptions {
  /** V_1 .. V_L of an optimizer with momentum, of the shapes of the weights. */
  velocities?: readonly MatrixLike[]
  /** b_1 .. b_{L-1}, undefined for a layer without; `b_l b_l'` joins `W_l W_l'`. */
  biases?: readonly (ArrayLike<number> | undefined)[]
  /** Velocities of the biases; default 0. */
  biasVelocities?: readonly (ArrayLike<number> | undefined)[]
  /** eta_1 .. eta_L, > 0, relative to each other. Default all 1. */
  rates?: readonly number[]
}

/**
 * The Noether charges of neighbouring layers, `D_l = W_{l+1}' W_{l+1} - W_l W_l'`, l = 1..L-1. Gradient flow conserves them, weight decay lambda
 * damps them as `e^(-2 lambda t)`, and what gradient descent does to them is `chargeRecorder`. During training, `probes.noetherCharges` records them.
 *
 * @param weights W_1 .. W_L, L >= 2
 * @returns one entry for l = 1..L-1; with `velocities` also `momentum`, `rotation` and `kinetic`. Sums of rounded products, nothing else
 * @throws {DTypeError} {ShapeError} {RangeArgError} {OptionError} not finite matrices that chain, or options that do not fit
 * @example noetherCharges([[[1, 2]], [[3]]])[0].trace // -> 4
 * @example noetherCharges([[[1, 2]], [[3]]], { velocities: [[[1, 0]], [[1]]] })[0].momentum // -> [2]
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728
 * @see Tanaka, Kunin (2021), Noether's learning dynamics, arXiv:2105.02716
 */
export function noetherCharges(
  weights: readonly MatrixLike[],
  options: ChargeOptions & { velocities: readonly MatrixLike[] },
): LayerMotion[]
export function noetherCharges(weights: readonly MatrixLike[], options?: ChargeOptions): LayerCharge[]
export function noetherCharges(weights: readonly MatrixLike[], options?: ChargeOptions): (LayerCharge | LayerMotion)[] {
  const given = checkOptions(options, 'options', ['velocities', 'biases', 'biasVelocities', 'rates'])
  const w = readLayers(weights, 'weights')
  const biases = readBiases(given.biases, 'biases', w)
  const pushes = readBiases(given.biasVelocities, 'biasVelocities', w)
  const rates = readRates(given.rates, w.length)
  const v = given.velocities === undefined ? undefined : readAlike(given.velocities, 'velocities', w)
  return w.slice(1).map((_, i) => {
    const [u, o] = [1 / rates[i], 1 / rates[i + 1]]
    const b = biases?.[i]
    const balance = pair(w[i + 1], w[i + 1], w[i], w[i], o, u, b, b)
    const n = w[i].rows
    const neurons = balance.filter((_, at) => at % (n + 1) === 0)
    const charge = { balance, neurons, trace: neurons.reduce((sum, value) => sum + value, 0) }
    if (v === undefined) return charge
    const c = b === undefined ? undefined : (pushes?.[i] ?? new Float64Array(n))
    const momentum = pair(w[i + 1], v[i + 1], v[i], w[i], o, u, c, b)
    const kinetic = pair(v[i + 1], v[i + 1], v[i], v[i], o, u, c, c)
    const rotation = momentum.map((value, at) => 0.5 * (value - momentum[(at % n) * n + Math.floor(at / n)]))
    return { ...charge, momentum, rotation, kinetic }
  })
}

/** o A'B - u (C D' + c d'). */
function pair(
  a: DenseMatrix,
  b: DenseMatrix,
  c: DenseMatrix,
  d: DenseMatrix,
  o: number,
  u: number,
  left: Float64Array | undefined,
  right: Float64Array | undefined,
): Float64Array {
  const n = c.rows
  const out = multiplyLeftTransposed(a.data, b.data, n, a.rows, n)
  const below = multiplyRightTransposed(c.data, d.data, n, c.cols, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const bias = left === undefined || right === undefined ? 0 : left[i] * right[j]
      out[i * n + j] = o * out[i * n + j] - u * (below[i * n + j] + bias)
    }
  }
  return out
}
