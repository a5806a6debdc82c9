// Requests to a server, and its refusals as errors.
import { DeepLinearError, IoError } from '../errors.js'
import { fromWire } from '../worker/wire-error.js'

/** How often a request that found no server is tried, and how long the waits between are, in milliseconds. */
const TRIES = 3
const WAIT_MS = 200

/** A server to talk to. */
export interface Endpoint {
  readonly url: string
  readonly token: string | undefined
  readonly fetch: typeof fetch
}

/**
 * One request. Reading what is there is tried three times; whatever changes something is sent once.
 * @throws {IoError} no server, or a refusal that is not about the arguments
 * @throws {OptionError|RangeArgError|...} the server's refusal of the arguments, as the library itself throws it
 */
export async function request(endpoint: Endpoint, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (endpoint.token !== undefined) headers.set('authorization', `Bearer ${endpoint.token}`)
  const url = `${endpoint.url}${path}`
  const tries = init.method === undefined || init.method === 'GET' ? TRIES : 1
  for (let i = 1; ; i++) {
    let response: Response
    try {
      response = await endpoint.fetch(url, { ...init, headers })
    } catch (cause) {
      if (init.signal?.aborted) throw cause
      if (i < tries) {
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS * i))
        continue
      }
      throw new IoError(`no answer from ${url}: ${(cause as Error).message}; is the server running?`, {
        argument: 'url',
        cause,
      })
    }
    if (response.ok) return response
    throw await refusalOf(response, url)
  }
}

/** As much of a foreign server's words as an error repeats. */
const LONGEST_MESSAGE = 1000

async function refusalOf(response: Response, url: string): Promise<Error> {
  const data = { status: response.status }
  const unsaid = new IoError(`${url} answered ${response.status}`, { argument: 'url', data })
  try {
    const { error } = JSON.parse(await response.text()) as { error: Record<string, unknown> }
    const { code, message, name, argument } = error
    if (typeof code !== 'string' || typeof message !== 'string') return unsaid
    const said = message.slice(0, LONGEST_MESSAGE)
    const ours =
      typeof name === 'string' &&
      fromWire({ name, code, message: said, ...(typeof argument === 'string' ? { argument } : {}) })
    if (ours instanceof DeepLinearError) return ours
    return new IoError(`${url}: ${said}`, { argument: 'request', data: { ...data, code } })
  } catch {
    return unsaid
  }
}
