// Faults of stores of sweeps: a second process, and records that a crash tore.
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { defineSweep, inline, openStore, sweep } from '../../src/sweep/index.js'
import { smallRun } from '../run-config.js'
import { fault } from './table.js'

const root = mkdtempSync(join(tmpdir(), 'deeplinear-sweep-'))
afterAll(() => rmSync(root, { recursive: true }))

const manifest = defineSweep({
  schema: 1,
  base: smallRun(),
  axes: [{ kind: 'list', path: 'optimizer.learningRate', values: [0.1, 0.2] }],
  replicates: 8,
})

fault('F32', async () => {
  const folder = join(root, 'one')
  const store = await openStore(folder, manifest)
  const locked = {
    code: 'IO',
    message: expect.stringContaining(`locked by process ${process.pid}`),
    data: { pid: process.pid },
  }
  await expect(openStore(folder, manifest)).rejects.toMatchObject(locked)
  await store.close()
  await (await openStore(folder, manifest)).close()
  // The lock of a process that is gone is taken over, that of one that lives is not.
  const child = spawn('sleep', ['60'])
  const lock = (pid: number) =>
    writeFileSync(join(folder, 'lock'), `${JSON.stringify({ pid, host: hostname(), started: '' })}\n`)
  try {
    lock(child.pid!)
    await expect(openStore(folder, manifest)).rejects.toMatchObject({ code: 'IO', data: { pid: child.pid } })
  } finally {
    const gone = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  await (await openStore(folder, manifest)).close()
})

fault('F34', async () => {
  const options = { executor: inline(), chunkRuns: 4 }
  const whole = await sweep(manifest, { ...options, store: join(root, 'whole') })
  expect(whole.status).toBe('completed')
  const file = readFileSync(join(root, 'whole', 'results.bin'))
  for (const cut of [1, 7, 60, 150, file.length - 81, file.length - 40]) {
    const folder = join(root, `cut-${cut}`)
    mkdirSync(folder)
    for (const name of ['manifest.json', 'results.bin'])
      writeFileSync(join(folder, name), readFileSync(join(root, 'whole', name)))
    truncateSync(join(folder, 'results.bin'), file.length - cut)
    const again = await sweep(manifest, { ...options, store: folder })
    // What was whole stays, what was torn is computed again, and the numbers are those of a sweep that nothing happened to.
    expect(again.status).toBe('completed')
    expect(again.ran).toBeGreaterThan(0)
    expect(again.ran).toBeLessThan(cut > file.length - 100 ? 17 : 16)
    expect(again.table.values).toEqual(whole.table.values)
  }
  appendFileSync(join(root, 'whole', 'results.bin'), 'DLr1 and then the power went')
  const last = await sweep(manifest, { ...options, store: join(root, 'whole') })
  expect([last.status, last.ran]).toEqual(['completed', 0])
  expect(readFileSync(join(root, 'whole', 'results.bin'))).toEqual(file)
})
