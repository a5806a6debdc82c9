// Rules by which feedback matrices learn: one step against derivatives of their objectives by differences, many steps against where they must end,
// bits, flows, ensembles, masks, and the angles that probes see.
import { describe, expect, test } from 'vitest'
import {
  type AlignmentRule,
  activationAlignment,
  createEngineSync,
  createEnsemble,
  createNetwork,
  explicit,
  type FeedforwardNetwork,
  foldIn,
  gaussian,
  gradientDescent,
  gradientFlowSync,
  informationAlignment,
  key,
  probes,
  regression,
  symmetricAlignment,
  trainEnsembleSync,
  trainSync,
  UnsupportedError,
  weightMirror,
  whitened,
} from '../../src/index.js'
import { normal } from '../../src/random/normal.js'
import { ACTIVATIONS, backward, forward, mapped, type Nested, product, random, transpose } from './model.js'

const engine = createEngineSync({ reproducible: true })
const SIZES = [3, 5, 4, 2]
const RATE = 0.125
const matrices = [random(5, 4, 21), random(4, 2, 22)]
const x = random(3, 6, 5)
const y = random(2, 6, 6)

const trace = (a: Nested) => a.reduce((sum, row, i) => sum + row[i], 0)
const squares = (a: Nested) => a.flat().reduce((sum, value) => sum + value * value, 0)
const worst = (a: Nested, b: Nested) => Math.max(...a.flat().map((value, i) => Math.abs(value - b.flat()[i])))

/** What one step of training takes off B_2, B_3, in units of the rate; with what it was computed from. */
function step(rule: AlignmentRule, activation: 'linear' | 'relu' | 'tanh' = 'tanh') {
  using net = createNetwork(engine, {
    sizes: SIZES,
    activation,
    init: gaussian({ variance: 0.5 }),
    seed: 11,
    feedback: { matrices, rule },
  })
  const weights = net.weights.map((w) => w.toNested())
  trainSync(net, regression(x, y), {
    optimizer: gradientDescent({ learningRate: RATE }),
    steps: 1,
    record: { probes: [] },
  })
  const moved = net.layers
    .slice(1)
    .map(({ feedback }, i) => mapped(feedback!.toNested(), (value, r, c) => (matrices[i][r][c] - value) / RATE))
  return { weights, moved }
}

/** R of the guide's table at B, for columns `a` of weight 1/P each. */
type Objective = (b: Nested, w: Nested, a: Nested) => number
const columns = (a: Nested) => a[0].length
const OBJECTIVES: Record<string, Objective> = {
  decay: (b) => squares(b) / 2,
  amp: (b, w, a) => -trace(product(product(transpose(a), b), product(w, a))) / columns(a),
  null: (b, w, a) => squares(product(b, product(w, a))) / (2 * columns(a)),
  sparse: (b, _w, a) => squares(product(transpose(a), b)) / (2 * columns(a)),
  self: (b, w) => -trace(product(b, w)),
}

/** The derivative of the weighted sum by five-point differences: exact for these polynomials of degree two but for rounding. */
function derivative(coefficients: Record<string, number>, b: Nested, w: Nested, a: Nested): Nested {
  const value = (at: Nested) =>
    Object.entries(coefficients).reduce((sum, [name, c]) => sum + c * OBJECTIVES[name](at, w, a), 0)
  return mapped(b, (_, i, j) => {
    const moved = (h: number) => value(mapped(b, (entry, r, c) => entry + (r === i && c === j ? h : 0)))
    return (moved(0.5) - moved(-0.5)) / 1
  })
}

const identity = (n: number) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)))
/** Columns whose mean square is `variance I`. */
const white = (n: number, variance: number) => mapped(identity(n), (value) => value * Math.sqrt(variance * n))

type Make = (signal: Parameters<typeof weightMirror>[0]) => AlignmentRule
const RULES: [string, Record<string, number>, Make][] = [
  ['weight mirror', { amp: 0.7, decay: 0.3 }, (signal) => weightMirror({ amp: 0.7, decay: 0.3, ...signal })],
  [
    'information alignment',
    { amp: 0.7, decay: 0.3, null: 1.1 },
    (signal) => informationAlignment({ amp: 0.7, decay: 0.3, null: 1.1, ...signal }),
  ],
  ['symmetric alignment', { self: 1.3, decay: 0.4 }, () => symmetricAlignment({ self: 1.3, decay: 0.4 })],
  [
    'activation alignment',
    { amp: 0.7, sparse: 0.6 },
    (signal) => activationAlignment({ amp: 0.7, sparse: 0.6, ...signal }),
  ],
]

