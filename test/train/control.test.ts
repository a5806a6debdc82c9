// Holding a run: pause, abort, back-pressure, another learning rate, its clock; where it leaves the finite numbers; the memory that it gives back.
import { describe, expect, test } from 'vitest'
import {
  adam,
  classification,
  cosine,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  DeepLinearError,
  type DeepLinearNetwork,
  type Divergence,
  type DType,
  type Engine,
  gaussian,
  gradientDescent,
  labelNoise,
  matrixCompletion,
  momentum,
  multiStep,
  type Network,
  nesterov,
  type Optimizer,
  PlanBuilder,
  type Probe,
  probes,
  ramp,
  regression,
  rmsprop,
  sgd,
  stream,
  type Task,
  taskSequence,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'

const engine = createEngineSync({ reproducible: true })
const SIGMA = [
  [2, 0.5, 0],
  [0, 1, -0.5],
]
const X = [
  [1, -0.5, 0.3, 0.8, -1.2],
  [0.2, 0.9, -0.7, 0.1, 0.4],
  [-0.3, 0.6, 1.1, -0.9, 0.5],
]
const Y = [
  [0.5, -0.2, 0.9, 0.1, -0.6],
  [1, 0.3, -0.4, 0.7, 0.2],
]
const network = (dtype: DType = 'float64', on: Engine = engine) =>
  createNetwork(on, { sizes: [3, 5, 4, 2], init: gaussian({ variance: 0.2 }), seed: 1, dtype })
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const forever = { optimizer: gradientDescent({ learningRate: 1e-4 }), steps: 1e12 }

/** Does something in the frame of a step, inside the loop. */
function at(step: number, act: () => void): Probe<'act', number> {
  return {
    name: 'act',
    shape: () => [],
    emit: (_, context) => () => {
      if (context.step === step) act()
      return 0
    },
  }
}

describe('pause', () => {
  test('stops steps, and resume goes on', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), forever)
    while (run.checkpoint().step === 0) await wait(1)
    expect(run.paused).toBe(false)
    run.pause()
    expect(run.paused).toBe(true)
    const { step, tensors } = run.checkpoint()
    await wait(50)
    // Nothing runs between two turns: the slice before was over already.
    expect(run.checkpoint()).toMatchObject({ step, tensors })
    run.resume()
    expect(run.paused).toBe(false)
    while (run.checkpoint().step === step) await wait(1)
    run.abort()
    expect((await run.finished).status).toBe('aborted')
  })

  test('before the start it holds the first frame back', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), { ...forever, steps: 10 })
    run.pause()
    let frames = 0
    const reading = (async () => {
      for await (const _ of run) frames++
    })()
    await wait(30)
    expect([frames, run.checkpoint().step]).toEqual([0, 0])
    run.resume()
    await reading
    expect(frames).toBe(11)
  })

  test('changes no bit', async () => {
    using net = network()
    using other = network()
    const options = { optimizer: adam({ learningRate: 1e-3 }), steps: 30_000 }
    const run = train(net, whitened(SIGMA), { ...options, sliceMs: 0.2 })
    for (let i = 0; i < 5; i++) {
      run.pause()
      await wait(2)
      run.resume()
      await wait(1)
    }
    const { columns, checkpoint } = await run.finished
    const plain = trainSync(other, whitened(SIGMA), options)
    expect(columns).toEqual(plain.columns)
    expect(checkpoint()).toEqual(plain.checkpoint())
  })

  test.each(['abort', 'signal', 'break'] as const)('%s ends a run that is paused', async (how) => {
    using net = network()
    const controller = new AbortController()
    const run = train(net, whitened(SIGMA), { ...forever, record: { every: 1 }, signal: controller.signal })
    if (how === 'break') {
      for await (const { step } of run) {
        if (step < 3) continue
        run.pause()
        await wait(5)
        break
      }
    } else {
      while (run.checkpoint().step === 0) await wait(1)
      run.pause()
      await wait(5)
      if (how === 'abort') run.abort()
      else controller.abort()
    }
    const before = run.checkpoint().step
    const { status, steps } = await run.finished
    expect([status, steps]).toEqual(['aborted', before])
    expect(run.paused).toBe(true)
  })

  test('finished waits for resume, also where it lifts the back-pressure', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), { ...forever, steps: 500, record: { every: 1 } })
    let frames = 0
    let over = false
    for await (const _ of run) {
      if (++frames !== 2) continue
      run.pause()
      const finished = run.finished.then(() => {
        over = true
      })
      await wait(30)
      expect(over).toBe(false)
      run.resume()
      await finished
    }
    expect([frames, over]).toEqual([501, true])
  })

  test('resume does not lift the back-pressure of a slow consumer', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), { ...forever, record: { every: 1 } })
    for await (const { step } of run) {
      if (step < 5) continue
      run.pause()
      await wait(5)
      run.resume()
      await wait(30)
      // At most 64 frames ahead, and the one in the making.
      expect(run.checkpoint().step).toBeLessThanOrEqual(5 + 66)
      break
    }
    expect((await run.finished).status).toBe('aborted')
  })
})

