// The packed package in every runtime that can be had as an npm package: it loads, trains, and gives the bits that it gives here.
import { beforeAll, describe, expect, test } from 'vitest'
import { installPacked } from './packed.js'
import { RUNTIMES, runIn } from './runtimes.js'

let folder: string
let here: Record<string, Record<string, unknown>>
beforeAll(async () => {
  folder = installPacked()
  here = (await runIn('this Node', folder, 'esm.mjs')) as typeof here
})

test('the value that all are compared with is of a run that learned', () => {
  const { status, loss, backend, build } = here.here
  expect({ status, backend, build }).toEqual({ status: 'completed', backend: 'wasm', build: 'simd' })
  expect(loss).toBeLessThan(0.01)
  expect(loss).toBeGreaterThan(0)
})

describe.each(Object.entries(RUNTIMES))('%s', (name, { worker }) => {
  test('imports it', async () => {
    const { losses, weights } = here.here
    const same = { status: 'completed', losses, weights, loss: here.here.loss, build: 'simd', backend: 'wasm' }
    expect(await runIn(name, folder, 'esm.mjs')).toEqual({
      here: same,
      reference: { ...same, build: 'typescript', backend: 'typescript' },
      inWorker: { ...same, worker },
      theory: here.theory,
      server: 200,
      functions: true,
    })
  })

  test('requires it', async () => {
    const { theory, reference } = here
    expect(await runIn(name, folder, 'commonjs.cjs')).toEqual({
      here: here.here,
      reference,
      theory,
      functions: true,
    })
  })
})

test('the one file runs in Node, by its name and as text alone', async () => {
  const { losses, weights, loss } = here.here
  const same = { status: 'completed', losses, weights, loss, build: 'simd', backend: 'wasm' }
  expect(await runIn('this Node', folder, 'notebook.mjs')).toEqual({
    named: same,
    alone: same,
    theory: here.theory,
    error: ['RangeArgError', 'RANGE'],
    names: true,
  })
})
