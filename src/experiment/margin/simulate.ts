// Diagonal networks on separable data by the clock of the loss: what the theory of margins is compared with.
import type { Engine } from '../../linalg/engine.js'
import { createDiagonalNetwork } from '../../network/diagonal.js'
import { custom } from '../../probe/custom.js'
import { classification } from '../../task/classification.js'
import { gradientFlow } from '../../train/flow.js'

export const PAPER =
  'Kunin, Yamamura, Ma, Ganguli (2022), The asymmetric maximum margin bias of quasi-homogeneous neural networks, arXiv:2210.03820'

/** What `RunContext` calls progress. */
export type Progress = (done: number, what?: string) => Promise<void>

/** Simulate, and read beta (T, d) where log(1/L) has grown by each of `falls`, which ascend. */
export async function simulateMargin(
  engine: Engine,
  { x, y, depths, theta0 }: { x: number[][]; y: number[]; depths: readonly number[]; theta0: readonly number[] },
  falls: readonly number[],
  { progress, done, what }: { progress: Progress; done: number; what: string },
): Promise<Float64Array> {
  const levels = Math.max(...depths)
  let at = 0
  const start = Array.from({ length: levels }, () => new Array<number>(depths.length).fill(0))
  depths.forEach((depth, i) => {
    for (let j = 0; j < depth; j++) start[j][i] = theta0[at++]
  })
  const net = createDiagonalNetwork(engine, { depths, start })
  try {
    const map = custom({ name: 'map', shape: (sizes) => [sizes[0]], read: ({ endToEnd }) => endToEnd.data })
    const run = gradientFlow(net, classification(x, y, { loss: 'log-sum-exp' }), {
      time: falls[falls.length - 1],
      rtol: 1e-10,
      clock: 'loss',
      maxSteps: 1e6,
      record: { at: falls, probes: [map] },
    })
    let last = performance.now()
    await progress(done, what)
    for await (const _ of run) {
      if (performance.now() - last < 300) continue
      await progress(done, what)
      last = performance.now()
    }
    const { status, message, columns } = await run.finished
    if (status !== 'completed') throw new Error(message ?? status)
    return columns.map.data
  } finally {
    net.dispose()
  }
}
