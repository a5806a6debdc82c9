// Gradient flow of networks: closed forms, conservation, the modified flow against the descent that it models, equal bits on both
// executors, streaming and faults.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type DeepLinearNetwork,
  DTypeError,
  type ErrorCode,
  explicit,
  gaussian,
  gradientDescent,
  gradientFlow,
  gradientFlowSync,
  matrixCompletion,
  type Network,
  OptionError,
  type Probe,
  ProbeError,
  probes,
  RangeArgError,
  regression,
  ShapeError,
  type Task,
  trainSync,
  UnsupportedError,
  whitened,
} from '../../src/index.js'
import { slope } from './problems.js'

const engine = createEngineSync()
const target = [
  [3, 0],
  [0, 1],
]
const x = [
  [1, 0, 1, 2],
  [0, 1, 1, -1],
]
const y = [
  [1, 2, 0, 1],
  [-1, 0.5, 1, 2],
]

function mapOf(net: Network): Float64Array {
  using map = net.endToEnd()
  return Float64Array.from(map.view())
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))

describe('two layers of one unit', () => {
  // Balanced: u = w_2 w_1, u(t) = s / ((s/u_0) e^(-2 s t) - expm1(-2 s t)).
  const [s, u0] = [3, 1e-4]
  const exact = (t: number) => s / ((s / u0) * Math.exp(-2 * s * t) - Math.expm1(-2 * s * t))

  test.each([0.2, 1, 1.7, 2, 3, 6])('t = %f', (time) => {
    using net = createNetwork(engine, { sizes: [1, 1, 1], init: explicit([[[Math.sqrt(u0)]], [[Math.sqrt(u0)]]]) })
    const { status } = gradientFlowSync(net, whitened([[s]]), { time, rtol: 1e-12 })
    expect(status).toBe('completed')
    expect(Math.abs(mapOf(net)[0] / exact(time) - 1)).toBeLessThan(1e-12)
  })
})

describe('what the flow conserves', () => {
  const balances = (net: DeepLinearNetwork) => {
    const w = net.weights.map((matrix) => matrix.toNested())
    return w.slice(1).flatMap((above, l) => {
      const below = w[l]
      return below.flatMap((row, i) =>
        below.map(
          (other, j) =>
            above.reduce((sum, r) => sum + r[i] * r[j], 0) - row.reduce((sum, value, k) => sum + value * other[k], 0),
        ),
      )
    })
  }
  test.each(['dop853', 'tsit5', 'rosenbrock'] as const)('balance, %s', (method) => {
    using net = createNetwork(engine, { sizes: [2, 4, 3, 2], init: gaussian({ variance: 0.3 }), seed: 5 })
    const before = balances(net)
    const { status } = gradientFlowSync(net, regression(x, y), { time: 5, method, rtol: 1e-12 })
    expect(status).toBe('completed')
    expect(worst(balances(net), before)).toBeLessThan(1e-11)
  })
})

