// Reading stores, also while somebody writes to them.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DeepLinearError, FormatError, IoError, OptionError } from '../errors.js'
import { naming, pathOf, readBytes } from '../io/node-files.js'
import { runCount } from './axes.js'
import { manifestHash } from './canonical.js'
import type { ChunkResult } from './chunk.js'
import { parseManifest } from './parse.js'
import { checkHeader, decodeRecords, HEADER_BYTES } from './record.js'
import { makeTable, type SweepTable } from './table.js'
import type { SweepManifest } from './types.js'

const MAX_BYTES = 2 ** 31 - 1
const MANIFEST_BYTES = 2 ** 22

/** The manifest of a store; undefined where there is none. @throws {FormatError} one that is none */
export async function readManifest(folder: string): Promise<SweepManifest | undefined> {
  const path = join(folder, 'manifest.json')
  let bytes: Uint8Array
  try {
    bytes = await readBytes(path, MANIFEST_BYTES)
  } catch (error) {
    if (error instanceof IoError && error.data.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return parseManifest(new TextDecoder().decode(bytes), { maxCells: 1e9 })
  } catch (error) {
    if (!(error instanceof DeepLinearError)) throw error
    throw new FormatError(`${path}: ${error.message}`, { data: { path }, cause: error })
  }
}

/**
 * What stores hold together: of one folder, of its shards, or of several folders. The order of folders and records does not matter, and runs that are
 * in several count once. Reads stores that are being written to as well.
 *
 * @param paths folders of `openStore`, or that have such folders in `shards/`
 * @returns the table of all runs; those that no store has are missing in it
 * @throws {IoError} no sweep is there, or it cannot be read
 * @throws {OptionError} stores of different sweeps
 * @throws {FormatError} a file that is none of a store
 * @example
 * const manifest = parseManifest({ schema: 1, base: { experiment: 'escape-time' } })
 * const store = await openStore(`${folder}/merged`, manifest)
 * await store.close()
 * ;(await mergeStores([`${folder}/merged`])).done // -> 0
 */
export async function mergeStores(paths: readonly (string | URL)[]): Promise<SweepTable> {
  const folders = (await Promise.all(paths.map((path) => foldersOf(pathOf(path))))).flat()
  let first: { manifest: SweepManifest; hash: string; folder: string } | undefined
  const results: ChunkResult[] = []
  for (const folder of folders) {
    const manifest = await readManifest(folder)
    if (manifest === undefined) continue
    const hash = manifestHash(manifest)
    first ??= { manifest, hash, folder }
    if (hash !== first.hash) {
      throw new OptionError(`${folder} holds another sweep than ${first.folder}; merge stores of one sweep`, {
        argument: 'paths',
      })
    }
    results.push(...(await readResults(folder, manifest, hash)))
  }
  if (first === undefined) {
    throw new IoError(`there is no sweep in ${paths.map((path) => pathOf(path)).join(', ')}`, { argument: 'paths' })
  }
  return makeTable(first.manifest, results)
}

/** A folder and those of its shards. */
async function foldersOf(folder: string): Promise<string[]> {
  const shards = join(folder, 'shards')
  const names = await readdir(shards).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [] as string[]
    throw new IoError(`cannot read ${shards}: ${error.message}`, {
      data: { path: shards, code: error.code },
      cause: error,
    })
  })
  return [folder, ...names.sort().map((name) => join(shards, name))]
}

async function readResults(folder: string, manifest: SweepManifest, hash: string): Promise<ChunkResult[]> {
  const path = join(folder, 'results.bin')
  try {
    const bytes = await readBytes(path, MAX_BYTES)
    // Just being made.
    if (bytes.length < HEADER_BYTES) return []
    checkHeader(bytes, hash, manifest.metrics.length)
    return decodeRecords(bytes, manifest.metrics.length, runCount(manifest)).results
  } catch (error) {
    if (error instanceof IoError && error.data.code === 'ENOENT') return []
    throw naming(path, error)
  }
}
