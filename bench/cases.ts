// What is measured, by whom: the engine under test, the TypeScript executor, and plain arrays. Nothing is made before a worker asks
// for its contender.
import {
  createEngineSync,
  createNetwork,
  type DType,
  type Engine,
  explicit,
  gradientDescent,
  type Matrix,
  whitened,
} from '../src/index.js'
import { PlanBuilder } from '../src/plan/builder.js'
import { key } from '../src/random/key.js'
import { normal } from '../src/random/normal.js'
import { eigh } from './eigh.js'
import { ensembleCases } from './ensemble.js'
import { linalgCases } from './linalg.js'
import type { Case, Contender } from './measure.js'
import { createFloat32Step } from './peers/float32-step.js'
import { gemmFloat32Tile } from './peers/float32-tile.js'
import { topCases } from './top-k.js'

const SAME_BITS = 'TypeScript, same bits'
const FLOAT64 = 'TypeScript, float64'
const FLOAT64_SUMS = 'TypeScript, float64 sums'

/** Everything, for the engine under test. */
export function allCases(ours: Engine): Case[] {
  return (['float32', 'float64'] as const).flatMap((dtype) => [
    ...[4, 16, 64, 128, 256, 512, 1024].map((n) => gemm(ours, n, dtype)),
    ...[256, 1024].map((n) => gemv(ours, n, dtype)),
    ...[
      { depth: 2, width: 100, inputs: 10 },
      { depth: 3, width: 16, inputs: 10 },
      { depth: 3, width: 100, inputs: 10 },
      { depth: 4, width: 64, inputs: 10 },
      { depth: 3, width: 256, inputs: 10 },
      { depth: 3, width: 256, inputs: 100 },
      { depth: 4, width: 256, inputs: 100 },
    ].map((shape) => step(ours, shape, dtype)),
    ...[64, 128, 256].map((n) => eigh(ours, n, dtype)),
    ...linalgCases(ours, dtype),
    ...topCases(ours, dtype),
    ...ensembleCases(ours, dtype),
  ])
}

const typescript = () => createEngineSync({ backend: 'typescript' })
const name = (engine: Engine) => `wasm ${engine.info.build}`

function random(engine: Engine, rows: number, cols: number, dtype: DType, seed: number): Matrix {
  return engine.matrix([rows, cols], normal(key(seed), rows * cols), { dtype })
}

/** C = A B for (n, n) matrices, through the public `matmul`. */
function gemm(ours: Engine, n: number, dtype: DType): Case {
  const on = (engine: Engine, label: string): Contender => {
    const [a, b, out] = [1, 2, 3].map((seed) => random(engine, n, n, dtype, seed))
    return { name: label, run: () => void engine.matmul(a, b, { out }) }
  }
  const contenders = [
    { name: name(ours), make: () => on(ours, name(ours)) },
    { name: SAME_BITS, make: () => on(typescript(), SAME_BITS) },
  ]
  if (dtype === 'float32') {
    contenders.push({
      name: FLOAT64_SUMS,
      make: () => {
        const [a, b, c] = [1, 2, 3].map((seed) => Float32Array.from(normal(key(seed), n * n)))
        return { name: FLOAT64_SUMS, run: () => gemmFloat32Tile(n, n, n, a, b, c) }
      },
    })
  }
  return { suite: 'gemm', name: `gemm ${n}`, dtype, flops: 2 * n ** 3, contenders }
}

/** y = A x for an (n, n) matrix, through the kernels. */
function gemv(ours: Engine, n: number, dtype: DType): Case {
  const on = (engine: Engine, label: string): Contender => {
    const [a, x, y] = [random(engine, n, n, dtype, 1), random(engine, n, 1, dtype, 2), random(engine, n, 1, dtype, 3)]
    const { kernels } = engine
    const multiply = dtype === 'float64' ? kernels.dgemv : kernels.sgemv
    // The handles are read at every call: as long as the work goes on, so do they.
    return { name: label, run: () => multiply(0, n, n, 1, a.pointer, n, x.pointer, 1, 0, y.pointer, 1) }
  }
  const contenders = [
    { name: name(ours), make: () => on(ours, name(ours)) },
    { name: SAME_BITS, make: () => on(typescript(), SAME_BITS) },
  ]
  return { suite: 'gemv', name: `gemv ${n}`, dtype, flops: 2 * n * n, contenders }
}

/** A step of gradient descent on a whitened task. */
function step(
  ours: Engine,
  { depth, width, inputs }: { depth: number; width: number; inputs: number },
  dtype: DType,
): Case {
  const sizes = [inputs, ...new Array<number>(depth - 1).fill(width), inputs]
  const target = Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: inputs }, (_, j) => (i === j ? 1 / (1 + i) : 0)),
  )
  const learningRate = 1e-3
  const start = sizes.slice(1).map((rows, l) => ({
    data: normal(key(l), rows * sizes[l]).map((value) => value / Math.sqrt(width)),
    shape: [rows, sizes[l]],
  }))
  const planOn = (engine: Engine, type: DType) => {
    const net = createNetwork(engine, { sizes, init: explicit(start), dtype: type })
    const builder = new PlanBuilder(engine, type)
    gradientDescent({ learningRate }).bind(net).emitStep(builder, whitened(target).bind(engine, type))
    return builder.build()
  }
  // About a hundred microseconds a call, so that the clock does not matter.
  const flops = flopsOf(sizes)
  const repeats = Math.max(1, Math.round(1e6 / flops))
  const on = (engine: Engine, label: string, type: DType): Contender => {
    const plan = planOn(engine, type)
    return { name: label, repeats, run: () => plan.run(repeats) }
  }
  const contenders = [
    { name: name(ours), make: () => on(ours, name(ours), dtype) },
    { name: SAME_BITS, make: () => on(typescript(), SAME_BITS, dtype) },
  ]
  if (dtype === 'float32') {
    // Two more ways to be fast in TypeScript: keep everything in float64, or sum in float64 and store in float32.
    contenders.push({ name: FLOAT64, make: () => on(typescript(), FLOAT64, 'float64') })
    contenders.push({
      name: FLOAT64_SUMS,
      make: () => {
        const weights = start.map(({ data }) => Float32Array.from(data))
        return {
          name: FLOAT64_SUMS,
          run: createFloat32Step(weights, sizes, Float32Array.from(target.flat()), learningRate),
        }
      },
    })
  }
  return { suite: 'step', name: `step ${depth}:${width}:${inputs}`, dtype, flops, contenders }
}

/** Products of the forward pass, the way back and the gradients, three for every layer but the first. */
function flopsOf(sizes: readonly number[]): number {
  let flops = 0
  for (let l = 2; l < sizes.length; l++) flops += 6 * sizes[0] * sizes[l] * sizes[l - 1]
  return flops
}
