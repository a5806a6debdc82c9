// Feedforward networks against the forward and backward pass of model.ts, which shares nothing with the library: gradients of every feature and of combinations, feedback matrices, bits, float32, training, errors.
import { describe, expect, test } from 'vitest'
import {
  type ActivationOption,
  addWeightDecay,
  chain,
  createEngineSync,
  createNetwork,
  type DeepLinearError,
  DisposedError,
  DTypeError,
  type ErrorCode,
  type FeedforwardNetwork,
  gaussian,
  gradientDescent,
  MemoryError,
  meanField,
  type NetworkOptions,
  ntk,
  type Optimizer,
  OptionError,
  probes,
  RangeArgError,
  regression,
  ShapeError,
  sgd,
  standard,
  type Task,
  trainSync,
  UnsupportedError,
  whitened,
} from '../../src/index.js'
import {
  ACTIVATIONS,
  backward,
  forward,
  type Model,
  mapped,
  type Nested,
  random,
  squaredLoss,
  transpose,
} from './model.js'

const engine = createEngineSync()

/** Five-point differences: truncation is O(h^4), rounding O(eps / h) = 2e-12, both relative to quantities of order 1. */
const H = 1e-4
const TOLERANCE = 1e-8
/** A rectifier must not change its mind within the differences. */
const CLEAR_OF_KINKS = 1e-3

interface Case {
  name: string
  sizes: number[]
  phi: keyof typeof ACTIVATIONS
  options: Partial<NetworkOptions>
  /** m_l without the factor of the outputs, and that factor. */
  multipliers?: number[]
  output?: number
  residual?: number
  /** Factor of the learning rate. */
  rate?: number
}

const DEEP = [3, 4, 4, 4, 2]
const fan = (sizes: number[]) => sizes.slice(0, -1).map((size) => 1 / Math.sqrt(size))
const pattern = (rows: number, cols: number) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => ((2 * i + 3 * j) % 4 === 0 ? 0 : 1)))
const masksOf = (sizes: number[]) => sizes.slice(1).map((rows, l) => pattern(rows, sizes[l]))

const leaky: ActivationOption = { leakyRelu: 0.2 }
const CASES: Case[] = [
  { name: 'linear', sizes: [3, 5, 4, 2], phi: 'linear', options: { activation: 'linear' } },
  { name: 'relu', sizes: [3, 5, 4, 2], phi: 'relu', options: { activation: 'relu' } },
  { name: 'leaky relu', sizes: [3, 5, 4, 2], phi: 'leaky', options: { activation: leaky } },
  { name: 'tanh', sizes: [3, 5, 4, 2], phi: 'tanh', options: { activation: 'tanh' } },
  { name: 'one layer', sizes: [3, 2], phi: 'relu', options: { activation: 'relu', biases: { variance: 1 } } },
  { name: 'biases', sizes: [3, 5, 2], phi: 'linear', options: { biases: true } },
  { name: 'drawn biases', sizes: [3, 5, 4, 2], phi: 'linear', options: { biases: { variance: 0.5 } } },
  { name: 'residual', sizes: DEEP, phi: 'linear', options: { residual: { scale: 0.7 } }, residual: 0.7 },
  {
    name: 'residual by depth',
    sizes: DEEP,
    phi: 'linear',
    options: { residual: { scale: 'depth' } },
    residual: Math.SQRT1_2,
  },
  {
    name: 'residual tanh with biases',
    sizes: DEEP,
    phi: 'tanh',
    options: { residual: { scale: -0.4 }, activation: 'tanh', biases: { variance: 0.3 } },
    residual: -0.4,
  },
  { name: 'masks', sizes: [3, 5, 4, 2], phi: 'linear', options: { masks: masksOf([3, 5, 4, 2]) } },
  {
    name: 'one mask, relu',
    sizes: [3, 5, 4, 2],
    phi: 'relu',
    options: { masks: [undefined, pattern(4, 5), undefined], activation: 'relu' },
  },
  { name: 'standard', sizes: [3, 5, 2], phi: 'linear', options: { parameterization: standard() } },
  {
    name: 'ntk',
    sizes: [3, 5, 4, 2],
    phi: 'linear',
    options: { parameterization: ntk({ gamma: 2 }) },
    multipliers: fan([3, 5, 4, 2]),
    output: 0.5,
    rate: 4,
  },
  {
    name: 'mean field',
    sizes: [3, 5, 4, 2],
    phi: 'linear',
    options: { parameterization: meanField({ gamma0: 1.5 }) },
    multipliers: fan([3, 5, 4, 2]),
    output: 1 / (1.5 * Math.sqrt(4)),
    rate: 1.5 ** 2 * 4,
  },
  {
    name: 'mean field with a normalizer and biases',
    sizes: [3, 6, 2],
    phi: 'tanh',
    options: {
      parameterization: meanField({ gamma0: 0.5, normalizer: 7 }),
      activation: 'tanh',
      biases: { variance: 1 },
    },
    multipliers: [1 / Math.sqrt(7), 1 / Math.sqrt(6)],
    output: Math.sqrt(7 / 6) / 0.5,
    rate: 0.25 * 6,
  },
  { name: 'output multiplier', sizes: [3, 5, 2], phi: 'linear', options: { outputMultiplier: -3 }, output: -3 },
  {
    name: 'everything',
    sizes: DEEP,
    phi: 'leaky',
    options: {
      activation: leaky,
      biases: { variance: 0.2 },
      residual: { scale: 'depth' },
      parameterization: ntk({ gamma: 0.5 }),
      outputMultiplier: 0.6,
      masks: masksOf(DEEP),
    },
    multipliers: fan(DEEP),
    output: 2 * 0.6,
    residual: Math.SQRT1_2,
    rate: 0.25,
  },
]

