// Flows of general networks: against the integrators on right-hand sides written down in test/network/model.ts, conservation with rates of
// layers, decay under a penalty, the loss clock, the closed form of two layers, bits, refusals.
import { describe, expect, test } from 'vitest'
import {
  autoencoder,
  balanced,
  classification,
  createDiagonalNetwork,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  createTiedAutoencoder,
  type DeepLinearNetwork,
  explicit,
  type FeedforwardNetwork,
  gaussian,
  gradientFlowSync,
  integrate,
  type Network,
  type NetworkOptions,
  ntk,
  probes,
  regression,
  ShapeError,
  type Task,
  UnsupportedError,
  whitened,
} from '../../src/index.js'
import { ACTIVATIONS, backward, type Model, mapped, type Nested, product, random, transpose } from '../network/model.js'

const engine = createEngineSync()
const SIZES = [3, 4, 4, 4, 2]
const x = random(3, 6, 1)
const y = random(2, 6, 2)
const task = regression(x, y)
const sigma = [
  [1.5, 0.3, -0.4],
  [0.2, -0.8, 0.5],
]

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))
const stateOf = (net: Network) => net.state.flatMap(({ matrix }) => [...matrix.toArray()])
const minus = (a: Nested, b: Nested) => mapped(a, (value, i, j) => value - b[i][j])
const times = (factor: number, a: Nested) => mapped(a, (value) => factor * value)

