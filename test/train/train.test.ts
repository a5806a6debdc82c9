// The loop as its users meet it: frames, back-pressure, abortion, stopping, divergence, failing probes.
import { describe, expect, test, vi } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  explicit,
  gaussian,
  gradientDescent,
  type Probe,
  ProbeError,
  probes,
  RangeArgError,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'

const engine = createEngineSync()
const task = whitened([
  [3, 0],
  [0, 1],
])
const network = () => createNetwork(engine, { sizes: [2, 8, 2], init: gaussian({ variance: 1e-2 }), seed: 1 })
const optimizer = gradientDescent({ learningRate: 0.05 })

describe('frames and result', () => {
  test('columns hold every frame: start, every so many steps, end', async () => {
    using net = network()
    const run = train(net, task, {
      optimizer,
      steps: 25,
      record: { every: 10, probes: [probes.loss(), probes.singularValues()] },
    })
    const frames = []
    for await (const frame of run) frames.push(frame)
    const { status, columns, steps, time } = await run.finished
    expect(status).toBe('completed')
    expect(steps).toBe(25)
    expect(time).toBeCloseTo(1.25, 15)
    expect(frames.map(({ step }) => step)).toEqual([0, 10, 20, 25])
    expect(Array.from(columns.step.data)).toEqual([0, 10, 20, 25])
    expect(columns.time.data[3]).toBeCloseTo(1.25, 15)
    expect(columns.loss.shape).toEqual([])
    expect(columns.singularValues.shape).toEqual([2])
    expect(columns.singularValues.data).toHaveLength(8)
    expect(frames.map(({ loss }) => loss)).toEqual(Array.from(columns.loss.data))
    expect(Array.from(frames[2].singularValues)).toEqual(Array.from(columns.singularValues.data.slice(4, 6)))
  })

  test('slices, frames and probes change no bit', () => {
    const final = (options: { every: number; sliceMs?: number }) => {
      using net = network()
      trainSync(net, task, { optimizer, steps: 500, record: { every: options.every }, sliceMs: options.sliceMs })
      return net.weights.map((w) => Array.from(w.toArray()))
    }
    const once = final({ every: 500 })
    expect(final({ every: 7 })).toEqual(once)
    expect(final({ every: 500, sliceMs: 1e-6 })).toEqual(once)
  })

  test('WebAssembly and TypeScript record the same bits', () => {
    const record = (backend: 'wasm' | 'typescript', dtype: 'float32' | 'float64') => {
      using other = createEngineSync({ backend })
      const net = createNetwork(other, { sizes: [5, 9, 7, 3], init: gaussian({ gamma: 1 }), seed: 4, dtype })
      const target = [
        [2, 0, 1, 0, 0],
        [0, 1, 0, 0.5, 0],
        [0, 0, 0.3, 0, 0.1],
      ]
      const { columns } = trainSync(net, whitened(target), {
        optimizer,
        steps: 2000,
        record: {
          every: 50,
          probes: [
            probes.loss(),
            probes.gradientNorm(),
            probes.balance(),
            probes.weights(),
            probes.nuclearNorm(),
            probes.rank(),
          ],
        },
      })
      return Object.fromEntries(Object.entries(columns).map(([name, { data }]) => [name, Array.from(data)]))
    }
    for (const dtype of ['float32', 'float64'] as const)
      expect(record('wasm', dtype)).toEqual(record('typescript', dtype))
  })

  test('zero steps record the start and nothing else', async () => {
    using net = network()
    const { columns, steps, stepsPerSecond } = await train(net, task, { optimizer, steps: 0 }).finished
    expect(steps).toBe(0)
    expect(stepsPerSecond).toBe(0)
    expect(columns.step.data).toHaveLength(1)
  })

  test('a run gives its memory back', async () => {
    using net = network()
    const before = engine.memory.liveBytes
    const all = [
      probes.loss(),
      probes.balance({ drift: true }),
      probes.gradientNorm(),
      probes.weights(),
      probes.singularValues(),
    ]
    await train(net, task, { optimizer, steps: 100, record: { probes: all } }).finished
    const workspace = engine.memory.liveBytes - before
    await train(net, task, { optimizer, steps: 100, record: { probes: all } }).finished
    expect(engine.memory.liveBytes - before).toBe(workspace)
    expect(workspace).toBeLessThan(1e6)
  })
})