test('the speed of a run so far, while it runs and after', async () => {
  using net = network()
  const run = train(net, whitened(SIGMA), { ...forever, steps: 4000, record: { every: 1000 } })
  expect([run.stepsPerSecond, run.gflops]).toEqual([0, 0])
  for await (const { step } of run) {
    if (step === 2000) expect(run.gflops / run.stepsPerSecond).toBeGreaterThan(0)
  }
  const { stepsPerSecond, gflops } = await run.finished
  expect(stepsPerSecond).toBeGreaterThan(0)
  expect([run.stepsPerSecond, run.gflops]).toEqual([stepsPerSecond, gflops])
})

describe('setLearningRate', () => {
  const tasks: Record<
    string,
    [() => Network, () => Task, (rate: (step: number) => number) => Optimizer, (rate: number) => Optimizer]
  > = {
    descent: [
      network,
      () => whitened(SIGMA),
      (learningRate) => gradientDescent({ learningRate }),
      (learningRate) => gradientDescent({ learningRate }),
    ],
    alternating: [
      network,
      () => whitened(SIGMA),
      (learningRate) => gradientDescent({ learningRate, update: 'alternating', layerRates: [1, 0.3, 2] }),
      (learningRate) => gradientDescent({ learningRate, update: 'alternating', layerRates: [1, 0.3, 2] }),
    ],
    gram: [
      () => createGramNetwork(engine, { sizes: [3, 6, 2], seed: 2 }),
      () => whitened(SIGMA),
      (learningRate) => gradientDescent({ learningRate }),
      (learningRate) => gradientDescent({ learningRate }),
    ],
    adam: [
      network,
      () => regression(X, Y),
      (learningRate) => adam({ learningRate, batchSize: 2 }),
      (learningRate) => adam({ learningRate, batchSize: 2 }),
    ],
    'momentum over a sequence': [
      network,
      () =>
        taskSequence([
          { task: whitened(SIGMA), steps: 50 },
          { task: regression(X, Y), steps: 50 },
        ]),
      (learningRate) => momentum({ learningRate, layerRates: [1, 0, 2] }),
      (learningRate) => momentum({ learningRate, layerRates: [1, 0, 2] }),
    ],
  }

  test.each(Object.keys(tasks))('%s: takes effect in the next slice and in time, as a schedule would', async (name) => {
    const [make, task, scheduled, constant] = tasks[name]
    const rate = (step: number) => (step < 40 ? 0.02 : step < 70 ? 0.005 : 0.03)
    using planned = make()
    using net = make()
    const expected = trainSync(planned, task(), { optimizer: scheduled(rate), steps: 100, record: { every: 10 } })
    const changes = [
      at(40, () => run.setLearningRate(0.005)),
      { ...at(70, () => run.setLearningRate(0.03)), name: 'again' },
    ]
    const run = train(net, task(), {
      optimizer: constant(0.02),
      steps: 100,
      record: { every: 10, probes: [probes.loss(), ...changes] },
    })
    const { columns, time } = await run.finished
    expect(run.learningRate).toBe(0.03)
    expect(columns.loss).toEqual(expected.columns.loss)
    expect(net.state.map(({ matrix }) => matrix.toArray())).toEqual(planned.state.map(({ matrix }) => matrix.toArray()))
    expect(time).toBeCloseTo(40 * 0.02 + 30 * 0.005 + 30 * 0.03, 14)
    for (const [i, t] of columns.time.data.entries()) expect(t).toBeCloseTo(expected.columns.time.data[i], 14)
  })

  test('from outside, between two slices', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), { ...forever, sliceMs: 0.5 })
    while (run.checkpoint().step === 0) await wait(1)
    expect(run.learningRate).toBe(1e-4)
    const { step, time } = run.checkpoint()
    expect(time).toBe(1e-4 * step)
    run.setLearningRate(2e-4)
    expect([run.learningRate, run.checkpoint().time]).toEqual([2e-4, time])
    while (run.checkpoint().step === step) await wait(1)
    run.abort()
    const { steps, time: end } = await run.finished
    expect(Math.abs(end - (time + 2e-4 * (steps - step))) / end).toBeLessThan(1e-10)
    // Once over, it is for whoever resumes.
    run.setLearningRate(3e-4)
    expect(run.checkpoint()).toMatchObject({ learningRate: 3e-4, step: steps, time: end })
  })

  test.each([
    [Number.NaN, 'RANGE'],
    [0, 'RANGE'],
    [-1, 'RANGE'],
    [Infinity, 'RANGE'],
    ['0.1' as unknown as number, 'DTYPE'],
  ])('%s is refused, and the rate stays', async (rate, code) => {
    using net = network()
    const run = train(net, whitened(SIGMA), { ...forever, steps: 100 })
    expect(() => run.setLearningRate(rate)).toThrow(expect.objectContaining({ code, argument: 'learningRate' }))
    expect(run.learningRate).toBe(1e-4)
    expect((await run.finished).time).toBe(1e-4 * 100)
  })
})

