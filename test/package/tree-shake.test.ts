// What is not imported is not bundled: `matmul` alone brings no training, no theory and no experiments, whichever bundler it is.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bundlers } from './bundlers.js'
import { originsOf } from './origin.js'

/** Folders of src/ that a product of matrices has no use for. */
const HIGHER = ['network', 'task', 'optimizer', 'flow', 'probe', 'train', 'theory', 'overlay', 'experiment']
/** Those that are no part of `deeplinear` itself. */
const APART = ['config', 'io', 'blas', 'worker', 'server', 'client', 'report', 'cli']
const without = (...names: string[]) => [...HIGHER, ...APART].filter((name) => !names.includes(name))

/** What is imported, which folders must not come with it, and its budget in bytes of gzip, without what is loaded later. */
const IMPORTS: [string, readonly string[], number][] = [
  ["export { matmul } from './dist/index.js'", without(), 12_000],
  ["export { createEngine, matmul } from './dist/index.js'", without(), 65_000],
  ["export { modeTimes } from './dist/theory.js'", without('theory'), 12_000],
  ["export { sgemm } from './dist/blas.js'", without('blas'), 105_000],
]
/** The binary, which esbuild makes a part of the first load where the others leave it for later. */
const BINARY = 45_000

describe.each(Object.entries(bundlers))('%s', (name, bundle) => {
  test.each(IMPORTS)('%s', async (code, forbidden, budget) => {
    const { first, later } = await bundle(code)
    const strays = [...originsOf(first + later)].filter(([folder]) => forbidden.includes(folder))
    expect(Object.fromEntries(strays)).toEqual({})
    expect(gzipSync(first, { level: 9 }).length).toBeLessThan(budget + (name === 'esbuild' ? BINARY : 0))
  })
})

test('code is known by its strings: all folders are found where all is imported', async () => {
  const { first } = await bundlers.esbuild("export * from './dist/index.js'\nexport * from './dist/experiment.js'")
  const origins = originsOf(first)
  for (const folder of HIGHER) expect(origins.get(folder)?.length, folder).toBeGreaterThan(1)
})
