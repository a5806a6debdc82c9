// `deeplinear serve` as a process on a real port, with the clients in TypeScript and Python.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { connect } from '../../src/client/index.js'
import type { RunConfig } from '../../src/config/index.js'
import { killAll, runCli, startCli, until } from '../processes.js'
import { endlessRun, treeRun } from '../run-config.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const CONFIG: RunConfig = treeRun()

afterEach(killAll)

/** Start the server on a free port; its first line says where it is. */
async function start(...flags: readonly string[]) {
  const { child, printed, ended } = startCli(['serve', '--port', '0', ...flags])
  let over = false
  void ended.then(() => {
    over = true
  })
  await until(() => over || printed.stdout.includes('\n'), 'the server')
  expect(over, printed.stderr).toBe(false)
  const { url, token } = JSON.parse(printed.stdout) as { url: string; token: string | null }
  return { child, url, token }
}

describe('deeplinear serve', () => {
  test('takes runs in threads of their own, and answers meanwhile', async () => {
    const { url, token } = await start()
    const client = connect(url, { token: String(token) })
    const endless = await client.run(endlessRun())
    const job = await client.run(CONFIG)
    let over = false
    const end = endless.finished
      .catch(() => {})
      .finally(() => {
        over = true
      })
    await client.info()
    expect((await job.finished).columns.loss.length).toBe(101)
    // Minutes of work in one thread with the server would have kept every answer waiting for its end.
    expect(over).toBe(false)
    await endless.cancel()
    await end
    await expect(connect(url, { token: 'wrong' }).info()).rejects.toMatchObject({ data: { status: 401 } })
  })

  test('ends at SIGINT, also while a stream is open', async () => {
    const { child, url } = await start('--no-token')
    const client = connect(url)
    const job = await client.run(endlessRun())
    const reading = job.finished.catch((error: Error) => error)
    for await (const _ of job) break
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(await reading).toBeInstanceOf(Error)
  })

  test('lets go of a client that never sends its body', async () => {
    const { url } = await start('--no-token', '--request-timeout', '500')
    const { port } = new URL(url)
    const socket = connectSocket(Number(port), '127.0.0.1')
    const answer = new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('close', () => resolve(text))
    })
    socket.write(
      'POST /runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    )
    expect(await answer).toMatch(/^HTTP\/1\.1 408/)
  })

  test.each([
    [['--port', 'x'], /--port/],
    [['--concurrency', '0'], /--concurrency/],
    [['--request-timeout', '0'], /--request-timeout/],
    [['--no-token', '--host', '0.0.0.0'], /needs a token/],
  ])('bad usage: %j', (flags, message) => {
    const { status, stderr } = runCli(['serve', ...flags], { timeout: 100_000 })
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
  })

  test('a port that is taken', async () => {
    const { url } = await start('--no-token')
    const { port } = new URL(url)
    const { status, stderr } = runCli(['serve', '--port', port], { timeout: 100_000 })
    expect(status).toBe(1)
    expect(stderr).toMatch(/EADDRINUSE.*choose another --port/)
  })
})

/** Runs python3 to its end. */
function python(parameters: readonly string[], cwd?: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn('python3', parameters, { cwd })
    const text = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => {
      text.stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      text.stderr += chunk
    })
    child.on('error', (error) => resolve({ stdout: '', stderr: `${error.message}: install python3 and python3-numpy` }))
    child.on('close', () => resolve(text))
  })
}

test('the Python client trains, reads frames and arrays, and names refusals', async () => {
  const { url, token } = await start()
  const program = `
import sys
sys.path.insert(0, ${JSON.stringify(`${root}clients/python`)})
from deeplinear import connect, DeepLinearError
server = connect(${JSON.stringify(url)}, token=${JSON.stringify(token)})
config = ${JSON.stringify(CONFIG)}
run = server.run(config)
steps = [frame["step"] for frame in run]
arrays = run.arrays()
result = run.result()
print(len(steps), steps[-1], arrays["loss"].shape, arrays["W_2"].shape, arrays["loss"].dtype)
print((result["columns"]["loss"]["data"] == arrays["loss"]).all(), result["status"])
checks = server.reproduce("escape-time", seed=3, depths=[2]).result()
print(checks["pass"], len(server.experiments()) > 10)
try:
    server.run({**config, "steps": -1})
except DeepLinearError as error:
    print(error.code, error.status)
`
  const { stdout, stderr } = await python(['-c', program])
  expect(stderr, 'python3 with numpy is needed: apt-get install python3-numpy').toBe('')
  expect(stdout).toBe('101 2000 (101,) (15, 16) float64\nTrue completed\nTrue True\nOPTION 400\n')
})

test('the Python example trains, checks against numpy, and plots', async () => {
  const { url, token } = await start()
  const place = mkdtempSync(join(tmpdir(), 'deeplinear-python-'))
  try {
    const { stdout, stderr } = await python([`${root}clients/python/example.py`, url, String(token)], place)
    expect(stderr, 'python3 with numpy is needed: apt-get install python3-numpy').toBe('')
    const difference = Number(/numpy's singular values: (\S+)/.exec(stdout)?.[1])
    expect(difference).toBeLessThan(1e-12)
    expect(readFileSync(join(place, 'run.svg'), 'utf8')).toMatch(/^<svg [\s\S]*>singularValues 4</)
  } finally {
    rmSync(place, { recursive: true })
  }
})