describe('against the integrator on a right-hand side of our own', () => {
  interface Case {
    name: string
    phi: keyof typeof ACTIVATIONS
    options: Partial<NetworkOptions>
    multipliers?: number[]
    residual?: number
    feedback?: Nested[]
    rates?: number[]
    penalty?: number
    /** Distance of the ends: what kinks leave of the accuracy. */
    within: number
  }
  const matrices = SIZES.slice(1, -1).map((rows, l) => random(rows, SIZES[l + 2], 40 + l))
  const fan = SIZES.slice(0, -1).map((size) => 1 / Math.sqrt(size))
  const cases: Case[] = [
    { name: 'tanh', phi: 'tanh', options: { activation: 'tanh', biases: { variance: 0.1 } }, within: 1e-10 },
    { name: 'relu', phi: 'relu', options: { activation: 'relu', biases: { variance: 0.1 } }, within: 1e-8 },
    { name: 'leaky relu', phi: 'leaky', options: { activation: { leakyRelu: 0.2 } }, within: 1e-8 },
    {
      name: 'residual',
      phi: 'linear',
      options: { residual: { scale: 0.5 }, biases: true },
      residual: 0.5,
      within: 1e-10,
    },
    {
      name: 'rates of layers and a penalty',
      phi: 'tanh',
      options: { activation: 'tanh', biases: { variance: 0.1 } },
      rates: [1, 0.5, 0, 2],
      penalty: 0.1,
      within: 1e-10,
    },
    {
      name: 'ntk',
      phi: 'linear',
      options: { parameterization: ntk({ gamma: 1 }) },
      multipliers: fan,
      rates: [0.5, 1, 1, 3],
      within: 1e-10,
    },
    {
      name: 'feedback',
      phi: 'tanh',
      options: { activation: 'tanh', feedback: { matrices } },
      feedback: matrices,
      within: 1e-10,
    },
  ]

  test.each(cases)('$name', ({ phi, options, multipliers, residual, feedback, rates, penalty = 0, within }) => {
    const TIME = 1.5
    using net = createNetwork(engine, {
      sizes: SIZES,
      init: gaussian({ variance: 0.3 }),
      seed: 3,
      ...options,
    }) as FeedforwardNetwork
    const model: Model = {
      weights: net.weights.map((w) => w.toNested()),
      biases: net.layers.map(({ bias }) => (bias === undefined ? undefined : [...bias.toArray()])),
      multipliers: multipliers ?? [1, 1, 1, 1],
      output: 1,
      ...ACTIVATIONS[phi],
      residual,
    }
    /** Visit every number of the state in the order of the parameters. */
    const visit = (
      act: (row: number[], i: number, layer: number, role: 'weight' | 'bias', rowIndex: number) => void,
    ) => {
      model.weights.forEach((w, l) => {
        w.forEach((row, r) => {
          for (const i of row.keys()) act(row, i, l, 'weight', r)
        })
        const bias = model.biases[l]
        for (const i of bias?.keys() ?? []) act(bias!, i, l, 'bias', i)
      })
    }
    const rhs = (_t: number, state: Float64Array, slopes: Float64Array) => {
      let at = 0
      visit((row, i) => {
        row[i] = state[at++]
      })
      const gradients = backward(model, x, y, feedback)
      at = 0
      visit((row, i, l, role, r) => {
        const gradient = role === 'weight' ? gradients[l].weight[r][i] + penalty * row[i] : gradients[l].bias[i]
        slopes[at++] = -(rates?.[l] ?? 1) * gradient
      })
    }
    const accuracy = { rtol: 1e-12, atol: 1e-14 }
    const wanted = integrate(rhs, stateOf(net), 0, TIME, accuracy)
    const before = stateOf(net)
    const penalized: Task = penalty === 0 ? task : { ...task, weightPenalty: penalty }
    const { status } = gradientFlowSync(net, penalized, {
      time: TIME,
      ...accuracy,
      ...(rates === undefined ? {} : { layerRates: rates }),
    })
    expect([status, wanted.status]).toEqual(['completed', 'completed'])
    expect(worst(stateOf(net), wanted.y)).toBeLessThan(within)
    expect(worst(stateOf(net), before)).toBeGreaterThan(0.05)
  })

  test('a tied autoencoder', () => {
    // dW/dt = -(W (G + G')), G = (W'W - I) C.
    const c = [
      [2, 0.5, 0],
      [0.5, 1, -0.2],
      [0, -0.2, 0.7],
    ]
    using net = createTiedAutoencoder(engine, { inputs: 3, hidden: 2, init: gaussian({ variance: 0.3 }), seed: 2 })
    const wanted = integrate(
      (_t, state, slopes) => {
        const w = [0, 1].map((i) => [...state.subarray(3 * i, 3 * i + 3)])
        const map = product(transpose(w), w)
        const g = product(
          mapped(map, (value, i, j) => value - (i === j ? 1 : 0)),
          c,
        )
        slopes.set(
          product(
            w,
            mapped(g, (value, i, j) => -value - g[j][i]),
          ).flat(),
        )
      },
      stateOf(net),
      0,
      1,
      { rtol: 1e-12 },
    )
    gradientFlowSync(net, autoencoder(c), { time: 1, rtol: 1e-12 })
    expect(worst(stateOf(net), wanted.y)).toBeLessThan(1e-11)
  })

  test('a diagonal network', () => {
    // Depths 1 and 3 on one sample with a logistic loss.
    const [u, v] = [0.8, -1.2]
    using net = createDiagonalNetwork(engine, {
      depths: [1, 3],
      start: [
        [0.2, 0.5],
        [0, -0.7],
        [0, 1.1],
      ],
    })
    const wanted = integrate(
      (_t, [a, b, c, d], slopes) => {
        const pull = 1 / (1 + Math.exp(a * u + b * c * d * v))
        slopes.set([pull * u, pull * v * c * d, pull * v * b * d, pull * v * b * c])
      },
      [0.2, 0.5, -0.7, 1.1],
      0,
      3,
      { rtol: 1e-12 },
    )
    gradientFlowSync(net, classification([[u], [v]], [1], { loss: 'logistic' }), { time: 3, rtol: 1e-12 })
    const [a, b, ghost1, c, ghost2, d] = stateOf(net)
    expect(worst([a, b, c, d], wanted.y)).toBeLessThan(1e-11)
    expect([ghost1, ghost2]).toEqual([0, 0])
  })
})

/** D_l with rates: W_{l+1}'W_{l+1} / eta_{l+1} - W_l W_l' / eta_l. */
function charges(weights: Nested[], rates: readonly number[]): number[] {
  return weights
    .slice(1)
    .flatMap((above, l) =>
      minus(
        times(1 / rates[l + 1], product(transpose(above), above)),
        times(1 / rates[l], product(weights[l], transpose(weights[l]))),
      ).flat(),
    )
}
const weightsOf = (net: DeepLinearNetwork | FeedforwardNetwork) => net.weights.map((w) => w.toNested())

