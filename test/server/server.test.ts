// The server as a handler of requests, and its client: no port is opened here.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { connect } from '../../src/client/index.js'
import type { RunConfig } from '../../src/config/index.js'
import { createRun } from '../../src/config/index.js'
import { OptionError } from '../../src/errors.js'
import { createEngineSync, trainSync } from '../../src/index.js'
import { parseNpz, parseSafetensors } from '../../src/io/index.js'
import { createServer, type Server, type ServerOptions } from '../../src/server/index.js'
import { endlessRun, treeRun } from '../run-config.js'

const CONFIG: RunConfig = treeRun()
const ENDLESS: RunConfig = endlessRun()

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

function start(options: ServerOptions = {}) {
  const server = createServer(options)
  servers.push(server)
  const ask = (path: string, init?: RequestInit) =>
    server.fetch(new Request(`http://localhost${path}`, init)) as Promise<Response>
  const post = (path: string, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    ask(path, { method: 'POST', body, headers })
  const client = connect('http://localhost', {
    fetch: (url, init) => server.fetch(new Request(url, init)) as Promise<Response>,
  })
  return { ask, post, client }
}

const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code

describe('a run', () => {
  test('streams frames and gives the result of the same run here', async () => {
    const { client } = start()
    const job = await client.run(CONFIG)
    const losses: unknown[] = []
    for await (const { loss } of job) losses.push(loss)
    const { columns, weights, status } = await job.finished
    const { net, task, options } = createRun(createEngineSync({ reproducible: true }), CONFIG)
    const here = trainSync(net, task, options)
    expect(status).toBe('completed')
    expect(columns.loss.data).toEqual(here.columns.loss.data)
    expect(losses).toEqual(Array.from(here.columns.loss.data))
    expect(weights.map(({ data }) => data)).toEqual(net.state.map(({ matrix }) => matrix.toArray()))
    const npz = parseNpz(await job.download('npz'))
    expect(npz.get('loss')?.data).toEqual(here.columns.loss.data)
    expect(npz.get('W_1')?.shape).toEqual([16, 8])
    const [svg, html] = await Promise.all([job.download('svg'), job.download('html')])
    expect(new TextDecoder().decode(svg)).toMatch(/^<svg [\s\S]*>loss</)
    expect(new TextDecoder().decode(html)).toMatch(/^<!doctype html>[\s\S]*id="data"/)
    const { tensors } = parseSafetensors(await job.download('safetensors'))
    expect(tensors.get('W_2')?.shape).toEqual([15, 16])
  })

  test('frames come from any index on, as lines or as events', async () => {
    const { ask, client } = start()
    const { id, finished } = await client.run(CONFIG)
    await finished
    const lines = (await (await ask(`/jobs/${id}/frames?from=99`)).text()).trim().split('\n')
    expect(
      lines.map((line) => JSON.parse(line)).map(({ type, index, step, status }) => [type, index ?? status, step]),
    ).toEqual([
      ['frame', 99, 1980],
      ['frame', 100, 2000],
      ['end', 'done', undefined],
    ])
    const headers = { accept: 'text/event-stream', 'last-event-id': '99' }
    const events = await (await ask(`/jobs/${id}/frames`, { headers })).text()
    expect(events).toMatch(/^id: 100\nevent: frame\ndata: \{"type":"frame","index":100,.*\n\nevent: end\n/)
  })

  test('that diverges is done, and says so with numbers that JSON has no words for', async () => {
    const { client } = start()
    const job = await client.run({ ...CONFIG, optimizer: { kind: 'gradientDescent', learningRate: 50 } })
    const { status, divergence } = await job.finished
    expect(status).toBe('diverged')
    expect(divergence?.step).toBeGreaterThan(0)
  })

  test('is cancelled by its signal, and by DELETE', async () => {
    const { ask, client } = start()
    const controller = new AbortController()
    const job = await client.run(ENDLESS, { signal: controller.signal })
    for await (const _ of job) break
    controller.abort()
    await expect(job.finished).rejects.toThrow(/abort/i)
    const other = await client.run(ENDLESS)
    expect((await ask(`/jobs/${other.id}`, { method: 'DELETE' })).status).toBe(200)
    await expect(other.finished).rejects.toThrow('was cancelled')
    expect((await ask(`/jobs/${other.id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await ask(`/jobs/${other.id}`)).status).toBe(404)
  })

  test('an experiment tells its progress and its checks', async () => {
    const { client } = start()
    const job = await client.reproduce('escape-time', { set: { depths: [2] }, seed: 3 })
    const { pass, seed } = await job.finished
    expect([pass, seed]).toEqual([true, 3])
    expect((await client.experiments()).map(({ id }) => id)).toContain('plateaus')
  })
})

describe('bounds', () => {
  test('a body that is too large, of another type, or not JSON', async () => {
    const { post } = start({ limits: { bodyBytes: 1024 } })
    expect((await post('/runs', ' '.repeat(2000))).status).toBe(413)
    expect((await post('/runs', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post('/runs', '{')).status).toBe(400)
    expect((await post('/runs', '{"__proto__": {"steps": 1}}')).status).toBe(400)
  })

  test('a configuration with faults is refused with the error of the library', async () => {
    const { client, post } = start({ limits: { steps: 5000, frames: 200 } })
    await expect(client.run({ ...CONFIG, steps: 1e6 })).rejects.toThrow(/more than the 5000/)
    await expect(client.run({ ...CONFIG, record: { every: 1 } })).rejects.toThrow(/raise record.every/)
    await expect(client.run({ ...CONFIG, steps: -1 })).rejects.toThrow(OptionError)
    const text = await (await post('/runs', '{"steps": 1}')).text()
    expect(text).not.toMatch(/\.ts|at /)
  })

  test('memory is bounded, and the job says why it failed', async () => {
    const { client, ask } = start({ limits: { memoryBytes: 2 ** 20 } })
    const job = await client.run({
      ...CONFIG,
      network: { ...CONFIG.network, sizes: [8, 4000, 15] } as RunConfig['network'],
    })
    await expect(job.finished).rejects.toThrow(/memory|budget/i)
    const { status, error } = (await (await ask(`/jobs/${job.id}`)).json()) as {
      status: string
      error: { code: string }
    }
    expect([status, error.code]).toEqual(['failed', 'MEMORY'])
  })

  test('time is bounded', async () => {
    const { client } = start({ limits: { seconds: 0.2 } })
    await expect((await client.run(ENDLESS)).finished).rejects.toThrow(/after 0.2 s, the limit/)
  })

  test('jobs wait for each other, and too many are refused', async () => {
    const { client } = start({ limits: { concurrency: 1, waiting: 1 } })
    const first = await client.run(ENDLESS)
    const second = await client.run(CONFIG)
    await expect(client.run(CONFIG)).rejects.toMatchObject({ data: { status: 429 } })
    await first.cancel()
    expect((await second.finished).status).toBe('completed')
  })

  test('ended jobs are forgotten, the oldest first', async () => {
    const { client, ask } = start({ limits: { kept: 1 } })
    const jobs = [await client.run(CONFIG), await client.run(CONFIG), await client.run(CONFIG)]
    await Promise.allSettled(jobs.map(({ finished }) => finished))
    const kept = async () => (await (await ask('/jobs')).json()) as unknown[]
    await vi.waitFor(async () => expect(await kept()).toHaveLength(1), { timeout: 30_000 })
  })
})

describe('who may call', () => {
  test('only names of this machine, unless others are listed', async () => {
    const at = (server: ReturnType<typeof createServer>, url: string, headers = {}) =>
      server.fetch(new Request(url, { headers })) as Promise<Response>
    const server = createServer()
    expect((await at(server, 'http://localhost:8787/')).status).toBe(200)
    expect((await at(server, 'http://127.0.0.1/')).status).toBe(200)
    expect(await codeOf(await at(server, 'http://evil.example/'))).toBe('HOST')
    expect((await at(createServer({ hosts: ['lab.example'] }), 'https://lab.example/')).status).toBe(200)
  })

  test('pages of other origins are refused, those listed are welcome', async () => {
    const { ask } = start({ origins: ['https://notes.example'] })
    expect(await codeOf(await ask('/', { headers: { origin: 'https://evil.example' } }))).toBe('ORIGIN')
    const answer = await ask('/', { headers: { origin: 'https://notes.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://notes.example')
    const preflight = await ask('/runs', { method: 'OPTIONS', headers: { origin: 'https://notes.example' } })
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, POST, DELETE',
    ])
  })

  test('the token is wanted where there is one', async () => {
    const { ask } = start({ token: 'secret' })
    for (const authorization of ['', 'Bearer', 'Bearer wrong', 'Bearer secretX', 'secret']) {
      expect((await ask('/', { headers: { authorization } })).status, authorization).toBe(401)
    }
    expect((await ask('/', { headers: { authorization: 'Bearer secret' } })).status).toBe(200)
  })

  test('what is not there is not there', async () => {
    const { ask } = start()
    for (const path of ['/nothing', '/jobs/1', '/jobs/..%2f..%2fetc/result', '/experiments/x/y']) {
      expect((await ask(path)).status, path).toBe(404)
    }
    const put = await ask('/runs', { method: 'PUT' })
    expect([put.status, put.headers.get('allow'), await codeOf(put)]).toEqual([405, 'POST', 'METHOD'])
    const { id } = await start().client.run(CONFIG)
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })
})

test('the description names every route, and mounts elsewhere work', async () => {
  const { ask } = start({ basePath: '/api/dl' })
  const { paths, components } = (await (await ask('/api/dl/openapi.json')).json()) as Record<
    string,
    Record<string, object>
  >
  expect(Object.keys(paths)).toEqual([
    '/',
    '/runs',
    '/experiments',
    '/experiments/{id}',
    '/jobs',
    '/jobs/{id}',
    '/jobs/{id}/frames',
    '/jobs/{id}/result.{format}',
  ])
  expect(components.schemas).toHaveProperty('RunConfig.properties.network')
  expect((await ask('/openapi.json')).status).toBe(404)
})

test.each([
  [{ token: 3 }, /token/],
  [{ hosts: 'x' }, /hosts/],
  [{ limits: { steps: 0 } }, /limits.steps/],
  [{ limits: { stepz: 1 } }, /did you mean/i],
  [{ tokens: 'x' }, /tokens/],
])('bad options %j', (options, message) => {
  expect(() => createServer(options as never)).toThrow(message)
})

test.each([['localhost:8787'], ['ftp://x'], [''], [3]])('a client wants an address: %j', (url) => {
  expect(() => connect(url as string)).toThrow(OptionError)
})
