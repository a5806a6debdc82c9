// Who may talk to the server: the right Host (a page elsewhere cannot rebind its own name to this machine), no foreign Origin, the token.
import type { MiddlewareHandler } from 'hono'
import { checkOptions, describe } from '../check.js'
import { DTypeError } from '../errors.js'
import { refuse } from './refuse.js'

/** Who may talk to a server. */
export interface AccessOptions {
  /** Every request must bear it: `Authorization: Bearer TOKEN`. Default: none is asked for. */
  token?: string
  /** Names under which the server may be called, without port. Default: this machine's own, `localhost`, `127.0.0.1` and `[::1]`. */
  hosts?: readonly string[]
  /** Origins of pages that may call it from a browser, such as `https://example.org`. Default: only pages that it served itself. */
  origins?: readonly string[]
}

/** @throws {OptionError|DTypeError} a bad option */
export function checkAccess(
  given: AccessOptions,
): Required<Omit<AccessOptions, 'token'>> & { token: string | undefined } {
  const { token, hosts, origins } = checkOptions(given, 'access', ['token', 'hosts', 'origins'])
  if (token !== undefined && (typeof token !== 'string' || token === '')) {
    throw new DTypeError(`token must be text, got ${describe(token)}`, { argument: 'token' })
  }
  const list = (value: unknown, name: string, fallback: readonly string[]): readonly string[] => {
    if (value === undefined) return fallback
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    throw new DTypeError(`${name} must be a list of texts, got ${describe(value)}`, { argument: name })
  }
  return {
    token: token as string | undefined,
    hosts: list(hosts, 'hosts', ['localhost', '127.0.0.1', '[::1]']),
    origins: list(origins, 'origins', []),
  }
}

export function guard({ token, hosts, origins }: ReturnType<typeof checkAccess>): MiddlewareHandler {
  return async (c, next) => {
    const { host, hostname, origin: own } = new URL(c.req.url)
    // What the client named; a server behind a proxy sees it in the header and not in the address.
    const named = (c.req.header('host') ?? host).replace(/:\d+$/, '').toLowerCase()
    if (![named, hostname].every((name) => hosts.includes(name))) {
      return refuse(403, 'HOST', `this server does not answer to the name ${named}; list it in hosts`)
    }
    const origin = c.req.header('origin')
    const known = origin === undefined || origin === own || origins.includes(origin)
    if (!known) return refuse(403, 'ORIGIN', `pages of ${origin} may not call this server; list it in origins`)
    if (c.req.method === 'OPTIONS') return preflight(origin)
    if (token !== undefined && !sameText(c.req.header('authorization') ?? '', `Bearer ${token}`)) {
      const response = refuse(401, 'TOKEN', 'this server wants its token: Authorization: Bearer TOKEN')
      response.headers.set('www-authenticate', 'Bearer')
      return response
    }
    await next()
    c.res.headers.set('x-content-type-options', 'nosniff')
    // Answers are data: a browser that shows one runs nothing of it.
    c.res.headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    c.res.headers.set('cross-origin-resource-policy', origins.length > 0 ? 'cross-origin' : 'same-origin')
    if (origin !== undefined) {
      c.res.headers.set('access-control-allow-origin', origin)
      c.res.headers.append('vary', 'origin')
    }
  }
}

function preflight(origin: string | undefined): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...(origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' }),
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type, last-event-id',
      'access-control-max-age': '600',
    },
  })
}

/** Equality that takes the same time wherever two texts differ. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < b.length; i++) difference |= (a.charCodeAt(i) | 0) ^ b.charCodeAt(i)
  return difference === 0
}
