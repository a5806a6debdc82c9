// The exact gradient flow of one hidden neuron on whitened inputs: any start, any two learning rates, any time.
import { checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { norm } from '../../linalg/dense/vector.js'
import { checkNumbers } from '../numerics/arrays.js'
import { kernelTurn } from './kernel-turn.js'
import { momentAt, type NeuronModes, neuronModes } from './modes.js'
import { type NeuronRates, readNeuron, SIZES } from './neuron.js'

/** A neuron `f(x) = a w.x` and the task that it learns. */
export interface SingleNeuronOptions extends NeuronRates {
  /** The readout at the start. */
  a0: number
  /** The weights at the start, shape (d). */
  w0: ArrayLike<number>
  /** beta*, shape (d): the map that fits the data. */
  betaStar: ArrayLike<number>
}

/** A neuron at T times. */
export interface SingleNeuronPath {
  /** shape (T) */
  readonly a: Float64Array
  /** shape (T, d) */
  readonly w: Float64Array
  /** a w, shape (T, d) */
  readonly beta: Float64Array
  /** a |w|, shape (T) */
  readonly mu: Float64Array
  /** w.beta* over |w| |beta*|, shape (T); 0 where one of them is zero */
  readonly phi: Float64Array
  /** 1/2 |beta - beta*|^2, the loss above its minimum, shape (T) */
  readonly loss: Float64Array
  /** 1 - cos of the tangent kernel and that of time 0, shape (T) */
  readonly kernelDistance: Float64Array
  /** What the flow conserves: eta_w a^2 - eta_a |w|^2. */
  readonly delta: number
}

/**
 * The exact gradient flow of one hidden linear neuron, `f(x) = a w.x`, on whitened inputs:
 *
 *     a' = eta_a w.(beta* - a w),   w' = eta_w a (beta* - a w)
 *
 * for every start (a = 0, an a that changes its sign, a start on the way to the saddle) in a form without growing exponentials.
 *
 * @param options.a0 readout, and `w0` (d) and `betaStar` (d), moduli up to 1e60; rates > 0, default 1
 * @param times t >= 0, in units of 1 / learning rate, in any order, shape (T)
 * @returns errors of a few eps times 1 + R t as long as the neuron moves, R = sqrt(delta^2 + 4 eta_a eta_w |beta*|^2); the loss is summed
 *   from decaying terms and is relatively accurate after training too
 * @throws {DTypeError|ShapeError|RangeArgError|OptionError} what does not fit together, or is out of range
 * @example
 * const { beta, delta } = singleNeuronExact({ a0: 1, w0: [0, 0.1], betaStar: [1, -2] }, [0, 50])
 * delta // -> 0.99
 * Math.abs(beta[3] + 2) < 1e-12 // -> true
 * @see Kunin, Raventos, Domine, Chen, Klindt, Saxe, Ganguli (2024), Get rich quick, arXiv:2406.06158; the stable form is this library's
 */
export function singleNeuronExact(options: SingleNeuronOptions, times: ArrayLike<number>): SingleNeuronPath {
  const modes = readTask(options, 'singleNeuronExact')
  const t = checkNumbers(times, 'times', { min: 0, max: 1e290 })
  const { neuron, direction, across, size } = modes
  const [count, d] = [t.length, direction.length]
  const path = {
    a: new Float64Array(count),
    w: new Float64Array(count * d),
    beta: new Float64Array(count * d),
    mu: new Float64Array(count),
    phi: new Float64Array(count),
    loss: new Float64Array(count),
    kernelDistance: new Float64Array(count),
    delta: neuron.delta,
  }
  const turn = kernelTurn(neuron)
  const acrossSize = norm(across, 0, d)
  for (let i = 0; i < count; i++) {
    const { a, along, acrossFactor, missing } = momentAt(modes, t[i])
    const w = path.w.subarray(i * d, (i + 1) * d)
    for (let j = 0; j < d; j++) {
      w[j] = t[i] === 0 ? neuron.w0[j] : along * direction[j] + acrossFactor * across[j]
      path.beta[i * d + j] = a * w[j]
    }
    const length = norm(w, 0, d)
    const beside = a * acrossFactor * acrossSize
    path.a[i] = t[i] === 0 ? neuron.a0 : a
    path.mu[i] = a * length
    path.phi[i] = length > 0 && size > 0 ? Math.max(-1, Math.min(1, along / length)) : 0
    path.loss[i] = 0.5 * (missing * missing + beside * beside)
    path.kernelDistance[i] = turn(a, w)
  }
  if (!(path.loss.every(Number.isFinite) && path.w.every(Number.isFinite) && path.a.every(Number.isFinite))) {
    throw new RangeArgError('the sizes of the start, the task and the rates are too far apart for double precision', {
      argument: 'options',
    })
  }
  return path
}

/** What a neuron is going to do about the separating surface of the saddle at the origin. */
export type NeuronBasin = 1 | -1 | 0

/**
 * The sign of the readout at the end of training, which tells the two basins of attraction apart: that of
 * `a0 (R + delta) + 2 eta_a w0.beta*`, R = sqrt(delta^2 + 4 eta_a eta_w |beta*|^2).
 *
 * @returns 1 or -1 (both learn beta*), or 0 on the separating surface, from where the flow ends in the saddle beta = 0. For delta > 0 it is the sign
 *   of a0
 * @throws {DTypeError|ShapeError|RangeArgError|OptionError} what does not fit together, or is out of range
 * @example
 * singleNeuronBasin({ a0: 0.4, w0: [-1, 0.5], betaStar: [1, -2] }) // -> -1
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function singleNeuronBasin(options: SingleNeuronOptions): NeuronBasin {
  return Math.sign(readTask(options, 'singleNeuronBasin').p) as NeuronBasin
}

/** The options of a neuron and its task, in the eigenbasis of the flow. */
export function readTask(options: SingleNeuronOptions, name: string): NeuronModes {
  const given = checkOptions(options, name, ['a0', 'w0', 'betaStar', 'etaA', 'etaW'])
  const neuron = readNeuron(given)
  return neuronModes(neuron, checkNumbers(given.betaStar, 'betaStar', SIZES, neuron.w0.length))
}
