// Every update rule against a plain implementation: nested arrays, products and backpropagation of its own, a three-layer linear network on
// regression samples. Then the same bits on both executors, and after a replay from the middle.
import { describe, expect, test } from 'vitest'
import {
  adam,
  adamw,
  addWeightDecay,
  chain,
  clipByNorm,
  clipByValue,
  cosine,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type DType,
  type Engine,
  explicit,
  gradientDescent,
  minibatches,
  momentum,
  multiStep,
  nesterov,
  type Optimizer,
  OptionError,
  PlanBuilder,
  RangeArgError,
  ramp,
  regression,
  rmsprop,
  ShapeError,
  scaleByAdam,
  scaleByRms,
  sgd,
  trace,
  trainSync,
  UnsupportedError,
  whitened,
} from '../../src/index.js'

type M = number[][]

const SIZES = [4, 5, 3, 2]
const STEPS = 200
const P = 12

/** Numbers in (-1, 1) without structure. */
function entries(rows: number, cols: number, seed: number): M {
  let state = (seed * 7919 + 13) % 2147483647
  const next = () => {
    state = (state * 48271) % 2147483647
    return (2 * state) / 2147483647 - 1
  }
  return Array.from({ length: rows }, () => Array.from({ length: cols }, next))
}

const X = entries(SIZES[0], P, 1)
const Y = entries(SIZES[3], P, 2)
const START = [1, 2, 3].map((l) => entries(SIZES[l], SIZES[l - 1], 10 + l).map((row) => row.map((w) => 0.8 * w)))

const times = (a: M, b: M): M => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)))
const turned = (a: M): M => a[0].map((_, j) => a.map((row) => row[j]))
const each = (f: (...values: number[]) => number, ...of: M[]): M =>
  of[0].map((row, i) => row.map((_, j) => f(...of.map((m) => m[i][j]))))

/** dC/dW_l of 1/(2P) |Y - W_3 W_2 W_1 X|^2 by backpropagation. */
function gradients(w: M[], x: M, y: M): M[] {
  const below = [x]
  for (const layer of w) below.push(times(layer, below[below.length - 1]))
  let slope = each((f, target) => (f - target) / x[0].length, below[w.length], y)
  const found: M[] = []
  for (let l = w.length - 1; l >= 0; l--) {
    found.unshift(times(slope, turned(below[l])))
    slope = times(turned(w[l]), slope)
  }
  return found
}

/** Turns the gradients of a step into updates; remembers what it must. `step` counts from 1. */
type Direction = (g: M[], w: M[], step: number) => M[]

const plainly: Direction = (g) => g
const coupled =
  (lambda: number, then: Direction): Direction =>
  (g, w, step) =>
    then(
      g.map((m, l) => each((a, b) => a + lambda * b, m, w[l])),
      w,
      step,
    )
const shortened =
  (limit: number, then: Direction): Direction =>
  (g, w, step) => {
    const norm = Math.sqrt(g.flat(2).reduce((sum, x) => sum + x * x, 0))
    const factor = norm > limit ? limit / norm : 1
    return then(
      g.map((m) => each((a) => factor * a, m)),
      w,
      step,
    )
  }
const bounded =
  (limit: number, then: Direction): Direction =>
  (g, w, step) =>
    then(
      g.map((m) => each((a) => Math.max(-limit, Math.min(limit, a)), m)),
      w,
      step,
    )
