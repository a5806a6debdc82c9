// Pages with the headers of the test's choice, and the browser that opens them. The library is bundled from its sources, as a user's bundler would.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { launch, servePages } from './chromium.js'

/** A browser with a server. */
export interface Site {
  /** A page sent with these headers, that has loaded the library as `window.deeplinear`. */
  open(headers: Record<string, string>): Promise<Page>
  close(): Promise<void>
}

/** @throws {Error} there is no Chromium, and how to get it */
export async function openSite(): Promise<Site> {
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
  const browser = await launch()
  const server = await servePages(({ url }, response) => {
    const isScript = url === '/page.js'
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html', ...headers })
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>')
  })
  return {
    async open(given) {
      headers = given
      const page = await browser.newPage()
      await page.goto(server.url)
      await page.waitForFunction('window.deeplinear')
      return page
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}
