// Gathers, activations and update rules as kernels: pointers become positions in the views, scalars are rounded.
import type { Kernels } from '../kernels.js'
import { leakyRelu, leakyReluGradient, tanhGradient } from './activation.js'
import { axpby, clamp } from './elementwise.js'
import { gather } from './gather.js'
import { adam, rmsprop } from './optimizer.js'
import type { Elements, Views } from './views.js'

const same = (x: number) => x

/** The kernels of both element types. */
export function makeUpdates(views: () => Views) {
  const s = elementUpdates(views, (all) => all.float32, 2, Math.fround)
  const d = elementUpdates(views, (all) => all.float64, 3, same)
  return {
    ...{ sgather: s.gather, dgather: d.gather, saxpby: s.axpby, daxpby: d.axpby, sclamp: s.clamp, dclamp: d.clamp },
    ...{ sadam: s.adam, dadam: d.adam, srmsprop: s.rmsprop, drmsprop: d.rmsprop },
    ...{ sleakyRelu: s.leakyRelu, dleakyRelu: d.leakyRelu },
    ...{ sleakyReluGradient: s.leakyReluGradient, dleakyReluGradient: d.leakyReluGradient },
    ...{ stanhGradient: s.tanhGradient, dtanhGradient: d.tanhGradient },
  }
}

function elementUpdates(
  views: () => Views,
  select: (views: Views) => Elements,
  shift: number,
  round: (x: number) => number,
) {
  const view = () => select(views())
  const at = (pointer: number) => pointer >>> shift
  const cells = (pointer: number, count: number) => new Float64Array(views().buffer, pointer, count)
  const kernels: {
    gather: Kernels['dgather']
    axpby: Kernels['daxpby']
    clamp: Kernels['dclamp']
    adam: Kernels['dadam']
    rmsprop: Kernels['drmsprop']
    leakyRelu: Kernels['dleakyRelu']
    leakyReluGradient: Kernels['dleakyReluGradient']
    tanhGradient: Kernels['dtanhGradient']
  } = {
    gather: (m, n, a, lda, index, c) => gather(view(), views().int32, m, n, at(a), lda, index >>> 2, at(c)),
    axpby: (n, alpha, x, beta, y) => axpby(view(), n, round(alpha), at(x), round(beta), at(y)),
    clamp: (n, limit, x) => clamp(view(), n, round(limit), at(x)),
    adam: (n, m, v, g, p) => adam(view(), n, at(m), at(v), at(g), cells(p, 7)),
    rmsprop: (n, v, g, p) => rmsprop(view(), n, at(v), at(g), cells(p, 3)),
    leakyRelu: (n, alpha, a, c) => leakyRelu(view(), n, round(alpha), at(a), at(c)),
    leakyReluGradient: (n, alpha, a, b, c) => leakyReluGradient(view(), n, round(alpha), at(a), at(b), at(c)),
    tanhGradient: (n, a, b, c) => tanhGradient(view(), n, at(a), at(b), at(c)),
  }
  return kernels
}
