// Starting an engine on good and bad hosts, its memory and handles, and what is left after a trap.
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { WebAssemblyHost } from '../../src/engine/features.js'
import {
  createEngine,
  createEngineSync,
  DisposedError,
  type Engine,
  type EngineOptions,
  MemoryError,
  PlanBuilder,
  probeFeatures,
  TrapError,
  UnsupportedError,
} from '../../src/index.js'

const binary = new Uint8Array(
  readFileSync(fileURLToPath(new URL('../../build/kernels.simd.wasm', import.meta.url))),
) as Uint8Array<ArrayBuffer>

const CHROMIUM_CSP =
  "WebAssembly.Module(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\""
const FIREFOX_CSP = 'call to WebAssembly.Module() blocked by CSP'

/** This host with some parts replaced. */
function host(parts: Partial<Record<keyof WebAssemblyHost, unknown>>): WebAssemblyHost {
  const { validate, compile, Module, Memory, Instance } = WebAssembly
  return { validate, compile, Module, Memory, Instance, ...parts } as WebAssemblyHost
}

/** A host that refuses to compile with this text. */
function refusing(text: string): WebAssemblyHost {
  return host({
    compile: () => Promise.reject(new WebAssembly.CompileError(text)),
    Module: class {
      constructor() {
        throw new WebAssembly.CompileError(text)
      }
    },
  })
}

const starts = [
  ['createEngine', async (options?: EngineOptions) => createEngine(options)],
  ['createEngineSync', async (options?: EngineOptions) => createEngineSync(options)],
] as const

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

function multiplies(engine: Engine): void {
  const a = engine.matrix([
    [1, 2],
    [3, 4],
  ])
  expect(engine.matmul(a, a).toNested()).toEqual([
    [7, 10],
    [15, 22],
  ])
}

describe.each(starts)('%s', (name, start) => {
  test('on this host: WebAssembly, with a reason, frozen', async () => {
    const engine = await start()
    const { info } = engine
    const { relaxedSimd } = probeFeatures()
    const build = relaxedSimd && name === 'createEngine' ? 'relaxed' : 'simd'
    expect(info).toMatchObject({ backend: 'wasm', build, reproducible: build === 'simd' })
    expect(info.fallback).toBeUndefined()
    expect(info.features).toEqual(probeFeatures())
    expect(info.reason.length).toBeGreaterThan(10)
    expect(Object.isFrozen(info)).toBe(true)
    multiplies(engine)
  })

  test('reproducible takes the simd build and says so', async () => {
    const { info } = await start({ reproducible: true })
    expect(info).toMatchObject({ build: 'simd', reproducible: true })
  })

  test('typescript where it is asked for: no fallback, because nothing failed', async () => {
    const engine = await start({ backend: 'typescript' })
    expect(engine.info).toMatchObject({ backend: 'typescript', build: 'typescript', reproducible: true })
    expect(engine.info.fallback).toBeUndefined()
    multiplies(engine)
  })

  test.each([
    ['no WebAssembly at all', null, 'NO_WEBASSEMBLY', /no WebAssembly/],
    ['a validate that throws', host({ validate: () => expect.fail('broken') }), 'NO_SIMD', /SIMD/],
    ['no SIMD', host({ validate: () => false }), 'NO_SIMD', /SIMD/],
    ["Chromium's content security policy", refusing(CHROMIUM_CSP), 'COMPILE_REFUSED', /'wasm-unsafe-eval'/],
    ["Firefox's content security policy", refusing(FIREFOX_CSP), 'COMPILE_REFUSED', /'wasm-unsafe-eval'/],
    ['another refusal', refusing('too large for this thread'), 'COMPILE_REFUSED', /too large for this thread/],
  ] as const)('on a host with %s: TypeScript with a reason, or UnsupportedError', async (_, fake, code, text) => {
    const engine = await start({ host: fake })
    expect(engine.info).toMatchObject({ backend: 'typescript', build: 'typescript', reproducible: true })
    expect(engine.info.fallback?.code).toBe(code)
    expect(engine.info.fallback?.message).toMatch(text)
    expect(engine.info.reason).toContain(engine.info.fallback?.message)
    multiplies(engine)

    const error = (await rejection(start({ host: fake, backend: 'wasm' }))) as UnsupportedError
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error).toMatchObject({ code: 'UNSUPPORTED', argument: 'backend', data: { reason: code } })
    expect(error.message).toMatch(text)
  })

  test('takes a binary of the caller, as bytes and compiled', async () => {
    for (const wasm of [binary, new WebAssembly.Module(binary)]) {
      const engine = await start({ wasm })
      expect(engine.info).toMatchObject({ backend: 'wasm', build: 'simd', reason: 'the binary that was passed in' })
      multiplies(engine)
    }
  })

  test('truncated or foreign bytes never run', async () => {
    const flipped = binary.slice()
    flipped[0] ^= 1
    for (const wasm of [binary.slice(0, 1000), binary.slice(0, binary.length - 1), flipped, new Uint8Array(0)]) {
      // Also where a fallback is allowed: it would hide the mistake.
      for (const backend of ['wasm', 'auto'] as const) {
        expect(await rejection(start({ wasm, backend }))).toMatchObject({ code: 'FORMAT', argument: 'wasm' })
      }
    }
    // A valid module that is not ours is the caller's mistake, whatever the backend.
    const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])
    const error = (await rejection(start({ wasm: empty }))) as UnsupportedError
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error.message).toContain('lacks')
  })

  test('a host without room for a memory: MemoryError, and TypeScript still runs', async () => {
    const full = host({
      Memory: class {
        constructor() {
          throw new RangeError('WebAssembly.Memory(): could not allocate memory')
        }
      },
    })
    const error = (await rejection(start({ host: full, budgetBytes: 2 ** 20 }))) as MemoryError
    expect(error).toBeInstanceOf(MemoryError)
    expect(error).toMatchObject({ argument: 'budgetBytes', data: { limit: 2 ** 20 } })
    expect(error.cause).toBeInstanceOf(RangeError)
    multiplies(await start({ host: full, backend: 'typescript' }))
  })
})

