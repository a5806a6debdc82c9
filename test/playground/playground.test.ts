// The playground as a visitor has it: the built page in a real browser, under the policy that its hosts are asked to send.
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../playground/app.js'
import { presets } from '../../playground/state/state.js'
import { NO_WASM, openSite, type Site, type Watched } from './site.js'

declare global {
  interface Window {
    playground: App
    gc(): void
  }
}

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site?.close())

type Options = Parameters<Site['open']>[0]

/** Opens the page for a test, and looks at what it complained of afterwards. */
async function visit(options: Options, act: (page: Page, watched: Watched) => Promise<void>): Promise<void> {
  const watched = await site.open(options)
  try {
    await act(watched.page, watched)
    expect(watched.complaints).toEqual([])
    expect(watched.strays).toEqual([])
  } finally {
    await watched.page.context().close()
  }
}

const frames = (page: Page, count: number) =>
  page.waitForFunction((least) => (window.playground.run.record?.length ?? 0) >= least, count)
const ended = (page: Page) => page.waitForFunction(() => window.playground.run.ended)
const lengthOf = (page: Page) => page.evaluate(() => window.playground.run.record!.length)
const losses = (page: Page) => page.evaluate(() => [...window.playground.run.record!.column('loss')])
const number = (page: Page, name: string) => page.locator(`[data-number="${name}"]`).innerText()

/** What a button hands to the visitor. */
async function saved(page: Page, id: string): Promise<string> {
  const download = page.waitForEvent('download')
  await page.click(`#${id}`)
  return readFileSync(await (await download).path(), 'utf8')
}

/** A run of some seconds as fast as it goes. */
const FAST = '#preset=staircase&speed=16'

describe('loads under the strict policy', () => {
  test('without a complaint, and learns in steps within 180 frames, untouched', () =>
    visit({}, async (page) => {
      await frames(page, 180)
      const [first, last] = await page.evaluate(() =>
        [0, 179].map((frame) => window.playground.run.record!.at('loss', frame)),
      )
      expect(last).toBeLessThan(0.75 * first)
      expect(await page.locator('#engine').innerText()).toContain('WebAssembly (simd)')
      // The theory was there before.
      expect(await page.evaluate(() => window.playground.run.record!.theory.length)).toBe(6)
    }))

  test.each([60, 179])('the network is where the theory is, at frame %i', (frame) =>
    visit({ hash: `#preset=staircase&frame=${frame}` }, async (page) => {
      await frames(page, frame + 1)
      await page.waitForFunction(
        (at) =>
          document.querySelector('[data-number=step]')?.textContent ===
            `${window.playground.run.record!.at('step', at)}` &&
          /\d/.test(document.querySelector('[data-number=away]')?.textContent ?? ''),
        frame,
      )
      expect(Number((await number(page, 'away')).replace('\u2212', '-'))).toBeLessThan(0.005)
    }),
  )

  test('without wasm-unsafe-eval it computes the same numbers in TypeScript, and says so', async () => {
    const hash = '#preset=staircase&seed=3&frame=40'
    const seen: number[][] = []
    for (const policy of [undefined, NO_WASM]) {
      const watched = await site.open({ hash, ...(policy === undefined ? {} : { policy }) })
      await frames(watched.page, 41)
      seen.push(await losses(watched.page))
      if (policy !== undefined) {
        expect(await watched.page.locator('#engine').innerText()).toContain('TypeScript')
        expect(await watched.page.locator('[data-notice=fallback]').innerText()).toContain('bit for bit')
        // What the browser says of the refusal that the page was to survive.
        expect(watched.complaints.filter((line) => !/WebAssembly|wasm-eval|wasm-unsafe-eval/.test(line))).toEqual([])
      }
      await watched.page.context().close()
    }
    expect(seen[0].length).toBe(41)
    expect(seen[1]).toEqual(seen[0])
  })
})

