// `wide: true`: the flag is set only where V8 knows it, and what V8 compiles under it has the same bits.
import { createHash } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { widen } from '../../src/engine/wide.js'
import { createEngine, type DType, type Engine } from '../../src/index.js'
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'

const flagged = (arch: string, v8?: string) => {
  const setFlagsFromString = vi.fn()
  const process = { arch, versions: { v8 }, getBuiltinModule: () => ({ setFlagsFromString }) }
  return { info: widen(process), setFlagsFromString }
}

describe('where the flag is set', () => {
  test('V8 12 and later on x64', () => {
    for (const v8 of ['12.4.254.21-node.33', '13.6.233.10-node.28', '14.6']) {
      const { info, setFlagsFromString } = flagged('x64', v8)
      expect(info.used).toBe(true)
      expect(setFlagsFromString.mock.calls).toEqual([['--experimental-wasm-revectorize']])
    }
  })

  test.each([
    ['arm64', '13.6.233', 'on x64 alone, this is arm64'],
    ['x64', '11.3.244.8-node.30', 'V8 11.3.244.8-node.30 does not know'],
    ['x64', undefined, 'does not know'],
  ])('not on %s with V8 %s', (arch, v8, why) => {
    const { info, setFlagsFromString } = flagged(arch, v8)
    expect(info).toMatchObject({ used: false, reason: expect.stringContaining(why) })
    expect(setFlagsFromString).not.toHaveBeenCalled()
  })

  test('not where there is no Node', () => {
    const process = { arch: 'x64', versions: {} }
    expect(widen(process).used).toBe(false)
    expect(widen({ ...process, getBuiltinModule: () => undefined }).reason).toContain('only Node')
  })
})

describe.each([true, false])('reproducible: %s', (reproducible) => {
  test('the same bits, and it says whether it is used', async () => {
    // The flag counts for what is compiled after it: first without.
    using narrow = await createEngine({ reproducible })
    const expected = results(narrow)
    using wide = await createEngine({ reproducible, wide: true })
    const [major] = process.versions.v8.split('.')
    expect(wide.info.wide.used).toBe(process.arch === 'x64' && Number(major) >= 12)
    expect(wide.info.build).toBe(narrow.info.build)
    // Again and again, so that the code that was compiled for speed is met as well.
    for (let round = 0; round < 20; round++) expect(results(wide)).toEqual(expected)
  })
})

/** What became of products around the edges of tiles and of a block of k. */
function results(engine: Engine): string[] {
  const random = (rows: number, cols: number, dtype: DType, seed: number) =>
    engine.matrix([rows, cols], normal(key(seed), rows * cols), { dtype })
  return (['float32', 'float64'] as const).flatMap((dtype) =>
    [
      [6, 8, 5],
      [37, 10, 33],
      [61, 131, 67],
      [50, 120, 300],
    ].map(([m, n, k]) => {
      using a = random(m, k, dtype, 1)
      using b = random(k, n, dtype, 2)
      using c = engine.matmul(a, b)
      const view = c.view()
      return createHash('sha1').update(view).digest('hex')
    }),
  )
}