const backends = ['wasm', 'typescript'] as const

describe.each(backends)('memory of the %s engine', (backend) => {
  test('grows under live handles: a new view has the same data', () => {
    const engine = createEngineSync({ backend, initialBytes: 65536 })
    const a = engine.matrix([1, 3], [1, 2, 3])
    const old = a.view()
    const reserved = engine.memory.reservedBytes
    const b = engine.matrix([256, 256])
    expect(engine.memory.reservedBytes).toBeGreaterThan(reserved)
    if (backend === 'wasm') expect(old.length).toBe(0)
    expect([...a.view()]).toEqual([1, 2, 3])
    expect(b.view().every((value) => value === 0)).toBe(true)
  })

  test('a matrix without data is zero even where memory was used before', () => {
    const engine = createEngineSync({ backend })
    const first = engine.matrix([4, 4], new Float64Array(16).fill(7))
    const { pointer } = first
    first.dispose()
    const second = engine.matrix([4, 4])
    expect(second.pointer).toBe(pointer)
    expect([...second.view()]).toEqual(new Array(16).fill(0))
  })

  test('a request over the budget changes nothing, and the engine goes on', () => {
    const engine = createEngineSync({ backend, budgetBytes: 2 ** 20 })
    const a = engine.matrix([[1]])
    const before = engine.memory
    expect(() => engine.matrix([1000, 1000])).toThrow(MemoryError)
    expect(() => engine.matrix([65536, 65536])).toThrow(MemoryError)
    expect(() => engine.matrix([2 ** 31 - 1, 2 ** 31 - 1])).toThrow(MemoryError)
    expect(engine.memory).toEqual(before)
    expect(a.get(0, 0)).toBe(1)
    multiplies(engine)
  })

  test('a host that stops growing is a MemoryError with its numbers', () => {
    const engine = createEngineSync({ backend, initialBytes: 2 ** 18 })
    const { linearMemory } = engine
    const grow = vi.spyOn(linearMemory, 'grow').mockReturnValue(false)
    const before = engine.memory
    expect(() => engine.matrix([512, 512])).toThrow(
      expect.objectContaining({ code: 'MEMORY', data: { requested: 2 ** 21, available: 2 ** 18, limit: 2 ** 18 } }),
    )
    expect(engine.memory).toEqual(before)
    grow.mockRestore()
    engine.matrix([512, 512]).dispose()
  })
})