const optionsOf = ({ sizes, options }: Case): NetworkOptions => ({
  sizes,
  init: gaussian({ variance: 0.5 }),
  seed: 11,
  ...options,
})

const make = (entry: Case, more: Partial<NetworkOptions> = {}, on = engine) =>
  createNetwork(on, { ...optionsOf(entry), ...more }) as FeedforwardNetwork

function modelOf(net: FeedforwardNetwork, { phi, multipliers, output = 1, residual, sizes }: Case): Model {
  const last = sizes.length - 2
  return {
    weights: net.weights.map((w) => w.toNested()),
    biases: net.layers.map(({ bias }) => (bias === undefined ? undefined : [...bias.toArray()])),
    multipliers: sizes.slice(1).map((_, l) => (multipliers?.[l] ?? 1) * (l === last ? output : 1)),
    output,
    ...ACTIVATIONS[phi],
    residual,
  }
}

function data(sizes: number[], samples = 6): { x: Nested; y: Nested } {
  return { x: random(sizes[0], samples, 5), y: random(sizes[sizes.length - 1], samples, 6) }
}

/** What one step subtracts, by the name of the parameter, divided by the rate that the parameter should have. */
function stepOf(net: FeedforwardNetwork, task: Task, optimizer: Optimizer, rate: number): Record<string, Nested> {
  const before = net.parameters.map(({ name, matrix }) => ({ name, matrix, was: matrix.toNested() }))
  trainSync(net, task, { optimizer, steps: 1, record: { probes: [] } })
  return Object.fromEntries(
    before.map(({ name, matrix, was }) => {
      const now = matrix.toNested()
      return [name, mapped(was, (value, i, j) => (value - now[i][j]) / rate)]
    }),
  )
}

const LEARNING_RATE = 0.25

/** The full batch, so that a minibatch rule sees samples where plain descent may use the end-to-end map. */
const RULES: [string, (samples: number) => Optimizer][] = [
  ['gradientDescent', () => gradientDescent({ learningRate: LEARNING_RATE })],
  ['sgd', (samples) => sgd({ learningRate: LEARNING_RATE, batchSize: samples })],
]

