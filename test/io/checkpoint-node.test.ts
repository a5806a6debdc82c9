// Checkpoints on disk: whole whatever happens.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { type CheckpointData, encodeCheckpoint } from '../../src/io/checkpoint.js'
import { loadCheckpoint, saveCheckpoint } from '../../src/io/node.js'
import { bundleWriter } from '../soak/writer.js'

let folder = ''
/** What a process runs that saves checkpoints of 200 x 200 numbers to run-0.safetensors of a folder until it ends. */
let writer = ''
const writing = (where: string) => [writer, where, '1', '1', '200', '200', '1']
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplinear-checkpoint-'))
  writer = bundleWriter(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const checkpoint = (step: number): CheckpointData => ({
  version: 1,
  step,
  time: step / 4,
  arithmetic: 'reproducible',
  configuration: '{}',
  tensors: [{ name: 'W_1', dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, step) }],
})

async function rejection(work: Promise<unknown>): Promise<DeepLinearError> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(DeepLinearError)
  return error as DeepLinearError
}

/** A folder of its own for a test. */
function place(): string {
  return mkdtempSync(join(folder, 'place-'))
}
const strays = (where: string) => readdirSync(where).filter((name) => name.endsWith('.tmp'))

describe('saveCheckpoint and loadCheckpoint', () => {
  test('the file is what encodeCheckpoint makes, by path and by URL, again and again', async () => {
    const path = join(place(), 'run.safetensors')
    for (const step of [1, 2, 3]) {
      await saveCheckpoint(step === 2 ? pathToFileURL(path) : path, checkpoint(step))
      expect(readFileSync(path).equals(encodeCheckpoint(checkpoint(step)))).toBe(true)
      expect(await loadCheckpoint(step === 3 ? pathToFileURL(path) : path)).toEqual(checkpoint(step))
    }
    expect(readdirSync(join(path, '..'))).toEqual(['run.safetensors'])
  })

  test('what is saved is the state at the time of the call', async () => {
    const path = join(place(), 'run.safetensors')
    const moving = checkpoint(5)
    const saving = saveCheckpoint(path, moving)
    moving.tensors[0].data.fill(9)
    await saving
    expect(await loadCheckpoint(path)).toEqual(checkpoint(5))
  })

  test('at the same time: one of them stays, whole', async () => {
    const path = join(place(), 'run.safetensors')
    await Promise.all(Array.from({ length: 20 }, (_, step) => saveCheckpoint(path, checkpoint(step))))
    const { step } = await loadCheckpoint(path)
    expect(await loadCheckpoint(path)).toEqual(checkpoint(step))
    expect(strays(join(path, '..'))).toEqual([])
  })

  test('an old file keeps its permissions, another name of it its content', async () => {
    const path = join(place(), 'run.safetensors')
    await saveCheckpoint(path, checkpoint(1))
    chmodSync(path, 0o600)
    linkSync(path, `${path}.old`)
    await saveCheckpoint(path, checkpoint(2))
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    expect((await loadCheckpoint(`${path}.old`)).step).toBe(1)
  })

  test('a symbolic link stays one', async () => {
    const where = place()
    mkdirSync(join(where, 'deep'))
    await saveCheckpoint(join(where, 'deep', 'real'), checkpoint(1))
    symlinkSync(join('deep', 'real'), join(where, 'link'))
    await saveCheckpoint(join(where, 'link'), checkpoint(2))
    expect(lstatSync(join(where, 'link')).isSymbolicLink()).toBe(true)
    expect((await loadCheckpoint(join(where, 'deep', 'real'))).step).toBe(2)
    expect([...strays(where), ...strays(join(where, 'deep'))]).toEqual([])
  })

  test('what a killed process left behind goes after an hour; what a living one holds, or is young, stays', async () => {
    const where = place()
    // No process has this number: Linux ends at 2^22, others before.
    const names = [`.deeplinear-4194999-${'a'.repeat(12)}.tmp`, `.deeplinear-4194999-${'b'.repeat(12)}.tmp`]
    const living = `.deeplinear-${process.pid}-${'c'.repeat(12)}.tmp`
    for (const name of [...names, living, '.deeplinear-x.tmp']) writeFileSync(join(where, name), 'x')
    const old = Date.now() / 1000 - 4000
    for (const name of [names[0], living, '.deeplinear-x.tmp']) utimesSync(join(where, name), old, old)
    await saveCheckpoint(join(where, 'run'), checkpoint(1))
    expect(readdirSync(where).sort()).toEqual(['run', names[1], living, '.deeplinear-x.tmp'].sort())
  })
})