describe('rates of layers', () => {
  const rates = [0.5, 2, 1, 3]
  test.each<{ name: string; options: Partial<NetworkOptions>; on: Task }>([
    { name: 'a chain', options: {}, on: task },
    { name: 'a chain, whitened', options: {}, on: whitened(sigma) },
    // One rate for all layers, and multipliers: conserved with both in place.
    { name: 'a factor of the outputs', options: { outputMultiplier: 2 }, on: task },
  ])('$name conserves its balance with rates', ({ options, on }) => {
    using net = createNetwork(engine, {
      sizes: SIZES,
      init: gaussian({ variance: 0.3 }),
      seed: 5,
      ...options,
    } as NetworkOptions)
    const before = weightsOf(net)
    gradientFlowSync(net, on, { time: 4, layerRates: rates, rtol: 1e-12 })
    const after = weightsOf(net)
    expect(worst(charges(after, rates), charges(before, rates))).toBeLessThan(1e-10)
    expect(worst(charges(after, [1, 1, 1, 1]), charges(before, [1, 1, 1, 1]))).toBeGreaterThan(0.05)
  })

  test('rectifiers conserve theirs neuron by neuron, biases included', () => {
    const [eta1, eta2] = [0.5, 2]
    using net = createNetwork(engine, {
      sizes: [3, 6, 2],
      activation: 'relu',
      biases: { variance: 0.2 },
      init: gaussian({ variance: 0.4 }),
      seed: 6,
    })
    const charge = () => {
      const [w1, w2] = weightsOf(net)
      const b = net.layers[0].bias!.toArray()
      return w1.map(
        (row, i) =>
          w2.reduce((sum, other) => sum + other[i] ** 2, 0) / eta2 -
          (row.reduce((sum, value) => sum + value * value, 0) + b[i] ** 2) / eta1,
      )
    }
    const before = charge()
    gradientFlowSync(net, task, { time: 3, layerRates: [eta1, eta2], rtol: 1e-11 })
    expect(worst(charge(), before)).toBeLessThan(1e-8)
  })

  test('rate 0 freezes a layer to the bit', () => {
    using net = createNetwork(engine, { sizes: SIZES, init: gaussian({ variance: 0.3 }), seed: 5 })
    const before = weightsOf(net)
    gradientFlowSync(net, task, { time: 1, layerRates: [1, 0, 1, 1] })
    const after = weightsOf(net)
    expect(after[1]).toEqual(before[1])
    expect(after[2]).not.toEqual(before[2])
  })

  test('rates of 1 are no rates, to the bit', () => {
    const end = (options: object) => {
      using net = createNetwork(engine, { sizes: SIZES, init: gaussian({ variance: 0.3 }), seed: 5 })
      gradientFlowSync(net, task, { time: 1, ...options })
      return weightsOf(net)
    }
    expect(end({ layerRates: [1, 1, 1, 1] })).toEqual(end({}))
    // Twice the rates is twice the time.
    const [fast, long] = [end({ layerRates: [2, 2, 2, 2], rtol: 1e-12 }), end({ time: 2, rtol: 1e-12 })]
    expect(worst(fast.flat(2), long.flat(2))).toBeLessThan(1e-11)
  })
})

