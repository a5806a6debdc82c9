// Pages in Chromium: folders of files served, and what the page of index.html says when it is done.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' }

/** @throws {Error} there is no Chromium, and how to get it */
export function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`no Chromium at ${CHROMIUM}: install it, or say where it is with CHROMIUM=/path`)
  }
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
}

/** Serve the files of a folder. */
export async function serve(folder: string): Promise<{ url: string; close(): void }> {
  const server = createServer(({ url = '/' }, response) => {
    const path = join(folder, url === '/' ? 'index.html' : new URL(url, 'http://localhost').pathname)
    if (!existsSync(path)) return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' })
    response.end(readFileSync(path))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Open a page and wait for its `window.result`. */
export async function resultOf(browser: Browser, url: string): Promise<Record<string, unknown>> {
  const page = await browser.newPage()
  const said: string[] = []
  page.on('pageerror', (error) => said.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  try {
    await page.goto(url)
    await page.waitForFunction('window.result', undefined, { timeout: 60_000 })
    return (await page.evaluate('window.result')) as Record<string, unknown>
  } catch (error) {
    throw new Error(`the page did not get to its end: ${said.join('; ') || error}`)
  } finally {
    await page.close()
  }
}
