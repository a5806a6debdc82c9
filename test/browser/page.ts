// A server of pages with the headers of the test's choice, and the browser that opens them. The library is bundled from its sources, as a user's bundler would.
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** What lets a page share memory between threads. */
export const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** A browser with a server. */
export interface Site {
  /** A page sent with these headers, that has loaded the library as `window.deeplinear`. */
  open(headers: Record<string, string>): Promise<Page>
  close(): Promise<void>
}

/** @throws {Error} there is no Chromium, and how to get it */
export async function openSite(): Promise<Site> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `no Chromium at ${CHROMIUM}: install it (apt-get install chromium), or say where it is with CHROMIUM=/path`,
    )
  }
  const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as deeplinear from ${JSON.stringify(entry)}\nwindow.deeplinear = deeplinear`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
  })
  const script = outputFiles[0].contents
  let headers: Record<string, string> = {}
  const server: Server = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html', ...headers })
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let browser: Browser
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  } catch (error) {
    server.close()
    throw error
  }
  return {
    async open(given) {
      headers = given
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      await page.waitForFunction('window.deeplinear')
      return page
    },
    async close() {
      await browser.close()
      server.close()
      server.closeAllConnections()
    },
  }
}
