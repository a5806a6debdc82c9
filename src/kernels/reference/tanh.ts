// tanh over a vector: computed in float64, rounded by the array.
import { tanh } from '../../math/hyperbolic.js'
import type { Kernels } from '../kernels.js'
import type { Elements, Views } from './views.js'

/** The kernels `stanh` and `dtanh`. */
export function makeTanh(views: () => Views): Pick<Kernels, 'stanh' | 'dtanh'> {
  return {
    stanh: (n, a, c) => tanhOf(views().float32, n, a >>> 2, c >>> 2),
    dtanh: (n, a, c) => tanhOf(views().float64, n, a >>> 3, c >>> 3),
  }
}

function tanhOf(x: Elements, n: number, from: number, to: number): void {
  for (let i = 0; i < n; i++) x[to + i] = tanh(x[from + i])
}
