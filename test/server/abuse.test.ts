// The server under whoever means no good: bad bodies, slow clients, foreign pages, other names, odd paths, too many runs. Real sockets on a port of this
// machine where the transport matters.
import type { Server as HttpServer } from 'node:http'
import { connect as connectSocket, type Socket } from 'node:net'
import { serve } from '@hono/node-server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { connect } from '../../src/client/index.js'
import type { RunConfig } from '../../src/config/index.js'
import { createServer, type Server, type ServerOptions } from '../../src/server/index.js'
import { Jobs } from '../../src/server/jobs.js'
import { checkLimits } from '../../src/server/limits.js'
import { fault } from '../faults/table.js'
import { endlessRun, treeRun } from '../run-config.js'

const CONFIG: RunConfig = treeRun()
const ENDLESS: RunConfig = endlessRun()
const BODY = JSON.stringify(CONFIG)

const open: { close(): void }[] = []
afterEach(() => {
  for (const thing of open.splice(0)) thing.close()
})

function handler(options: ServerOptions = {}): Server {
  const server = createServer(options)
  open.push(server)
  return server
}

/** One request to the handler, with a body of JSON. */
async function ask(server: Server, path: string, init: RequestInit = {}) {
  const headers = { 'content-type': 'application/json', ...(init.headers as object) }
  const response = await server.fetch(new Request(`http://localhost${path}`, { ...init, headers }))
  const text = await response.text()
  expect(text).not.toMatch(/\bat .*\.(?:ts|js):\d|node_modules/)
  const { error } = JSON.parse(text === '' ? '{}' : text) as { error?: { code: string; message: string } }
  return { status: response.status, code: error?.code, message: error?.message ?? '', headers: response.headers }
}
const post = (server: Server, path: string, body: BodyInit, headers = {}) =>
  ask(server, path, { method: 'POST', body, headers })

