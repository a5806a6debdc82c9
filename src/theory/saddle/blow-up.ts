// Leaving the origin from any small start: when, and in which direction.
//
// Near the origin the flow is homogeneous of degree L - 1. In theta = r omega, |omega| = 1, and the time tau with d tau = r^(L-2) dt,
//
//   d omega/d tau = -(1 - omega omega') grad H(omega),  d ln r/d tau = -L H(omega),  dt/d tau = r^-(L-2)
//
// is regular all the way: omega converges, and what is left of t then is r^-(L-2) / ((L-2) s) with the speed s = -L H reached.
import { checkNumber } from '../../check.js'
import { ConvergenceError, RangeArgError } from '../../errors.js'
import { integrate } from '../../flow/integrate.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { exp, pow } from '../../math/elementary.js'
import { checkMatrix } from '../numerics/arrays.js'
import { type Chain, checkChain } from '../numerics/chain.js'
import { frobenius, inner } from '../numerics/dense.js'

/** The part of the gradient of H along the sphere at which the direction counts as converged: the tail is then right to its square. */
const CONVERGED = 1e-6

/** How a small start leaves the origin. */
export interface BlowUp {
  /** When the homogeneous flow becomes infinite, in units of 1 / learning rate. */
  time: number
  /** `-L H` on the unit sphere where it ends: `s_1 L^(1 - L/2)` for the optimal direction, less for a suboptimal one (depth 4 and more). */
  speed: number
  /** The direction, a unit vector of all weights: W_1 .. W_L, each flat row-major. */
  direction: Float64Array[]
}

/**
 * When and in which direction a deep linear network leaves the origin: the flow of the homogeneous part of its loss, `dtheta/dt = -grad <G_0, W_L .. W_1>`, from
 * given weights, to infinity. A start alpha times as large takes `alpha^-(L-2)` times as long.
 *
 * @param weights W_l, l = 1..L, each flat row-major (n_l, n_(l-1)), not all 0
 * @param sizes n_0 .. n_L, at least three layers: two layers grow exponentially, see `escapeAmplitudes`
 * @param gradient `G_0 = dC/dA(0)`, shape (n_L, n_0) row-major, not 0; -Y for `1/2 |A - Y|^2`
 * @returns `{ time, speed, direction }`; relative error of the time about 1e-11
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @throws {ConvergenceError} the start does not leave: it lies on the stable set of the saddle
 * @example blowUp([[1], [1], [1]], [1, 1, 1, 1], [-2]).time // -> 0.5
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), arXiv:2106.15933
 */
export function blowUp(
  weights: readonly ArrayLike<number>[],
  sizes: readonly number[],
  gradient: ArrayLike<number>,
): BlowUp {
  const { chain, theta } = checkChain(weights, sizes, 3)
  const { depth } = chain
  const [rows, columns] = [sizes[depth], sizes[0]]
  const g0 = checkMatrix(gradient, 'gradient', rows, columns)
  const top = jacobiSvd(g0, rows, columns, { vectors: false }).s[0]
  checkNumber(top, 'the norm of gradient', { above: 0 })
  const norm = checkNumber(frobenius(theta), 'the norm of weights', { above: 0 })
  const sphere = new SphereFlow(
    chain,
    g0.map((value) => value / top),
  )

  // State: omega, ln(r / r_0), t in units of r_0^-(L-2) / s_1.
  const n = theta.length
  const start = new Float64Array(n + 2)
  theta.forEach((value, i) => {
    start[i] = value / norm
  })
  const rhs = (_t: number, y: Float64Array, dy: Float64Array) => {
    const speed = sphere.velocity(y.subarray(0, n), dy.subarray(0, n))
    dy[n] = speed
    dy[n + 1] = exp((2 - depth) * y[n])
  }
  const velocity = new Float64Array(n)
  const settled = (y: Float64Array) => {
    sphere.velocity(y.subarray(0, n), velocity)
    return frobenius(velocity) - CONVERGED
  }
  let end: Float64Array = start
  if (settled(start) > 0) {
    const events = [{ name: 'settled', when: (_t: number, y: Float64Array) => settled(y), terminal: true }]
    const run = integrate(rhs, start, 0, 1e4, { rtol: 1e-12, atol: 1e-15, events })
    if (run.status !== 'event') throw unsettled(run.message ?? 'the direction has not converged')
    end = run.y
  }
  const omega = end.subarray(0, n)
  const speed = sphere.velocity(omega, velocity)
  if (!(speed > CONVERGED)) throw unsettled('the flow ends at the saddle')
  const scaled = end[n + 1] + exp((2 - depth) * end[n]) / ((depth - 2) * speed)
  return { time: (scaled * pow(norm, 2 - depth)) / top, speed: speed * top, direction: chain.layers(omega) }
}

function unsettled(why: string): ConvergenceError {
  return new ConvergenceError(`weights do not leave the origin: ${why}; perturb them`, { argument: 'weights' })
}

/** Steepest descent of H on the unit sphere. */
class SphereFlow {
  readonly #chain: Chain
  readonly #gradient: Float64Array

  constructor(chain: Chain, gradient: Float64Array) {
    this.#chain = chain
    this.#gradient = gradient
  }

  /** Writes d omega/d tau; returns -L H. */
  velocity(omega: Float64Array, out: Float64Array): number {
    this.#chain.pullBack(omega, this.#chain.forward(omega), this.#gradient, out)
    const slope = inner(omega, out)
    for (let i = 0; i < out.length; i++) out[i] = slope * omega[i] - out[i]
    return -slope
  }
}

/** A fraction of a mode, inside (0, 1). */
export function checkFraction(fraction: unknown): number {
  const f = checkNumber(fraction, 'fraction')
  if (!(f > 0 && f < 1)) throw new RangeArgError(`fraction must lie inside (0, 1), got ${f}`, { argument: 'fraction' })
  return f
}
