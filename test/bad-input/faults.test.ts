// Faults in the middle of things: memory that runs out at any allocation, aborts, divergence, probes that throw.
import { describe, expect, test, vi } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  DeepLinearError,
  type DeepLinearNetwork,
  type Engine,
  gaussian,
  gradientDescent,
  matmul,
  PlanBuilder,
  type Probe,
  ProbeError,
  probes,
  regression,
  svd,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'

const target = [
  [3, 0],
  [0, 1],
]
const optimizer = gradientDescent({ learningRate: 0.05 })

interface Operation {
  readonly name: string
  /** Runs the operation, frees what it made, and returns every number that it gave. */
  run(engine: Engine): number[]
}

function trained(engine: Engine, make: () => DeepLinearNetwork | ReturnType<typeof createGramNetwork>) {
  const net = make()
  try {
    const { columns } = trainSync(net, regression(target, target), {
      optimizer,
      steps: 5,
      record: { every: 1, probes: [probes.loss(), probes.gradientNorm(), probes.singularValues()] },
    })
    return [...columns.loss.data, ...columns.gradientNorm.data, ...columns.singularValues.data]
  } finally {
    net.dispose()
    void engine
  }
}

const operations: Operation[] = [
  {
    name: 'matrix',
    run(engine) {
      const a = engine.matrix([40, 40], new Float64Array(1600).fill(2))
      const values = [...a.view()]
      a.dispose()
      return values
    },
  },
  {
    name: 'matmul',
    run(engine) {
      const mark = engine.mark()
      try {
        const a = engine.matrix(
          [20, 30],
          Float64Array.from({ length: 600 }, (_, i) => i % 7),
        )
        return [...matmul(a, a, { transposeB: true }).view()]
      } finally {
        engine.release(mark)
      }
    },
  },
  {
    name: 'svd',
    run(engine) {
      const mark = engine.mark()
      try {
        const { u, s, v } = svd(engine.matrix(target))
        return [...u.view(), ...s, ...v.view()]
      } finally {
        engine.release(mark)
      }
    },
  },
  {
    name: 'createNetwork',
    run(engine) {
      const net = createNetwork(engine, { sizes: [3, 5, 4, 2], seed: 2 })
      const values = net.weights.flatMap((w) => [...w.view()])
      net.dispose()
      return values
    },
  },
  {
    name: 'endToEnd',
    run(engine) {
      const net = createNetwork(engine, { sizes: [3, 5, 4, 2], seed: 2 })
      try {
        const map = net.endToEnd()
        const values = [...map.view()]
        map.dispose()
        return values
      } finally {
        net.dispose()
      }
    },
  },
  {
    name: 'predict',
    run(engine) {
      const mark = engine.mark()
      try {
        const net = createNetwork(engine, { sizes: [2, 5, 2], seed: 2 })
        return [...net.predict(engine.matrix(target)).view()]
      } finally {
        engine.release(mark)
      }
    },
  },
  {
    name: 'a plan',
    run(engine) {
      const mark = engine.mark()
      const p = new PlanBuilder(engine, 'float64')
      try {
        const a = engine.matrix(target)
        const b = p.gemm({ a, b: a, alpha: 0.5 })
        const sum = p.sumOfSquares(p.add(b, a))
        const plan = p.build()
        plan.run(3)
        const value = sum.value
        plan.dispose()
        return [value]
      } finally {
        p.discard()
        engine.release(mark)
      }
    },
  },
  {
    name: 'training of layers',
    run: (engine) => trained(engine, () => createNetwork(engine, { sizes: [2, 4, 2], seed: 1 })),
  },
  {
    name: 'training of a Gram network',
    run: (engine) => trained(engine, () => createGramNetwork(engine, { sizes: [2, 1e6, 2], seed: 1 })),
  },
]