describe('bodies', () => {
  test.each<[string, string, number, string, RegExp]>([
    ['nothing', '', 400, 'OPTION', /network: is missing/],
    ['no JSON', '{"steps":', 400, 'FORMAT', /not JSON/],
    ['a list', '[]', 400, 'OPTION', /expected object/],
    ['text', '"run"', 400, 'OPTION', /expected object/],
    ['null', 'null', 400, 'OPTION', /expected object/],
    ['a key twice', BODY.replace('"steps":2000', '"steps":2000,"steps":9'), 400, 'FORMAT', /"steps" twice/],
    ['nested 100 000 deep', '['.repeat(100_000), 400, 'FORMAT', /not JSON/],
    ['nested 50 000 deep, and closed', '['.repeat(50_000) + ']'.repeat(50_000), 400, 'FORMAT', /./],
    ['the key __proto__', BODY.replace('{', '{"__proto__":{"steps":1},'), 400, 'OPTION', /__proto__/],
    ['the key constructor', BODY.replace('{', '{"constructor":{"prototype":{}},'), 400, 'OPTION', /constructor/],
    ['1e400', BODY.replace('0.05', '1e400'), 400, 'OPTION', /learningRate/],
    ['a file of the server', BODY.replace('"tree15"', '"file:///etc/passwd"'), 400, 'OPTION', /task.kind/],
    [
      'a run that is too long',
      BODY.replace('2000', '1e15'),
      400,
      'OPTION',
      /more than the 100000000 that this server runs/,
    ],
    [
      'a teacher that takes all memory',
      BODY.replace('{"kind":"tree15"}', '{"kind":"teacher","inputs":60000,"outputs":60000}'),
      202,
      '',
      /^$/,
    ],
  ])('%s', async (_, body, status, code, message) => {
    const server = handler()
    const answer = await post(server, '/runs', body)
    expect({ ...answer, headers: undefined }).toMatchObject({ status, message: expect.stringMatching(message) })
    if (code !== '') expect(answer.code).toBe(code)
    expect((await ask(server, '/')).status).toBe(200)
  })

  test('that are too large, with or without saying so', async () => {
    const server = handler({ limits: { bodyBytes: 1024 } })
    expect((await post(server, '/runs', ' '.repeat(2000))).status).toBe(413)
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++
        controller.enqueue(new Uint8Array(512))
      },
    })
    const request = new Request('http://localhost/runs', {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect((await server.fetch(request)).status).toBe(413)
    expect(pulled).toBeLessThan(20)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('of type "%s": 415', async (type) => {
    expect(await post(handler(), '/runs', BODY, { 'content-type': type })).toMatchObject({
      status: 415,
      code: 'CONTENT_TYPE',
    })
  })

  test('for experiments are checked before they wait', async () => {
    const server = handler({ limits: { concurrency: 1, waiting: 0 } })
    for (const [body, code] of [
      ['[]', 'OPTION'],
      ['{"set":{"depth":2}}', 'OPTION'],
      ['{"set":"depths"}', 'OPTION'],
      ['{"seed":-1}', 'RANGE'],
      ['{"seed":1,"seed":2}', 'FORMAT'],
      ['{"set":{"__proto__":1}}', 'OPTION'],
      ['{"signal":true}', 'OPTION'],
    ]) {
      expect({ body, ...(await post(server, '/experiments/escape-time', body)), headers: 0 }).toMatchObject({
        body,
        status: 400,
        code,
      })
    }
    expect((await post(server, '/experiments/no-such', '{}')).status).toBe(404)
    expect((await ask(server, '/jobs')).status).toBe(200)
  })

  test('a teacher too large is the failure of its job, and says why', async () => {
    const server = handler()
    const client = connect('http://localhost', {
      fetch: ((url, init) => server.fetch(new Request(url as string, init))) as typeof fetch,
    })
    const job = await client.run({ ...CONFIG, task: { kind: 'teacher', inputs: 60_000, outputs: 60_000 } })
    await expect(job.finished).rejects.toThrow(/too large/)
  })
})

describe('addresses and methods', () => {
  test.each([
    '/../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/jobs/..%2f..%2f/result',
    '/%00',
    '/jobs/%00/frames',
    '/jobs/%ff',
    '/jobs//frames',
    '//evil.example/',
    '/openapi.json/..%5c',
    '/jobs/1/result/../../x',
    `/${'a'.repeat(20_000)}`,
    '/.git/config',
    '/schema.json%00.html',
  ])('%s is not there', async (path) => {
    const { status, code } = await ask(handler(), path)
    expect([400, 404]).toContain(status)
    expect(code).toMatch(/NOT_FOUND|RANGE/)
  })

  test.each([
    ['/runs', 'GET', 'POST'],
    ['/runs', 'PUT', 'POST'],
    ['/jobs', 'DELETE', 'GET, HEAD'],
    ['/experiments/escape-time', 'GET', 'POST'],
    ['/jobs/1', 'PATCH', 'GET, HEAD, DELETE'],
    ['/jobs/1/frames', 'POST', 'GET, HEAD'],
  ])('%s by %s: 405, and what it takes', async (path, method, allow) => {
    const { status, headers, code } = await ask(handler(), path, { method })
    expect([status, headers.get('allow'), code]).toEqual([405, allow, 'METHOD'])
  })

  test.each(['__proto__', 'constructor', 'toString', 'get', 'X'.repeat(40)])('a method %s is none', async (method) => {
    const { status, headers, code } = await ask(handler(), '/runs', { method })
    // What fetch itself writes in capitals is known.
    expect([status, code]).toEqual([405, 'METHOD'])
    expect(headers.get('allow')).toBe(method === 'get' ? 'POST' : 'GET, HEAD, POST, DELETE')
  })

  test('a header that names another method is not listened to', async () => {
    const server = handler()
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' }
    expect((await post(server, '/jobs', '{"_method":"DELETE"}', headers)).status).toBe(405)
    expect((await ask(server, '/jobs?_method=DELETE', { headers })).status).toBe(200)
  })

  test.each(['NaN', '-1', '1.5', '1e99', 'Infinity', '[]', '%00'])('frames from %s: 400', async (from) => {
    const server = handler()
    const response = await server.fetch(
      new Request('http://localhost/runs', {
        method: 'POST',
        body: BODY,
        headers: { 'content-type': 'application/json' },
      }),
    )
    const { id } = (await response.json()) as { id: string }
    expect(await ask(server, `/jobs/${id}/frames?from=${from}`)).toMatchObject({ status: 400, code: 'RANGE' })
  })

  test('answers are data to a browser', async () => {
    const { headers } = await ask(handler(), '/')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-type')).toBe('application/json')
  })
})

describe('who asks', () => {
  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io:80',
    '127.1',
    '[::2]',
    'localhost:8787@evil.example',
    '',
    ' ',
  ])('the name %s: 403', async (host) => {
    const server = handler()
    const response = await server.fetch(new Request('http://localhost/', { headers: { host } }))
    // An empty header says nothing.
    expect(response.status).toBe(host.trim() === '' ? response.status : 403)
    expect([200, 403]).toContain(response.status)
  })

  test.each(['https://evil.example', 'null', 'http://localhost:1', 'http://localhost.evil.example', 'file://'])(
    'a page of %s: 403, and no permission',
    async (origin) => {
      const server = handler({ origins: ['https://notes.example'] })
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const { status, code, headers } = await ask(server, '/jobs', { method, headers: { origin } })
        expect([status, code, headers.get('access-control-allow-origin')]).toEqual([403, 'ORIGIN', null])
      }
    },
  )
})

