// The built playground, served as static files with headers of the test's choice, and a browser that watches what pages do.
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import { filesOf, ISOLATED, launch, servePages } from '../browser/chromium.js'

const OUT = fileURLToPath(new URL('../../build/playground-test/', import.meta.url))
/** Hosts serve it from a folder below their root. */
const BASE = '/some/folder/'

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

/** Builds the page once and serves it. */
export async function openSite(): Promise<Site> {
  const browser = await launch('--enable-precise-memory-info', '--js-flags=--expose-gc')
  const configFile = fileURLToPath(new URL('../../playground/vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'error', build: { outDir: OUT } })
  let policy = STRICT
  const headers = () => ({ ...ISOLATED, 'Content-Security-Policy': policy })
  const server = await servePages(filesOf(OUT, headers, BASE))
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
        if (!request.url().startsWith(server.url) && !request.url().startsWith('blob:')) strays.push(request.url())
      })
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
          console.error(`policy: ${violatedDirective} ${blockedURI}`),
        )
      })
      await page.goto(`${server.url}${BASE.slice(1)}index.html${hash}`)
      return { page, complaints, strays }
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}