/** Lets the allocation of this number fail, once or from then on; returns how often allocation was asked for. */
function sweep(engine: Engine, failing: number, persistent: boolean, work: () => void): number {
  let count = 0
  const refuse = () => {
    count++
    if (count === failing || (persistent && count > failing)) {
      throw new DeepLinearError('MEMORY', 'injected', { data: { requested: 1, limit: 0 } })
    }
  }
  const { adopt, allocate } = engine
  const spies = [
    vi.spyOn(engine, 'adopt').mockImplementation((...args) => {
      refuse()
      return adopt.apply(engine, args)
    }),
    vi.spyOn(engine, 'allocate').mockImplementation((...args) => {
      refuse()
      return allocate.apply(engine, args)
    }),
  ]
  try {
    work()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return count
}

describe.each(operations)('$name with every allocation refused in turn', ({ run }) => {
  test.each([
    ['once', false],
    ['from then on', true],
  ])('%s: MemoryError, memory as before, and the next call has the same bits', (_, persistent) => {
    const engine = createEngineSync({ reproducible: true, onLeak: () => {} })
    const expected = run(engine)
    const { liveBytes, liveBlocks } = engine.memory
    for (let failing = 1; ; failing++) {
      let error: unknown
      const asked = sweep(engine, failing, persistent, () => {
        try {
          run(engine)
        } catch (thrown) {
          error = thrown
        }
      })
      expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
      expect(run(engine)).toEqual(expected)
      if (asked < failing) {
        expect(error).toBeUndefined()
        expect(failing).toBeGreaterThan(1)
        break
      }
      expect(error).toMatchObject({ code: 'MEMORY' })
    }
  })
})

describe('training', () => {
  test.each(['before the start', 'during the run'])(
    'aborted %s: a result within a step, and no memory kept',
    async (when) => {
      const engine = createEngineSync()
      engine.workspace(2 ** 16)
      const net = createNetwork(engine, { sizes: [2, 16, 2], seed: 1 })
      const { liveBytes } = engine.memory
      const controller = new AbortController()
      if (when === 'before the start') controller.abort()
      let frames = 0
      // A clock would abort a slow machine before its first step.
      const stopper: Probe<'stopper', number> = {
        name: 'stopper',
        shape: () => [],
        emit: () => () => {
          if (++frames === 3) controller.abort()
          return frames
        },
      }
      const run = train(net, whitened(target), {
        optimizer,
        steps: 1e12,
        signal: controller.signal,
        record: { every: 1000, probes: [stopper] },
      })
      const start = performance.now()
      const { status, steps } = await run.finished
      expect(status).toBe('aborted')
      expect(performance.now() - start).toBeLessThan(2000)
      expect(steps).toBe(when === 'before the start' ? 0 : 2000)
      expect(engine.memory.liveBytes).toBe(liveBytes)
    },
  )

  test('that diverges is a result, with the last finite weights', () => {
    const net = createNetwork(createEngineSync(), { sizes: [2, 4, 2], init: gaussian({ variance: 1 }), seed: 1 })
    const { status, divergence, steps } = trainSync(net, whitened(target), {
      optimizer: gradientDescent({ learningRate: 10 }),
      steps: 10_000,
    })
    expect(status).toBe('diverged')
    expect(divergence?.step).toBe(steps + 1)
    expect(divergence?.layer).toMatch(/^W_[12]$/)
    for (const w of net.weights) expect(w.view().every(Number.isFinite)).toBe(true)
  })

  test('whose probe throws is a ProbeError: whole steps are done, memory is given back', () => {
    const engine = createEngineSync()
    const net = createNetwork(engine, { sizes: [2, 4, 2], seed: 1 })
    const twin = createNetwork(engine, { sizes: [2, 4, 2], seed: 1 })
    trainSync(twin, whitened(target), { optimizer, steps: 20 })
    const { liveBytes } = engine.memory
    const cause = new Error('mine')
    let frames = 0
    const bad: Probe<'bad', number> = {
      name: 'bad',
      shape: () => [],
      emit: () => () => {
        if (frames++ === 2) throw cause
        return 0
      },
    }
    const run = () => trainSync(net, whitened(target), { optimizer, steps: 100, record: { every: 10, probes: [bad] } })
    expect(run).toThrow(expect.objectContaining({ code: 'PROBE', argument: 'bad', cause }))
    expect(engine.memory.liveBytes).toBe(liveBytes)
    expect(net.weights.map((w) => w.toArray())).toEqual(twin.weights.map((w) => w.toArray()))
  })

  test('whose probe disposes the network ends in a typed error', () => {
    const engine = createEngineSync()
    const net = createNetwork(engine, { sizes: [2, 4, 2], seed: 1 })
    const disposeNetwork = () => {
      net.dispose()
      return 1
    }
    const rude: Probe<'rude', number> = { name: 'rude', shape: () => [], emit: () => disposeNetwork }
    const run = () => trainSync(net, whitened(target), { optimizer, steps: 10, record: { probes: [rude] } })
    expect(run).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
    expect(run).not.toThrow(ProbeError)
  })
})