describe('jobs', () => {
  test('too many are refused, and a place that is left is taken', async () => {
    const server = handler({ limits: { concurrency: 1, waiting: 2 } })
    const ids: string[] = []
    for (let i = 0; i < 3; i++) {
      const response = await server.fetch(
        new Request('http://localhost/runs', {
          method: 'POST',
          body: JSON.stringify(ENDLESS),
          headers: { 'content-type': 'application/json' },
        }),
      )
      ids.push(((await response.json()) as { id: string }).id)
    }
    for (let i = 0; i < 20; i++) expect((await post(server, '/runs', BODY)).status).toBe(429)
    // Cancelled twice, and once more when it is forgotten.
    expect((await ask(server, `/jobs/${ids[2]}`, { method: 'DELETE' })).status).toBe(200)
    expect((await ask(server, `/jobs/${ids[2]}`, { method: 'DELETE' })).status).toBe(200)
    expect((await ask(server, `/jobs/${ids[2]}`, { method: 'DELETE' })).status).toBe(404)
    expect((await post(server, '/runs', BODY)).status).toBe(202)
  })

  fault('F21', async () => {
    const jobs = new Jobs(checkLimits({ seconds: 1, concurrency: 1 }))
    open.push(jobs)
    const hung = jobs.add('run', 'never ends', () => new Promise(() => {}))
    const next = jobs.add('run', 'waits for it', async () => ({ columns: {} }) as never)
    while (!hung.ended || !next.ended) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(hung.summary).toMatchObject({
      status: 'failed',
      error: { code: 'LIMIT', message: expect.stringContaining('after 1 s') },
    })
    expect(next.status).toBe('done')
    const stuck = jobs.add('run', 'hears nothing', () => new Promise(() => {}))
    await new Promise((resolve) => setTimeout(resolve, 10))
    jobs.remove(stuck)
    jobs.remove(stuck)
    while (!stuck.ended) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(['cancelled', 'failed']).toContain(stuck.status)
  })
})

