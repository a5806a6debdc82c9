// First and second derivatives of C(W_L ... W_1) with respect to the layers, as ops. From the cheaper side (network/chain.ts), with
// F_l = W_l ... W_1 and back_l = (W_L ... W_{l+1})' G:
//
//   (grad C)_l = back_l F_{l-1}',        (H V)_l = back~_l F_{l-1}' + back_l F~_{l-1}',
//
// where ~ is the derivative along V: F~_l = V_l F_{l-1} + W_l F~_{l-1} and back~_{l-1} = V_l' back_l + W_l' back~_l, back~_L = G~ the
// derivative of G along F~_L. From the output side every product is mirrored: the same lines with the factors exchanged and the
// layers counted from the top.
import type { Matrix, Operand } from '../engine/matrix.js'
import { cheaperSide } from '../network/chain.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { BoundTask } from '../task/task.js'

/** What a gradient leaves behind for second derivatives. */
export interface LayerGradient {
  /** dC/dW_l at index l-1. */
  readonly gradients: readonly Matrix[]
  /** H V for a direction V (one matrix a layer), where `along` emits G~ from F~_L. Into the same plan, or one that runs after it. */
  emitHessianProduct(p: PlanBuilder, directions: readonly Matrix[], along: (direction: Matrix) => Matrix): Matrix[]
}

/** Emit the gradient of all layers. */
export function emitLayerGradient(
  p: PlanBuilder,
  { weights, depth, sizes }: DeepLinearNetwork,
  task: Pick<BoundTask, 'emitGradient'>,
): LayerGradient {
  const input = cheaperSide(sizes) === 'input'
  const product = (into: PlanBuilder) => (a: Operand, b: Operand, c?: Matrix) =>
    into.gemm({ a: input ? a : b, b: input ? b : a, ...(c === undefined ? {} : { beta: 1, c }) })
  const times = product(p)
  /** Layers counted from the side of the products. */
  const ordered = <T>(layers: readonly T[]) => (input ? [...layers] : [...layers].reverse())
  const w = ordered(weights)

  p.note('products of the layers')
  const forward = [w[0]]
  for (let l = 1; l < depth; l++) forward.push(times(w[l], forward[l - 1]))
  const back = new Array<Matrix>(depth)
  back[depth - 1] = task.emitGradient(p, forward[depth - 1])
  p.note('gradient')
  for (let l = depth - 1; l > 0; l--) back[l - 1] = times(w[l].T, back[l])
  const gradients = back.map((b, l) => (l === 0 ? b : times(b, forward[l - 1].T)))

  return {
    gradients: ordered(gradients),
    emitHessianProduct(q, directions, along) {
      const times = product(q)
      const v = ordered(directions)
      q.note('products along the direction')
      const forwardAlong = [v[0]]
      for (let l = 1; l < depth; l++) {
        forwardAlong.push(times(w[l], forwardAlong[l - 1], times(v[l], forward[l - 1])))
      }
      const backAlong = new Array<Matrix>(depth)
      backAlong[depth - 1] = along(forwardAlong[depth - 1])
      q.note('Hessian times direction')
      for (let l = depth - 1; l > 0; l--) backAlong[l - 1] = times(w[l].T, backAlong[l], times(v[l].T, back[l]))
      return ordered(
        backAlong.map((b, l) => (l === 0 ? b : times(b, forward[l - 1].T, times(back[l], forwardAlong[l - 1].T)))),
      )
    },
  }
}
