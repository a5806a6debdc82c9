// What is made and let go of, over and over: engines, matrices, decompositions that fail, runs, workers, streams of frames, jobs of a server. After a
// warm-up nothing may grow.
import { connect } from '../../src/client/index.js'
import type { RunConfig } from '../../src/config/index.js'
import {
  createEngine,
  createEngineSync,
  createNetwork,
  type Engine,
  gradientDescent,
  probes,
  svd,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'
import { createServer } from '../../src/server/index.js'
import * as remote from '../../src/worker/index.js'

/** Something to repeat. */
export interface Soak {
  readonly name: string
  /** Cycles of the short form; the long one has fifty times as many. */
  readonly cycles: number
  /** Makes one cycle, and says what to look at and how to end. */
  start(): Promise<{ cycle(i: number): unknown; live(): Record<string, number>; end(): void }>
}

const TARGET = [
  [3, 0],
  [0, 1],
]
const CONFIG: RunConfig = {
  network: { kind: 'layers', sizes: [2, 4, 2] },
  task: { kind: 'whitened', sigmaYX: TARGET },
  optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
  steps: 20,
}
const optimizer = gradientDescent({ learningRate: 0.05 })

/** A soak of one engine: what is live there after a cycle is what was live before. */
function ofEngine(name: string, cycles: number, cycle: (engine: Engine, i: number) => unknown): Soak {
  return {
    name,
    cycles,
    async start() {
      const engine = createEngineSync({ onLeak: () => {} })
      return {
        cycle: (i) => cycle(engine, i),
        live: () => {
          const { liveBytes, liveBlocks, reservedBytes, leaked } = engine.memory
          return { liveBytes, liveBlocks, reservedBytes, leaked }
        },
        end: () => engine.dispose(),
      }
    },
  }
}

const nothing = () => ({})

export const SOAKS: readonly Soak[] = [
  ofEngine('matrices of six sizes', 4000, (engine, i) => {
    const side = [1, 5, 17, 64, 150, 300][i % 6]
    engine.matrix([side, side]).dispose()
  }),
  ofEngine('products', 1000, (engine) => {
    using a = engine.matrix([64, 64])
    using _ = engine.matmul(a, a)
  }),
  ofEngine('decompositions, half of which fail', 300, (engine, i) => {
    const entries = Float64Array.from({ length: 400 }, (_, k) => 1 / (1 + (k % 20) + Math.floor(k / 20)))
    using a = engine.matrix([20, 20], entries)
    if (i % 2 === 0) {
      try {
        svd(a, { maxIterations: 1 })
      } catch (error) {
        if ((error as { code?: string }).code !== 'CONVERGENCE') throw error
      }
      return
    }
    const { u, v } = svd(a)
    u.dispose()
    v.dispose()
  }),
  ofEngine('runs with probes', 200, (engine) => {
    using net = createNetwork(engine, { sizes: [2, 8, 2], seed: 1 })
    const record = { every: 5, probes: [probes.loss(), probes.singularValues(), probes.balance()] }
    trainSync(net, whitened(TARGET), { optimizer, steps: 20, record })
  }),
  ofEngine('streams of frames that are left', 150, async (engine) => {
    using net = createNetwork(engine, { sizes: [2, 8, 2], seed: 1 })
    const controller = new AbortController()
    const run = train(net, whitened(TARGET), {
      optimizer,
      steps: 1e9,
      signal: controller.signal,
      record: { every: 100 },
    })
    for await (const { step } of run) if (step >= 200) break
    await run.finished
  }),
  {
    name: 'engines',
    cycles: 100,
    async start() {
      return {
        async cycle(i) {
          using engine = i % 2 === 0 ? createEngineSync() : await createEngine({ reproducible: true })
          engine.matrix([50, 50])
        },
        live: nothing,
        end: () => {},
      }
    },
  },
  {
    name: 'workers',
    cycles: 40,
    async start() {
      return {
        async cycle() {
          const engine = await remote.createEngine({ worker: 'inline' })
          const net = remote.createNetwork(engine, { sizes: [2, 4, 2] })
          const rule = remote.gradientDescent({ learningRate: 0.05 })
          await remote.train(net, remote.whitened(TARGET), { optimizer: rule, steps: 20 }).finished
          engine.dispose()
        },
        live: nothing,
        end: () => {},
      }
    },
  },
  {
    name: 'jobs of a server, and signals that never fire',
    cycles: 16,
    async start() {
      const server = createServer({ limits: { kept: 2 } })
      const fetch = ((url: string, init: RequestInit) =>
        server.fetch(new Request(url, init))) as typeof globalThis.fetch
      const client = connect('http://localhost', { fetch })
      const { signal } = new AbortController()
      return {
        async cycle() {
          const job = await client.run(CONFIG, { signal })
          for await (const _ of job) break
          await job.finished
        },
        live: () => ({ listeners: 0 }),
        end: () => server.close(),
      }
    },
  },
]