describe('the flow is the limit of gradient descent', () => {
  const tasks: [string, Task][] = [
    ['whitened', whitened(target)],
    ['regression', regression(x, y)],
    [
      'completion',
      matrixCompletion(
        [
          [1, 0],
          [1, 1],
        ],
        target,
      ),
    ],
  ]
  const nets: [string, () => Network][] = [
    ['wide input', () => createNetwork(engine, { sizes: [2, 3, 2], init: gaussian({ variance: 0.2 }), seed: 3 })],
    ['deep', () => createNetwork(engine, { sizes: [2, 5, 3, 4, 2], init: gaussian({ variance: 0.4 }), seed: 4 })],
    ['one layer', () => createNetwork(engine, { sizes: [2, 2], init: gaussian({ variance: 1 }), seed: 3 })],
    ['gram', () => createGramNetwork(engine, { sizes: [2, 9, 2], init: gaussian({ variance: 0.2 }), seed: 3 })],
  ]
  test.each(tasks.flatMap(([taskName, task]) => nets.map(([netName, make]) => ({ taskName, task, netName, make }))))(
    '$taskName, $netName',
    ({ task, make }) => {
      const time = 1
      // Romberg: the error of descent is a power series in the learning rate.
      const table: Float64Array[] = []
      for (let level = 0; level < 8; level++) {
        const steps = 32 * 2 ** level
        using net = make()
        trainSync(net, task, {
          optimizer: gradientDescent({ learningRate: time / steps }),
          steps,
          record: { probes: [] },
        })
        let current = mapOf(net)
        for (let order = 1; order <= level; order++) {
          const previous = table[order - 1]
          table[order - 1] = current
          current = current.map((value, i) => value + (value - previous[i]) / (2 ** order - 1))
        }
        table[level] = current
      }
      for (const method of ['dop853', 'tsit5', 'rosenbrock'] as const) {
        using net = make()
        expect(gradientFlowSync(net, task, { time, method, rtol: 1e-11 }).status).toBe('completed')
        expect(worst(mapOf(net), table[7])).toBeLessThan(1e-9)
      }
    },
  )

  test('from the output side: more inputs than outputs', () => {
    const wide = whitened([[1, 2, 0, -1, 0.5, 1]])
    const make = () => createNetwork(engine, { sizes: [6, 3, 2, 1], init: gaussian({ variance: 0.4 }), seed: 4 })
    const ends = (['dop853', 'rosenbrock'] as const).map((method) => {
      using net = make()
      gradientFlowSync(net, wide, { time: 2, method, rtol: 1e-11 })
      return mapOf(net)
    })
    using net = make()
    trainSync(net, wide, { optimizer: gradientDescent({ learningRate: 1e-4 }), steps: 20_000 })
    expect(worst(ends[0], ends[1])).toBeLessThan(1e-9)
    expect(worst(ends[0], mapOf(net))).toBeLessThan(1e-3)
  })
})

/** Slopes against the learning rate and their order. */
const WITHIN = 0.1

describe('the modified flow', () => {
  const TIME = 1.5
  const rates = [0.02, 0.01, 0.005, 0.0025]
  const kinds: [string, () => Network][] = [
    ['input side', () => createNetwork(engine, { sizes: [2, 3, 4, 2], init: gaussian({ variance: 0.4 }), seed: 8 })],
    ['gram', () => createGramNetwork(engine, { sizes: [2, 6, 2], init: gaussian({ variance: 0.2 }), seed: 8 })],
  ]
  test.each(kinds)('gradient descent to second order, %s', (_name, make) => {
    const task = regression(x, y)
    const error = (modified: boolean) =>
      rates.map((learningRate) => {
        using descended = make()
        const steps = Math.round(TIME / learningRate)
        trainSync(descended, task, { optimizer: gradientDescent({ learningRate }), steps })
        using flowed = make()
        const time = steps * learningRate
        gradientFlowSync(flowed, task, { time, rtol: 1e-11, ...(modified ? { modified: { learningRate } } : {}) })
        return worst(mapOf(descended), mapOf(flowed))
      })
    expect(Math.abs(slope(rates, error(false)) - 1)).toBeLessThan(WITHIN)
    expect(Math.abs(slope(rates, error(true)) - 2)).toBeLessThan(WITHIN)
  })

  test('from the output side', () => {
    const task = whitened([[1, 2, 0, -1]])
    const make = () => createNetwork(engine, { sizes: [4, 3, 2, 1], init: gaussian({ variance: 0.4 }), seed: 8 })
    const errors = rates.map((learningRate) => {
      using descended = make()
      const steps = Math.round(TIME / learningRate)
      trainSync(descended, task, { optimizer: gradientDescent({ learningRate }), steps })
      using flowed = make()
      gradientFlowSync(flowed, task, { time: steps * learningRate, rtol: 1e-11, modified: { learningRate } })
      return worst(mapOf(descended), mapOf(flowed))
    })
    expect(Math.abs(slope(rates, errors) - 2)).toBeLessThan(WITHIN)
  })

  test.each(['layers', 'gram'] as const)('the heavy ball from rest to second order, %s', (kind) => {
    // Two layers of one unit, written out: w := w + v, v := beta v - eta grad.
    const [s, beta] = [2, 0.6]
    const start = [0.7, 0.4]
    const heavyBall = (eta: number, steps: number) => {
      let [a, b, va, vb] = [start[0], start[1], 0, 0]
      for (let i = 0; i < steps; i++) {
        const g = a * b - s
        va = beta * va - eta * g * b
        vb = beta * vb - eta * g * a
        a += va
        b += vb
      }
      return a * b
    }
    const errors = rates.map((learningRate) => {
      const steps = Math.round(0.5 / learningRate)
      const create = kind === 'gram' ? createGramNetwork : createNetwork
      using net = create(engine, { sizes: [1, 1, 1], init: explicit([[[start[0]]], [[start[1]]]]) })
      gradientFlowSync(net, whitened([[s]]), {
        time: steps * learningRate,
        rtol: 1e-12,
        modified: { learningRate, momentum: beta },
      })
      return Math.abs(mapOf(net)[0] - heavyBall(learningRate, steps))
    })
    expect(Math.abs(slope(rates, errors) - 2), `errors ${errors}`).toBeLessThan(WITHIN)
  })
})

