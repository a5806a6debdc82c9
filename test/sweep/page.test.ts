// The manifest and the program of docs/sweeps.md run as they stand, here in one thread and with a replicate instead of ten.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defineSweep, inline, type SweepOptions, sweep, tableToCsv } from '../../src/sweep/index.js'

const page = readFileSync(new URL('../../docs/sweeps.md', import.meta.url), 'utf8')
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)![1]

test('the program of the page runs the manifest of the page', async () => {
  const manifest = JSON.parse(block('json'))
  expect(defineSweep(manifest).replicates).toBe(10)
  const folder = mkdtempSync(join(tmpdir(), 'deeplinear-page-'))
  const progress: number[] = []
  const scope = {
    defineSweep,
    sweep: (given: ReturnType<typeof defineSweep>, options: SweepOptions) =>
      sweep(given, { ...options, store: join(folder, String(options.store)) }),
    threads: () => inline(),
    readFile: async () => JSON.stringify({ ...manifest, replicates: 1 }),
    console: { error: (done: number) => progress.push(done) },
  }
  const AsyncFunction = (async () => {}).constructor as new (
    ...parameters: string[]
  ) => (...values: unknown[]) => Promise<Awaited<ReturnType<typeof sweep>>>
  const code = `${block('js').replaceAll(/^import .*$/gm, '')}\nreturn { status, table, runsPerSecond }`
  try {
    const { status, table } = await new AsyncFunction(...Object.keys(scope), code)(...Object.values(scope))
    expect(status).toBe('completed')
    expect(progress.at(-1)).toBe(256)
    expect(tableToCsv(table).trim().split('\n')).toHaveLength(257)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