/** Sums of tens of numbers of order 1, and a difference divided by the rate. */
const ROUNDING = 1e-12

describe.each(RULES)('%s', (_name, coefficients, make) => {
  test('white noise: the derivative of its objective', () => {
    const { weights, moved } = step(make({ signal: { variance: 0.6 } }))
    moved.forEach((found, i) => {
      const wanted = derivative(coefficients, matrices[i], weights[i + 1], white(SIZES[i + 1], 0.6))
      expect(worst(found, wanted)).toBeLessThan(ROUNDING)
    })
  })

  test.each(['linear', 'relu', 'tanh'] as const)('activities of %s layers', (activation) => {
    const { weights, moved } = step(make({ signal: 'activity' }), activation)
    const model = {
      weights,
      biases: weights.map(() => undefined),
      multipliers: [1, 1, 1],
      output: 1,
      ...ACTIVATIONS[activation],
      residual: undefined,
    }
    const { h } = forward(model, x)
    moved.forEach((found, i) => {
      expect(worst(found, derivative(coefficients, matrices[i], weights[i + 1], h[i + 1]))).toBeLessThan(ROUNDING)
    })
  })

  test('noise that is drawn', () => {
    const { weights, moved } = step(make({ signal: { variance: 0.6, samples: 7, seed: 4 } }))
    moved.forEach((found, i) => {
      const n = SIZES[i + 1]
      const drawn = normal(foldIn(foldIn(key(4), i + 2), 0), 7 * n)
      const a = Array.from({ length: n }, (_, r) =>
        Array.from({ length: 7 }, (_, c) => Math.sqrt(0.6) * drawn[r * 7 + c]),
      )
      expect(worst(found, derivative(coefficients, matrices[i], weights[i + 1], a))).toBeLessThan(ROUNDING)
    })
  })

  test.each(['float64', 'float32'] as const)('equal bits on both executors and in an ensemble, %s', (dtype) => {
    const runs = [engine, createEngineSync({ backend: 'typescript' })].map((on) =>
      [{ variance: 0.6 }, { variance: 0.6, samples: 3 }, 'activity' as const].map((signal) => {
        const feedback = { variance: 0.3, rule: make({ signal, rate: 0.5 }) }
        using net = createNetwork(on, { sizes: SIZES, activation: 'relu', seed: 2, dtype, feedback })
        trainSync(net, regression(x, y), { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 9 })
        return net.state.map(({ matrix }) => [...matrix.toArray()])
      }),
    )
    expect(runs[1]).toEqual(runs[0])
    expect(runs[0].flat(2).every(Number.isFinite)).toBe(true)
    // An ensemble draws noise of its own for every member, so that rules of expectations and of activities have the bits of a run alone.
    const feedback = { variance: 0.3, rule: make({ signal: 'activity', rate: 0.5 }) }
    using ensemble = createEnsemble(engine, {
      replicas: 3,
      sizes: SIZES,
      activation: 'relu',
      seeds: [7, 2, 9],
      dtype,
      feedback,
    })
    trainEnsembleSync(ensemble, regression(x, y), { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 9 })
    using member = ensemble.member(1) as FeedforwardNetwork
    expect(member.state.map(({ matrix }) => [...matrix.toArray()])).toEqual(runs[0][2])
  })

  test('its flow is the limit of its steps', () => {
    const end = (steps: number | undefined) => {
      using net = createNetwork(engine, {
        sizes: SIZES,
        init: gaussian({ variance: 0.3 }),
        seed: 3,
        feedback: { matrices, rule: make({ rate: 2 }) },
      })
      if (steps === undefined) gradientFlowSync(net, regression(x, y), { time: 0.5, rtol: 1e-10, atol: 1e-12 })
      else {
        const optimizer = gradientDescent({ learningRate: 0.5 / steps })
        trainSync(net, regression(x, y), { optimizer, steps, record: { probes: [] } })
      }
      return net.state.flatMap(({ matrix }) => [...matrix.toArray()])
    }
    const flow = end(undefined)
    const error = (steps: number) => Math.max(...end(steps).map((value, i) => Math.abs(value - flow[i])))
    const [coarse, fine] = [error(400), error(800)]
    // First order: half the step, half the error.
    expect(coarse / fine).toBeGreaterThan(1.9)
    expect(coarse / fine).toBeLessThan(2.1)
    expect(fine).toBeLessThan(1e-2)
  })
})

