// The geometry that a symmetry of the loss imposes on gradient and Hessian, at any weights and for any data: what is left of each identity
// says how well a network, a loss or an implementation has the symmetry.
import { checkChoice, checkOptions, describe } from '../../check.js'
import type { DenseMatrix, MatrixLike } from '../../engine/coerce.js'
import { DTypeError, ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'
import { inner, multiply, multiplyLeftTransposed, multiplyRightTransposed } from '../numerics/dense.js'
import { readAlike, readLayers } from './read-layers.js'

/** What is left of the identities of neighbouring layers l and l+1; all are 0 up to rounding where the loss has the symmetry. */
export interface SymmetryResidual {
  /** Largest entry of `|G_l W_l' - W_{l+1}' G_{l+1}|`: linear layers. */
  readonly linear: number
  /** Largest entry of its diagonal: linear and rectified neurons. */
  readonly rescale: number
  /** Largest entry of `|H (A W_l, -W_{l+1} A) - (-A' G_l, G_{l+1} A')|` over the generators A; with `hessianProduct` only. */
  readonly hessian?: number
}

/** Options of `symmetryResiduals`. */
export interface ResidualOptions {
  /** The Hessian of the loss times directions of the shapes of the weights: returns matrices of the same shapes. */
  hessianProduct?: (directions: readonly DenseMatrix[]) => readonly MatrixLike[]
  /** A = e_i e_i' (`'neurons'`, default) or all e_i e_j' (`'all'`: n_l^2 products, linear layers only). */
  generators?: 'neurons' | 'all'
}

/**
 * How far gradients, and a Hessian, are from what the symmetry `W_l -> A W_l`, `W_{l+1} -> W_{l+1} A^-1` asks of them.
 *
 * @param weights W_1 .. W_L, L >= 2
 * @param gradients dC/dW_1 .. dC/dW_L
 * @returns one entry for l = 1..L-1, in the units of the loss
 * @throws {DTypeError} {ShapeError} {RangeArgError} {OptionError} not finite matrices of fitting shapes
 * @example symmetryResiduals([[[2]], [[3]]], [[[3]], [[2]]])[0].linear // -> 0
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728, section 4
 */
export function symmetryResiduals(
  weights: readonly MatrixLike[],
  gradients: readonly MatrixLike[],
  options?: ResidualOptions,
): SymmetryResidual[] {
  const given = checkOptions(options, 'options', ['hessianProduct', 'generators'])
  const w = readLayers(weights, 'weights')
  const g = readAlike(gradients, 'gradients', w)
  const generators = checkChoice(given.generators ?? 'neurons', 'generators', ['neurons', 'all'])
  const product = given.hessianProduct as ResidualOptions['hessianProduct']
  if (product !== undefined) checkFunction(product, 'hessianProduct')
  return w.slice(1).map((above, l) => {
    const [below, n] = [w[l], w[l].rows]
    const first = multiplyRightTransposed(g[l].data, below.data, n, below.cols, n)
    const second = multiplyLeftTransposed(above.data, g[l + 1].data, n, above.rows, n)
    const rest = first.map((value, i) => Math.abs(value - second[i]))
    const residual = { linear: largest(rest), rescale: largest(rest.filter((_, i) => i % (n + 1) === 0)) }
    if (product === undefined) return residual
    let hessian = 0
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (i === j || generators === 'all') hessian = Math.max(hessian, hessianResidual(w, g, l, i, j, product))
      }
    }
    return { ...residual, hessian }
  })
}

