// The surface of a worker, with both sides in one thread: the same protocol over a channel that clones. Results are compared with those of the
// library called directly.
import { afterEach, describe, expect, test } from 'vitest'
import * as deeplinear from '../../src/index.js'
import * as worker from '../../src/worker/index.js'
import { RECIPE_NAMES } from '../../src/worker/recipe-names.js'

const SIGMA = [
  [3, 0.5, 0],
  [0, 2, 0],
  [0, 0.25, 1],
]
const OPTIONS = { steps: 600, record: { every: 5 } } as const
const engines: worker.RemoteEngine[] = []

async function start(options: worker.WorkerEngineOptions = {}): Promise<worker.RemoteEngine> {
  const engine = await worker.createEngine({ worker: 'inline', reproducible: true, ...options })
  engines.push(engine)
  return engine
}

afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose()
})

const network = (engine: worker.RemoteEngine) =>
  worker.createNetwork(engine, { sizes: [3, 7, 3], init: worker.gaussian({ gamma: 1.5 }), seed: 4 })

/** The same run in this thread. */
function directly() {
  const engine = deeplinear.createEngineSync({ reproducible: true })
  const net = deeplinear.createNetwork(engine, {
    sizes: [3, 7, 3],
    init: deeplinear.gaussian({ gamma: 1.5 }),
    seed: 4,
  })
  const optimizer = deeplinear.adam({ learningRate: deeplinear.cosine({ rate: 0.02, steps: 600 }) })
  const result = deeplinear.trainSync(net, deeplinear.whitened(SIGMA), { optimizer, ...OPTIONS })
  return { result, weights: net.weights.map((matrix) => matrix.toArray()) }
}

describe('training', () => {
  test('has the bits of the same run in this thread, frame by frame', async () => {
    const engine = await start()
    const net = network(engine)
    const optimizer = worker.adam({ learningRate: worker.cosine({ rate: 0.02, steps: 600 }) })
    const run = worker.train(net, worker.whitened(SIGMA), { optimizer, ...OPTIONS })
    const losses: number[] = []
    for await (const { loss } of run) losses.push(loss)
    const { result, weights } = directly()
    expect(losses).toEqual(Array.from(result.columns.loss.data))
    const { status, columns } = await run.finished
    expect(status).toBe('completed')
    expect(columns.loss).toEqual(result.columns.loss)
    const remote = (await net).weights ?? []
    expect(await Promise.all(remote.map((matrix) => matrix.toArray()))).toEqual(weights)
  })

  test('goes on from a checkpoint that came across', async () => {
    const engine = await start()
    const optimizer = worker.adam({ learningRate: worker.cosine({ rate: 0.02, steps: 600 }) })
    const net = network(engine)
    const half = worker.train(net, worker.whitened(SIGMA), { optimizer, steps: 300 })
    await half.finished
    const resume = await half.checkpoint()
    const again = worker.train(network(engine), worker.whitened(SIGMA), { optimizer, ...OPTIONS, resume })
    const { columns } = await again.finished
    expect(columns.loss.data.at(-1)).toBe(directly().result.columns.loss.data.at(-1))
  })

  test('a slow reader slows the run down, and `break` ends it', async () => {
    const engine = await start()
    const net = network(engine)
    const optimizer = worker.gradientDescent({ learningRate: 0.001 })
    const run = worker.train(net, worker.whitened(SIGMA), { optimizer, steps: 1e6, record: { every: 1 } })
    let last = 0
    for await (const { step } of run) {
      last = step
      await new Promise((resolve) => setTimeout(resolve, 2))
      if (step === 40) break
    }
    expect(last).toBe(40)
    const { status, steps } = await run.finished
    expect(status).toBe('aborted')
    // 64 frames of credit, and 64 that a run may be ahead of its iterator, and the slice under way.
    expect(steps).toBeLessThan(1000)
  })

  test.each(['before', 'during'])('a signal that fires %s the run ends it', async (when) => {
    const engine = await start()
    const controller = new AbortController()
    if (when === 'before') controller.abort()
    const optimizer = worker.gradientDescent({ learningRate: 0.001 })
    const { signal } = controller
    const record = { every: 1000 }
    const run = worker.train(network(engine), worker.whitened(SIGMA), { optimizer, steps: 1e9, signal, record })
    if (when === 'during') {
      for await (const { step } of run) if (step > 0) controller.abort()
    }
    const { status, steps } = await run.finished
    expect(status).toBe('aborted')
    expect(steps > 0).toBe(when === 'during')
  })

  test('pauses, resumes and takes another learning rate', async () => {
    const engine = await start()
    const optimizer = worker.gradientDescent({ learningRate: 0.001 })
    const run = worker.train(network(engine), worker.whitened(SIGMA), { optimizer, steps: 1e9 })
    await run.pause()
    await run.setLearningRate(0.002)
    const before = await run.checkpoint()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await run.checkpoint()).toEqual(before)
    await run.resume()
    run.abort()
    expect((await run.finished).status).toBe('aborted')
  })

  test('`finished` inside an iteration does not wait for ever', async () => {
    const engine = await start()
    const optimizer = worker.gradientDescent({ learningRate: 0.001 })
    const run = worker.train(network(engine), worker.whitened(SIGMA), { optimizer, steps: 2000, record: { every: 1 } })
    let frames = 0
    for await (const _ of run) if (frames++ === 0) expect((await run.finished).status).toBe('completed')
    expect(frames).toBe(2001)
  })

  test('an ensemble gives every member', async () => {
    const engine = await start()
    const ensemble = worker.createEnsemble(engine, { sizes: [3, 4, 3], replicas: 5, seed: 1 })
    const optimizer = worker.gradientDescent({ learningRate: 0.05 })
    const { columns } = await worker.trainEnsemble(ensemble, worker.whitened(SIGMA), { optimizer, steps: 20 })
    expect(columns.loss.shape).toEqual([5])
  })
})

