// Gradient flow of the exponential loss L = sum_n e^(-z_n.beta) by the clock of the loss: with g = grad log(1/L),
//
//   dtheta/ds = g/|g|^2,   so that log(1/L) grows at rate 1,
//
// from log-sum-exp: margins of 1e4, losses of e^-1e4, are nothing special. In plain time, or in time divided by the loss, deep coordinates blow up.
import { exp, log } from '../../math/elementary.js'
import { least, marginsOf, productsOf, type Samples } from './model.js'

/** The right-hand side of the flow, and its Jacobian. */
export class LossClock {
  readonly #samples: Samples
  readonly #depths: readonly number[]
  readonly #beta: Float64Array
  readonly #shares: Float64Array
  readonly #gradient: Float64Array

  constructor(samples: Samples, depths: readonly number[]) {
    this.#samples = samples
    this.#depths = depths
    this.#beta = new Float64Array(depths.length)
    this.#shares = new Float64Array(samples.count)
    this.#gradient = new Float64Array(depths.reduce((sum, depth) => sum + depth, 0))
  }

  /** log(1/L); leaves the shares e^(-z_n.beta)/L of the samples behind. */
  logInverseLoss(theta: ArrayLike<number>): number {
    const shares = marginsOf(this.#samples, productsOf(theta, this.#depths, this.#beta), this.#shares)
    const lowest = least(shares)
    let sum = 0
    for (let n = 0; n < shares.length; n++) {
      shares[n] = exp(lowest - shares[n])
      sum += shares[n]
    }
    for (let n = 0; n < shares.length; n++) shares[n] /= sum
    return lowest - log(sum)
  }

  /** dtheta/ds. */
  slope(theta: Float64Array, out: Float64Array): void {
    const square = this.#gradientAt(theta, out)
    for (let k = 0; k < out.length; k++) out[k] /= square
  }

  /** Its derivative, with the Hessian of log(1/L): `H/|g|^2 - 2 g (H g)'/|g|^4`. */
  jacobian(theta: Float64Array, out: Float64Array): void {
    const g = this.#gradient
    const square = this.#gradientAt(theta, g)
    const size = g.length
    this.#hessian(theta, out)
    for (let a = 0; a < size; a++) {
      for (let b = a; b < size; b++) {
        out[a * size + b] /= square
        out[b * size + a] = out[a * size + b]
      }
    }
    const turned = new Float64Array(size)
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) turned[a] += out[a * size + b] * g[b]
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) out[a * size + b] -= (2 * g[a] * turned[b]) / square
  }

  /** Writes grad log(1/L). @returns the square of its norm */
  #gradientAt(theta: Float64Array, out: Float64Array): number {
    this.logInverseLoss(theta)
    let square = 0
    this.#factors(theta, (at, i, others) => {
      out[at] = this.#pull(i) * others
      square += out[at] * out[at]
    })
    return square
  }

  /** The upper triangle: second derivatives of beta times the pull, less the covariance of the slopes of the margins over the shares. */
  #hessian(theta: Float64Array, out: Float64Array): void {
    const { count, z } = this.#samples
    const size = this.#gradient.length
    const [slopes, owner] = [new Float64Array(size), new Int32Array(size)]
    this.#factors(theta, (at, i, others) => {
      slopes[at] = others
      owner[at] = i
    })
    const starts = this.#depths.map((_, i) => owner.indexOf(i))
    for (let a = 0; a < size; a++) {
      const [i, mean] = [owner[a], this.#pull(owner[a])]
      for (let b = a; b < size; b++) {
        const j = owner[b]
        const other = this.#pull(j)
        let covariance = 0
        for (let n = 0; n < count; n++) {
          covariance += this.#shares[n] * (z[i * count + n] - mean) * (z[j * count + n] - other)
        }
        let curved = 0
        if (i === j && a !== b) {
          curved = mean
          for (let k = 0; k < this.#depths[i]; k++) {
            const at = starts[i] + k
            if (at !== a && at !== b) curved *= theta[at]
          }
        }
        out[a * size + b] = curved - covariance * slopes[a] * slopes[b]
      }
    }
  }

  /** sum_n share_n z_n,i. */
  #pull(i: number): number {
    const { count, z } = this.#samples
    let sum = 0
    for (let n = 0; n < count; n++) sum += z[i * count + n] * this.#shares[n]
    return sum
  }

  /** Calls `visit` for every factor with its place, its coordinate, and the product of the other factors, taken without dividing. */
  #factors(theta: Float64Array, visit: (at: number, coordinate: number, others: number) => void): void {
    let start = 0
    this.#depths.forEach((depth, i) => {
      for (let j = 0; j < depth; j++) {
        let others = 1
        for (let k = 0; k < depth; k++) if (k !== j) others *= theta[start + k]
        visit(start + j, i, others)
      }
      start += depth
    })
  }
}
