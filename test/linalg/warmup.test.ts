// Warm-up: what it runs and says, how long it takes and holds the thread by a clock of the test's own, and that it leaves nothing behind.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createEngine, createEngineSync, type Engine, type EngineOptions, type WarmupOptions } from '../../src/index.js'
import { warmupWork } from '../../src/linalg/warmup-work.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/**
 * A clock that a call of the kernels moves on by `perCall` milliseconds and reading by a thousandth; how long the thread was held between pauses.
 */
function fakeClock(engine: Engine, perCall: (call: number) => number) {
  let [now, calls] = [0, 0]
  const held: number[] = []
  let since = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 1e-3
    return now
  })
  const { setTimeout } = globalThis
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((resolve: () => void) => {
    held.push(now - since)
    return setTimeout(() => {
      since = now
      resolve()
    }, 0)
  }) as typeof globalThis.setTimeout)
  const kernels = new Proxy(engine.kernels, {
    get: (target, name) => {
      const kernel = Reflect.get(target, name) as (...args: number[]) => unknown
      return (...args: number[]) => {
        now += perCall(calls++)
        return kernel(...args)
      }
    },
  })
  vi.spyOn(engine, 'kernels', 'get').mockReturnValue(kernels)
  vi.spyOn(engine, 'guard').mockImplementation((work) => work(kernels))
  return { held, calls: () => calls }
}

describe.each<[string, EngineOptions]>([
  ['wasm', {}],
  ['reproducible', { reproducible: true }],
  ['typescript', { backend: 'typescript' }],
])('%s', (_, options) => {
  test.each(['float32', 'float64'] as const)('%s: within its time, nothing left behind', async (dtype) => {
    const engine = await createEngine({ ...options, dtype })
    await engine.warmup({ milliseconds: 1 }) // makes the workspace, which stays
    const before = engine.memory.liveBytes
    const start = performance.now()
    const warm = await engine.warmup({ milliseconds: 120 })
    const took = performance.now() - start
    expect(warm.milliseconds).toBeLessThanOrEqual(took)
    // Far more than a slice, for machines that are busy with other things; without a bound it would take about 200 ms at least.
    expect(warm.steady || warm.milliseconds >= 120).toBe(true)
    expect(took).toBeLessThan(120 + 400)
    const letter = dtype === 'float64' ? 'd' : 's'
    const names = warm.kernels.map(({ name }) => name.replace(/ .*/, ''))
    const all = ['gemmDirect', 'gemmPacked', 'gemv', 'dot', 'axpy'].map((name) => letter + name)
    for (const name of names) expect([...all, 'matmul', 'plan']).toContain(name)
    for (const { first, steady } of warm.kernels) {
      expect(first).toBeGreaterThan(0)
      expect(steady).toBeGreaterThan(0)
    }
    expect(engine.memory.liveBytes).toBeLessThanOrEqual(before + 2 ** 21)
    expect(engine.memory.leaked).toBe(0)
    engine.dispose()
  })
})

test('slices are short, and the end is kept, by a clock that only kernels move', async () => {
  const engine = createEngineSync()
  // Never steady: every call takes longer than the one before, up to half a millisecond, and the first eight 3 ms.
  const { held } = fakeClock(engine, (call) => (call < 8 ? 3 : 0.1 + 0.4 * ((call % 97) / 97)))
  const warm = await engine.warmup({ milliseconds: 200 })
  vi.restoreAllMocks()
  expect(held.length).toBeGreaterThan(30)
  expect(Math.max(...held)).toBeLessThan(8)
  expect(warm.milliseconds).toBeGreaterThanOrEqual(199)
  expect(warm.milliseconds).toBeLessThan(205)
})

