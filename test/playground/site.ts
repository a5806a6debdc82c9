// The built playground, served as static files with headers of the test's choice, and a browser that watches what pages do.
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { build } from 'vite'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const OUT = fileURLToPath(new URL('../../build/playground-test/', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** The policy that the page is made for. */
export const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
/** One that refuses WebAssembly. */
export const NO_WASM = "default-src 'self'; script-src 'self'"

/** A page and what it did that it should not. */
export interface Watched {
  readonly page: Page
  /** Errors of the console and of scripts, and breaches of the policy. */
  readonly complaints: string[]
  /** Addresses of requests that left the origin. */
  readonly strays: string[]
}

export interface Site {
  open(options?: BrowserContextOptions & { hash?: string; policy?: string }): Promise<Watched>
  close(): Promise<void>
}

/** Builds the page once and serves it from a folder below the root, as hosts do. */
export async function openSite(): Promise<Site> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `no Chromium at ${CHROMIUM}: install it (apt-get install chromium), or say where it is with CHROMIUM=/path`,
    )
  }
  const configFile = fileURLToPath(new URL('../../playground/vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'error', build: { outDir: OUT } })
  let policy = STRICT
  const server: Server = createServer(({ url = '/' }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname)).replace(
      /^\/some\/folder\//,
      '',
    )
    const file = join(OUT, path === '' ? 'index.html' : path)
    if (!file.startsWith(OUT) || !existsSync(file)) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': policy,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    })
    response.end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let browser: Browser
  try {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
    })
  } catch (error) {
    server.close()
    throw error
  }
  return {
    async open({ hash = '', policy: asked = STRICT, ...options } = {}) {
      policy = asked
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      context.setDefaultTimeout(60_000)
      const page = await context.newPage()
      const [complaints, strays]: [string[], string[]] = [[], []]
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('request', (request) => {
        if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('blob:')) strays.push(request.url())
      })
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
          console.error(`policy: ${violatedDirective} ${blockedURI}`),
        )
      })
      await page.goto(`${origin}/some/folder/index.html${hash}`)
      return { page, complaints, strays }
    },
    async close() {
      await browser.close()
      server.close()
      server.closeAllConnections()
    },
  }
}
