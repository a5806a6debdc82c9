// Leading singular values: ten of a 512 x 512 matrix against the full decomposition of this library, and what following eight of them costs a
// training run in every step.
import {
  createNetwork,
  type DType,
  type Engine,
  gaussian,
  gradientDescent,
  type Matrix,
  powerSvd,
  probes,
  svd,
  trainSync,
  whitened,
} from '../src/index.js'
import { haarOrthonormal } from '../src/linalg/dense/haar.js'
import { key } from '../src/random/key.js'
import type { Case, Contender } from './measure.js'

/** Top ten, and following eight in every step of a run. */
export function topCases(engine: Engine, dtype: DType): Case[] {
  return [top(engine, 512, 10, dtype), tracking(engine, dtype, 'decaying'), tracking(engine, dtype, 'low rank')]
}

/** The top `rank` of an (n, n) matrix with singular values 1 / (1 + i), against all of them; flops of a full decomposition are not counted. */
function top(engine: Engine, n: number, rank: number, dtype: DType): Case {
  const on = (name: string, decompose: (a: Matrix) => { u: Matrix; v: Matrix }): Contender => {
    const u = haarOrthonormal(key(1), n, n)
    for (let t = 0; t < u.length; t++) u[t] /= 1 + (t % n)
    const [left, right] = [engine.matrix([n, n], u), engine.matrix([n, n], haarOrthonormal(key(2), n, n))]
    const a = engine.matrix(engine.matmul(left, right, { transposeB: true }), { dtype })
    const run = () => {
      const found = decompose(a)
      found.u.dispose()
      found.v.dispose()
    }
    return { name, run }
  }
  const ours = `top ${rank}`
  const contenders = [
    { name: ours, make: () => on(ours, (a) => powerSvd(a, { rank })) },
    { name: 'full svd', make: () => on('full svd', (a) => svd(a)) },
  ]
  // Twenty-two block steps of two columns (float64), the products alone.
  return { suite: 'linalg', name: `top ${rank} of ${n}`, dtype, flops: 22 * 2 * 2 * n * n * 2, contenders }
}

/** Steps of depth 3, width 256, 100 inputs and outputs, with a frame each: eight singular values against nothing recorded. */
function tracking(engine: Engine, dtype: DType, target: 'decaying' | 'low rank'): Case {
  const steps = 10
  const values = (i: number) => (target === 'decaying' ? 1 / (1 + i) : i < 8 ? 8 - i : 0)
  const sigma = Array.from({ length: 100 }, (_, i) => Array.from({ length: 100 }, (_, j) => (i === j ? values(i) : 0)))
  const on = (name: string, followed: boolean): Contender => {
    const net = createNetwork(engine, { sizes: [100, 256, 256, 100], init: gaussian({ gamma: 1 }), seed: 1, dtype })
    const optimizer = gradientDescent({ learningRate: 1e-2 })
    const record = { every: 1, probes: followed ? [probes.singularValues({ rank: 8 })] : [] }
    return { name, repeats: steps, run: () => void trainSync(net, whitened(sigma), { optimizer, steps, record }) }
  }
  const contenders = [
    { name: '8 values a step', make: () => on('8 values a step', true) },
    { name: 'no probe', make: () => on('no probe', false) },
  ]
  return {
    suite: 'linalg',
    name: `track ${target}`,
    dtype,
    flops: 2 * 3 * (256 * 256 * 100 + 2 * 100 * 256 * 100),
    contenders,
  }
}