describe('two generations', () => {
  const damage = (path: string) => {
    const bytes = readFileSync(path)
    bytes[bytes.length - 1] ^= 1
    writeFileSync(path, bytes)
  }

  test('the one before stays, and is loaded where the last is damaged', async () => {
    const path = join(place(), 'run.safetensors')
    for (const step of [1, 2, 3]) await saveCheckpoint(path, checkpoint(step), { keep: 2 })
    expect(readdirSync(join(path, '..')).sort()).toEqual(['run.safetensors', 'run.safetensors.previous'])
    const told: string[] = []
    const onDamaged = (error: DeepLinearError) => void told.push(`${error.code} ${error.data.path}`)
    expect((await loadCheckpoint(path, { onDamaged })).step).toBe(3)
    expect(told).toEqual([])
    damage(path)
    expect((await rejection(loadCheckpoint(path))).code).toBe('FORMAT')
    expect(await loadCheckpoint(path, { onDamaged })).toEqual(checkpoint(2))
    expect(told).toEqual([`FORMAT ${path}`])
    damage(`${path}.previous`)
    expect((await rejection(loadCheckpoint(path, { onDamaged }))).data.path).toBe(path)
    expect(told.length).toBe(1)
  })

  test('after a kill between the two renames both names are of one file: nothing is left lying', async () => {
    const path = join(place(), 'run.safetensors')
    await saveCheckpoint(path, checkpoint(1))
    linkSync(path, `${path}.previous`)
    await saveCheckpoint(path, checkpoint(2), { keep: 2 })
    expect([(await loadCheckpoint(path)).step, (await loadCheckpoint(`${path}.previous`)).step]).toEqual([2, 1])
    expect(strays(join(path, '..'))).toEqual([])
  })

  test('by a symbolic link: both lie where it points', async () => {
    const where = place()
    mkdirSync(join(where, 'deep'))
    symlinkSync(join('deep', 'real'), join(where, 'link'))
    await saveCheckpoint(join(where, 'deep', 'real'), checkpoint(1))
    await saveCheckpoint(join(where, 'link'), checkpoint(2), { keep: 2 })
    expect([readdirSync(where).sort(), readdirSync(join(where, 'deep')).sort()]).toEqual([
      ['deep', 'link'],
      ['real', 'real.previous'],
    ])
    damage(join(where, 'link'))
    expect((await loadCheckpoint(join(where, 'link'), { onDamaged: () => {} })).step).toBe(1)
  })

  test('a folder in the place of the one before: nothing changes', async () => {
    const path = join(place(), 'run')
    await saveCheckpoint(path, checkpoint(1))
    mkdirSync(join(`${path}.previous`, 'full'), { recursive: true })
    expect((await rejection(saveCheckpoint(path, checkpoint(2), { keep: 2 }))).code).toBe('IO')
    expect((await loadCheckpoint(path)).step).toBe(1)
    expect(strays(join(path, '..'))).toEqual([])
  })

  test('refused: other numbers, other options, no function', async () => {
    const path = join(place(), 'run')
    const save = (options: object) => rejection(saveCheckpoint(path, checkpoint(1), options))
    expect((await save({ keep: 3 })).message).toBe('keep must be 1 or 2, got 3')
    expect((await save({ kept: 2 })).code).toBe('OPTION')
    expect((await rejection(loadCheckpoint(path, { onDamaged: 1 } as object))).code).toBe('DTYPE')
  })
})