function ball(beta: number, { dampening = 0, ahead = false } = {}): Direction {
  let v: M[] | undefined
  return (g) => {
    const gain = 1 - dampening
    v = g.map((m, l) => (v === undefined ? each((a) => gain * a, m) : each((a, b) => beta * b + gain * a, m, v[l])))
    return ahead ? g.map((m, l) => each((a, b) => gain * a + beta * b, m, v![l])) : v
  }
}
function kingma(beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8): Direction {
  const zero = () => START.map((m) => each(() => 0, m))
  let [first, second] = [zero(), zero()]
  return (g, _, step) => {
    first = g.map((m, l) => each((a, b) => beta1 * b + (1 - beta1) * a, m, first[l]))
    second = g.map((m, l) => each((a, b) => beta2 * b + (1 - beta2) * a * a, m, second[l]))
    return g.map((_, l) =>
      each((m, v) => m / (1 - beta1 ** step) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon), first[l], second[l]),
    )
  }
}
function hinton(rho = 0.9, epsilon = 1e-8, then: Direction = plainly): Direction {
  let v = START.map((m) => each(() => 0, m))
  return (g, w, step) => {
    v = g.map((m, l) => each((a, b) => rho * b + (1 - rho) * a * a, m, v[l]))
    return then(
      g.map((m, l) => each((a, b) => a / (Math.sqrt(b) + epsilon), m, v[l])),
      w,
      step,
    )
  }
}
const decoupled =
  (lambda: number, inner: Direction): Direction =>
  (g, w, step) =>
    inner(g, w, step).map((m, l) => each((a, b) => a + lambda * b, m, w[l]))

interface Case {
  name: string
  rule: () => Optimizer
  /** What one run of the rule does; a new memory each time. */
  plain?: () => Direction
  /** Rate of step s, from 0. */
  rate?: (step: number) => number
  layerRates?: number[]
  batch?: Parameters<typeof minibatches>[1]
  /** Layers in turn, each with the new weights below it. */
  alternating?: boolean
}

