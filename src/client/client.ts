// Talking to `deeplinear serve`, or to whatever mounts `deeplinear/server`.
import { checkOptions, describe } from '../check.js'
import type { RunConfig } from '../config/types.js'
import { DTypeError, OptionError } from '../errors.js'
import type { Experiment, Reproduction } from '../experiment/index.js'
import { fieldsOf, jobId, nonsense, parse, runResult } from './answers.js'
import { type Endpoint, request } from './http.js'
import { Job, type RemoteJob, type RunResult } from './remote-job.js'

/** Options of `connect`. */
export interface ClientOptions {
  /** What `deeplinear serve` printed. */
  token?: string
  /** Another fetch, for tests and for hosts without one. */
  fetch?: typeof fetch
}

/** What a server says about itself. */
export interface ServerInfo {
  readonly name: 'deeplinear'
  readonly limits: Readonly<Record<string, number>>
  readonly jobs: number
}

/** A server to work with. */
export interface Client {
  info(): Promise<ServerInfo>
  /** Start the run of a configuration of `deeplinear/config`. @throws what the configuration is refused with */
  run(config: RunConfig, options?: { signal?: AbortSignal }): Promise<RemoteJob<RunResult>>
  /** All experiments. */
  experiments(): Promise<readonly Pick<Experiment, 'id' | 'paper' | 'title' | 'parameters'>[]>
  /** Run an experiment and check it; its frames are its progress. */
  reproduce(
    id: string,
    options?: { set?: Readonly<Record<string, unknown>>; seed?: number; signal?: AbortSignal },
  ): Promise<RemoteJob<Reproduction>>
}

/**
 * A client of a server: runs and experiments there, with frames as they come.
 *
 * @param url of the server, such as `http://localhost:8787`; where it is mounted elsewhere, with the path
 * @throws {OptionError|DTypeError} no address, or a bad option; its methods throw {IoError} where nobody answers or a request is refused, and
 *   {FormatError} where what answers is no server of deeplinear
 * @example
 * const server = createServer()
 * const client = connect('http://localhost', { fetch: (url, init) => server.fetch(new Request(url, init)) })
 * const job = await client.run({
 *   network: { kind: 'layers', sizes: [8, 16, 15], init: { kind: 'gaussian', gamma: 2 }, seed: 1 },
 *   task: { kind: 'tree15' },
 *   optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
 *   steps: 2000,
 * })
 * const { status, columns } = await job.finished
 * status // -> 'completed'
 * columns.loss.length // -> 101
 * server.close()
 */
export function connect(url: string, options?: ClientOptions): Client {
  const { token, fetch: other } = checkOptions(options, 'options', ['token', 'fetch'])
  if (token !== undefined && typeof token !== 'string') {
    throw new DTypeError(`token must be text, got ${describe(token)}`, { argument: 'token' })
  }
  const endpoint: Endpoint = {
    url: addressOf(url),
    token: token as string | undefined,
    fetch: (other as typeof fetch | undefined) ?? globalThis.fetch.bind(globalThis),
  }
  const read = async (path: string) => parse(await (await request(endpoint, path)).text())
  const post = async <Result>(
    path: string,
    body: object,
    convert: (result: unknown) => Result,
    signal?: AbortSignal,
  ) => {
    signal?.throwIfAborted()
    const headers = { 'content-type': 'application/json' }
    const response = await request(endpoint, path, { method: 'POST', headers, body: JSON.stringify(body) })
    return new Job<Result>(endpoint, jobId(parse(await response.text())), convert, signal)
  }
  return {
    info: async () => fieldsOf(await read('/')) as unknown as ServerInfo,
    experiments: async () => {
      const list = await read('/experiments')
      if (!Array.isArray(list)) throw nonsense('no list of experiments')
      return list as Awaited<ReturnType<Client['experiments']>>
    },
    run: (config, { signal } = {}) => post('/runs', config, runResult, signal),
    reproduce: (id, { signal, ...body } = {}) =>
      post(
        `/experiments/${encodeURIComponent(id)}`,
        body,
        (result) => fieldsOf(result) as unknown as Reproduction,
        signal,
      ),
  }
}

function addressOf(url: string): string {
  try {
    const { protocol, href } = new URL(url)
    if (protocol === 'http:' || protocol === 'https:') return href.replace(/\/$/, '')
  } catch {
    // Said below.
  }
  throw new OptionError(`url must be an address such as http://localhost:8787, got ${describe(url)}`, {
    argument: 'url',
  })
}
