// Where one neuron ends when the data leave directions open: w never leaves w(0) + span of the samples, and the balance fixes a.
import { checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { OptionError, RangeArgError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { dot, norm } from '../../linalg/dense/vector.js'
import { readMatrix } from '../lambda-balanced/operands.js'
import { checkNumbers } from '../numerics/arrays.js'
import { type NeuronRates, readNeuron, SIZES, strengthsOf } from './neuron.js'

/** A neuron and the data that it fits. */
export interface SingleNeuronLimitOptions extends NeuronRates {
  a0: number
  /** shape (d) */
  w0: ArrayLike<number>
  /** X, shape (d, P): columns are samples. */
  x: MatrixLike
  /** Targets, shape (P). */
  y: ArrayLike<number>
  /** Sign of the readout at the end, for a start with delta <= 0 whose readout changes its sign. Default: that of a0 (of w0'X y for a0 = 0). */
  sign?: 1 | -1
}

/** The interpolator that a neuron finds. */
export interface SingleNeuronLimit {
  readonly betaInf: Float64Array
  readonly aInf: number
  /** The shortest least-squares solution, for comparison. */
  readonly minimumNorm: Float64Array
  /** Whether the readout cannot change its sign: delta > 0. Where it may, `betaInf` belongs to the `sign` that was assumed. */
  readonly signKept: boolean
}

/**
 * The map that gradient flow of one hidden linear neuron finds among all that fit the data, the implicit bias of its balance: with
 * `n0 = (I - X X^+) w0`, `b0` the shortest solution and `q = delta + eta_a |n0|^2`,
 *
 *     a_inf = +- sqrt((q + sqrt(q^2 + 4 eta_a eta_w |b0|^2))/(2 eta_w)),   beta_inf = b0 + a_inf n0
 *
 * As delta grows it tends to the solution nearest to beta(0) (lazy), as it falls to the one that is collinear with it where there is one (rich).
 *
 * @returns relative error of a few eps times the condition of X; singular values of X below max(d, P) eps s_1 count as zero
 * @throws {RangeArgError} a start that has no sign to begin with: a0 = 0 and w0'X y = 0, the saddle
 * @throws {DTypeError|ShapeError|OptionError} what does not fit together
 * @example
 * const { betaInf } = singleNeuronLimit({ a0: 1, w0: [0, 1], x: [[1], [0]], y: [0] })
 * betaInf // -> [0, 1]
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function singleNeuronLimit(options: SingleNeuronLimitOptions): SingleNeuronLimit {
  const given = checkOptions(options, 'singleNeuronLimit', ['a0', 'w0', 'x', 'y', 'etaA', 'etaW', 'sign'])
  const { rows: d, cols: count, data } = readMatrix(given.x as MatrixLike, 'x')
  const neuron = readNeuron(given, d)
  const { a0, w0, delta, etaA } = neuron
  const y = checkNumbers(given.y, 'y', SIZES, count)
  const { u, s, v } = jacobiSvd(data, d, count)
  const across = w0.slice()
  const shortest = new Float64Array(d)
  let pull = 0
  for (const [r, value] of s.entries()) {
    if (!(value > Math.max(d, count) * Number.EPSILON * s[0])) break
    const column = Float64Array.from({ length: d }, (_, i) => u[i * s.length + r])
    const target = y.reduce((sum, entry, i) => sum + entry * v[i * s.length + r], 0)
    const share = dot(across, 0, column, 0, d)
    pull += share * value * target
    for (let i = 0; i < d; i++) {
      shortest[i] += (target / value) * column[i]
      across[i] -= share * column[i]
    }
  }
  const sign = readSign(given.sign, a0, pull)
  const outside = norm(across, 0, d)
  const { a } = strengthsOf(norm(shortest, 0, d), delta + etaA * outside * outside, neuron)
  const aInf = sign * a
  return {
    betaInf: shortest.map((value, i) => value + aInf * across[i]),
    aInf,
    minimumNorm: shortest,
    signKept: delta > 0,
  }
}

function readSign(given: unknown, a0: number, pull: number): number {
  if (given !== undefined) {
    if (given === 1 || given === -1) return given
    throw new OptionError(`sign must be 1 or -1, got ${String(given)}`, { argument: 'sign' })
  }
  const sign = Math.sign(a0) || Math.sign(pull)
  if (sign !== 0) return sign
  throw new RangeArgError("a0 = 0 and w0'X y = 0: the neuron does not move; give sign, or another start", {
    argument: 'a0',
  })
}

/**
 * The potential whose gradient gradient flow of one neuron with equal rates moves within the span of the samples,
 * `Psi(beta) = (s - 2 delta) sqrt(s + delta)/3`, `s = sqrt(delta^2 + 4 |beta|^2)`: the solution that is found is the stationary point of
 * `Psi(beta) - grad Psi(beta(0)).beta` among those that fit. Its gradient is `sqrt(s - delta) beta/|beta|`, which is sqrt(2) w.
 *
 * @param delta any finite number up to 1e60
 * @param beta shape (d); the gradient at 0 is 0
 * @throws {DTypeError|RangeArgError} what is out of range
 * @example
 * neuronPotential(0, [2, 0]).gradient // -> [2, 0]
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function neuronPotential(delta: number, beta: ArrayLike<number>): { value: number; gradient: Float64Array } {
  const balance = checkNumber(delta, 'delta', SIZES)
  const b = checkNumbers(beta, 'beta', SIZES)
  const length = norm(b, 0, b.length)
  const { a, w } = strengthsOf(length, balance, { etaA: 1, etaW: 1 })
  // s = a^2 + w^2 and delta = a^2 - w^2 without rates.
  const value = ((3 * w * w - a * a) * Math.SQRT2 * a) / 3
  return { value, gradient: b.map((entry) => (length > 0 ? (entry / length) * Math.SQRT2 * w : 0)) }
}
