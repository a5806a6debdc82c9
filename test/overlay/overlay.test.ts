// Theory beside a run: how far gradient descent is from it, what it refuses, and that nothing that is not a number passes for agreement.
import { afterAll, describe, expect, test } from 'vitest'
import { UnsupportedError } from '../../src/errors.js'
import * as dl from '../../src/index.js'
import { balancedModes, lambdaBalancedFlow, mixedWhiteFlow } from '../../src/theory/index.js'

const engine = dl.createEngineSync({ reproducible: true })
afterAll(() => engine.dispose())

const S = [
  [3, 0.4, 0],
  [0, 1.2, -0.3],
]
const white = dl.whitened(S)
const data = dl.fromStatistics({
  sigmaXX: [
    [2, 0.3, 0],
    [0.3, 1, 0],
    [0, 0, 0.5],
  ],
  sigmaYX: S,
  minimumLoss: 0.25,
})
const round = dl.fromStatistics({
  sigmaXX: [
    [2, 0, 0],
    [0, 2, 0],
    [0, 0, 2],
  ],
  sigmaYX: S,
  minimumLoss: 0.25,
})
const { loss, singularValues, nuclearNorm, balance } = dl.probes

const lambdaStart = () =>
  dl.createNetwork(engine, { sizes: [3, 2, 2], init: dl.lambdaBalanced({ lambda: -1, scale: 0.3 }), seed: 2 })
const wide = () =>
  dl.createGramNetwork(engine, { sizes: [3, 1e10, 2], init: dl.gaussian({ variance: 0.5e-10 }), seed: 3 })
const plain = () => dl.createNetwork(engine, { sizes: [3, 4, 2], init: dl.gaussian({ gamma: 1 }), seed: 4 })

function compared(
  net: dl.DeepLinearNetwork | dl.GramNetwork,
  task: dl.Task,
  theory: dl.TheoryOverlay,
  rate: number,
  time = 1,
) {
  const steps = Math.round(time / rate)
  const probes = [loss(), singularValues({ rank: 1 }), nuclearNorm()] as const
  const optimizer = dl.gradientDescent({ learningRate: rate })
  try {
    return dl.trainSync(net, task, { optimizer, steps, record: { every: steps / 10, probes }, theory })
  } finally {
    net.dispose()
  }
}

/** Balanced and aligned: a start whose map has the singular vectors of S, sizes .2 and .1. */
function alignedStart(depth: number) {
  const matrix = engine.matrix(S)
  const { u, v } = engine.svd(matrix)
  const [left, right] = [u.toNested(), v.toNested()]
  const map = left.map((row) => right.map((column) => 0.2 * row[0] * column[0] + 0.1 * row[1] * column[1]))
  for (const each of [matrix, u, v]) each.dispose()
  const sizes = [3, ...new Array(depth - 1).fill(4), 2]
  return dl.createNetwork(engine, { sizes, init: dl.balanced({ endToEnd: map }), seed: 5 })
}

/** Balanced and not aligned with S. */
function balancedStart(depth: number) {
  const sizes = [3, ...new Array(depth - 1).fill(4), 2]
  return dl.createNetwork(engine, { sizes, init: dl.balanced({ scale: 0.3 }), seed: 6 })
}

describe('deviations shrink in proportion to the learning rate', () => {
  test.each([
    ['lambda-balanced, white', lambdaStart, white, dl.overlays.lambdaBalanced()],
    ['lambda-balanced, inputs of variance 2', lambdaStart, round, dl.overlays.lambdaBalanced()],
    ['mixed, white', wide, white, dl.overlays.mixed()],
    ['mixed, inputs of variance 2', wide, round, dl.overlays.mixed()],
    ['mixed, any inputs', wide, data, dl.overlays.mixed()],
    ['modes, two layers', () => alignedStart(2), white, dl.overlays.modes()],
    ['modes, three layers', () => alignedStart(3), white, dl.overlays.modes()],
    ['modes, inputs of variance 2', () => alignedStart(3), round, dl.overlays.modes()],
    ['balanced, two layers', () => balancedStart(2), white, dl.overlays.balanced()],
    ['balanced, four layers, any inputs', () => balancedStart(4), data, dl.overlays.balanced({ rtol: 1e-9 })],
  ])('%s', (_, start, task, theory) => {
    const [coarse, fine] = [0.004, 0.002].map((rate) => compared(start(), task, theory, rate).theory!)
    for (const name of ['loss', 'singularValues', 'nuclearNorm']) {
      expect(coarse.deviation[name], name).toBeGreaterThan(1e-5)
      // A start of width 10^10 leaves 1e-5.
      expect(Math.abs(coarse.deviation[name] / fine.deviation[name] - 2), name).toBeLessThan(0.1)
    }
  })
})