describe('failures', () => {
  test('no such folder', async () => {
    const path = join(folder, 'missing', 'run.safetensors')
    const error = await rejection(saveCheckpoint(path, checkpoint(1)))
    expect([error.code, error.data.code, error.data.path]).toEqual(['IO', 'ENOENT', path])
    expect(error.message).toContain(path)
  })

  test('a folder in its place', async () => {
    const where = place()
    mkdirSync(join(where, 'run'))
    const error = await rejection(saveCheckpoint(join(where, 'run'), checkpoint(1)))
    expect([error.code, error.message]).toEqual(['IO', expect.stringMatching(/not a regular file/)])
    expect(strays(where)).toEqual([])
    expect((await rejection(loadCheckpoint(join(where, 'run')))).code).toBe('IO')
  })

  test('a file in the place of the folder', async () => {
    const where = place()
    writeFileSync(join(where, 'file'), '')
    const error = await rejection(saveCheckpoint(join(where, 'file', 'run'), checkpoint(1)))
    expect([error.code, error.data.code]).toEqual(['IO', 'ENOTDIR'])
  })

  test('a name that is too long', async () => {
    const where = place()
    const error = await rejection(saveCheckpoint(join(where, 'x'.repeat(300)), checkpoint(1)))
    expect([error.code, error.data.code]).toEqual(['IO', 'ENAMETOOLONG'])
    expect(strays(where)).toEqual([])
  })

  /** What the writer in a process of its own says before it ends. */
  async function lastWords(where: string, limits: string, user: { uid?: number }): Promise<string> {
    const child = spawn('sh', ['-c', `${limits} exec "$0" "$@"`, process.execPath, ...writing(where)], user)
    let message = ''
    child.stderr.on('data', (chunk) => {
      message += chunk
    })
    await new Promise((resolve) => child.on('close', resolve))
    return message
  }

  test.runIf(process.platform !== 'win32')(
    'a folder that may not be written to: the old checkpoint stays',
    async () => {
      const where = place()
      const path = join(where, 'run-0.safetensors')
      await saveCheckpoint(path, checkpoint(1))
      for (const each of [folder, where]) chmodSync(each, 0o555)
      try {
        // Root may write anywhere, so the writer is somebody else.
        const message = await lastWords(where, '', process.getuid?.() === 0 ? { uid: 65_534 } : {})
        expect(message).toMatch(/IoError: cannot write .*EACCES/)
      } finally {
        for (const each of [folder, where]) chmodSync(each, 0o700)
      }
      expect((await loadCheckpoint(path)).step).toBe(1)
      expect(strays(where)).toEqual([])
    },
  )

  test.runIf(process.platform !== 'win32')(
    'a full disk: the old checkpoint stays, the temporary file goes',
    async () => {
      // A limit on the size of files stands for a disk that is full halfway.
      const where = place()
      const path = join(where, 'run-0.safetensors')
      await saveCheckpoint(path, checkpoint(1))
      expect(await lastWords(where, 'ulimit -f 64;', {})).toMatch(/IoError: cannot write .*EFBIG/)
      expect((await loadCheckpoint(path)).step).toBe(1)
      expect(strays(where)).toEqual([])
    },
  )

  test('what is not a checkpoint is refused before the disk is touched', async () => {
    const where = place()
    const path = join(where, 'run')
    const bad = { ...checkpoint(1), time: Number.NaN }
    expect((await rejection(saveCheckpoint(path, bad))).code).toBe('RANGE')
    expect((await rejection(saveCheckpoint(3 as unknown as string, checkpoint(1)))).code).toBe('DTYPE')
    expect(readdirSync(where)).toEqual([])
  })

  test('loading: missing, damaged, foreign, too large', async () => {
    const where = place()
    const path = join(where, 'run')
    expect((await rejection(loadCheckpoint(path))).data.code).toBe('ENOENT')
    const bytes = encodeCheckpoint(checkpoint(1))
    bytes[bytes.length - 1] ^= 1
    writeFileSync(path, bytes)
    const damaged = await rejection(loadCheckpoint(path))
    expect([damaged.code, damaged.data.path]).toEqual(['FORMAT', path])
    expect(damaged.message.startsWith(`${path}: `)).toBe(true)
    expect((await rejection(loadCheckpoint(path, { maxBytes: 10 }))).code).toBe('RANGE')
    expect((await rejection(loadCheckpoint(path, { limit: 1 } as object))).code).toBe('OPTION')
  })
})

test('a writer that is killed at any moment leaves a whole checkpoint, and never an older one', async () => {
  const where = place()
  const path = join(where, 'run-0.safetensors')
  /** Not before it has written `least`, however slow the machine is. */
  const killAfter = async (milliseconds: number, least: number) => {
    rmSync(path, { force: true })
    const child = spawn(process.execPath, writing(where), { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = new Promise((resolve) => child.on('exit', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    // While it writes, a reader finds whole files as well, and steps only grow.
    const end = performance.now() + milliseconds
    let last = 0
    do {
      const { step, tensors } = await loadCheckpoint(path)
      expect(step).toBeGreaterThanOrEqual(last)
      expect(tensors[0].data.every((value) => value === step)).toBe(true)
      last = step
    } while (performance.now() < end || last < least)
    child.kill('SIGKILL')
    await gone
    const { step, tensors } = await loadCheckpoint(path)
    expect(step).toBeGreaterThanOrEqual(last)
    expect(tensors[0].data.every((value) => value === step)).toBe(true)
    return step
  }
  const steps: number[] = []
  for (let round = 0; round < 7; round++) steps.push(await killAfter(7 + 19 * round, round))
  expect(Math.max(...steps)).toBeGreaterThan(5)
  // What the kills left lies beside it, under names that nobody mistakes for a checkpoint.
  expect(readdirSync(where).every((name) => name === 'run-0.safetensors' || /^\.deeplinear-.*\.tmp$/.test(name))).toBe(
    true,
  )
  expect(existsSync(path)).toBe(true)
})
