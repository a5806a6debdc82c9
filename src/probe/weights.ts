import { OptionError } from '../errors.js'
import type { Probe } from './probe.js'

/** A copy of all weights, `W_1 .. W_L` one after the other, row by row; shape (parameterCount). */
export function weights(): Probe<'weights', Float64Array> {
  return {
    name: 'weights',
    shape: (net) => [net.sizes.slice(1).reduce((sum, rows, l) => sum + rows * net.sizes[l], 0)],
    emit(_p, { net }) {
      if (net.kind === 'gram') {
        throw new OptionError('probes.weights needs layers, and a Gram network has none; use createNetwork', {
          argument: 'weights',
        })
      }
      return () => {
        const all = new Float64Array(net.parameterCount)
        let offset = 0
        for (const matrix of net.weights) {
          all.set(matrix.view(), offset)
          offset += matrix.size
        }
        return all
      }
    },
  }
}
