// A queue in a real Redis: workers in processes of their own, one of them killed, the server killed with all that it held. The bytes stay the same.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Queue } from 'bullmq'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IoError, OptionError } from '../../src/index.js'
import { bullmq, sweep } from '../../src/sweep/index.js'
import { killAll, type Started, until, watch } from '../processes.js'
import { bytesOf, expected, SLOW, start } from './processes.js'

let folder: string
let port: number
let server: Started
const workers: Started[] = []

/** A port that nobody has. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number }
      probe.close(() => resolve(free))
    })
  })
}

function startServer(): Started {
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
  return watch(spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'pipe'] }))
}

const url = () => `redis://127.0.0.1:${port}`

function startWorker(): Started {
  const worker = start(['worker', '--redis', url(), '--workers', '1', '--lock-seconds', '2'])
  workers.push(worker)
  return worker
}

/** A worker that starts slowly would find all of the work done. */
async function bothConnected(): Promise<void> {
  const queue = new Queue('deeplinear-sweep', { connection: { host: '127.0.0.1', port } })
  try {
    while ((await queue.getWorkers()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  } finally {
    await queue.close()
  }
}

beforeAll(async () => {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    throw new Error('redis-server is missing: apt-get install redis-server')
  }
  folder = mkdtempSync(join(tmpdir(), 'deeplinear-redis-'))
  port = await freePort()
  server = startServer()
})
afterAll(() => {
  killAll()
  rmSync(folder, { recursive: true, force: true })
})

test('a worker is killed in the middle, Redis is killed and forgets everything, and nothing is lost', async () => {
  const [first] = [startWorker(), startWorker()]
  await bothConnected()
  let done = 0
  let most = 0
  const running = sweep(SLOW, {
    executor: bullmq({ redis: url() }),
    chunkRuns: 4,
    onProgress: (progress) => {
      done = progress.done
      most = Math.max(most, progress.workers)
    },
  })
  await until(() => done >= 12, 'the first results')
  first.child.kill('SIGKILL')
  await until(() => done >= 32, 'results of the other worker')
  expect(done).toBeLessThan(100)
  server.child.kill('SIGKILL')
  await server.ended
  server = startServer()
  startWorker()
  const { status, table, problems, ran } = await running
  expect([status, problems, ran]).toEqual(['completed', [], 120])
  expect(bytesOf(table)).toBe(await expected())
  // The threads of two workers were counted.
  expect(most).toBe(2)
})

test('workers end when they are asked to, after the chunk under way', async () => {
  const [, ...left] = workers
  for (const { child } of left) child.kill('SIGINT')
  for (const { ended } of left) expect((await ended).status).toBe(130)
})

test('where nobody answers, it is said; so is an address that is none', async () => {
  const free = await freePort()
  const executor = bullmq({ redis: `redis://user:secret@127.0.0.1:${free}` })
  const failure = await sweep(SLOW, { executor }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(IoError)
  expect((failure as Error).message).toContain(`cannot reach Redis at redis://127.0.0.1:${free}`)
  expect(() => bullmq({ redis: 'localhost:6379' })).toThrow(OptionError)
  expect(() => bullmq({ redis: 'redis://localhost', queue: 'a:b' })).toThrow('queue')
})
