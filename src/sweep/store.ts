// Where results are kept: a folder that survives whatever happens to the process, or memory.
//
//   DIR/manifest.json   the sweep; written once, as a whole
//   DIR/results.bin     records, appended (record.ts)
//   DIR/lock            who writes
//   DIR/shards/0002-of-0010/   a store of its own for each shard
import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { checkChoice, checkOptions } from '../check.js'
import { DeepLinearError, IoError, OptionError } from '../errors.js'
import { pathOf, readBytes, writeAtomically } from '../io/node-files.js'
import { runCount } from './axes.js'
import { manifestHash } from './canonical.js'
import type { Chunk, ChunkResult } from './chunk.js'
import { lockFolder } from './lock.js'
import { Ranges } from './ranges.js'
import { checkHeader, decodeRecords, encodeHeader, encodeRecord, HEADER_BYTES } from './record.js'
import { readManifest } from './stored.js'
import type { SweepManifest } from './types.js'

/** Where results go. */
export interface SweepStore {
  readonly manifest: SweepManifest
  /** Number of runs that it holds. */
  readonly done: number
  /** What of some runs it does not hold. */
  missing(chunk: Chunk): Chunk[]
  /** Keep a result. Runs that it holds already do no harm: they are the same numbers. */
  put(result: ChunkResult): Promise<void>
  /** Everything kept so far. */
  results(): Promise<readonly ChunkResult[]>
  /** Flush and let others in. */
  close(): Promise<void>
}

/** How a store is opened. */
export interface OpenStoreOptions {
  /**
   * When records are flushed to the disk: after each, at most once a second (the default), or when the system likes. A process that is killed loses
   * nothing either way; a power cut loses what was not flushed, which is computed again.
   */
  sync?: 'each' | 'second' | 'never'
}

export const RESULTS = 'results.bin'
export const MANIFEST = 'manifest.json'
/** What Node reads at once. */
export const MAX_BYTES = 2 ** 31 - 1
const SYNC_MS = 1000

/**
 * Open a folder as the store of a sweep: a new one, or one of the same sweep to go on with. One process at a time may have it.
 *
 * @param path path or `file:` URL; folders that are missing are made
 * @throws {IoError} another process has it (the message names its pid), or it cannot be written
 * @throws {OptionError} it is of another sweep
 * @throws {FormatError} a file in it is damaged beyond records
 * @example
 * const manifest = parseManifest({ schema: 1, base: { experiment: 'escape-time' } })
 * const store = await openStore(`${folder}/store`, manifest)
 * store.missing({ lo: 0, hi: 1 }) // -> [{ lo: 0, hi: 1 }]
 * await store.close()
 */
export async function openStore(
  path: string | URL,
  manifest: SweepManifest,
  options?: OpenStoreOptions,
): Promise<SweepStore> {
  const given = checkOptions(options, 'options', ['sync'])
  const sync = checkChoice(given.sync ?? 'second', 'sync', ['each', 'second', 'never'])
  const folder = pathOf(path)
  const hash = manifestHash(manifest)
  return await attempt(folder, async () => {
    await mkdir(folder, { recursive: true })
    const lock = await lockFolder(folder)
    try {
      const known = await readManifest(folder)
      if (known === undefined) {
        const text = `${JSON.stringify(manifest, null, 2)}\n`
        await writeAtomically(join(folder, MANIFEST), new TextEncoder().encode(text))
      } else if (manifestHash(known) !== hash) {
        throw new OptionError(`${folder} holds another sweep; choose another folder, or remove it`, {
          argument: 'store',
          data: { hash: manifestHash(known) },
        })
      }
      return await openResults(folder, manifest, hash, sync, lock.release)
    } catch (error) {
      await lock.release()
      throw error
    }
  })
}

async function openResults(
  folder: string,
  manifest: SweepManifest,
  hash: string,
  sync: 'each' | 'second' | 'never',
  release: () => Promise<void>,
): Promise<SweepStore> {
  const path = join(folder, RESULTS)
  const metrics = manifest.metrics.length
  // What is here is of this folder: a link could make another file shorter.
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW = 0 } = constants
  const file = await open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW)
  const done = new Ranges()
  let dirty = 0
  let flushed = performance.now()
  try {
    const bytes = await readBytes(path, MAX_BYTES)
    if (bytes.length < HEADER_BYTES) {
      // New, or killed within its first write.
      await file.truncate(0)
      await file.appendFile(encodeHeader(hash, metrics))
      await file.sync()
    } else {
      checkHeader(bytes, hash, metrics)
      const { results, end } = decodeRecords(bytes, metrics, runCount(manifest))
      if (end < bytes.length) await file.truncate(end)
      for (const result of results) done.add(result)
    }
  } catch (error) {
    await file.close()
    throw error
  }
  // One write at a time: records may not run into each other.
  let last: Promise<void> = Promise.resolve()
  const write = async (bytes: Uint8Array) => {
    await file.appendFile(bytes)
    dirty++
    const now = performance.now()
    if (sync === 'each' || (sync === 'second' && now - flushed > SYNC_MS)) {
      await file.datasync()
      ;[dirty, flushed] = [0, now]
    }
  }
  return {
    manifest,
    get done() {
      return done.size
    },
    missing: (chunk) => done.missing(chunk),
    async put(result) {
      const bytes = encodeRecord(result)
      const before = last
      last = before.catch(() => {}).then(() => attempt(path, () => write(bytes)))
      await last
      done.add(result)
    },
    async results() {
      await last.catch(() => {})
      return decodeRecords(await readBytes(path, MAX_BYTES), metrics, runCount(manifest)).results
    },
    async close() {
      await last.catch(() => {})
      try {
        if (dirty > 0 && sync !== 'never') await file.datasync()
      } finally {
        await file.close()
        await release()
      }
    },
  }
}

/** A store in memory, for as long as the process lives. */
export function memoryStore(manifest: SweepManifest): SweepStore {
  const done = new Ranges()
  const kept: ChunkResult[] = []
  return {
    manifest,
    get done() {
      return done.size
    },
    missing: (chunk) => done.missing(chunk),
    async put(result) {
      kept.push(result)
      done.add(result)
    },
    results: async () => kept,
    async close() {},
  }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    const { code, errno, message } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new IoError(`cannot keep results in ${path}: ${message}`, {
      argument: 'store',
      data: { path, code, errno },
      cause,
    })
  }
}