describe('over sockets', () => {
  /** What ends requests that take their time; on a busy machine good ones take theirs as well. */
  const IMPATIENT = { requestTimeout: 600, headersTimeout: 500, connectionsCheckingInterval: 100 }

  /** The handler behind Node's server. */
  async function listen(serverOptions = {}) {
    const server = handler()
    const { http, port } = await new Promise<{ http: HttpServer; port: number }>((resolve) => {
      const http = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1', serverOptions }, (info) =>
        resolve({ http, port: info.port }),
      ) as HttpServer
    })
    open.push({
      close: () => {
        http.closeAllConnections()
        http.close()
      },
    })
    return { server, port, http }
  }
  /** Sends text and gives back everything that comes until the end. */
  function talk(port: number, send: (socket: Socket) => void): Promise<string> {
    return new Promise((resolve) => {
      let text = ''
      const socket = connectSocket(port, '127.0.0.1', () => send(socket))
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
    })
  }
  const HEAD = 'POST /runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'

  test('headers and bodies that come a byte at a time are cut off, and others are served meanwhile', async () => {
    const { port } = await listen(IMPATIENT)
    const drip = (socket: Socket, text: string) => {
      let at = 0
      const timer = setInterval(() => (at < text.length ? socket.write(text[at++]) : undefined), 60)
      socket.on('close', () => clearInterval(timer))
    }
    const slow = [
      talk(port, (socket) => drip(socket, `${HEAD}content-length: 2\r\n\r\n{}`)),
      talk(port, (socket) => {
        socket.write(`${HEAD}content-length: 1000\r\n\r\n`)
        drip(socket, ' '.repeat(1000))
      }),
      talk(port, (socket) => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`)
        drip(socket, '1\r\n \r\n'.repeat(100))
      }),
    ]
    expect((await connect(`http://127.0.0.1:${port}`).info()).name).toBe('deeplinear')
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 408/)
  })

  test('requests that are no HTTP, or two in one', async () => {
    const { port } = await listen()
    for (const text of [
      'GET / HTTP/1.1\r\nhost: localhost\r\nx: \u0000\r\n\r\n',
      'GARBAGE\r\n\r\n',
      `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
      `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`,
    ]) {
      expect(await talk(port, (socket) => socket.end(text))).toMatch(/^HTTP\/1\.1 4\d\d/)
    }
    expect((await connect(`http://127.0.0.1:${port}`).info()).name).toBe('deeplinear')
  })

  test('a reader that reads nothing costs an index, and one that leaves costs nothing', async () => {
    const { port, server } = await listen()
    const client = connect(`http://127.0.0.1:${port}`)
    const job = await client.run({
      ...CONFIG,
      steps: 18_000,
      record: { every: 1, probes: ['loss', { kind: 'singularValues', rank: 4 }] },
    })
    const stuck = connectSocket(port, '127.0.0.1', () =>
      stuck.pause().write(`GET /jobs/${job.id}/frames HTTP/1.1\r\nhost: localhost\r\n\r\n`),
    )
    stuck.on('error', () => {})
    stuck.pause()
    const left = connectSocket(port, '127.0.0.1', () =>
      left.write(`GET /jobs/${job.id}/frames HTTP/1.1\r\nhost: localhost\r\n\r\n`),
    )
    left.on('error', () => {})
    left.once('data', () => left.destroy())
    const { status, columns } = await job.finished
    expect([status, columns.loss.length]).toEqual(['completed', 18_001])
    // A third reader has it all, in order.
    let next = 0
    for await (const { index } of job) expect(index).toBe(next++)
    expect(next).toBe(18_001)
    expect(stuck.bytesRead).toBeLessThan(4e6)
    stuck.destroy()
    expect((await server.fetch(new Request('http://localhost/'))).status).toBe(200)
  })
})

describe('a client of a server that talks nonsense', () => {
  const client = (answer: () => Response | Promise<Response>) =>
    connect('http://localhost', { fetch: (async () => answer()) as typeof fetch })
  const json =
    (value: unknown, status = 200) =>
    () =>
      new Response(JSON.stringify(value), { status })
  const started = (then: () => Response) => {
    let first = true
    return client(() => {
      if (!first) return then()
      first = false
      return new Response('{"id":"x"}', { status: 202 })
    })
  }

  test.each<[string, () => Response, string]>([
    ['a page', () => new Response('<html>'), 'FORMAT'],
    ['nothing', () => new Response(null), 'FORMAT'],
    ['null', json(null), 'FORMAT'],
    ['a page with 500', () => new Response('<html>', { status: 500 }), 'IO'],
    ['an error without words', json({ error: 3 }, 400), 'IO'],
    ['an error of no class', json({ error: { code: 'RANGE', name: 'toString', message: 'x' } }, 400), 'IO'],
    ['a message of a megabyte', json({ error: { code: 'X', message: 'x'.repeat(1e6) } }, 400), 'IO'],
  ])('%s', async (_, answer, code) => {
    for (const call of [client(answer).info(), client(answer).experiments(), client(answer).run(CONFIG)]) {
      const error = await call.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({ code })
      expect((error as Error).message.length).toBeLessThan(1200)
    }
  })

  test('a frame again and again: the connection is not made for ever', async () => {
    let asked = 0
    const job = await started(() => {
      asked++
      return new Response('{"type":"frame","index":0}\n')
    }).run(CONFIG)
    await expect(job.finished).rejects.toMatchObject({
      code: 'FORMAT',
      message: expect.stringMatching(/index of a frame/),
    })
    asked = 0
    const silent = await started(() => {
      asked++
      return new Response('')
    }).run(CONFIG)
    await expect(silent.finished).rejects.toMatchObject({ code: 'IO' })
    expect(asked).toBeLessThan(10)
  })

  test.each([
    ['no weights', { columns: {} }],
    ['weights of text', { columns: {}, weights: [{ data: ['a'] }] }],
    ['columns that are a list', { columns: [], weights: [] }],
  ])('a result with %s', async (_, result) => {
    const job = await started(
      () => new Response(`${JSON.stringify({ type: 'end', status: 'done', ...result })}\n`),
    ).run(CONFIG)
    await expect(job.finished).rejects.toMatchObject({ code: 'FORMAT', argument: 'url' })
  })

  test('no unhandled rejection is left behind', async () => {
    const seen = vi.fn()
    process.on('unhandledRejection', seen)
    const job = await started(() => new Response('nonsense\n')).run(CONFIG, { signal: new AbortController().signal })
    await expect(job.finished).rejects.toMatchObject({ code: 'FORMAT' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    process.off('unhandledRejection', seen)
    expect(seen).not.toHaveBeenCalled()
  })
})
