// The routes. A handler of web-standard requests: whatever speaks fetch can mount it.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { checkInteger, checkOptions } from '../check.js'
import { jsonSchema, parseConfig, type RunConfig } from '../config/index.js'
import { readJson } from '../config/json.js'
import { OptionError } from '../errors.js'
import { type Experiment, experiments, type ReproduceOptions } from '../experiment/index.js'
import { parameterValues } from '../experiment/parameters.js'
import { reproduce, runConfig } from '../worker/index.js'
import { streamFrames } from './frames.js'
import { type AccessOptions, checkAccess, guard } from './guard.js'
import type { Job, Work } from './job.js'
import { BusyError, Jobs } from './jobs.js'
import { toJson } from './json.js'
import { type CheckedLimits, checkLimits, type ServerLimits } from './limits.js'
import { openApi } from './openapi.js'
import { refuse, refuseError } from './refuse.js'
import { drawResult, encodeResult, FORMATS } from './results.js'

/** Options of `createServer`. */
export interface ServerOptions extends AccessOptions {
  limits?: ServerLimits
  /** Where the routes begin, such as `/api/deeplinear`. Default: at the root. */
  basePath?: string
}

/** A server: what answers requests, and its end. */
export interface Server {
  /** Answer a request: give it to `Deno.serve`, `Bun.serve`, a Next route, or `@hono/node-server`. */
  fetch(request: Request): Response | Promise<Response>
  /** Cancel all jobs and take no more. */
  close(): void
}

/** What each route takes, for those who ask otherwise. */
const METHODS: readonly (readonly [RegExp, string])[] = [
  [/^\/(?:openapi\.json|schema\.json|experiments|jobs)?$/, 'GET, HEAD'],
  [/^\/(?:runs|experiments\/[^/]+)$/, 'POST'],
  [/^\/jobs\/[^/]+$/, 'GET, HEAD, DELETE'],
  [/^\/jobs\/[^/]+\/(?:frames|result[^/]*)$/, 'GET, HEAD'],
]

const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(toJson(value), { status, headers: { 'content-type': 'application/json', ...headers } })

/**
 * A server of runs and experiments as jobs, as a web-standard handler. It answers only to names of this machine unless `hosts` says otherwise.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * const server = createServer({ token: 'secret', limits: { concurrency: 1 } })
 * const response = await server.fetch(new Request('http://localhost/', { headers: { authorization: 'Bearer secret' } }))
 * response.status // -> 200
 * server.close()
 */
export function createServer(options: ServerOptions = {}): Server {
  const { limits: givenLimits, basePath = '/', ...access } = options
  const limits = checkLimits(givenLimits)
  const jobs = new Jobs(limits)
  const app = routes(jobs, limits, guard(checkAccess(access)), basePath)
  return {
    fetch: (request) => (METHOD.test(request.method) ? app.fetch(request) : strangeMethod(request.method)),
    close: () => jobs.close(),
  }
}

/** As methods are written. The router looks them up in an object, where `__proto__` and `constructor` would be found. */
const METHOD = /^[A-Z]{1,32}$/

function strangeMethod(method: string): Response {
  const response = refuse(405, 'METHOD', `GET, HEAD, POST and DELETE are methods here, not ${method.slice(0, 32)}`)
  response.headers.set('allow', 'GET, HEAD, POST, DELETE')
  return response
}

