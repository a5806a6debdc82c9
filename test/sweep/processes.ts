// Sweeps in processes of their own, of the built package, so that they can be killed.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { defineSweep, inline, type SweepTable, sweep, tableToCsv, tableToNpz } from '../../src/sweep/index.js'
import { type Started, startCli } from '../processes.js'
import { BASE, INPUT } from './manifests.js'

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

/** `deeplinear sweep ...` */
export function start(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Started {
  return startCli(['sweep', ...args], options)
}

/** Bytes of results in a folder. */
export function resultBytes(folder: string): number {
  const path = join(folder, 'results.bin')
  return existsSync(path) ? statSync(path).size : 0
}
