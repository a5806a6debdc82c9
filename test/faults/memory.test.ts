// Memory that runs out: the host refuses to grow at the k-th request for every k, once or from then on, and what was under way ends in a MemoryError with
// everything given back. bad-input/faults.test.ts does the same with every allocation.
import { describe, expect, test } from 'vitest'
import { createRun } from '../../src/config/create-run.js'
import { parseConfig } from '../../src/config/index.js'
import {
  adam,
  createEngine,
  createEngineSync,
  createEnsemble,
  createNetwork,
  type Engine,
  eigh,
  gradientDescent,
  gradientFlow,
  leastSquares,
  MemoryError,
  probes,
  qr,
  regression,
  svd,
  trainEnsemble,
  trainSync,
  whitened,
} from '../../src/index.js'
import { encodeCheckpoint, parseCheckpoint } from '../../src/io/index.js'
import { fault } from './table.js'

const X = [
  [1, 2, 0],
  [0, 1, 1],
]
const PAGE = 65_536

/** A host whose memory counts requests to grow, and refuses some of them as a full machine does. */
function scarce() {
  const grows = { count: 0, refuse: (_: number) => false }
  class Memory extends WebAssembly.Memory {
    override grow(pages: number): number {
      if (grows.refuse(++grows.count)) throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory')
      return super.grow(pages)
    }
  }
  const { validate, compile, Module, Instance } = WebAssembly
  return { grows, host: { validate, compile, Module, Instance, Memory } }
}

interface Operation {
  readonly name: string
  /** Works until memory has grown a few times; frees what it made and returns every number that it gave. */
  run(engine: Engine): number[] | Promise<number[]>
}

const wide = (engine: Engine) => createNetwork(engine, { sizes: [2, 2500, 2], seed: 1 })
const tall = (engine: Engine) =>
  engine.matrix(
    [300, 60],
    Float64Array.from({ length: 18_000 }, (_, i) => (i * 37) % 101),
  )

const OPERATIONS: readonly Operation[] = [
  {
    name: 'matrices',
    run(engine) {
      const made = Array.from({ length: 8 }, (_, i) => engine.matrix([100, 100], new Float64Array(10_000).fill(i)))
      return made.map((matrix) => matrix.get(99, 99))
    },
  },
  {
    name: 'svd',
    run(engine) {
      const { u, s, v } = svd(tall(engine))
      return [...s, u.get(0, 0), v.get(0, 0)]
    },
  },
  {
    name: 'qr',
    run(engine) {
      return [...qr(tall(engine)).r.view()]
    },
  },
  {
    name: 'eigh',
    run(engine) {
      const a = tall(engine)
      return [...eigh(engine.matmul(a, a, { transposeA: true })).values]
    },
  },
  {
    name: 'leastSquares',
    run(engine) {
      const a = tall(engine)
      return [...leastSquares(a, a).x.view()]
    },
  },
  {
    name: 'train',
    run(engine) {
      const options = {
        optimizer: adam({ learningRate: 1e-3 }),
        steps: 3,
        record: { every: 1, probes: [probes.loss(), probes.gradientNorm()] },
      }
      const { columns } = trainSync(wide(engine), regression(X, X), options)
      return [...columns.loss.data]
    },
  },
  {
    name: 'a checkpoint, saved and resumed',
    run(engine) {
      const options = { optimizer: adam({ learningRate: 1e-3 }) }
      const half = trainSync(wide(engine), regression(X, X), { ...options, steps: 2 }).checkpoint()
      const resume = parseCheckpoint(encodeCheckpoint(half))
      return [...trainSync(wide(engine), regression(X, X), { ...options, steps: 4, resume }).columns.loss.data]
    },
  },
  {
    name: 'gradientFlow',
    async run(engine) {
      const net = createNetwork(engine, { sizes: [2, 2500, 2], seed: 1 })
      const { columns } = await gradientFlow(
        net,
        whitened([
          [3, 0],
          [0, 1],
        ]),
        { time: 0.01 },
      ).finished
      return [...columns.loss.data]
    },
  },
  {
    name: 'an ensemble',
    async run(engine) {
      const ensemble = createEnsemble(engine, { sizes: [2, 60, 2], replicas: 64, seed: 1 })
      const options = { optimizer: gradientDescent({ learningRate: 1e-3 }), steps: 3 }
      const { columns } = await trainEnsemble(
        ensemble,
        whitened([
          [3, 0],
          [0, 1],
        ]),
        options,
      )
      return [...(columns.loss.data as Float64Array)]
    },
  },
  {
    name: 'a run of a configuration',
    run(engine) {
      const config = parseConfig({
        network: { kind: 'layers', sizes: [2, 2500, 2], seed: 1 },
        task: {
          kind: 'whitened',
          sigmaYX: [
            [3, 0],
            [0, 1],
          ],
        },
        optimizer: { kind: 'adam', learningRate: 1e-3 },
        steps: 3,
      })
      const { net, task, options } = createRun(engine, config)
      return [...trainSync(net, task, options).columns.loss.data]
    },
  },
]

/** Runs an operation; whatever it left is disposed by its mark. */
async function within(engine: Engine, run: Operation['run']): Promise<number[]> {
  const mark = engine.mark()
  try {
    return await run(engine)
  } finally {
    engine.release(mark)
  }
}

