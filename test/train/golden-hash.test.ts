// Bits, frozen: SHA-256 of all weights after 1000 steps of seven runs, from start to end in reproducible mode. They change only with a
// decision about numerics, which the CHANGELOG records; they are the same on every engine and host.
//
// To renew them after such a decision: GOLDEN=write npx vitest run test/train/golden-hash.test.ts
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import {
  balanced,
  createEngine,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type Engine,
  gaussian,
  gradientDescent,
  matrixCompletion,
  type Network,
  orthogonal,
  type Task,
  teacher,
  trainSync,
} from '../../src/index.js'

const file = new URL('../golden/weight-hashes.json', import.meta.url)
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
const seen: Record<string, string> = {}

const mask = Array.from({ length: 6 }, (_, i) =>
  Array.from({ length: 6 }, (_, j) => ((i * 5 + j * 3) % 4 === 0 ? 0 : 1)),
)
const target = Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (i + 1) / (j + 2)))

const runs: Record<
  string,
  { make: (engine: Engine) => Network; task: Task; learningRate: number; update?: 'alternating' }
> = {
  'float64, input side, regression': {
    make: (engine) => createNetwork(engine, { sizes: [7, 33, 20, 9], init: gaussian({ gamma: 1 }), seed: 1 }),
    task: teacher({ inputs: 7, outputs: 9, rank: 3, samples: 50, noise: 0.1, seed: 2 }),
    learningRate: 0.01,
  },
  'float64, output side, whitened': {
    make: (engine) => createNetwork(engine, { sizes: [40, 17, 65, 10], init: gaussian({ variance: 0.01 }), seed: 3 }),
    task: teacher({ inputs: 40, outputs: 10, singularValues: [3, 2, 1], seed: 4 }),
    learningRate: 0.02,
  },
  'float32, depth 5': {
    make: (engine) =>
      createNetwork(engine, {
        sizes: [12, 24, 31, 16, 24, 12],
        init: orthogonal({ gain: 0.5 }),
        seed: 5,
        dtype: 'float32',
      }),
    task: teacher({ inputs: 12, outputs: 12, rank: 2, seed: 6 }),
    learningRate: 0.002,
  },
  'float64, alternating, completion': {
    make: (engine) => createNetwork(engine, { sizes: [6, 30, 30, 6], init: balanced({ scale: 0.1 }), seed: 7 }),
    task: matrixCompletion(mask, target),
    learningRate: 0.01,
    update: 'alternating',
  },
  'float64, Gram form, width 10^9': {
    make: (engine) => createGramNetwork(engine, { sizes: [11, 1e9, 13], init: gaussian({ gamma: 1.2 }), seed: 8 }),
    task: teacher({ inputs: 11, outputs: 13, rank: 4, seed: 9 }),
    learningRate: 0.005,
  },
  'float32, width 300': {
    make: (engine) =>
      createNetwork(engine, { sizes: [10, 300, 10], init: gaussian({ gamma: 1.5 }), seed: 10, dtype: 'float32' }),
    task: teacher({ inputs: 10, outputs: 10, seed: 11 }),
    learningRate: 0.01,
  },
  'float64, width 96, products large enough for threads': {
    make: (engine) => createNetwork(engine, { sizes: [16, 96, 96, 16], init: gaussian({ gamma: 1 }), seed: 12 }),
    task: teacher({ inputs: 16, outputs: 16, rank: 5, seed: 13 }),
    learningRate: 0.002,
  },
}

function hash(engine: Engine, name: string): string {
  const { make, task, learningRate, update } = runs[name]
  using net = make(engine)
  const { status } = trainSync(net, task, { optimizer: gradientDescent({ learningRate, update }), steps: 1000 })
  expect(status).toBe('completed')
  const digest = createHash('sha256')
  for (const { matrix } of net.state) digest.update(new Uint8Array(matrix.toArray().buffer))
  return digest.digest('hex')
}

describe.each(Object.keys(runs))('%s', (name) => {
  test('on the simd build', async () => {
    using engine = await createEngine({ reproducible: true })
    seen[name] = hash(engine, name)
    if (process.env.GOLDEN !== 'write') expect(seen[name]).toBe(golden[name])
  })

  test('on three threads', async () => {
    using engine = await createEngine({ reproducible: true, threads: 3 })
    expect(engine.info.threads.used).toBe(3)
    if (process.env.GOLDEN !== 'write') expect(hash(engine, name)).toBe(golden[name])
  })

  test('on TypeScript', () => {
    using engine = createEngineSync({ backend: 'typescript' })
    if (process.env.GOLDEN !== 'write') expect(hash(engine, name)).toBe(golden[name])
  })
})

afterAll(() => {
  if (process.env.GOLDEN === 'write') writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`)
})
