// One sweep, and the same bytes of it: whoever computes it, in whatever order, however often it is killed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inline, mergeStores, openStore, runChunk, type SweepProgress, sweep } from '../../src/sweep/index.js'
import { killAll, until } from '../processes.js'
import { bytesOf, ENDLESS, expected, library, resultBytes, SLOW, start } from './processes.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplinear-conformance-'))
  writeFileSync(join(folder, 'slow.json'), JSON.stringify(SLOW))
  writeFileSync(join(folder, 'endless.json'), JSON.stringify(ENDLESS))
})
afterAll(() => {
  killAll()
  rmSync(folder, { recursive: true, force: true })
})

const built = () => import(/* @vite-ignore */ library) as Promise<typeof import('../../src/sweep/index.js')>

test('threads: one, two and five', async () => {
  const { threads, sweep: run, parseManifest } = await built()
  for (const workers of [1, 2, 5]) {
    const seen: SweepProgress[] = []
    const { table, status, problems } = await run(parseManifest(SLOW), {
      executor: threads({ workers }),
      chunkSeconds: 0.05,
      onProgress: (progress) => seen.push(progress),
    })
    expect([status, problems]).toEqual(['completed', []])
    expect(bytesOf(table)).toBe(await expected())
    const last = seen[seen.length - 1]
    expect([last.done, last.total, last.workers, last.secondsLeft]).toEqual([120, 120, workers, 0])
    expect(seen.length).toBeGreaterThan(4)
  }
})

test('chunks of odd sizes, from the last to the first, some of them twice', async () => {
  const store = await openStore(join(folder, 'odd'), SLOW, { sync: 'never' })
  for (let hi = 120, size = 1; hi > 0; hi -= size - (size % 3 === 0 ? 1 : 0), size = (size * 5) % 17) {
    await store.put(await runChunk(SLOW, { lo: Math.max(0, hi - size), hi }))
  }
  await store.close()
  expect(bytesOf(await mergeStores([join(folder, 'odd')]))).toBe(await expected())
})

test('of two processes on one folder the second is refused, and told who the first is', async () => {
  const args = ['run', join(folder, 'endless.json'), '--out', join(folder, 'busy'), '--workers', '1', '--quiet']
  const first = start(args)
  await until(() => resultBytes(join(folder, 'busy')) > 0, 'the first process')
  const second = await start(args).ended
  expect([second.status, second.stdout]).toEqual([1, ''])
  expect(second.stderr).toContain(`locked by process ${first.child.pid}`)
  first.child.kill('SIGTERM')
  expect((await first.ended).status).toBe(143)
})

test('killed, interrupted, and gone on with', async () => {
  const out = join(folder, 'killed')
  const args = ['run', join(folder, 'slow.json'), '--out', out, '--chunk-seconds', '0.05', '--quiet']
  const first = start([...args, '--workers', '2'])
  await until(() => resultBytes(out) > 400, 'results')
  first.child.kill('SIGKILL')
  await first.ended
  const before = (await mergeStores([out])).done
  expect(before).toBeGreaterThan(0)
  expect(before).toBeLessThan(120)

  const third = start([...args, '--workers', '1'])
  const size = resultBytes(out)
  await until(() => resultBytes(out) > size, 'more results')
  third.child.kill('SIGINT')
  const interrupted = await third.ended
  expect([interrupted.status, interrupted.stderr]).toEqual([130, ''])
  const between = (await mergeStores([out])).done
  expect(between).toBeGreaterThan(before)

  const files = ['--npz', join(folder, 'a.npz'), '--csv', join(folder, 'a.csv')]
  const last = await start([...args, '--executor', 'inline', ...files, '--json']).ended
  const report = JSON.parse(last.stdout)
  expect([last.status, report.status, report.done, report.ran]).toEqual([0, 'completed', 120, 120 - between])
  const bytes = readFileSync(join(folder, 'a.npz')).toString('hex') + readFileSync(join(folder, 'a.csv'), 'utf8')
  expect(bytes).toBe(await expected())
})

test('three shards of an array job, put together', async () => {
  const out = join(folder, 'shards')
  const args = ['run', join(folder, 'slow.json'), '--out', out, '--executor', 'inline', '--quiet', '--json']
  const slurm = { SLURM_ARRAY_TASK_ID: '8', SLURM_ARRAY_TASK_COUNT: '3', SLURM_ARRAY_TASK_MIN: '7' }
  const parts = [
    start([...args, '--shard', '1/3']),
    start([...args, '--shard', 'auto'], { env: { ...process.env, ...slurm } }),
    start([...args, '--shard', 'auto', '--shards', '3'], { env: { ...process.env, JOB_COMPLETION_INDEX: '2' } }),
  ]
  for (const { ended } of parts) {
    const { status, stdout, stderr } = await ended
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', done: 40, total: 40 })
  }
  expect(bytesOf(await mergeStores([out]))).toBe(await expected())
  expect((await mergeStores([join(out, 'shards', '2-of-3')])).done).toBe(40)
})

test('a chunk that fails is tried again, then run by run, and what cannot be computed is said', async () => {
  let calls = 0
  const executor = {
    name: 'unreliable',
    open: async (manifest: typeof SLOW) => ({
      workers: 1,
      slots: 2,
      async run({ lo, hi }: { lo: number; hi: number }) {
        calls++
        // Every other chunk is lost, and run 33 always.
        if (calls % 2 === 0 || (lo <= 33 && hi > 33)) throw new Error('gone')
        return runChunk(manifest, { lo, hi })
      },
      async close() {},
    }),
  }
  const range = { shard: { index: 0, count: 2 }, chunkRuns: 10 }
  const store = await openStore(join(folder, 'unreliable'), SLOW)
  const outcome = await sweep(SLOW, { executor, store, ...range })
  expect(outcome.status).toBe('incomplete')
  expect(outcome.problems.map(({ lo, hi, message }) => [lo, hi, message])).toContainEqual([33, 34, 'gone'])
  expect(outcome.done).toBe(60 - outcome.problems.length)
  // The next time all is well.
  const again = await sweep(SLOW, { store, executor: inline() })
  expect([again.status, again.ran]).toEqual(['completed', 120 - outcome.done])
  await store.close()
  expect(bytesOf(again.table)).toBe(await expected())
})

test('an executor that gives nothing is given up', async () => {
  const run = () => Promise.reject(new Error('no threads today'))
  const executor = { name: 'broken', open: async () => ({ workers: 1, slots: 2, run, async close() {} }) }
  await expect(sweep(SLOW, { executor })).rejects.toThrow('no chunk could be computed: no threads today')
})