const learningRate = 0.1
const layerRates = [0.5, 0, 2]
const batch = { batchSize: 5, seed: 3 }
// Where an epsilon is larger than usual, the usual one leaves the rule bouncing about the minimum, where it amplifies roundings without end.
const cases: Case[] = [
  { name: 'gradientDescent', rule: () => gradientDescent({ learningRate }) },
  {
    name: 'gradientDescent, alternating',
    rule: () => gradientDescent({ learningRate, update: 'alternating' }),
    alternating: true,
  },
  {
    name: 'gradientDescent, alternating with layerRates',
    rule: () => gradientDescent({ learningRate, layerRates, update: 'alternating' }),
    alternating: true,
    layerRates,
  },
  { name: 'gradientDescent with layerRates', rule: () => gradientDescent({ learningRate, layerRates }), layerRates },
  {
    name: 'gradientDescent with a schedule and layerRates',
    rule: () => gradientDescent({ learningRate: (step) => 0.2 / (1 + step / 50), layerRates }),
    rate: (step) => 0.2 / (1 + step / 50),
    layerRates,
  },
  { name: 'sgd of all samples', rule: () => sgd({ learningRate }) },
  { name: 'sgd, a batch that does not divide the data', rule: () => sgd({ learningRate, ...batch }), batch },
  {
    name: 'sgd with replacement, a batch larger than the data',
    rule: () => sgd({ learningRate, batchSize: 17, replacement: true, seed: 9n }),
    batch: { batchSize: 17, replacement: true, seed: 9n },
  },
  {
    name: 'sgd with momentum, dampening, nesterov, decay and minibatches',
    rule: () =>
      sgd({
        learningRate: 0.02,
        ...batch,
        momentum: 0.8,
        dampening: 0.25,
        nesterov: true,
        weightDecay: 0.01,
        layerRates: [1, 2, 0.5],
      }),
    plain: () => coupled(0.01, ball(0.8, { dampening: 0.25, ahead: true })),
    rate: () => 0.02,
    layerRates: [1, 2, 0.5],
    batch,
  },
  { name: 'momentum', rule: () => momentum({ learningRate: 0.02 }), plain: () => ball(0.9), rate: () => 0.02 },
  {
    name: 'momentum with dampening, a frozen layer and minibatches',
    rule: () => momentum({ learningRate: 0.05, momentum: 0.7, dampening: 0.5, layerRates, ...batch }),
    plain: () => ball(0.7, { dampening: 0.5 }),
    rate: () => 0.05,
    layerRates,
    batch,
  },
  {
    name: 'nesterov with weight decay',
    rule: () => nesterov({ learningRate: 0.02, momentum: 0.85, weightDecay: 0.02 }),
    plain: () => coupled(0.02, ball(0.85, { ahead: true })),
    rate: () => 0.02,
  },
  { name: 'adam', rule: () => adam({ learningRate: 0.01 }), plain: () => kingma(), rate: () => 0.01 },
  {
    name: 'adam with options, coupled decay, minibatches and a schedule',
    rule: () =>
      adam({
        learningRate: cosine({ rate: 0.02, steps: 180, warmup: 20, end: 0.001 }),
        beta1: 0.8,
        beta2: 0.95,
        epsilon: 1e-4,
        weightDecay: 0.05,
        layerRates: [1, 0, 0.5],
        ...batch,
      }),
    plain: () => coupled(0.05, kingma(0.8, 0.95, 1e-4)),
    rate: (step) =>
      step < 20
        ? (0.02 * (step + 1)) / 20
        : step < 180
          ? 0.001 + (0.019 * (1 + Math.cos((Math.PI * (step - 20)) / 160))) / 2
          : 0.001,
    layerRates: [1, 0, 0.5],
    batch,
  },
  {
    name: 'adamw',
    rule: () => adamw({ learningRate: 0.01 }),
    plain: () => decoupled(0.01, kingma()),
    rate: () => 0.01,
  },
  {
    name: 'adamw with clipping and minibatches',
    rule: () => adamw({ learningRate: 0.01, weightDecay: 0.3, clipNorm: 0.2, clipValue: 0.05, ...batch }),
    plain: () => decoupled(0.3, shortened(0.2, bounded(0.05, kingma()))),
    rate: () => 0.01,
    batch,
  },
  {
    name: 'rmsprop with weight decay',
    rule: () => rmsprop({ learningRate: 0.005, decay: 0.95, epsilon: 0.05, weightDecay: 0.1 }),
    plain: () => coupled(0.1, hinton(0.95, 0.05)),
    rate: () => 0.005,
  },
  {
    name: 'rmsprop with momentum',
    rule: () => rmsprop({ learningRate: 0.002, epsilon: 0.05, momentum: 0.5 }),
    plain: () => hinton(0.9, 0.05, ball(0.5)),
    rate: () => 0.002,
  },
  {
    name: 'sgd with clipNorm and weight decay after it',
    rule: () => sgd({ learningRate, clipNorm: 0.1, weightDecay: 0.2 }),
    plain: () => shortened(0.1, coupled(0.2, plainly)),
  },
  {
    name: 'sgd with clipValue',
    rule: () => sgd({ learningRate, clipValue: 0.03 }),
    plain: () => bounded(0.03, plainly),
  },
  {
    name: 'chain without pieces, multiStep',
    rule: () => chain([], { learningRate: multiStep({ rate: 0.4, drops: [7, 60, 61], factor: 0.5 }) }),
    rate: (step) => 0.4 * (step < 7 ? 1 : step < 60 ? 0.5 : step < 61 ? 0.25 : 0.125),
  },
  {
    name: 'chain of everything twice, ramp',
    rule: () =>
      chain(
        [
          clipByNorm(0.5),
          trace({ decay: 0.6 }),
          addWeightDecay(0.01),
          scaleByAdam({ beta1: 0, epsilon: 0.05 }),
          trace({ decay: 0.3, nesterov: true, dampening: 0.1 }),
          scaleByRms({ epsilon: 0.1 }),
          clipByValue(0.7),
        ],
        { learningRate: ramp({ from: 0, to: 0.02, steps: 150 }) },
      ),
    plain: () => {
      const velocity = ball(0.6)
      const [scale, second, last] = [
        kingma(0, 0.999, 0.05),
        ball(0.3, { dampening: 0.1, ahead: true }),
        hinton(0.9, 0.1),
      ]
      return shortened(0.5, (g, w, step) => {
        const decayed = decoupled(0.01, velocity)(g, w, step)
        return bounded(0.7, plainly)(last(second(scale(decayed, w, step), w, step), w, step), w, step)
      })
    },
    rate: (step) => (step < 150 ? (0.02 * step) / 150 : 0.02),
  },
]

