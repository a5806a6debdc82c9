// One hidden neuron under label noise: at which noise it vanishes.
import { checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'

/** Options of `neuronCollapse`. */
export interface NeuronCollapseOptions {
  /** Inputs, shape (samples). */
  x: ArrayLike<number>
  /** Targets, shape (samples). */
  y: ArrayLike<number>
  /** Learning rate eta of the diffusion, > 0. */
  eta: number
  /** Standard deviation of the noise on each label, >= 0. */
  zeta: number
  /** sigma'(0) of the activation, > 0. Default 1. */
  slope?: number
}

/** Whether a neuron vanishes. */
export interface NeuronCollapse {
  /** `eta zeta^2 sigma'(0) / 2`. */
  readonly level: number
  /** The level above which it vanishes: `sum x y / sum x^2`. */
  readonly critical: number
  /** Growth rate of ln |w| near (0, 0) in time: `sigma'(0) (critical - level) sum x^2 / samples`. */
  readonly exponent: number
  readonly collapses: boolean
}

/**
 * Collapse of one neuron `w_2 sigma(w_1 x)` with `sigma(0) = 0`, squared loss `1/(2m) sum (f - y)^2` and label noise:
 * `dw = -grad L dt + sqrt(eta) zeta (grad_w f)' dB / sqrt(m)`, the same dB for both weights. (0, 0) attracts iff
 * `eta zeta^2 sigma'(0) / 2 > sum x y / sum x^2`.
 *
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} a bad option, inputs that are all 0
 * @example
 * neuronCollapse({ x: [1, 2], y: [1, 2], eta: 0.1, zeta: 5 }).collapses // -> true
 * neuronCollapse({ x: [1, 2], y: [1, 2], eta: 0.1, zeta: 4 }).exponent // -> 0.5
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function neuronCollapse(options: NeuronCollapseOptions): NeuronCollapse {
  const given = checkOptions(options, 'neuronCollapse', ['x', 'y', 'eta', 'zeta', 'slope'])
  const x = checkNumbers(given.x, 'x', { min: -1e100, max: 1e100 })
  const y = checkNumbers(given.y, 'y', { min: -1e100, max: 1e100 }, x.length)
  const eta = checkNumber(given.eta, 'eta', { above: 0, max: 1e100 })
  const zeta = checkNumber(given.zeta, 'zeta', { min: 0, max: 1e50 })
  const slope = checkNumber(given.slope ?? 1, 'slope', { above: 0, max: 1e50 })
  const square = x.reduce((sum, value) => sum + value * value, 0)
  if (!(square > 0)) throw new RangeArgError('x must hold an input that is not 0', { argument: 'x' })
  const level = 0.5 * eta * zeta * zeta * slope
  const critical = x.reduce((sum, value, i) => sum + value * y[i], 0) / square
  return {
    level,
    critical,
    exponent: (slope * (critical - level) * square) / x.length,
    collapses: level > critical,
  }
}