describe('the clock', () => {
  const rates: Record<string, [Parameters<typeof gradientDescent>[0]['learningRate'], (step: number) => number]> = {
    ramp: [ramp({ from: 0.001, to: 0.02, steps: 250 }), (s) => (s < 250 ? 0.001 + (0.019 * s) / 250 : 0.02)],
    multiStep: [multiStep({ rate: 0.02, drops: [100, 333] }), (s) => (s < 100 ? 0.02 : s < 333 ? 0.002 : 0.0002)],
    cosine: [cosine({ rate: 0.02, steps: 400 }), (s) => (s < 400 ? 0.01 * (1 + Math.cos((Math.PI * s) / 400)) : 0)],
    function: [(s) => 0.02 / (1 + s), (s) => 0.02 / (1 + s)],
  }
  test.each(Object.keys(rates))('is the sum of the rates, however the run is cut: %s', (name) => {
    const [learningRate, rate] = rates[name]
    const columns = [1e-6, 0.05, 50].map((sliceMs) => {
      using net = network()
      const optimizer = gradientDescent({ learningRate })
      return trainSync(net, whitened(SIGMA), { optimizer, steps: 500, record: { every: 7 }, sliceMs }).columns
    })
    expect(columns[1]).toEqual(columns[0])
    expect(columns[2]).toEqual(columns[0])
    let [sum, row] = [0, 0]
    for (let step = 0; step <= 500; step++) {
      // 500 additions and the roundings of the formulas.
      if (columns[0].step.data[row] === step) expect(columns[0].time.data[row++]).toBeCloseTo(sum, 13)
      sum += rate(step)
    }
    expect(row).toBe(columns[0].step.length)
  })

  test('of one rate it is the product, exactly', () => {
    using net = network()
    const { columns } = trainSync(net, whitened(SIGMA), {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      steps: 60,
      record: { every: 1 },
    })
    expect(Array.from(columns.time.data)).toEqual(Array.from(columns.step.data, (step) => 0.1 * step))
  })
})

