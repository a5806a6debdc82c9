// A run that stops and goes on from its checkpoint is the run that never stopped, bit for bit: weights, what the optimizer remembers, time,
// and every frame from the stop on. What does not fit is refused before anything is written.
import { describe, expect, test } from 'vitest'
import {
  adam,
  adamw,
  type Checkpoint,
  chain,
  clipByNorm,
  cosine,
  createDiagonalNetwork,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type DType,
  type Engine,
  gaussian,
  gradientDescent,
  type LearningRate,
  labelNoise,
  momentum,
  multiStep,
  type Network,
  nesterov,
  type Optimizer,
  type Probe,
  probes,
  ramp,
  regression,
  rmsprop,
  scaleByAdam,
  sgd,
  stream,
  type Task,
  taskSequence,
  trace,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'
import { encodeCheckpoint, parseCheckpoint } from '../../src/io/index.js'

const wasm = createEngineSync({ reproducible: true })
const typescript = createEngineSync({ backend: 'typescript' })

/** Numbers in (-1, 1) without structure. */
function entries(rows: number, cols: number, seed: number): number[][] {
  let state = (seed * 7919 + 13) % 2147483647
  const next = () => {
    state = (state * 48271) % 2147483647
    return (2 * state) / 2147483647 - 1
  }
  return Array.from({ length: rows }, () => Array.from({ length: cols }, next))
}

const X = entries(3, 11, 1)
const Y = entries(2, 11, 2)
const SIGMA = entries(2, 3, 3)
const STEPS = 160
const EVERY = 20

type Batch = { batchSize?: number; seed?: number }
const rules: Record<string, (learningRate: LearningRate, batch?: Batch) => Optimizer> = {
  sgd: (learningRate, batch) => sgd({ learningRate, ...batch }),
  momentum: (learningRate, batch) => momentum({ learningRate, ...batch, dampening: 0.1 }),
  nesterov: (learningRate, batch) => nesterov({ learningRate, ...batch, clipNorm: 0.5 }),
  adam: (learningRate, batch) => adam({ learningRate, ...batch, weightDecay: 0.01 }),
  adamw: (learningRate, batch) => adamw({ learningRate, ...batch, layerRates: [1, 0, 2] }),
  rmsprop: (learningRate, batch) => rmsprop({ learningRate, ...batch, momentum: 0.5 }),
  'chain of two of a kind': (learningRate, batch) =>
    chain([trace({ decay: 0.5 }), clipByNorm(1), scaleByAdam(), trace({ decay: 0.9 })], { learningRate, ...batch }),
}
const descents: typeof rules = {
  gradientDescent: (learningRate) => gradientDescent({ learningRate }),
  'gradientDescent with layerRates': (learningRate) => gradientDescent({ learningRate, layerRates: [1, 0.5, 0] }),
}
const alternating: typeof rules = {
  'gradientDescent alternating': (learningRate) => gradientDescent({ learningRate, update: 'alternating' }),
}

interface Situation {
  task: () => Task
  rules: typeof rules
  rate?: LearningRate
  batch?: Batch
  /** Steps at which the run stops. */
  stops?: number[]
  /** Rates that are set at frames, by step. */
  changes?: Record<number, number>
}

const everywhere = { ...rules, ...descents }
const three = () =>
  taskSequence([
    { task: whitened(SIGMA), steps: 60 },
    { task: regression(X, Y), steps: 20 },
    { task: whitened(SIGMA.map((row) => row.map((s) => -s))), steps: 80 },
  ])
const situations: Record<string, Situation> = {
  whitened: { task: () => whitened(SIGMA), rules: { ...everywhere, ...alternating } },
  'minibatches of a regression': { task: () => regression(X, Y), rules, batch: { batchSize: 4, seed: 2 } },
  stream: { task: () => stream({ teacher: SIGMA, batchSize: 3, noise: 0.2, seed: 5 }), rules: everywhere },
  'label noise on samples': { task: () => labelNoise(regression(X, Y), { sigma: 0.3 }), rules: everywhere },
  'label noise on minibatches': {
    task: () => labelNoise(regression(X, Y), { sigma: 0.3, seed: 4 }),
    rules: { momentum: rules.momentum },
    batch: { batchSize: 5 },
  },
  'label noise of its own on a map': {
    task: () =>
      labelNoise(whitened(SIGMA), {
        sigma: 0.1,
        noise: (step, row) => {
          for (let i = 0; i < row.length; i++) row[i] = ((step * 37 + i * 11) % 19) / 9 - 1
        },
      }),
    rules: { adam: rules.adam, ...descents },
  },
  'a sequence, across stages and at their ends': {
    task: three,
    rules: { ...everywhere, ...alternating },
    stops: [59, 60, 61, 77, 80, 160],
  },
  'a ramp': { task: () => whitened(SIGMA), rules: everywhere, rate: ramp({ from: 0, to: 0.05, steps: 100 }) },
  'a cosine with minibatches': {
    task: () => regression(X, Y),
    rules,
    rate: cosine({ rate: 0.05, steps: 150, warmup: 10 }),
    batch: { batchSize: 3 },
  },
  'a function of the step, over a sequence': {
    task: three,
    rules: { adam: rules.adam, ...descents, ...alternating },
    rate: (step) => 0.03 / (1 + step / 40),
    stops: [60, 77],
  },
  'after setLearningRate': {
    task: () => whitened(SIGMA),
    rules: { ...everywhere, ...alternating },
    changes: { 40: 0.013, 60: 0.031 },
    stops: [39, 40, 41, 77],
  },
  'after setLearningRate in place of a schedule, over a sequence': {
    task: three,
    rules: everywhere,
    rate: multiStep({ rate: 0.05, drops: [30], factor: 0.3 }),
    changes: { 40: 0.013, 100: 0.007 },
    stops: [60, 77, 111],
  },
}

/** A start that no checkpoint knows. */
const network = (engine: Engine, seed = 1, dtype: DType = 'float64') =>
  createNetwork(engine, { sizes: [3, 5, 4, 2], init: gaussian({ variance: 0.2 }), seed, dtype })

interface Outcome {
  checkpoint: Checkpoint
  columns: Record<string, { length: number; data: Float64Array; shape: readonly number[] }>
}

/** Train, with rates set at frames on the way. */
async function outcome(
  net: Network,
  task: Task,
  optimizer: Optimizer,
  {
    steps = STEPS,
    resume,
    changes = {},
  }: { steps?: number; resume?: Checkpoint; changes?: Record<number, number> } = {},
): Promise<Outcome> {
  const setter: Probe<'setter', number> = {
    name: 'setter',
    shape: () => [],
    emit: (_, context) => () => {
      // A change belongs to the frame, and a stop at that very step comes after it.
      if (changes[context.step!] !== undefined && context.step !== resume?.step)
        run.setLearningRate(changes[context.step!])
      return run.learningRate
    },
  }
  const run = train(net, task, {
    optimizer,
    steps,
    record: { every: EVERY, probes: [probes.loss(), probes.gradientNorm(), probes.weights(), setter] },
    ...(resume === undefined ? {} : { resume }),
  })
  const { columns, checkpoint } = await run.finished
  return { checkpoint: structuredClone(checkpoint()), columns }
}

/** Rows of the frames from a step on that the run which never stopped has as well: multiples of EVERY, and the end. */
function framesFrom({ columns }: Outcome, from: number) {
  const steps = Array.from(columns.step.data)
  const wanted = steps.flatMap((step, i) => (step >= from && (step % EVERY === 0 || step === STEPS) ? [i] : []))
  return Object.fromEntries(
    Object.entries(columns).map(([name, { data, length }]) => {
      const width = data.length / length
      return [name, wanted.map((i) => Array.from(data.slice(i * width, (i + 1) * width)))]
    }),
  )
}

describe.each(Object.entries(situations))('%s', (_, { task, rules, rate = 0.02, batch, stops = [77], changes }) => {
  test.each(Object.keys(rules))('%s', async (name) => {
    const rule = () => rules[name](rate, batch)
    using net = network(wasm)
    const whole = await outcome(net, task(), rule(), { changes })
    expect(whole.checkpoint.step).toBe(STEPS)
    for (const stop of stops) {
      using first = network(wasm)
      const half = await outcome(first, task(), rule(), { steps: stop, changes })
      expect(half.checkpoint.step).toBe(stop)
      const file = encodeCheckpoint(half.checkpoint)
      // Goes on with the other executor, from another start: the bits are the checkpoint's and the kernels' alone.
      for (const engine of stop === stops[0] ? [wasm, typescript] : [wasm]) {
        using other = network(engine, 2)
        const resume = parseCheckpoint(file) as Checkpoint
        const rest = await outcome(other, task(), rule(), { resume, changes })
        expect(rest.checkpoint).toEqual(whole.checkpoint)
        expect(rest.columns.step.data[0]).toBe(stop)
        // The first frame is as the last of the run that stopped.
        const last = (o: Outcome, row: number) =>
          Object.entries(o.columns).map(([name, { data, length }]) => {
            const width = data.length / length
            const at = row < 0 ? length + row : row
            return [name, Array.from(data.slice(at * width, (at + 1) * width))]
          })
        expect(last(rest, 0)).toEqual(last(half, -1))
        expect(framesFrom(rest, stop)).toEqual(framesFrom(whole, stop))
      }
    }
  })
})

describe('other networks', () => {
  const make: Record<string, [(engine: Engine, seed: number) => Network, () => Task, () => Optimizer]> = {
    float32: [
      (engine, seed) => network(engine, seed, 'float32'),
      () => whitened(SIGMA),
      () => adam({ learningRate: 0.02 }),
    ],
    'a Gram network': [
      (engine, seed) => createGramNetwork(engine, { sizes: [3, 5, 2], seed }),
      () => whitened(SIGMA),
      () => gradientDescent({ learningRate: (step) => 0.02 + step / 1e4 }),
    ],
    'a diagonal network': [
      (engine, seed) =>
        createDiagonalNetwork(engine, {
          depths: [1, 3, 2],
          start: entries(3, 3, seed).map((row) => row.map((x) => 1 + x / 2)),
        }),
      () => regression(X, [Y[0]]),
      () => momentum({ learningRate: 0.01, batchSize: 3 }),
    ],
    'ReLU with biases': [
      (engine, seed) => createNetwork(engine, { sizes: [3, 6, 2], activation: 'relu', biases: true, seed }),
      () => stream({ teacher: SIGMA, batchSize: 4 }),
      () => adam({ learningRate: 0.01 }),
    ],
    'feedback that learns': [
      (engine, seed) =>
        createNetwork(engine, { sizes: [3, 6, 2], feedback: { variance: 0.2, rule: 'kolen-pollack' }, seed }),
      () => regression(X, Y),
      () => sgd({ learningRate: 0.01, batchSize: 4, momentum: 0.9 }),
    ],
  }
  test.each(Object.keys(make))('%s', (name) => {
    const [net, task, rule] = make[name]
    using whole = net(wasm, 1)
    using half = net(wasm, 1)
    using other = net(typescript, 2)
    const all = trainSync(whole, task(), { optimizer: rule(), steps: STEPS }).checkpoint()
    const resume = trainSync(half, task(), { optimizer: rule(), steps: 77 }).checkpoint()
    expect(trainSync(other, task(), { optimizer: rule(), steps: STEPS, resume }).checkpoint()).toEqual(all)
    expect(other.state.map(({ matrix }) => matrix.toArray())).toEqual(whole.state.map(({ matrix }) => matrix.toArray()))
  })
})

test('a checkpoint taken while the run works, wherever its slices end, goes on to the same end', async () => {
  using whole = network(wasm)
  const steps = 20_000
  const rule = () => adam({ learningRate: 1e-4, batchSize: 3 })
  const all = trainSync(whole, regression(X, Y), { optimizer: rule(), steps }).checkpoint()
  using net = network(wasm)
  const run = train(net, regression(X, Y), { optimizer: rule(), steps, record: { every: steps }, sliceMs: 0.2 })
  const taken: Checkpoint[] = []
  let over = false
  run.finished.then(() => {
    over = true
  })
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve))
    if (taken.length < 4) taken.push(run.checkpoint())
  }
  expect(taken.some(({ step }) => step > 0 && step < steps)).toBe(true)
  for (const resume of taken) {
    using other = network(wasm, 3)
    const result = trainSync(other, regression(X, Y), { optimizer: rule(), steps, resume })
    expect(result.checkpoint()).toEqual(all)
    expect(result.steps).toBe(steps)
  }
  // The run that was looked at is the same as well.
  expect(run.checkpoint()).toEqual(all)
})