describe('bits', () => {
  test.each(['dop853', 'tsit5', 'rosenbrock'] as const)('%s: equal on both executors', (method) => {
    const results = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })].map(
      (each) => {
        using net = createNetwork(each, { sizes: [3, 5, 4, 2], init: gaussian({ variance: 0.3 }), seed: 2 })
        const { columns, steps, events } = gradientFlowSync(
          net,
          whitened([
            [1, 0.5, 0],
            [0, -1, 2],
          ]),
          {
            method,
            time: 4,
            rtol: 1e-9,
            events: [{ name: 'loss', when: { probe: probes.loss(), threshold: 0.5 } }],
          },
        )
        return {
          weights: net.weights.map((matrix) => [...matrix.toArray()]),
          loss: [...columns.loss.data],
          steps,
          events,
        }
      },
    )
    expect(results[0].events).toHaveLength(1)
    expect(results[1]).toEqual(results[0])
  })

  test('recording changes no bits, and runs repeat', () => {
    const run = (every: number) => {
      using net = createNetwork(engine, { sizes: [2, 4, 2], init: gaussian({ variance: 0.3 }), seed: 2 })
      const { steps } = gradientFlowSync(net, whitened(target), { time: 3, record: { every } })
      return { steps, map: [...mapOf(net)] }
    }
    expect(run(0.01)).toEqual(run(3))
    expect(run(0.01)).toEqual(run(0.01))
  })
})

