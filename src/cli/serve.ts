// What `deeplinear serve` does: the server on a port of this machine.
import { serve } from '@hono/node-server'
import { checkInteger } from '../check.js'
import { IoError, OptionError } from '../errors.js'
import { createServer } from '../server/index.js'
import type { ServeFlags } from './serve-command.js'

/** Milliseconds for all of a request's headers, and for all of its body: a client that sends a byte a minute is let go. */
const REQUEST_MS = 10_000
/** How often Node looks for such clients, at most; by itself it would every 30 s, and let them stay that much longer. */
const LOOK_MS = 1000

/** Serve until `signal` fires. */
export async function serveUntil(flags: ServeFlags, signal: AbortSignal): Promise<void> {
  const number = (text: string | undefined, name: string, min: number, max: number) =>
    text === undefined ? undefined : checkInteger(Number(text.trim() || Number.NaN), name, { min, max })
  const port = number(flags.port, '--port', 0, 65535) ?? 0
  const given = {
    concurrency: number(flags.concurrency, '--concurrency', 1, 256),
    steps: number(flags.maxSteps, '--max-steps', 1, Number.MAX_SAFE_INTEGER),
    memoryBytes: number(flags.maxMemory, '--max-memory', 2 ** 20, 2 ** 32 - 65536),
  }
  const limits = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const patience = number(flags.requestTimeout, '--request-timeout', 100, 3_600_000) ?? REQUEST_MS
  const token = flags.token === false ? undefined : (flags.token ?? crypto.randomUUID())
  const local = ['localhost', '127.0.0.1', '[::1]']
  if (token === undefined && !local.includes(flags.host)) {
    throw new OptionError('--no-token is for this machine alone; another --host needs a token', {
      argument: '--no-token',
    })
  }
  const server = createServer({ token, origins: flags.origin, hosts: [...local, flags.host.toLowerCase()], limits })
  try {
    await listening(server.fetch, { port, hostname: flags.host, patience }, signal, (actual) => {
      const name = flags.host.includes(':') ? `[${flags.host}]` : flags.host
      process.stdout.write(`${JSON.stringify({ url: `http://${name}:${actual}`, token: token ?? null })}\n`)
    })
  } finally {
    server.close()
  }
}

/** Listen until the signal fires; `ready` is told the port. */
function listening(
  fetch: Parameters<typeof serve>[0]['fetch'],
  { port, hostname, patience }: { port: number; hostname: string; patience: number },
  signal: AbortSignal,
  ready: (port: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const serverOptions = {
      requestTimeout: patience,
      headersTimeout: patience,
      connectionsCheckingInterval: Math.min(patience, LOOK_MS),
    }
    const server = serve({ fetch, port, hostname, serverOptions }, (info) => ready(info.port))
    server.on('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new IoError(`cannot listen on ${hostname}:${port} (${cause.code}); choose another --port`, {
          argument: '--port',
          cause,
        }),
      ),
    )
    signal.addEventListener('abort', () => {
      // Streams of frames would go on for as long as their jobs.
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close(() => resolve())
    })
  })
}
