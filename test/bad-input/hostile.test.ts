// Options from a page that means no good, or whose objects do more than hold values.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkOptions } from '../../src/check.js'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  gaussian,
  gradientDescent,
  matmul,
  OptionError,
  probes,
  trainSync,
  whitened,
} from '../../src/index.js'

const engine = createEngineSync({ reproducible: true })
const target = [
  [3, 0],
  [0, 1],
]

/** Weights and losses of a short run: what must not depend on anything but its arguments. */
function shortRun(): number[] {
  const net = createNetwork(engine, { sizes: [2, 4, 2], init: gaussian({ variance: 0.1 }), seed: 5 })
  const { columns } = trainSync(net, whitened(target), {
    optimizer: gradientDescent({ learningRate: 0.05 }),
    steps: 50,
    record: { every: 10, probes: [probes.loss(), probes.singularValues(), probes.balance()] },
  })
  const values = [...net.weights.flatMap((w) => [...w.view()]), ...columns.loss.data, ...columns.singularValues.data]
  net.dispose()
  return values
}

describe('a polluted Object.prototype', () => {
  const polluted: string[] = []
  const pollute = (values: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(values)) {
      polluted.push(name)
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true })
    }
  }
  afterEach(() => {
    for (const name of polluted.splice(0)) delete (Object.prototype as Record<string, unknown>)[name]
  })

  test('changes no result', () => {
    const clean = shortRun()
    pollute({
      learningRate: 1,
      update: 'alternating',
      seed: 9,
      dtype: 'float32',
      rank: 1,
      drift: true,
      until: { loss: 1e9 },
      signal: 7,
      sliceMs: -1,
      every: 0,
    })
    expect(shortRun()).toEqual(clean)
  })

  test('supplies no option that is missing', () => {
    pollute({ learningRate: 1, gamma: 1, sizes: [2, 3, 2], alpha: 100, transposeA: true, backend: 'typescript' })
    expect(() => gradientDescent({} as never)).toThrow(/learningRate must be a number, got undefined/)
    expect(() => gaussian({} as never)).toThrow(OptionError)
    expect(() => createNetwork(engine, {} as never)).toThrow(/sizes/)
    expect(() => createGramNetwork(engine, {} as never)).toThrow(/sizes/)
    const a = engine.matrix([1, 2], [1, 2])
    const b = engine.matrix([2, 1], [3, 4])
    expect(matmul(a, b, {}).get(0, 0)).toBe(11)
    expect(createEngineSync({}).info.backend).toBe('wasm')
  })
})

describe('option objects', () => {
  test('a getter that throws is an OptionError with its cause', () => {
    const cause = new Error('from the getter')
    const bad = (name: string) =>
      Object.defineProperty({}, name, {
        enumerable: true,
        get() {
          throw cause
        },
      }) as never
    for (const [name, call] of [
      ['learningRate', () => gradientDescent(bad('learningRate'))],
      ['sizes', () => createNetwork(engine, bad('sizes'))],
      ['sizes', () => createGramNetwork(engine, bad('sizes'))],
      ['backend', () => createEngineSync(bad('backend'))],
      ['alpha', () => matmul(engine.matrix([[1]]), engine.matrix([[1]]), bad('alpha'))],
    ] as const) {
      expect(call).toThrow(expect.objectContaining({ code: 'OPTION', cause }))
      expect(call).toThrow(`reading option '${name}'`)
    }
  })

  test('are read once: what changes between two looks is not looked at twice', () => {
    const read = vi.fn(() => 0.5)
    gradientDescent(Object.defineProperty({}, 'learningRate', { enumerable: true, get: read }) as never)
    expect(read).toHaveBeenCalledTimes(1)
    const sizes = vi.fn(() => [2, 3, 2])
    createGramNetwork(engine, Object.defineProperty({}, 'sizes', { enumerable: true, get: sizes }) as never).dispose()
    expect(sizes).toHaveBeenCalledTimes(1)
  })

  test('frozen, sealed, without prototype, class instances and proxies are as good as plain ones', () => {
    const options = { learningRate: 0.5 }
    class Options {
      learningRate = 0.5
    }
    for (const given of [
      Object.freeze({ ...options }),
      Object.assign(Object.create(null), options),
      new Options(),
      new Proxy(options, {}),
    ]) {
      expect(gradientDescent(given).schedule.constant).toBe(0.5)
    }
  })

  test('__proto__ and constructor are unknown options, and change no prototype', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const given = JSON.parse(`{ "${name}": { "learningRate": 1 } }`)
      expect(() => gradientDescent(given)).toThrow(`has no option '${name}'`)
    }
    expect(({} as { learningRate?: number }).learningRate).toBeUndefined()
    expect(Object.getPrototypeOf(checkOptions({ a: 1 }, 'options', ['a']))).toBeNull()
  })

  test('later changes of the caller change nothing', () => {
    const sizes = [2, 3, 2]
    const net = createNetwork(engine, { sizes })
    sizes[1] = 99
    expect(net.sizes).toEqual([2, 3, 2])
    expect(() => (net.sizes as number[]).push(1)).toThrow(TypeError)
    const sigma = target.map((row) => [...row])
    const task = whitened(sigma)
    sigma[0][0] = 1e9
    const run = () => trainSync(net, task, { optimizer: gradientDescent({ learningRate: 0.01 }), steps: 1 })
    expect(run().columns.loss.data[0]).toBeLessThan(100)
    net.dispose()
  })

  test('a suggestion is made for a near miss only', () => {
    expect(() => gradientDescent({ learnigRate: 1 } as never)).toThrow(/did you mean 'learningRate'/)
    expect(() => gradientDescent({ unrelatedThing: 1 } as never)).toThrow(
      /it takes 'learningRate', 'layerRates', 'update'$/,
    )
  })
})

test('a second copy of the library: its handles are refused, its errors are told by code', async () => {
  vi.resetModules()
  const copy = (await import('../../src/index.js')) as typeof import('../../src/index.js')
  expect(copy.Matrix).not.toBe((await import('../../src/engine/matrix.js')) && engine.matrix([[1]]).constructor)
  const theirs = copy.createEngineSync().matrix([[1]])
  const ours = engine.matrix([[1]])
  for (const call of [
    () => engine.matmul(ours, theirs),
    () => engine.matmul(theirs, ours),
    () => engine.matrix(theirs),
  ]) {
    expect(call).toThrow(
      expect.objectContaining({ code: 'DISPOSED', message: expect.stringMatching(/foreign handle: another copy/) }),
    )
  }
  expect(() => createNetwork(copy.createEngineSync() as never, { sizes: [2, 2] })).toThrow(/engine must be an engine/)
})
