// One hidden linear neuron f(x) = a w.x whose layers learn at rates of their own, and the balance that its gradient flow conserves:
//
//   delta = eta_w a^2 - eta_a |w|^2       > 0: the first layer leads (upstream), 0: balanced, < 0: the readout leads (downstream)
//
// The strengths come from the balance without cancellation: with x = sqrt(eta_a) |w| and y = sqrt(eta_w) a,  x y = sqrt(eta_a eta_w) |beta|,
// y^2 - x^2 = delta.
import { checkNumber } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { splitStrength } from '../../linalg/dense/balanced-factors.js'
import { norm } from '../../linalg/dense/vector.js'
import { checkNumbers } from '../numerics/arrays.js'

/** Learning rates of the two layers, > 0; default 1. */
export interface NeuronRates {
  /** Of the readout a. */
  etaA?: number
  /** Of the weights w. */
  etaW?: number
}

/** A neuron, checked. */
export interface Neuron {
  readonly a0: number
  readonly w0: Float64Array
  readonly etaA: number
  readonly etaW: number
  readonly delta: number
}

/** Numbers beyond this would overflow when they are multiplied four at a time. */
const LARGEST = 1e60
export const SIZES = { min: -LARGEST, max: LARGEST }

/** The learning rates, checked. */
export function readRates({ etaA, etaW }: { etaA?: unknown; etaW?: unknown }): { etaA: number; etaW: number } {
  const bounds = { above: 0, min: 1 / LARGEST, max: LARGEST }
  return { etaA: checkNumber(etaA ?? 1, 'etaA', bounds), etaW: checkNumber(etaW ?? 1, 'etaW', bounds) }
}

/** a0, w0 and the rates, checked; `inputs` where their number is known. */
export function readNeuron(
  given: { a0?: unknown; w0?: unknown; etaA?: unknown; etaW?: unknown },
  inputs?: number,
): Neuron {
  const a0 = checkNumber(given.a0, 'a0', SIZES)
  const w0 = checkNumbers(given.w0, 'w0', SIZES, inputs)
  if (w0.length === 0) throw new RangeArgError('w0 must hold at least one number', { argument: 'w0' })
  const rates = readRates(given)
  return { a0, w0, ...rates, delta: balanceOf(a0, w0, rates) }
}

/** delta of a neuron. */
export function balanceOf(a: number, w: Float64Array, { etaA, etaW }: { etaA: number; etaW: number }): number {
  const [x, y] = [Math.sqrt(etaA) * norm(w, 0, w.length), Math.sqrt(etaW) * Math.abs(a)]
  return (y - x) * (y + x)
}

/** |a| and |w| of the neuron with a given |beta| = |a| |w| and balance. */
export function strengthsOf(
  size: number,
  delta: number,
  { etaA, etaW }: { etaA: number; etaW: number },
): { a: number; w: number } {
  const [x, y] = splitStrength(Math.sqrt(etaA) * Math.sqrt(etaW) * size, delta)
  return { a: y / Math.sqrt(etaW), w: x / Math.sqrt(etaA) }
}