describe.each(CASES)('$name', (entry) => {
  const { x, y } = data(entry.sizes)

  test('forward: predict', () => {
    using net = make(entry)
    using inputs = engine.matrix(x)
    using outputs = net.predict(inputs)
    const wanted = forward(modelOf(net, entry), x).outputs
    const worst = Math.max(
      ...outputs.toNested().flatMap((row, i) => row.map((value, p) => Math.abs(value - wanted[i][p]))),
    )
    // A few roundings of numbers of order 1 to 10.
    expect(worst).toBeLessThan(1e-13)
    if (!net.linear) return
    using map = net.endToEnd()
    const unit = mapped(random(entry.sizes[0], entry.sizes[0], 1), (_, i, j) => (i === j ? 1 : 0))
    const columns = forward(modelOf(net, entry), unit).outputs
    map.toNested().forEach((row, i) => {
      for (const [j, value] of row.entries()) expect(Math.abs(value - columns[i][j])).toBeLessThan(1e-13)
    })
  })

  test.each(RULES)('gradients by central differences, %s', (_rule, rule) => {
    using net = make(entry)
    const model = modelOf(net, entry)
    if (entry.phi === 'relu' || entry.phi === 'leaky') {
      const hidden = forward(model, x).z.slice(0, -1).flat(2)
      expect(Math.min(Infinity, ...hidden.map(Math.abs))).toBeGreaterThan(CLEAR_OF_KINKS)
    }
    const found = stepOf(net, regression(x, y), rule(6), LEARNING_RATE * (entry.rate ?? 1))
    const scale = Math.max(...Object.values(found).flat(2).map(Math.abs))
    const loss = () => squaredLoss(forward(model, x).outputs, y)
    /** dC/d row[j], the entries of the model being shifted in place. */
    const difference = (row: number[], j: number) => {
      const value = row[j]
      const at = (steps: number) => {
        row[j] = value + steps * H
        const result = loss()
        row[j] = value
        return result
      }
      return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * H)
    }
    let worst = 0
    model.weights.forEach((w, l) => {
      const mask = net.layers[l].mask?.toNested()
      w.forEach((row, i) => {
        for (const j of row.keys()) {
          const wanted = mask === undefined || mask[i][j] === 1 ? difference(row, j) : 0
          worst = Math.max(worst, Math.abs(wanted - found[`W_${l + 1}`][i][j]))
        }
      })
      const bias = model.biases[l]
      for (const i of bias?.keys() ?? []) {
        worst = Math.max(worst, Math.abs(difference(bias!, i) - found[`b_${l + 1}`][i][0]))
      }
    })
    expect(worst / scale).toBeLessThan(TOLERANCE)
  })

  test.each(['float64', 'float32'] as const)('equal bits on both executors, %s', (dtype) => {
    const runs = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })].map((on) => {
      using net = make(entry, { dtype }, on)
      const { columns } = trainSync(net, regression(x, y), {
        optimizer: sgd({ learningRate: 0.01, batchSize: 4, momentum: 0.5, seed: 3 }),
        steps: 12,
        record: { every: 3, probes: [probes.loss(), probes.gradientNorm()] },
      })
      using inputs = on.matrix(x, { dtype })
      using outputs = net.predict(inputs)
      return {
        parameters: net.parameters.map(({ matrix }) => [...matrix.toArray()]),
        outputs: [...outputs.toArray()],
        loss: [...columns.loss.data],
        norm: [...columns.gradientNorm.data],
      }
    })
    expect(runs[1]).toEqual(runs[0])
    expect(runs[0].outputs.every(Number.isFinite)).toBe(true)
  })

  test('float32 is close to float64', () => {
    const ends = (['float64', 'float32'] as const).map((dtype) => {
      using net = make(entry, { dtype })
      const { columns } = trainSync(net, regression(x, y), {
        optimizer: gradientDescent({ learningRate: 0.01 }),
        steps: 20,
      })
      return columns.loss.data.at(-1)!
    })
    // 20 steps of a few dozen roundings each.
    expect(Math.abs(ends[1] / ends[0] - 1)).toBeLessThan(1e-5)
  })
})

test('masked weights stay exactly 0, under weight decay and momentum too', () => {
  const sizes = [3, 5, 4, 2]
  const masks = masksOf(sizes)
  const { x, y } = data(sizes)
  using net = createNetwork(engine, { sizes, masks, activation: 'tanh', init: gaussian({ variance: 1 }), seed: 2 })
  trainSync(net, regression(x, y), {
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }),
    steps: 50,
    record: { probes: [] },
  })
  net.weights.forEach((w, l) => {
    w.toNested().forEach((row, i) => {
      row.forEach((value, j) => {
        if (masks[l][i][j] === 0) expect(Object.is(value, 0), `W_${l + 1}[${i}][${j}] is ${value}`).toBe(true)
        else expect(value).not.toBe(0)
      })
    })
  })
})

