// What feedback alignment conserves where back-propagation conserves the balance of layers: with fixed B_2 .. B_L, delta_l = B_{l+1} delta_{l+1} and
// dW_l/dt = -delta_l h_{l-1}',
//
//   Q_l = W_l W_l' - B_{l+1} W_{l+1} - (B_{l+1} W_{l+1})'
//
// stands still in a linear network of any depth; a step of gradient descent adds eta^2 G_l G_l'.
import { checkInteger } from '../../check.js'
import { ShapeError } from '../../errors.js'
import { checkMatrix } from '../numerics/arrays.js'
import { multiply, multiplyRightTransposed } from '../numerics/dense.js'

/**
 * The charges `Q_l = W_l W_l' - B_{l+1} W_{l+1} - (B_{l+1} W_{l+1})'`, l = 1 .. L-1, that gradient flow with fixed feedback matrices conserves. From a start at zero
 * `B_{l+1} W_{l+1}` therefore keeps a symmetric part that is positive semidefinite: feedback and weights are never more than 90 degrees apart.
 *
 * @param weights W_1 .. W_L, each flat row-major (n_l, n_{l-1})
 * @param feedback B_2 .. B_L, each flat row-major (n_{l-1}, n_l)
 * @param sizes n_0 .. n_L
 * @returns Q_1 .. Q_{L-1}, each flat row-major (n_l, n_l), symmetric
 * @throws {ShapeError|DTypeError|RangeArgError} arguments that do not fit together
 * @example feedbackCharge([[3], [2]], [[5]], [1, 1, 1]) // -> [[-11]]
 * @see Lillicrap, Cownden, Tweed, Akerman (2016), Random synaptic feedback weights support error backpropagation for deep learning, Nature Communications 7 (two layers)
 */
export function feedbackCharge(
  weights: readonly ArrayLike<number>[],
  feedback: readonly ArrayLike<number>[],
  sizes: readonly number[],
): Float64Array[] {
  const depth = checkInteger(sizes?.length, 'the number of sizes', { min: 3 }) - 1
  sizes.forEach((size, l) => {
    checkInteger(size, `sizes[${l}]`, { min: 1 })
  })
  if (weights?.length !== depth || feedback?.length !== depth - 1) {
    throw new ShapeError(
      `sizes of ${depth} layers need ${depth} weights and ${depth - 1} feedback matrices, got ${weights?.length} and ${feedback?.length}`,
      { argument: weights?.length === depth ? 'feedback' : 'weights' },
    )
  }
  const w = weights.map((entries, l) => checkMatrix(entries, `weights[${l}]`, sizes[l + 1], sizes[l]))
  const b = feedback.map((entries, l) => checkMatrix(entries, `feedback[${l}]`, sizes[l + 1], sizes[l + 2]))
  return b.map((back, l) => {
    const n = sizes[l + 1]
    const loop = multiply(back, w[l + 1], n, sizes[l + 2], n)
    return multiplyRightTransposed(w[l], w[l], n, sizes[l], n).map(
      (value, at) => value - (loop[at] + loop[(at % n) * n + Math.floor(at / n)]),
    )
  })
}