describe('a penalty on the weights', () => {
  const lambda = 0.15
  test.each<{ name: string; on: Task; sizes: number[] }>([
    { name: 'whitened', on: { ...whitened(sigma), weightPenalty: lambda }, sizes: [3, 5, 4, 2] },
    { name: 'regression', on: { ...task, weightPenalty: lambda }, sizes: SIZES },
    {
      name: 'autoencoder',
      on: autoencoder(
        [
          [2, 0.5],
          [0.5, 1],
        ],
        { penalty: 'sum', lambda },
      ),
      sizes: [2, 3, 2],
    },
  ])('the balance decays as e^(-2 lambda t): $name', ({ on, sizes }) => {
    const TIME = 3
    using net = createNetwork(engine, { sizes, init: gaussian({ variance: 0.4 }), seed: 7 })
    const ones = sizes.map(() => 1)
    const before = charges(weightsOf(net), ones)
    gradientFlowSync(net, on, { time: TIME, rtol: 1e-12 })
    const decayed = before.map((value) => Math.exp(-2 * lambda * TIME) * value)
    expect(worst(charges(weightsOf(net), ones), decayed)).toBeLessThan(1e-11)
    expect(Math.max(...before.map(Math.abs))).toBeGreaterThan(0.5)
  })

  test('the loss that it records falls all the way', () => {
    using net = createNetwork(engine, { sizes: [3, 5, 2], init: gaussian({ variance: 0.4 }), seed: 7 })
    const { columns } = gradientFlowSync(net, { ...whitened(sigma), weightPenalty: lambda }, { time: 10 })
    const loss = [...columns.loss.data]
    for (let i = 1; i < loss.length; i++) expect(loss[i]).toBeLessThan(loss[i - 1])
  })

  test('Gram networks have no weights to penalise', () => {
    using net = createGramNetwork(engine, { sizes: [2, 5, 2], seed: 1 })
    const { liveBytes } = engine.memory
    const on = autoencoder(
      [
        [2, 0],
        [0, 1],
      ],
      { penalty: 'sum', lambda },
    )
    expect(() => gradientFlowSync(net, on, { time: 1 })).toThrow(UnsupportedError)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })
})

describe('the loss clock', () => {
  const points = random(2, 5, 11)
  const signs = [1, 1, -1, 1, -1]
  // A teacher, so that signs can be had from every network here.
  const separable = mapped(points, (value, i, p) => value + 2 * signs[p] * (i === 0 ? 1 : -0.5))
  const labels = classification(separable, signs, { loss: 'log-sum-exp' })

  const nets: [string, () => Network][] = [
    ['a chain', () => createNetwork(engine, { sizes: [2, 3, 1], init: gaussian({ variance: 0.4 }), seed: 1 })],
    [
      'tanh, residual',
      () =>
        createNetwork(engine, {
          sizes: [2, 4, 4, 4, 1],
          activation: 'tanh',
          residual: { scale: 'depth' },
          biases: true,
          init: gaussian({ variance: 0.4 }),
          seed: 2,
        }),
    ],
    [
      'relu',
      () =>
        createNetwork(engine, { sizes: [2, 8, 1], activation: 'relu', init: gaussian({ variance: 0.4 }), seed: 10 }),
    ],
    [
      'diagonal',
      () =>
        createDiagonalNetwork(engine, {
          depths: [1, 3],
          start: [
            [0.2, 0.5],
            [0, -0.4],
            [0, 0.6],
          ],
        }),
    ],
  ]

  test.each(nets)('log 1/L grows at rate 1: %s', (name, make) => {
    using net = make()
    // As far as tanh can separate, and as far as this start goes before it sticks to a kink.
    const far = name === 'relu' ? 2 : name === 'tanh, residual' ? 5 : 40
    const { status, columns } = gradientFlowSync(net, labels, {
      time: far,
      clock: 'loss',
      rtol: 1e-10,
      record: { every: far / 20 },
    })
    expect(status).toBe('completed')
    const [first] = columns.loss.data
    columns.loss.data.forEach((loss, i) => {
      expect(Math.abs(loss - (first - columns.time.data[i]))).toBeLessThan(name === 'relu' ? 1e-6 : 1e-7)
    })
  })

  test('margins that exponentials cannot hold: L = e^-1000', () => {
    using net = createDiagonalNetwork(engine, {
      depths: [1, 2],
      start: [
        [0.3, 0.4],
        [0, 0.5],
      ],
    })
    const { status, columns } = gradientFlowSync(
      net,
      classification(
        [
          [1, 0.6],
          [0.2, 0.9],
        ],
        [1, 1],
        { loss: 'log-sum-exp' },
      ),
      {
        time: 1000,
        clock: 'loss',
        rtol: 1e-10,
      },
    )
    expect(status).toBe('completed')
    expect(Math.abs(columns.loss.data.at(-1)! - columns.loss.data[0] + 1000)).toBeLessThan(1e-5)
  })

  test.each([
    { name: 'plain', options: {}, penalty: 0 },
    { name: 'rates of layers', options: { layerRates: [1, 3, 0.5] }, penalty: 0 },
    { name: 'a penalty', options: { layerRates: [2, 1, 1] }, penalty: 0.05 },
  ])('the same path as by time: $name', ({ options, penalty }) => {
    const on: Task = penalty === 0 ? whitened(sigma) : { ...whitened(sigma), weightPenalty: penalty }
    const make = () => createNetwork(engine, { sizes: [3, 5, 4, 2], init: gaussian({ variance: 0.4 }), seed: 4 })
    using byTime = make()
    const { columns } = gradientFlowSync(byTime, on, { time: 1.5, rtol: 1e-12, ...options })
    const loss = columns.loss.data
    const fall = loss[0] - loss[loss.length - 1]
    using byLoss = make()
    gradientFlowSync(byLoss, on, { time: fall, clock: 'loss', rtol: 1e-12, ...options })
    expect(worst(stateOf(byLoss), stateOf(byTime))).toBeLessThan(1e-9)
    expect(fall).toBeGreaterThan(0.5)
  })

  test('a fall below the minimum ends there, with the weights finite', () => {
    using net = createNetwork(engine, { sizes: [3, 5, 2], init: gaussian({ variance: 0.4 }), seed: 4 })
    const { status, time, columns } = gradientFlowSync(net, whitened(sigma), { time: 100, clock: 'loss' })
    expect(status).toBe('step-underflow')
    expect(Math.abs(time - columns.loss.data[0])).toBeLessThan(1e-6)
    expect(stateOf(net).every(Number.isFinite)).toBe(true)
  })

  test('a saddle has no speed', () => {
    using net = createNetwork(engine, { sizes: [1, 1, 1], init: explicit([[[0]], [[0]]]) })
    const { status, time } = gradientFlowSync(net, whitened([[1]]), { time: 0.1, clock: 'loss' })
    expect([status, time]).toEqual(['diverged', 0])
    expect(stateOf(net)).toEqual([0, 0])
  })
})

