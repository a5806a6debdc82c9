// SIGKILL at moments from a seeded generator while a process saves checkpoints. Each file is then a whole checkpoint: the last that was told, or the one
// that was on its way. KILLS asks for more than the short form.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseCheckpoint } from '../../src/io/index.js'
import { key } from '../../src/random/key.js'
import { uniform } from '../../src/random/uniform.js'
import { bundleWriter } from './writer.js'

const KILLS = Number(process.env.KILLS ?? 200)
/** Processes at a time, files that each writes, and the longest that one lives after its first checkpoint, in milliseconds. */
const [PROCESSES, FILES, LONGEST_MS] = [4, 3, 25]

let folder = ''
let writer = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplinear-kill-'))
  writer = bundleWriter(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a writer, kills it, and returns the steps that it told, by file. */
function kill(where: string, first: number, afterMs: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, where, String(FILES), String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs))
    child.stdout.on('data', (data) => {
      told += data
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the writer ended with ${code}`))
      const last = new Array<number>(FILES).fill(first - 1)
      for (const line of told.split('\n').slice(0, -1)) {
        const [file, step] = line.split(' ').map(Number)
        last[file] = step
      }
      resolve(last)
    })
  })
}

/** The checkpoint before one of `step` is whole as well; killed between the two renames, it is the same. */
function checkPrevious(path: string, step: number): void {
  if (!existsSync(path)) return
  const previous = parseCheckpoint(new Uint8Array(readFileSync(path)))
  expect(previous.step).toBeLessThanOrEqual(step)
  expect(previous.tensors[0].data.every((value) => value === previous.step)).toBe(true)
}

test(`${KILLS} kills of a process that saves checkpoints: every file is whole, and none is older than was told`, {
  timeout: 60_000 + 500 * KILLS,
}, async () => {
  const delays = uniform(key(26), KILLS)
  let next = 0
  let interrupted = 0
  let newer = 0
  const rounds = async (process: number) => {
    const where = mkdtempSync(join(folder, `${process}-`))
    let first = 1
    while (next < KILLS) {
      const told = await kill(where, first, LONGEST_MS * delays[next++])
      for (const [file, last] of told.entries()) {
        // Nothing is there before the first checkpoint of a file was renamed to its name.
        if (last === 0 && !readdirSync(where).includes(`run-${file}.safetensors`)) continue
        const { step, tensors } = parseCheckpoint(new Uint8Array(readFileSync(join(where, `run-${file}.safetensors`))))
        expect(tensors[0].data.every((value) => value === step)).toBe(true)
        checkPrevious(join(where, `run-${file}.safetensors.previous`), step)
        // Saved but not yet told; or, before the first of this process, that of the one before.
        expect(last < first ? step <= first : step === last || step === last + 1).toBe(true)
        if (step > last && last >= first) newer++
      }
      first = Math.max(first, ...told) + 2
    }
    interrupted += readdirSync(where).filter((name) => /^\.deeplinear-\d+-[0-9a-f]{12}\.tmp$/.test(name)).length
    expect(
      readdirSync(where).every((name) => /^run-\d\.safetensors(\.previous)?$|^\.deeplinear-.*\.tmp$/.test(name)),
    ).toBe(true)
  }
  await Promise.all(Array.from({ length: PROCESSES }, (_, process) => rounds(process)))
  // Kills that find nothing under way would show nothing.
  expect(interrupted).toBeGreaterThan(KILLS / 20)
  console.log(
    `kills: ${KILLS}, files in the middle of being written: ${interrupted}, renamed but not yet told: ${newer}`,
  )
})
