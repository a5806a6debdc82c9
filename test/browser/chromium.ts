// The browser that tests open pages in, and servers that give it pages.
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** @throws {Error} there is no Chromium, and how to get it */
export function launch(...flags: readonly string[]): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `no Chromium at ${CHROMIUM}: install it (apt-get install chromium), or say where it is with CHROMIUM=/path`,
    )
  }
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...flags] })
}

/** What lets a page share memory between threads. */
export const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** A server on a free port of this machine. */
export interface Pages {
  /** With a slash at its end. */
  readonly url: string
  close(): void
}

/** Answers whatever is asked for. */
export async function servePages(answer: RequestListener): Promise<Pages> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Answers with the files of a folder, as hosts of static files do; `base` is the path that it is found at. */
export function filesOf(
  folder: string,
  headers: () => Record<string, string> = () => ({}),
  base = '/',
): RequestListener {
  return ({ url = '/' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname)
    const inside = path.startsWith(base) ? path.slice(base.length) : undefined
    const file = join(folder, inside === '' ? 'index.html' : (inside ?? ''))
    if (inside === undefined || !file.startsWith(join(folder, '/')) || !existsSync(file))
      return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers() })
    response.end(readFileSync(file))
  }
}
