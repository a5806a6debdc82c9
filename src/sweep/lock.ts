// One process at a time in a folder: a lock file that says which. The lock of a process that is gone is taken over.
import { readFileSync } from 'node:fs'
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { IoError } from '../errors.js'

interface Owner {
  readonly pid: number
  readonly host: string
  /** What the system says of when the process started; a pid that was given out again has another. */
  readonly started: string
}

/** A folder that is ours. */
export interface Lock {
  release(): Promise<void>
}

/** Who takes what somebody else takes as well looks again, this often, after so many milliseconds. */
const TRIES = 10
const PAUSE = 10

/**
 * Lock a folder.
 * @throws {IoError} another process has it: the message names its pid
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const path = join(folder, 'lock')
  const text = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid) ?? '',
  } satisfies Owner)
  await take(folder, path, text)
  return { release: () => release(path, text) }
}

let counter = 0

/** Have `path` hold `text`, unless somebody who is there has it. */
async function take(folder: string, path: string, text: string): Promise<void> {
  const own = join(folder, `.lock-${process.pid}-${counter++}`)
  await writeFile(own, `${text}\n`)
  let busy: unknown = new IoError(`${folder} is being locked by others at this moment; try again`, { data: { path } })
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) await pause(PAUSE)
      try {
        // A link to a whole file: nobody sees a lock without its owner.
        return await link(own, path)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const found = await contents(path)
      if (found === undefined) continue
      const owner = ownerOf(found)
      if (owner === undefined || isAlive(owner)) throw refusal(folder, path, owner)
      // Only one may replace the lock of the dead, or the second would take away the lock of the first: a lock of its own says who. It too may be
      // left by the dead.
      const claim = `${path}-claim`
      try {
        await take(folder, claim, text)
      } catch (error) {
        if (!(error instanceof IoError)) throw error
        busy = error
        continue
      }
      try {
        if ((await contents(path)) === found) return await rename(own, path)
      } finally {
        await unlink(claim)
      }
    }
    throw busy
  } finally {
    await unlink(own).catch(() => {})
  }
}

/** Of a file that may go at any moment. */
async function contents(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function release(path: string, text: string): Promise<void> {
  const found = await readFile(path, 'utf8').catch(() => '')
  if (found.trim() === text) await unlink(path).catch(() => {})
}

function refusal(folder: string, path: string, owner: Owner | undefined): IoError {
  const who = owner === undefined ? 'a process that it does not name' : `process ${owner.pid} on ${owner.host}`
  const cure =
    owner?.host === hostname()
      ? 'wait for it, or end it'
      : `if that process is gone, remove ${path}; use shards to work on one sweep from several machines`
  return new IoError(`${folder} is locked by ${who}; ${cure}`, {
    argument: 'store',
    data: { path, pid: owner?.pid ?? null, host: owner?.host ?? null },
  })
}

function ownerOf(text: string): Owner | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Owner
    return Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string' ? { pid, host, started } : undefined
  } catch {
    return undefined
  }
}

/** Whether the owner of a lock is still there. Of another machine nothing is known, so it counts as alive. */
function isAlive({ pid, host, started }: Owner): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
  const now = startOf(pid)
  return now === undefined || started === '' || now === started
}

/** When a process started, in ticks since the system did; undefined where there is no /proc, or no such process any more. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A process that has ended and was not waited for yet is gone as well.
    return fields[0] === 'Z' ? 'ended' : fields[19]
  } catch {
    return undefined
  }
}
