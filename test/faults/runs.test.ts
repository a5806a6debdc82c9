// Faults of what surrounds a computation: clocks, callbacks, shared and detached memory, traps, hosts.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, vi } from 'vitest'
import { dgemm } from '../../src/blas/index.js'
import { loadSync } from '../../src/engine/load.js'
import {
  createEngine,
  createEngineSync,
  createNetwork,
  gradientDescent,
  gradientFlow,
  matmul,
  type Network,
  type Probe,
  probes,
  singularValues,
  svd,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'
import { fault } from './table.js'

const target = [
  [3, 0],
  [0, 1],
]
const optimizer = gradientDescent({ learningRate: 0.05 })
const make = (seed = 1) => createNetwork(createEngineSync({ reproducible: true }), { sizes: [2, 4, 2], seed })
const weightsOf = (net: Network) => net.state.map(({ matrix }) => matrix.toArray())
const probe = (read: () => unknown): Probe<'mine', number> => ({
  name: 'mine',
  shape: () => [],
  emit: () => read as () => number,
})
const withProbe = (net: Network, read: () => unknown) =>
  trainSync(net, whitened(target), {
    optimizer,
    steps: 20,
    record: { every: 10, probes: [probe(read), probes.loss()] },
  })

/** All sources of the library, by path. */
const sources = new Map(
  readdirSync(new URL('../../src', import.meta.url), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts'))
    .map((path) => [path, readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8')]),
)
const sourcesWith = (pattern: RegExp) => [...sources].filter(([, text]) => pattern.test(text)).map(([path]) => path)

describe('clocks and timers', () => {
  fault('F35', async () => {
    const run = async () => {
      const net = make()
      const { columns } = await train(net, whitened(target), { optimizer, steps: 3000, record: { every: 1000 } })
        .finished
      return [weightsOf(net), columns.loss.data]
    }
    const expected = await run()
    let now = 1e6
    for (const clock of [() => 0, () => (now -= 1000)]) {
      const spies = [
        vi.spyOn(Date, 'now').mockImplementation(clock),
        vi.spyOn(performance, 'now').mockImplementation(clock),
      ]
      try {
        expect(await run()).toEqual(expected)
      } finally {
        for (const spy of spies) spy.mockRestore()
      }
    }
    // The time of day is asked for where files are dated, and nowhere that a result comes from.
    expect(sourcesWith(/\bDate\.now\b|\bnew Date\(\)/)).toEqual([])
  })

  fault('F44', async () => {
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')]
    try {
      for (const timer of timers) {
        timer.mockImplementation(() => {
          throw new Error('a timer was started')
        })
      }
      const { status } = await train(make(), whitened(target), { optimizer, steps: 5000 }).finished
      expect(status).toBe('completed')
    } finally {
      for (const timer of timers) timer.mockRestore()
    }
  })
})

describe('numbers', () => {
  fault('F37', () => {
    const engine = createEngineSync()
    const bad = engine.matrix([
      [1, 2],
      [Number.NaN, 4],
    ])
    const { liveBytes } = engine.memory
    for (const method of ['qr', 'jacobi'] as const) {
      expect(() => svd(bad, { method })).toThrow(expect.objectContaining({ code: 'RANGE', argument: 'a' }))
    }
    expect(() => singularValues(bad)).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(engine.memory.liveBytes).toBe(liveBytes)
    expect(bad.toNested()[0]).toEqual([1, 2])
  })

  fault('F38', () => {
    const engine = createEngineSync()
    const hilbert = engine.matrix(
      Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (_, j) => 1 / (i + j + 1))),
    )
    engine.workspace(2 ** 16)
    const { liveBytes } = engine.memory
    const expected = Array.from(singularValues(hilbert))
    for (const method of ['qr', 'jacobi'] as const) {
      const call = () => svd(hilbert, { method, maxIterations: 1 })
      expect(call).toThrow(
        expect.objectContaining({
          code: 'CONVERGENCE',
          data: expect.objectContaining({ sweeps: 1 }),
        }),
      )
    }
    expect(engine.memory.liveBytes).toBe(liveBytes)
    expect(Array.from(singularValues(hilbert))).toEqual(expected)
  })
})

describe('callbacks', () => {
  fault('F41', () => {
    const net = make()
    const twin = make()
    net.engine.workspace(2 ** 16)
    const { liveBytes } = net.engine.memory
    const promise = expect.objectContaining({
      code: 'PROBE',
      argument: 'mine',
      message: expect.stringContaining('Promise'),
    })
    expect(() => withProbe(net, () => Promise.resolve(1))).toThrow(promise)
    expect(net.engine.memory.liveBytes).toBe(liveBytes)
    expect(weightsOf(net)).toEqual(weightsOf(twin))
    const { columns, status } = withProbe(net, () => Number.NaN)
    expect([status, [...columns.mine.data]]).toEqual(['completed', [Number.NaN, Number.NaN, Number.NaN]])
    expect(columns.loss.data).toEqual(withProbe(twin, () => 1).columns.loss.data)
    expect(weightsOf(net)).toEqual(weightsOf(twin))
    // A schedule is asked for numbers, not for promises of them.
    const later = { optimizer: gradientDescent({ learningRate: (async () => 0.1) as never }), steps: 3 }
    expect(() => trainSync(net, whitened(target), later)).toThrow(expect.objectContaining({ code: 'DTYPE' }))
  })

  fault('F42', () => {
    const again = (net: Network) => {
      trainSync(net, whitened(target), { optimizer, steps: 3 })
      return 1
    }
    const flow = (net: Network) => {
      void gradientFlow(net, whitened(target), { time: 1 })
      return 1
    }
    for (const inside of [again, flow]) {
      const net = make()
      const twin = make()
      net.engine.workspace(2 ** 16)
      const { liveBytes } = net.engine.memory
      expect(() => withProbe(net, () => inside(net))).toThrow(
        expect.objectContaining({ code: 'OPTION', message: expect.stringContaining('re-entrant') }),
      )
      expect(net.engine.memory.liveBytes).toBe(liveBytes)
      expect(weightsOf(net)).toEqual(weightsOf(twin))
      expect(withProbe(net, () => 1).status).toBe('completed')
      // Another network may be trained meanwhile.
      expect(withProbe(net, () => inside(twin)).status).toBe('completed')
    }
    const net = make()
    const gone = () => {
      net.dispose()
      return 1
    }
    expect(() => withProbe(net, gone)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
    const { engine } = net
    const next = createNetwork(engine, { sizes: [2, 4, 2], seed: 1 })
    const without = () => {
      engine.dispose()
      return 1
    }
    expect(() => withProbe(next, without)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
  })
})

describe('memory of the caller', () => {
  fault('F49', () => {
    const engine = createEngineSync()
    const shared = new Float64Array(new SharedArrayBuffer(32))
    shared.set([1, 2, 3, 4])
    const matrix = engine.matrix([2, 2], shared as unknown as Float64Array)
    shared.fill(9)
    expect([...matrix.view()]).toEqual([1, 2, 3, 4])
    const task = whitened({ data: shared as unknown as Float64Array, shape: [2, 2] })
    shared.fill(0)
    const run = () => trainSync(make(), task, { optimizer, steps: 1 }).columns.loss.data[0]
    expect(run()).toBeGreaterThan(10)
    // BLAS would read it twice.
    const d = new Float64Array(4)
    const N = 'no-transpose'
    const call = () => dgemm('row-major', N, N, 2, 2, 2, 1, shared as unknown as Float64Array, 2, d, 2, 0, d.slice(), 2)
    expect(call).toThrow(expect.objectContaining({ code: 'DTYPE', argument: 'a' }))
  })

  fault('F50', () => {
    const engine = createEngineSync()
    const moved = new Float64Array(4)
    structuredClone(moved.buffer, { transfer: [moved.buffer] })
    const { liveBytes } = engine.memory
    const gone = expect.objectContaining({ code: 'DTYPE', message: expect.stringContaining('detached') })
    expect(() => engine.matrix([2, 2], moved)).toThrow(gone)
    expect(() => engine.matrix({ data: moved, shape: [2, 2] })).toThrow(gone)
    expect(engine.memory.liveBytes).toBe(liveBytes)
    type Resizable = ArrayBuffer & { resize(bytes: number): void }
    const buffer = new (ArrayBuffer as unknown as new (bytes: number, options: object) => Resizable)(32, {
      maxByteLength: 64,
    })
    const tracking = new Float64Array(buffer)
    tracking.set([1, 2, 3, 4])
    const matrix = engine.matrix([2, 2], tracking)
    buffer.resize(16)
    expect([...matrix.view()]).toEqual([1, 2, 3, 4])
    expect(() => engine.matrix([2, 2], tracking)).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining('got 2') }),
    )
    expect([...engine.matrix([1, 2], tracking).view()]).toEqual([1, 2])
  })
})

describe('hosts and binaries', () => {
  fault('F8', () => {
    const engine = createEngineSync()
    const other = createEngineSync()
    // An instruction that is unreachable, and nothing else.
    const bytes = Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      0x60,
      0,
      0,
      3,
      2,
      1,
      0,
      7,
      5,
      1,
      1,
      0x66,
      0,
      0,
      10,
      5,
      1,
      3,
      0,
      0,
      0x0b,
    )
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as { f(): void }
    const a = engine.matrix([[1]])
    expect(() => engine.guard(() => f())).toThrow(
      expect.objectContaining({ code: 'TRAP', message: expect.stringContaining('unreachable') }),
    )
    for (const call of [() => matmul(a, a), () => engine.matrix([[1]]), () => engine.guard(() => 1)]) {
      expect(call).toThrow(expect.objectContaining({ code: 'TRAP', message: expect.stringContaining('reset()') }))
    }
    engine.reset()
    expect(() => a.get(0, 0)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
    expect(matmul(engine.matrix([[2]]), engine.matrix([[3]])).get(0, 0)).toBe(6)
    expect(matmul(other.matrix([[2]]), other.matrix([[3]])).get(0, 0)).toBe(6)
  })

  fault('F12', async () => {
    // A host that validates everything but relaxed SIMD, told by the opcodes of its instructions.
    const host = {
      ...WebAssembly,
      ...hostParts(),
      validate: (bytes: BufferSource) => !isRelaxed(bytes) && WebAssembly.validate(bytes),
    }
    const engine = await createEngine({ host: host as never })
    expect(engine.info).toMatchObject({ backend: 'wasm', build: 'simd', features: { relaxedSimd: false } })
    expect(engine.info.reason).toContain('does not validate relaxed SIMD')
  })

  fault('F14', async () => {
    const fetching = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'))
    try {
      expect((await createEngine()).info.backend).toBe('wasm')
      expect(createEngineSync().info.backend).toBe('wasm')
      expect(fetching).not.toHaveBeenCalled()
    } finally {
      fetching.mockRestore()
    }
    // Only the client of a server asks for addresses.
    expect(
      sourcesWith(/\bfetch\(|\bXMLHttpRequest\b|\bWebSocket\b/).filter((path) => !/^(client|server|cli)\//.test(path)),
    ).toEqual([])
    expect(typeof loadSync).toBe('function')
  })

  fault('F45', () => {
    expect(sourcesWith(/\bindexedDB\b|\blocalStorage\b|\bsessionStorage\b|getDirectory\(|\bcaches\b\./)).toEqual([])
  })
})

const hostParts = () => ({
  Module: WebAssembly.Module,
  Memory: WebAssembly.Memory,
  Instance: WebAssembly.Instance,
  compile: WebAssembly.compile,
})

/** Relaxed instructions have opcodes from 0xfd 0x100 on, written as 0xfd 0x80+ 0x02. */
function isRelaxed(source: BufferSource): boolean {
  const bytes =
    source instanceof ArrayBuffer
      ? new Uint8Array(source)
      : new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
  return bytes.length < 200 && bytes.some((byte, i) => byte === 0xfd && bytes[i + 1] >= 0x80 && bytes[i + 2] === 2)
}
