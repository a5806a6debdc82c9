// Threads in Node: the same bits as one thread, whatever is shared with whomever; starting, failing, stopping, and starting over.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { withSharedMemory } from '../../../src/engine/threads/shared-memory.js'
import {
  createEngine,
  createEngineSync,
  DTypeError,
  type Engine,
  OptionError,
  RangeArgError,
  TrapError,
} from '../../../src/index.js'
import { buildFile } from '../../kernels/helpers/executors.js'

const COUNTS = [2, 3, 4, 7] // more than this machine has cores, and than some products have rows
const one = await createEngine({ reproducible: true })
const teams: Engine[] = []

beforeAll(async () => {
  for (const threads of COUNTS) teams.push(await createEngine({ reproducible: true, threads }))
})
afterAll(() => {
  for (const engine of [one, ...teams]) engine.dispose()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const made = new Map<string, Float64Array>()

/** Entries in [-1/2, 1/2) with no pattern that a tile could hide. */
function entries(size: number, seed: number): Float64Array {
  let state = seed
  const key = `${size} ${seed}`
  const values =
    made.get(key) ??
    Float64Array.from({ length: size }, () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0
      return state / 2 ** 32 - 0.5
    })
  made.set(key, values)
  return values
}

type Case = {
  m: number
  n: number
  k: number
  trans: number
  alpha: number
  beta: number
  dtype: 'float32' | 'float64'
}

function product(engine: Engine, { m, n, k, trans, alpha, beta, dtype }: Case): Buffer {
  using a = engine.matrix(trans & 1 ? [k, m] : [m, k], entries(m * k, 1), { dtype })
  using b = engine.matrix(trans & 2 ? [n, k] : [k, n], entries(k * n, 2), { dtype })
  using out = engine.matrix([m, n], entries(m * n, 3), { dtype })
  engine.matmul(a, b, { transposeA: !!(trans & 1), transposeB: !!(trans & 2), alpha, beta, out })
  return Buffer.from(out.toArray().buffer)
}

describe('the bits of one thread', () => {
  const shapes = [
    ...[
      [64, 64, 64],
      [51, 52, 53],
      [129, 130, 257],
      [150, 1030, 260],
      [3, 2000, 60],
      [2000, 3, 60],
      [1, 3000, 300],
    ],
    // columns that end in half a vector, behind whole strips and alone
    ...[
      [700, 10, 70],
      [90, 42, 50],
      [400, 2, 300],
      [17, 1034, 64],
    ],
    // or in one vector, and a chunk of columns would have ended at the strip before it: chunks of tiles, of float64 and float32, and of the copy
    ...[
      [17, 22, 400],
      [17, 44, 260],
      [60, 38, 256],
      [60, 76, 128],
    ],
  ]
  test.each(shapes)('m = %i, n = %i, k = %i', (m, n, k) => {
    let turn = 0 // the numbers of threads take turns
    for (const dtype of ['float32', 'float64'] as const) {
      for (const trans of [0, 1, 2, 3]) {
        const [alpha, beta] = [
          [1, 0],
          [0.7, 1],
          [-1.3, 0.4],
        ][(trans + turn) % 3]
        const given = { m, n, k, trans, alpha, beta, dtype }
        const expected = product(one, given)
        for (let i = 0; i < 2; i++) {
          const which = turn++ % teams.length
          expect(product(teams[which], given).equals(expected), `${COUNTS[which]} ${JSON.stringify(given)}`).toBe(true)
        }
      }
    }
  })

  test('of factorizations', () => {
    const data = entries(150 * 90, 4)
    const bits = (engine: Engine) => {
      using a = engine.matrix([150, 90], data)
      const { u, s, v } = engine.svd(a)
      const { q, r } = engine.qr(a)
      const all = [u.toArray(), s, v.toArray(), q.toArray(), r.toArray()]
      for (const matrix of [u, v, q, r]) matrix.dispose()
      return all
    }
    const expected = bits(one)
    for (const engine of teams.slice(0, 2)) expect(bits(engine)).toEqual(expected)
  })

  test('in a hundred thousand small products, which threads leave and join as they come', () => {
    const [engine] = teams
    using a = engine.matrix([52, 52], entries(2704, 5))
    using b = engine.matrix([52, 52], entries(2704, 6))
    using c = engine.matrix([52, 52])
    engine.matmul(a, b, { out: c })
    const expected = Buffer.from(c.toArray().buffer)
    const end = performance.now() + 4000 // however slow the machine is
    for (let i = 0; i < 100_000 && performance.now() < end; i++) {
      engine.matmul(a, b, { out: c })
      if (i % 1000 === 0) expect(Buffer.from(c.toArray().buffer).equals(expected)).toBe(true)
    }
    expect(Buffer.from(c.toArray().buffer).equals(expected)).toBe(true)
  })
})

test('threads serve, and a job without chunks harms nobody', async () => {
  const words = new Int32Array(teams[2].linearMemory.buffer, 4096, 128)
  await vi.waitFor(() => expect(Atomics.load(words, 204 / 4)).toBe(3), 5000)
  // A job posted by hand, of no chunk: sleepers wake and find nothing.
  Atomics.add(words, 0, 1)
  Atomics.notify(words, 0)
  expect(product(teams[2], CASE).equals(product(one, CASE))).toBe(true)
})

const CASE: Case = { m: 80, n: 90, k: 100, trans: 0, alpha: 1, beta: 0, dtype: 'float64' }

test('what it says of itself', async () => {
  expect(teams[1].info.threads).toEqual({
    requested: 3,
    used: 3,
    reason: '3 threads share the memory of this engine',
  })
  expect(one.info.threads).toEqual({ requested: 1, used: 1, reason: 'one thread, unless threads is given' })
  expect(Object.isFrozen(teams[1].info.threads)).toBe(true)
})

test('what leaves the engine is not shared', () => {
  using a = teams[0].matrix([[1, 2]])
  expect(a.view().buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(a.toArray().buffer).toBeInstanceOf(ArrayBuffer)
})

test('memory grows under the threads, and old views stay good', async () => {
  using engine = await createEngine({ reproducible: true, threads: 2, initialBytes: 65536 })
  const first = engine.matrix([[1, 2, 3]])
  const view = first.view()
  expect(product(engine, { ...CASE, m: 700, n: 800 }).equals(product(one, { ...CASE, m: 700, n: 800 }))).toBe(true)
  expect(engine.memory.reservedBytes).toBeGreaterThan(4e6)
  view[0] = 7
  expect(first.toNested()).toEqual([[7, 2, 3]])
})

describe('one thread, and why', () => {
  const refusal = async (options = {}) => {
    using engine = await createEngine({ reproducible: true, threads: 2, ...options })
    expect(engine.info.threads).toMatchObject({ requested: 2, used: 1 })
    const small = { ...CASE, m: 20, n: 20, k: 20 }
    expect(product(engine, small).equals(product(one, small))).toBe(true)
    using a = engine.matrix([[1]])
    if (engine.info.backend === 'wasm') expect(a.view().buffer).toBeInstanceOf(ArrayBuffer)
    return engine.info.threads.reason
  }

  test('a page that is not isolated', async () => {
    vi.stubGlobal('crossOriginIsolated', false)
    expect(await refusal()).toContain('Cross-Origin-Opener-Policy: same-origin')
  })

  test('no shared memory', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined)
    expect(await refusal()).toBe('this host has no SharedArrayBuffer')
  })

  test('no workers', async () => {
    vi.stubGlobal('process', { ...process, getBuiltinModule: undefined })
    expect(await refusal()).toBe('this host has no workers')
  })

  test('a worker that does not start, one that is refused, and one that says nothing', async () => {
    const threads = (Worker: unknown) => ({ ...process, getBuiltinModule: () => ({ Worker }) })
    let ended = 0
    class Failing {
      on(event: string, listener: (error: Error) => void) {
        if (event === 'error') setTimeout(() => listener(new Error('out of threads')))
      }
      unref() {}
      async terminate() {
        ended++
      }
    }
    vi.stubGlobal('process', threads(Failing))
    expect(await refusal()).toBe('this host starts no threads: out of threads')
    expect(ended).toBe(1)
    vi.stubGlobal(
      'process',
      threads(
        class {
          constructor() {
            throw new Error('access denied')
          }
        },
      ),
    )
    expect(await refusal()).toBe('this host starts no threads: access denied')
  })

  test('a budget too small, and the TypeScript executor', async () => {
    expect(await refusal({ budgetBytes: 100_000 })).toContain('more than half of budgetBytes')
    expect(await refusal({ backend: 'typescript' })).toBe('the TypeScript reference has one thread')
  })

  test('a compiled module for one thread; one for several, and bytes of either, do', async () => {
    const binary = new Uint8Array(buildFile('kernels.simd.wasm'))
    expect(await refusal({ wasm: new WebAssembly.Module(binary) })).toContain('takes no shared memory')
    for (const wasm of [
      binary,
      withSharedMemory(binary, true),
      new WebAssembly.Module(withSharedMemory(binary, true)),
    ]) {
      using engine = await createEngine({ wasm, threads: 2 })
      expect(engine.info.threads.used).toBe(2)
    }
    using engine = await createEngine({ wasm: withSharedMemory(binary, true) })
    expect(engine.info.build).toBe('simd')
  })
})