describe('what is compared', () => {
  test('columns of the theory at the frames of the run, those that were recorded', () => {
    const { theory, columns } = compared(lambdaStart(), white, dl.overlays.lambdaBalanced(), 0.01)
    expect(theory!.name).toBe('lambdaBalanced')
    expect(Object.keys(theory!.columns)).toEqual(['step', 'time', 'loss', 'singularValues', 'nuclearNorm'])
    expect(theory!.columns.time.data).toEqual(columns.time.data)
    expect(theory!.columns.singularValues).toMatchObject({ length: 11, shape: [1] })
    expect(theory!.detail.lambda).toBeCloseTo(-1, 12)
    const away = columns.loss.data.map((value, i) => Math.abs(value - theory!.columns.loss.data[i]))
    expect(theory!.deviation.loss).toBe(Math.max(...away))
    expect(away[0]).toBeLessThan(1e-14)
  })
  test('the numbers are those of the theory, called by itself', () => {
    const net = lambdaStart()
    const [w1, w2] = net.weights.map((w) => ({ data: w.toArray(), shape: w.shape as [number, number] }))
    const { loss: exact } = lambdaBalancedFlow({ w1, w2, sigmaYX: S, times: [0.5] })
    const { theory } = compared(net, white, dl.overlays.lambdaBalanced(), 0.01)
    expect(theory!.columns.loss.data[5]).toBeCloseTo(exact[0], 13)

    const gram = wide()
    const a = gram.a.toArray()
    const mixed = compared(gram, white, dl.overlays.mixed({ scale: 0.5 }), 0.01).theory!
    const map = mixedWhiteFlow(S.flat(), a, 2, 3, 0.5, [0.5])
    const half = 0.5 * map.reduce((sum, value, i) => sum + (value - S.flat()[i]) ** 2, 0)
    expect(mixed.columns.loss.data[5]).toBeCloseTo(half, 12)
    expect(mixed.detail.scale).toBe(0.5)

    const { s } = { s: engine.singularValues(engine.matrix(S)) }
    const modes = compared(alignedStart(3), white, dl.overlays.modes(), 0.01).theory!
    const [first, second] = balancedModes(s, [0.2, 0.1], 3, [0.5])
    expect(modes.columns.nuclearNorm.data[5]).toBeCloseTo(first + second, 12)
  })
  test('a run that goes on is compared from where it goes on', () => {
    const net = lambdaStart()
    const optimizer = dl.gradientDescent({ learningRate: 1e-3 })
    const half = dl.trainSync(net, white, { optimizer, steps: 300 }).checkpoint()
    const { theory, columns } = dl.trainSync(net, white, {
      optimizer,
      steps: 600,
      resume: half,
      theory: dl.overlays.lambdaBalanced({ tolerance: 1e-3 }),
    })
    expect(columns.loss.length).toBeGreaterThan(10)
    expect(Math.abs(theory!.columns.loss.data[0] - columns.loss.data[0])).toBeLessThan(1e-12)
    expect(theory!.deviation.loss).toBeLessThan(5e-3)
    net.dispose()
  })
  test('without a theory there is none in the result', () => {
    const net = lambdaStart()
    expect(
      dl.trainSync(net, white, { optimizer: dl.gradientDescent({ learningRate: 0.01 }), steps: 1 }),
    ).not.toHaveProperty('theory')
    net.dispose()
  })
  test('float32, and the scale that the start tells', () => {
    const net = dl.createGramNetwork(engine, {
      sizes: [3, 1e8, 2],
      init: dl.gaussian({ variance: 2e-8 }),
      seed: 3,
      dtype: 'float32',
    })
    const { theory } = compared(net, white, dl.overlays.mixed(), 0.01)
    expect(Math.abs(theory!.detail.scale - 2)).toBeLessThan(1e-3)
    expect(theory!.deviation.loss).toBeLessThan(0.2)
  })
})

describe('NaN is reported', () => {
  const nan = (columns: dl.PreparedOverlay['columns']): dl.TheoryOverlay => ({
    name: 'broken',
    predicts: ['loss'],
    prepare: () => ({ detail: {}, columns }),
  })
  test('from the theory', () => {
    const data = (times: Float64Array) => times.map((time) => (time > 0.5 ? Number.NaN : 0))
    const { theory } = compared(
      lambdaStart(),
      white,
      nan((times) => ({ loss: { shape: [], data: data(times) } })),
      0.01,
    )
    expect(theory!.deviation.loss).toBeNaN()
    expect(theory!.error).toBeUndefined()
  })
  test('from a theory that fails after the run, with why', () => {
    const { theory, status } = compared(
      lambdaStart(),
      white,
      nan(() => {
        throw new dl.ConvergenceError('too stiff')
      }),
      0.01,
    )
    expect(status).toBe('completed')
    expect(theory).toMatchObject({ error: 'too stiff', deviation: { loss: Number.NaN } })
  })
  test('from the run', () => {
    const broken = { ...loss(), emit: () => () => Number.NaN } as unknown as dl.Probe<'loss', number>
    const net = lambdaStart()
    const optimizer = dl.gradientDescent({ learningRate: 0.01 })
    const { theory } = dl.trainSync(net, white, {
      optimizer,
      steps: 10,
      record: { probes: [broken] },
      theory: dl.overlays.lambdaBalanced(),
    })
    expect(theory!.deviation.loss).toBeNaN()
    net.dispose()
  })
})

