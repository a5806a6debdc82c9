// NumPy's .npy files: magic, version, the length of a header, the header (a Python dict literal), the numbers.
// Everything a file declares is checked against the bytes it has before memory is taken for it.
import { describe } from '../check.js'
import { DTypeError, FormatError, ShapeError } from '../errors.js'
import { parseNpyHeader } from './npy-header.js'
import { elementType } from './npy-types.js'
import { describesLength, elementCount } from './shape.js'

/** An array as a .npy file holds it. */
export interface NpyArray {
  /** Extents, row-major; `[]` is a single number. */
  shape: number[]
  dtype: 'float32' | 'float64'
  data: Float32Array | Float64Array
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
/** NumPy's own limit for headers it does not trust. */
const MAX_HEADER = 10_000
/** NumPy's own limit for dimensions. */
const MAX_DIMENSIONS = 64
/** NumPy aligns the numbers to this many bytes. */
const ALIGNMENT = 64
/** NumPy leaves this much room for the first extent, so that files can be appended to in place. */
const EXTENT_DIGITS = 21

/**
 * Parses a .npy file, format 1.0, 2.0 or 3.0.
 *
 * '<f4' stays float32; '<f8', booleans and integers of up to 64 bits become float64. Arrays in Fortran order come back
 * row-major.
 *
 * @param bytes the whole file; any view, aligned or not
 * @returns shape, dtype and a fresh row-major copy of the numbers
 * @throws {FormatError} not a .npy file, or its header and its bytes disagree: see `message`
 * @throws {UnsupportedError} an element type not listed above: big-endian, half precision, complex, objects, ...
 * @throws {RangeArgError} a 64-bit integer that no float64 equals
 * @throws {DTypeError} `bytes` is not a Uint8Array
 * @example const { shape, data } = parseNpy(await readFile('weights.npy'))
 */
export function parseNpy(bytes: Uint8Array): NpyArray {
  if (!(bytes instanceof Uint8Array)) {
    throw new DTypeError(`bytes must be a Uint8Array, got ${describe(bytes)}`, { argument: 'bytes' })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { start, end, utf8 } = locateHeader(view)
  const text = decodeHeader(bytes.subarray(start, end), utf8)
  const { descr, fortranOrder, shape } = parseNpyHeader(text)
  const type = elementType(descr)
  const count = countOf(shape)
  const wanted = count * type.size
  const found = bytes.byteLength - end
  if (wanted !== found) {
    const what = found < wanted ? 'is cut short' : 'has bytes left over'
    throw new FormatError(
      `the .npy file ${what}: shape (${shape.join(', ')}) of '${descr}' takes ${wanted} bytes, the file has ${found}`,
      { data: { wanted, found } },
    )
  }
  const data = type.float32 ? new Float32Array(count) : new Float64Array(count)
  if (fortranOrder && shape.length > 1) {
    eachFortranIndex(shape, count, (to, from) => {
      data[to] = type.read(view, end + from * type.size)
    })
  } else {
    for (let i = 0; i < count; i++) data[i] = type.read(view, end + i * type.size)
  }
  return { shape, dtype: type.float32 ? 'float32' : 'float64', data }
}

/**
 * Writes a .npy file, format 1.0, byte for byte what NumPy 2 saves for the same array.
 *
 * @param array shape and row-major numbers; the element type follows from the class of `data`
 * @returns the whole file
 * @throws {ShapeError} extents that are not integers of at least 0, more than 64 of them, or a product other than
 *   `data.length`
 * @throws {DTypeError} `data` is neither a Float32Array nor a Float64Array
 * @example await writeFile('a.npy', encodeNpy({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) }))
 */
export function encodeNpy(array: { shape: readonly number[]; data: Float32Array | Float64Array }): Uint8Array {
  const { shape, data } = array
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new DTypeError(`data must be a Float32Array or a Float64Array, got ${describe(data)}`, { argument: 'data' })
  }
  if (!describesLength(shape, data.length, MAX_DIMENSIONS)) {
    throw new ShapeError(
      `shape (${Array.from(shape ?? []).join(', ')}) does not describe data of length ${data.length}`,
      {
        argument: 'shape',
      },
    )
  }
  const header = headerText(data instanceof Float32Array ? '<f4' : '<f8', shape)
  const offset = MAGIC.length + 4 + header.length
  const bytes = new Uint8Array(offset + data.byteLength)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  bytes[6] = 1
  view.setUint16(8, header.length, true)
  for (let i = 0; i < header.length; i++) bytes[10 + i] = header.charCodeAt(i)
  for (let i = 0; i < data.length; i++) {
    if (data instanceof Float32Array) view.setFloat32(offset + 4 * i, data[i], true)
    else view.setFloat64(offset + 8 * i, data[i], true)
  }
  return bytes
}

function locateHeader(view: DataView): { start: number; end: number; utf8: boolean } {
  const size = view.byteLength
  if (size === 0) throw new FormatError('the .npy file is empty')
  if (size < 10 || MAGIC.some((byte, i) => view.getUint8(i) !== byte)) {
    throw new FormatError("not a .npy file: it does not begin with '\\x93NUMPY' and a version")
  }
  const major = view.getUint8(6)
  const minor = view.getUint8(7)
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(`.npy format ${major}.${minor} is not known; 1.0, 2.0 and 3.0 are`)
  }
  const start = major === 1 ? 10 : 12
  if (size < start) throw new FormatError('the .npy file ends inside its header length')
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > MAX_HEADER) {
    throw new FormatError(`the .npy header has ${length} bytes; at most ${MAX_HEADER} are allowed`, {
      data: { length },
    })
  }
  if (start + length > size) {
    throw new FormatError(`the .npy header is cut short: ${length} bytes declared, ${size - start} left`)
  }
  return { start, end: start + length, utf8: major === 3 }
}

function decodeHeader(bytes: Uint8Array, utf8: boolean): string {
  try {
    return new TextDecoder(utf8 ? 'utf-8' : 'latin1', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new FormatError('the .npy header is not UTF-8', { cause })
  }
}

function countOf(shape: number[]): number {
  if (shape.length > MAX_DIMENSIONS) {
    throw new FormatError(`the .npy file has ${shape.length} dimensions; at most ${MAX_DIMENSIONS} are allowed`)
  }
  const count = elementCount(shape)
  if (count !== undefined) return count
  throw new FormatError(`the .npy shape (${shape.join(', ')}) has more elements than a file can hold`)
}

/** Visits all elements in row-major order (`to`), each with its place in Fortran order (`from`). */
function eachFortranIndex(shape: number[], count: number, visit: (to: number, from: number) => void): void {
  const strides = shape.map(() => 1)
  for (let d = 1; d < shape.length; d++) strides[d] = strides[d - 1] * shape[d - 1]
  const index = shape.map(() => 0)
  let from = 0
  for (let to = 0; to < count; to++) {
    visit(to, from)
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d]
      if (++index[d] < shape[d]) break
      from -= strides[d] * shape[d]
      index[d] = 0
    }
  }
}

function headerText(descr: string, shape: readonly number[]): string {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`
  const room = shape.length > 0 ? EXTENT_DIGITS - String(shape[0]).length : 0
  const length = MAGIC.length + 4 + dict.length + room + 1
  return `${dict.padEnd(dict.length + room + ((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT))}\n`
}