function routes(jobs: Jobs, limits: CheckedLimits, guarded: ReturnType<typeof guard>, basePath: string): Hono {
  const app = new Hono({ strict: false }).basePath(basePath)
  app.use(guarded)
  app.use(
    bodyLimit({
      maxSize: limits.bodyBytes,
      onError: () => refuse(413, 'BODY', `a request's body may have at most ${limits.bodyBytes} bytes`),
    }),
  )
  app.onError((error) => (error instanceof BusyError ? refuse(429, 'BUSY', error.message) : refuseError(error)))
  const base = basePath.replace(/\/+$/, '')
  app.notFound((c) => {
    const path = c.req.path.startsWith(base) ? c.req.path.slice(base.length) : ''
    const methods = METHODS.find(([route]) => route.test(path))?.[1]
    if (methods === undefined || methods.split(', ').includes(c.req.method)) {
      return refuse(404, 'NOT_FOUND', `there is nothing at ${c.req.path}; GET /openapi.json says what there is`)
    }
    const response = refuse(405, 'METHOD', `${c.req.path} takes ${methods}, not ${c.req.method}`)
    response.headers.set('allow', methods)
    return response
  })

  app.get('/', () => json({ name: 'deeplinear', limits, jobs: jobs.summaries.length, openapi: 'openapi.json' }))
  app.get('/openapi.json', () => json(openApi(limits)))
  app.get('/schema.json', () => json(jsonSchema()))
  app.get('/experiments', () =>
    json(experiments.map(({ id, paper, title, parameters }) => ({ id, paper, title, parameters }))),
  )

  app.get('/jobs', () => json(jobs.summaries))
  app.post('/runs', async (c) => {
    const body = await bodyOf(c.req.raw)
    if (body instanceof Response) return body
    const config = checkRun(parseConfig(body), limits)
    return accepted(jobs.add('run', `${config.network.kind} on ${titleOf(config)}`, run(config)))
  })
  app.post('/experiments/:id', async (c) => {
    const body = await bodyOf(c.req.raw)
    if (body instanceof Response) return body
    const id = c.req.param('id')
    const known = experiments.find((experiment) => experiment.id === id)
    if (known === undefined)
      return refuse(404, 'NOT_FOUND', `there is no experiment '${id}'; GET /experiments lists them`)
    return accepted(jobs.add('experiment', known.title, experiment(id, checkExperiment(known, body))))
  })

  const withJob = (id: string, answer: (job: Job) => Response | Promise<Response>) => {
    const job = jobs.find(id)
    return job === undefined
      ? refuse(404, 'NOT_FOUND', `there is no job ${id}; it may have been forgotten`)
      : answer(job)
  }
  app.get('/jobs/:id', (c) => withJob(c.req.param('id'), ({ summary }) => json(summary)))
  app.delete('/jobs/:id', (c) =>
    withJob(c.req.param('id'), (job) => {
      jobs.remove(job)
      return json(job.summary)
    }),
  )
  app.get('/jobs/:id/frames', (c) =>
    withJob(c.req.param('id'), (job) => {
      const from = Number(c.req.query('from') ?? Number(c.req.header('last-event-id') ?? -1) + 1)
      if (!Number.isSafeInteger(from) || from < 0)
        return refuse(400, 'RANGE', 'from must be an index of a frame, 0 or more')
      const events = (c.req.header('accept') ?? '').includes('text/event-stream')
      return streamFrames(job, from, events ? 'events' : 'ndjson')
    }),
  )
  app.get('/jobs/:id/:name{result\\.?.*}', (c) =>
    withJob(c.req.param('id'), async (job) => {
      if (job.failure !== undefined) return refuse(409, 'FAILED', job.failure.message, { failure: job.summary.error })
      if (job.result === undefined)
        return refuse(409, 'NOT_DONE', `the job is ${job.status}; wait for the end of its frames`)
      const form = /^result(?:\.(json|npz|safetensors|svg|html))?$/.exec(c.req.param('name'))
      if (form === null)
        return refuse(404, 'NOT_FOUND', 'results come as result.json, .npz, .safetensors, .svg and .html')
      const format = form[1] ?? 'json'
      if (format === 'json') return json(job.result)
      if (format === 'svg' || format === 'html') return await drawn(job.result, job.title, format)
      if (!('columns' in job.result))
        return refuse(406, 'FORMAT', 'results of experiments come as .json, .svg and .html')
      return new Response(encodeResult(job.result, format as keyof typeof FORMATS), {
        headers: {
          'content-type': FORMATS[format as keyof typeof FORMATS],
          'content-disposition': `attachment; filename="${job.id}.${format}"`,
        },
      })
    }),
  )
  return app
}

/** The figure of a result, or a page of it; neither can run a script. */
async function drawn(result: NonNullable<Job['result']>, title: string, format: 'svg' | 'html'): Promise<Response> {
  try {
    return new Response(await drawResult(result, title, format), {
      headers: {
        'content-type': format === 'svg' ? 'image/svg+xml' : 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
        'x-content-type-options': 'nosniff',
      },
    })
  } catch (error) {
    // Nothing that can be drawn was recorded.
    if (error instanceof OptionError) return refuse(406, 'FORMAT', error.message)
    throw error
  }
}

function accepted(job: Job): Response {
  return json(job.summary, 202, { location: `jobs/${job.id}` })
}

/** The text of a body that says it is JSON; an empty one is an empty object. */
async function bodyOf(request: Request): Promise<string | Response> {
  const type = request.headers.get('content-type') ?? ''
  const text = await request.text()
  if (text === '') return '{}'
  if (/^application\/json\s*(;|$)/i.test(type)) return text
  return refuse(415, 'CONTENT_TYPE', `the body must be application/json, not ${type || 'nothing'}`)
}

/** The parameters and the seed of an experiment, so that what is wrong with them is said before it waits for its turn. */
function checkExperiment({ id, parameters }: Experiment, text: string): ReproduceOptions {
  const given = checkOptions(readJson(text, 'the body') as object, 'the body', ['set', 'seed'])
  const set = checkOptions(given.set as object | undefined, 'set', Object.keys(parameters))
  parameterValues(id, parameters, set as Readonly<Record<string, unknown>>)
  return { set: { ...set }, seed: checkInteger(given.seed ?? 1, 'seed') }
}

function checkRun(config: RunConfig, limits: CheckedLimits): RunConfig {
  if (config.steps > limits.steps) {
    throw new OptionError(`steps of ${config.steps} are more than the ${limits.steps} that this server runs`, {
      argument: 'steps',
    })
  }
  const every = config.record?.every ?? Math.max(1, Math.ceil(config.steps / 100))
  const frames = Math.ceil(config.steps / every) + 1
  if (frames > limits.frames) {
    throw new OptionError(
      `${frames} frames are more than the ${limits.frames} that this server keeps; raise record.every`,
      {
        argument: 'record.every',
      },
    )
  }
  return config
}

const titleOf = ({ task }: RunConfig) => ('kind' in task ? task.kind : 'a sequence')

const run =
  (config: RunConfig): Work =>
  async ({ engine, signal, tell }) => {
    const started = runConfig(engine, config, { signal })
    for await (const frame of started) tell(frame)
    return await started.finished
  }

const experiment =
  (id: string, options: ReproduceOptions): Work =>
  async ({ engine, signal, tell }) => {
    const onProgress = (done: number, what: string) => tell({ done, what })
    return await reproduce(engine, id, { ...options, signal, onProgress })
  }