test('runs, pauses, steps, and goes on', () =>
  visit({ hash: '#preset=staircase' }, async (page) => {
    await frames(page, 10)
    await page.click('#play')
    await page.waitForTimeout(150)
    const standing = await lengthOf(page)
    await page.waitForTimeout(300)
    expect(await lengthOf(page)).toBe(standing)
    expect(await page.locator('#play').innerText()).toBe('Play')
    await page.click('#step')
    await frames(page, standing + 1)
    await page.waitForTimeout(100)
    expect(await lengthOf(page)).toBe(standing + 1)
    await page.click('#play')
    await frames(page, standing + 20)
    expect(Number((await number(page, 'rate')).replace(/\s/g, ''))).toBeGreaterThan(100)
    expect(Number(await number(page, 'gflops'))).toBeGreaterThan(0)
    // Another rate on the way: the run goes on with it, and no link pretends to lead to this frame.
    await page.locator('#control-rate').focus()
    await page.keyboard.press('ArrowRight')
    const there = await lengthOf(page)
    await frames(page, there + 20)
    const pace = await page.evaluate(() => {
      const { record } = window.playground.run
      const last = record!.length - 1
      const rate = (at: number) => (record!.at('time', at) - record!.at('time', at - 1)) / record!.view.every
      return [rate(2), rate(last), Number(window.playground.state.values.rate)]
    })
    expect(pace[0]).toBeCloseTo(4e-3, 12)
    expect(pace[1]).toBeCloseTo(pace[2], 12)
    expect(pace[2]).toBeGreaterThan(4e-3)
    await page.click('#play')
    await page.waitForTimeout(500)
    expect(await page.evaluate(() => location.hash)).not.toContain('frame=')
  }))

test('a link restores the state and the numbers, bit for bit', () =>
  visit({ hash: '#preset=staircase&depth=4&seed=7&width=12' }, async (page) => {
    await frames(page, 30)
    await page.keyboard.press(' ')
    await page.waitForTimeout(600)
    const link = await page.evaluate(() => location.hash)
    const before = await losses(page)
    expect(link).toContain(`frame=${before.length - 1}`)
    await visit({ hash: link }, async (other) => {
      await frames(other, before.length)
      await other.waitForTimeout(100)
      expect(await losses(other)).toEqual(before)
      expect(await other.evaluate(() => window.playground.run.playing)).toBe(false)
      expect(await other.locator('#control-depth').getAttribute('aria-valuetext')).toBe('4')
    })
  }))

test('addresses that make no sense give a page that runs', () =>
  visit(
    { hash: '#preset=<img>&depth=1e99&width=-4&rate=NaN&scale=&start=__proto__&seed=9e9&speed=7&frame=x&y=%ff' },
    async (page) => {
      await frames(page, 3)
      const { values, seed, speed } = await page.evaluate(() => window.playground.state)
      expect(values).toMatchObject({ depth: 6, width: 1, rate: 4e-3, scale: 2e-4, start: 'balanced' })
      expect([seed, speed]).toEqual([1, 1])
      await page.evaluate(() => {
        location.hash = '#preset=semantic&depth=3'
      })
      await page.waitForFunction(
        () => window.playground.state.preset === 'semantic' && window.playground.run.record!.view.columns.balance === 2,
      )
      await frames(page, 3)
    },
  ))

test('the start scale melts the staircase: a slider starts another run', () =>
  visit({ hash: FAST }, async (page) => {
    await ended(page)
    const steps = await page.evaluate(() => window.playground.run.record!.length)
    const bands = () =>
      page.evaluate(() =>
        window.playground.run.record!.column('gradientNorm').reduce((least, g) => Math.min(least, g), 1e9),
      )
    expect(steps).toBeGreaterThan(400)
    const rich = await bands()
    await page.locator('#control-scale').focus()
    await page.keyboard.press('End')
    await page.waitForFunction(() => window.playground.state.values.scale === 3)
    await page.waitForFunction(() => window.playground.run.ended && location.hash.includes('scale=3&'))
    expect(await bands()).toBeGreaterThan(rich)
  }))