describe('linear algebra', () => {
  test('results may be used before they are there', async () => {
    const engine = await start()
    const a = engine.matrix([
      [1, 2],
      [3, 4],
    ])
    const b = engine.matmul(a, engine.matmul(a, a))
    expect(await (await b).toNested()).toEqual([
      [37, 54],
      [81, 118],
    ])
  })

  test('decompositions come as remote matrices and copied vectors', async () => {
    const engine = await start()
    const { u, s } = await engine.svd(
      engine.matrix([
        [3, 0],
        [0, 4],
      ]),
    )
    expect(Array.from(s as Float64Array)).toEqual([4, 3])
    expect((await u.toArray()).length).toBe(4)
  })

  test('a transferred array is moved, another one copied', async () => {
    const engine = await start()
    const [moved, copied] = [worker.transfer(new Float64Array([1, 2])), new Float64Array([1, 2])]
    const matrix = await engine.matrix([2, 1], moved)
    await engine.matrix([2, 1], copied)
    expect([moved.length, copied.length]).toEqual([0, 2])
    expect(await matrix.toNested()).toEqual([[1], [2]])
  })

  test('a disposed matrix is gone, and its memory free', async () => {
    const engine = await start({ budgetBytes: 2 ** 21 })
    for (let i = 0; i < 40; i++) await (await engine.matrix([100, 100])).dispose()
    const matrix = await engine.matrix([100, 100])
    await matrix.dispose()
    await expect(matrix.toArray()).rejects.toThrow(deeplinear.DisposedError)
  })
})

describe('errors', () => {
  test('keep class, code, argument and data', async () => {
    const engine = await start()
    const wrong = engine.matmul(engine.matrix([[1, 2]]), engine.matrix([[1]]))
    await expect(wrong).rejects.toThrow(deeplinear.ShapeError)
    await expect(wrong).rejects.toMatchObject({ code: 'SHAPE' })
    const { finished } = worker.train(network(engine), worker.whitened([[1]]), {
      optimizer: worker.gradientDescent({ learningRate: 0.1 }),
      steps: 1,
    })
    await expect(finished).rejects.toThrow(deeplinear.ShapeError)
  })

  test('a divergence can be thrown across', async () => {
    const engine = await start()
    const run = worker.train(network(engine), worker.whitened(SIGMA), {
      optimizer: worker.gradientDescent({ learningRate: 100 }),
      steps: 1000,
      onDivergence: 'throw',
    })
    const error = await run.finished.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(deeplinear.DivergedError)
    expect((error as deeplinear.DivergedError).data.step).toBeGreaterThan(0)
  })

  const refused: [string, (engine: worker.RemoteEngine) => unknown][] = [
    ['a function', (engine) => worker.createNetwork(engine, { sizes: [2, 2], init: (() => 1) as never })],
    [
      'a recipe that was not called',
      (engine) => worker.createNetwork(engine, { sizes: [2, 2], init: worker.gaussian as never }),
    ],
    ['a symbol', (engine) => engine.matrix(Symbol('x') as never)],
    ['a key of the protocol', (engine) => engine.matrix({ $object: 1 } as never)],
    ['an object of another class', (engine) => engine.matrix(new Map() as never)],
    ['a network of this thread', () => worker.train({} as never, {} as never, {} as never)],
    [
      'something that contains itself',
      (engine) => {
        const list: unknown[] = []
        list.push(list)
        return engine.matrix(list as never)
      },
    ],
  ]
  test.each(refused)('%s is refused before anything is sent', async (_what, call) => {
    const engine = await start()
    expect(() => call(engine)).toThrow(deeplinear.OptionError)
  })

  test('an object of another engine is refused', async () => {
    const [one, other] = [await start(), await start()]
    expect(() => one.matmul(one.matrix([[1]]), other.matrix([[1]]))).toThrow(/worker of another engine/)
  })

  test('after `dispose` every call says so', async () => {
    const engine = await start()
    const pending = engine.matrix([[1]])
    engine.dispose()
    await expect(pending).rejects.toThrow(deeplinear.DisposedError)
    expect(() => engine.matrix([[1]])).toThrow(deeplinear.DisposedError)
  })

  test('a worker that is none', async () => {
    await expect(worker.createEngine({ worker: 3 as never })).rejects.toThrow(deeplinear.DTypeError)
  })
})

describe('nothing of the library is forgotten', () => {
  test('every probe but custom can be made over there, and nothing else', async () => {
    const engine = await start()
    const optimizer = worker.gradientDescent({ learningRate: 0.01 })
    const record = (probe: deeplinear.Probe) =>
      worker.train(network(engine), worker.whitened(SIGMA), { optimizer, steps: 1, record: { probes: [probe] } })
        .finished
    const { columns } = await record(worker.probes.nuclearNorm())
    expect(columns.nuclearNorm.length).toBe(2)
    for (const name of ['custom', 'nothing', 'toString']) {
      const probe = (worker.probes as unknown as Record<string, () => deeplinear.Probe>)[name]()
      await expect(record(probe)).rejects.toThrow(deeplinear.OptionError)
    }
  })

  test('every recipe is a function of the library and of the worker', () => {
    for (const name of RECIPE_NAMES) {
      expect(typeof (deeplinear as Record<string, unknown>)[name], name).toBe('function')
      expect((worker as Record<string, unknown>)[name], name).toHaveProperty('isRecipe', true)
    }
  })
})