describe('recording and streaming', () => {
  const make = () => createNetwork(engine, { sizes: [2, 4, 2], init: gaussian({ variance: 0.1 }), seed: 2 })

  test('frames at multiples of every, at the end, and at given times', () => {
    using net = make()
    const { columns, steps, evaluations, rejected, time } = gradientFlowSync(net, whitened(target), {
      time: 1,
      record: { every: 0.3, probes: [probes.loss(), probes.singularValues()] },
    })
    expect([...columns.time.data].map((t) => Math.round(1e12 * t) / 1e12)).toEqual([0, 0.3, 0.6, 0.9, 1])
    expect(columns.singularValues.shape).toEqual([2])
    expect(columns.step.data[4]).toBe(steps)
    expect(time).toBe(1)
    expect(evaluations).toBeGreaterThan(12 * steps)
    expect(rejected).toBeGreaterThanOrEqual(0)
    using again = make()
    const at = gradientFlowSync(again, whitened(target), { time: 1, record: { at: [0, 0.6], probes: [probes.loss()] } })
    expect([...at.columns.time.data]).toEqual([0, 0.6])
    expect(Math.abs(at.columns.loss.data[1] - columns.loss.data[2])).toBeLessThan(1e-12)
  })

  test('default: a hundred frames and one at the start; time 0 gives one', () => {
    using net = make()
    expect(gradientFlowSync(net, whitened(target), { time: 0.7 }).columns.loss.length).toBe(101)
    const { status, columns } = gradientFlowSync(net, whitened(target), { time: 0 })
    expect(status).toBe('completed')
    expect(columns.loss.length).toBe(1)
  })

  test('the weights are those of the frame while its reader looks', async () => {
    using net = make()
    const run = gradientFlow(net, whitened(target), { time: 2, record: { every: 0.1, probes: [probes.weights()] } })
    expect(run.plan).toMatch(/gemm/)
    let last = -1
    for await (const frame of run) {
      expect(frame.time).toBeGreaterThan(last)
      last = frame.time
    }
    const { status, columns } = await run.finished
    expect(status).toBe('completed')
    expect(last).toBe(2)
    expect(columns.weights.length).toBe(21)
    expect([...columns.weights.data.slice(-16)]).toEqual(net.weights.flatMap((matrix) => [...matrix.toArray()]))
  })

  test('back-pressure: a slow reader holds the run', async () => {
    using net = make()
    const run = gradientFlow(net, whitened(target), { time: 1, record: { every: 1e-3 } })
    let count = 0
    for await (const frame of run) {
      if (count === 0) {
        await new Promise((resolve) => setTimeout(resolve, 30))
        // Far from done: it waits for its reader.
        expect(frame.time).toBe(0)
      }
      count++
    }
    expect(count).toBe(1001)
  })

  test('leaving the loop, abort and signal end it', async () => {
    using net = make()
    const run = gradientFlow(net, whitened(target), { time: 1e6, record: { every: 0.01 } })
    for await (const frame of run) if (frame.time > 0.05) break
    const left = await run.finished
    expect(left.status).toBe('aborted')
    expect(left.time).toBeLessThan(1e5)

    const controller = new AbortController()
    const signalled = gradientFlow(net, whitened(target), {
      time: 1e9,
      maxStep: 1,
      maxSteps: 1e9,
      signal: controller.signal,
    })
    setTimeout(() => controller.abort(), 20)
    const { status, time } = await signalled.finished
    expect(status).toBe('aborted')
    expect(Number.isFinite(time)).toBe(true)
    expect(mapOf(net).every(Number.isFinite)).toBe(true)
  })

  test('a signal that fired before the start leaves the weights', async () => {
    using net = make()
    const before = [...mapOf(net)]
    const { status, time, columns } = await gradientFlow(net, whitened(target), {
      time: 1,
      signal: AbortSignal.abort(),
    }).finished
    expect({ status, time, frames: columns.loss.length }).toEqual({ status: 'aborted', time: 0, frames: 1 })
    expect([...mapOf(net)]).toEqual(before)
  })

  test('events by probe; the frame of a terminal event is recorded', () => {
    using net = make()
    const { status, events, columns, time } = gradientFlowSync(net, whitened(target), {
      time: 100,
      rtol: 1e-11,
      record: { every: 1, probes: [probes.loss()] },
      events: [
        { name: 'first', when: { probe: probes.loss(), threshold: 2 }, direction: 'falling' },
        { name: 'up', when: { probe: probes.loss(), threshold: 2 }, direction: 'rising' },
        { name: 'small', when: ({ loss, time }) => (time > 0 ? loss - 0.1 : 1), terminal: true },
      ],
    })
    expect(status).toBe('event')
    expect(events.map(({ name }) => name)).toEqual(['first', 'small'])
    expect(events[1].time).toBe(time)
    expect(columns.time.data.at(-1)).toBe(time)
    expect(Math.abs(columns.loss.data.at(-1)! - 0.1)).toBeLessThan(1e-10)
  })

  test('max-steps and step-underflow are statuses with a cure', () => {
    using net = make()
    const { status, steps, message, time } = gradientFlowSync(net, whitened(target), { time: 100, maxSteps: 3 })
    expect(status).toBe('max-steps')
    expect(steps).toBeLessThanOrEqual(3)
    expect(time).toBeLessThan(100)
    expect(message).toMatch(/maxSteps/)
    expect(mapOf(net).every(Number.isFinite)).toBe(true)
  })

  test('a start that overflows diverges at once, with the weights kept', () => {
    using net = createNetwork(engine, { sizes: [1, 1, 1, 1], init: explicit([[[1e200]], [[1e200]], [[1e200]]]) })
    const { status, time, message } = gradientFlowSync(net, whitened([[1]]), { time: 1 })
    expect(status).toBe('diverged')
    expect(time).toBe(0)
    expect(message).toMatch(/finite/)
    expect(net.weights[0].get(0, 0)).toBe(1e200)
  })

  test('the default atol resolves a tiny start', () => {
    const [s, u0] = [1, 1e-12]
    using net = createNetwork(engine, { sizes: [1, 1, 1], init: explicit([[[1e-6]], [[1e-6]]]) })
    gradientFlowSync(net, whitened([[s]]), { time: 10, rtol: 1e-8 })
    const exact = s / ((s / u0) * Math.exp(-20) - Math.expm1(-20))
    expect(Math.abs(mapOf(net)[0] / exact - 1)).toBeLessThan(1e-6)
  })

  test('a saddle is a fixed point', () => {
    const zero = [
      [0, 0],
      [0, 0],
    ]
    using net = createNetwork(engine, { sizes: [2, 2, 2], init: explicit([zero, zero]) })
    const { status, steps } = gradientFlowSync(net, whitened(target), { time: 50 })
    expect(status).toBe('completed')
    expect(steps).toBeLessThan(20)
    expect([...mapOf(net)]).toEqual([0, 0, 0, 0])
  })

  test('a stiff run: time scales from 1/200 to 5', () => {
    const runs = (['dop853', 'rosenbrock'] as const).map((method) => {
      using net = createNetwork(engine, { sizes: [4, 6, 4], init: gaussian({ variance: 0.1 }), seed: 1 })
      const diagonal = [100, 10, 1, 0.1].map((value, i) => [0, 1, 2, 3].map((j) => (i === j ? value : 0)))
      const { status, steps } = gradientFlowSync(net, whitened(diagonal), { time: 50, method, record: { at: [] } })
      expect(status).toBe('completed')
      return { steps, map: mapOf(net) }
    })
    expect(worst(runs[0].map, runs[1].map)).toBeLessThan(1e-5)
    expect(runs[1].steps).toBeLessThan(runs[0].steps / 5)
  })

  test('no memory is kept', () => {
    using net = make()
    const run = (options: object) => gradientFlowSync(net, regression(x, y), { time: 0.1, ...options })
    run({})
    const { liveBytes } = engine.memory
    run({
      method: 'rosenbrock',
      events: [{ name: 'a', when: ({ endToEnd }: { endToEnd: Float64Array }) => endToEnd[0] }],
    })
    run({ modified: { learningRate: 0.1, momentum: 0.5 } })
    expect(() => run({ record: { probes: [broken('emit')] } })).toThrow('broken')
    expect(() => run({ record: { probes: [broken('read')] } })).toThrow(ProbeError)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })
})