describe.each(OPERATIONS)('$name, with every growth of memory refused in turn', ({ run }) => {
  test.each(['once', 'from then on'])(
    '%s: MemoryError with its cause, nothing kept, and the engine goes on',
    async (when) => {
      const expected = await within(createEngineSync({ reproducible: true }), run)
      let refusals = 0
      for (let failing = 1; ; failing++) {
        const { grows, host } = scarce()
        // Memory begins so small that it must grow.
        const engine = createEngineSync({
          reproducible: true,
          initialBytes: PAGE,
          host: host as never,
          onLeak: () => {},
        })
        // Growth is asked for twice, generously and exactly: what refuses one refuses the other.
        grows.refuse = (count) => (when === 'once' ? count === failing || count === failing + 1 : count >= failing)
        const { liveBytes } = engine.memory
        let error: unknown
        const values = await within(engine, run).catch((thrown: unknown) => {
          error = thrown
          return undefined
        })
        const asked = grows.count
        grows.refuse = () => false
        if (error !== undefined) {
          refusals++
          expect(error).toBeInstanceOf(MemoryError)
          expect(error).toMatchObject({
            argument: expect.stringMatching(/budgetBytes|sizes/),
            message: expect.stringMatching(/dispose|budget/),
          })
        } else expect(values).toEqual(expected)
        // Scratch that products share may stay.
        expect(engine.memory.liveBlocks).toBeLessThanOrEqual(1)
        const kept = engine.memory.liveBytes - liveBytes
        expect(await within(engine, run)).toEqual(expected)
        expect(engine.memory.liveBytes - liveBytes).toBeGreaterThanOrEqual(kept)
        expect(engine.memory.liveBlocks).toBeLessThanOrEqual(1)
        engine.dispose()
        if (asked < failing) break
      }
      expect(refusals).toBeGreaterThan(0)
    },
  )
})

test('createEngine on a host that refuses its first memory, and then does not', async () => {
  let refused = 0
  class Memory extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (refused++ === 0) throw new RangeError('could not allocate memory')
      super(descriptor)
    }
  }
  const { validate, compile, Module, Instance } = WebAssembly
  const host = { validate, compile, Module, Instance, Memory } as never
  await expect(createEngine({ host })).rejects.toMatchObject({ code: 'MEMORY', cause: expect.any(RangeError) })
  using engine = await createEngine({ host })
  expect(engine.matrix([[2]]).get(0, 0)).toBe(2)
})

describe('single faults', () => {
  fault('F1', () => {
    const engine = createEngineSync({ budgetBytes: 2 * PAGE })
    const mark = engine.mark()
    const kept = engine.matrix([10, 10])
    const { liveBytes } = engine.memory
    const call = () => engine.matrix([200, 200])
    expect(call).toThrow(
      expect.objectContaining({
        code: 'MEMORY',
        data: { requested: 320_000, available: expect.any(Number), limit: 2 * PAGE },
      }),
    )
    expect(engine.memory.liveBytes).toBe(liveBytes)
    engine.release(mark)
    expect(kept.disposed).toBe(true)
    expect(engine.memory.liveBytes).toBe(0)
  })

  fault('F2', () => {
    const { grows, host } = scarce()
    const engine = createEngineSync({ initialBytes: PAGE, host: host as never })
    grows.refuse = () => true
    const call = () => engine.matrix([200, 200])
    const cause = expect.objectContaining({ name: 'RangeError', message: expect.stringContaining('Unable to grow') })
    expect(call).toThrow(
      expect.objectContaining({ code: 'MEMORY', cause, message: expect.stringContaining('what the host grants') }),
    )
    grows.refuse = () => false
    expect(call().size).toBe(40_000)
  })

  fault('F4', () => {
    const engine = createEngineSync()
    const before = engine.memory
    for (const shape of [
      [65_536, 65_536],
      [65_536, 65_537],
      [2 ** 31 - 1, 2 ** 31 - 1],
      [2 ** 31 - 1, 1],
    ] as const) {
      expect(() => engine.matrix(shape)).toThrow(expect.objectContaining({ code: 'MEMORY' }))
      expect(() => engine.matrix(shape, undefined, { dtype: 'float32' })).toThrow(
        expect.objectContaining({ code: 'MEMORY' }),
      )
    }
    expect(() => createNetwork(engine, { sizes: [65_536, 65_537, 2] })).toThrow(
      expect.objectContaining({ code: 'MEMORY' }),
    )
    expect(engine.memory).toEqual(before)
  })

  fault('F9', async () => {
    const { base64 } = await import('../../src/engine/binaries/simd.generated.js')
    const binary = new Uint8Array(Buffer.from(base64, 'base64'))
    const start = (wasm: Uint8Array) => createEngineSync({ wasm: wasm as Uint8Array<ArrayBuffer>, backend: 'wasm' })
    const codes = new Set<string>()
    const tried = (wasm: Uint8Array) => {
      try {
        const engine = start(wasm)
        // A flip that leaves a valid module changes numbers at worst: the sandbox holds, and other engines do not see it.
        const a = engine.matrix([[1, 2]])
        codes.add(a.toArray().length === 2 ? 'ok' : 'lost')
        engine.dispose()
      } catch (error) {
        codes.add((error as { code?: string }).code ?? String(error))
      }
    }
    for (let cut = 0; cut < 40; cut++) tried(binary.slice(0, Math.floor((binary.length * cut) / 40)))
    // One bit of each of the first bytes, where types, imports and exports are.
    for (let at = 0; at < 400; at++) {
      const flipped = binary.slice()
      flipped[at] ^= 1 << (at % 8)
      tried(flipped)
    }
    expect(
      [...codes].filter((code) => !['ok', 'FORMAT', 'UNSUPPORTED', 'TRAP', 'OPTION', 'MEMORY'].includes(code)),
    ).toEqual([])
    expect(codes).toContain('FORMAT')
    const version = binary.slice()
    version[4] = 9
    expect(() => start(version)).toThrow(expect.objectContaining({ code: 'FORMAT', argument: 'wasm' }))
  })
})
