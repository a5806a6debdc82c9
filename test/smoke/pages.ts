// What the page of index.html says when it is done.
import type { Browser } from 'playwright-core'

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
