// The built worker in threads of its own, as an installed package has it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import type * as workerEntry from '../../src/worker/index.js'

const dist = new URL('../../dist/', import.meta.url)
const entry = new URL('worker.js', dist).href
const library = new URL('index.js', dist).href

test('there is a build: run `npm run build` first if this fails', () => {
  expect(existsSync(fileURLToPath(entry)), 'dist/worker.js is missing: run `npm run build`').toBe(true)
})

const engines: workerEntry.RemoteEngine[] = []
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose()
})

async function load() {
  const worker = (await import(entry)) as typeof workerEntry
  const start = async (options: workerEntry.WorkerEngineOptions = {}) => {
    const engine = await worker.createEngine({ reproducible: true, ...options })
    engines.push(engine)
    return engine
  }
  return { worker, start }
}

/** Run a module in a process of its own. */
function runProcess(program: string) {
  const source = `import * as worker from ${JSON.stringify(entry)}\n${program}`
  return spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8', timeout: 60_000 })
}

describe('a thread', () => {
  test('is one, and its errors are of the classes of `deeplinear`', async () => {
    const { start } = await load()
    const engine = await start()
    expect(engine.info.worker).toEqual({ used: 'thread', reason: 'a thread of its own' })
    const { ShapeError } = await import(library)
    await expect(engine.matmul(engine.matrix([[1, 2]]), engine.matrix([[1]]))).rejects.toThrow(ShapeError)
  })

  test('leaves this one free while it trains, and two of them run at once', async () => {
    const { worker, start } = await load()
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    const losses = await Promise.all(
      [await start(), await start()].map(async (engine) => {
        const net = worker.createNetwork(engine, { sizes: [20, 64, 20], seed: 1 })
        const optimizer = worker.gradientDescent({ learningRate: 0.01 })
        const task = worker.teacher({ inputs: 20, outputs: 20, singularValues: [3, 2, 1] })
        const { columns } = await worker.train(net, task, { optimizer, steps: 2000 }).finished
        return columns.loss.data.at(-1)
      }),
    )
    clearInterval(ticking)
    expect(losses[0]).toBe(losses[1])
    expect(turns).toBeGreaterThan(5)
  })

  test('that dies fails what waits for it, and every later call', async () => {
    const { worker, start } = await load()
    const thread = new Worker(new URL('worker-host.js', dist))
    const engine = await start({ worker: thread as never })
    const net = worker.createNetwork(engine, { sizes: [2, 2], seed: 1 })
    const optimizer = worker.gradientDescent({ learningRate: 1e-3 })
    const run = worker.train(
      net,
      worker.whitened([
        [1, 0],
        [0, 1],
      ]),
      { optimizer, steps: 1e12 },
    )
    const ending = expect(run.finished).rejects.toThrow(/worker ended with code 1/)
    await thread.terminate()
    await ending
    expect(() => engine.matrix([[1]])).toThrow(/worker is gone/)
  })
})

describe('a process', () => {
  test('waits for a run, and ends by itself once nothing is under way', () => {
    const { stdout, status, stderr } = runProcess(`
      const engine = await worker.createEngine()
      const net = worker.createNetwork(engine, { sizes: [4, 8, 4], seed: 1 })
      const optimizer = worker.gradientDescent({ learningRate: 0.01 })
      const run = worker.train(net, worker.teacher({ inputs: 4, outputs: 4, singularValues: [1] }), { optimizer, steps: 3000 })
      run.finished.then(({ status }) => console.log(status))
    `)
    expect({ stdout, stderr, status }).toEqual({ stdout: 'completed\n', stderr: '', status: 0 })
  })

  test('without a thread says why, and computes all the same', () => {
    const { stdout, status } = runProcess(`
      process.getBuiltinModule = undefined
      const engine = await worker.createEngine()
      console.log(engine.info.worker.used, engine.info.worker.reason)
      console.log(JSON.stringify(await (await engine.matmul(engine.matrix([[2]]), engine.matrix([[3]]))).toNested()))
    `)
    expect({ stdout, status }).toEqual({
      stdout: 'inline no worker could be started: this host has no workers\n[[6]]\n',
      status: 0,
    })
  })
})
