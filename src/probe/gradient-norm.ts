// The norm of the gradient with respect to all weights, |grad L| = sqrt(sum_l |dC/dW_l|_F^2): small on plateaus, where the loss
// barely moves, and the quantity that tells them apart (probe/plateaus.ts).
import type { Probe } from './probe.js'

/**
 * The Frobenius norm of the gradient with respect to all weights and biases together; with feedback matrices, of what stands for it.
 * @example
 * const until = { gradientNorm: 1e-6 }
 * trainSync(net, task, { optimizer, steps: 10_000, until, record: { probes: [probes.gradientNorm()] } }).status // -> 'converged'
 */
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
      p.note('gradient norm')
      const squares = context
        .emitGradients()
        .filter((_, i) => net.parameters[i].role !== 'feedback')
        .map((gradient) => p.sumOfSquares(gradient))
      return () => Math.sqrt(squares.reduce((sum, slot) => sum + slot.value, 0))
    },
  }
}