describe('a run that leaves the finite numbers', () => {
  /** One step after the other, and a look at every number after each. */
  function firstBadStep(task: Task, optimizer: Optimizer, dtype: DType, form?: 'map' | 'samples') {
    using net = network(dtype)
    const bound = optimizer.bind(net)
    const data = task.bind(engine, dtype, form)
    const p = new PlanBuilder(engine, dtype)
    bound.emitStep(p, data)
    using plan = p.build()
    const state = [...net.state, ...bound.state]
    try {
      for (let step = 1; step < 20_000; step++) {
        const before = net.weights.map((w) => w.toArray())
        plan.run(1)
        const bad = state.find(({ matrix }) => !matrix.toArray().every(Number.isFinite))
        if (bad !== undefined) return { step, layer: bad.name, before }
      }
      throw new Error('this does not diverge')
    } finally {
      data.dispose()
      bound.dispose()
    }
  }

  const cases: Record<string, { task: () => Task; optimizer: () => Optimizer; form?: 'samples' }> = {
    momentum: { task: () => whitened(SIGMA), optimizer: () => momentum({ learningRate: 0.7 }) },
    nesterov: { task: () => whitened(SIGMA), optimizer: () => nesterov({ learningRate: 0.6, momentum: 0.99 }) },
    adam: { task: () => whitened(SIGMA), optimizer: () => adam({ learningRate: 1e60, weightDecay: 0.1 }) },
    'adam on minibatches': {
      task: () => regression(X, Y),
      optimizer: () => adam({ learningRate: (s) => 4 ** s, batchSize: 2 }),
      form: 'samples',
    },
    rmsprop: { task: () => whitened(SIGMA), optimizer: () => rmsprop({ learningRate: (s) => 1.2 ** s }) },
    'a ramp': {
      task: () => whitened(SIGMA),
      optimizer: () => gradientDescent({ learningRate: ramp({ from: 0, to: 5, steps: 2000 }) }),
    },
    'a jump, late': {
      task: () => whitened(SIGMA),
      optimizer: () => gradientDescent({ learningRate: (s) => (s < 3001 ? 0.01 : 40) }),
    },
    'minibatches, a ramp': {
      task: () => regression(X, Y),
      optimizer: () => sgd({ learningRate: ramp({ from: 0, to: 20, steps: 2000 }), batchSize: 2, seed: 3 }),
      form: 'samples',
    },
    'a stream': {
      task: () => stream({ teacher: SIGMA, batchSize: 2, noise: 0.3 }),
      optimizer: () => gradientDescent({ learningRate: 1.5 }),
    },
    'label noise': {
      task: () => labelNoise(regression(X, Y), { sigma: 3 }),
      optimizer: () => momentum({ learningRate: ramp({ from: 0, to: 2, steps: 500 }) }),
    },
  }

  test.each(Object.keys(cases).flatMap((name) => (['float64', 'float32'] as const).map((dtype) => ({ name, dtype }))))(
    '$name, $dtype: is found at its step and layer',
    ({ name, dtype }) => {
      const { task, optimizer, form } = cases[name]
      const expected = firstBadStep(task(), optimizer(), dtype, form)
      for (const sliceMs of [0.01, 20]) {
        using net = network(dtype)
        const { liveBytes } = engine.memory
        const { status, steps, time, divergence, columns, checkpoint } = trainSync(net, task(), {
          optimizer: optimizer(),
          steps: 1e9,
          record: { every: 64 },
          sliceMs,
        })
        expect(status).toBe('diverged')
        const rate = optimizer().schedule
        expect(divergence).toMatchObject({
          step: expected.step,
          layer: expected.layer,
          learningRate: rate.at(expected.step - 1),
        } satisfies Partial<Divergence>)
        expect(steps).toBe(expected.step - 1)
        expect(net.weights.map((w) => w.toArray())).toEqual(expected.before)
        expect([columns.step.data.at(-1), columns.time.data.at(-1)]).toEqual([steps, time])
        let sum = 0
        for (let step = 0; step < steps; step++) sum += rate.at(step)
        expect(Math.abs(time - sum)).toBeLessThan(1e-12 * (1 + sum))
        expect(checkpoint().tensors.every(({ data }) => data.every(Number.isFinite))).toBe(true)
        expect(engine.memory.liveBytes).toBe(liveBytes)
      }
    },
  )

  test('in a later stage, after setLearningRate there', async () => {
    using net = network()
    const task = taskSequence([
      { task: whitened(SIGMA), steps: 100 },
      { task: regression(X, Y), steps: 100 },
    ])
    const run = train(net, task, {
      optimizer: momentum({ learningRate: 0.01 }),
      steps: 1e6,
      record: { every: 10, probes: [probes.loss(), at(140, () => run.setLearningRate(50))] },
    })
    const { status, divergence, steps, time } = await run.finished
    expect(status).toBe('diverged')
    expect(divergence!.learningRate).toBe(50)
    expect(divergence!.step).toBeGreaterThan(140)
    expect(divergence!.step).toBeLessThan(200)
    expect(steps).toBe(divergence!.step - 1)
    expect(time).toBeCloseTo(1.4 + 50 * (steps - 140), 9)
  })

  test('soon after a stage begins: as a run of that stage alone does', () => {
    const large = whitened(SIGMA.map((row) => row.map((s) => 300 * s)))
    const optimizer = gradientDescent({ learningRate: 0.02 })
    using alone = network()
    trainSync(alone, whitened(SIGMA), { optimizer, steps: 40 })
    const expected = trainSync(alone, large, { optimizer, steps: 1e6 })
    using net = network()
    const task = taskSequence([
      { task: whitened(SIGMA), steps: 40 },
      { task: large, steps: 40 },
    ])
    const { divergence } = trainSync(net, task, { optimizer, steps: 1e6 })
    expect([divergence!.step, divergence!.layer]).toEqual([40 + expected.divergence!.step, expected.divergence!.layer])
    expect(net.weights.map((w) => w.toArray())).toEqual(alone.weights.map((w) => w.toArray()))
  })

  test('after an iterator has written to the weights: from what it wrote', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), { ...forever, record: { every: 1 } })
    let written = -1
    for await (const { step } of run) {
      if (step !== 10) continue
      written = run.checkpoint().step
      for (const w of net.weights) w.view().fill(1e150)
    }
    const { status, divergence } = await run.finished
    expect([status, divergence!.step]).toEqual(['diverged', written + 1])
    for (const w of net.weights) expect(w.view().every((x) => x === 1e150)).toBe(true)
  })

  test('an iterator that writes NaN is told', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), { ...forever, record: { every: 1 } })
    await expect(async () => {
      for await (const { step } of run) if (step === 10) net.weights[1].view()[2] = Number.NaN
    }).rejects.toMatchObject({ code: 'RANGE', argument: 'net' })
  })
})