describe('control', () => {
  test('a slow consumer holds the run back', async () => {
    using net = network()
    const run = train(net, task, { optimizer, steps: 100_000, record: { every: 1 } })
    let taken = 0
    for await (const frame of run) {
      taken++
      if (taken === 10) {
        await new Promise((resolve) => setTimeout(resolve, 30))
        expect(frame.step).toBe(9)
        break
      }
    }
    const { status, steps } = await run.finished
    expect(status).toBe('aborted')
    expect(steps).toBeLessThan(200)
  })

  test('waiting for the end from inside the loop lifts the back-pressure', async () => {
    using net = network()
    const run = train(net, task, { optimizer, steps: 5000, record: { every: 1 } })
    let frames = 0
    for await (const _ of run) {
      frames++
      if (frames === 2) expect((await run.finished).status).toBe('completed')
    }
    expect(frames).toBe(5001)
  })

  test('of two consumers the slower one sets the pace, and both see every frame', async () => {
    using net = network()
    const run = train(net, task, { optimizer, steps: 500, record: { every: 1 } })
    const read = async (delay: number) => {
      const steps: number[] = []
      for await (const { step } of run) {
        steps.push(step)
        if (step % 100 === 0) await new Promise((resolve) => setTimeout(resolve, delay))
      }
      return steps
    }
    const all = Array.from({ length: 501 }, (_, i) => i)
    expect(await Promise.all([read(0), read(5)])).toEqual([all, all])
  })

  test('without a consumer the run goes on to its end', async () => {
    using net = network()
    const { status, columns } = await train(net, task, { optimizer, steps: 5000, record: { every: 10 } }).finished
    expect(status).toBe('completed')
    expect(columns.loss.length).toBe(501)
    // Columns grow as they fill; what was in them stays.
    expect(Array.from(columns.step.data)).toEqual(Array.from({ length: 501 }, (_, i) => 10 * i))
  })

  test('a signal ends the run between slices and keeps what was done', async () => {
    using net = network()
    const controller = new AbortController()
    let frames = 0
    // Aborts from inside, at the third frame: a clock would find a slow machine before its first step.
    const stopper: Probe<'stopper', number> = {
      name: 'stopper',
      shape: () => [],
      emit: () => () => {
        if (++frames === 3) controller.abort()
        return frames
      },
    }
    const { status, steps, columns } = await train(net, task, {
      optimizer,
      steps: 1e12,
      record: { every: 100, probes: [probes.loss(), stopper] },
      signal: controller.signal,
    }).finished
    expect([status, steps]).toEqual(['aborted', 200])
    expect(columns.loss.data[0]).toBeGreaterThan(1)
    expect(net.weights[0].view().every(Number.isFinite)).toBe(true)
  })

  test('an aborted signal records the start only', async () => {
    using net = network()
    const { status, steps } = await train(net, task, { optimizer, steps: 100, signal: AbortSignal.abort() }).finished
    expect([status, steps]).toEqual(['aborted', 0])
  })

  test('the event loop turns while a run works', async () => {
    using net = createNetwork(engine, { sizes: [32, 128, 32], seed: 1 })
    const identity = Array.from({ length: 32 }, (_, i) => Array.from({ length: 32 }, (_, j) => (i === j ? 1 : 0)))
    const ticks = vi.fn()
    const timer = setInterval(ticks, 5)
    await train(net, whitened(identity), { optimizer: gradientDescent({ learningRate: 1e-3 }), steps: 2000 }).finished
    clearInterval(timer)
    expect(ticks.mock.calls.length).toBeGreaterThan(3)
  })

  test.each([
    { until: { loss: 1e-3 }, column: 'loss', most: 1e-3 },
    { until: { gradientNorm: 1e-4 }, column: 'gradientNorm', most: 1e-4 },
  ] as const)('until $until stops at the first frame that meets it', async ({ until, column, most }) => {
    using net = network()
    const observed = [probes.loss(), probes.gradientNorm()] as const
    const { status, steps, columns } = await train(net, task, {
      optimizer,
      steps: 100_000,
      record: { every: 20, probes: observed },
      until,
    }).finished
    expect(status).toBe('converged')
    expect(steps % 20).toBe(0)
    const values = columns[column].data
    expect(values.at(-1)).toBeLessThanOrEqual(most)
    expect(values.at(-2)).toBeGreaterThan(most)
  })

  test('a stop rule needs no probe of the same name', async () => {
    using net = network()
    const { status, columns } = await train(net, task, {
      optimizer,
      steps: 100_000,
      record: { every: 20, probes: [probes.rank()] },
      until: { loss: 1e-3 },
    }).finished
    expect(status).toBe('converged')
    expect(Object.keys(columns).sort()).toEqual(['rank', 'step', 'time'])
  })
})