test('times that drop and stay are steady long before the end, and are told', async () => {
  const engine = createEngineSync()
  let slow = 0
  const { calls } = fakeClock(engine, () => (slow++ < 400 ? 0.05 : 0.01))
  const warm = await engine.warmup({ milliseconds: 5000 })
  vi.restoreAllMocks()
  expect(warm.steady).toBe(true)
  expect(warm.milliseconds).toBeLessThan(1000)
  expect(calls()).toBeGreaterThan(1000)
  expect(warm.kernels).toHaveLength(7)
  for (const { name, first, steady } of warm.kernels.slice(0, 6)) {
    expect(first, name).toBeCloseTo(0.05, 1)
    expect(steady, name).toBeCloseTo(0.01, 2)
  }
})

test('times that stay as they were from the beginning need some use before they are believed', async () => {
  const engine = createEngineSync()
  fakeClock(engine, () => 0.05)
  const warm = await engine.warmup({ milliseconds: 5000 })
  vi.restoreAllMocks()
  expect(warm.steady).toBe(true)
  expect(warm.milliseconds).toBeGreaterThan(7 * 24)
  expect(warm.milliseconds).toBeLessThan(7 * 40)
})

test('shapes choose path and edges, once each', () => {
  const engine = createEngineSync()
  const names = (shapes: [number, number, number][], dtype: 'float32' | 'float64' = 'float64') =>
    warmupWork(engine, dtype, shapes)
      .map(({ name }) => name)
      .filter((name) => name.includes('gemm'))
  expect(names([[3, 5, 7]])).toEqual(['dgemmDirect 3 x 5 x 7'])
  expect(names([[1003, 1005, 1007]], 'float32')).toEqual(['sgemmPacked 19 x 45 x 256'])
  expect(
    names([
      [64, 40, 64],
      [76, 128, 64],
      [2 ** 31 - 1, 1, 2 ** 31 - 1],
    ]),
  ).toEqual(['dgemmDirect 16 x 40 x 64', 'dgemmPacked 16 x 32 x 64', 'dgemmDirect 19 x 1 x 256'])
})

test('the engine may be used, marked and reset meanwhile', async () => {
  const engine = createEngineSync()
  const warming = engine.warmup({ milliseconds: 60 })
  const mark = engine.mark()
  using kept = engine.matrix([[1, 2]])
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(kept.toNested()).toEqual([[1, 2]])
  engine.release(mark)
  engine.reset()
  await warming
  expect(engine.memory.liveBytes).toBeLessThan(2 ** 20)
})

test('an engine that is disposed, before or meanwhile, is refused', async () => {
  const engine = createEngineSync()
  const warming = engine.warmup()
  engine.dispose()
  await expect(warming).rejects.toMatchObject({ code: 'DISPOSED' })
  await expect(engine.warmup()).rejects.toMatchObject({ code: 'DISPOSED' })
})

test('threads take no part and lose nothing', async () => {
  const engine = await createEngine({ threads: 2 })
  const { kernels } = await engine.warmup({ milliseconds: 30 })
  expect(kernels.length).toBeGreaterThan(0)
  engine.dispose()
})

test.each<[string, unknown, string]>([
  ['an unknown option', { shape: [[1, 1, 1]] }, "did you mean 'shapes'"],
  ['shapes of numbers', { shapes: [64, 64, 64] }, 'shapes[0] must be [m, n, k]'],
  ['a shape of two', { shapes: [[64, 64]] }, 'shapes[0] must be [m, n, k]'],
  ['shapes no array', { shapes: 64 }, 'shapes must be an array'],
  ['a size of 0', { shapes: [[8, 8, 8], [8, 0, 8]] }, 'shapes[1][1] must be an integer from 1'], // biome-ignore format: one line
  ['a size of NaN', { shapes: [[8, 8, Number.NaN]] }, 'shapes[0][2]'],
  ['another dtype', { dtype: 'int8' }, 'dtype must be one of'],
  ['no time', { milliseconds: 0 }, 'milliseconds must be'],
  ['NaN of time', { milliseconds: Number.NaN }, 'milliseconds must be'],
  ['too much time', { milliseconds: 1e6 }, 'at most 60000'],
])('%s is refused', async (_, options, message) => {
  const engine = createEngineSync()
  await expect(engine.warmup(options as WarmupOptions)).rejects.toThrow(message)
})