describe('a schedule that fails on the way', () => {
  const broken = (step: number) => {
    if (step === 150) throw new Error('no rate for this')
    return step === 180 ? Number.NaN : 0.01
  }

  test('ends the run with its step, and a checkpoint of the steps before it goes on', async () => {
    using net = network()
    const run = train(net, whitened(SIGMA), {
      optimizer: adam({ learningRate: broken }),
      steps: 400,
      record: { every: 100 },
    })
    await expect(run.finished).rejects.toMatchObject({
      code: 'OPTION',
      argument: 'learningRate',
      message: 'learningRate threw at step 150: no rate for this',
      cause: { message: 'no rate for this' },
    })
    const checkpoint = run.checkpoint()
    expect(checkpoint.step).toBeLessThanOrEqual(150)
    expect(checkpoint.step).toBeGreaterThanOrEqual(100)
    expect(checkpoint.time).toBeCloseTo(0.01 * checkpoint.step, 13)
    using other = network()
    using whole = network()
    const optimizer = adam({ learningRate: () => 0.01 })
    const rest = trainSync(other, whitened(SIGMA), { optimizer, steps: 400, resume: checkpoint })
    expect(rest.checkpoint()).toEqual(trainSync(whole, whitened(SIGMA), { optimizer, steps: 400 }).checkpoint())
  })
})