describe('feedback matrices', () => {
  const entry: Case = {
    name: 'feedback',
    sizes: DEEP,
    phi: 'tanh',
    options: { activation: 'tanh', biases: { variance: 0.2 }, parameterization: ntk() },
    multipliers: fan(DEEP),
  }
  const matrices = DEEP.slice(1, -1).map((rows, l) => random(rows, DEEP[l + 2], 40 + l))
  const { x, y } = data(DEEP)
  const task = regression(x, y)

  test.each([
    { name: 'plain', more: {}, residual: undefined },
    { name: 'around residual branches', more: { residual: { scale: 0.6 } }, residual: 0.6 },
  ])('fixed: the feedback alignment formula, $name', ({ more, residual }) => {
    using net = make(entry, { feedback: { matrices }, ...more })
    const wanted = backward(modelOf(net, { ...entry, residual }), x, y, matrices)
    const found = stepOf(net, task, gradientDescent({ learningRate: LEARNING_RATE }), LEARNING_RATE)
    expect(Object.keys(found)).toEqual(['W_1', 'b_1', 'W_2', 'b_2', 'W_3', 'b_3', 'W_4', 'b_4'])
    wanted.forEach(({ weight, bias }, l) => {
      const pairs = [
        [weight.flat(), found[`W_${l + 1}`].flat()],
        [bias, found[`b_${l + 1}`].flat()],
      ]
      for (const [a, b] of pairs) {
        const worst = Math.max(...a.map((value, at) => Math.abs(value - b[at])))
        expect(worst / Math.max(...a.map(Math.abs))).toBeLessThan(1e-13)
      }
    })
    net.layers.slice(1).forEach(({ feedback }, l) => {
      expect(feedback!.toNested()).toEqual(matrices[l])
    })
  })

  test('with the transposed weights it is the gradient', () => {
    using plain = make(entry)
    const same = plain.weights.slice(1).map((w) => transpose(w.toNested()))
    using net = make(entry, { feedback: { matrices: same } })
    const rule = gradientDescent({ learningRate: LEARNING_RATE })
    expect(stepOf(net, task, rule, 1)).toEqual(stepOf(plain, task, rule, 1))
  })

  test.each([
    { name: 'plain', more: {} },
    { name: 'masked', more: { masks: masksOf(DEEP) } },
  ])('kolen-pollack: matrices learn by the transposed update, $name', ({ more }) => {
    using net = make(entry, { feedback: { matrices, rule: 'kolen-pollack' }, ...more })
    const found = stepOf(net, task, gradientDescent({ learningRate: LEARNING_RATE }), LEARNING_RATE)
    for (const l of [2, 3, 4]) {
      const [w, b] = [found[`W_${l}`], transpose(found[`B_${l}`])]
      const worst = Math.max(...w.flat().map((value, at) => Math.abs(value - b.flat()[at])))
      // The difference of numbers of order 1, taken apart again.
      expect(worst).toBeLessThan(1e-14)
      expect(Math.max(...w.flat().map(Math.abs))).toBeGreaterThan(1e-3)
    }
    expect(net.parameterCount).toBe(net.weights.reduce((sum, { size }) => sum + size, 0) + 4 + 4 + 4 + 2)
  })

  test('kolen-pollack under weight decay: the matrices come together at rate 1 - eta lambda', () => {
    using net = make(entry, { feedback: { matrices, rule: 'kolen-pollack' } })
    const apart = () =>
      Math.hypot(
        ...net.layers.slice(1).flatMap(({ weight, feedback }) => {
          const [w, b] = [weight.toNested(), transpose(feedback!.toNested())]
          return w.flat().map((value, at) => value - b.flat()[at])
        }),
      )
    const before = apart()
    const optimizer = chain([addWeightDecay(0.1)], { learningRate: 0.1 })
    trainSync(net, task, { optimizer, steps: 100, record: { probes: [] } })
    expect(Math.abs(apart() / (before * (1 - 0.01) ** 100) - 1)).toBeLessThan(1e-12)
  })

  test('drawn by a variance: scale, seed, and no stream shared with the weights', () => {
    const sizes = [4, 40, 50]
    const b = (seed: number) => {
      using net = createNetwork(engine, { sizes, feedback: { variance: 4 }, init: gaussian({ variance: 4 }), seed })
      return { b: [...net.layers[1].feedback!.toArray()], w: net.weights.map((w) => [...w.toArray()]) }
    }
    const drawn = b(1)
    const square = drawn.b.reduce((sum, value) => sum + value * value, 0) / drawn.b.length
    // 2000 numbers: the standard deviation of the mean square is 4 sqrt(2/2000) = 0.13.
    expect(Math.abs(square - 4)).toBeLessThan(0.5)
    expect(drawn).toEqual(b(1))
    expect(drawn.b).not.toEqual(b(2).b)
    for (const w of drawn.w) {
      const shared = Math.min(w.length, drawn.b.length)
      expect(drawn.b.slice(0, shared)).not.toEqual(w.slice(0, shared))
    }
  })
})