describe.each(backends)('handles of the %s engine', (backend) => {
  test('dispose gives back, twice is harmless, and use afterwards is an error', () => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([2, 2])
    const copy = engine.matrix(a)
    const { liveBytes } = engine.memory
    a.dispose()
    a.dispose()
    expect(engine.memory.liveBytes).toBe(liveBytes - 64)
    expect(a.disposed).toBe(true)
    for (const use of [
      () => a.view(),
      () => a.toArray(),
      () => a.toNested(),
      () => a.get(0, 0),
      () => a.set([1, 2, 3, 4]),
      () => a.pointer,
      () => engine.matmul(a, copy),
      () => engine.matmul(copy, a),
      () => engine.matmul(copy, copy, { out: a }),
      () => engine.svd(a),
      () => engine.singularValues(a),
      () => engine.matrix(a),
    ]) {
      expect(use).toThrow(DisposedError)
      expect(engine.memory.liveBytes).toBe(liveBytes - 64)
    }
  })

  test('`using` disposes', () => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([2, 2])
    a[Symbol.dispose]()
    expect(engine.memory.liveBytes).toBe(0)
  })

  test('handles of another engine are foreign', () => {
    const [one, two] = [createEngineSync({ backend }), createEngineSync({ backend: 'typescript' })]
    const [a, b] = [one.matrix([2, 2]), two.matrix([2, 2])]
    const { liveBytes } = one.memory
    expect(() => one.matmul(a, b)).toThrow(/b is a foreign handle/)
    expect(() => one.matmul(a, a, { out: b })).toThrow(/out is a foreign handle/)
    expect(() => one.matmul(a, b)).toThrow(DisposedError)
    expect(() => new PlanBuilder(one, 'float64').add(a, b)).toThrow(DisposedError)
    expect(one.memory.liveBytes).toBe(liveBytes)
    expect(one.matrix(b).toArray()).toEqual(b.toArray())
  })

  test('mark and release dispose what was made in between, and only that', () => {
    const engine = createEngineSync({ backend })
    const kept = engine.matrix([[1]])
    const outer = engine.mark()
    const a = engine.matrix([[2]])
    const inner = engine.mark()
    const b = engine.matrix([[3]])
    const gone = engine.matrix([[4]])
    gone.dispose()
    // The records, slots and temporaries of a plan are not the mark's; the plan here outlives it.
    const p = new PlanBuilder(engine, 'float64')
    const slot = p.sumOfSquares(kept)
    const plan = p.build()
    engine.release(inner)
    expect([kept.disposed, a.disposed, b.disposed, gone.disposed]).toEqual([false, false, true, true])
    expect(() => b.view()).toThrow(DisposedError)
    plan.run()
    expect(slot.value).toBe(1)
    engine.release(outer)
    expect(a.disposed).toBe(true)
    plan.dispose()
    kept.dispose()
    expect(engine.memory.liveBytes).toBeLessThanOrEqual(64) // the workspace of products
  })

  test('a mark from before a reset is refused, and later marks still work', () => {
    const engine = createEngineSync({ backend })
    const stale = engine.mark()
    engine.reset()
    expect(() => engine.release(stale)).toThrow(/innermost open mark/)
    const mark = engine.mark()
    const a = engine.matrix([[1]])
    engine.release(mark)
    expect(a.disposed).toBe(true)
  })

  test('a disposed engine refuses everything but dispose', () => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([2, 2])
    const p = new PlanBuilder(engine, 'float64')
    p.scale(2, a)
    const plan = p.build()
    engine.dispose()
    engine.dispose()
    for (const use of [
      () => engine.matrix([2, 2]),
      () => engine.matmul(a, a),
      () => a.view(),
      () => plan.run(),
      () => engine.reset(),
      () => engine.kernels,
    ]) {
      expect(use).toThrow(DisposedError)
    }
    a.dispose()
    plan.dispose()
    expect(engine.memory.liveBytes).toBe(0)
  })

  test('reset forgets all handles and starts with empty memory', () => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([2, 2])
    engine.reset()
    expect(engine.memory).toMatchObject({ liveBytes: 0, peakBytes: 0 })
    const b = engine.matrix([2, 2], [1, 2, 3, 4])
    expect(() => a.view()).toThrow(DisposedError)
    a.dispose()
    expect([...b.view()]).toEqual([1, 2, 3, 4])
    multiplies(engine)
  })
})