test('options are checked', async () => {
  for (const threads of [0, 65, 1.5, Number.NaN]) {
    await expect(createEngine({ threads })).rejects.toThrow(RangeArgError)
  }
  await expect(createEngine({ threads: '2' as never })).rejects.toThrow(DTypeError)
  await expect(createEngine({ wide: 1 as never })).rejects.toThrow(DTypeError)
  expect(() => createEngineSync({ threads: 2 })).toThrow(OptionError)
  expect(() => createEngineSync({ threads: 2 })).toThrow('await createEngine')
  expect(createEngineSync({ threads: 1 }).info.threads.used).toBe(1)
})

test('a trap in a chunk poisons the engine; reset starts new threads', async () => {
  using engine = await createEngine({ reproducible: true, threads: 3 })
  const before = engine.linearMemory.buffer
  const outside = 2 ** 31
  expect(() => engine.guard((k) => k.dgemmDirect(0, 64, 64, 64, 1, outside, 64, 8192, 64, 0, 8192, 64, 8192))).toThrow(
    TrapError,
  )
  expect(() => engine.matrix([[1]])).toThrow(TrapError)
  engine.reset()
  expect(engine.linearMemory.buffer).not.toBe(before)
  expect(product(engine, CASE).equals(product(one, CASE))).toBe(true)
  const words = new Int32Array(engine.linearMemory.buffer, 4096, 128)
  await vi.waitFor(() => expect(Atomics.load(words, 204 / 4)).toBe(2), 5000)
  expect(product(engine, CASE).equals(product(one, CASE))).toBe(true)
})

test('made and disposed many times, idle or not: every thread ends', async () => {
  for (let i = 0; i < 8; i++) {
    const engine = await createEngine({ reproducible: true, threads: 3 })
    const words = new Int32Array(engine.linearMemory.buffer, 4096, 128)
    if (i % 2) product(engine, CASE)
    engine.dispose()
    engine.dispose()
    expect(Atomics.load(words, 196 / 4)).toBe(1)
  }
})

test('a process with engines that nobody disposed ends by itself', () => {
  const program = `
    import { createEngine } from '${new URL('../../../src/index.ts', import.meta.url)}'
    const engine = await createEngine({ threads: 4 })
    const a = engine.matrix([100, 100])
    engine.matmul(a, a)
    console.log(engine.info.threads.used)`
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 60_000 })).toBe('4\n')
}, 90_000)
