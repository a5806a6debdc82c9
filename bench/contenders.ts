// Work for the contenders: the same operation on the engine under test, on the TypeScript executor, and on plain arrays.
import {
  createEngineSync,
  createNetwork,
  type DType,
  type Engine,
  gaussian,
  gradientDescent,
  type Matrix,
  whitened,
} from '../src/index.js'
import { PlanBuilder } from '../src/plan/builder.js'
import { key } from '../src/random/key.js'
import { normal } from '../src/random/normal.js'
import type { Contender } from './measure.js'
import { createFloat32Step } from './peers/float32-step.js'
import { gemmFloat32Tile } from './peers/float32-tile.js'

const typescript = createEngineSync({ backend: 'typescript' })

function random(engine: Engine, rows: number, cols: number, dtype: DType, seed: number): Matrix {
  return engine.matrix([rows, cols], normal(key(seed), rows * cols), { dtype })
}

/** C = A B for (n, n) matrices, through the public `matmul`. */
export function gemmContenders(ours: Engine, n: number, dtype: DType): Contender[] {
  const on = (engine: Engine, name: string): Contender => {
    const [a, b, out] = [
      random(engine, n, n, dtype, 1),
      random(engine, n, n, dtype, 2),
      engine.matrix([n, n], undefined, { dtype }),
    ]
    return { name, run: () => void engine.matmul(a, b, { out }) }
  }
  const contenders = [on(ours, `wasm ${ours.info.build}`), on(typescript, 'TypeScript, same bits')]
  if (dtype === 'float32') {
    const [a, b, c] = [1, 2, 3].map((seed) => Float32Array.from(normal(key(seed), n * n)))
    contenders.push({ name: 'TypeScript, float64 sums', run: () => gemmFloat32Tile(n, n, n, a, b, c) })
  }
  return contenders
}

/** y = A x for an (n, n) matrix, through the kernels. */
export function gemvContenders(ours: Engine, n: number, dtype: DType): Contender[] {
  return [ours, typescript].map((engine, i) => {
    const [a, x, y] = [random(engine, n, n, dtype, 1), random(engine, n, 1, dtype, 2), random(engine, n, 1, dtype, 3)]
    const [pa, px, py] = [a.pointer, x.pointer, y.pointer]
    const gemv = dtype === 'float64' ? engine.kernels.dgemv : engine.kernels.sgemv
    return {
      name: i === 0 ? `wasm ${engine.info.build}` : 'TypeScript, same bits',
      run: () => gemv(0, n, n, 1, pa, n, px, 1, 0, py, 1),
    }
  })
}

/** Steps of gradient descent on a whitened task; `steps` a call. */
export function stepContenders(
  ours: Engine,
  { depth, width, inputs }: { depth: number; width: number; inputs: number },
  dtype: DType,
): { contenders: Contender[]; flops: number } {
  const sizes = [inputs, ...new Array<number>(depth - 1).fill(width), inputs]
  const target = Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: inputs }, (_, j) => (i === j ? 1 / (1 + i) : 0)),
  )
  const learningRate = 1e-3
  const variance = 1 / width
  let flops = 0
  const on = (engine: Engine, name: string, type: DType): Contender => {
    const net = createNetwork(engine, { sizes, init: gaussian({ variance }), seed: 1, dtype: type })
    const task = whitened(target).bind(engine, type)
    const builder = new PlanBuilder(engine, type)
    gradientDescent({ learningRate }).emitStep(builder, net, task)
    const plan = builder.build()
    flops = plan.flops
    const repeats = Math.max(1, Math.round(2e6 / plan.flops))
    return { name, repeats, run: () => plan.run(repeats) }
  }
  const contenders = [on(ours, `wasm ${ours.info.build}`, dtype), on(typescript, 'TypeScript, same bits', dtype)]
  if (dtype === 'float32') {
    // Two more ways to be fast in TypeScript: keep everything in float64, or sum in float64 and store in float32.
    contenders.push(on(typescript, 'TypeScript, float64', 'float64'))
    const net = createNetwork(typescript, { sizes, init: gaussian({ variance }), seed: 1, dtype })
    const step = createFloat32Step(
      net.weights.map((w) => w.toArray() as Float32Array),
      sizes,
      Float32Array.from(target.flat()),
      learningRate,
    )
    net.dispose()
    contenders.push({ name: 'TypeScript, float64 sums', run: step })
  }
  return { contenders, flops }
}