describe('memory is given back', () => {
  const failing = (where: 'shape' | 'emit' | 'read'): Probe<'failing', number> => ({
    name: 'failing',
    shape: () => {
      if (where === 'shape') throw new Error('shape')
      return []
    },
    emit: () => {
      if (where === 'emit') throw new Error('emit')
      return () => {
        if (where === 'read') throw new Error('read')
        return 0
      }
    },
  })
  const optimizer = adam({ learningRate: 0.01 })
  const big = adam({ learningRate: 1e60 })
  const classes = classification(
    [
      [1, 2, 3],
      [0, 1, 0.5],
      [1, 1, 1],
    ],
    [0, 1, 1],
  )
  const two = (second: Task) =>
    taskSequence([
      { task: regression(X, Y), steps: 30 },
      { task: second, steps: 30 },
    ])
  const batched = sgd({ learningRate: 0.01, batchSize: 2, momentum: 0.5 })
  const kinds: Record<string, (net: DeepLinearNetwork) => unknown> = {
    completed: (net) => trainSync(net, regression(X, Y), { optimizer: batched, steps: 50 }).status,
    converged: (net) =>
      trainSync(net, whitened(SIGMA), { optimizer, steps: 50, until: { loss: 1e9, gradientNorm: 1 } }).status,
    diverged: (net) => trainSync(net, whitened(SIGMA), { optimizer: big, steps: 5000 }).status,
    aborted: async (net) =>
      (await train(net, classes, { optimizer, steps: 50, signal: AbortSignal.abort() }).finished).status,
    'completed, of a sequence': (net) => trainSync(net, two(classes), { optimizer: batched, steps: 90 }).status,
    'completed, of a stream': (net) =>
      trainSync(net, stream({ teacher: SIGMA, batchSize: 4, eigenvalues: [1, 2, 3], noise: 1 }), {
        optimizer,
        steps: 50,
      }).status,
    'completed, with label noise': (net) =>
      trainSync(net, labelNoise(regression(X, Y), { sigma: 1 }), { optimizer: batched, steps: 50 }).status,
  }
  test.each(Object.keys(kinds))('%s', async (name) => {
    using warm = network()
    await kinds[name](warm)
    using net = network()
    const { liveBytes, liveBlocks } = engine.memory
    expect(name).toMatch(new RegExp(`^${await kinds[name](net)}`))
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
  })

  const failures: Record<string, (net: DeepLinearNetwork) => unknown> = {
    'the shape of a probe throws': (net) =>
      trainSync(net, whitened(SIGMA), { optimizer, steps: 9, record: { probes: [failing('shape')] } }),
    'a probe throws as it is emitted': (net) =>
      trainSync(net, whitened(SIGMA), { optimizer, steps: 9, record: { probes: [probes.balance(), failing('emit')] } }),
    'a probe throws as it is read': (net) =>
      trainSync(net, whitened(SIGMA), { optimizer, steps: 9, record: { probes: [failing('read')] } }),
    'a task not called': (net) => trainSync(net, whitened as never, { optimizer, steps: 9 }),
    'a rule not called': (net) => trainSync(net, whitened(SIGMA), { optimizer: adam as never, steps: 9 }),
    'a task of another size': (net) => trainSync(net, whitened([[1]]), { optimizer, steps: 9 }),
    'a batch too large': (net) =>
      trainSync(net, regression(X, Y), { optimizer: sgd({ learningRate: 1, batchSize: 6 }), steps: 9 }),
    'a loss of the map in minibatches': (net) => trainSync(net, whitened(SIGMA), { optimizer: batched, steps: 9 }),
    'a second stage that takes no minibatches': (net) =>
      trainSync(net, two(whitened(SIGMA)), { optimizer: batched, steps: 90 }),
    'a second stage whose data are too few': (net) =>
      trainSync(net, two(regression([[1], [1], [1]], [[1], [1]])), { optimizer: batched, steps: 90 }),
    'label noise on a masked loss': (net) =>
      trainSync(
        net,
        labelNoise(
          matrixCompletion(
            [
              [1, 0, 1],
              [1, 1, 1],
            ],
            SIGMA,
          ),
          { sigma: 1 },
        ),
        { optimizer, steps: 9 },
      ),
    'a stream in minibatches': (net) =>
      trainSync(net, stream({ teacher: SIGMA, batchSize: 4 }), { optimizer: batched, steps: 9 }),
    'layerRates of another depth': (net) =>
      trainSync(net, whitened(SIGMA), { optimizer: adam({ learningRate: 1, layerRates: [1] }), steps: 9 }),
    'not a checkpoint': (net) => trainSync(net, whitened(SIGMA), { optimizer, steps: 9, resume: {} as never }),
    'a signal that is none': (net) => train(net, whitened(SIGMA), { optimizer, steps: 9, signal: 3 as never }),
  }
  test.each(Object.keys(failures))('%s: nothing is left or written', async (name) => {
    using net = network()
    const weights = net.weights.map((w) => w.toArray())
    const { liveBytes, liveBlocks } = engine.memory
    const own = ['shape', 'emit'] // errors of the probes above, which pass through
    await expect(async () => failures[name](net)).rejects.toSatisfy(
      (error: Error) => error instanceof DeepLinearError || own.includes(error.message),
    )
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
    expect(net.weights.map((w) => w.toArray())).toEqual(weights)
  })

  test('an engine that is reset under a run with state: the run says so', async () => {
    const own = createEngineSync({ backend: 'typescript' })
    const net = network('float64', own)
    const run = train(net, whitened(SIGMA), {
      optimizer,
      steps: 90,
      record: { every: 10, probes: [at(20, () => own.reset())] },
    })
    await expect(run.finished).rejects.toMatchObject({ code: 'DISPOSED' })
    expect(own.memory.liveBlocks).toBe(0)
    // Cleaning up hides no reason.
    const lost = at(20, () => {
      own.reset()
      throw new Error('the lights went out')
    })
    const other = train(network('float64', own), whitened(SIGMA), {
      optimizer,
      steps: 90,
      record: { every: 10, probes: [lost] },
    })
    await expect(other.finished).rejects.toMatchObject({ code: 'PROBE', cause: { message: 'the lights went out' } })
    expect(own.memory.liveBlocks).toBe(0)
    using again = network('float64', own)
    expect(trainSync(again, whitened(SIGMA), { optimizer, steps: 20 }).status).toBe('completed')
  })
})