/** The residual of the generator A = e_i e_j' between layers l and l+1 (from 0). */
function hessianResidual(
  w: readonly DenseMatrix[],
  g: readonly DenseMatrix[],
  l: number,
  i: number,
  j: number,
  product: NonNullable<ResidualOptions['hessianProduct']>,
): number {
  const n = w[l].rows
  const a = new Float64Array(n * n)
  a[i * n + j] = 1
  const like = (k: number, data: Float64Array): DenseMatrix => ({ ...w[k], data })
  const zero = (k: number) => like(k, new Float64Array(w[k].rows * w[k].cols))
  const [inputs, outputs] = [w[l].cols, w[l + 1].rows]
  const directions = w.map((_, k) => {
    if (k === l) return like(k, multiply(a, w[l].data, n, n, inputs))
    if (k !== l + 1) return zero(k)
    return like(
      k,
      multiply(w[k].data, a, outputs, n, n).map((value) => -value),
    )
  })
  const found = readAlike(product(directions), 'hessianProduct(...)', w)
  const wanted = w.map((_, k) => {
    if (k === l) return multiplyLeftTransposed(a, g[k].data, n, n, inputs).map((value) => -value)
    return k === l + 1 ? multiplyRightTransposed(g[k].data, a, outputs, n, n) : zero(k).data
  })
  return Math.max(...found.map(({ data }, k) => largest(data.map((value, at) => Math.abs(value - wanted[k][at])))))
}

/** What is left of the identities of one parameter vector. */
export interface VectorResidual {
  /** Of the gradient, in the units of the loss. */
  readonly gradient: number
  /** Largest entry of what is left of the identity of the Hessian; with a Hessian product only. */
  readonly hessian?: number
}

/**
 * What is left of `<g, theta> = 0` and `H theta + g = 0`: a loss that does not see the length of theta, as before a normalisation.
 *
 * @param theta the scale-invariant parameters, shape (n)
 * @param gradient g at theta, shape (n)
 * @param hessianProduct v -> H v
 * @throws {DTypeError} {ShapeError} {RangeArgError} vectors of different lengths, NaN, infinities
 * @example scaleResiduals([3, 4], [-4, 3]).gradient // -> 0
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728, section 4
 */
export function scaleResiduals(
  theta: ArrayLike<number>,
  gradient: ArrayLike<number>,
  hessianProduct?: (direction: Float64Array) => ArrayLike<number>,
): VectorResidual {
  const q = checkNumbers(theta, 'theta')
  const g = checkNumbers(gradient, 'gradient', {}, q.length)
  const residual = { gradient: Math.abs(inner(g, q)) }
  if (hessianProduct === undefined) return residual
  return { ...residual, hessian: largest(applied(hessianProduct, q).map((value, i) => Math.abs(value + g[i]))) }
}

/**
 * What is left of `<g, 1_A> = 0` and `H 1_A = 0`: a loss that does not see a common shift of the parameters in A, as before a softmax.
 *
 * @param gradient g, shape (n)
 * @param subset indices of A; default all
 * @param hessianProduct v -> H v
 * @throws {DTypeError} {ShapeError} {RangeArgError} indices out of range, NaN, infinities
 * @example translationResiduals([1, 5, -1], [0, 2]).gradient // -> 0
 * @see Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics, arXiv:2012.04728, section 4
 */
export function translationResiduals(
  gradient: ArrayLike<number>,
  subset?: readonly number[],
  hessianProduct?: (direction: Float64Array) => ArrayLike<number>,
): VectorResidual {
  const g = checkNumbers(gradient, 'gradient')
  const indices = subset === undefined ? g.keys() : checkNumbers(subset, 'subset', { min: 0, max: g.length - 1 })
  const ones = new Float64Array(g.length)
  for (const index of indices) {
    if (!Number.isInteger(index)) throw new ShapeError(`subset must hold indices, got ${index}`, { argument: 'subset' })
    ones[index] = 1
  }
  const residual = { gradient: Math.abs(inner(g, ones)) }
  if (hessianProduct === undefined) return residual
  return { ...residual, hessian: largest(applied(hessianProduct, ones).map(Math.abs)) }
}

function applied(product: unknown, direction: Float64Array): Float64Array {
  checkFunction(product, 'hessianProduct')
  return checkNumbers(product(direction.slice()), 'hessianProduct(...)', {}, direction.length)
}

function checkFunction(value: unknown, name: string): asserts value is (argument: unknown) => unknown {
  if (typeof value !== 'function') {
    throw new DTypeError(`${name} must be a function, got ${describe(value)}`, { argument: name })
  }
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}
