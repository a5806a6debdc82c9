import { layersOf } from '../network/layers-of.js'
import type { Probe } from './probe.js'

/**
 * A copy of all weights, `W_1 .. W_L` one after the other, row by row.
 * @throws {OptionError} a network without layers
 * @example
 * trainSync(net, task, { optimizer, steps: 1, record: { probes: [probes.weights()] } }).columns.weights.shape // -> [32]
 */
export function weights(): Probe<'weights', Float64Array> {
  return {
    name: 'weights',
    shape: (net) => [net.sizes.slice(1).reduce((sum, rows, l) => sum + rows * net.sizes[l], 0)],
    emit(_p, { net }) {
      const layers = layersOf(net, 'probes.weights')
      return () => {
        const all = new Float64Array(layers.reduce((sum, { size }) => sum + size, 0))
        let offset = 0
        for (const matrix of layers) {
          all.set(matrix.view(), offset)
          offset += matrix.size
        }
        return all
      }
    },
  }
}
