// The numbers of a run do not depend on the chunk that it is in, nor on its neighbours in an ensemble; and they are those of `train`.
import { expect, test } from 'vitest'
import { createRun } from '../../src/config/index.js'
import { createEngineSync, trainSync } from '../../src/index.js'
import { defineSweep, inline, runChunk, runConfig, runCount, type SweepManifest, sweep } from '../../src/sweep/index.js'
import { ensemble, experiment, gram, INPUT, single } from './manifests.js'

/** The same pseudo-random order every time. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item, i) => ({ item, at: (i * 7919 + 104_729) % 1009 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

const bits = (values: Float64Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')

async function inChunks(manifest: SweepManifest, size: number) {
  const total = runCount(manifest)
  const width = manifest.metrics.length
  const values = new Float64Array(total * width)
  const status = new Uint8Array(total)
  const starts = Array.from({ length: Math.ceil(total / size) }, (_, k) => k * size)
  for (const lo of shuffled(starts)) {
    const result = await runChunk(manifest, { lo, hi: Math.min(total, lo + size) })
    values.set(result.values, lo * width)
    status.set(result.status, lo)
  }
  return { values, status }
}

test.each([
  ['ensemble', ensemble, 7],
  ['single', single, 7],
  ['gram', gram, 5],
  ['experiment', experiment, 3],
] as const)('%s: one chunk, and many in another order', async (_, manifest, size) => {
  const whole = await runChunk(manifest, { lo: 0, hi: runCount(manifest) })
  const parts = await inChunks(manifest, size)
  expect(bits(parts.values)).toBe(bits(whole.values))
  expect(parts.status).toEqual(whole.status)
  expect(whole.failures).toEqual([])
  expect(whole.values.filter(Number.isFinite).length).toBeGreaterThan(runCount(manifest))
})

test('an ensemble has the bits of single runs', async () => {
  const [together, alone] = [await inChunks(ensemble, 120), await inChunks(single, 120)]
  expect(bits(together.values)).toBe(bits(alone.values))
  expect(together.status).toEqual(alone.status)
  // Some runs diverge, and most do not.
  const diverged = together.status.filter((code) => code === 2).length
  expect(diverged).toBeGreaterThan(0)
  expect(diverged).toBeLessThan(60)
})

test('a run is what train makes of its configuration', async () => {
  const engine = createEngineSync({ reproducible: true })
  for (const i of [0, 14, 61]) {
    const { net, task, options } = createRun(engine, runConfig(ensemble, i) as never)
    const { columns } = trainSync(net, task, options)
    const { loss, singularValues, step } = columns as Record<string, { data: Float64Array }>
    const { values } = await runChunk(ensemble, { lo: i, hi: i + 1 })
    const below = loss.data.findIndex((value) => value <= 0.05)
    expect(Array.from(values)).toEqual([
      loss.data.at(-1),
      Math.min(...loss.data),
      below < 0 ? Number.NaN : step.data[below],
      singularValues.data.at(-2),
    ])
    net.dispose()
  }
  engine.dispose()
})

test('a run that cannot be made is marked and says why; the others go on', async () => {
  // Either alone is a start; both together are none.
  const axes = [
    {
      kind: 'values',
      path: 'network.init',
      values: [
        { kind: 'gaussian', gamma: 1 },
        { kind: 'orthogonal', gain: 1 },
      ],
    },
    {
      kind: 'values',
      path: 'network.sizes',
      values: [
        [3, 4, 3],
        [3, 5, 4, 3],
      ],
    },
  ] as const
  const manifest = defineSweep({ ...INPUT, axes, metrics: ['loss'], replicates: 2, engine: 'single' })
  const unfit = {
    ...manifest,
    axes: [
      manifest.axes[0],
      {
        ...manifest.axes[1],
        values: [
          [3, 4, 3],
          [3, 4, 5],
        ],
      },
    ],
  }
  const { status, values, failures } = await runChunk(unfit as SweepManifest, { lo: 0, hi: 8 })
  expect(Array.from(status)).toEqual([0, 0, 3, 3, 0, 0, 3, 3])
  expect(failures.map(({ run, code }) => [run, code])).toEqual([2, 3, 6, 7].map((run) => [run, 'SHAPE']))
  expect(Array.from(values, Number.isFinite)).toEqual([true, true, false, false, true, true, false, false])
  const { status: outcome, table } = await sweep(unfit as SweepManifest, { executor: inline() })
  expect([outcome, table.failures.length]).toEqual(['completed', 4])
})

test('a manifest of another code is refused', async () => {
  const other = defineSweep({ ...INPUT, code: 'deeplinear 0.0.1, kernels 0' })
  await expect(runChunk(other, { lo: 0, hi: 1 })).rejects.toThrow("the sweep is of 'deeplinear 0.0.1")
  await expect(sweep(other)).rejects.toThrow('install that version')
})

test('a signal ends a chunk between runs', async () => {
  const long = defineSweep({ ...INPUT, base: { ...(INPUT.base as object), steps: 1e9 } as never, engine: 'single' })
  const reason = new Error('enough')
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), 50)
  await expect(runChunk(long, { lo: 0, hi: 3 }, { signal: controller.signal })).rejects.toBe(reason)
})
