// docs/start.md, followed to the letter with the packed package: a curve in Node, and one in a page of Vite, served as it is developed and as it is built.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from './browser/chromium.js'
import { onceBuilt, whileDeveloped } from './browser/vite.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const place = join(root, 'build', 'start')
const guide = readFileSync(join(root, 'docs', 'start.md'), 'utf8')

/** The file that the page tells its reader to save. */
function fileOf(name: string): string {
  const block = new RegExp(`\`\`\`\\w+ ${name.replace('.', '\\.')}\\n([\\s\\S]*?)\`\`\``).exec(guide)
  if (block === null) throw new Error(`docs/start.md has no file ${name}`)
  return block[1]
}

let browser: Browser

beforeAll(async () => {
  rmSync(place, { recursive: true, force: true })
  const home = join(place, 'node_modules', 'deeplinear')
  mkdirSync(home, { recursive: true })
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', place], { cwd: root, stdio: 'ignore' })
  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz'))!
  execFileSync('tar', ['-xzf', join(place, tarball), '-C', home, '--strip-components=1'])
  writeFileSync(join(place, 'package.json'), '{ "name": "start", "version": "1.0.0" }')
  for (const name of ['curve.mjs', 'index.html', 'main.js']) writeFileSync(join(place, name), fileOf(name))
  browser = await launch()
})

afterAll(() => browser?.close())

/** Opens a page and waits for its figure; what it complained of, and whether a worker did the work. */
async function visit(url: string): Promise<{ svg: string; complaints: string[]; workers: number }> {
  const page = await browser.newPage()
  const complaints: string[] = []
  let workers = 0
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('worker', () => workers++)
  // Browsers ask for an icon by themselves.
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
  try {
    await page.goto(url)
    await page.waitForSelector('#figure svg', { timeout: 100_000 }).catch(() => complaints.push('no figure came'))
    return { svg: await page.locator('#figure').innerHTML(), complaints, workers }
  } finally {
    await page.close()
  }
}

const anchors = (svg: string) =>
  ['>loss<', '>singularValues 1<', 'Three directions'].filter((text) => svg.includes(text))

test('in Node', () => {
  const out = execFileSync(process.execPath, ['curve.mjs'], { cwd: place, encoding: 'utf8' })
  expect(out).toMatch(/^800 steps, loss \d\.\de-\d+\nfurthest from theory: 0\.[01]\d in a singular value\n$/)
  const svg = readFileSync(join(place, 'curve.svg'), 'utf8')
  expect(anchors(svg)).toHaveLength(3)
  expect(svg).toContain("the theory 'mixed'")
})

describe.each([
  ['as it is developed', whileDeveloped],
  ['as it is built', onceBuilt],
])('in a page of Vite', (name, serve) => {
  test(name, async () => {
    const { svg, complaints, workers } = await serve(place, visit)
    expect(complaints).toEqual([])
    expect(anchors(svg)).toHaveLength(3)
    expect(workers).toBe(1)
  })
})
