// The global minimum nearest to given weights, by sequential quadratic programming on the constraint W_L .. W_1 = Y.
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../../check.js'
import { ConvergenceError } from '../../errors.js'
import { kernelOf } from '../modes/tangent-kernel.js'
import { checkMatrix } from '../numerics/arrays.js'
import { checkChain } from '../numerics/chain.js'
import { difference, frobenius } from '../numerics/dense.js'
import { solvePositive } from '../numerics/positive-solve.js'
import { alignedFactors } from './aligned-factors.js'

/** A minimum and how far away it is. */
export interface NearestMinimum {
  /** `|theta - theta_0|`. */
  distance: number
  /** `|W_L .. W_1 - Y|_F` there: 0 to rounding. */
  residual: number
  /** W_1 .. W_L, each flat row-major. */
  weights: Float64Array[]
  /** Relative change of the distance in the last iteration; above `tolerance` where `maxIterations` came first. */
  change: number
  iterations: number
}

/** Options of `nearestMinimum`. */
export interface NearestOptions {
  /**
   * Where the iteration begins: `'here'` at the weights (large starts), `'balanced'` at the balanced factorisation of Y turned towards them (small starts). Default
   * both, and the nearer result.
   */
  from?: 'here' | 'balanced'
  /** Default 300. */
  maxIterations?: number
  /** Changes of the distance below this part of it end the iteration; default 1e-9. */
  tolerance?: number
}

/**
 * The distance from given weights to the set of global minima `W_L .. W_1 = Y`, with the nearest point found: `min |theta - theta_0|` by
 *
 *     Theta lambda = Y - A + J (theta - theta_0),  theta <- theta_0 + J' lambda
 *
 * with half steps. A local minimum of the distance: an upper bound, close to `lazyDistance` for large starts and to `originDistance` for small ones.
 *
 * @param weights W_l, l = 1..L, each flat row-major (n_l, n_(l-1)), hidden layers at least as wide as the rank of Y
 * @param sizes n_0 .. n_L; n_0 n_L squared numbers are kept
 * @param target Y, shape (n_L, n_0) row-major
 * @param options `{ from, maxIterations, tolerance }`
 * @throws {DTypeError} {ShapeError} {RangeArgError} {OptionError} arguments that do not fit together
 * @throws {ConvergenceError} neither beginning leads to a minimum
 * @example Math.abs(nearestMinimum([[0.1], [0.1]], [1, 1, 1], [1]).distance - 0.9 * Math.SQRT2) < 1e-9 // -> true
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), arXiv:2106.15933, theorem 1
 */
export function nearestMinimum(
  weights: readonly ArrayLike<number>[],
  sizes: readonly number[],
  target: ArrayLike<number>,
  options?: NearestOptions,
): NearestMinimum {
  const { chain, theta: origin } = checkChain(weights, sizes)
  const y = checkMatrix(target, 'target', sizes[chain.depth], sizes[0])
  const given = checkOptions(options, 'options', ['from', 'maxIterations', 'tolerance'])
  const from = given.from === undefined ? undefined : checkChoice(given.from, 'options.from', ['here', 'balanced'])
  const maxIterations = checkInteger(given.maxIterations ?? 300, 'options.maxIterations', { min: 1 })
  const tolerance = checkNumber(given.tolerance ?? 1e-9, 'options.tolerance', { above: 0, below: 1 })
  const scale = Math.max(frobenius(y), Number.MIN_VALUE)

  const descend = (begin: Float64Array): NearestMinimum | undefined => {
    const theta = begin.slice()
    // The step to theta_base + J' lambda that meets the constraint to first order; false where the kernel is singular.
    const step = new Float64Array(theta.length)
    const stepFrom = (base: Float64Array): boolean => {
      const forward = chain.forward(theta)
      const right = chain.pushForward(theta, forward, difference(theta, base))
      const map = forward[chain.depth - 1]
      for (let i = 0; i < right.length; i++) right[i] += y[i] - map[i]
      try {
        solvePositive(kernelOf(chain, theta, forward), y.length, right, 1)
      } catch (error) {
        if (error instanceof ConvergenceError) return false
        throw error
      }
      chain.pullBack(theta, forward, right, step)
      return true
    }
    let [distance, change, iterations] = [0, Infinity, 0]
    while (iterations < maxIterations && !(change <= tolerance)) {
      iterations++
      if (!stepFrom(origin)) return undefined
      for (let i = 0; i < theta.length; i++) theta[i] += 0.5 * (origin[i] + step[i] - theta[i])
      const before = distance
      distance = frobenius(difference(theta, origin))
      change = distance === before ? 0 : Math.abs(distance - before) / distance
    }
    // From there straight onto the minima.
    for (let k = 0; k < 4; k++) {
      if (!stepFrom(theta)) return undefined
      for (let i = 0; i < theta.length; i++) theta[i] += step[i]
    }
    const residual = frobenius(difference(chain.product(theta), y))
    if (!(residual <= 1e-9 * scale && change <= 1e-3)) return undefined
    distance = frobenius(difference(theta, origin))
    return { distance, residual, change, weights: chain.layers(theta), iterations }
  }
  const found: (NearestMinimum | undefined)[] = []
  if (from !== 'balanced') found.push(descend(origin))
  if (from !== 'here') found.push(descend(alignedFactors(chain, origin, y)))
  const best = found.filter((result) => result !== undefined).sort((a, b) => a.distance - b.distance)[0]
  if (best === undefined) {
    throw new ConvergenceError('no minimum found from weights: raise options.maxIterations, or widen the layers', {
      argument: 'weights',
    })
  }
  return best
}
