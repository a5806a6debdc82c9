// Files as bytes, in Node: read within a limit, and written so that a reader sees the old content or the new one, whatever happens.
import { randomBytes } from 'node:crypto'
import { copyFile, link, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe } from '../check.js'
import { DTypeError, FormatError, IoError, RangeArgError } from './index.js'

/** A path, or a `file:` URL, as a path. @throws {DTypeError} anything else */
export function pathOf(path: string | URL): string {
  if (typeof path === 'string') return path
  if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path)
  throw new DTypeError(`path must be a string or a file: URL, got ${describe(path)}`, { argument: 'path' })
}

/**
 * The bytes of a regular file.
 * @throws {IoError} it cannot be read
 * @throws {RangeArgError} it is larger than `maxBytes`
 */
export async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await attempt('read', path, open(path, 'r'))
  try {
    const about = await attempt('read', path, file.stat())
    // A device or a pipe has no size to check, and may have no end.
    if (!about.isFile()) throw notRegular('read', path)
    const { size } = about
    if (size > maxBytes) {
      throw new RangeArgError(`${path} has ${size} bytes, more than ${maxBytes}; raise maxBytes to read it`, {
        argument: 'maxBytes',
        data: { path, size },
      })
    }
    return await attempt('read', path, file.readFile())
  } finally {
    await file.close()
  }
}

/** What a parser says of a file, with the name of the file: a message without it is of no use to who reads ten of them. */
export function naming(path: string, error: unknown): unknown {
  if (!(error instanceof FormatError)) return error
  return new FormatError(`${path}: ${error.message}`, { data: { ...error.data, path }, cause: error })
}

/**
 * Writes a file as a whole: into a temporary file beside it, which is flushed to the disk and then takes its name. Whatever fails, and whenever the
 * process is killed, the file at `path` is the old one or the new one. A symbolic link stays and what it points to is replaced; the permissions
 * of an old file are kept.
 * @param keep whether the old file stays, under `previousOf(path)`
 * @throws {IoError} with `path`, `code` and `errno` in `data`; the temporary file is gone then
 */
export async function writeAtomically(path: string, bytes: Uint8Array, keep = false): Promise<void> {
  const target = await resolved(path)
  const old = await stat(target).catch(() => undefined)
  if (old !== undefined && !old.isFile()) throw notRegular('write', path)
  const folder = dirname(target)
  const temporary = temporaryIn(folder)
  const file = await attempt('write', path, open(temporary, 'wx'))
  try {
    try {
      if (old !== undefined) await attempt('write', path, file.chmod(old.mode & 0o777))
      await attempt('write', path, file.writeFile(bytes))
      await attempt('write', path, file.sync())
    } finally {
      await file.close()
    }
    if (keep && old !== undefined) await attempt('write', path, keepAside(target))
    await attempt('write', path, rename(temporary, target))
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  }
  await attempt('write', path, syncFolder(folder))
  await removeStale(folder)
}

/** Where `writeAtomically` keeps the file that it replaced. */
export async function previousOf(path: string): Promise<string> {
  return `${await resolved(path)}.previous`
}

/** A file under its other name as well, so that at no moment there is none at its own. */
async function keepAside(target: string): Promise<void> {
  const temporary = temporaryIn(dirname(target))
  try {
    // Not every file system has links.
    await link(target, temporary).catch(() => copyFile(target, temporary))
    await rename(temporary, await previousOf(target))
  } finally {
    // Also where that went well: renaming does nothing when both are names of one file, as after a kill just before the other renaming.
    await unlink(temporary).catch(() => {})
  }
}

function resolved(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

function temporaryIn(folder: string): string {
  return join(folder, `${PREFIX}${process.pid}-${randomBytes(6).toString('hex')}.tmp`)
}

const PREFIX = '.deeplinear-'
const STALE = /^\.deeplinear-(\d{1,10})-[0-9a-f]{12}\.tmp$/
const STALE_MS = 3_600_000
const swept = new Set<string>()

/** What processes that were killed left behind an hour ago or more; looked for once a folder. */
async function removeStale(folder: string): Promise<void> {
  if (swept.has(folder)) return
  swept.add(folder)
  for (const name of await readdir(folder).catch(() => [])) {
    const owner = STALE.exec(name)?.[1]
    if (owner === undefined || isAlive(Number(owner))) continue
    const path = join(folder, name)
    const about = await stat(path).catch(() => undefined)
    // The time of day as this process began, and what has passed since.
    if (about !== undefined && performance.timeOrigin + performance.now() - about.mtimeMs > STALE_MS) {
      await unlink(path).catch(() => {})
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** What a rename needs to survive a power cut. Some systems do not let a folder be opened or flushed; there it is left to them. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const refused = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS']
    if (!refused.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

async function attempt<T>(verb: 'read' | 'write', path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const { code, errno, message } = cause as NodeJS.ErrnoException
    const missing = verb === 'read' ? 'no such file' : 'no such folder'
    const reason = code === 'ENOENT' ? missing : message
    throw new IoError(`cannot ${verb} ${path}: ${reason}`, { argument: 'path', data: { path, code, errno }, cause })
  }
}

function notRegular(verb: 'read' | 'write', path: string): IoError {
  return new IoError(`cannot ${verb} ${path}: not a regular file`, { argument: 'path', data: { path } })
}
