// The flow of one neuron on whitened inputs is a linear flow, normalised. With b = beta*/|beta*|, B = |beta*|, R = sqrt(delta^2 + 4 eta_a eta_w B^2), rates
// k = R + delta of what grows and k' = R - delta of what decays, and the components p and m of the start along the two eigenvectors,
//
//   a = q (p + m E),   w.b = q (u' p - u m E),   w_perp = w_perp(0) q e^{-k t/2},   u = k/(2 eta_a B),  u' = k'/(2 eta_a B),  E = e^{-R t}
//   1/q^2 = e^{-k t} + 2 eta_w (p^2 J1 + 2 p m J2 + m^2 J3)
//
// with J1 = (1 - e^{-k t})/k, J2 = (E - e^{-k t})/delta, J3 = (e^{-k t} - E^2)/k': no exponential grows. What is left of the task along beta* is
//
//   B - a w.b = q^2 [(B - a(0) w(0).b) E + eta_a B |w_perp(0)|^2 J2],
//
// a sum of terms that decay, so that the loss keeps its digits when training is long over.
import { length2 } from '../../linalg/dense/balanced-factors.js'
import { dot, norm } from '../../linalg/dense/vector.js'
import { exp } from '../../math/elementary.js'
import { expm1, meanDecay } from '../numerics/expm1.js'
import type { Neuron } from './neuron.js'

/** The start in the eigenbasis of the flow. */
export interface NeuronModes {
  readonly neuron: Neuron
  /** B, and b (0 for B = 0). */
  readonly size: number
  readonly direction: Float64Array
  /** w0 without its component along beta*. */
  readonly across: Float64Array
  /** B - a(0) w(0).b, and eta_a B |w_perp(0)|^2. */
  readonly missing: number
  readonly detour: number
  /** R, k and k'. */
  readonly rate: number
  readonly growth: number
  readonly decay: number
  readonly p: number
  readonly m: number
  /** u and u'; 0 for B = 0, where w has no component along beta*. */
  readonly up: number
  readonly down: number
}

/** A neuron at one time. */
export interface NeuronMoment {
  readonly a: number
  /** w.b. */
  readonly along: number
  /** What w_perp(0) is multiplied by. */
  readonly acrossFactor: number
  /** B - a w.b. */
  readonly missing: number
}

export function neuronModes(neuron: Neuron, target: Float64Array): NeuronModes {
  const { a0, w0, etaA, etaW, delta } = neuron
  const n = w0.length
  const size = norm(target, 0, n)
  const direction = size > 0 ? target.map((value) => value / size) : new Float64Array(n)
  const along = dot(w0, 0, direction, 0, n)
  const across = w0.map((value, i) => value - along * direction[i])
  const coupling = 2 * Math.sqrt(etaA) * Math.sqrt(etaW) * size
  const rate = length2(delta, coupling)
  const large = rate + Math.abs(delta)
  // The product of the two is the square of the coupling.
  const small = large > 0 ? coupling * (coupling / large) : 0
  const [growth, decay] = delta >= 0 ? [large, small] : [small, large]
  const pull = 2 * etaA * size * along
  const p = rate > 0 ? (growth * a0 + pull) / (2 * rate) : a0 / 2
  const m = rate > 0 ? (decay * a0 - pull) / (2 * rate) : a0 / 2
  const [up, down] = size > 0 ? [growth / (2 * etaA * size), decay / (2 * etaA * size)] : [0, 0]
  const acrossSize = norm(across, 0, n)
  const [missing, detour] = [size - a0 * along, etaA * size * acrossSize * acrossSize]
  return { neuron, size, direction, across, missing, detour, rate, growth, decay, p, m, up, down }
}

/** Everything at time t >= 0. */
export function momentAt(modes: NeuronModes, t: number): NeuronMoment {
  if (modes.p === 0) return onSeparatrix(modes, t)
  return evaluate(modes, t, 0) ?? evaluate(modes, t, 300) ?? onSeparatrix(modes, t)
}

/** With p, and what goes with it, times 2^lift; undefined where 1/q^2 would underflow. */
function evaluate(modes: NeuronModes, t: number, lift: number): NeuronMoment | undefined {
  const { rate, growth, decay, m, up, down } = modes
  const { etaW, delta } = modes.neuron
  const shift = lift * Math.LN2
  const p = modes.p * 2 ** lift
  const once = exp(shift - rate * t)
  const half = exp(shift - (growth / 2) * t)
  const grown = half * half
  const j1 = integrated(growth, t)
  const j2 = delta >= 0 ? once * integrated(delta, t) : exp(shift - growth * t) * integrated(-delta, t)
  const square = grown + 2 * etaW * (p * p * j1 + 2 * p * m * j2 + m * m * grown * integrated(decay, t))
  if (!(square > 1e-280)) return undefined
  const q = 1 / Math.sqrt(square)
  return {
    a: q * (p + m * once),
    along: q * (down * p - up * m * once),
    acrossFactor: q * half,
    missing: (2 ** lift * (modes.missing * once + modes.detour * j2)) / square,
  }
}

/** p = 0, which has delta <= 0: the flow ends in the saddle at the origin. Everything is divided by e^{-k t}. */
function onSeparatrix({ neuron, missing, detour, decay, m, up }: NeuronModes, t: number): NeuronMoment {
  const { etaW, delta } = neuron
  const square = 1 + 2 * etaW * m * m * integrated(decay, t)
  const q = 1 / Math.sqrt(square)
  const left = m * exp((-decay / 2) * t)
  const rest = missing * exp(delta * t) + detour * integrated(-delta, t)
  return { a: q * left, along: -q * up * left, acrossFactor: q, missing: rest / square }
}

/** (1 - e^{-rate t})/rate, t where the rate is 0. */
function integrated(rate: number, t: number): number {
  const x = rate * t
  return x > 1 ? -expm1(-x) / rate : t * meanDecay(x)
}