/** The weights after all steps, in plain numbers. */
function plainRun({ plain, rate, layerRates, batch, alternating }: Case): M[] {
  let w = START
  const direction = plain?.() ?? plainly
  const draw = batch === undefined ? undefined : minibatches(P, batch)
  for (let step = 0; step < STEPS; step++) {
    let [x, y] = [X, Y]
    if (draw !== undefined) {
      const chosen = new Int32Array(batch!.batchSize)
      draw(step, chosen)
      ;[x, y] = [X, Y].map((m) => m.map((row) => Array.from(chosen, (p) => row[p])))
    }
    const eta = w.map((_, l) => (rate?.(step) ?? learningRate) * (layerRates?.[l] ?? 1))
    if (alternating) {
      // One slope of the end-to-end map for the whole step.
      const old = w
      const map = times(old[2], times(old[1], old[0]))
      const g = each(
        (a) => a / P,
        times(
          each((f, t) => f - t, times(map, X), Y),
          turned(X),
        ),
      )
      const fresh: M[] = []
      for (let l = 0; l < 3; l++) {
        let slope = g
        for (let above = 2; above > l; above--) slope = times(turned(old[above]), slope)
        // (fresh_{l-1} ... fresh_0)' on the right, the last first.
        let lower: M | undefined
        for (const layer of fresh) lower = lower === undefined ? layer : times(layer, lower)
        if (lower !== undefined) slope = times(slope, turned(lower))
        fresh.push(each((a, b) => a - eta[l] * b, old[l], slope))
      }
      w = fresh
      continue
    }
    const updates = direction(gradients(w, x, y), w, step + 1)
    w = w.map((layer, l) => each((a, b) => a - eta[l] * b, layer, updates[l]))
  }
  return w
}

const network = (engine: Engine, dtype: DType = 'float64') =>
  createNetwork(engine, { sizes: SIZES, init: explicit(START), dtype })
const task = regression(X, Y)

const executors = {
  wasm: createEngineSync({ reproducible: true }),
  typescript: createEngineSync({ backend: 'typescript' }),
}

/** Largest difference, relative to the largest entry of the layer. */
function distance(actual: M[], expected: M[]): number {
  return Math.max(
    ...actual.map((layer, l) => {
      const scale = Math.max(...expected[l].flat().map(Math.abs))
      return Math.max(...layer.flatMap((row, i) => row.map((x, j) => Math.abs(x - expected[l][i][j]) / scale)))
    }),
  )
}

describe.each(cases)('$name', (entry) => {
  const expected = plainRun(entry)

  test('is the plain rule after 200 steps', () => {
    const { engine, net } = { engine: executors.wasm, net: network(executors.wasm) }
    const before = engine.memory.liveBytes
    const { status, steps } = trainSync(net, task, { optimizer: entry.rule(), steps: STEPS })
    expect([status, steps]).toEqual(['completed', STEPS])
    // The rule has done something to learn from.
    expect(distance(expected, START)).toBeGreaterThan(0.05)
    // 200 steps of a few roundings each; adaptive scales divide small numbers by small numbers.
    expect(
      distance(
        net.weights.map((w) => w.toNested()),
        expected,
      ),
    ).toBeLessThan(1e-12)
    expect(engine.memory.liveBytes).toBeLessThanOrEqual(before + 2 ** 20)
    net.dispose()
  })

  test('float32 stays within 1e-4 of it', () => {
    using net = network(executors.wasm, 'float32')
    trainSync(net, task, { optimizer: entry.rule(), steps: STEPS })
    expect(
      distance(
        net.weights.map((w) => w.toNested()),
        expected,
      ),
    ).toBeLessThan(1e-4)
  })

  test.each(['float64', 'float32'] as const)('both executors have the same bits, state included: %s', (dtype) => {
    const [wasm, typescript] = Object.values(executors).map((engine) => {
      using net = network(engine, dtype)
      const result = trainSync(net, task, { optimizer: entry.rule(), steps: STEPS, record: { every: 50 } })
      return { tensors: result.checkpoint().tensors, columns: result.columns }
    })
    expect(wasm).toEqual(typescript)
  })

  test('a replay from the middle has the same bits', () => {
    const engine = executors.wasm
    using net = network(engine)
    const bound = entry.rule().bind(net)
    const form = bound.state.length > 0 || entry.batch !== undefined ? 'samples' : 'map'
    const data = task.bind(engine, 'float64', form)
    const p = new PlanBuilder(engine, 'float64')
    bound.emitStep(p, data)
    using plan = p.build()
    const state = [...net.state, ...bound.state]
    const read = () => state.map(({ matrix }) => matrix.toArray())
    plan.run(57)
    const middle = read()
    plan.run(STEPS - 57)
    const end = read()
    state.forEach(({ matrix }, i) => void matrix.view().set(middle[i]))
    plan.position = 57
    for (const count of [1, 2, 140]) plan.run(count)
    expect(read()).toEqual(end)
    data.dispose()
    bound.dispose()
  })
})