test('symmetric alignment with weights that stand still: the distance shrinks by 1 - eta rate decay a step, exactly', () => {
  using net = createNetwork(engine, {
    sizes: SIZES,
    seed: 5,
    feedback: { matrices, rule: symmetricAlignment({ self: 0.6, decay: 1.5, rate: 2 }) },
  })
  using map = net.endToEnd()
  trainSync(net, whitened(map), {
    optimizer: gradientDescent({ learningRate: 0.01 }),
    steps: 50,
    record: { probes: [] },
  })
  net.layers.slice(1).forEach(({ weight, feedback }, i) => {
    const goal = mapped(transpose(weight.toNested()), (value) => 0.4 * value)
    const wanted = mapped(goal, (value, r, c) => value + (1 - 0.03) ** 50 * (matrices[i][r][c] - value))
    expect(worst(feedback!.toNested(), wanted)).toBeLessThan(1e-14)
  })
})

test('the rules do not touch the weights: these move as under feedback that is fixed', () => {
  const after = (rule: AlignmentRule | 'fixed') => {
    using net = createNetwork(engine, { sizes: SIZES, activation: 'tanh', seed: 1, feedback: { matrices, rule } })
    trainSync(net, regression(x, y), { optimizer: gradientDescent({ learningRate: RATE }), steps: 1 })
    return net.weights.map((w) => [...w.toArray()])
  }
  for (const [, , make] of RULES) expect(after(make({ signal: 'activity' }))).toEqual(after('fixed'))
})

test('the gradient norm counts what moves weights, not what moves feedback', () => {
  const norm = (rule: AlignmentRule | 'fixed') => {
    using net = createNetwork(engine, { sizes: SIZES, seed: 1, feedback: { matrices, rule } })
    const options = {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      steps: 0,
      record: { probes: [probes.gradientNorm()] },
    }
    return trainSync(net, regression(x, y), options).columns.gradientNorm.data[0]
  }
  expect(norm(weightMirror({ amp: 100 }))).toBe(norm('fixed'))
})