describe('two layers in closed form', () => {
  // Balanced and aligned: modes u = s / ((s/u_0) e^(-2 s t) - expm1(-2 s t)).
  const angle = 0.7
  const u = [
    [Math.cos(angle), -Math.sin(angle)],
    [Math.sin(angle), Math.cos(angle)],
  ]
  const v = [
    [2 / 3, -2 / 3],
    [1 / 3, 2 / 3],
    [2 / 3, 1 / 3],
  ]
  const compose = (modes: readonly number[]) =>
    product(
      mapped(u, (value, _i, j) => value * modes[j]),
      transpose(v),
    )
  const s = [3, 1]
  const u0 = [1e-3, 1e-2]
  test.each([0.3, 1, 2, 4])('at rtol 1e-12, t = %f', (time) => {
    using net = createNetwork(engine, { sizes: [3, 5, 2], init: balanced({ endToEnd: compose(u0) }), seed: 2 })
    gradientFlowSync(net, whitened(compose(s)), { time, rtol: 1e-12 })
    const exact = s.map(
      (value, i) => value / ((value / u0[i]) * Math.exp(-2 * value * time) - Math.expm1(-2 * value * time)),
    )
    using map = net.endToEnd()
    // The start is balanced to rounding, and a saddle multiplies what is not.
    expect(worst(map.toArray(), compose(exact).flat())).toBeLessThan(1e-11)
  })
})

describe('a rectifier at its kink', () => {
  // On this start some sample is drawn to the kink of a unit from both sides: the flow stays there, and steps across it err by their length.
  const make = () =>
    createNetwork(engine, {
      sizes: SIZES,
      activation: 'relu',
      biases: { variance: 0.2 },
      init: gaussian({ variance: 0.3 }),
      seed: 4,
    })

  test('steps get short, and maxSteps ends the run with a message', () => {
    using net = make()
    const { status, message, time } = gradientFlowSync(net, task, { time: 1, maxSteps: 2000 })
    expect([status, time > 0.1, time < 1]).toEqual(['max-steps', true, true])
    expect(message).toMatch(/maxSteps/)
    expect(stateOf(net).every(Number.isFinite)).toBe(true)
  })

  test('steps of fixed length go on, first-order accurate', () => {
    const ends = [1e-3, 5e-4].map((firstStep) => {
      using net = make()
      const { status } = gradientFlowSync(net, task, { time: 1, method: 'tsit5', controller: 'fixed', firstStep })
      expect(status).toBe('completed')
      return stateOf(net)
    })
    expect(worst(ends[0], ends[1])).toBeLessThan(1e-3)
  })
})