describe('what is refused, before the run starts', () => {
  const { balanced, lambdaBalanced, mixed, modes } = dl.overlays
  const deep = () => dl.createNetwork(engine, { sizes: [3, 4, 4, 2], init: dl.balanced({ scale: 0.1 }), seed: 1 })
  const gd = { learningRate: 0.01 }
  const small = dl.matrixCompletion(
    [
      [1, 1, 1],
      [1, 1, 0],
    ],
    S,
  )
  test.each<[string, () => dl.Network, dl.Task, dl.TheoryOverlay, dl.Optimizer, string]>([
    ['an unbalanced start', plain, white, lambdaBalanced(), dl.gradientDescent(gd), 'not lambda-balanced'],
    ['an unbalanced start of modes', plain, white, modes(), dl.gradientDescent(gd), 'not balanced'],
    ['an unbalanced start of any depth', plain, white, balanced(), dl.gradientDescent(gd), 'not balanced'],
    ['a start that is not aligned', deep, white, modes(), dl.gradientDescent(gd), 'not aligned'],
    ['a narrow start', plain, white, mixed({ tolerance: 0.01 }), dl.gradientDescent(gd), 'widen the network'],
    ['inputs that are not white', lambdaStart, data, lambdaBalanced(), dl.gradientDescent(gd), 'not white'],
    ['inputs that are not white, modes', () => alignedStart(2), data, modes(), dl.gradientDescent(gd), 'not white'],
    ['three layers', deep, white, lambdaBalanced(), dl.gradientDescent(gd), 'two layers, and there are 3'],
    ['three layers, mixed', deep, white, mixed(), dl.gradientDescent(gd), 'two layers, and there are 3'],
    [
      'one layer',
      () => dl.createNetwork(engine, { sizes: [3, 2] }),
      white,
      modes(),
      dl.gradientDescent(gd),
      'two layers',
    ],
    ['Gram form', wide, white, lambdaBalanced(), dl.gradientDescent(gd), 'needs the layers'],
    ['Gram form, balanced', wide, white, balanced(), dl.gradientDescent(gd), 'needs the layers'],
    ['Gram form, modes', wide, white, modes(), dl.gradientDescent(gd), 'needs the layers'],
    ['Adam', lambdaStart, white, lambdaBalanced(), dl.adam(gd), 'the optimizer is adam'],
    ['momentum', lambdaStart, white, lambdaBalanced(), dl.momentum(gd), 'the optimizer is'],
    [
      'rates a layer',
      lambdaStart,
      white,
      lambdaBalanced(),
      dl.gradientDescent({ ...gd, layerRates: [1, 0] }),
      'rates of its own a layer',
    ],
    ['matrix completion', lambdaStart, small, lambdaBalanced(), dl.gradientDescent(gd), 'second moments'],
    [
      'a sequence',
      lambdaStart,
      dl.taskSequence([
        { task: white, steps: 1 },
        { task: round, steps: 1 },
      ]),
      lambdaBalanced(),
      dl.gradientDescent(gd),
      'sequence',
    ],
    [
      'noisy gradients',
      lambdaStart,
      dl.stream({ teacher: S, batchSize: 4 }),
      lambdaBalanced(),
      dl.gradientDescent(gd),
      'noisy',
    ],
  ])('%s', (_, start, task, theory, optimizer, why) => {
    const net = start()
    const before = net.state.map(({ matrix }) => matrix.toArray())
    const run = () => dl.trainSync(net, task, { optimizer, steps: 5, theory })
    expect(run).toThrow(UnsupportedError)
    expect(run).toThrow(why)
    expect(run).toThrow(`'${theory.name}' does not describe this run`)
    expect(net.state.map(({ matrix }) => matrix.toArray())).toEqual(before)
    net.dispose()
  })
  test('nothing leaks', () => {
    const net = plain()
    const before = engine.memory.liveBytes
    expect(() => dl.trainSync(net, white, { optimizer: dl.gradientDescent(gd), steps: 5, theory: modes() })).toThrow()
    expect(engine.memory.liveBytes).toBe(before)
    net.dispose()
  })
  test('what is no theory, or predicts nothing that is recorded', () => {
    const net = lambdaStart()
    const options = { optimizer: dl.gradientDescent(gd), steps: 5 }
    expect(() => dl.train(net, white, { ...options, theory: lambdaBalanced as never })).toThrow(dl.DTypeError)
    const record = { probes: [balance()] }
    expect(() => dl.train(net, white, { ...options, record, theory: lambdaBalanced() })).toThrow(/predicts loss/)
    expect(() => dl.overlays.mixed({ scale: Number.NaN })).toThrow(dl.RangeArgError)
    expect(() => dl.overlays.modes({ tolerances: 1 } as never)).toThrow(dl.OptionError)
    expect(() => dl.overlays.balanced({ rtol: 1 })).toThrow(dl.RangeArgError)
    net.dispose()
  })
})
