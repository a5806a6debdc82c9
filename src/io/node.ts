// Reading tables from files, in Node. Apart from the other parsers, which run anywhere.
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { checkInteger, checkOptions } from '../check.js'
import { FormatError, parseCsv, parseNpy, RangeArgError, ShapeError, type Table, UnsupportedError } from './index.js'
import { naming, pathOf, readBytes } from './node-files.js'

export {
  type LoadCheckpointOptions,
  loadCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from './node-checkpoint.js'

/** Limits for reading a file. */
export interface ReadTableOptions {
  /** The most bytes to take, before and after decompression. Default 256 MiB. */
  maxBytes?: number
}

const MAX_BYTES = 256 * 2 ** 20

const PARSERS: readonly (readonly [string, (bytes: Uint8Array, maxBytes: number) => Promise<Table>])[] = [
  ['.csv', async (bytes) => parseCsv(decodeUtf8(bytes))],
  ['.csv.gz', async (bytes, maxBytes) => parseCsv(decodeUtf8(await inflate(bytes, maxBytes)))],
  ['.npy', async (bytes) => npyTable(bytes)],
]

/**
 * Reads a table of numbers from a file: `.csv`, `.csv.gz` or `.npy` (two-dimensional).
 *
 * @param path path or `file:` URL; the extension decides how it is read
 * @returns the table, shape `(rows, cols)`, float64
 * @throws {UnsupportedError} another extension, or an element type that `parseNpy` does not read
 * @throws {IoError} the file cannot be read; `data` has `path`, `errno` and `code` (such as 'ENOENT')
 * @throws {RangeArgError} the file, or what it decompresses to, is larger than `maxBytes`
 * @throws {FormatError} the content is not what the extension says; the message begins with the path
 * @throws {ShapeError} a .npy array that is not two-dimensional or has no elements
 * @example const digits = tableToDataset(await readTable('data/digits.csv.gz'))
 */
export async function readTable(path: string | URL, options?: ReadTableOptions): Promise<Table> {
  const name = pathOf(path)
  const given = checkOptions(options, 'options', ['maxBytes'])
  const maxBytes = checkInteger(given.maxBytes ?? MAX_BYTES, 'maxBytes', { min: 1 })
  const parser = PARSERS.find(([extension]) => name.toLowerCase().endsWith(extension))
  if (parser === undefined) {
    const allowed = PARSERS.map(([extension]) => extension).join(', ')
    throw new UnsupportedError(`${name}: a table is read from a file that ends with ${allowed}`, {
      argument: 'path',
      data: { path: name },
    })
  }
  const bytes = await readBytes(name, maxBytes)
  try {
    return await parser[1](bytes, maxBytes)
  } catch (error) {
    throw naming(name, error)
  }
}

async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: maxBytes })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new RangeArgError(`the decompressed table is larger than ${maxBytes} bytes; raise maxBytes to read it`, {
        argument: 'maxBytes',
        cause,
      })
    }
    throw new FormatError(`not a gzip file: ${(cause as Error).message}`, { cause })
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new FormatError('the text is not UTF-8', { cause })
  }
}

function npyTable(bytes: Uint8Array): Table {
  const { shape, data } = parseNpy(bytes)
  if (shape.length !== 2 || data.length === 0) {
    throw new ShapeError(`a table is a two-dimensional array with elements; this one has shape (${shape.join(', ')})`)
  }
  const [rows, cols] = shape
  const bad = data.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    const row = Math.floor(bad / cols) + 1
    const column = (bad % cols) + 1
    throw new FormatError(`row ${row}, column ${column} is ${data[bad]}; a table holds finite numbers only`, {
      data: { row, column },
    })
  }
  return { rows, cols, data: data instanceof Float64Array ? data : Float64Array.from(data) }
}