describe('traps', () => {
  test('poison the engine until reset, which forgets the old handles', () => {
    const engine = createEngineSync()
    const a = engine.matrix([
      [1, 2],
      [3, 4],
    ])
    const trap = (() => {
      try {
        engine.guard((kernels) => kernels.dfill(8, 1, 2 ** 32 - 64))
      } catch (error) {
        return error
      }
    })() as TrapError
    expect(trap).toBeInstanceOf(TrapError)
    expect(trap.code).toBe('TRAP')
    expect(trap.message).toContain('reset()')
    expect(trap.cause).toBeInstanceOf(WebAssembly.RuntimeError)
    for (const use of [() => engine.matrix([1, 1]), () => engine.matmul(a, a), () => a.view(), () => engine.kernels]) {
      let error: unknown
      try {
        use()
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBe(trap)
    }
    engine.reset()
    expect(() => a.view()).toThrow(DisposedError)
    expect(() => engine.matmul(a, a)).toThrow(DisposedError)
    multiplies(engine)
  })

  test('do not reach another engine', () => {
    const [one, two] = [createEngineSync(), createEngineSync()]
    const b = two.matrix([[5]])
    expect(() => one.guard((kernels) => kernels.dfill(8, 1, 2 ** 32 - 64))).toThrow(TrapError)
    expect(b.get(0, 0)).toBe(5)
    multiplies(two)
  })

  test('an error of the caller inside guard passes through and poisons nothing', () => {
    const engine = createEngineSync()
    const error = new Error('mine')
    expect(() =>
      engine.guard(() => {
        throw error
      }),
    ).toThrow(error)
    multiplies(engine)
  })
})

describe('forgotten handles', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void

  afterEach(() => {
    vi.restoreAllMocks()
  })

  /** Make matrices in a frame of their own, so that no register holds the last. */
  function forget(engine: Engine, count: number): void {
    for (let i = 0; i < count; i++) engine.matrix([16, 4])
  }

  async function until(done: () => boolean): Promise<void> {
    for (let turn = 0; turn < 100 && !done(); turn++) {
      collect()
      await wait(2)
    }
  }

  test('are collected, counted and told; their memory is free again', async () => {
    const leaks: unknown[] = []
    const engine = createEngineSync({ onLeak: (leak) => leaks.push(leak) })
    const kept = engine.matrix([[1]])
    const { liveBytes } = engine.memory
    forget(engine, 20)
    expect(engine.memory.liveBytes).toBe(liveBytes + 20 * 512)
    await until(() => engine.memory.leaked === 20)
    expect(engine.memory).toMatchObject({ leaked: 20, liveBytes })
    expect(leaks).toEqual(new Array(20).fill({ bytes: 512, shape: [16, 4] }))
    expect(kept.get(0, 0)).toBe(1)
  })

  test('warn once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const engine = createEngineSync()
    forget(engine, 5)
    await until(() => engine.memory.leaked === 5)
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0][0]).toContain('16 x 4')
  })

  test('disposed, released and reset ones are no leaks', async () => {
    const onLeak = vi.fn()
    const engine = createEngineSync({ onLeak })
    const probe = createEngineSync({ onLeak: () => {} })
    ;(() => {
      for (let i = 0; i < 5; i++) engine.matrix([16, 4]).dispose()
      const mark = engine.mark()
      forget(engine, 5)
      engine.release(mark)
      forget(engine, 5)
      engine.reset()
    })()
    forget(probe, 5)
    // Once the other engine's handles are gone, so are these.
    await until(() => probe.memory.leaked === 5)
    expect(probe.memory.leaked).toBe(5)
    expect(onLeak).not.toHaveBeenCalled()
    expect(engine.memory).toMatchObject({ leaked: 0, liveBytes: 0 })
  })
})

test('a matrix can be made from a view of another one, though making it grows memory', () => {
  for (const backend of ['wasm', 'typescript'] as const) {
    using engine = createEngineSync({ backend, initialBytes: 2 ** 20 })
    const a = engine.matrix([128, 256], new Float64Array(128 * 256).fill(3))
    for (let i = 0; i < 8; i++) {
      const copy = engine.matrix([128, 256], a.view())
      expect(copy.view().every((value) => value === 3)).toBe(true)
    }
  }
})
