// The gradient flow of two layers, simulated: what the exact solution is compared with.
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import type { Engine } from '../../linalg/engine.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { kernelDistance } from '../../probe/kernel-distance.js'
import { loss } from '../../probe/loss.js'
import { weights } from '../../probe/weights.js'
import { whitened } from '../../task/whitened.js'
import { gradientFlow } from '../../train/flow.js'
import type { FlowEvent } from '../../train/flow-options.js'
import { type Layers, product } from './setup.js'

/** What `RunContext` calls progress. */
export type Progress = (done: number, what?: string) => Promise<void>

/** A simulated flow at T times; matrices row-major, one after the other. */
export interface Simulated {
  readonly times: Float64Array
  readonly loss: Float64Array
  /** Distance of the tangent kernel from that of the start. */
  readonly kernelDistance: Float64Array
  /** W_2 W_1. */
  readonly w: Float64Array
  readonly events: readonly { readonly name: string; readonly time: number }[]
  /** A product of one of the times. */
  at(product: 'w' | 'w1' | 'w2', index: number): { data: Float64Array; shape: [number, number] }
}

/** Simulate the gradient flow of two layers on the whitened task `sigma`, and look at it at `times`. */
export async function simulate(
  engine: Engine,
  { w1, w2 }: Layers,
  sigma: MatrixLike,
  options: {
    times: readonly number[]
    rtol?: number
    events?: readonly FlowEvent[]
    progress: Progress
    done?: number
    what?: string
  },
): Promise<Simulated> {
  const { times, rtol = 1e-11, events = [], progress, done = 0, what = '' } = options
  await progress(done, what)
  const [first, second] = [readDense(w1, 'w1'), readDense(w2, 'w2')]
  const [inputs, hidden, outputs] = [first.cols, first.rows, second.rows]
  const net = createNetwork(engine, { sizes: [inputs, hidden, outputs], init: explicit([w1, w2]) })
  try {
    const probes = [loss(), kernelDistance(), weights()] as const
    const time = times[times.length - 1]
    const run = gradientFlow(net, whitened(sigma), {
      time,
      rtol,
      maxSteps: 1e6,
      record: { at: times, probes },
      events: events as never,
    })
    let last = performance.now()
    for await (const _ of run) {
      if (performance.now() - last < 300) continue
      await progress(done, what)
      last = performance.now()
    }
    const { status, message, events: crossings, columns } = await run.finished
    if (status !== 'completed' && status !== 'event') throw new Error(message ?? status)
    const count = columns.loss.length
    const stride = hidden * (inputs + outputs)
    const layers = (t: number) => {
      const all = columns.weights.data.slice(t * stride, (t + 1) * stride)
      return { w1: all.subarray(0, hidden * inputs), w2: all.subarray(hidden * inputs) }
    }
    const w = new Float64Array(count * outputs * inputs)
    for (let t = 0; t < count; t++) {
      const now = layers(t)
      w.set(product(now.w2, now.w1, outputs, hidden, inputs), t * outputs * inputs)
    }
    return {
      times: columns.time.data,
      loss: columns.loss.data,
      kernelDistance: columns.kernelDistance.data,
      w,
      events: crossings,
      at(name, index) {
        const t = index < 0 ? index + count : index
        const size = outputs * inputs
        if (name === 'w') return { data: w.slice(t * size, (t + 1) * size), shape: [outputs, inputs] }
        return { data: layers(t)[name], shape: name === 'w1' ? [hidden, inputs] : [outputs, hidden] }
      },
    }
  } finally {
    net.dispose()
  }
}