describe('to take home', () => {
  test('the figure as SVG, the numbers as CSV', () =>
    visit({ hash: FAST }, async (page) => {
      await ended(page)
      const svg = await saved(page, 'svg')
      const csv = await saved(page, 'csv')
      const parsed = await page.evaluate((text) => {
        const { documentElement: root } = new DOMParser().parseFromString(text, 'image/svg+xml')
        return { tag: root.tagName, paths: root.querySelectorAll('path').length, words: root.textContent ?? '' }
      }, svg)
      expect(parsed.tag).toBe('svg')
      expect(parsed.paths).toBeGreaterThan(12)
      expect(parsed.words).toContain('Singular values of the map')
      expect(svg).not.toMatch(/NaN|undefined/)
      const [head, ...lines] = csv.trim().split('\n')
      expect(head).toBe(
        'step,time,loss,gradientNorm,singularValues_1,singularValues_2,singularValues_3,singularValues_4,singularValues_5,balance_1,balance_2',
      )
      expect(lines.length).toBe(await lengthOf(page))
      expect(lines.map((line) => Number(line.split(',')[2]))).toEqual(await losses(page))
    }))

  test.each([
    ['dark', ['#1b1e25', '#fffefb']],
    ['light', ['#fffefb', '#1b1e25']],
  ] as const)(
    'the figure in the colours that are seen: %s as the system has it, then the other as chosen',
    (colorScheme, papers) =>
      visit({ colorScheme, hash: '#preset=neuron&frame=3' }, async (page) => {
        await frames(page, 4)
        for (const paper of papers) {
          const figure = await saved(page, 'svg')
          expect(figure).toContain(`fill="${paper}"`)
          expect(figure).not.toMatch(/light-dark|var\(|rgb/)
          const panel = await page.evaluate(() => getComputedStyle(document.querySelector('.plot')!).backgroundColor)
          expect(
            `#${panel
              .match(/\d+/g)!
              .map((part) => Number(part).toString(16))
              .join('')}`,
          ).toBe(paper)
          await page.click('#theme')
        }
      }),
  )

  test('a table of the visitor is learned; one that is no table is refused with its line', () =>
    visit({ hash: '#preset=staircase&task=csv&speed=16' }, async (page) => {
      const rows = Array.from({ length: 40 }, (_, i) =>
        [i % 7, (i * i) % 5, (3 * i) % 11, (i % 7) - ((i * i) % 5) + 0.5].join(','),
      )
      await page.setInputFiles('#table', {
        name: 'mine.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`a,b,c,y\n${rows.join('\n')}`),
      })
      await frames(page, 50)
      expect(await page.evaluate(() => window.playground.run.record!.view.columns.singularValues)).toBe(1)
      await page.setInputFiles('#table', { name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('1,2\n3,x\n') })
      await page.waitForSelector('[data-notice=failed]')
      expect(await page.locator('[data-notice=failed]').innerText()).toContain('line 2')
    }))
})

test('the keyboard does everything, and shows where it is', () =>
  visit({ hash: '#preset=staircase' }, async (page) => {
    await frames(page, 5)
    await page.keyboard.press(' ')
    await page.waitForTimeout(100)
    const standing = await lengthOf(page)
    await page.keyboard.press('ArrowRight')
    await frames(page, standing + 1)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction((step) => document.querySelector('[data-number=step]')!.textContent !== step, 'x')
    expect(await page.locator('.cursor').first().isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    expect(await page.locator('dialog').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog').isVisible()).toBe(false)
    await page.keyboard.press('n')
    await page.waitForFunction(() => window.playground.state.seed === 2)
    // Every control has a name, and what has the focus is outlined.
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>('input, select, button')]
        .filter(
          (each) =>
            each.textContent!.trim() === '' && (each.labels?.length ?? 0) === 0 && !each.hasAttribute('aria-label'),
        )
        .map((each) => each.id),
    )
    expect(nameless).toEqual([])
    await page.keyboard.press('Tab')
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
    expect(outline).not.toBe('none')
  }))

test.each([360, 390, 800])('%i pixels wide: nothing to scroll sideways', (width) =>
  visit({ viewport: { width, height: 844 } }, async (page) => {
    await frames(page, 5)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect((await page.locator('.plot').first().boundingBox())!.width).toBeGreaterThan(0.6 * Math.min(width, 500))
  }),
)

test('where motion is not wanted there is a still figure, and a button that plays', () =>
  visit({ reducedMotion: 'reduce' }, async (page) => {
    await ended(page)
    expect(await page.locator('#play').innerText()).toBe('Again')
    expect(await lengthOf(page)).toBeGreaterThan(400)
  }))

test('a run that diverges says why and is cured by one click', () =>
  visit({ hash: '#preset=staircase&rate=0.9&speed=16' }, async (page) => {
    const notice = page.locator('[data-notice=trouble]')
    await notice.waitFor()
    expect(await notice.innerText()).toMatch(/diverged[\s\S]*step \d+[\s\S]*learning rate 0\.9/)
    await notice.locator('button').click()
    await ended(page)
    expect(await notice.count()).toBe(0)
    const [first, last] = await page.evaluate(() => {
      const loss = window.playground.run.record!.column('loss')
      return [loss[0], loss.at(-1)!]
    })
    expect(last).toBeLessThan(0.1 * first)
  }))

test('a worker that crashes is replaced, settings kept', () =>
  visit({ hash: '#preset=staircase&depth=2' }, async (page, { complaints }) => {
    await frames(page, 5)
    await page.evaluate(() => window.playground.run.host.send({ type: 'crash' }, 'simulation'))
    const notice = page.locator('[data-notice=crash]')
    await notice.waitFor()
    await notice.locator('button').click()
    await page.waitForFunction(() => window.playground.run.playing)
    await frames(page, 5)
    expect(await page.locator('#control-depth').getAttribute('aria-valuetext')).toBe('2')
    complaints.length = 0
  }))

test('200 restarts leave no worker, no memory and no element behind', () =>
  visit({ hash: '#preset=staircase&depth=2&modes=2&width=16' }, async (page) => {
    await frames(page, 3)
    /** Restarts, each once the one before has begun, and what the page holds then. */
    const restart = (count: number) =>
      page.evaluate(async (times) => {
        const app = window.playground
        for (let i = 0; i < times; i++) {
          const before = app.run.record
          app.reseed()
          while (app.run.record === before || app.run.record!.length < 2)
            await new Promise((resolve) => setTimeout(resolve, 4))
        }
        window.gc()
        await new Promise((resolve) => setTimeout(resolve, 200))
        window.gc()
        const { usedJSHeapSize } = (performance as unknown as { memory: { usedJSHeapSize: number } }).memory
        return {
          heap: usedJSHeapSize,
          wasm: app.run.speed.liveBytes,
          workers: app.run.host.count,
          elements: document.querySelectorAll('*').length,
        }
      }, count)
    const early = await restart(30)
    const late = await restart(170)
    expect(page.workers().length).toBe(2)
    expect(late.workers).toBe(2)
    expect(late.elements).toBe(early.elements)
    expect(late.wasm).toBe(early.wasm)
    expect(late.heap).toBeLessThan(early.heap + 3e6)
  }))

test('every preset runs and stays within the page', async () => {
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length)
  await visit({}, async (page) => {
    for (const { id, title } of presets) {
      await page.click(`[data-preset=${id}]`)
      await page.waitForFunction(
        (wanted) => window.playground.state.preset === wanted && window.playground.run.fresh,
        id,
      )
      await frames(page, 4)
      const seen = await page.evaluate(() => ({
        warnings: [...document.querySelectorAll('.notice.warning')].map((each) => each.textContent),
        heading: document.querySelector('h1')!.textContent,
        width: document.documentElement.scrollWidth,
      }))
      expect(seen, id).toEqual({ warnings: [], heading: title, width: 1280 })
    }
  })
})
