// The end-to-end map of a linear feedforward network formed from the output side, for networks with fewer outputs than inputs: every product
// then has n_L rows instead of n_0 columns.
//
//   T_L = 1,  T_{l-1} = m_l T_l W_l, on a residual branch T_l + s m_l T_l W_l;   the outputs are T_0
//   U_0 = dC/d T_0,  U_l = m_l U_{l-1} W_l', on a residual branch U_{l-1} + s m_l U_{l-1} W_l';   dC/dW_l = s m_l T_l' U_{l-1}
import type { Matrix } from '../engine/matrix.js'
import type { PlanBuilder } from '../plan/builder.js'
import { cheaperSide } from './chain.js'
import type { FeedforwardNetwork } from './feedforward.js'
import type { Pass } from './network.js'

/** Whether the map of a linear network is cheaper from the output side; feedback matrices do not use transposed weights, so that it must not be. */
export function fromOutputSide({ sizes, layers }: FeedforwardNetwork): boolean {
  return cheaperSide(sizes) === 'output' && layers.every(({ feedback }) => feedback === undefined)
}

/** Emit the map and what its gradients need. */
export function emitMapFromOutputs(p: PlanBuilder, { layers, depth, parameters }: FeedforwardNetwork): Pass {
  // T_l at index l.
  const above = new Array<Matrix>(depth)
  for (let l = depth; l >= 1; l--) {
    const { weight, multiplier, residual } = layers[l - 1]
    p.note(`back through W_${l}`)
    if (l === depth) {
      above[l - 1] = p.copy(weight)
      if (multiplier !== 1) p.scale(multiplier, above[l - 1])
    } else if (residual === undefined) above[l - 1] = p.gemm({ alpha: multiplier, a: above[l], b: weight })
    else {
      const sum = p.copy(above[l])
      above[l - 1] = p.gemm({ alpha: residual * multiplier, a: above[l], b: weight, beta: 1, c: sum })
    }
  }
  return {
    outputs: above[0],
    emitGradients(g) {
      const found = new Map<Matrix, Matrix>()
      let below = g
      layers.forEach(({ weight, mask, multiplier, residual }, i) => {
        const l = i + 1
        const factor = multiplier * (residual ?? 1)
        p.note(`gradient of W_${l}`)
        let slope: Matrix
        if (l < depth) slope = p.gemm({ alpha: factor, a: above[l].T, b: below })
        else {
          slope = p.copy(below)
          if (factor !== 1) p.scale(factor, slope)
        }
        if (mask !== undefined) p.multiply(slope, mask, slope)
        found.set(weight, slope)
        if (l === depth) return
        p.note(`forward through W_${l}`)
        if (residual === undefined) below = p.gemm({ alpha: factor, a: below, b: weight.T })
        else below = p.gemm({ alpha: factor, a: below, b: weight.T, beta: 1, c: p.copy(below) })
      })
      return parameters.map(({ matrix }) => found.get(matrix)!)
    },
  }
}
