// Upstream, balanced, downstream: for one function at the start and one task, how far the kernel turns and how long learning takes, by balance.
import { checkNumber, checkOptions } from '../../check.js'
import { ConvergenceError, OptionError } from '../../errors.js'
import { norm } from '../../linalg/dense/vector.js'
import { checkNumbers } from '../numerics/arrays.js'
import { type SingleNeuronOptions, singleNeuronExact } from './exact.js'
import { singleNeuronFromBeta } from './from-beta.js'
import { kernelTurn } from './kernel-turn.js'
import { type NeuronRates, readNeuron, SIZES } from './neuron.js'

/** Options of `singleNeuronRegimes`. */
export interface SingleNeuronRegimesOptions extends NeuronRates {
  /** The function at the start, shape (d). */
  beta0: ArrayLike<number>
  /** What is learned, shape (d). */
  betaStar: ArrayLike<number>
  deltas: ArrayLike<number>
  /** What is left of the loss when a neuron has learned, between 0 and 1. Default 0.01. */
  fraction?: number
}

/** What the balance does, one number for each delta. */
export interface SingleNeuronRegimes {
  /** Cosine distance of the tangent kernel at the end from that of the start: near 1 rich, near 0 lazy. */
  readonly kernelDistance: Float64Array
  /** Time after which the loss is below `fraction` of what it was. */
  readonly learningTime: Float64Array
}

/**
 * The regimes of one hidden neuron: the final distance of its kernel, and the time that it takes to learn, for starts that compute the same function
 * with different balances.
 *
 * @returns distances relatively accurate to about 1e-13, times to about 1e-12
 * @throws {OptionError} a start at the target, which has nothing to learn
 * @throws {DTypeError|ShapeError|RangeArgError} what does not fit together, or is out of range; functions that are zero with delta <= 0
 * @throws {ConvergenceError} a start so near to the separating surface that it learns after 1e15 units of time
 * @example
 * const { kernelDistance } = singleNeuronRegimes({ beta0: [0, 0.1], betaStar: [1, 0], deltas: [-4, 0, 4] })
 * kernelDistance[0] > 0.9 && kernelDistance[2] < 0.001 // -> true
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158
 */
export function singleNeuronRegimes(options: SingleNeuronRegimesOptions): SingleNeuronRegimes {
  const given = checkOptions(options, 'singleNeuronRegimes', [
    'beta0',
    'betaStar',
    'deltas',
    'fraction',
    'etaA',
    'etaW',
  ])
  const beta0 = checkNumbers(given.beta0, 'beta0', SIZES)
  const betaStar = checkNumbers(given.betaStar, 'betaStar', SIZES, beta0.length)
  const deltas = checkNumbers(given.deltas, 'deltas', SIZES)
  const fraction = checkNumber(given.fraction ?? 0.01, 'fraction', { above: 0, below: 1 })
  const rates = { etaA: given.etaA, etaW: given.etaW } as NeuronRates
  if (
    norm(
      beta0.map((value, i) => value - betaStar[i]),
      0,
      beta0.length,
    ) === 0
  ) {
    throw new OptionError('beta0 = betaStar: there is nothing to learn', { argument: 'beta0' })
  }
  const kernelDistance = new Float64Array(deltas.length)
  const learningTime = new Float64Array(deltas.length)
  deltas.forEach((delta, i) => {
    const { a, w } = singleNeuronFromBeta(delta, beta0, rates)
    const task = { a0: a, w0: w, betaStar, ...rates }
    learningTime[i] = timeToLearn(task, fraction)
    const end = singleNeuronFromBeta(delta, betaStar, rates)
    kernelDistance[i] = kernelTurn(readNeuron(task))(end.a, end.w)
  })
  return { kernelDistance, learningTime }
}

/** When the loss, which only falls, is `fraction` of that of the start: bisection of a closed form. */
function timeToLearn(task: SingleNeuronOptions, fraction: number): number {
  const start = singleNeuronExact(task, [0]).loss[0]
  const excess = (t: number) => singleNeuronExact(task, [t]).loss[0] - fraction * start
  let high = 1e-12
  while (excess(high) > 0) {
    high *= 2
    if (high > 1e15) throw new ConvergenceError('the neuron stays at the saddle', { argument: 'deltas' })
  }
  let low = high / 2
  for (let k = 0; k < 60; k++) {
    const middle = 0.5 * (low + high)
    if (excess(middle) > 0) low = middle
    else high = middle
  }
  return 0.5 * (low + high)
}
