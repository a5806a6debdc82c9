// What the heavy ball does to a Noether charge, exactly: a recursion in the charge D, its momentum N and the kinetic term K of the step,
//
//   M = beta N + lambda D,   D := D - eta (M + M') + eta^2 K,   N := M - eta K,
//
// which holds to rounding for full batches, minibatches and any order of them, because the gradient of every batch has the symmetry.
import { checkChoice, checkInteger, checkOptions } from '../../check.js'
import { ShapeError } from '../../errors.js'
import { exp } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { BALL_KEYS, checkBall, type HeavyBall } from './heavy-ball.js'

/** Options of `chargeRecorder`. */
export interface ChargeRecorderOptions extends HeavyBall {
  /**
   * `'linear'`: the matrix D_l of neighbouring linear layers, n x n. `'rescale'`: one charge for each neuron or their sum, |out|^2 - |in|^2.
   * `'scale'`: |theta|^2 of parameters before a normalisation. `'translation'`: the sum of parameters before a softmax; it has no kinetic term.
   */
  symmetry: 'linear' | 'rescale' | 'scale' | 'translation'
  /** D at the start: one number, several charges of the same kind, or n x n numbers row by row. */
  charge: number | ArrayLike<number>
  /** N at the start, as long as `charge`. Default 0: velocities that start at 0. */
  momentumCharge?: number | ArrayLike<number>
}

/** A charge that is carried along without looking at the weights. */
export interface ChargeRecorder {
  /** Steps recorded. */
  readonly steps: number
  /** D now, as the recursion has it. A copy. */
  readonly charge: Float64Array
  /** N now. A copy. */
  readonly momentumCharge: Float64Array
  /**
   * `e^(-2 lambda t) D(0) + eta int e^(-2 lambda (t - tau)) K dtau`, t = eta steps: the formula of gradient flow with its first correction, O(eta)
   * away. NaN where there is momentum. A copy.
   */
  readonly flow: Float64Array
  /** The same with decay rate `2 lambda + 2 eta lambda^2`: O(eta^2) away. NaN where there is momentum. A copy. */
  readonly modified: Float64Array
  /**
   * One step: K of the velocities after their update, V_{l+1}'V_{l+1} - V_l V_l' or |v|^2. Without momentum V = G + lambda W. A translation takes none.
   * @throws {DTypeError} {ShapeError} {RangeArgError} K is not as long as the charge
   */
  step(kinetic?: number | ArrayLike<number>): void
}

/**
 * Carries a Noether charge through training by its exact recursion, with the formulas for small learning rates beside it. What it needs of a step
 * is the kinetic term, which `probes.noetherCharges({ of: 'kinetic' })` records in every frame (with `every: 1`) and `noetherCharges` computes.
 *
 * @throws {OptionError} {DTypeError} {ShapeError} {RangeArgError} options that do not fit together
 * @example
 * const recorder = chargeRecorder({ symmetry: 'scale', learningRate: 0.1, weightDecay: 0.5, charge: 1 })
 * recorder.step(0.25)
 * recorder.charge // -> [0.9025]
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728; the recursions in discrete time are ours
 */
export function chargeRecorder(options: ChargeRecorderOptions): ChargeRecorder {
  const given = checkOptions(options, 'options', [...BALL_KEYS, 'symmetry', 'charge', 'momentumCharge'])
  const { eta, beta, lambda } = checkBall(given)
  const symmetry = checkChoice(given.symmetry, 'symmetry', ['linear', 'rescale', 'scale', 'translation'])
  const list = (value: unknown, name: string, length?: number) =>
    checkNumbers(typeof value === 'number' ? [value] : value, name, {}, length)
  const charge = list(given.charge, 'charge')
  const size = charge.length
  const momentum =
    given.momentumCharge === undefined ? new Float64Array(size) : list(given.momentumCharge, 'momentumCharge', size)
  const n = symmetry === 'linear' ? Math.round(Math.sqrt(size)) : 0
  if (symmetry === 'linear' && n * n !== size) {
    throw new ShapeError(`charge must hold n x n numbers for symmetry 'linear', got ${size}`, { argument: 'charge' })
  }
  const order = symmetry === 'translation' ? 1 : 2
  const start = beta > 0 ? Number.NaN : 1
  const flow = charge.map((value) => start * value)
  const modified = flow.slice()
  const decay = exp(-order * lambda * eta)
  const nearer = exp(-order * lambda * eta * (1 + (order * eta * lambda) / 2))
  const m = new Float64Array(size)
  let steps = 0
  return {
    get steps() {
      return steps
    },
    get charge() {
      return charge.slice()
    },
    get momentumCharge() {
      return momentum.slice()
    },
    get flow() {
      return flow.slice()
    },
    get modified() {
      return modified.slice()
    },
    step(kinetic) {
      if (symmetry === 'translation') checkInteger(kinetic ?? 0, 'kinetic', { max: 0 })
      const k = symmetry === 'translation' ? new Float64Array(size) : list(kinetic, 'kinetic', size)
      for (let i = 0; i < size; i++) m[i] = beta * momentum[i] + lambda * charge[i]
      for (let i = 0; i < size; i++) {
        const twice = n > 0 ? m[i] + m[(i % n) * n + Math.floor(i / n)] : order * m[i]
        charge[i] += eta * (eta * k[i] - twice)
        momentum[i] = m[i] - eta * k[i]
        flow[i] = decay * flow[i] + eta * eta * k[i]
        modified[i] = nearer * modified[i] + eta * eta * k[i]
      }
      steps++
    },
  }
}