function broken(where: 'emit' | 'read'): Probe<'broken', number> {
  return {
    name: 'broken',
    shape: () => [],
    emit() {
      if (where === 'emit') throw new Error('broken')
      return () => {
        throw new Error('broken')
      }
    },
  }
}

describe('bad input', () => {
  const net = createNetwork(engine, { sizes: [2, 3, 2], seed: 1 })
  const single = createNetwork(engine, { sizes: [2, 3, 2], seed: 1, dtype: 'float32' })
  const large = createNetwork(engine, { sizes: [2, 200, 2], seed: 1 })
  const task = whitened(target)
  const cubic: Task = {
    ...task,
    bind(each, dtype) {
      const bound = task.bind(each, dtype)
      return { ...bound, emitGradient: (p, w) => p.multiply(w, p.multiply(w, w)) } as typeof bound
    },
  }
  const when = () => 1
  const flow = (options: unknown, given: unknown = net, on: unknown = task) =>
    gradientFlowSync(given as Network, on as Task, options as { time: number })

  test.each<[string, () => unknown, new (...args: never[]) => Error & { code: ErrorCode }, string]>([
    ['no network', () => flow({ time: 1 }, {}), DTypeError, 'net'],
    ['float32', () => flow({ time: 1 }, single), OptionError, 'net'],
    ['no task', () => flow({ time: 1 }, net, 3), DTypeError, 'task'],
    ['sizes', () => flow({ time: 1 }, net, whitened([[1]])), ShapeError, 'task'],
    ['no time', () => flow({}), DTypeError, 'time'],
    ['negative time', () => flow({ time: -1 }), RangeArgError, 'time'],
    ['infinite time', () => flow({ time: Infinity }), RangeArgError, 'time'],
    ['unknown option', () => flow({ time: 1, steps: 3 }), OptionError, 'gradientFlow.steps'],
    ['rtol', () => flow({ time: 1, rtol: 1 }), RangeArgError, 'rtol'],
    ['every and at', () => flow({ time: 1, record: { every: 1, at: [1] } }), OptionError, 'record.at'],
    ['every 0', () => flow({ time: 1, record: { every: 0 } }), RangeArgError, 'record.every'],
    ['too many frames', () => flow({ time: 1, record: { every: 1e-9 } }), RangeArgError, 'record.every'],
    ['at beyond', () => flow({ time: 1, record: { at: [2] } }), RangeArgError, 'record.at'],
    ['at text', () => flow({ time: 1, record: { at: '1' } }), DTypeError, 'record.at'],
    ['probes', () => flow({ time: 1, record: { probes: [3] } }), OptionError, 'record.probes'],
    [
      'twice',
      () => flow({ time: 1, record: { probes: [probes.loss(), probes.loss()] } }),
      OptionError,
      'record.probes',
    ],
    ['events', () => flow({ time: 1, events: 3 }), DTypeError, 'events'],
    ['event name', () => flow({ time: 1, events: [{ when }] }), DTypeError, 'events[0].name'],
    ['event key', () => flow({ time: 1, events: [{ name: 'a', when, wen: 1 }] }), OptionError, 'events[0].wen'],
    ['event when', () => flow({ time: 1, events: [{ name: 'a' }] }), OptionError, 'events[0].when'],
    [
      'event probe',
      () => flow({ time: 1, events: [{ name: 'a', when: { threshold: 1 } }] }),
      OptionError,
      'events[0].when.probe',
    ],
    [
      'threshold',
      () => flow({ time: 1, events: [{ name: 'a', when: { probe: probes.loss() } }] }),
      DTypeError,
      'events[0].when.threshold',
    ],
    ['event value', () => flow({ time: 1, events: [{ name: 'a', when: () => 'x' }] }), DTypeError, 'when'],
    ['event throws', () => flow({ time: 1, events: [{ name: 'a', when: () => JSON.parse('{') }] }), ProbeError, 'a'],
    ['modified', () => flow({ time: 1, modified: {} }), DTypeError, 'modified.learningRate'],
    [
      'momentum 1',
      () => flow({ time: 1, modified: { learningRate: 1, momentum: 1 } }),
      RangeArgError,
      'modified.momentum',
    ],
    [
      'modified rosenbrock',
      () => flow({ time: 1, method: 'rosenbrock', modified: { learningRate: 1 } }),
      OptionError,
      'method',
    ],
    ['too large for rosenbrock', () => flow({ time: 1, method: 'rosenbrock' }, large), RangeArgError, 'method'],
    [
      'not quadratic, modified',
      () => flow({ time: 1, modified: { learningRate: 1 } }, net, cubic),
      UnsupportedError,
      'task',
    ],
    ['not quadratic, rosenbrock', () => flow({ time: 1, method: 'rosenbrock' }, net, cubic), UnsupportedError, 'task'],
    ['signal', () => flow({ time: 1, signal: 3 }), DTypeError, 'signal'],
    ['signal that cannot fire', () => flow({ time: 1, signal: AbortSignal.abort() }), OptionError, 'signal'],
    [
      'event on a probe of many values',
      () => flow({ time: 1, events: [{ name: 'a', when: { probe: probes.weights(), threshold: 1 } }] }),
      DTypeError,
      'when',
    ],
    ['sliceMs', () => flow({ time: 1, sliceMs: 0 }), RangeArgError, 'sliceMs'],
  ])('%s', (_name, run, kind, argument) => {
    const { liveBytes } = engine.memory
    let error: unknown
    try {
      run()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(kind)
    expect((error as { argument?: string }).argument).toBe(argument)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('NaN in the weights', () => {
    using bad = createNetwork(engine, { sizes: [2, 2], seed: 1 })
    bad.weights[0].view()[0] = Number.NaN
    expect(() => flow({ time: 1 }, bad)).toThrow(RangeArgError)
  })
})