describe('angles', () => {
  const degrees = (a: Nested, b: Nested) => {
    const dot = a.flat().reduce((sum, value, i) => sum + value * b.flat()[i], 0)
    return (180 / Math.PI) * Math.acos(dot / Math.sqrt(squares(a) * squares(b)))
  }

  test('as their definitions read', () => {
    using net = createNetwork(engine, {
      sizes: SIZES,
      activation: 'tanh',
      seed: 8,
      feedback: { matrices },
      init: gaussian({ variance: 0.5 }),
    })
    const weights = net.weights.map((w) => w.toNested())
    const seen = [
      probes.weightAngle(),
      probes.projectionAngle(),
      probes.gradientAngle(),
      probes.feedbackRatio(),
    ] as const
    const { columns } = trainSync(net, regression(x, y), {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      steps: 0,
      record: { probes: [...seen] },
    })
    const model = {
      weights,
      biases: [undefined, undefined, undefined],
      multipliers: [1, 1, 1],
      output: 1,
      ...ACTIVATIONS.tanh,
      residual: undefined,
    }
    const { h, z, outputs } = forward(model, x)
    const top = mapped(outputs, (value, i, j) => (value - y[i][j]) / 6)
    const errors = [mapped(product(matrices[1], top), (value, i, j) => value * ACTIVATIONS.tanh.slope(z[1][i][j])), top]
    // The weights' gradients are of the same errors.
    expect(worst(backward(model, x, y, matrices)[1].weight, product(errors[0], transpose(h[1])))).toBeLessThan(1e-14)
    matrices.forEach((b, i) => {
      const w = weights[i + 1]
      const wanted = [
        degrees(w, transpose(b)),
        degrees(product(w, h[i + 1]), product(transpose(b), h[i + 1])),
        degrees(product(b, errors[i]), product(transpose(w), errors[i])),
        Math.sqrt(squares(b) / squares(w)),
      ]
      const found = [columns.weightAngle, columns.projectionAngle, columns.gradientAngle, columns.feedbackRatio].map(
        ({ data }) => data[i],
      )
      for (const [k, value] of found.entries()) expect(Math.abs(value - wanted[k])).toBeLessThan(1e-11)
    })
  })

  test('small ones survive, and none is 90', () => {
    const angle = (b: Nested) => {
      const init = explicit([[[1], [0]], [[1, 0]]])
      using net = createNetwork(engine, { sizes: [1, 2, 1], init, feedback: { matrices: [b] } })
      const options = {
        optimizer: gradientDescent({ learningRate: 1 }),
        steps: 0,
        record: { probes: [probes.weightAngle()] },
      }
      return trainSync(net, whitened([[1]]), options).columns.weightAngle.data[0]
    }
    expect(angle([[3], [3e-12]]) / ((180 / Math.PI) * 1e-12)).toBeCloseTo(1, 12)
    expect(angle([[0], [0]])).toBe(90)
    expect(angle([[0], [2]])).toBeCloseTo(90, 12)
    expect(angle([[-1e-200], [0]])).toBe(180)
  })

  test('need feedback', () => {
    using net = createNetwork(engine, { sizes: [2, 2, 2] })
    for (const probe of [
      probes.weightAngle(),
      probes.projectionAngle(),
      probes.gradientAngle(),
      probes.feedbackRatio(),
    ]) {
      const run = () =>
        trainSync(
          net,
          whitened([
            [1, 0],
            [0, 1],
          ]),
          { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 1, record: { probes: [probe] } },
        )
      expect(run).toThrow(expect.objectContaining({ code: 'OPTION', argument: probe.name }))
    }
  })
})

describe('refused', () => {
  test.each([
    ['amp', () => weightMirror({ amp: -1 }), 'RANGE'],
    ['decay', () => symmetricAlignment({ decay: Number.NaN }), 'RANGE'],
    ['null', () => informationAlignment({ null: '1' as never }), 'DTYPE'],
    ['rate', () => activationAlignment({ rate: 0 }), 'RANGE'],
    ['signal', () => weightMirror({ signal: 'noise' as never }), 'OPTION'],
    ['signal.variance', () => weightMirror({ signal: { variance: 0 } }), 'RANGE'],
    ['signal.samples', () => weightMirror({ signal: { samples: 0 } }), 'RANGE'],
    ['signal.seed', () => weightMirror({ signal: { seed: 1 } }), 'OPTION'],
    ['symmetric-alignment.signal', () => symmetricAlignment({ signal: 'activity' } as never), 'OPTION'],
    [
      'feedback.rule',
      () => createNetwork(engine, { sizes: [2, 2, 2], feedback: { variance: 1, rule: 'mirror' as never } }),
      'OPTION',
    ],
    [
      'feedback.rule',
      () => createNetwork(engine, { sizes: [2, 2, 2], feedback: { variance: 1, rule: weightMirror as never } }),
      'OPTION',
    ],
  ] as const)('%s', (argument, call, code) => {
    expect(call).toThrow(expect.objectContaining({ argument, code }))
  })

  test('activities without samples, and a flow of noise that is drawn', () => {
    const { liveBytes } = engine.memory
    const net = (rule: AlignmentRule) => createNetwork(engine, { sizes: [2, 2, 2], feedback: { variance: 1, rule } })
    const task = whitened([
      [1, 0],
      [0, 1],
    ])
    using active = net(weightMirror({ signal: 'activity' }))
    const run = { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 1 }
    expect(() => trainSync(active, task, run)).toThrow(UnsupportedError)
    using drawn = net(weightMirror({ signal: { samples: 2 } }))
    expect(() => gradientFlowSync(drawn, task, { time: 1 })).toThrow(UnsupportedError)
    active.dispose()
    drawn.dispose()
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })
})