test('a checkpoint is a copy, and two stops are as good as one', () => {
  using net = network(wasm)
  const rule = momentum({ learningRate: 0.02 })
  const options = { optimizer: rule, record: { every: EVERY } }
  const a = trainSync(net, whitened(SIGMA), { ...options, steps: 31 }).checkpoint()
  const copy = structuredClone(a)
  const b = trainSync(net, whitened(SIGMA), { ...options, steps: 77, resume: a }).checkpoint()
  expect(a).toEqual(copy)
  const c = trainSync(net, whitened(SIGMA), { ...options, steps: STEPS, resume: b }).checkpoint()
  using whole = network(wasm)
  expect(c).toEqual(trainSync(whole, whitened(SIGMA), { ...options, steps: STEPS }).checkpoint())
  // Nothing is left to do: one frame, no step.
  const done = trainSync(net, whitened(SIGMA), { ...options, steps: STEPS, resume: c })
  expect([done.steps, done.columns.step.length, done.checkpoint()]).toEqual([STEPS, 1, c])
})

describe('refusals', () => {
  const rule = () => momentum({ learningRate: 0.02, batchSize: 4 })
  const checkpoint = (() => {
    using net = network(wasm)
    return trainSync(net, regression(X, Y), { optimizer: rule(), steps: 33 }).checkpoint()
  })()
  // biome-ignore lint/suspicious/noExplicitAny: drafts are spoiled in ways that no type allows
  type Draft = any
  const changed = (change: (draft: Draft) => void) => () => {
    const draft = structuredClone(checkpoint)
    change(draft)
    return draft
  }
  const same = () => checkpoint
  const tensor = (change: (draft: Draft) => void) => changed((c) => change(c.tensors[1]))
  const oneEntry = (matrix: number[][]) =>
    matrix.map((row, i) => row.map((x, j) => (i === 1 && j === 4 ? x + 1e-15 : x)))

  interface Refusal {
    resume: () => unknown
    code: string
    text: string
    net?: (engine: Engine) => Network
    task?: () => Task
    optimizer?: () => Optimizer
    steps?: number
    argument?: string
  }
  const cases: Record<string, Refusal> = {
    'other sizes': {
      resume: same,
      net: (engine) => createNetwork(engine, { sizes: [3, 4, 5, 2], seed: 1 }),
      code: 'OPTION',
      text: 'its network is {"kind":"layers","sizes":[3,5,4,2]',
    },
    'another element type': {
      resume: same,
      net: (engine) => network(engine, 1, 'float32'),
      code: 'OPTION',
      text: 'float32',
    },
    'another momentum': {
      resume: same,
      optimizer: () => momentum({ learningRate: 0.02, batchSize: 4, momentum: 0.8 }),
      code: 'OPTION',
      text: 'its optimizer is',
    },
    'another batch size': {
      resume: same,
      optimizer: () => momentum({ learningRate: 0.02, batchSize: 5 }),
      code: 'OPTION',
      text: '"batchSize":5',
    },
    'another seed of batches': {
      resume: same,
      optimizer: () => momentum({ learningRate: 0.02, batchSize: 4, seed: 1 }),
      code: 'OPTION',
      text: 'its optimizer',
    },
    'another weight decay': {
      resume: same,
      optimizer: () => momentum({ learningRate: 0.02, batchSize: 4, weightDecay: 0.1 }),
      code: 'OPTION',
      text: 'addWeightDecay',
    },
    'layer rates': {
      resume: same,
      optimizer: () => momentum({ learningRate: 0.02, batchSize: 4, layerRates: [1, 2, 3] }),
      code: 'OPTION',
      text: '"layerRates":null',
    },
    'another rule': {
      resume: same,
      optimizer: () => adam({ learningRate: 0.02, batchSize: 4 }),
      code: 'OPTION',
      text: '"name":"adam"',
    },
    'an entry of x that differs': {
      resume: same,
      task: () => regression(oneEntry(X), Y),
      code: 'OPTION',
      text: 'its tasks',
    },
    'an entry of y that differs': {
      resume: same,
      task: () => regression(X, oneEntry(Y)),
      code: 'OPTION',
      text: 'same network, task and optimizer',
    },
    'another task': {
      resume: same,
      task: () => labelNoise(regression(X, Y), { sigma: 0.1 }),
      code: 'OPTION',
      text: 'label noise',
    },
    'a sequence of the same task': {
      resume: same,
      task: () => taskSequence([{ task: regression(X, Y), steps: 9 }]),
      code: 'OPTION',
      text: '"steps":9',
    },
    'fewer steps than are done': { resume: same, steps: 32, code: 'RANGE', text: 'at least 33', argument: 'steps' },
    'a checkpoint of fused arithmetic': {
      resume: changed((c) => (c.arithmetic = 'fused')),
      code: 'OPTION',
      text: 'createEngine({ reproducible: false })',
    },
    null: { resume: () => null, code: 'OPTION', text: 'resume must be an object' },
    'a number': { resume: () => 33, code: 'OPTION', text: 'resume must be an object' },
    'a list': { resume: () => [checkpoint], code: 'OPTION', text: 'resume must be an object' },
    'an empty object': { resume: () => ({}), code: 'FORMAT', text: 'it has no version' },
    'a result': {
      resume: () => ({ ...checkpoint, status: 'completed' }),
      code: 'OPTION',
      text: "no option 'status'",
      argument: 'resume.status',
    },
    'version 2': {
      resume: changed((c) => (c.version = 2)),
      code: 'FORMAT',
      text: 'version 2, and this release reads version 1',
    },
    'step -1': { resume: changed((c) => (c.step = -1)), code: 'FORMAT', text: 'its step is -1' },
    'step 0.5': { resume: changed((c) => (c.step = 0.5)), code: 'FORMAT', text: 'its step is 0.5' },
    'no step': { resume: changed((c) => delete c.step), code: 'FORMAT', text: 'its step is undefined' },
    'time NaN': { resume: changed((c) => (c.time = Number.NaN)), code: 'FORMAT', text: 'its time is NaN' },
    'learningRate 0': { resume: changed((c) => (c.learningRate = 0)), code: 'FORMAT', text: 'its learningRate is 0' },
    'learningRate "a"': {
      resume: changed((c) => (c.learningRate = 'a')),
      code: 'FORMAT',
      text: 'its learningRate is "a"',
    },
    'arithmetic "exact"': { resume: changed((c) => (c.arithmetic = 'exact')), code: 'FORMAT', text: 'its arithmetic' },
    'configuration of another kind': {
      resume: changed((c) => (c.configuration = 7)),
      code: 'OPTION',
      text: 'another run',
    },
    'configuration that is no JSON': {
      resume: changed((c) => (c.configuration = '{')),
      code: 'OPTION',
      text: 'says nothing of its network',
    },
    'no tensors': { resume: changed((c) => delete c.tensors), code: 'FORMAT', text: 'its tensors are undefined' },
    'a tensor less': { resume: changed((c) => c.tensors.pop()), code: 'FORMAT', text: '5 tensors in place of 6' },
    'a tensor more': {
      resume: changed((c) => c.tensors.push(c.tensors[0])),
      code: 'FORMAT',
      text: '7 tensors in place of 6',
    },
    'tensors out of order': { resume: changed((c) => c.tensors.reverse()), code: 'FORMAT', text: "'W_1' is missing" },
    'a tensor that is null': {
      resume: changed((c) => (c.tensors[1] = null)),
      code: 'FORMAT',
      text: "'W_2' is missing",
    },
    'a tensor of another name': { resume: tensor((t) => (t.name = 'W_9')), code: 'FORMAT', text: '"W_9"' },
    'a tensor cut short': {
      resume: tensor((t) => (t.data = t.data.slice(0, -1))),
      code: 'FORMAT',
      text: "'W_2' is not 4 x 5 numbers of float64",
    },
    'a tensor without data': { resume: tensor((t) => delete t.data), code: 'FORMAT', text: "'W_2' is not 4 x 5" },
    'a tensor as a list': {
      resume: tensor((t) => (t.data = Array.from(t.data))),
      code: 'FORMAT',
      text: "'W_2' is not 4 x 5",
    },
    'a tensor of another shape': {
      resume: tensor((t) => (t.shape = [5, 4])),
      code: 'FORMAT',
      text: "'W_2' is not 4 x 5",
    },
    'a tensor of float32': {
      resume: tensor((t) => (t.data = Float32Array.from(t.data))),
      code: 'FORMAT',
      text: 'numbers of float64',
    },
    'NaN in the last tensor': {
      resume: changed((c) => (c.tensors[5].data[0] = Number.NaN)),
      code: 'FORMAT',
      text: "'velocity W_3' holds NaN",
    },
    'infinity in a tensor': {
      resume: tensor((t) => (t.data[3] = -Infinity)),
      code: 'FORMAT',
      text: "'W_2' holds NaN or infinities",
    },
    'a checkpoint through JSON': {
      resume: () => JSON.parse(JSON.stringify(checkpoint)),
      code: 'FORMAT',
      text: "'W_1' is not 5 x 3",
    },
  }

  test.each(Object.keys(cases))('%s, and nothing is written or left', (name) => {
    const {
      resume,
      net: make = network,
      task,
      optimizer = rule,
      steps = 99,
      code,
      text,
      argument = 'resume',
    } = cases[name]
    using net = make(wasm)
    const before = net.state.map(({ matrix }) => matrix.toArray())
    const { liveBytes, liveBlocks } = wasm.memory
    const options = { optimizer: optimizer(), steps, resume: resume() as Checkpoint }
    const refusal = expect.objectContaining({ code, argument, message: expect.stringContaining(text) })
    expect(() => train(net, (task ?? (() => regression(X, Y)))(), options)).toThrow(refusal)
    expect(net.state.map(({ matrix }) => matrix.toArray())).toEqual(before)
    expect(wasm.memory).toMatchObject({ liveBytes, liveBlocks })
  })

  test('a run with fused arithmetic and one without do not go on from each other', () => {
    const fused = createEngineSync()
    // Where the host has no fused build this engine is reproducible, and both go on.
    const one = fused.info.build === 'relaxed'
    using net = network(fused)
    const its = trainSync(net, regression(X, Y), { optimizer: rule(), steps: 33 }).checkpoint()
    expect(its.arithmetic).toBe(one ? 'fused' : 'reproducible')
    using other = network(wasm)
    const goOn = (on: Network, resume: Checkpoint) => () =>
      trainSync(on, regression(X, Y), { optimizer: rule(), steps: 40, resume }).steps
    if (one) {
      expect(goOn(other, its)).toThrow("this engine's is reproducible; going on would change bits")
      expect(goOn(net, checkpoint)).toThrow('createEngine({ reproducible: true })')
    }
    expect(goOn(net, its)()).toBe(40)
  })

  test('where no memory is left for the plans, the weights are what they were', () => {
    const tight = createEngineSync({ backend: 'typescript', budgetBytes: 2 ** 20 })
    using net = network(tight, 2)
    const before = net.state.map(({ matrix }) => matrix.toArray())
    const hog = [512, 128, 64].flatMap((rows) => {
      const taken = []
      try {
        for (;;) taken.push(tight.matrix([rows, 16]))
      } catch {
        return taken
      }
    })
    const { liveBytes, liveBlocks } = tight.memory
    expect(() => trainSync(net, regression(X, Y), { optimizer: rule(), steps: 99, resume: checkpoint })).toThrow(
      expect.objectContaining({ code: 'MEMORY' }),
    )
    expect(net.state.map(({ matrix }) => matrix.toArray())).toEqual(before)
    expect(tight.memory).toMatchObject({ liveBytes, liveBlocks })
    for (const matrix of hog) matrix.dispose()
    trainSync(net, regression(X, Y), { optimizer: rule(), steps: 99, resume: checkpoint })
  })

  test('a rate that differs is no refusal, and time goes on from the checkpoint', () => {
    using net = network(wasm, 2)
    const slower = momentum({ learningRate: 0.005, batchSize: 4 })
    const at = (steps: number, resume: Checkpoint) =>
      trainSync(net, regression(X, Y), { optimizer: slower, steps, resume })
    const half = at(40, checkpoint)
    expect(half.time).toBeCloseTo(33 * 0.02 + 7 * 0.005, 14)
    const stopped = at(50, half.checkpoint()).checkpoint()
    expect(stopped).toEqual(at(50, checkpoint).checkpoint())
    expect(stopped.learningRate).toBeUndefined()
  })
})
