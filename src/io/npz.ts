// NumPy's .npz files: zip archives of .npy files, one an array.
import { zipSync } from 'fflate'
import { checkInteger, checkOptions, describe } from '../check.js'
import { DTypeError, FormatError, RangeArgError, UnsupportedError } from '../errors.js'
import { encodeNpy, type NpyArray, parseNpy } from './npy.js'
import { namedEntries } from './shape.js'
import { readDirectory } from './zip-directory.js'
import { readMember } from './zip-member.js'

/** Limits for reading an archive. */
export interface ParseNpzOptions {
  /** The most bytes that its members may declare together; checked before any is inflated. Default 1 GiB. */
  maxBytes?: number
  /** The most members. Default 10 000. */
  maxMembers?: number
}

/** How to write an archive. */
export interface EncodeNpzOptions {
  /** Deflate the members, as `np.savez_compressed` does. Default false, as `np.savez`. */
  compress?: boolean
}

/** What is written of an array: shape and row-major numbers. */
export type NpyInput = Pick<NpyArray, 'data'> & { shape: readonly number[] }

const MAX_BYTES = 2 ** 30
const MAX_MEMBERS = 10_000
const SUFFIX = '.npy'
/** What zip says without its 64-bit extension. */
const ZIP_BYTES = 2 ** 32 - 2
const ZIP_MEMBERS = 0xfffe
const ZIP_NAME = 0xffff

/**
 * Parses a .npz file, as written by `np.savez`, `np.savez_compressed` or `encodeNpz`.
 *
 * Names are keys and nothing else: `'../a'` and `'__proto__'` mean what they say. Every member is read by `parseNpy`.
 *
 * @param bytes the whole file; any view, aligned or not
 * @returns the arrays by name, without '.npy', in the order of the archive; row-major copies
 * @throws {FormatError} not an archive, one that contradicts itself (sizes, names, overlaps, CRC-32), a name twice, or
 *   a member that is no .npy file
 * @throws {UnsupportedError} encryption, zip64, several volumes, a compression other than deflate, a member whose name
 *   does not end with '.npy', or an element type that `parseNpy` does not read
 * @throws {RangeArgError} more than `maxBytes` or `maxMembers`, or a 64-bit integer that no float64 equals
 * @throws {DTypeError} `bytes` is not a Uint8Array
 * @throws {OptionError} unknown options
 * @example parseNpz(await readFile('weights.npz')).get('W1').shape // -> [2, 2]
 */
export function parseNpz(bytes: Uint8Array, options?: ParseNpzOptions): Map<string, NpyArray> {
  if (!(bytes instanceof Uint8Array)) {
    throw new DTypeError(`bytes must be a Uint8Array, got ${describe(bytes)}`, { argument: 'bytes' })
  }
  const given = checkOptions(options, 'options', ['maxBytes', 'maxMembers'])
  const maxBytes = checkInteger(given.maxBytes ?? MAX_BYTES, 'maxBytes', { min: 1 })
  const maxMembers = checkInteger(given.maxMembers ?? MAX_MEMBERS, 'maxMembers', { min: 1 })
  const members = readDirectory(bytes, { maxBytes, maxMembers })
  const names = new Set<string>()
  for (const { name } of members) {
    if (!name.endsWith(SUFFIX)) {
      throw new UnsupportedError(
        `the member ${describe(name)} of the archive is no array: its name does not end with .npy`,
      )
    }
    if (names.has(name)) throw new FormatError(`the archive has two members of the name ${describe(name)}`)
    names.add(name)
  }
  const arrays = new Map<string, NpyArray>()
  for (const member of members) {
    arrays.set(member.name.slice(0, -SUFFIX.length), parseNamed(member.name, readMember(bytes, member)))
  }
  return arrays
}

/**
 * Writes a .npz file that `np.load` reads. The same arrays give the same bytes: every member is dated 1 January 1980.
 *
 * @param arrays shape and row-major numbers by name, in a Map or an object; '.npy' is appended to the names
 * @returns the whole file
 * @throws {ShapeError} a shape that does not describe its data, as `encodeNpy`
 * @throws {DTypeError} data that are neither a Float32Array nor a Float64Array, or `arrays` is no collection
 * @throws {RangeArgError} a name with NUL, half a surrogate pair or over 65 531 bytes; 65 535 arrays or 4 GiB and more
 * @throws {OptionError} unknown options
 * @example await writeFile('a.npz', encodeNpz({ W1: { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) } }))
 */
export function encodeNpz(
  arrays: ReadonlyMap<string, NpyInput> | Readonly<Record<string, NpyInput>>,
  options?: EncodeNpzOptions,
): Uint8Array {
  const { compress = false } = checkOptions(options, 'options', ['compress'])
  if (typeof compress !== 'boolean') {
    throw new DTypeError(`compress must be true or false, got ${describe(compress)}`, { argument: 'compress' })
  }
  const entries = namedEntries(arrays, 'arrays')
  // Every name ends with '.npy', so that none is '__proto__' or an index, which objects would lose or move.
  const files: Record<string, Uint8Array> = Object.create(null)
  const encoder = new TextEncoder()
  let total = 22
  for (const [key, array] of entries) {
    const name = key + SUFFIX
    const length = encoder.encode(name).length
    if (length > ZIP_NAME || key.includes('\0')) {
      throw new RangeArgError(`the name ${describe(key)} has a NUL or takes ${length} of at most ${ZIP_NAME} bytes`, {
        argument: 'arrays',
      })
    }
    files[name] = encodeNpy(array)
    // Deflate adds 5 bytes to a block that does not shrink.
    total += 76 + 2 * length + files[name].length + 5 * Math.ceil(files[name].length / 7000 + 1)
    if (total > ZIP_BYTES || entries.length > ZIP_MEMBERS) {
      throw new RangeArgError(
        `${entries.length} arrays with over ${total} bytes are more than a zip archive holds; write several`,
        { argument: 'arrays' },
      )
    }
  }
  // The archive has local times, so the moment depends on the zone; noon exists in all of them.
  return zipSync(files, { level: compress ? 6 : 0, mtime: new Date(1980, 0, 1, 12) })
}

function parseNamed(name: string, bytes: Uint8Array): NpyArray {
  try {
    return parseNpy(bytes)
  } catch (error) {
    for (const Class of [FormatError, UnsupportedError, RangeArgError]) {
      if (error instanceof Class) {
        const { argument, data } = error
        throw new Class(`${describe(name)}: ${error.message}`, { argument, data: { ...data, name }, cause: error })
      }
    }
    throw error
  }
}