describe('bits', () => {
  test.each<{ name: string; options: Partial<NetworkOptions>; flow: object }>([
    { name: 'relu', options: { activation: 'relu', biases: { variance: 0.2 } }, flow: { maxSteps: 300 } },
    { name: 'tanh with rates', options: { activation: 'tanh' }, flow: { layerRates: [1, 2, 0.5, 1] } },
    { name: 'loss clock', options: { residual: { scale: 0.5 }, biases: true }, flow: { clock: 'loss', time: 0.3 } },
  ])('equal on both executors: $name', ({ options, flow }) => {
    const runs = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })].map((on) => {
      using net = createNetwork(on, {
        sizes: SIZES,
        init: gaussian({ variance: 0.3 }),
        seed: 2,
        ...options,
      } as NetworkOptions)
      const { columns, steps } = gradientFlowSync(
        net,
        { ...task, weightPenalty: 0.01 },
        { time: 1, rtol: 1e-8, ...flow },
      )
      return { state: stateOf(net), loss: [...columns.loss.data], steps }
    })
    expect(runs[1]).toEqual(runs[0])
    expect(runs[0].steps).toBeGreaterThan(3)
  })
})

describe('events and refusals', () => {
  const make = (options: Partial<NetworkOptions> = { activation: 'tanh' }) =>
    createNetwork(engine, { sizes: SIZES, init: gaussian({ variance: 0.3 }), seed: 2, ...options } as NetworkOptions)

  test('an event of a network without an end-to-end map looks at probes', () => {
    using net = make()
    const level = gradientFlowSync(net, task, { time: 0.5 }).columns.loss.data[50]
    using again = make()
    const { status, time } = gradientFlowSync(again, task, {
      time: 5,
      rtol: 1e-10,
      record: { probes: [probes.loss()] },
      events: [{ name: 'level', when: ({ loss }) => loss - level, terminal: true }],
    })
    expect(status).toBe('event')
    expect(Math.abs(time - 0.25)).toBeLessThan(1e-6)
  })

  test('and is told why it cannot look at the map', () => {
    using net = make()
    const { liveBytes } = engine.memory
    const run = () =>
      gradientFlowSync(net, task, { time: 1, events: [{ name: 'map', when: ({ endToEnd }) => endToEnd[0] }] })
    expect(run).toThrow(UnsupportedError)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test.each<[string, Partial<NetworkOptions>, object, Task, new (...args: never[]) => Error, string]>([
    ['rosenbrock of tanh', { activation: 'tanh' }, { method: 'rosenbrock' }, task, UnsupportedError, 'net'],
    ['modified of tanh', { activation: 'tanh' }, { modified: { learningRate: 0.1 } }, task, UnsupportedError, 'net'],
    [
      'modified with rates',
      {},
      { modified: { learningRate: 0.1 }, layerRates: [1, 2, 1, 1] },
      task,
      UnsupportedError,
      'net',
    ],
    ['rosenbrock by the loss', {}, { method: 'rosenbrock', clock: 'loss' }, task, UnsupportedError, 'net'],
    ['rosenbrock with a penalty', {}, { method: 'rosenbrock' }, { ...task, weightPenalty: 1 }, UnsupportedError, 'net'],
    ['the loss clock of feedback', { feedback: { variance: 1 } }, { clock: 'loss' }, task, UnsupportedError, 'clock'],
    ['three rates for four layers', {}, { layerRates: [1, 1, 1] }, task, ShapeError, 'layerRates'],
    ['a map for tanh', { activation: 'tanh' }, {}, whitened(sigma), UnsupportedError, 'task'],
  ])('%s', (_name, options, flow, on, kind, argument) => {
    using net = make(options)
    const before = stateOf(net)
    const { liveBytes } = engine.memory
    const run = () => gradientFlowSync(net, on, { time: 1, ...flow })
    expect(run).toThrow(kind)
    expect(run).toThrow(expect.objectContaining({ argument }))
    expect(engine.memory.liveBytes).toBe(liveBytes)
    expect(stateOf(net)).toEqual(before)
  })
})
