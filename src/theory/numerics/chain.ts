// Chains of small matrices: the product of layers, and the gradient of a function of it in all layers.
import { checkInteger, describe } from '../../check.js'
import { DTypeError, ShapeError } from '../../errors.js'
import { checkMatrix } from './arrays.js'
import { multiply, multiplyLeftTransposed, multiplyRightTransposed } from './dense.js'

/** Layers W_l (n_l, n_(l-1)), l = 1..L, kept one after the other in one array theta. */
export class Chain {
  readonly sizes: readonly number[]
  readonly depth: number
  /** Numbers in theta. */
  readonly length: number
  readonly #starts: number[] = []
  readonly #products: Float64Array[] = []
  /** `(W_L .. W_(l+1))' G`, shape (n_l, n_0), l = 1..L-1. */
  readonly #backs: Float64Array[] = []

  constructor(sizes: readonly number[]) {
    this.sizes = sizes
    this.depth = sizes.length - 1
    let start = 0
    for (let l = 1; l <= this.depth; l++) {
      this.#starts.push(start)
      start += sizes[l] * sizes[l - 1]
      this.#products.push(new Float64Array(sizes[l] * sizes[0]))
      this.#backs.push(new Float64Array(sizes[l] * sizes[0]))
    }
    this.length = start
  }

  /** W_l as a view of theta, l = 1..L. */
  layer(theta: Float64Array, l: number): Float64Array {
    const start = this.#starts[l - 1]
    return theta.subarray(start, start + this.sizes[l] * this.sizes[l - 1])
  }

  /** The products W_l .. W_1, l = 1..L, valid until the next call. */
  forward(theta: Float64Array): readonly Float64Array[] {
    const { sizes } = this
    const products = this.#products
    for (let i = 0; i < products[0].length; i++) products[0][i] = theta[i]
    for (let l = 2; l <= this.depth; l++) {
      const start = this.#starts[l - 1]
      multiply(theta, products[l - 2], sizes[l], sizes[l - 1], sizes[0], products[l - 1], start)
    }
    return products
  }

  /** W_L .. W_1, valid until the next call. */
  product(theta: Float64Array): Float64Array {
    return this.forward(theta)[this.depth - 1]
  }

  /** `(W_L .. W_(l+1))' G (W_(l-1) .. W_1)'` for all layers into `out`: the gradient of a function of the product whose gradient is G. */
  pullBack(theta: Float64Array, forward: readonly Float64Array[], gradient: Float64Array, out: Float64Array): void {
    const { sizes, depth } = this
    let back = gradient
    for (let l = depth; l > 1; l--) {
      const start = this.#starts[l - 1]
      multiplyRightTransposed(back, forward[l - 2], sizes[l], sizes[0], sizes[l - 1], out, 0, 0, start)
      back = multiplyLeftTransposed(theta, back, sizes[l - 1], sizes[l], sizes[0], this.#backs[l - 2], start)
    }
    for (let i = 0; i < back.length; i++) out[i] = back[i]
  }

  /** The first-order change of the product when theta moves along `direction`. */
  pushForward(theta: Float64Array, forward: readonly Float64Array[], direction: Float64Array): Float64Array {
    const { sizes, depth } = this
    let change: Float64Array = this.layer(direction, 1).slice()
    for (let l = 2; l <= depth; l++) {
      const next = multiply(this.layer(theta, l), change, sizes[l], sizes[l - 1], sizes[0])
      const own = multiply(this.layer(direction, l), forward[l - 2], sizes[l], sizes[l - 1], sizes[0])
      for (let i = 0; i < next.length; i++) next[i] += own[i]
      change = next
    }
    return change
  }

  /** theta as layers, copied. */
  layers(theta: Float64Array): Float64Array[] {
    return this.sizes.slice(1).map((_, i) => this.layer(theta, i + 1).slice())
  }
}

/** A chain and its theta from weights as a caller gives them: L flat arrays, and the L + 1 sizes. */
export function checkChain(weights: unknown, sizes: unknown, leastDepth = 1): { chain: Chain; theta: Float64Array } {
  if (!Array.isArray(sizes))
    throw new DTypeError(`sizes must be an array, got ${describe(sizes)}`, { argument: 'sizes' })
  if (!Array.isArray(weights)) {
    throw new DTypeError(`weights must be an array of layers, got ${describe(weights)}`, { argument: 'weights' })
  }
  sizes.forEach((size, l) => {
    checkInteger(size, `sizes[${l}]`, { min: 1 })
  })
  if (sizes.length < leastDepth + 1) {
    throw new ShapeError(`sizes must name at least ${leastDepth + 1} widths, got ${sizes.length}`, {
      argument: 'sizes',
    })
  }
  if (weights.length !== sizes.length - 1) {
    throw new ShapeError(`weights must hold one layer fewer than sizes, ${sizes.length - 1}; got ${weights.length}`, {
      argument: 'weights',
    })
  }
  const chain = new Chain([...sizes])
  const theta = new Float64Array(chain.length)
  weights.forEach((weight, i) => {
    chain.layer(theta, i + 1).set(checkMatrix(weight, `weights[${i}]`, sizes[i + 1], sizes[i]))
  })
  return { chain, theta }
}
