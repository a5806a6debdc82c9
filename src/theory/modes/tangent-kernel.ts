// The neural tangent kernel of a deep linear network on its end-to-end map: the linearisation that a lazy run follows.
import { checkInteger, checkNumber } from '../../check.js'
import { OptionError } from '../../errors.js'
import { pow } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'
import { type Chain, checkChain } from '../numerics/chain.js'
import { multiply, multiplyLeftTransposed, multiplyRightTransposed } from '../numerics/dense.js'
import { hypotenuse } from '../numerics/expm1.js'

/**
 * The tangent kernel `Theta = sum_l (W_L..W_(l+1))(..)' (x) (W_(l-1)..W_1)'(..)` on the row-major entries of the map: to first order the flow moves
 * the map by `dA/dt = -Theta dC/dA`.
 *
 * @param weights W_l, l = 1..L, each flat row-major (n_l, n_(l-1))
 * @param sizes n_0 .. n_L
 * @returns shape (n_L n_0, n_L n_0) row-major, symmetric, positive semidefinite
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @example tangentKernel([[2], [3]], [1, 1, 1]) // -> [13]
 */
export function tangentKernel(weights: readonly ArrayLike<number>[], sizes: readonly number[]): Float64Array {
  const { chain, theta } = checkChain(weights, sizes)
  return kernelOf(chain, theta)
}

/** The tangent kernel of a checked chain, whose forward products may be given. */
export function kernelOf(chain: Chain, theta: Float64Array, forward = chain.forward(theta)): Float64Array {
  const { sizes, depth } = chain
  const [n, m] = [sizes[0], sizes[depth]]
  const size = n * m
  const kernel = new Float64Array(size * size)
  let back: Float64Array | undefined
  for (let l = depth; l >= 1; l--) {
    // back = W_L .. W_(l+1), shape (m, n_l); none for the last layer, where it is the identity.
    const outer = back && multiplyRightTransposed(back, back, m, sizes[l], m)
    const inner = l > 1 ? multiplyLeftTransposed(forward[l - 2], forward[l - 2], n, sizes[l - 1], n) : undefined
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const [a, b, c, d] = [Math.floor(i / n), Math.floor(j / n), i % n, j % n]
        const outputs = outer ? outer[a * m + b] : Number(a === b)
        const inputs = inner ? inner[c * n + d] : Number(c === d)
        kernel[i * size + j] += outputs * inputs
      }
    }
    const layer = chain.layer(theta, l)
    back = back ? multiply(back, layer, m, sizes[l], sizes[l - 1]) : layer
  }
  return kernel
}

/**
 * Eigenvalues of the tangent kernel, and so of the Hessian of `1/2 |A - Y|^2`, at a global minimum with singular values s_i:
 *
 *     balanced, depth L:  sum_l s_i^(2 (L-l) / L) s_j^(2 (l-1) / L)
 *     two layers, scale c:  sqrt(s_i^2 + c^2) + sqrt(s_j^2 + c^2)
 *
 * Gradient descent converges to it for learning rates below 2 / largest: balanced `2 / (L s_1^(2 - 2/L))`.
 *
 * @param values s >= 0, shape (r); give the zeros of a rank-deficient target too
 * @param options `{ depth }` for a balanced network, `{ scale }` for c of mixed dynamics; one of the two
 * @returns shape (r, r) row-major; entry (i, j) belongs to the direction u_i v_j'
 * @throws {RangeArgError} {DTypeError} a number out of its range; {OptionError} both options, or none
 * @example kernelAtMinimum([4, 1], { depth: 2 }) // -> [8, 5, 5, 2]
 * @example kernelAtMinimum([3], { scale: 4 }) // -> [10]
 */
export function kernelAtMinimum(
  values: ArrayLike<number>,
  options: { depth: number; scale?: undefined } | { scale: number; depth?: undefined },
): Float64Array {
  const s = checkNumbers(values, 'values', { min: 0 })
  const { depth, scale } = options ?? {}
  if ((depth === undefined) === (scale === undefined)) {
    throw new OptionError('options must give either depth or scale', { argument: 'options' })
  }
  const r = s.length
  const eigenvalues = new Float64Array(r * r)
  if (depth !== undefined) checkInteger(depth, 'options.depth', { min: 1 })
  else checkNumber(scale, 'options.scale', { min: 0 })
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < r; j++) {
      if (depth === undefined) eigenvalues[i * r + j] = hypotenuse(s[i], scale!) + hypotenuse(s[j], scale!)
      for (let l = 1; l <= (depth ?? 0); l++) {
        eigenvalues[i * r + j] += pow(s[i], (2 * (depth! - l)) / depth!) * pow(s[j], (2 * (l - 1)) / depth!)
      }
    }
  }
  return eigenvalues
}