describe('onDivergence', () => {
  const net = () => createNetwork(engine, { sizes: [2, 4, 2], init: gaussian({ variance: 1 }), seed: 1 })
  const task = whitened([
    [3, 0],
    [0, 1],
  ])
  const options = { optimizer: gradientDescent({ learningRate: 5 }), steps: 1000 }

  test("'throw' ends with a DivergedError that has what the report has, and keeps the last finite weights", async () => {
    using reported = net()
    using thrown = net()
    const { status, divergence } = trainSync(reported, task, options)
    expect(status).toBe('diverged')
    const { message, ...data } = divergence!
    const expected = { name: 'DivergedError', code: 'DIVERGED', message, data }
    await expect(train(thrown, task, { ...options, onDivergence: 'throw' }).finished).rejects.toMatchObject(expected)
    expect(thrown.weights.map((w) => w.toArray())).toEqual(reported.weights.map((w) => w.toArray()))
    expect(thrown.weights.every((w) => w.toArray().every(Number.isFinite))).toBe(true)
  })

  test('takes no other word', () => {
    using some = net()
    expect(() => trainSync(some, task, { ...options, onDivergence: 'ignore' as never })).toThrow(
      expect.objectContaining({ code: 'OPTION', argument: 'onDivergence' }),
    )
  })
})