describe('divergence', () => {
  /** The same scalar recursion in plain numbers: two 1 x 1 layers, both gradients from the old weights. */
  function firstBadStep(start: number, rate: number): { step: number; before: [number, number] } {
    let [a, b] = [start, start]
    for (let step = 1; ; step++) {
      const residual = b * a - 1
      const [nextA, nextB] = [a - rate * (b * residual), b - rate * (residual * a)]
      if (!Number.isFinite(nextA) || !Number.isFinite(nextB)) return { step, before: [a, b] }
      a = nextA
      b = nextB
    }
  }

  test('is found at its very step and layer, and leaves the last finite weights', async () => {
    const start = 1.5
    const rate = 3
    const expected = firstBadStep(start, rate)
    using net = createNetwork(engine, { sizes: [1, 1, 1], init: explicit([[[start]], [[start]]]) })
    const result = await train(net, whitened([[1]]), {
      optimizer: gradientDescent({ learningRate: rate }),
      steps: 100_000,
    }).finished
    expect(result.status).toBe('diverged')
    expect(result.divergence).toMatchObject({ step: expected.step, layer: 'W_1', learningRate: rate })
    expect(result.divergence!.message).toContain(`step ${expected.step}`)
    expect(result.steps).toBe(expected.step - 1)
    expect(net.weights.map((w) => w.get(0, 0))).toEqual(expected.before)
    expect(result.columns.step.data.at(-1)).toBe(expected.step - 1)
  })

  test('a learning rate far beyond the bound ends in bounded time, float32 too', async () => {
    using net = createNetwork(engine, { sizes: [2, 8, 2], init: gaussian({ variance: 1 }), seed: 1, dtype: 'float32' })
    const result = await train(net, task, { optimizer: gradientDescent({ learningRate: 10 }), steps: 1e9 }).finished
    expect(result.status).toBe('diverged')
    expect(result.steps).toBeLessThan(100)
    for (const w of net.weights) expect(w.view().every(Number.isFinite)).toBe(true)
  })

  test('a network that holds NaN is refused', () => {
    using net = network()
    net.weights[0].view()[0] = Number.NaN
    expect(() => trainSync(net, task, { optimizer, steps: 1 })).toThrow(RangeArgError)
  })
})

describe('a probe that throws', () => {
  const broken = (after: number): Probe<'broken', number> => ({
    name: 'broken',
    shape: () => [],
    emit: () => () => {
      if (after-- === 0) throw new Error('no value today')
      return 1
    },
  })

  test('is a ProbeError with its cause, and memory is given back', async () => {
    using net = network()
    await train(net, task, { optimizer, steps: 1 }).finished
    const before = engine.memory.liveBytes
    const run = train(net, task, { optimizer, steps: 100, record: { every: 10, probes: [broken(2)] } })
    await expect(run.finished).rejects.toThrow(ProbeError)
    await expect(run.finished).rejects.toMatchObject({
      code: 'PROBE',
      argument: 'broken',
      cause: { message: 'no value today' },
    })
    expect(engine.memory.liveBytes).toBe(before)
  })

  test('reaches whoever iterates', async () => {
    using net = network()
    const run = train(net, task, { optimizer, steps: 100, record: { every: 10, probes: [broken(2)] } })
    const frames: number[] = []
    await expect(async () => {
      for await (const { step } of run) frames.push(step)
    }).rejects.toThrow(ProbeError)
    expect(frames).toEqual([0, 10])
  })
})

describe('a probe that gives the wrong value', () => {
  const probe = (shape: number[], value: unknown): Probe<'odd', number> => ({
    name: 'odd',
    shape: () => shape,
    emit: () => () => value as number,
  })

  test.each([
    { name: 'nothing', shape: [], value: undefined },
    { name: 'an array for a number', shape: [], value: Float64Array.of(1) },
    { name: 'a number for an array', shape: [3], value: 1 },
    { name: 'an array too short', shape: [3], value: Float64Array.of(1, 2) },
    { name: 'an array too long', shape: [3], value: Float64Array.of(1, 2, 3, 4) },
    { name: 'a plain array', shape: [2], value: [1, 2] },
  ])('$name is a ProbeError that names it', async ({ shape, value }) => {
    using net = network()
    const run = train(net, task, { optimizer, steps: 10, record: { probes: [probe(shape, value)] } })
    await expect(run.finished).rejects.toMatchObject({ code: 'PROBE', argument: 'odd' })
  })

  test('a probe may use its array again, and a frame cannot be changed', async () => {
    using net = network()
    const buffer = new Float64Array(1)
    const reuses: Probe<'reused', Float64Array> = {
      name: 'reused',
      shape: () => [1],
      emit: () => () => {
        buffer[0]++
        return buffer
      },
    }
    const seen: number[] = []
    for await (const frame of train(net, task, { optimizer, steps: 4, record: { every: 1, probes: [reuses] } })) {
      seen.push(frame.reused[0])
      expect(() => Object.assign(frame, { step: 99 })).toThrow(TypeError)
    }
    expect(seen).toEqual([1, 2, 3, 4, 5])
  })
})
