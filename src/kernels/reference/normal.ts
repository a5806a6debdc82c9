// Standard normal numbers in linear memory: the functions of src/random, number by number.
import { foldIn } from '../../random/key.js'
import { normalQuantile } from '../../random/normal-quantile.js'
import { openUniform } from '../../random/uniform.js'
import type { Kernels } from '../kernels.js'
import type { Elements, Views } from './views.js'

/** The kernels `snormal` and `dnormal`. */
export function makeNormal(views: () => Views): Pick<Kernels, 'snormal' | 'dnormal'> {
  return {
    snormal: (n, k0, k1, step, alpha, c) => normal(views().float32, n, k0, k1, step, alpha, c >>> 2),
    dnormal: (n, k0, k1, step, alpha, c) => normal(views().float64, n, k0, k1, step, alpha, c >>> 3),
  }
}

/** x_i := alpha z_i, where z is `normal(foldIn([k0, k1], step), n)`; the array rounds. */
function normal(x: Elements, n: number, k0: number, k1: number, step: number, alpha: number, start: number): void {
  const [f0, f1] = foldIn([k0 >>> 0, k1 >>> 0], step)
  for (let i = 0; i < n; i++) x[start + i] = alpha * normalQuantile(openUniform(f0, f1, i))
}