test('a layer with rate 0 keeps its bits', () => {
  for (const rule of [
    gradientDescent({ learningRate, layerRates }),
    gradientDescent({ learningRate, layerRates, update: 'alternating' }),
    adamw({ learningRate, layerRates, weightDecay: 0.5 }),
  ]) {
    using net = network(executors.wasm)
    trainSync(net, task, { optimizer: rule, steps: 20 })
    expect(net.weights[1].toNested()).toEqual(START[1])
    expect(net.weights[0].toNested()).not.toEqual(START[0])
  }
})

describe('state', () => {
  test.each([
    [() => momentum({ learningRate }), ['velocity W_1', 'velocity W_2', 'velocity W_3']],
    [() => sgd({ learningRate }), []],
    [
      () => adam({ learningRate }),
      ['first moment W_1', 'first moment W_2', 'first moment W_3'].concat([
        'second moment W_1',
        'second moment W_2',
        'second moment W_3',
      ]),
    ],
    [
      () => chain([trace({ decay: 0.9 }), trace({ decay: 0.5 })], { learningRate }),
      ['velocity W_1', 'velocity W_2', 'velocity W_3', 'velocity W_1 (2)', 'velocity W_2 (2)', 'velocity W_3 (2)'],
    ],
  ] as [() => Optimizer, string[]][])('%s has parts with names of their own', (rule, names) => {
    using net = network(executors.wasm)
    const before = executors.wasm.memory.liveBytes
    const bound = rule().bind(net)
    expect(bound.state.map(({ name }) => name)).toEqual(names)
    for (const { matrix } of bound.state) expect(matrix.view().every((x) => x === 0)).toBe(true)
    bound.dispose()
    expect(executors.wasm.memory.liveBytes).toBe(before)
  })

  test('a binding for which memory is short leaves nothing behind', () => {
    // Of the matrices that a rule remembers, 256 KB each, one fits and the next does not.
    const engine = createEngineSync({ budgetBytes: 2 ** 20 })
    using net = createNetwork(engine, { sizes: [256, 128], seed: 1 })
    const { liveBytes, liveBlocks } = engine.memory
    for (const rule of [
      adam({ learningRate }),
      chain([trace({ decay: 0.1 }), scaleByRms(), trace({ decay: 0.2 }), scaleByAdam()], { learningRate }),
    ]) {
      const hog = [engine.matrix([256, 128]), engine.matrix([128, 128])]
      expect(() => rule.bind(net)).toThrow(expect.objectContaining({ code: 'MEMORY' }))
      for (const matrix of hog) matrix.dispose()
      expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
    }
  })
})