describe('training', () => {
  test.each(['relu', 'tanh', { leakyRelu: 0.1 }] as ActivationOption[])('a parity of two bits, %o', (activation) => {
    const x = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ]
    const y = [[0, 1, 1, 0]]
    using net = createNetwork(engine, {
      sizes: [2, 16, 1],
      activation,
      biases: true,
      init: gaussian({ gamma: 0.5 }),
      seed: 4,
    })
    const { columns, status } = trainSync(net, regression(x, y), {
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
      steps: 2000,
      record: { every: 500 },
    })
    const loss = columns.loss.data
    expect(status).toBe('completed')
    expect(loss.at(-1)!).toBeLessThan(1e-4 * loss[0])
    using inputs = engine.matrix(x)
    using outputs = net.predict(inputs)
    outputs.toNested()[0].forEach((value, p) => {
      expect(Math.abs(value - y[0][p])).toBeLessThan(0.1)
    })
  })

  test('a linear network learns a loss of its map, one with an activation does not', () => {
    const sigma = [[1, 0.5]]
    using linear = createNetwork(engine, { sizes: [2, 8, 1], parameterization: meanField({ gamma0: 1 }), seed: 1 })
    const { columns } = trainSync(linear, whitened(sigma), {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      steps: 200,
    })
    expect(columns.loss.data.at(-1)!).toBeLessThan(1e-6)
    using relu = createNetwork(engine, { sizes: [2, 8, 1], activation: 'relu' })
    const { liveBytes } = engine.memory
    const rule = { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 1 }
    expect(() => trainSync(relu, whitened(sigma), rule)).toThrow(UnsupportedError)
    expect(() => relu.endToEnd()).toThrow(UnsupportedError)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('a checkpoint knows masks and fixed feedback', () => {
    const sizes = [2, 3, 2]
    const task = whitened([
      [1, 0],
      [0, 1],
    ])
    const optimizer = gradientDescent({ learningRate: 0.1 })
    const run = (more: Partial<NetworkOptions>, resume?: ReturnType<ReturnType<typeof trainSync>['checkpoint']>) => {
      using net = createNetwork(engine, { sizes, seed: 1, ...more } as NetworkOptions)
      return trainSync(net, task, {
        optimizer,
        steps: resume === undefined ? 2 : 4,
        ...(resume === undefined ? {} : { resume }),
      }).checkpoint()
    }
    const mask = (zero: number) =>
      [
        [
          [1, 1],
          [1, 1],
          [zero, 1],
        ],
        undefined,
      ] as NetworkOptions['masks']
    const masked = run({ masks: mask(0) })
    expect(run({ masks: mask(0) }, masked).step).toBe(4)
    expect(() => run({ masks: mask(1) }, masked)).toThrow(OptionError)
    const fed = run({ feedback: { variance: 1 } })
    expect(run({ feedback: { variance: 1 } }, fed).step).toBe(4)
    expect(() => run({ feedback: { variance: 2 } }, fed)).toThrow(OptionError)
    const learning = run({ feedback: { variance: 1, rule: 'kolen-pollack' } })
    // Matrices that learn are in the checkpoint: where they started does not matter.
    expect(run({ feedback: { variance: 2, rule: 'kolen-pollack' } }, learning).step).toBe(4)
  })
})

describe('which network', () => {
  test('a chain of weights without features', () => {
    using net = createNetwork(engine, { sizes: [2, 3, 2] })
    expect(net.kind).toBe('layers')
    using given = createNetwork(engine, { sizes: [2, 3, 2], activation: undefined, masks: undefined })
    expect(given.kind).toBe('layers')
  })

  test.each<Partial<NetworkOptions>>([
    { activation: 'linear' },
    { biases: false },
    { residual: { scale: 1 } },
    { parameterization: standard() },
    { outputMultiplier: 1 },
    { masks: [undefined, undefined, undefined] },
    { feedback: { variance: 1 } },
  ])('a feedforward network with %o', (options) => {
    using net = createNetwork(engine, { sizes: [2, 3, 3, 2].slice(0), ...options } as NetworkOptions)
    expect(net.kind).toBe('feedforward')
    expect(net.linear).toBe(true)
    expect(net.parameterCount).toBe(6 + 9 + 6)
  })

  test('what is linear', () => {
    const linear = (options: Partial<NetworkOptions>) => {
      using net = createNetwork(engine, { sizes: [2, 3, 2], ...options } as NetworkOptions)
      return net.linear
    }
    expect(linear({ activation: 'relu' })).toBe(false)
    expect(linear({ biases: true })).toBe(false)
    expect(linear({ outputMultiplier: 2 })).toBe(true)
  })

  test('the same weights as the plain chain, from the same seed', () => {
    using plain = createNetwork(engine, { sizes: [2, 3, 2], seed: 9 })
    using net = createNetwork(engine, { sizes: [2, 3, 2], seed: 9, activation: 'relu', biases: { variance: 1 } })
    expect(net.weights.map((w) => w.toNested())).toEqual(plain.weights.map((w) => w.toNested()))
    expect(net.layers[0].bias!.toArray().every((value) => value !== 0)).toBe(true)
  })
})

describe('errors, before anything is kept', () => {
  const sizes = [2, 3, 3, 1]
  const one = [[1]]
  const bad: [string, Record<string, unknown>, new (...args: never[]) => Error & { code: ErrorCode }, string][] = [
    ['activation by another name', { activation: 'gelu' }, OptionError, 'activation'],
    ['activation of a number', { activation: 3 }, OptionError, 'activation'],
    ['leaky slope 1', { activation: { leakyRelu: 1 } }, RangeArgError, 'activation.leakyRelu'],
    ['leaky slope 0', { activation: { leakyRelu: 0 } }, RangeArgError, 'activation.leakyRelu'],
    ['leaky slope NaN', { activation: { leakyRelu: NaN } }, RangeArgError, 'activation.leakyRelu'],
    ['no slope', { activation: {} }, DTypeError, 'activation.leakyRelu'],
    ['another key', { activation: { relu: 1 } }, OptionError, 'activation.relu'],
    ['biases of a number', { biases: 1 }, DTypeError, 'biases'],
    ['biases without variance', { biases: {} }, DTypeError, 'biases.variance'],
    ['biases of negative variance', { biases: { variance: -1 } }, RangeArgError, 'biases.variance'],
    ['biases of infinite variance', { biases: { variance: Infinity } }, RangeArgError, 'biases.variance'],
    ['residual of a number', { residual: 1 }, OptionError, 'residual'],
    ['residual without scale', { residual: {} }, DTypeError, 'residual.scale'],
    ['residual by another word', { residual: { scale: 'width' } }, OptionError, 'residual.scale'],
    ['residual NaN', { residual: { scale: NaN } }, RangeArgError, 'residual.scale'],
    ['residual of two layers', { sizes: [2, 3, 1], residual: { scale: 1 } }, ShapeError, 'residual'],
    ['residual of two widths', { sizes: [2, 3, 4, 1], residual: { scale: 1 } }, ShapeError, 'residual'],
    ['parameterization by name', { parameterization: 'ntk' }, OptionError, 'parameterization'],
    ['parameterization as a function', { parameterization: ntk }, OptionError, 'parameterization'],
    ['outputMultiplier 0', { outputMultiplier: 0 }, RangeArgError, 'outputMultiplier'],
    ['outputMultiplier NaN', { outputMultiplier: NaN }, RangeArgError, 'outputMultiplier'],
    ['outputMultiplier as text', { outputMultiplier: '2' }, DTypeError, 'outputMultiplier'],
    ['two masks for three layers', { masks: [undefined, undefined] }, ShapeError, 'masks'],
    ['masks as one matrix', { masks: 1 }, ShapeError, 'masks'],
    ['a mask of another shape', { masks: [one, undefined, undefined] }, ShapeError, 'masks[0]'],
    ['a mask of halves', { masks: [undefined, undefined, [[1, 0.5, 1]]] }, RangeArgError, 'masks[2]'],
    ['a mask with NaN', { masks: [undefined, undefined, [[1, NaN, 1]]] }, RangeArgError, 'masks[2]'],
    ['feedback by word', { feedback: 'random' }, OptionError, 'feedback'],
    ['feedback of nothing', { feedback: {} }, OptionError, 'feedback'],
    ['feedback of both', { feedback: { variance: 1, matrices: [one, one] } }, OptionError, 'feedback'],
    ['feedback of variance 0', { feedback: { variance: 0 } }, RangeArgError, 'feedback.variance'],
    ['feedback by another rule', { feedback: { variance: 1, rule: 'mirror' } }, OptionError, 'feedback.rule'],
    ['one matrix for two', { feedback: { matrices: [one] } }, ShapeError, 'feedback.matrices'],
    ['matrices of another shape', { feedback: { matrices: [one, one] } }, ShapeError, 'feedback.matrices[0]'],
    [
      'matrices with infinities',
      { sizes: [1, 1, 1], feedback: { matrices: [[[Infinity]]] } },
      RangeArgError,
      'feedback.matrices[0]',
    ],
    ['another option', { activaton: 'relu' }, OptionError, 'network.activaton'],
  ]

  test.each(bad)('%s', (_name, options, kind, argument) => {
    const { liveBytes } = engine.memory
    let caught: unknown
    try {
      createNetwork(engine, { sizes, ...options } as unknown as NetworkOptions)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(kind)
    expect((caught as DeepLinearError).argument).toBe(argument)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('no memory for masks and feedback: everything is given back', () => {
    const small = createEngineSync({ budgetBytes: 2 ** 20 })
    const { liveBytes } = small.memory
    const wide = [100, 300, 100]
    const left = 2 ** 20 - liveBytes
    // The weights alone fit.
    expect(8 * 2 * 30_000).toBeLessThan(left)
    const masks = [300, 100].map((rows, l) => Array.from({ length: rows }, () => new Array<number>(wide[l]).fill(1)))
    for (let i = 0; i < 3; i++) {
      expect(() => createNetwork(small, { sizes: wide, masks, feedback: { variance: 1 } })).toThrow(MemoryError)
      expect(small.memory.liveBytes).toBe(liveBytes)
    }
  })

  test('predict', () => {
    using net = createNetwork(engine, { sizes, activation: 'relu', biases: true })
    using rows = engine.matrix([[1, 2]])
    using single = engine.matrix([[1], [2]], { dtype: 'float32' })
    using elsewhere = createEngineSync().matrix([[1], [2]])
    const { liveBytes } = engine.memory
    const refused: [unknown, new (...args: never[]) => Error][] = [
      [[[1], [2]], DTypeError],
      [rows, ShapeError],
      [single, OptionError],
      [elsewhere, DisposedError],
    ]
    for (const [inputs, kind] of refused) {
      const call = () => net.predict(inputs as never)
      expect(call).toThrow(kind)
      expect(call).toThrow(expect.objectContaining({ argument: 'inputs' }))
    }
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('dispose gives all memory back', () => {
    const { liveBytes } = engine.memory
    const net = createNetwork(engine, {
      sizes,
      activation: 'relu',
      biases: true,
      masks: [
        [
          [1, 0],
          [1, 1],
          [0, 1],
        ],
        undefined,
        undefined,
      ],
      feedback: { variance: 1, rule: 'kolen-pollack' },
    })
    using inputs = engine.matrix([[1], [2]])
    net.predict(inputs).dispose()
    trainSync(net, regression([[1], [2]], [[1]]), { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 2 })
    net.dispose()
    inputs.dispose()
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })
})
