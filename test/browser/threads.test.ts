// Threads in pages of Chromium: with and without the headers that they need, and under content security policies that forbid parts of it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type * as Library from '../../src/index.js'
import { ISOLATED } from './chromium.js'
import { openSite, type Site } from './page.js'

declare global {
  interface Window {
    deeplinear: typeof Library
  }
}

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(async () => {
  await site?.close()
})

type Page = Awaited<ReturnType<Site['open']>>
const pages: Page[] = []
const open = async (headers: Record<string, string>) => {
  const page = await site.open(headers)
  pages.push(page)
  return page
}
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close()
})

/** What an engine that is asked for two threads says of itself, and a small product of it. */
function ask(page: Page) {
  return page.evaluate(async () => {
    const engine = await window.deeplinear.createEngine({ threads: 2 })
    const a = engine.matrix([
      [1, 2],
      [3, 4],
    ])
    const product = engine.matmul(a, a).toNested()
    const { info } = engine
    engine.dispose()
    return { info, product }
  })
}

const PRODUCT = [
  [7, 10],
  [15, 22],
]

describe('a page that is cross-origin isolated', () => {
  let page: Page
  beforeAll(async () => {
    page = await site.open(ISOLATED)
  })

  test('has two threads, and the bits of one', async () => {
    const { used, reason, differing, checked, ran } = await page.evaluate(async () => {
      const { createEngine, key } = window.deeplinear
      const [one, two] = [
        await createEngine({ reproducible: true }),
        await createEngine({ reproducible: true, threads: 2 }),
      ]
      const entries = (size: number, seed: number) => {
        let state = key(seed)[1] + seed
        return Float64Array.from({ length: size }, () => {
          state = (Math.imul(1664525, state) + 1013904223) >>> 0
          return state / 2 ** 32 - 0.5
        })
      }
      const differing: string[] = []
      let [checked, ran] = [0, 0]
      const shapes = [
        [51, 52, 53],
        [64, 64, 64],
        [129, 130, 257],
        [3, 2000, 60],
        [2000, 3, 60],
        [300, 260, 300],
      ]
      for (const [m, n, k] of shapes) {
        for (const dtype of ['float32', 'float64'] as const) {
          const [c, d] = [one, two].map((engine) => {
            const a = engine.matrix([m, k], entries(m * k, 1), { dtype })
            const b = engine.matrix([k, n], entries(k * n, 2), { dtype })
            const data = engine.matmul(a, b).toArray()
            return new Uint8Array(data.buffer)
          })
          checked++
          ran += new Float64Array(d.buffer.slice(0, 8))[0] !== 0 ? 1 : 0
          if (c.length !== d.length || c.some((byte, i) => byte !== d[i])) differing.push(`${m} x ${n} x ${k} ${dtype}`)
        }
      }
      const { used, reason } = two.info.threads
      one.dispose()
      two.dispose()
      return { used, reason, differing, checked, ran }
    })
    expect({ used, differing, checked, ran }, reason).toEqual({ used: 2, differing: [], checked: 12, ran: 12 })
  })

  test('starts again after a reset', async () => {
    const product = await page.evaluate(async () => {
      const engine = await window.deeplinear.createEngine({ threads: 2 })
      engine.reset()
      const a = engine.matrix([80, 80], new Float64Array(6400).fill(1))
      const all = engine
        .matmul(a, a)
        .toArray()
        .every((value) => value === 80)
      engine.dispose()
      return all
    })
    expect(product).toBe(true)
  })

  test('is never held up by threads that were stopped', async () => {
    // The main thread of a page may not wait: a product whose helper was ended does all of the work itself.
    const measure = async () => {
      const { Worker: PageWorker } = window
      const started: Worker[] = []
      window.Worker = class extends PageWorker {
        constructor(...given: ConstructorParameters<typeof PageWorker>) {
          super(...given)
          started.push(this)
        }
      }
      const engine = await window.deeplinear.createEngine({ threads: 2 })
      const [a, b, out] = [1, 2, 3].map(() => engine.matrix([96, 96], new Float64Array(96 * 96).fill(0.5)))
      engine.matmul(a, b, { out })
      for (const worker of started) worker.terminate()
      await new Promise((resolve) => setTimeout(resolve, 300))
      let longest = 0
      for (let i = 0; i < 20; i++) {
        const start = performance.now()
        engine.matmul(a, b, { out })
        longest = Math.max(longest, performance.now() - start)
      }
      window.Worker = PageWorker
      const sum = out.toArray().every((value) => value === 24)
      engine.dispose()
      return { longest, alone: sum && started.length === 1 }
    }
    let { longest, alone } = await page.evaluate(measure)
    expect(alone).toBe(true)
    // A busy machine takes its time now and then, a product that waits every time.
    for (let again = 0; again < 3 && longest >= 100; again++) {
      ;({ longest, alone } = await page.evaluate(measure))
      expect(alone).toBe(true)
    }
    expect(longest).toBeLessThan(100)
  })
})

test('a page that is not isolated has one thread and says why', async () => {
  const { info, product } = await ask(await open({}))
  expect(product).toEqual(PRODUCT)
  expect(info.backend).toBe('wasm')
  expect(info.threads).toMatchObject({
    requested: 2,
    used: 1,
    reason: expect.stringContaining('cross-origin isolated'),
  })
})

describe('under a content security policy', () => {
  const policy = (text: string) => ({ ...ISOLATED, 'Content-Security-Policy': text })

  test('that allows workers of its own origin only: one thread over ordinary memory, with the reason', async () => {
    const page = await open(policy("script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"))
    const { info, product } = await ask(page)
    expect(product).toEqual(PRODUCT)
    expect(info.backend).toBe('wasm')
    expect(info.threads).toMatchObject({ requested: 2, used: 1, reason: expect.stringContaining("worker-src 'blob:'") })
  })

  test('that allows workers from blobs: two threads', async () => {
    const page = await open(policy("script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:"))
    const { info, product } = await ask(page)
    expect(product).toEqual(PRODUCT)
    expect(info.threads, info.threads.reason).toMatchObject({ requested: 2, used: 2 })
  })

  test('that refuses WebAssembly: the TypeScript executor, with the reason', async () => {
    const { info, product } = await ask(await open(policy("script-src 'self'; worker-src 'self' blob:")))
    expect(product).toEqual(PRODUCT)
    expect(info.backend).toBe('typescript')
    expect(info.fallback).toMatchObject({
      code: 'COMPILE_REFUSED',
      message: expect.stringContaining('wasm-unsafe-eval'),
    })
    expect(info.threads).toMatchObject({ requested: 2, used: 1, reason: expect.stringContaining('one thread') })
  })
})