describe('refusals', () => {
  const wrong = <T>(value: unknown) => value as T
  test.each([
    ['no rate', () => sgd(wrong({})), 'DTYPE', 'learningRate', 'learningRate must be a number'],
    ['rate 0', () => adam({ learningRate: 0 }), 'RANGE', 'learningRate', 'above 0'],
    ['rate NaN', () => gradientDescent({ learningRate: Number.NaN }), 'RANGE', 'learningRate', 'above 0'],
    ['a rate of text', () => sgd({ learningRate: wrong('0.1') }), 'DTYPE', 'learningRate', 'must be a number'],
    ['a rate of nothing', () => sgd({ learningRate: wrong({}) }), 'DTYPE', 'learningRate', 'a schedule or a function'],
    ['momentum 1', () => momentum({ learningRate, momentum: 1 }), 'RANGE', 'momentum', 'momentum must be'],
    ['nesterov momentum "a"', () => nesterov({ learningRate, momentum: wrong('a') }), 'DTYPE', 'momentum', 'a number'],
    [
      'sgd nesterov without momentum',
      () => sgd({ learningRate, nesterov: true }),
      'OPTION',
      'nesterov',
      'give momentum',
    ],
    ['sgd dampening alone', () => sgd({ learningRate, dampening: 0.1 }), 'OPTION', 'dampening', 'give momentum'],
    ['sgd nesterov 1', () => sgd({ learningRate, nesterov: wrong(1) }), 'DTYPE', 'nesterov', 'true or false'],
    ['dampening 1', () => momentum({ learningRate, dampening: 1 }), 'RANGE', 'dampening', 'below 1'],
    ['beta1 1', () => adam({ learningRate, beta1: 1 }), 'RANGE', 'beta1', 'below 1'],
    ['beta2 -1', () => adamw({ learningRate, beta2: -1 }), 'RANGE', 'beta2', 'at least 0'],
    ['epsilon -1', () => rmsprop({ learningRate, epsilon: -1 }), 'RANGE', 'epsilon', 'at least 0'],
    ['decay 2', () => rmsprop({ learningRate, decay: 2 }), 'RANGE', 'decay', 'below 1'],
    ['rmsprop momentum 1', () => rmsprop({ learningRate, momentum: 1 }), 'RANGE', 'momentum', 'below 1'],
    ['weightDecay -1', () => sgd({ learningRate, weightDecay: -1 }), 'RANGE', 'weightDecay', 'at least 0'],
    ['clipNorm 0', () => sgd({ learningRate, clipNorm: 0 }), 'RANGE', 'clipNorm', 'above 0'],
    ['clipValue Infinity', () => adam({ learningRate, clipValue: Infinity }), 'RANGE', 'clipValue', 'above 0'],
    ['batchSize 0', () => sgd({ learningRate, batchSize: 0 }), 'RANGE', 'batchSize', 'from 1'],
    ['seed without batchSize', () => sgd({ learningRate, seed: 1 }), 'OPTION', 'batchSize', 'give batchSize as well'],
    [
      'replacement 1',
      () => sgd({ learningRate, batchSize: 2, replacement: wrong(1) }),
      'DTYPE',
      'replacement',
      'true or',
    ],
    ['seed -1', () => sgd({ learningRate, batchSize: 2, seed: -1 }), 'RANGE', 'seed', 'seed'],
    ['layerRates 1', () => sgd({ learningRate, layerRates: wrong(1) }), 'OPTION', 'layerRates', 'array of factors'],
    ['layerRates []', () => sgd({ learningRate, layerRates: [] }), 'OPTION', 'layerRates', 'one a layer'],
    ['layerRates -1', () => adam({ learningRate, layerRates: [1, -1] }), 'RANGE', 'layerRates[1]', 'at least 0'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is given
    ['a hole', () => adam({ learningRate, layerRates: wrong([1, , 1]) }), 'DTYPE', 'layerRates[1]', 'a number'],
    ['an unknown option', () => adam(wrong({ learningRate, beta: 1 })), 'OPTION', 'adam.beta', "did you mean 'beta1'?"],
    [
      'gradientDescent batchSize',
      () => gradientDescent(wrong({ learningRate, batchSize: 2 })),
      'OPTION',
      'gradientDescent.batchSize',
      'no option',
    ],
    [
      'update "both"',
      () => gradientDescent({ learningRate, update: wrong('both') }),
      'OPTION',
      'update',
      "'alternating'",
    ],
    [
      'chain of a rule',
      () => chain(wrong(adam({ learningRate })), { learningRate }),
      'OPTION',
      'transforms',
      'array of pieces',
    ],
    ['a piece not called', () => chain([wrong(trace)], { learningRate }), 'OPTION', 'transforms[0]', 'clipByNorm(1)'],
    [
      'chain of text',
      () => chain(wrong(['trace']), { learningRate }),
      'OPTION',
      'transforms[0]',
      'such as clipByNorm(1)',
    ],
    ['trace without decay', () => trace(wrong(undefined)), 'DTYPE', 'decay', 'a number'],
    ['trace nesterov "yes"', () => trace({ decay: 0.5, nesterov: wrong('yes') }), 'DTYPE', 'nesterov', 'true or false'],
    ['clipByNorm NaN', () => clipByNorm(Number.NaN), 'RANGE', 'limit', 'above 0'],
    ['clipByValue -1', () => clipByValue(-1), 'RANGE', 'limit', 'above 0'],
    ['addWeightDecay -1', () => addWeightDecay(-1), 'RANGE', 'lambda', 'at least 0'],
    ['scaleByAdam betas', () => scaleByAdam(wrong({ betas: [1] })), 'OPTION', 'scaleByAdam.betas', 'no option'],
    ['scaleByRms decay 1', () => scaleByRms({ decay: 1 }), 'RANGE', 'decay', 'below 1'],
  ])('%s', (_, call, code, argument, text) => {
    expect(call).toThrow(expect.objectContaining({ code, argument, message: expect.stringContaining(text) }))
  })

  const engine = executors.typescript
  test.each([
    ['layerRates of another depth', () => sgd({ learningRate, layerRates: [1, 1] }), ShapeError, '3 factors'],
    [
      'layerRates of another depth, gradientDescent',
      () => gradientDescent({ learningRate, layerRates: [1] }),
      ShapeError,
      '3 factors',
    ],
    ['a batch larger than the data', () => sgd({ learningRate, batchSize: 13 }), RangeArgError, 'replacement: true'],
  ] as [string, () => Optimizer, new (...args: never[]) => Error, string][])(
    '%s is refused when training begins, and nothing is left or written',
    (_, rule, kind, text) => {
      using net = network(engine)
      const { liveBytes, liveBlocks } = engine.memory
      expect(() => trainSync(net, task, { optimizer: rule(), steps: 1 })).toThrow(kind)
      expect(() => trainSync(net, task, { optimizer: rule(), steps: 1 })).toThrow(text)
      expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
      expect(net.weights.map((w) => w.toNested())).toEqual(START)
    },
  )

  test('minibatches of a loss of the map, and rules with layers on a Gram network', () => {
    using net = createNetwork(engine, { sizes: [2, 2], seed: 1 })
    using gram = createGramNetwork(engine, { sizes: [2, 3, 2], seed: 1 })
    const map = whitened([
      [1, 0],
      [0, 1],
    ])
    const { liveBytes } = engine.memory
    const learn = (optimizer: Optimizer, on: typeof net | typeof gram) => () =>
      trainSync(on, map, { optimizer, steps: 1 })
    expect(learn(sgd({ learningRate, batchSize: 1 }), net)).toThrow(UnsupportedError)
    expect(learn(sgd({ learningRate, batchSize: 1 }), net)).toThrow('such as regression(x, y)')
    expect(learn(adam({ learningRate }), gram)).toThrow('use gradientDescent, or createNetwork')
    expect(learn(gradientDescent({ learningRate, layerRates: [1, 1] }), gram)).toThrow(OptionError)
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })
})
