// The product of a chain of weights, and its gradient, as ops.
//
//   from the input side    F_l = W_l ... W_1        (n_l x n_0)     F_L = W
//   from the output side   T_l = W_L ... W_{l+1}    (n_L x n_l)     T_0 = W
//
// With G = dC/dW the gradient of layer l is  T_l' G F_{l-1}'. Whichever side has fewer columns (n_0) or rows (n_L) is
// cheaper: three products of 2 n_0 n_l n_{l-1} flops a layer against three of 2 n_L n_l n_{l-1}.
import type { Matrix } from '../engine/matrix.js'
import type { PlanBuilder } from '../plan/builder.js'

/** The end from which products of the chain are formed. */
export type Side = 'input' | 'output'

/** The side from which a training step costs fewer flops. */
export function cheaperSide(sizes: readonly number[]): Side {
  const depth = sizes.length - 1
  let input = 0
  let output = 0
  for (let l = 2; l <= depth; l++) input += sizes[0] * sizes[l] * sizes[l - 1]
  for (let l = 1; l < depth; l++) output += sizes[depth] * sizes[l] * sizes[l - 1]
  return input <= output ? 'input' : 'output'
}

/** Products of a chain: `partial[l]` is F_l (input side, l = 1..L) or T_l (output side, l = 0..L-1). */
export interface ChainProducts {
  readonly side: Side
  readonly endToEnd: Matrix
  readonly partial: readonly (Matrix | undefined)[]
}

/** Emit all partial products of `weights` (W_1 .. W_L at indices 0 .. L-1) from one side. */
export function emitProducts(p: PlanBuilder, weights: readonly Matrix[], side: Side): ChainProducts {
  const depth = weights.length
  const partial: (Matrix | undefined)[] = new Array(depth + 1).fill(undefined)
  if (side === 'input') {
    partial[1] = weights[0]
    for (let l = 2; l <= depth; l++) partial[l] = p.gemm({ a: weights[l - 1], b: partial[l - 1]! })
    return { side, endToEnd: partial[depth]!, partial }
  }
  partial[depth - 1] = weights[depth - 1]
  for (let l = depth - 1; l >= 1; l--) partial[l - 1] = p.gemm({ a: partial[l]!, b: weights[l - 1] })
  return { side, endToEnd: partial[0]!, partial }
}

/** Emit the gradients dC/dW_l from G = dC/dW; the result's index l-1 belongs to W_l. */
export function emitGradients(
  p: PlanBuilder,
  weights: readonly Matrix[],
  products: ChainProducts,
  g: Matrix,
): Matrix[] {
  const depth = weights.length
  const gradients = new Array<Matrix>(depth)
  let carried = g
  if (products.side === 'input') {
    for (let l = depth; l >= 2; l--) {
      gradients[l - 1] = p.gemm({ a: carried, b: products.partial[l - 1]!.T })
      carried = p.gemm({ a: weights[l - 1].T, b: carried })
    }
    gradients[0] = carried
    return gradients
  }
  for (let l = 1; l < depth; l++) {
    gradients[l - 1] = p.gemm({ a: products.partial[l]!.T, b: carried })
    carried = p.gemm({ a: carried, b: weights[l - 1].T })
  }
  gradients[depth - 1] = carried
  return gradients
}
