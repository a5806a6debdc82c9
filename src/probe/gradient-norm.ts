// The norm of the gradient with respect to all weights, |grad L| = sqrt(sum_l |dC/dW_l|_F^2): small on plateaus, where the loss
// barely moves, and the quantity that tells them apart (probe/plateaus.ts).
import { cheaperSide, emitGradients, emitProducts } from '../network/chain.js'
import type { Probe } from './probe.js'

/** The Frobenius norm of the gradient with respect to all weights together. */
export function gradientNorm(): Probe<'gradientNorm', number> {
  return {
    name: 'gradientNorm',
    shape: () => [],
    emit(p, context) {
      const { net } = context
      if (net.kind === 'gram') {
        // dC/dW_2 = G W_1' and dC/dW_1 = W_2' G, so the squares are <G, G C_2> and <G, C_1 G>.
        const g = context.gradient
        const outer = p.note('gradient norm').dot(g, p.gemm({ a: g, b: net.c2 }))
        const inner = p.dot(g, p.gemm({ a: net.c1, b: g }))
        return () => Math.sqrt(Math.max(0, outer.value + inner.value))
      }
      const products = emitProducts(p.note('gradient norm'), net.weights, cheaperSide(net.sizes))
      const g = context.task.emitGradient(p, products.endToEnd)
      const squares = emitGradients(p, net.weights, products, g).map((gradient) => p.sumOfSquares(gradient))
      return () => Math.sqrt(squares.reduce((sum, slot) => sum + slot.value, 0))
    },
  }
}
