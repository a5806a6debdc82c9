// Cycles of everything that is made and let go of: memory of the engine is the same after each, that of the process has a bound, no listener and no handle
// is left. SOAK multiplies the cycles (`npm run soak`); node --expose-gc makes the measures of the heap sharp.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SOAKS } from './cycles.js'

const TIMES = Number(process.env.SOAK ?? 1)
/** Growth of the process that may be chance, in bytes: what a collector has not collected yet, and compiled code. */
const ROOM = 48 * 2 ** 20

const gc = (globalThis as { gc?: () => void }).gc
const bytes = () => {
  gc?.()
  const { heapUsed, arrayBuffers, external } = process.memoryUsage()
  return heapUsed + arrayBuffers + external
}

const warnings: string[] = []
const onWarning = ({ name }: Error) => warnings.push(name)
beforeEach(() => {
  warnings.length = 0
  process.on('warning', onWarning)
})
afterEach(() => process.off('warning', onWarning))

const handles = () => process.getActiveResourcesInfo().filter((name) => !/Immediate|TTY|Pipe/.test(name)).length

test.each(SOAKS)('$name', { timeout: 120_000 * Math.max(1, TIMES) }, async ({ cycles, start }) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { cycle, live, end } = await start()
  const count = cycles * TIMES
  const warmUp = Math.ceil(count / 5)
  try {
    for (let i = 0; i < warmUp; i++) await cycle(i)
    const [liveThen, bytesThen, handlesThen] = [live(), bytes(), handles()]
    for (let i = warmUp; i < count; i++) {
      await cycle(i)
      if (i % 50 === 0) expect(live()).toEqual(liveThen)
    }
    expect(live()).toEqual(liveThen)
    expect(bytes() - bytesThen).toBeLessThan(ROOM)
    expect(handles() - handlesThen).toBeLessThanOrEqual(2)
    expect(warnings).toEqual([])
    expect(warn).not.toHaveBeenCalled()
  } finally {
    end()
    warn.mockRestore()
  }
})
