// Workers that end, throw, run out of memory or send what cannot be read, as the page sees it; and values that cannot go to a worker.
import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { MemoryError, WorkerError } from '../../src/index.js'
import * as worker from '../../src/worker/index.js'

/** A worker that makes an engine and then does nothing until it fails as told. */
class Silent extends EventEmitter {
  postMessage(message: { id: number; method?: string }): void {
    const result = { info: { backend: 'wasm' }, memory: { budgetBytes: 0 } }
    if (message.method === 'createEngine') queueMicrotask(() => this.emit('message', { id: message.id, result }))
  }
}

async function start() {
  const silent = new Silent()
  const engine = await worker.createEngine({ worker: silent as never })
  return { silent, engine }
}

describe('a worker that is gone', () => {
  const thrown = new RangeError('Invalid array length')
  const oom = Object.assign(new Error('heap limit'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })
  test.each<[string, string, unknown, typeof WorkerError | typeof MemoryError, RegExp, object]>([
    [
      'exits with 0',
      'exit',
      0,
      WorkerError,
      /ended with code 0 before it was done; make another/,
      { data: { exitCode: 0 } },
    ],
    ['exits with 137', 'exit', 137, WorkerError, /ended with code 137 before it was done/, { data: { exitCode: 137 } }],
    ['throws', 'error', thrown, WorkerError, /the worker failed: Invalid array length/, { cause: thrown }],
    ['runs out of memory', 'error', oom, MemoryError, /ran out of memory: heap limit; give it less/, { cause: oom }],
    ['is a script that fails', 'error', { message: 'no such file' }, WorkerError, /failed: no such file/, {}],
    ['sends what cannot be read', 'messageerror', undefined, WorkerError, /could not be read/, {}],
  ])(
    '%s: calls and runs under way fail, later ones too, nothing waits for ever',
    async (_, event, value, Class, text, details) => {
      const { silent, engine } = await start()
      const call = engine.matmul(engine.matrix([[1]]), engine.matrix([[2]]))
      const net = worker.createNetwork(engine, { sizes: [2, 2] })
      const run = worker.train(
        net,
        worker.whitened([
          [1, 0],
          [0, 1],
        ]),
        {
          optimizer: worker.gradientDescent({ learningRate: 0.1 }),
          steps: 10,
        },
      )
      const waiting = [call, run.finished].map((promise) =>
        (promise as Promise<unknown>).catch((error: unknown) => error),
      )
      silent.emit(event, value)
      for (const error of await Promise.all(waiting)) {
        expect(error).toBeInstanceOf(Class)
        expect(error).toMatchObject({ argument: 'worker', message: expect.stringMatching(text), ...details })
      }
      expect(() => engine.matrix([[1]])).toThrow(/the worker is gone/)
      engine.dispose()
    },
  )
})

describe('what cannot go to a worker', () => {
  test('is an OptionError before anything is under way, and the engine goes on', async () => {
    const engine = await worker.createEngine({ worker: 'inline' })
    const moved = new Float64Array(4)
    structuredClone(moved.buffer, { transfer: [moved.buffer] })
    expect(() => engine.matrix([2, 2], moved)).toThrow(
      expect.objectContaining({ code: 'OPTION', argument: 'engine.matrix' }),
    )
    expect(() => engine.matrix([2, 2], (() => 1) as never)).toThrow(/is a function, which cannot go to a worker/)
    expect(await (await engine.matrix([[3]])).toNested()).toEqual([[3]])
    engine.dispose()
  })
})
