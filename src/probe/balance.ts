// Balance of neighbouring layers, D_l = W_{l+1}' W_{l+1} - W_l W_l', l = 1..L-1. Gradient flow conserves every entry of it;
// gradient descent moves it by O(learningRate) over a fixed time.
import { checkOptions } from '../check.js'
import { DTypeError } from '../errors.js'
import { layersOf } from '../network/layers-of.js'
import type { Probe } from './probe.js'

/**
 * The Frobenius norms `|D_l|`, one for each pair of neighbouring layers, shape (L-1).
 * @param options.drift measure `|D_l(t) - D_l(0)|` instead: what gradient flow would keep at zero. Default false.
 * @throws {OptionError} on a Gram network, whose layers do not exist
 * @example
 * trainSync(net, task, { optimizer, steps: 10, record: { probes: [probes.balance({ drift: true })] } }).columns.balance.data[0] // -> 0
 */
export function balance(options?: { drift?: boolean }): Probe<'balance', Float64Array> {
  const drift = checkOptions(options, 'balance', ['drift']).drift ?? false
  if (typeof drift !== 'boolean') throw new DTypeError('drift must be true or false', { argument: 'drift' })
  return {
    name: 'balance',
    shape: (net) => [net.depth - 1],
    emit(p, { net }) {
      const weights = layersOf(net, 'probes.balance')
      const pairs = weights.slice(1).map((above, l) => {
        const difference = p.note(`balance of W_${l + 1}, W_${l + 2}`).gemm({ a: above.T, b: above })
        p.gemm({ alpha: -1, a: weights[l], b: weights[l].T, beta: 1, c: difference })
        // Zero until the first frame has been read: its D becomes the reference.
        const start = drift
          ? net.engine.matrix([difference.rows, difference.cols], undefined, { dtype: p.dtype })
          : undefined
        if (start !== undefined) p.own(start)
        const moved = start === undefined ? difference : p.subtract(difference, start)
        return { difference, start, square: p.sumOfSquares(moved) }
      })
      let first = drift
      return () => {
        if (!first) return Float64Array.from(pairs, ({ square }) => Math.sqrt(square.value))
        first = false
        for (const { start, difference } of pairs) start!.set(difference)
        return new Float64Array(pairs.length)
      }
    },
  }
}
