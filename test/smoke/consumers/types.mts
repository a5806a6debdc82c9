// What the declarations must let a program of TypeScript say; compiled, not run.
import {
  createEngine,
  createEngineSync,
  createNetwork,
  DeepLinearError,
  type Frame,
  gaussian,
  gradientDescent,
  type Matrix,
  matmul,
  probes,
  type TrainingResult,
  train,
  whitened,
} from 'deeplinear'
import { dgemm } from 'deeplinear/blas'
import { connect } from 'deeplinear/client'
import { createRun, parseConfig, type RunConfig } from 'deeplinear/config'
import { experiments, reproduce } from 'deeplinear/experiment'
import { parseNpy } from 'deeplinear/io'
import { loadCheckpoint } from 'deeplinear/io/node'
import { createServer } from 'deeplinear/server'
import { balancedModes } from 'deeplinear/theory'
import { createEngine as createRemote } from 'deeplinear/worker'

export async function main(): Promise<number> {
  using engine = await createEngine({ reproducible: true })
  const a: Matrix = engine.matrix([[1, 2]])
  const product: number[][] = matmul(a, a, { transposeB: true }).toNested()
  const net = createNetwork(engine, { sizes: [2, 4, 2], init: gaussian({ gamma: 1.5 }), seed: 1 })
  const run = train(
    net,
    whitened([
      [1, 0],
      [0, 2],
    ]),
    {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      steps: 10,
      record: { every: 2, probes: [probes.loss()] },
    },
  )
  for await (const frame of run) show(frame)
  const result: TrainingResult = await run.finished
  const curve: Float64Array = balancedModes([1], 0.01, 2, [0, 5])
  const config: RunConfig = parseConfig({})
  createRun(createEngineSync(), config)
  const x = Float64Array.of(2)
  dgemm('row-major', 'no-transpose', 'no-transpose', 1, 1, 1, 1, x, 1, x, 1, 0, new Float64Array(1), 1)
  const remote = await createRemote({ worker: 'inline' })
  remote.dispose()
  return product.length + curve.length + experiments.length + (result.status === 'completed' ? 1 : 0)
}

function show(frame: Frame): void {
  const step: number = frame.step
  console.log(step)
}

// @ts-expect-error a matrix is no string: declarations that could not be found would let it pass
export const wrong: string = createEngineSync().matrix([[1]])
export const used = [DeepLinearError, connect, reproduce, parseNpy, loadCheckpoint, createServer]
