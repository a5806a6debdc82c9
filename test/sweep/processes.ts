// Sweeps in processes of their own, of the built package, so that they can be killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { defineSweep, inline, type SweepTable, sweep, tableToCsv, tableToNpz } from '../../src/sweep/index.js'
import { BASE, INPUT } from './manifests.js'

export const cli = fileURLToPath(new URL('../../dist/cli/deeplinear.js', import.meta.url))
export const library = new URL('../../dist/sweep.js', import.meta.url).href

/** 120 runs of a few milliseconds each, one after the other: long enough to be interrupted. */
export const SLOW = defineSweep({
  ...INPUT,
  base: { ...BASE, steps: 4000, record: { every: 200, probes: ['loss', 'singularValues'] } },
  engine: 'single',
})

/** What a sweep gives, as the bytes of its files. */
export function bytesOf(table: SweepTable): string {
  return Buffer.from(tableToNpz(table)).toString('hex') + tableToCsv(table)
}

/** A sweep without an end. */
export const ENDLESS = defineSweep({ ...INPUT, base: { ...BASE, steps: 1e12 }, engine: 'single' })

let known: Promise<string> | undefined

/** The bytes of `SLOW`, computed in one go. */
export function expected(): Promise<string> {
  known ??= sweep(SLOW, { executor: inline(), chunkRuns: 120 }).then(({ table, done }) => {
    expect(done).toBe(120)
    return bytesOf(table)
  })
  return known
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ status: number | null; stdout: string; stderr: string }>
}

const running = new Set<ChildProcess>()

/** `deeplinear sweep ...` */
export function start(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Started {
  expect(existsSync(cli), 'dist is missing: run `npm run build`').toBe(true)
  return watch(spawn(process.execPath, [cli, 'sweep', ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options }))
}

export function watch(child: ChildProcess): Started {
  running.add(child)
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (text) => {
    stdout += text
  })
  child.stderr?.on('data', (text) => {
    stderr += text
  })
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => {
      running.delete(child)
      resolve({ status, stdout, stderr })
    })
  })
  return { child, ended }
}

/** Nobody is left behind by a test that fails. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  const start = performance.now()
  while (!condition()) {
    if (performance.now() - start > 60_000) throw new Error(`waited a minute for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Bytes of results in a folder. */
export function resultBytes(folder: string): number {
  const path = join(folder, 'results.bin')
  return existsSync(path) ? statSync(path).size : 0
}
