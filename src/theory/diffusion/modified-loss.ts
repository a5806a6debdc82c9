// The loss that SGD with momentum really descends to: its stationary density on positions and velocities is e^(-kappa Psi), and a current goes round in it.
import { checkNumber, checkOptions } from '../../check.js'
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import { RangeArgError, ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'
import { inner, multiply } from '../numerics/dense.js'
import { solvePositive } from '../numerics/positive-solve.js'
import { checkSgd, SGD_KEYS, type SgdParameters } from './mode-parameters.js'

/** Options of `modifiedLoss`. */
export interface ModifiedLossOptions extends SgdParameters {
  /** H, (d, d), symmetric and positive definite. */
  hessian: MatrixLike
  /** mu, the fixed point, weight decay included, shape (d). Default 0. */
  mu?: ArrayLike<number>
  /** sigma > 0 of the gradient noise `Sigma = sigma^2 H` of one sample. */
  sigma: number
}

/** The modified loss at a point. */
export interface ModifiedLoss {
  /** Psi. */
  readonly value: number
  /** `S (1 - b^2)`: the stationary density is `e^(-kappa Psi)`, up to a factor. */
  readonly kappa: number
  /** `dPsi/dtheta` and `dPsi/dv`, each of shape (d). */
  readonly gradient: { readonly theta: Float64Array; readonly v: Float64Array }
  /** The velocity of the stationary probability current, `-Q grad Psi` with `Q = [[0, -sigma^2 H], [sigma^2 H, 0]]`: it goes round on the levels of Psi. */
  readonly current: { readonly theta: Float64Array; readonly v: Float64Array }
}

/**
 * `Psi = 1/(2 sigma^2) [c (theta - mu)' H^-1 (H + lambda) (theta - mu) + v' H^-1 v]`, `c = 2 / (eta (1 + b))`, of the continuous form with gradient noise sigma^2 H. Without weight
 * decay it is isotropic in theta: flat and steep directions of the loss are all the same to it.
 *
 * @param theta position, shape (d)
 * @param v velocity, shape (d)
 * @returns relative errors of the order of eps times the condition number of H
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} a bad option, or a Hessian that is not symmetric
 * @throws {ConvergenceError} a Hessian that is not positive definite to rounding
 * @example
 * modifiedLoss({ hessian: [[1, 0], [0, 4]], sigma: 1, learningRate: 1 }, [1, 1], [0, 0]).value // -> 2
 * modifiedLoss({ hessian: [[4]], sigma: 1, learningRate: 1 }, [1], [2]).current.theta // -> [2]
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function modifiedLoss(
  options: ModifiedLossOptions,
  theta: ArrayLike<number>,
  v: ArrayLike<number>,
): ModifiedLoss {
  const given = checkOptions(options, 'modifiedLoss', [...SGD_KEYS, 'hessian', 'mu', 'sigma'])
  const { eta, b, batch, decay } = checkSgd(given)
  const dense = readDense(given.hessian as MatrixLike, 'hessian', { finite: true })
  const d = dense.rows
  if (d === 0 || dense.cols !== d) {
    throw new ShapeError(`hessian must be square, got ${d} x ${dense.cols}`, { argument: 'hessian' })
  }
  const h = Float64Array.from(dense.data)
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      if (!(Math.abs(h[i * d + j] - h[j * d + i]) <= 1e-12 * Math.sqrt(Math.abs(h[i * d + i] * h[j * d + j])))) {
        throw new RangeArgError(`hessian must be symmetric; entries (${i}, ${j}) and (${j}, ${i}) differ`, {
          argument: 'hessian',
        })
      }
    }
  }
  const sigma = checkNumber(given.sigma, 'sigma', { min: 1e-50, max: 1e50 })
  const mu = checkNumbers(given.mu ?? new Float64Array(d), 'mu', {}, d)
  const x = checkNumbers(theta, 'theta', {}, d).map((value, i) => value - mu[i])
  const velocity = checkNumbers(v, 'v', {}, d)
  const c = 2 / (eta * (1 + b))
  const square = sigma * sigma
  // H^-1 of both at once; H^-1 (H + lambda) x = x + lambda H^-1 x.
  const both = Float64Array.from({ length: 2 * d }, (_, i) => (i % 2 === 0 ? x : velocity)[i >> 1])
  solvePositive(h.slice(), d, both, 2)
  const gradient = {
    theta: x.map((value, i) => (c * (value + decay * both[2 * i])) / square),
    v: velocity.map((_, i) => both[2 * i + 1] / square),
  }
  const pull = multiply(h, x, d, d, 1)
  return {
    value: 0.5 * (inner(x, gradient.theta) + inner(velocity, gradient.v)),
    kappa: batch * (1 - b * b),
    gradient,
    current: { theta: velocity, v: x.map((value, i) => -c * (pull[i] + decay * value)) },
  }
}
